"""The page on which the administrator keeps departments, touchpoints and the list of regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from surveys.console.administration import organisation_import, regions, responsibilities, subjects
from surveys.console.kit import address, concurrent_edits, look, session
from surveys.console.kit.words import _, distinct, reason
from surveys.exchange.organisation.lines import CODE, CODE_RULE, made_code
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.organisation.department_tree import CircularDepartments, as_tree, parents_of, with_below
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Action

_NEW = marked("新增")


@dataclass(frozen=True)
class EditedKind:
    """What is kept on this page: what it is called, and how one of it is made, asked further about and saved."""

    key: str
    to_change: str
    adding: str
    changing: str
    saved: str
    made: Callable[..., Department | Touchpoint]
    letter: str
    """What codes that are made begin with."""
    further: Callable[[Any], dict[str, Any]]
    """Draws what is asked beside code and name, given the one to change or None; the settings entered."""


def _department_of(departments: list[Department]) -> EditedKind:
    """Departments, each below another one of these or at the top."""
    return EditedKind(
        key="department",
        to_change=marked("要修改的部门"),
        adding=marked("**新增部门**"),
        changing=marked("**修改部门**"),
        saved=marked("已保存部门“{name}”。"),
        made=Department,
        letter="d",
        further=lambda present: _parent_of(present, departments),
    )


def _parent_of(present: Department | None, departments: list[Department]) -> dict[str, Any]:
    """The department above: any but the department itself and those below it."""
    below = with_below([present.code], parents_of(departments)) if present else frozenset[str]()
    names = distinct({"": _("（没有上级）")} | {each.code: each.name for each in departments})
    codes = ["", *(each.code for _depth, each in as_tree(departments) if each.code not in below)]
    index = codes.index(present.parent) if present and present.parent in codes else 0
    chosen = st.selectbox(
        _("上级部门"), codes, index=index, format_func=names.__getitem__,
        help=_("上级部门的管理者看得到下属部门的结果、来信和档案。"),
    )  # fmt: skip
    return {"parent": chosen or None}


def draw() -> None:
    """Departments and touchpoints, each as a list with a form to add or change one."""
    look.heading(_("组织"), _("部门决定谁看到哪些结果；触点是客户接触服务的地方，每个触点有自己的二维码和得分。"))
    store = session.store().organisation
    departments, touchpoints = store.departments(), store.touchpoints()
    names = {
        "departments": _("部门 {count}").format(count=len(departments)),
        "touchpoints": _("触点 {count}").format(count=len(touchpoints)),
        "subjects": _("对象"),
        "regions": _("地区 {count}").format(count=len(store.places())),
        "responsibilities": _("分工"),
    }
    tabs = address.tabs("tab", names)
    with tabs["departments"]:
        _departments(departments, touchpoints)
    with tabs["touchpoints"]:
        _touchpoints(departments, touchpoints)
    with tabs["subjects"]:
        subjects.draw()
    with tabs["regions"]:
        regions.draw()
    with tabs["responsibilities"]:
        responsibilities.draw(departments)


def _departments(departments: list[Department], touchpoints: list[Touchpoint]) -> None:
    if departments:
        counts = {each.code: sum(tp.department == each.code for tp in touchpoints) for each in departments}
        look.table(
            [_("名称"), _("代号"), _("触点数"), _("状态")],
            [
                (_indented(depth, each.name), each.code, counts[each.code], _state("department", each.code))
                for depth, each in as_tree(departments)
            ],
        )
    else:
        look.empty(_("还没有部门"), _("在下方新增第一个部门，例如营销服务部。"))
    _editing(_department_of(departments), departments)
    organisation_import.draw(organisation_import.DEPARTMENTS)


def _indented(depth: int, name: str) -> str:
    """A name under the one above it; blanks that no table folds."""
    return "\u2003" * (depth - 1) + "└ " + name if depth else name


def _touchpoints(departments: list[Department], touchpoints: list[Touchpoint]) -> None:
    names = distinct({each.code: each.name for each in departments})
    if not departments:
        look.empty(_("先新增部门"), _("触点属于某个部门，请先在“部门”中新增。"))
        return
    if touchpoints:
        look.table(
            [_("名称"), _("代号"), _("部门"), _("区域"), _("业务类型"), _("状态")],
            [
                (each.name, each.code, names.get(each.department, each.department), each.district or "—",
                 each.business_type or "—", _state("touchpoint", each.code))
                for each in touchpoints
            ],
        )  # fmt: skip
    else:
        look.empty(_("还没有触点"), _("在下方新增第一个触点，例如城东营业厅。"))
    _editing(_touchpoint_of(names), touchpoints)
    organisation_import.draw(organisation_import.TOUCHPOINTS)


def _touchpoint_of(departments: dict[str, str]) -> EditedKind:
    """Touchpoints of these departments, names by code."""
    return EditedKind(
        key="touchpoint",
        to_change=marked("要修改的触点"),
        adding=marked("**新增触点**"),
        changing=marked("**修改触点**"),
        saved=marked("已保存触点“{name}”。"),
        made=Touchpoint,
        letter="t",
        further=lambda present: _place_of(present, departments),
    )


def _place_of(present: Touchpoint | None, departments: dict[str, str]) -> dict[str, Any]:
    """Whose touchpoint it is and where it stands."""
    codes = list(departments)
    index = codes.index(present.department) if present and present.department in codes else 0
    department = st.selectbox(_("部门"), codes, index=index, format_func=departments.__getitem__)
    left, middle, right = st.columns(3)
    district = left.text_input(_("区域"), (present and present.district) or "", max_chars=40)
    stage = middle.text_input(_("服务环节"), (present and present.stage) or "", max_chars=40)
    business = right.text_input(_("业务类型"), (present and present.business_type) or "", max_chars=40)
    texts = {"district": district, "stage": stage, "business_type": business}
    return {"department": department} | {name: text.strip() or None for name, text in texts.items()}


def _editing(kind: EditedKind, known: Sequence[Department | Touchpoint]) -> None:
    """A form to add one of this kind, or to change the one chosen of those known."""
    chosen = _choice(_(kind.to_change), {each.code: each.name for each in known}, kind.key)
    present = next((each for each in known if each.code == chosen), None)
    button = f"save {kind.key} {chosen}"
    sheet = concurrent_edits.sheet(button, present, _told, chosen)
    with st.form(kind.key, border=True):
        st.markdown(_(kind.changing) if present else _(kind.adding))
        code = st.text_input(
            _("代号"),
            present.code if present else "",
            disabled=present is not None,
            placeholder=_("留空自动生成"),
            help=_(CODE_RULE),
        )
        name = st.text_input(_("名称"), sheet.first.name if sheet.first else "", max_chars=60)
        further = kind.further(sheet.first)
        if st.form_submit_button(_("保存"), type="primary", key=button):
            taken = set() if present else {each.code for each in known}
            chosen_code = code.strip() or made_code(kind.letter, taken)
            _save(kind, kind.made(chosen_code, name.strip(), **further), taken, sheet.seen, button)
    if present is not None and (subject := session.store().subjects.get(kind.key, present.code)):
        subjects.retiring(subject)


def _state(kind: str, code: str) -> Any:
    one = session.store().subjects.get(kind, code)
    return subjects.use_of(one, local_day(utc_now())) if one else "—"


def _told(one: Department | Touchpoint | None) -> dict[str, str]:
    if isinstance(one, Touchpoint):
        place = {_("区域"): one.district, _("服务环节"): one.stage, _("业务类型"): one.business_type}
        return {_("名称"): one.name, _("部门"): one.department} | {name: text or "" for name, text in place.items()}
    return {_("名称"): one.name, _("上级部门"): one.parent or ""} if one else {}


def _save(
    kind: EditedKind,
    entered: Department | Touchpoint,
    taken: set[str],
    seen: Department | Touchpoint | None,
    button: str,
) -> None:
    problem = _problem(entered.code, entered.name, entered.code in taken)
    if problem:
        st.error(problem)
        return
    account = session.acting(Action.ADMINISTER_ORGANISATION)
    save = partial(session.store().organisation.save_seen, entered, seen=seen, by=account.name)
    try:
        kept = concurrent_edits.keep_edit(button, save)
    except CircularDepartments as error:
        st.error(look.as_written(_("{reason}。").format(reason=reason(error))))
        return
    if kept:
        look.done(_(kind.saved).format(name=entered.name))


def _choice(label: str, names: dict[str, str], key: str) -> str:
    """The code chosen for a change; empty for a new one."""
    if not names:
        return ""
    options = distinct({"": _(_NEW)} | names)
    return st.selectbox(label, list(options), format_func=options.__getitem__, key=f"organisation.{key}")


def _problem(code: str, name: str, taken: bool) -> str:
    if not CODE.fullmatch(code):
        return _("{reason}。").format(reason=_(CODE_RULE))
    if not name:
        return _("请填写名称。")
    return _("代号“{code}”已经在用，请换一个，或在上方选择它来修改。").format(code=code) if taken else ""
