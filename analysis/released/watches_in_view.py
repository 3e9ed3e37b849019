"""The watch over the questions of a survey, asked for in one way, so that no two places say different things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analysis.exploring import Item
from analysis.exploring.items import items_of
from analysis.exploring.watched_items import watched_questions
from analysis.monitoring.joint_watch import Watch
from analysis.monitoring.watched_questions import family_alpha, watch_question
from analysis.released.parts import CountedAnswers
from analysis.released.released_answers import ReleasedAnswers
from surveys.definition.survey import Survey


class WatchedFamily(NamedTuple):
    """How many questions are watched in all running surveys that are not anonymous, and in how many units."""

    questions: int
    units: int

    def alpha(self, *, whole: bool, alarms: float = 1) -> float:
        """The false-alarm probability of a week: parts of the organisation have their own half of the budget."""
        return family_alpha(self.questions, self.units, whole=whole, alarms=alarms)


def watched_family(running: Iterable[Survey], departments: int, language: str) -> WatchedFamily:
    """The family that the budget of alarms is kept over; of the *running* surveys the open ones count."""
    questions = sum(len(watched_questions(items_of(each, language))) for each in running if not each.anonymous)
    return WatchedFamily(max(questions, 1), max(departments, 1))


def of_all_time(view: ReleasedAnswers) -> ReleasedAnswers:
    """The same place and segments over all weeks: a baseline is what came before, whatever period is in view."""
    return view if view.round is not None else view.within(None, None, view.coded_segments)


def watches_in_view(
    view: ReleasedAnswers, items: Mapping[str, Item], alpha: float, baseline: int | None = None
) -> dict[str, Watch]:
    """The verdict on each watched question of a survey that is not anonymous, by column."""
    return {
        column: view.ask(watch_question, CountedAnswers((column, "day")), each, alpha=alpha, baseline=baseline)
        for column, each in watched_questions(items).items()
    }
