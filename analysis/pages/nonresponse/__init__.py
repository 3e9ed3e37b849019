"""Who did not answer, and whether it matters: rates, the list that was asked, reminders, rounds, channels."""

from __future__ import annotations

from analysis.exploring import Item
from analysis.pages.nonresponse import answered_how, asked_list, rates
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Rates first; then, where answers may be told apart, four ways to see whether those who stayed silent differ."""
    found = rates.draw(view)
    if view.anonymous:
        look.soft(_("匿名问卷只看比率：谁答了、在哪一轮答、从哪里来，都不与回答放在一起。"))
        return
    asked_list.draw(view)
    overall = items.get(selection.overall or "")
    if overall is None or overall.low is None or overall.high is None:
        look.soft(_("没有总体满意度题，看不出早答晚答、各轮、各渠道有没有差别。"))
        return
    answered_how.draw(view, overall, overall.low, overall.high, found)
