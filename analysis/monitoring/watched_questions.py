"""All questions of a survey, or all its units, watched at once: one budget of false alarms over the organisation.

Alarms are for acting on, so their number is budgeted: half of the budget for the figures of the organisation as a
whole, half for those of its parts. A search over the units is for looking around; there, of what is named, only a
stated part may be chance (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.differences.multiplicity import benjamini_hochberg
from analysis.monitoring.joint_watch import LONGEST_BASELINE, QUARTER, Watch, joint_watch, usual_baseline

FALSELY_NAMED = 0.1  # the part of the units named by a search that may be named by chance


@dataclass(frozen=True)
class WatchedQuestion:
    """A column of answers: the share of them above `above`, or their mean; `fall` is one that is worth an alarm."""

    column: str
    above: float | None = None
    fall: float | None = None


@dataclass(frozen=True)
class UnitFound:
    """What a search says of a unit's question; `q` is the false discovery rate at which it would be named."""

    unit: str
    question: str
    watch: Watch
    q: float = 1.0

    @property
    def named(self) -> bool:
        return self.q <= FALSELY_NAMED


def family_alpha(questions: int, units: int, *, whole: bool, alarms: float = 1.0) -> float:
    """The false-alarm probability of a week of one question, so that the organisation has *alarms* in a quarter.

    *questions* of all its surveys are watched, each over the *whole* and in every one of the *units*.
    """
    if units < 2:
        return min(alarms / (questions * QUARTER), 1.0)
    return min(alarms / 2 / (questions * (1 if whole else units) * QUARTER), 1.0)


def weekly_counts(
    values: pd.Series, day: pd.Series, n: pd.Series | None = None, *, above: float | None = None
) -> pd.DataFrame:
    """The answers by week from Monday: n, total and squares; of a share those *above* count as 1, the others as 0.

    *n*: how many gave each value on each day, one where it is not given.
    """
    given = pd.to_numeric(values).astype(float)
    amount = pd.Series(1.0, index=given.index) if n is None else n.astype(float)
    known = np.isfinite(given) & day.notna()
    given, days, amount = given[known], pd.to_datetime(day[known]), amount[known]
    if above is not None:
        given = (given > above).astype(float)
    weeks = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    columns = pd.DataFrame({"n": amount, "total": amount * given, "squares": amount * given**2}, index=given.index)
    return columns.groupby(weeks.rename("week")).sum().asfreq("7D", fill_value=0.0)


def watch_question(
    counted: pd.DataFrame, question: WatchedQuestion, *, alpha: float, baseline: int | None = None
) -> Watch:
    """The watch over a question; *counted* has how many (n) gave each answer (the question's column) on each day.

    By default the baseline is `usual_baseline`, one year at most.
    """
    weeks = weekly_counts(counted[question.column], counted["day"], counted["n"], above=question.above)
    if baseline is None:
        before = usual_baseline(len(weeks))
        weeks = weeks.iloc[max(before - LONGEST_BASELINE, 0) :]
        baseline = min(before, LONGEST_BASELINE)
    return joint_watch(weeks, share=question.above is not None, alpha=alpha, baseline=min(baseline, len(weeks)))


def watch_units(counted: pd.DataFrame, question: WatchedQuestion, unit: str) -> list[UnitFound]:
    """The question in each value of the column *unit* of *counted*; those too short to judge are left out."""
    known = counted[counted[unit].notna()]
    watches = {
        str(name): watch_question(own, question, alpha=1 / QUARTER)
        for name, own in known.groupby(known[unit].astype(object))
    }
    return [UnitFound(name, question.column, each) for name, each in watches.items() if each.p is not None]


def searched(found: Sequence[UnitFound]) -> list[UnitFound]:
    """All that was searched, with the false discovery rate of each, the surest change first."""
    rates = benjamini_hochberg([each.watch.p or 0.0 for each in found]) if found else []
    return sorted(
        (replace(each, q=q) for each, q in zip(found, rates, strict=True)),
        key=lambda each: (each.q, each.watch.p, each.unit, each.question),
    )


def newest_alarms(watches: Mapping[str, Watch], since: pd.Timestamp) -> dict[str, Watch]:
    """Those that gave an alarm in a week from *since* on, the newest first."""
    dated = [(each.week, column) for column, each in watches.items() if each.week is not None and each.week >= since]
    return {column: watches[column] for _week, column in sorted(dated, reverse=True)}
