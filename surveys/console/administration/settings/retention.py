"""How long what is kept, what would go now, and of what nothing is to go."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _, said
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.retention import what_is_over
from surveys.permissions import Action
from surveys.storage.records.retention import LONGEST, PURPOSES, LegalHold, RetentionPurpose

_ALL = ""


def draw() -> None:
    """Periods, a preview, and holds; nothing for who may not set them."""
    if not session.signed_in().may(Action.SET_RETENTION):
        return
    names = _names()
    look.soft(_("到期的数据每天自动删除，逐项记入审计；没有设期限的一直保存。较早的备份里仍有，直到备份被删除。"))
    _periods(names)
    _preview(names)
    st.header(_("暂停删除"), anchor=False)
    _holds(names)


def _names() -> dict[str, str]:
    surveys = session.store().surveys.all()
    return {_ALL: _("所有问卷"), **{each.code: f"{said(each.survey.title)} · {each.code}" for each in surveys}}


def _periods(names: dict[str, str]) -> None:
    rules = session.store().retention.rules()
    rows = [
        (_(PURPOSES[each.purpose].label), names.get(each.survey, each.survey), each.months,
         _(PURPOSES[each.purpose].goes))
        for each in rules
    ]  # fmt: skip
    if rows:
        look.table([_("数据"), _("适用于"), _("保存几个月"), _("到期时")], rows)
    else:
        look.empty(_("还没有设期限"), _("所有数据一直保存，直到有人删除。"))
    labels = {each.value: _(about.label) for each, about in PURPOSES.items()}
    with st.form("retention", border=True):
        purpose = st.selectbox(_("数据"), list(labels), format_func=labels.__getitem__, key="retention purpose")
        survey = st.selectbox(_("适用于"), list(names), format_func=names.__getitem__, key="retention survey")
        months = st.number_input(
            _("保存几个月（0 表示一直保存）"), 0, LONGEST, 0, step=1, key="retention months",
            help=_("从收到那天算起，满这么多个月才删；匿名问卷按整月一起删，得分随一批人一起退出统计。"),
        )  # fmt: skip
        if st.form_submit_button(_("保存期限"), type="primary", key="save period"):
            _save(RetentionPurpose(purpose), survey, int(months))


def _save(purpose: RetentionPurpose, survey: str, months: int) -> None:
    about = PURPOSES[purpose]
    if survey and not about.by_survey:
        st.error(_("“{what}”不分问卷，请选“所有问卷”。").format(what=_(about.label)))
    elif months and months < about.least:
        st.error(_("“{what}”至少保存 {least} 个月。").format(what=_(about.label), least=about.least))
    else:
        admin = session.acting(Action.SET_RETENTION)
        session.store().retention.set(purpose, survey, months or None, by=admin.name)
        look.done(_("已保存。下面是现在到期的数据，今天之内会自动删除。") if months else _("已改为一直保存。"))


def _preview(names: dict[str, str]) -> None:
    due = what_is_over(session.store(), local_day(utc_now()))
    if due:
        rows = [
            (_(PURPOSES[each.purpose].label), names.get(each.survey, each.survey) if each.survey else "—",
             each.before.isoformat(), each.count)
            for each in due
        ]  # fmt: skip
        look.table([_("现在到期"), _("问卷"), _("早于"), _("条数")], rows)
    else:
        look.soft(_("现在没有到期的数据。"))


def _holds(names: dict[str, str]) -> None:
    look.soft(_("有投诉、诉讼或检查时，先停住自动删除；手工删除和填写者撤回不受影响。"))
    held = session.store().retention.holds()
    for each in held:
        _held(each, names)
    with st.form("hold", border=True, clear_on_submit=True):
        survey = st.selectbox(_("停住哪一份"), list(names), format_func=names.__getitem__, key="hold survey")
        reason = st.text_input(_("原因"), max_chars=200, key="hold reason")
        if st.form_submit_button(_("暂停自动删除"), key="hold"):
            if not reason.strip():
                st.error(_("请写明原因。"))
                return
            admin = session.acting(Action.SET_RETENTION)
            session.store().retention.hold(survey, reason.strip(), by=admin.name, today=local_day(utc_now()))
            look.done(_("已暂停自动删除。"))


def _held(hold: LegalHold, names: dict[str, str]) -> None:
    words = _("{survey}：自 {day} 起由 {who} 暂停，原因：{reason}")
    told = words.format(
        survey=names.get(hold.survey, hold.survey), day=hold.since.isoformat(), who=hold.by, reason=hold.reason
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(look.as_written(told))
        if st.button(_("恢复自动删除"), key=f"lift {hold.survey}"):
            admin = session.acting(Action.SET_RETENTION)
            session.store().retention.lift(hold.survey, by=admin.name)
            look.done(_("已恢复自动删除。"))
