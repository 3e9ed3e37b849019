"""How the rounds of a survey compare: the overall figure of each, and its change since the one before."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis.figures import overall_scale
from analysis.pages.figures import Figure, change_words, with_span
from analysis.pages.rounds import round_names
from analysis.pages.rounds.by_unit import overall_of, units_by_round
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_before
from surveys.console.kit import look
from surveys.console.kit.words import _

_AT_MOST = 8  # rounds that are compared at once


def compared_rounds(view: ReleasedAnswers) -> None:
    """The overall figure of each round, and its change since the one before; then that of each unit."""
    names = round_names(view)
    if len(names) < 2 or overall_scale(view.record.survey) is None:
        return
    lines = list[tuple[str | Markup, ...]]()
    for code in list(names)[:_AT_MOST]:
        found = overall_of(view.of_round(code, round_before(names, code)))
        if found is not None:
            change = change_words(Figure("", found.estimate, found.change)) if found.change else Markup("—")
            n = f"{found.estimate.n}" if found.estimate.n >= view.minimum else "—"
            lines.append((names[code], with_span(found.estimate), n, change))
    if len(lines) < 2:
        return
    st.header(_("各轮比较"), anchor=False)
    look.table([_("轮次"), _("满意率（95% 区间）"), _("作答"), _("与上一轮相比")], lines)
    units_by_round(view, list(names))
