"""The outline at the left: sections and questions, one line each, and ways to add more."""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.kit.words import _
from surveys.definition.places import question_number
from surveys.definition.plain_data import Data, words
from surveys.definition.questions import QUESTION_TYPES, Measure
from surveys.definition.questions.best_worst import COMPARISONS
from surveys.definition.questions.choices import CHOICES
from surveys.definition.questions.entries import ENTRIES
from surveys.definition.questions.grids import GRIDS
from surveys.definition.questions.pairs import PAIRS
from surveys.definition.questions.records import RECORDS
from surveys.definition.questions.scales import SCALES
from surveys.editing import Draft, add_question, add_section
from surveys.editing.draft import NotInDraft, locate_question
from surveys.editing.ratings import add_ratings
from surveys.localisation.language import marked

_BRACKET = re.compile(r" ?[(\uff08]")
_OFTEN = ("rating", "nps", "single_choice", "multiple_choice", "long_text")
_GROUPS = {
    marked("选择"): CHOICES,
    marked("打分"): SCALES,
    marked("成行"): GRIDS,
    marked("成对"): PAIRS,
    marked("取舍"): COMPARISONS,
    marked("填写"): ENTRIES,
    marked("其他"): RECORDS,
}
_ICONS: dict[Measure, str] = {
    Measure.RATING: "star",
    Measure.NPS: "thumb_up",
    Measure.EFFORT: "fitness_center",
    Measure.IMPORTANCE: "compare_arrows",
    Measure.EXPECTATION: "compare_arrows",
    Measure.KANO: "compare_arrows",
    Measure.NOMINAL: "radio_button_checked",
    Measure.MULTIPLE: "check_box",
    Measure.RANK: "format_list_numbered",
    Measure.SHARE: "pie_chart",
    Measure.BEST_WORST: "swap_vert",
    Measure.NUMBER: "tag",
    Measure.DATE: "event",
    Measure.TEXT: "notes",
    Measure.RECORD: "info",
}


def icon_of(type_name: str) -> str:
    """The picture beside a type's name."""
    kind = QUESTION_TYPES.get(type_name)
    return f":material/{_ICONS[kind.measure] if kind else 'help'}:"


def outline(draft: Draft, marked: Collection[str]) -> None:
    """All sections with their questions; those *marked* have something to mend."""
    chosen = desk.selection()
    with st.container(key="building-outline", gap=None):
        for s, section in enumerate(draft.sections()):
            _section(s, section, here=chosen.question is None and chosen.section == s)
            for q, question in enumerate(section.get("questions") or ()):
                number, code = question_number(draft.data, s, q), str(question.get("code"))
                _question(number, question, here=code == chosen.question, wrong=code in marked)


def _section(number: int, section: Data, *, here: bool) -> None:
    title = words(section.get("title"))
    st.button(
        f"**{section_name(number, title)}**", key=f"building.outline.section {number}", wrap=False,
        type="secondary" if here else "tertiary", width="stretch", on_click=desk.select, args=(None, number),
    )  # fmt: skip


def section_name(number: int, title: str) -> str:
    """A section by its place and its title, where it has one."""
    return " · ".join([_("第 {number} 节").format(number=number + 1), *([title] if title else [])])


def _question(number: int, question: Data, *, here: bool, wrong: bool) -> None:
    title = _plain(words(question.get("title"))) or _("（没有题目）")
    st.button(
        f"{':red[●] ' if wrong else ''}{number}. {title}", key=f"building.outline.question {question.get('code')}",
        icon=icon_of(str(question.get("type"))), type="secondary" if here else "tertiary", width="stretch", wrap=False,
        on_click=desk.select, args=(str(question.get("code")),),
    )  # fmt: skip


def _plain(title: str) -> str:
    """Without what a button's label would take for formatting."""
    return "".join(f"\\{each}" if each in r"*_`~[]$:<>#\\" else each for each in title.replace("\n", " "))


def adding(draft: Draft) -> None:
    """What can be added after the selected question: types used often at once, the others folded away."""
    section, at = _place(draft)
    with st.container(key="building-adding"):
        st.markdown(_("**添加**"))
        with st.container(horizontal=True, gap="xsmall"):
            for name in _OFTEN:
                _add(name, section, at)
        with st.container(horizontal=True, gap="xsmall"):
            with st.popover(_("更多题型"), icon=":material/add:", type="tertiary", key="building.more"):
                _all_types(section, at)
            with st.popover(_("一组评分"), icon=":material/playlist_add:", type="tertiary", key="building.group"):
                _group(section, at)
            st.button(
                _("一节"), icon=":material/add:", key="building.add section", type="tertiary", on_click=_new_section,
                args=(len(draft.sections()),),
            )  # fmt: skip


def _add(name: str, section: int, at: int, where: str = "often") -> None:
    st.button(
        _BRACKET.split(_(QUESTION_TYPES[name].label))[0], icon=icon_of(name), key=f"building.add {where} {name}",
        on_click=desk.take, args=(add_question, name, section, at),
    )  # fmt: skip


def _all_types(section: int, at: int) -> None:
    for group, types in _GROUPS.items():
        st.caption(_(group))
        with st.container(horizontal=True, gap="xsmall"):
            for name in types:
                _add(name, section, at, "all")


def _group(section: int, at: int) -> None:
    with st.form("building.ratings", border=False, clear_on_submit=True):
        written = st.text_area(
            _("每行一个方面，各成一个维度"), height=140, placeholder=_("供电可靠性\n抢修服务\n服务态度")
        )
        if st.form_submit_button(_("添加评分"), type="primary"):
            labels = [line.strip() for line in written.splitlines() if line.strip()]
            if labels:
                desk.take(add_ratings, labels, section, at)
                st.rerun()


def _new_section(place: int) -> None:
    desk.take(add_section)
    desk.select(section=place)


def _place(draft: Draft) -> tuple[int, int]:
    """Section and place after the selected question; the end of the selected section."""
    chosen = desk.selection()
    try:
        section, at = locate_question(draft.data, chosen.question or "")
    except NotInDraft:
        section = min(chosen.section, len(draft.sections()) - 1)
        return section, len(draft.sections()[section].get("questions") or ()) if draft.sections() else 0
    return section, at + 1
