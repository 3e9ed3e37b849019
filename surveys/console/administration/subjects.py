"""What forms can be about: the list of each kind, a form to add or change one, its end, and a file of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from surveys.accounts import Account
from surveys.console.administration import organisation_import
from surveys.console.administration.organisation_import import ImportKindOfOrganisation
from surveys.console.kit import address, concurrent_edits, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, distinct, join_names, reason
from surveys.exchange.organisation.lines import Line, made_code
from surveys.exchange.organisation.subjects import (
    SUBJECT_CODE,
    SUBJECT_CODE_RULE,
    UnfitAttribute,
    read_attribute,
    subject_columns,
    subjects_from,
)
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.operations.subjects import surroundings_of
from surveys.organisation.subjects import EVER, SUBJECT_KINDS, AttributeType, Subject, SubjectAttribute, SubjectKind
from surveys.permissions import Action
from surveys.storage.records.subjects import SubjectInUse

_LISTED = {code: kind for code, kind in SUBJECT_KINDS.items() if kind.listed}
_SHOWN = 200


def draw() -> None:
    """One kind at a time."""
    names = {code: _(kind.label) for code, kind in _LISTED.items()}
    look.soft(_("问卷评价的对象：流程环节、场所、员工、课程……部门和触点在各自的页签里维护，也可以作为评价对象。"))
    chosen = address.choice(
        "kind", names,
        lambda: st.selectbox(_("对象的种类"), list(names), format_func=names.__getitem__, key="kind", width=240),
        next(iter(names)),
    )  # fmt: skip
    kind, known = _LISTED[chosen], session.store().subjects.of_kind(chosen)
    _list(kind, known)
    _edit(kind, known)
    organisation_import.draw(_import_of(kind))


def _list(kind: SubjectKind, known: Sequence[Subject]) -> None:
    if not known:
        words = _("在下方新增，或从文件导入。问卷要评价“{kind}”时，从这里取名单。")
        look.empty(_("还没有{kind}").format(kind=_(kind.label)), words.format(kind=_(kind.label)))
        return
    departments, today = department_names(), local_day(utc_now())
    shown = [each for each in kind.attributes if any(one.all(each.name) for one in known)]
    rows = [
        (each.name, each.code, departments.get(each.department or "", "—"),
         *(_words(attribute, each) for attribute in shown), use_of(each, today))
        for each in known[:_SHOWN]
    ]  # fmt: skip
    look.table([_("名称"), _("代号"), _("部门"), *(_(each.label) for each in shown), _("状态")], rows)
    if len(known) > _SHOWN:
        look.soft(_("只列出前 {count} 个。").format(count=_SHOWN))


def _words(attribute: SubjectAttribute, subject: Subject) -> str:
    names = {code: name for of in attribute.of for code, name in session.store().subjects.names(of).items()}
    return join_names([names.get(each, each) for each in subject.all(attribute.name)]) or "—"


def use_of(subject: Subject, today: date) -> Any:
    """Whether new forms can be about it."""
    if subject.active(today):
        return look.tag(_("使用中"), "good")
    if subject.active_from is not None and subject.active_from > today:
        return look.tag(_("{day} 起").format(day=subject.active_from.isoformat()), "wait")
    last = "" if subject.active_to in (None, EVER) else str(subject.active_to)
    return look.tag(_("已停用 {day}").format(day=last).strip(), "")


def _edit(kind: SubjectKind, known: Sequence[Subject]) -> None:
    """A form to add one, or to change the one chosen."""
    names = distinct({"": _("新增")} | {each.code: each.name for each in known})
    chosen = st.selectbox(
        _("要修改的{kind}").format(kind=_(kind.label)), list(names), format_func=names.__getitem__,
        key=f"subject {kind.code}",
    ) if known else ""  # fmt: skip
    present = next((each for each in known if each.code == chosen), None)
    button = f"save subject {kind.code} {chosen}"
    sheet = concurrent_edits.sheet(button, present, partial(_told, kind), f"{kind.code} {chosen}")
    with st.form(f"subject {kind.code} {chosen}", border=True):
        first = sheet.first
        words = _("**修改{kind}**") if present else _("**新增{kind}**")
        st.markdown(words.format(kind=_(kind.label)))
        left, right = st.columns(2)
        name = left.text_input(_("名称"), first.name if first else "", max_chars=60)
        code = right.text_input(
            _("代号"), first.code if first else "", disabled=present is not None, placeholder=_("留空自动生成"),
            help=_(SUBJECT_CODE_RULE),
        )  # fmt: skip
        department = _department(first)
        typed = {each.name: _asked(each, first) for each in kind.attributes}
        if st.form_submit_button(_("保存"), type="primary", key=button):
            code = code.strip() or made_code(kind.letter, {each.code for each in known})
            one = Subject(kind.code, code, name.strip(), department or None)
            if present:
                one = replace(present, name=name.strip(), department=department or None)
            _save(kind, one, typed, known, present, sheet.seen, button)
    if present is not None:
        _end(kind, present)


def _department(first: Subject | None) -> str:
    names = distinct({"": _("（不属于某个部门）")} | department_names())
    codes = list(names)
    index = codes.index(first.department) if first and first.department in codes else 0
    return st.selectbox(_("部门"), codes, index=index, format_func=names.__getitem__)


def _asked(attribute: SubjectAttribute, first: Subject | None) -> str:
    """What is typed for an attribute: codes or names, several with a stop between them."""
    if attribute.type is AttributeType.SUBJECT:
        subjects = session.store().subjects
        names = distinct({code: name for of in attribute.of for code, name in subjects.names(of).items()})
        if attribute.several:
            default = [each for each in (first.all(attribute.name) if first else ()) if each in names]
            picked = st.multiselect(
                _(attribute.label), list(names), default, format_func=names.__getitem__, placeholder=_("请选择")
            )
            return join_names(picked)
        options = ["", *names]
        index = options.index(first.one(attribute.name)) if first and first.one(attribute.name) in options else 0
        chosen: str = st.selectbox(_(attribute.label), options, index, format_func=lambda each: names.get(each, "—"))
        return chosen
    value = join_names(first.all(attribute.name)) if first else ""
    return st.text_input(_(attribute.label), value, max_chars=200)


def _told(kind: SubjectKind, one: Subject | None) -> dict[str, str]:
    if one is None:
        return {}
    attributes = {_(each.label): join_names(list(one.all(each.name))) for each in kind.attributes}
    return {_("名称"): one.name, _("部门"): one.department or "", **attributes}


def _save(
    kind: SubjectKind, one: Subject, typed: Mapping[str, str], known: Sequence[Subject], present: Subject | None,
    seen: Subject | None, button: str,
) -> None:  # fmt: skip
    problem = _problem(one, {each.code for each in known} if present is None else set())
    try:
        around = surroundings_of(session.store())
        read = {each.name: read_attribute(each, typed[each.name], kind, known, around) for each in kind.attributes}
    except UnfitAttribute as error:
        problem = problem or _("{reason}。").format(reason=reason(error))
    if problem:
        st.error(look.as_written(problem))
        return
    one = replace(one, attributes={name: values for name, values in read.items() if values})
    account = session.acting(Action.ADMINISTER_ORGANISATION)
    save = partial(session.store().subjects.bring, [one], by=account.name, seen={one.code: seen})
    if concurrent_edits.keep_edit(button, save):
        look.done(_("已保存“{name}”。").format(name=one.name))


def _problem(one: Subject, taken: set[str]) -> str:
    if not SUBJECT_CODE.fullmatch(one.code):
        return _("{reason}。").format(reason=_(SUBJECT_CODE_RULE))
    if not one.name:
        return _("请填写名称。")
    words = _("代号“{code}”已经在用，请换一个，或在上方选择它来修改。")
    return words.format(code=one.code) if one.code in taken else ""


def _end(kind: SubjectKind, one: Subject) -> None:
    """Retire it, use it again, or take out one on which nothing hangs."""
    subjects = session.store().subjects
    left, right = st.columns(2)
    if one.active_to == EVER:
        look.soft(_("这个人的账号已停用，请到“账号”里恢复。"))
        return
    with left:
        retiring(one)
    if not subjects.usage(kind.code, one.code) and right.button(
        _("删除“{name}”").format(name=one.name), key=f"remove {kind.code} {one.code}", type="tertiary"
    ):
        account = session.acting(Action.ADMINISTER_ORGANISATION)
        try:
            subjects.remove(kind.code, one.code, by=account.name)
        except SubjectInUse:
            st.error(_("已有答卷、任务或其他对象用到它，只能停用。"))
        else:
            look.done(_("已删除“{name}”。").format(name=one.name))


def retiring(one: Subject) -> None:
    """The button after which new forms are no longer about it, or are again; its answers stay."""
    today = local_day(utc_now())
    ended = one.active_to is not None and one.active_to < today
    label, last = (_("恢复使用“{name}”"), None) if ended else (_("停用“{name}”（今天是最后一天）"), today)
    if st.button(label.format(name=one.name), key=f"retire {one.kind} {one.code}"):
        account = session.acting(Action.ADMINISTER_ORGANISATION)
        act = partial(session.store().subjects.retire, one.kind, one.code, last, by=account.name, seen=one)
        if concurrent_edits.done(act, f"{one.kind} {one.code}"):
            look.done(_("已保存“{name}”。").format(name=one.name))


def _import_of(kind: SubjectKind) -> ImportKindOfOrganisation:
    store = session.store()

    def keep(lines: Sequence[Line[Any]], by: Account, seen: Mapping[str, Any]) -> None:
        store.subjects.bring([each.one for each in lines if each.one is not None], by=by.name, seen=seen)

    return ImportKindOfOrganisation(
        f"subjects-{kind.code}", tuple(subject_columns(kind).values()),
        marked("部门和其他对象写名称或代号，几个之间用顿号；代号可以不填：已有的按名称认出，新的自动编号。"),
        lambda table: subjects_from(table, kind, surroundings_of(session.store())),
        lambda: {each.code: each for each in store.subjects.of_kind(kind.code)}, keep,
    )  # fmt: skip
