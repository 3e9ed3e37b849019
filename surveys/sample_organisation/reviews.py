"""Two rounds in which the departments of the sample rate each other: the tasks, and the anonymous answers to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from surveys.accounts import Account
from surveys.definition.questions import NOT_APPLICABLE, Answer
from surveys.definition.task_rules import Among, TaskMaker, TaskRule
from surveys.definition.templates import template
from surveys.fieldwork.rounds import CalendarRound, calendar_round
from surveys.fieldwork.tasks.rules import TaskGround, expand
from surveys.fieldwork.tasks.task import Task
from surveys.intake.submission import Submission
from surveys.organisation.subjects import Subject
from surveys.sample_organisation.answers import sample_id, source_of, within
from surveys.sample_organisation.organisation import ACCOUNTS, DEPARTMENTS
from surveys.sample_organisation.voices import Voices

REVIEW = "department-review"
_DAY = timedelta(days=1)
_ASKED_AFTER = timedelta(days=2)  # so long ago the tasks of the round that is open were given out
_DAYS = 21  # in which the answers of a round came
_LEVELS = {  # by round, the one before and the last one: repair has become slow to answer, crews are what they were
    "service": (4.0, 4.1), "repair": (4.1, 3.6), "connection": (3.6, 3.8), "crew-east": (4.0, 3.7),
    "crew-south": (4.1, 4.2),
}  # fmt: skip
_ANSWERS = {  # so many in each round; the last one is not over
    "service": (15, 12), "repair": (14, 11), "connection": (15, 12), "crew-east": (14, 11), "crew-south": (14, 11),
}  # fmt: skip
RULE = TaskRule(by=TaskMaker.OTHERS, among=Among.STAFFED)
_ITEMS = ("response", "quality", "cooperation", "communication")


def review_rounds(today: date) -> tuple[CalendarRound, CalendarRound]:
    """The round of yesterday and the one before it, the earlier one first."""
    rule = template(REVIEW).round_rule
    last = calendar_round(rule, today - _DAY)
    return calendar_round(rule, last.first - _DAY), last


def sample_reviews(seed: int, today: date, version: int = 1) -> Iterator[Submission]:
    """Anonymous answers to `department-review`: more than ten about each department in each round, without any time."""
    rng, number = source_of(seed, REVIEW), 0
    voices = Voices(rng)
    for turn, round_ in enumerate(review_rounds(today)):
        last = min(round_.last, today - _DAY)
        days = (last - max(round_.first, last - timedelta(days=_DAYS - 1))).days + 1
        about = [code for code, amounts in _ANSWERS.items() for _ in range(amounts[turn])]
        rng.shuffle(about)
        for code in about:
            day = last - timedelta(days=rng.randrange(days))
            answers = _colleague_answers(rng, voices, code, _LEVELS[code][turn])
            yield Submission(
                sample_id(seed, REVIEW, number), REVIEW, version, answers, day, department=code, subject=code
            )
            number += 1


def sample_tasks(seed: int, today: date, accounts: Sequence[Account], by: str) -> list[Task]:
    """The tasks of both rounds; as many are done as there are answers, in the last round not those of who may sign in
    to try the sample."""
    rng, tasks = source_of(seed, "tasks"), list[Task]()
    subjects = [Subject("department", each.code, each.name, each.code) for each in DEPARTMENTS]
    named = {each.id for each in accounts if each.name in {known.name for known in ACCOUNTS}}
    for turn, round_ in enumerate(review_rounds(today)):
        asked = max(round_.first, today - _ASKED_AFTER) if turn else round_.first
        ground = TaskGround(REVIEW, round_.code, "department", round_.first, asked, subjects, accounts, DEPARTMENTS)
        made = list(expand(RULE, ground, by=by).tasks)
        rng.shuffle(made)
        made.sort(key=lambda each: (each.account in named) == bool(turn))
        tasks += _done(made, {code: amounts[turn] for code, amounts in _ANSWERS.items()})
    return tasks


def _done(tasks: Sequence[Task], amounts: Mapping[str, int]) -> Iterator[Task]:
    """The tasks, the first ones about each subject ticked off, so many as are said."""
    left = dict(amounts)
    for each in tasks:
        left[each.subject] -= 1
        yield replace(each, done=left[each.subject] >= 0)


def _colleague_answers(rng: Random, voices: Voices, department: str, usual: float) -> dict[str, Answer]:
    level = usual + rng.gauss(0, 0.5)
    items: dict[str, Answer] = {
        item: within(level + rng.gauss(0, 0.6), 1, 5) if rng.random() < 0.96 else NOT_APPLICABLE for item in _ITEMS
    }
    answers: dict[str, Answer] = {"overall": within(level + rng.gauss(0, 0.4), 1, 5), **items}
    spoken_of = "repair" if department.startswith("crew") else department
    return answers | ({"comment": voices.colleague(spoken_of)} if rng.random() < 0.6 else {})
