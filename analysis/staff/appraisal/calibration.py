"""The people of an appraisal side by side, from their reports alone; and how surely raters tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

import pandas as pd

from analysis.scales.agreement import RaterAgreement, agreement
from analysis.staff.appraisal.composition import PERSON
from surveys.appraisal.report import AppraisalReport, ItemReliability, ReportItem


@dataclass(frozen=True)
class CalibrationLine:
    """One person: the composite as released and, after an objection, as corrected; how far from the middle of all."""

    person: str
    department: str | None
    composite: float
    low: float
    high: float
    raters: int
    corrected: float | None
    away: float
    clear: bool  # whether the interval leaves the middle out

    @property
    def final(self) -> float:
        return self.composite if self.corrected is None else self.corrected


@dataclass(frozen=True)
class DepartmentCalibration:
    """The people of a department: how many have a composite, and the mean of these."""

    department: str | None
    n: int
    mean: float
    away: float


@dataclass(frozen=True)
class CalibrationInput:
    """What is set side by side of one person."""

    person: str
    department: str | None
    report: AppraisalReport
    corrected: float | None = None


def calibrated(found: Sequence[CalibrationInput]) -> list[CalibrationLine]:
    """One line for each who has a composite, the highest first."""
    known = [(each, each.report.composite) for each in found if each.report.composite is not None]
    middle = median([_final(each, value) for each, value in known]) if known else 0.0
    lines = [
        CalibrationLine(
            each.person, each.department, value, each.report.low or 0.0, each.report.high or 0.0, each.report.raters,
            each.corrected, _final(each, value) - middle,
            not (each.report.low or 0) <= middle <= (each.report.high or 0),
        )
        for each, value in known
    ]  # fmt: skip
    return sorted(lines, key=lambda each: (-each.final, each.person))


def _final(each: CalibrationInput, value: float) -> float:
    return value if each.corrected is None else each.corrected


def by_department(lines: Sequence[CalibrationLine]) -> list[DepartmentCalibration]:
    """Departments by the mean of their people, the highest first; away from the mean of all people."""
    homes: dict[str | None, list[float]] = {}
    for each in lines:
        homes.setdefault(each.department, []).append(each.final)
    whole = mean([each.final for each in lines]) if lines else 0.0
    found = [DepartmentCalibration(home, len(own), mean(own), mean(own) - whole) for home, own in homes.items()]
    return sorted(found, key=lambda each: -each.mean)


def reliability_by_item(ratings: pd.DataFrame, items: Sequence[ReportItem]) -> list[ItemReliability]:
    """*ratings*: a row for each rater who may be shown, with the `person` and a column by item."""
    return [_reliability(each, agreement(ratings[each.code], ratings[PERSON], low=each.low, high=each.high))
            for each in items]  # fmt: skip


def _reliability(item: ReportItem, found: RaterAgreement) -> ItemReliability:
    single, together = found.single, found.mean
    return ItemReliability(
        item.code, single.value, single.low, single.high, together.value, found.raters, found.needed
    )  # fmt: skip
