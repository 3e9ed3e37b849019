"""A manager's session on a company of forty departments: all that it is shown, as one system of linear equations.

Unknown is the sum of the ratings of each department by day of receipt; that lies between what so many lowest and so
many highest ratings make. Every figure of every view, day and role is an equation. What is withheld may then neither
be worked out nor be narrowed to fewer than three values.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.level.satisfaction import mean_score
from analysis.released.evidence import PlaceNames
from analysis.released.parts import Column
from surveys.anonymity import MINIMUM_GROUP
from tests.attacks.test_subtracted_views import SURVEY, views
from tests.support.frame_answers import FrameAnswers, frame_of

DEPARTMENTS = 40
COMPANIES = 12 if os.environ.get("XINSHENG_THOROUGH") else 2
FIRST, ITEM = date(2026, 11, 2), "overall"
LOOKS = (FIRST + timedelta(days=2), FIRST + timedelta(days=6), FIRST + timedelta(days=60))
ROUNDS = ("2026-W45", "2026-W46")
TELLING = 3  # values that a cell has to leave open

Cell = tuple[str, int]  # department, and day of receipt


@dataclass
class Company:
    """The tree, and by answer its day, department and rating, as nobody but the database knows them."""

    parents: dict[str, str | None]
    days: list[date] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)

    @property
    def rounds(self) -> list[str]:
        return [ROUNDS[day >= FIRST + timedelta(days=5)] for day in self.days]

    def source(self, today: date) -> FrameAnswers:
        came = [n for n, day in enumerate(self.days) if day <= today]
        rated = {item: [self.ratings[n] for n in came] for item in ("overall", "speed", "manner")}
        rows = frame_of([self.days[n] for n in came], [self.departments[n] for n in came], **rated)
        return FrameAnswers(SURVEY, rows.assign(round=[self.rounds[n] for n in came]))

    def people(self) -> dict[Cell, int]:
        found: dict[Cell, int] = {}
        for department, day in zip(self.departments, self.days, strict=True):
            at = (department, (day - FIRST).days)
            found[at] = found.get(at, 0) + 1
        return found


def company(seed: int) -> Company:
    """Forty departments in a tree of three levels, of 1 to 200 people: many tiny ones, and a few large ones."""
    chance = random.Random(seed)
    parents: dict[str, str | None] = {"d0": None}
    for n in range(1, DEPARTMENTS):
        parents[f"d{n}"] = "d0" if n < 7 else f"d{chance.randrange(1, 7)}"
    found = Company(parents)
    for name in parents:
        for _ in range(chance.choice([1, 2, 3, 4, 4, 6, 15, 60, 200])):
            found.days.append(FIRST + timedelta(days=chance.randrange(10)))
            found.departments.append(name)
            found.ratings.append(chance.randint(1, 5))
    return found


def roles(parents: Mapping[str, str | None]) -> Iterator[tuple[str, ...] | None]:
    """The whole, and each branch as its manager sees it."""
    yield None
    for top in [each for each, parent in parents.items() if parent == "d0"]:
        yield tuple(sorted(each for each, parent in parents.items() if top in (each, parent)))


@dataclass(frozen=True)
class Shown:
    """One figure: the sum of the ratings of so many people of these departments, received by a day, in a round."""

    departments: frozenset[str]
    round: str
    total: int
    n: int


def shown(of: Company) -> set[Shown]:
    names, found = PlaceNames(parents=of.parents), set()
    for today in LOOKS:
        gate = (source := of.source(today)).gate()
        for own in roles(of.parents):
            for label, answers in views(source.answers(own, today, gate, names)):
                figure = answers.ask(mean_score, Column(ITEM), low=1, high=5)
                if figure.value is not None:
                    found.add(Shown(_meant(label, own, of), label.split()[0], round(figure.value * figure.n), figure.n))
    return found


def _meant(label: str, own: tuple[str, ...] | None, of: Company) -> frozenset[str]:
    """Which departments a view is of, by its label."""
    _, name, *below = label.split()
    if name == "whole":
        return frozenset(own or of.parents)
    if not below:
        return frozenset({name})
    return frozenset(each for each in of.parents if name in _line(each, of.parents))


def _line(code: str, parents: Mapping[str, str | None]) -> set[str]:
    found, at = {code}, parents[code]
    while at is not None:
        found.add(at)
        at = parents[at]
    return found


def equations(of: Company, figures: Sequence[Shown]) -> tuple[list[Cell], np.ndarray, np.ndarray]:
    """Of the last look, where all days are released, a figure is of whole departments in a whole round.

    Of earlier ones the attacker knows who had answered, and guesses batches by the number of people in a figure: taken
    are those whose number fits all answers up to some day, as then nothing is left to guess.
    """
    cells, rows, totals = of.people(), [], []
    order = list(cells)
    for each in figures:
        inside = [cell for cell in order if cell[0] in each.departments and _in_round(cell, each.round)]
        for last in range(10):
            until = [cell for cell in inside if cell[1] <= last]
            if sum(cells[cell] for cell in until) == each.n and until:
                rows.append([float(cell in set(until)) for cell in order])
                totals.append(float(each.total))
                break
    return order, np.array(rows), np.array(totals)


def _in_round(cell: Cell, code: str) -> bool:
    return code == "None" or code == ROUNDS[cell[1] >= 5]


def narrowed(of: Company, figures: Sequence[Shown]) -> dict[str, float]:
    """How many values each group under the minimum keeps open, by what it is; all of them by linear programmes."""
    order, known, totals = equations(of, figures)
    people = of.people()
    bounds = [(people[cell], 5 * people[cell]) for cell in order]
    found: dict[str, float] = {}
    for name, wanted in small_groups(of).items():
        goal = np.array([float(cell in wanted) for cell in order])
        ends = [
            linprog(sign * goal, A_eq=known, b_eq=totals, bounds=bounds, method="highs") for sign in (1.0, -1.0)
        ]  # fmt: skip
        assert all(each.success for each in ends), "the figures fit together"
        low, high = float(ends[0].fun), -float(ends[1].fun)
        found[name] = np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1
    return found


def small_groups(of: Company) -> dict[str, set[Cell]]:
    """Departments, all they have or in a round, of fewer people than the minimum."""
    people, found = of.people(), {}
    for name in of.parents:
        for code in ("None", *ROUNDS):
            cells = {cell for cell in people if cell[0] == name and _in_round(cell, code)}
            if 0 < sum(people[cell] for cell in cells) < MINIMUM_GROUP:
                found[f"{name} {code}"] = cells
    return found


@cache
def attacked(seed: int) -> tuple[Company, list[Shown]]:
    """A company, and all figures that anybody saw of it."""
    made = company(seed)
    return made, sorted(shown(made), key=lambda each: (sorted(each.departments), each.round, each.total))


@pytest.mark.parametrize("seed", range(COMPANIES))
def test_no_small_cell_is_recovered_or_narrowed(seed: int) -> None:
    """The attacker has figures to work with, and still three values or more of every cell are possible."""
    made, figures = attacked(seed)
    _, known, _ = equations(made, figures)
    assert len(known) > DEPARTMENTS / 2, "there is something to solve"
    left = narrowed(made, figures)
    assert len(left) > 10, "there are cells to hide"
    assert min(left.values()) >= TELLING, {name: n for name, n in left.items() if n < TELLING}


def test_the_attack_finds_a_cell_that_is_given_away() -> None:
    """A figure of a branch less its parts, each shown, tells the one left."""
    made, figures = attacked(0)
    name, _ = next(iter(small_groups(made).items()))
    department, code = name.split()
    own = [n for n, each in enumerate(made.departments) if each == department and (code in ("None", made.rounds[n]))]
    leak = Shown(frozenset({department}), code, sum(made.ratings[n] for n in own), len(own))
    assert narrowed(made, [*figures, leak])[name] == 1
