"""How test questions were answered: the share that had each right, the least known first."""

from __future__ import annotations

import streamlit as st

from analysis.figures import FIGURES
from analysis.pages.figures import with_span
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.console.kit import look
from surveys.console.kit.words import _, said


def test_results(view: ReleasedAnswers) -> None:
    """A table of the questions; nothing where the survey has no test."""
    found = survey_figures(view, [FIGURES["share_right"]])
    if not found:
        return
    st.header(_("测试题"), anchor=False)
    titles = {each.code: said(each.title) for each in view.record.survey.questions()}
    known = sorted(found, key=lambda each: 2.0 if each.estimate.value is None else each.estimate.value)
    rows = [(titles[each.item.code], with_span(each.estimate), each.estimate.n) for each in known]
    look.table([_("题目"), _("答对率（95% 区间）"), _("作答")], rows)
    if not view.anonymous:
        look.soft(_("每个人的得分在“答卷”页逐份列出。"))
