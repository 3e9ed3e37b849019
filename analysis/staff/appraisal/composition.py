"""A person's report from the ratings of them: all figures are of units of raters that may be shown.

The score of a unit is the mean of its items by their weights, and not that of its raters' own means: with a rater who
left an item out these two, subtracted from each other, would tell what that rater has said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

from analysis.scales.agreement import null_variances
from analysis.staff.appraisal.rater_units import rater_units, tells_of_few
from surveys.anonymity import Minimums
from surveys.appraisal.appraisal import AppraisalRules
from surveys.appraisal.report import AppraisalReport, RaterUnit, ReportItem
from surveys.fieldwork.tasks.relations import SELF

PERSON, RELATION = "person", "relation"
CONFIDENCE = 0.95


@dataclass(frozen=True)
class AppraisalItem:
    """An item that counts, with the weight of its dimension shared among the items of it."""

    item: ReportItem
    weight: float


@dataclass(frozen=True)
class AppraisalForm:
    """What is asked of people: items that are rated, and questions that are answered in words, by their codes."""

    items: Sequence[AppraisalItem]
    texts: Sequence[str] = ()


def shown_raters(
    ratings: pd.DataFrame, rules: AppraisalRules, minimums: Minimums
) -> dict[tuple[str, ...], pd.DataFrame]:
    """The ratings of one person by the unit of raters they are shown in; their own, and what is left out, in none."""
    others = ratings[ratings[RELATION] != SELF]
    counts = {str(name): int(n) for name, n in others[RELATION].value_counts().items()}
    return {
        unit: others[others[RELATION].isin(unit)] for unit in rater_units(counts, rules, minimums.group)
    }  # fmt: skip


def appraisal_report(
    ratings: pd.DataFrame, form: AppraisalForm, rules: AppraisalRules, minimums: Minimums
) -> AppraisalReport:  # fmt: skip
    """*ratings*: a row for each rater of one person, with their group in `relation` and a column by item."""
    shown = shown_raters(ratings, rules, minimums)
    fewest = max(rules.minimum, minimums.group)
    units = [
        found for groups, own in shown.items()
        if (found := _unit(groups, own, form, rules, fewest)).items
    ]  # fmt: skip
    present = {each for each in ratings[RELATION] if each != SELF}
    left_out = tuple(sorted(present - {group for unit in units for group in unit.groups}))
    own = ratings[ratings[RELATION] == SELF]
    items = tuple(
        replace(each.item, others=_together(units, each.item.code), own=_own(own, each.item.code))
        for each in form.items
    )
    used = pd.concat([shown[unit.groups] for unit in units]) if units else ratings.iloc[:0]
    composite = _composite(units, [_score_error(shown[unit.groups], unit, form) for unit in units])
    return AppraisalReport(
        items, tuple(units), left_out, *composite, within=_agreement_within(used, units, form),
        comments=_comments(used, form, minimums),
    )  # fmt: skip


def _unit(
    groups: tuple[str, ...], own: pd.DataFrame, form: AppraisalForm, rules: AppraisalRules, fewest: int
) -> RaterUnit:
    means = {
        each.item.code: float(own[each.item.code].mean()) for each in form.items
        if _may_show(own[[RELATION, each.item.code]].dropna(), each.item, fewest)
    }  # fmt: skip
    weight = float(sum(rules.weights.get(group, 0) for group in groups))
    return RaterUnit(groups, weight, len(own), means, _score(means, form))


def _may_show(answered: pd.DataFrame, item: ReportItem, fewest: int) -> bool:
    """Of enough raters, and no smaller group among them narrowed to one or two values by the sum."""
    n, total = len(answered), int(answered[item.code].sum())
    small = [int(k) for k in answered[RELATION].value_counts() if k < fewest]
    return n >= fewest and not any(tells_of_few(total, n, k, int(item.low), int(item.high)) for k in small)


def _score(means: Mapping[str, float], form: AppraisalForm) -> float:
    """0–100, over the items that there are."""
    known = [each for each in form.items if each.item.code in means]
    whole = sum(each.weight for each in known) or 1.0
    return sum(each.weight * _percent(means[each.item.code], each.item) for each in known) / whole


def _percent(value: float, item: ReportItem) -> float:
    return 100 * (value - item.low) / (item.high - item.low)


def _score_error(own: pd.DataFrame, unit: RaterUnit, form: AppraisalForm) -> float:
    """The standard error of a unit's score, by the spread of its raters' own scores."""
    known = [each for each in form.items if each.item.code in unit.items]
    scores = pd.DataFrame({each.item.code: _percent_of(own[each.item.code], each.item) for each in known})
    weights = np.array([each.weight for each in known])
    there = scores.notna().to_numpy() * weights
    sums, whole = (scores.fillna(0).to_numpy() * weights).sum(axis=1), there.sum(axis=1)
    raters = sums[whole > 0] / whole[whole > 0]
    return float(raters.std(ddof=1) / sqrt(len(raters))) if len(raters) > 1 else 0.0


def _percent_of(values: pd.Series, item: ReportItem) -> pd.Series:
    return 100 * (values - item.low) / (item.high - item.low)


def _composite(
    units: Sequence[RaterUnit], errors: Sequence[float]
) -> tuple[float | None, float | None, float | None]:  # fmt: skip
    """The units' scores by their weights, and its interval (t, degrees of freedom by Welch and Satterthwaite)."""
    whole = sum(each.weight for each in units)
    if not whole:
        return None, None, None
    parts = [each.weight / whole for each in units]
    value = sum(part * each.score for part, each in zip(parts, units, strict=True))
    own = [(part * error) ** 2 for part, error in zip(parts, errors, strict=True)]
    if not sum(own) > 0:
        return round(value, 2), round(value, 1), round(value, 1)
    degrees = sum(own) ** 2 / sum(each**2 / (unit.n - 1) for each, unit in zip(own, units, strict=True))
    half = float(stats.t.isf((1 - CONFIDENCE) / 2, degrees)) * sqrt(sum(own))
    return round(value, 2), round(max(value - half, 0.0), 1), round(min(value + half, 100.0), 1)


def _together(units: Sequence[RaterUnit], code: str) -> float | None:
    """An item in the view of the others: the units' means by their weights, by their raters where none has any."""
    known = [each for each in units if code in each.items]
    weights = [each.weight for each in known]
    if not sum(weights):
        weights = [float(each.n) for each in known]
    whole = sum(weights)
    return sum(w * each.items[code] for w, each in zip(weights, known, strict=True)) / whole if whole else None


def _own(ratings: pd.DataFrame, code: str) -> float | None:
    values = ratings[code].dropna()
    return float(values.iloc[-1]) if len(values) else None


def _agreement_within(used: pd.DataFrame, units: Sequence[RaterUnit], form: AppraisalForm) -> dict[str, float]:
    """r_wg by null distribution (James, Demaree & Wolf 1984), the mean over items, so that no item tells its spread."""
    shared = [each.item for each in form.items if units and all(each.item.code in unit.items for unit in units)]
    found: dict[str, list[float]] = {}
    for item in shared:
        spread = float(used[item.code].var(ddof=1))
        for name, null in null_variances(round(item.high - item.low) + 1).items():
            found.setdefault(name, []).append(min(max(1 - spread / null, 0.0), 1.0))
    return {name: round(float(np.mean(each)), 2) for name, each in found.items()}


def _comments(used: pd.DataFrame, form: AppraisalForm, minimums: Minimums) -> dict[str, tuple[str, ...]]:
    """What was written, in the order of the words themselves, where enough have written; else nothing."""
    found = {}
    for code in form.texts:
        texts = sorted(text for text in used[code].dropna() if str(text).strip())
        if len(texts) >= minimums.comments:
            found[code] = tuple(texts)
    return found
