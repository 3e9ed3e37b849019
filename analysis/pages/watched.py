"""The watch over the questions of a survey as every page asks for it, so that no two pages say different things."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.exploring import Item
from analysis.exploring.watched_items import watched_questions
from analysis.monitoring.joint_watch import Watch
from analysis.monitoring.watched_questions import UnitFound, searched, watch_units
from analysis.released.parts import CountedAnswers
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.watches_in_view import WatchedFamily, watched_family, watches_in_view
from surveys.console.kit import session
from surveys.console.kit.words import language


def watches(
    view: ReleasedAnswers, items: Mapping[str, Item], baseline: int | None = None, alarms: int = 1
) -> dict[str, Watch]:
    """The verdict on each watched question of a survey that is not anonymous, by column."""
    return watches_in_view(view, items, alpha_of(view, alarms), baseline)


def searched_units(view: ReleasedAnswers, items: Mapping[str, Item], unit: str) -> list[UnitFound]:
    """All watched questions in all values of *unit*, the surest change first."""
    found = [
        each
        for column, question in watched_questions(items).items()
        for each in view.ask(watch_units, CountedAnswers((unit, column, "day")), question, unit)
    ]
    return searched(found)


def family() -> WatchedFamily:
    """The questions watched in all running surveys, and the departments."""
    running = [each.survey for each in session.store().surveys.all() if each.live]
    return watched_family(running, len(session.store().organisation.departments()), language())


def alpha_of(view: ReleasedAnswers, alarms: int = 1) -> float:
    """The false-alarm probability of a week, for who is signed in."""
    return family().alpha(whole=not view.segments and session.signed_in().sees_all_departments, alarms=alarms)
