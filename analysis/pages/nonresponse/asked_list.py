"""The list that was asked beside those who answered, by what stands in people's files."""

from __future__ import annotations

import streamlit as st

from analysis.estimates import figure
from analysis.interpretation.wordings import p_value
from analysis.nonresponse.asked_people import AnsweredBy, asked_and_answered
from analysis.pages.figures import with_span
from analysis.pages.filters import segment_labels
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names
from surveys.definition.breakdowns.breakdown import BreakdownKind

_ALIKE = 0.8  # of the R-indicator: below it the list and the answers are told to differ


def file_breakdowns(view: ReleasedAnswers) -> dict[str, str]:
    """The attributes of people's files that this account sees, by name: their words."""
    words = segment_labels(view)
    return {
        name: words[name] for name, each in view.breakdowns.items()
        if each.kind is BreakdownKind.FILE and name in words
    }  # fmt: skip


def draw(view: ReleasedAnswers) -> None:
    """Response by each attribute, corrected for looking at several; nothing where nobody was invited by name."""
    words = file_breakdowns(view)
    found = view.ask_of_invited(asked_and_answered, list(words))
    if found is None or not found.n:
        return
    st.header(_("名单里谁没有答"), anchor=False)
    if not found.by:
        look.soft(_("名单上的 {n} 人在档案里没有可以比较的特征。").format(n=found.n))
        return
    differing = [words[each.attribute] for each in found.by if each.differs]
    if differing:
        told = _("**回答的人与名单在这些方面不同：{names}。** 可以在“加权”里按邀请名单加权。")
        st.markdown(told.format(names=look.as_written(join_names(differing))))
    else:
        st.markdown(_("**在档案里看得到的方面，没有发现回答的人与名单不同。** 档案里没有的，仍可能不同。"))
    look.table(
        [_("特征"), _("分类"), _("邀请"), _("回答的比例"), _("p（Holm）")],
        [row for each in found.by for row in _rows(each, words[each.attribute])],
    )
    if found.likeness.ok and found.likeness.value is not None:
        look.soft(
            _("代表性指标 R = {value}（1 为完全一样；低于 {least} 值得加权）。").format(
                value=with_span(found.likeness), least=figure(_ALIKE, "score")
            )
        )


def _rows(found: AnsweredBy, words: str) -> list[tuple[object, ...]]:
    p = "—" if found.p_adjusted is None else p_value(found.p_adjusted)
    return [(words, value, each.n, with_span(each), p) for value, each in found.values.items()]
