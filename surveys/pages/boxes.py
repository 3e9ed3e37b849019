"""The page of opinion boxes: what people wrote in, answering them, handing on, and setting boxes up."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account, Role
from surveys.boxes import CATEGORIES, LONGEST_REPLY, Box, Case, CaseState, unfit
from surveys.clock import local_day, utc_now
from surveys.pages import look, session
from surveys.pages.choosing import department_names
from surveys.pages.codes import qr_code
from surveys.pages.words import _, listed
from surveys.people.sight import RULES, rules_from
from surveys.settings import Settings
from surveys.suspicion import Flag

_MAKERS = (Role.ADMIN, Role.DESIGNER)
_ANSWERERS = (Role.ADMIN, Role.DESIGNER, Role.MANAGER)
_TONES = {CaseState.RECEIVED: "wait", CaseState.ANSWERED: "good"}
_SHOWN = 50
_OPENING = 40  # characters of a message in the list


def draw() -> None:
    """Messages of one's departments with the chosen one below; boxes for those who set them up."""
    look.heading(_("意见箱"), _("客户随时可以写来的话；每一条都有查询码，写的人可以看到处理进展和答复。"))
    account, boxes = session.signed_in(), session.store().boxes
    _messages(boxes.cases(None if account.sees_all_departments else account.departments), account)
    if account.role in _MAKERS:
        st.header(_("意见箱的设置"), anchor=False)
        present = boxes.all()
        for box in present:
            with st.expander(f"{look.as_written(box.name)} · {_('开放') if box.open else _('已关闭')}"):
                _box(box)
        with st.expander(_("新建意见箱"), expanded=not present):
            _form(None, [each.code for each in present])


def _messages(cases: list[Case], account: Account) -> None:
    if not cases:
        look.empty(_("还没有人写来意见"), _("把意见箱的链接或二维码放到客户看得到的地方，来信会列在这里。"))
        return
    names = {each.code: each.name for each in session.store().boxes.all()}
    left, right = st.columns(2)
    state = left.segmented_control(
        _("状态"), list(CaseState), format_func=lambda each: _(each.label), key="case state"
    )
    box = right.selectbox(
        _("意见箱"), [None, *names], format_func=lambda each: names[each] if each else _("全部"), key="case box"
    )
    found = [each for each in cases if state in (None, each.state) and box in (None, each.box)]
    if not found:
        look.empty(_("没有符合的来信"), _("换一个状态或意见箱看看。"))
        return
    rows = [
        (
            local_day(each.received_at).isoformat(), look.tag(_(each.state.label), _TONES.get(each.state, "plain")),
            each.category or "—", _opening(each), names.get(each.box, each.box),
        )
        for each in found[:_SHOWN]
    ]  # fmt: skip
    look.table([_("收到"), _("状态"), _("类别"), _("内容"), _("意见箱")], rows)
    by_id = {each.id: each for each in found}
    chosen = st.selectbox(
        _("打开"), list(by_id), key="case",
        format_func=lambda each: f"{local_day(by_id[each].received_at)} · {_opening(by_id[each])}",
    )  # fmt: skip
    _case(by_id[chosen], account)


def _opening(case: Case) -> str:
    words = " ".join(case.text.split())
    return words if len(words) <= _OPENING else f"{words[:_OPENING]}…"


def _case(case: Case, account: Account) -> None:
    names = department_names()
    with st.container(border=True):
        look.written(case.text)
        flags = listed([_(Flag(each).label) for each in case.flags])
        told = [(_("部门"), names.get(case.department, case.department))]
        told += [(_("可疑之处"), flags)] if flags else []
        look.table([_("项目"), _("内容")], told)
        if photos := session.store().boxes.photos(case.id):
            look.links(*((f"/evidence/{key}", _("照片 {number}").format(number=n)) for n, key in enumerate(photos, 1)))
        if case.contact:
            _contact(case, account)
        _answer(case)
        _hand_on(case, names)


def _contact(case: Case, account: Account) -> None:
    if account.role not in rules_from(session.store().organisation.setting(RULES)).plain:
        look.soft(_("留有联系方式；您的角色不需要看到它。"))
    elif st.button(_("显示联系方式（会记录）"), key=f"contact {case.id}"):
        session.store().accounts.record(session.acting(*_ANSWERERS).name, "see contact", "case", case.id[:8])
        look.written(case.contact)


def _answer(case: Case) -> None:
    with st.form(f"answer {case.id}", border=False):
        reply = st.text_area(_("答复（写信的人凭查询码看到）"), case.reply, max_chars=LONGEST_REPLY, height=140)
        state = st.segmented_control(
            _("状态"), list(CaseState), default=case.state, required=True, format_func=lambda each: _(each.label)
        )
        if st.form_submit_button(_("保存"), type="primary"):
            account = session.acting(*_ANSWERERS)
            wanted = CaseState(state or case.state)
            if reply.strip() and wanted is CaseState.RECEIVED:
                wanted = CaseState.ANSWERED  # who finds an answer must not read that there is none yet
            day = local_day(utc_now())
            session.store().boxes.answer(case.id, wanted, reply.strip(), day, by=account.name)
            look.done(_("已保存；写信的人现在可以看到。"))


def _hand_on(case: Case, names: dict[str, str]) -> None:
    others = [code for code in names if code != case.department]
    if not others:
        return
    with st.popover(_("转给别的部门")):
        to = st.selectbox(_("部门"), others, format_func=names.__getitem__, key=f"to {case.id}")
        if st.button(_("转交"), key=f"hand on {case.id}"):
            account = session.acting(*_ANSWERERS)
            session.store().boxes.hand_on(case.id, to, by=account.name)
            look.done(_("已转给{name}。").format(name=look.as_written(names[to])))


def _box(box: Box) -> None:
    link = f"{Settings.from_environment().base_url.rstrip('/')}/box/{box.code}"
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        st.code(link, language=None)
        look.links((link, _("打开意见箱")))
    with right:
        qr_code(link, f"box-{box.code}")
    _form(box, ())


def _form(box: Box | None, taken: Sequence[str]) -> None:
    names = department_names()
    if not names:
        look.empty(_("还没有部门"), _("管理员在“组织”中新增部门后，可以在这里设意见箱。"))
        return
    with st.form(f"box {box.code if box else ''}", border=False):
        left, right = st.columns(2)
        name = left.text_input(_("名称"), box.name if box else "", max_chars=40, placeholder=_("例如 城东营业厅意见箱"))
        code = box.code if box else right.text_input(_("代号（出现在链接里）"), max_chars=40, placeholder="east-hall")
        at = list(names).index(box.department) if box and box.department in names else 0
        department = left.selectbox(_("来信归哪个部门"), list(names), at, format_func=names.__getitem__)
        categories = st.text_area(_("类别（每行一个）"), "\n".join(box.categories if box else CATEGORIES), height=130)
        is_open = st.checkbox(_("开放"), box.open if box else True)
        if st.form_submit_button(_("保存") if box else _("新建")):
            account = session.acting(*_MAKERS)
            listed_once = dict.fromkeys(line.strip() for line in categories.splitlines() if line.strip())
            wanted = Box(code.strip(), name.strip(), department, tuple(listed_once), is_open)
            if problems := unfit(wanted, taken):
                st.error("\n\n".join(_(each) for each in problems))
                return
            session.store().boxes.save(wanted, by=account.name)
            look.done(_("已保存。"))
