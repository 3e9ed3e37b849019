"""The condition of a question, an option, a section or a jump: when to show it, comparison by comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.fields import Field
from surveys.console.kit import look
from surveys.console.kit.words import _, distinct, join_names, translate_all
from surveys.definition.conditions import Comparison
from surveys.definition.listening import HEARD, HEARD_LABELS
from surveys.definition.plain_data import Data
from surveys.editing import Draft
from surveys.editing.comparisons import (
    BARE,
    COMPARISONS,
    SEVERAL,
    Comparable,
    Simple,
    changed_comparison,
    comparables,
    simple,
)
from surveys.editing.draft import locate_question
from surveys.localisation.language import marked

QUOTA, THANKS = "quota", "thanks"  # the kinds of holders whose condition is decided when all is answered
_UNCONDITIONAL = {QUOTA: marked("：计入全部答卷"), THANKS: marked("：请设置条件"), "": marked("：始终显示")}
Take = Callable[[Data | None], None]
_COMMAS = re.compile(r"[,\uff0c\u3001]")
_JOINTS = {"all": marked("全部成立"), "any": marked("任一成立")}


def condition(field: Field) -> None:
    """The setting as an unfolding list of comparisons."""
    known = _known(field)
    with st.expander(f"{field.label}{_amount(field)}", key=f"{field.key} open"):
        if not known and not field.value:
            look.soft(_("前面还没有可以比较的题目；把这道题移到后面，就能按前面的回答决定是否显示。"))
            return
        editor(f"{field.key} condition", field.value, known, field.take)


def _known(field: Field) -> list[Comparable]:
    """What is answered before the holder: its question, the head of its section; before quotas and thanks, all."""
    if field.holder.kind in (QUOTA, THANKS):
        return comparables(field.draft, len(field.draft.sections()))
    selected = desk.selection()
    if selected.question is None:
        return comparables(field.draft, selected.section)
    return comparables(field.draft, *locate_question(field.draft.data, selected.question))


def before_jump(draft: Draft, section: int) -> list[Comparable]:
    """What is answered when a section ends."""
    return comparables(draft, section, len(draft.sections()[section].get("questions") or ()))


def _amount(field: Field) -> str:
    parts = simple(field.value)
    if parts is None:
        return _("：较复杂")
    if not parts.parts:
        return _(_UNCONDITIONAL.get(field.holder.kind, "：始终显示"))
    return _("：{count} 条").format(count=len(parts.parts))


def editor(key: str, value: Mapping[str, Any] | None, known: Sequence[Comparable], take: Take) -> None:
    """All comparisons of a condition, with a button for one more."""
    present = simple(value)
    if present is None:
        look.soft(_("这个条件有多层组合，只能整个清除后重新设置；也可以下载定义修改后再导入。"))
        st.button(_("清除条件"), key=f"{key} clear", on_click=take, args=(None,))
        return
    if len(present.parts) > 1:
        _joint(key, present, take)
    for at, part in enumerate(present.parts):
        _comparison(f"{key} {at}", part, known, _taking(present, at, take))
    further = present.with_part(len(present.parts), compared_at_first(nearest_of(known)))
    st.button(
        _("添加条件"), key=f"{key} add", icon=":material/add:", type="tertiary", disabled=not known, on_click=take,
        args=(further.as_condition(),),
    )  # fmt: skip


def nearest_of(known: Sequence[Comparable]) -> str:
    """The question before, and of what can be compared of it the first: not the text beside its "other"."""
    last = known[-1].item.partition(".")[0] if known else ""
    return next((each.item for each in known if each.item.partition(".")[0] == last), "")


def compared_at_first(item: str) -> Data:
    """What a new comparison says of a question until its designer says more."""
    return {"item": item, "is": Comparison.ANSWERED.value}


def _taking(present: Simple, at: int, take: Take) -> Take:
    """Takes the whole condition with one comparison changed."""
    return lambda part: take(present.with_part(at, part).as_condition())


def _joint(key: str, present: Simple, take: Take) -> None:
    def changed() -> None:
        take(Simple(present.parts, st.session_state[f"{key} joint"] or present.joint).as_condition())

    names = translate_all(_JOINTS)
    st.segmented_control(
        _("条件之间"), list(names), format_func=names.__getitem__, key=desk.control_key(f"{key} joint", present.joint),
        on_change=changed, label_visibility="collapsed",
    )  # fmt: skip


def _comparison(key: str, part: Data, known: Sequence[Comparable], take: Take) -> None:
    by_field = {each.item: each for each in known}
    asked = str(part.get("item") or f"link.{part.get('link')}")
    compare = Comparison(part.get("is", Comparison.EQUALS))
    with st.container(border=True, gap="xsmall"):
        _which(f"{key} item", asked, by_field, take)
        _how(f"{key} is", part, compare, take)
        if compare not in BARE:
            _against(f"{key} value", part, compare, by_field.get(asked, Comparable(asked, asked)), take)
        st.button(_("去掉这一条"), key=f"{key} drop", type="tertiary", on_click=take, args=(None,))


def _which(key: str, asked: str, by_field: Mapping[str, Comparable], take: Take) -> None:
    options = list(by_field) if asked in by_field else [asked, *by_field]

    def changed() -> None:
        take({"item": st.session_state[key], "is": Comparison.ANSWERED.value})

    st.selectbox(
        _("比较哪道题"), options, key=desk.control_key(key, asked), on_change=changed, label_visibility="collapsed",
        format_func=lambda each: by_field[each].label if each in by_field else f"“{each}”",
    )  # fmt: skip


def _how(key: str, part: Data, compare: Comparison, take: Take) -> None:
    names = {each: _(words) for each, words in COMPARISONS.items()}
    st.selectbox(
        _("怎样比较"), list(names), format_func=names.__getitem__,
        key=desk.control_key(key, compare),
        on_change=lambda: take(changed_comparison(part, st.session_state[key])), label_visibility="collapsed",
    )  # fmt: skip


def _against(key: str, part: Data, compare: Comparison, asked: Comparable, take: Take) -> None:
    value, several = part.get("value"), compare in SEVERAL
    heard = asked.item.endswith(HEARD)
    names = distinct({code: _(HEARD_LABELS[code]) if heard and code in HEARD_LABELS else label
                      for code, label in asked.values.items()})  # fmt: skip

    def changed() -> None:
        take(part | {"value": st.session_state[key]})

    if asked.values and several:
        present = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
        options = list(dict.fromkeys([*asked.values, *present]))
        st.multiselect(
            _("值"), options, key=desk.control_key(key, present), format_func=lambda each: names.get(each, each),
            on_change=changed, label_visibility="collapsed", placeholder=_("选择值"),
        )  # fmt: skip
    elif asked.values:
        present_one = str(value) if value not in (None, "") else None
        options = list(dict.fromkeys([*asked.values, *([present_one] if present_one else [])]))
        st.selectbox(
            _("值"), options, key=desk.control_key(key, present_one), index=None, on_change=changed,
            placeholder=_("选择值"),
            format_func=lambda each: names.get(each, each), label_visibility="collapsed",
        )  # fmt: skip
    else:
        _typed(key, part, several, take)


def _typed(key: str, part: Data, several: bool, take: Take) -> None:
    value = part.get("value")
    present = join_names([str(each) for each in value]) if isinstance(value, list | tuple) else str(value or "")

    def changed() -> None:
        written = st.session_state[key].strip()
        parts = [each.strip() for each in _COMMAS.split(written) if each.strip()]
        take(part | {"value": parts if several else written})

    st.text_input(
        _("值"), key=desk.control_key(key, present), on_change=changed, label_visibility="collapsed",
        placeholder=_("值；多个用顿号分开") if several else _("值"),
    )  # fmt: skip
