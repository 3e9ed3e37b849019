"""The page on which the administrator keeps departments, touchpoints and the list of regions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from surveys.accounts import Role
from surveys.language import marked
from surveys.organisation import Department, Touchpoint
from surveys.pages import look, regions, session
from surveys.pages.words import _

_CODE = re.compile(r"[a-z][a-z0-9\-]{0,39}")
_CODE_RULE = marked("代号用小写字母开头，只含小写字母、数字和连字符，最多 40 个字符")
_NEW = marked("新增")


@dataclass(frozen=True)
class Kind:
    """What is kept on this page: what it is called, and how one of it is made, asked further about and saved."""

    key: str
    to_change: str
    adding: str
    changing: str
    saved: str
    made: Callable[..., Department | Touchpoint]
    further: Callable[[Any], dict[str, Any]]
    """Draws what is asked beside code and name, given the one to change or None; the settings entered."""


def _nothing_further(present: Department | None) -> dict[str, Any]:
    return {}


_DEPARTMENT = Kind(
    key="department",
    to_change=marked("要修改的部门"),
    adding=marked("**新增部门**"),
    changing=marked("**修改部门**"),
    saved=marked("已保存部门“{name}”。"),
    made=Department,
    further=_nothing_further,
)


def draw() -> None:
    """Departments and touchpoints, each as a list with a form to add or change one."""
    look.heading(_("组织"), _("部门决定谁看到哪些结果；触点是客户接触服务的地方，每个触点有自己的二维码和得分。"))
    store = session.store().organisation
    departments, touchpoints = store.departments(), store.touchpoints()
    of_departments, of_touchpoints, of_regions = st.tabs(
        [
            _("部门 {count}").format(count=len(departments)),
            _("触点 {count}").format(count=len(touchpoints)),
            _("地区 {count}").format(count=len(store.places())),
        ]
    )
    with of_departments:
        _departments(departments, touchpoints)
    with of_touchpoints:
        _touchpoints(departments, touchpoints)
    with of_regions:
        regions.draw()


def _departments(departments: list[Department], touchpoints: list[Touchpoint]) -> None:
    if departments:
        counts = {each.code: sum(tp.department == each.code for tp in touchpoints) for each in departments}
        look.table(
            [_("名称"), _("代号"), _("触点数")], [(each.name, each.code, counts[each.code]) for each in departments]
        )
    else:
        look.empty(_("还没有部门"), _("在下方新增第一个部门，例如营销服务部。"))
    _editing(_DEPARTMENT, departments)


def _touchpoints(departments: list[Department], touchpoints: list[Touchpoint]) -> None:
    names = {each.code: each.name for each in departments}
    if not departments:
        look.empty(_("先新增部门"), _("触点属于某个部门，请先在“部门”中新增。"))
        return
    if touchpoints:
        look.table(
            [_("名称"), _("代号"), _("部门"), _("区域"), _("业务类型")],
            [
                (each.name, each.code, names.get(each.department, each.department), each.district or "—",
                 each.business_type or "—")
                for each in touchpoints
            ],
        )  # fmt: skip
    else:
        look.empty(_("还没有触点"), _("在下方新增第一个触点，例如城东营业厅。"))
    _editing(_touchpoint_of(names), touchpoints)


def _touchpoint_of(departments: dict[str, str]) -> Kind:
    """Touchpoints of these departments, names by code."""
    return Kind(
        key="touchpoint",
        to_change=marked("要修改的触点"),
        adding=marked("**新增触点**"),
        changing=marked("**修改触点**"),
        saved=marked("已保存触点“{name}”。"),
        made=Touchpoint,
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


def _editing(kind: Kind, known: Sequence[Department | Touchpoint]) -> None:
    """A form to add one of this kind, or to change the one chosen of those known."""
    chosen = _choice(_(kind.to_change), {each.code: each.name for each in known}, kind.key)
    present = next((each for each in known if each.code == chosen), None)
    with st.form(kind.key, border=True):
        st.markdown(_(kind.changing) if present else _(kind.adding))
        code = st.text_input(
            _("代号"), present.code if present else "", disabled=present is not None, placeholder=_(_CODE_RULE)
        )
        name = st.text_input(_("名称"), present.name if present else "", max_chars=60)
        further = kind.further(present)
        if st.form_submit_button(_("保存"), type="primary"):
            taken = set() if present else {each.code for each in known}
            _save(kind, kind.made(code.strip(), name.strip(), **further), taken)


def _save(kind: Kind, entered: Department | Touchpoint, taken: set[str]) -> None:
    problem = _problem(entered.code, entered.name, entered.code in taken)
    if problem:
        st.error(problem)
        return
    account = session.acting(Role.ADMIN)
    session.store().organisation.save(
        departments=[entered] if isinstance(entered, Department) else [],
        touchpoints=[entered] if isinstance(entered, Touchpoint) else [],
    )
    session.store().accounts.record(account.name, f"save {kind.key}", entered.code, entered.name)
    look.done(_(kind.saved).format(name=entered.name))


def _choice(label: str, names: dict[str, str], key: str) -> str:
    """The code chosen for a change; empty for a new one."""
    if not names:
        return ""
    options = {"": _(_NEW)} | names
    return st.selectbox(label, list(options), format_func=options.__getitem__, key=f"organisation.{key}")


def _problem(code: str, name: str, taken: bool) -> str:
    if not _CODE.fullmatch(code):
        return _("{reason}。").format(reason=_(_CODE_RULE))
    if not name:
        return _("请填写名称。")
    return _("代号“{code}”已经在用，请换一个，或在上方选择它来修改。").format(code=code) if taken else ""
