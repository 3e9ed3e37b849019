"""The watch over the questions of a survey as every page asks for it, so that no two pages say different things."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.exploring import Item
from analysis.exploring.items import items_of
from analysis.exploring.watched_items import watched_questions
from analysis.monitoring.joint_watch import Watch
from analysis.monitoring.watched_questions import UnitFound, family_alpha, searched, watch_question, watch_units
from analysis.released.parts import CountedAnswers
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import session
from surveys.console.kit.words import language


def of_all_time(view: ReleasedAnswers) -> ReleasedAnswers:
    """The same place and segments over all weeks: a baseline is what came before, whatever period is in view."""
    return view if view.round is not None else view.within(None, None, view.coded_segments)


def watches(
    view: ReleasedAnswers, items: Mapping[str, Item], baseline: int | None = None, alarms: int = 1
) -> dict[str, Watch]:
    """The verdict on each watched question of a survey that is not anonymous, by column."""
    alpha = alpha_of(view, alarms)
    return {
        column: view.ask(watch_question, CountedAnswers((column, "day")), each, alpha=alpha, baseline=baseline)
        for column, each in watched_questions(items).items()
    }


def searched_units(view: ReleasedAnswers, items: Mapping[str, Item], unit: str) -> list[UnitFound]:
    """All watched questions in all values of *unit*, the surest change first."""
    found = [
        each
        for column, question in watched_questions(items).items()
        for each in view.ask(watch_units, CountedAnswers((unit, column, "day")), question, unit)
    ]
    return searched(found)


def family() -> tuple[int, int]:
    """How many questions are watched in all running surveys that are not anonymous, and in how many departments."""
    running = [each.survey for each in session.store().surveys.all() if each.live and not each.survey.anonymous]
    questions = sum(len(watched_questions(items_of(survey, language()))) for survey in running)
    return max(questions, 1), max(len(session.store().organisation.departments()), 1)


def alpha_of(view: ReleasedAnswers, alarms: int = 1) -> float:
    """The false-alarm probability of a week: parts of the organisation have their own half of the budget."""
    questions, units = family()
    whole = not view.segments and session.signed_in().sees_all_departments
    return family_alpha(questions, units, whole=whole, alarms=alarms)
