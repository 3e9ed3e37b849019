"""The settings of what is selected, generated from what its type says about itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.conditions import condition
from surveys.console.design.builder.entry_lists import CONTEXT, QUOTAS, THANKS_BY_ANSWER
from surveys.console.design.builder.fields import SIMPLE, Drawn, Field, Holder
from surveys.console.design.builder.jumps import jumps
from surveys.console.design.builder.lists import parts
from surveys.console.kit.words import _
from surveys.definition.plain_data import Data
from surveys.definition.questions import QUESTION_TYPES
from surveys.editing import (
    Draft,
    Setting,
    SettingKind,
    ask_guardian,
    asks_guardian,
    change_question,
    change_section,
    change_type,
    leave_guardian_out,
    section_settings,
    settings_of,
    survey_settings,
)

FIELDS: dict[SettingKind, Drawn] = SIMPLE | {
    SettingKind.CONDITION: condition,
    SettingKind.OPTIONS: parts,
    SettingKind.ROWS: parts,
    SettingKind.JUMPS: jumps,
    SettingKind.QUOTAS: QUOTAS.draw,
    SettingKind.CONTEXT: CONTEXT.draw,
    SettingKind.THANKS: THANKS_BY_ANSWER.draw,
}
_FOLDED = {"code", "screened_out", "shuffle", "shuffle_sections", "subject", "options_from"}  # seldom needed


def question_form(draft: Draft, question: Data, language: str) -> None:
    """The type of a question and its settings."""
    code, kind = str(question["code"]), str(question["type"])
    _type(code, kind)
    holder = Holder(f"building.question.{code}.{kind}", question, partial(_change_question, code), kind)
    draw(holder, settings_of(kind), draft, language)


def section_form(draft: Draft, section: int, language: str) -> None:
    """The settings of a section."""
    data = draft.sections()[section]
    holder = Holder(f"building.section.{section}", data, partial(_change_section, section))
    draw(holder, section_settings(), draft, language, folded=())


def survey_form(draft: Draft, language: str) -> None:
    """The settings of the survey as a whole, but for its code, under which its drafts and answers are kept."""
    _guardian(draft)
    own = [each for each in survey_settings() if each.name != "code"]
    draw(Holder("building.survey", draft.data), own, draft, language, folded=())


def _guardian(draft: Draft) -> None:
    """Whether the form first asks for a parent's consent below 14."""
    asked = asks_guardian(draft)
    key = desk.control_key("building.survey.guardian", asked)
    st.toggle(
        _("先问是否满 14 周岁，未满的须监护人同意"), asked, key=key,
        help=_("在第一题之前加一节：只问是否满 14 周岁，不问生日；未满又没有监护人同意的，不能提交，什么也不保存。"),
        on_change=lambda: desk.take(leave_guardian_out if asked else ask_guardian),
    )  # fmt: skip


def draw(
    holder: Holder, settings: Iterable[Setting], draft: Draft, language: str, folded: Collection[str] = _FOLDED
) -> None:
    """A field for each setting; those seldom needed are folded away."""
    fields = [Field(holder, each, draft, language) for each in settings]
    for field in fields:
        if field.setting.name not in folded:
            FIELDS[field.setting.kind](field)
    seldom = [field for field in fields if field.setting.name in folded]
    if seldom:
        with st.expander(_("更多设置"), key=f"{holder.key} more"):
            for field in seldom:
                FIELDS[field.setting.kind](field)


def _type(code: str, kind: str) -> None:
    key = desk.control_key(f"building.question.{code}.type", kind)
    names = {name: _(each.label) for name, each in QUESTION_TYPES.items()}
    st.selectbox(
        _("题型"), list(names), format_func=names.__getitem__, key=key,
        on_change=lambda: desk.take(change_type, code, st.session_state[key]),
    )  # fmt: skip


def _change_question(code: str, draft: Draft, setting: str, value: Any) -> Draft:
    return change_question(draft, code, setting, value)


def _change_section(section: int, draft: Draft, setting: str, value: Any) -> Draft:
    return change_section(draft, section, setting, value)
