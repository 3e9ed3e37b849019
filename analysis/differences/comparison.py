"""Differences of two figures, and of every segment against the rest, without crying wolf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.multiplicity import benjamini_hochberg, holm
from analysis.disclosure import MINIMUM_SCORES, disclosed_cells
from analysis.estimates import RELEVANT_PART_OF_RANGE, Change, Estimate, Verdict, answers
from analysis.intervals.constant_answers import variance_of
from analysis.intervals.shares import WILSON, share
from analysis.level.satisfaction import (
    adjusted_net_promoter,
    mean_score,
    net_promoter_counts,
    net_promoter_score,
    promoter_points,
    top_two_box,
)
from analysis.sampling.clustered_figures import change_within_clusters
from analysis.sampling.sample_size import answers_to_detect, answers_to_detect_shares
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

Comparison = Callable[[pd.Series, pd.Series], Change]
Correction = Callable[[Sequence[float]], list[float]]


def share_change(
    before: Estimate, after: Estimate, *, relevant: float | None = None, confidence: float = 0.95
) -> Change:
    """Difference of two independent Wilson shares: Newcombe's hybrid score interval, N − 1 chi-square p.

    Newcombe 1998 (method 10) and Campbell 2007. *relevant* is the smallest share difference that matters.
    """
    if not (before.ok and after.ok):
        return no_change(before, after)
    (p1, low1, high1), (p2, low2, high2) = (_with_wilson_limits(each, confidence) for each in (before, after))
    difference = p2 - p1
    low = difference - np.hypot(p2 - low2, high1 - p1)
    high = difference + np.hypot(high2 - p2, p1 - low1)
    pooled = (p1 * before.n + p2 * after.n) / (before.n + after.n)
    total = before.n + after.n
    error = np.sqrt(pooled * (1 - pooled) * (1 / before.n + 1 / after.n) * total / (total - 1))
    p = float(2 * stats.norm.sf(abs(difference) / error)) if error > 0 else 1.0
    smallest = relevant or RELEVANT_PART_OF_RANGE
    reachable = [other for other in (p1 - smallest, p1 + smallest) if 0 <= other <= 1] or [0.0 if p1 > 0.5 else 1.0]
    needed = max(answers_to_detect_shares(p1, other, alpha=1 - confidence) for other in reachable)
    return judge_change(
        before,
        after,
        (difference, float(low), float(high)),
        p,
        needed,
        smallest,
        method="Newcombe hybrid score interval (Newcombe 1998), N−1 chi-square (Campbell 2007)",
    )


def _with_wilson_limits(found: Estimate, confidence: float) -> tuple[float, float, float]:
    """The share with the limits that the method is made of, whatever interval it is shown with."""
    value, low, high = found.figures()
    if found.design_effect != 1.0 or found.method == WILSON:
        return value, low, high
    return share(round(value * found.n), found.n, confidence=confidence).figures()


def top_two_box_change(
    before: pd.Series,
    after: pd.Series,
    *,
    low: float = 1,
    high: float = 5,
    boxes: int = 2,
    relevant: float | None = None,
    confidence: float = 0.95,
    clusters_before: pd.Series | None = None,
    clusters: pd.Series | None = None,
) -> Change:
    """Difference of two top-two-box shares, independent but for the clusters that both come from."""
    of = (clusters_before, clusters)
    measured = [
        top_two_box(ratings, low=low, high=high, boxes=boxes, confidence=confidence) for ratings in (before, after)
    ]
    found = share_change(*measured, relevant=relevant, confidence=confidence)
    hits = [(each > high - boxes).astype(float).where(each.notna()) for each in (before, after)]
    sides = [
        top_two_box(ratings, low=low, high=high, boxes=boxes, confidence=confidence, clusters=own)
        for ratings, own in zip((before, after), of, strict=True)
    ]
    return _of_clusters(found, (sides[0], sides[1]), (hits[0], hits[1]), of)


def _of_clusters(
    found: Change,
    sides: tuple[Estimate, Estimate],
    scores: tuple[pd.Series, pd.Series],
    clusters: tuple[pd.Series | None, pd.Series | None],
) -> Change:
    """The change of figures whose answers come from clusters, judged anew; *found* itself where they don't."""
    if clusters[0] is None or clusters[1] is None or not found.ok:
        return found
    wider = change_within_clusters(replace(found, before=sides[0], after=sides[1]), scores, clusters)
    return replace(wider, verdict=_verdict(wider, wider.p or 0.0))


def net_promoter_change(
    before: pd.Series,
    after: pd.Series,
    *,
    relevant: float | None = None,
    confidence: float = 0.95,
    clusters_before: pd.Series | None = None,
    clusters: pd.Series | None = None,
) -> Change:
    """Difference of two independent NPS in points: adjusted Wald z test and interval (Rocks 2016)."""
    then, now = (net_promoter_score(ratings, confidence=confidence) for ratings in (before, after))
    if not (then.ok and now.ok):
        return no_change(then, now)
    (old, old_error), (new, new_error) = (
        adjusted_net_promoter(*net_promoter_counts(answers(ratings, 0, 10)[0])) for ratings in (before, after)
    )
    difference = now.figures()[0] - then.figures()[0]
    error = float(np.hypot(old_error, new_error))
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    low, high = min(new - old - half, difference), max(new - old + half, difference)
    p = float(2 * stats.norm.sf(abs(new - old) / error))
    smallest = relevant or 200 * RELEVANT_PART_OF_RANGE
    variance = (old_error**2 * (then.n + 3) + new_error**2 * (now.n + 3)) / 2
    needed = answers_to_detect(smallest, variance, alpha=1 - confidence)
    limits = (difference, max(low, -200.0), min(high, 200.0))
    found = judge_change(then, now, limits, p, needed, smallest, method="adjusted Wald z (Rocks 2016)")
    if clusters_before is None or clusters is None:
        return found
    of = (clusters_before, clusters)
    sides = (
        net_promoter_score(before, confidence=confidence, clusters=clusters_before),
        net_promoter_score(after, confidence=confidence, clusters=clusters),
    )
    return _of_clusters(found, sides, (promoter_points(before), promoter_points(after)), of)


def mean_change(
    before: pd.Series,
    after: pd.Series,
    *,
    low: float = 1,
    high: float = 5,
    relevant: float | None = None,
    confidence: float = 0.95,
    clusters_before: pd.Series | None = None,
    clusters: pd.Series | None = None,
) -> Change:
    """Difference of two independent mean scores with unequal variances (Welch 1947).

    A side whose answers are all the same has the variance of `analysis.intervals.constant_answers`.
    """
    then, now = (mean_score(ratings, low=low, high=high, confidence=confidence) for ratings in (before, after))
    if not (then.ok and now.ok):
        return no_change(then, now)
    old, new = (answers(ratings, low, high)[0] for ratings in (before, after))
    spreads = variance_of(old, low, high), variance_of(new, low, high)
    error, degrees = welch_error(spreads, (len(old), len(new)))
    difference = float(new.mean() - old.mean())
    half, p = _t_interval(difference, error, degrees, confidence)
    smallest = relevant or (high - low) * RELEVANT_PART_OF_RANGE
    needed = answers_to_detect(smallest, sum(spreads) / 2, alpha=1 - confidence)
    limits = (difference, max(difference - half, low - high), min(difference + half, high - low))
    found = judge_change(then, now, limits, p, needed, smallest, method="Welch t test (Welch 1947)")
    if clusters_before is None or clusters is None:
        return found
    sides = (
        mean_score(before, low=low, high=high, confidence=confidence, clusters=clusters_before),
        mean_score(after, low=low, high=high, confidence=confidence, clusters=clusters),
    )
    return _of_clusters(found, sides, (before, after), (clusters_before, clusters))


def welch_error(variances: tuple[float, float], n: tuple[int, int]) -> tuple[float, float]:
    """Standard error of a difference of two means of unequal variances, and its degrees of freedom (Welch 1947)."""
    first, second = (variance / amount for variance, amount in zip(variances, n, strict=True))
    degrees = (first + second) ** 2 / (first**2 / (n[0] - 1) + second**2 / (n[1] - 1))
    return float(np.sqrt(first + second)), float(degrees)


def _t_interval(difference: float, error: float, degrees: float, confidence: float) -> tuple[float, float]:
    """Half the width of Student's interval, and the two-sided p of the difference."""
    half = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    return half, float(2 * stats.t.sf(abs(difference) / error, degrees))


def estimate_change(before: Estimate, after: Estimate, *, relevant: float | None = None) -> Change:
    """Difference of two independent estimates from their standard errors (z): for weighted and clustered figures.

    n_needed counts responses of the same design: its design effect is part of the standard errors.
    """
    if before.standard_error is None or after.standard_error is None or not (before.ok and after.ok):
        return no_change(before, after)
    difference = after.figures()[0] - before.figures()[0]
    errors = [_error_of(each) for each in (before, after)]
    error = float(np.hypot(errors[0], errors[1]))
    if error == 0:
        return no_change(before, after)
    half = float(stats.norm.isf((1 - after.confidence) / 2)) * error
    smallest = relevant or (after.scale[1] - after.scale[0]) * RELEVANT_PART_OF_RANGE
    variance = (errors[0] ** 2 * before.n + errors[1] ** 2 * after.n) / 2
    needed = answers_to_detect(smallest, variance, alpha=1 - after.confidence)
    limits = (difference, difference - half, difference + half)
    p = float(2 * stats.norm.sf(abs(difference) / error))
    return judge_change(before, after, limits, p, needed, smallest, method="z test from the design's standard errors")


def _error_of(estimate: Estimate) -> float:
    """The standard error; of a figure at its edge, which has none, what its interval is worth."""
    if estimate.standard_error:
        return estimate.standard_error
    _, low, high = estimate.figures()
    return (high - low) / (2 * float(stats.norm.isf((1 - estimate.confidence) / 2)))


def segment_comparison(
    values: pd.Series,
    segments: pd.Series,
    compare: Comparison = mean_change,
    *,
    minimum: int = 5,
    family: Message | str = "",
    correction: Correction | None = None,
) -> dict[str, Change]:
    """Each segment against all the rest, p corrected for the number of segments compared, as in `corrected`.

    In each `Change` *before* is the rest and *after* the segment, so a negative difference is a segment that scores
    worse. Segments with fewer than *minimum* answers aren't compared; missing segments belong to no one's rest.
    """
    known = values.notna() & segments.notna()
    values, segments = values[known], segments[known]
    changes = {
        str(segment): compare(values[segments != segment], values[segments == segment])
        for segment, count in sorted(segments.value_counts().items(), key=lambda each: natural(each[0]))
        if minimum <= count < len(values)
    }
    how = "Benjamini-Hochberg" if correction is benjamini_hochberg else "Holm"
    compared = family or saying("{count} 个分组与其余相比（{correction}）", count=len(changes), correction=how)
    return correct_changes(changes, compared, correction=correction)


def segment_cells(
    values: pd.Series,
    rows: pd.Series,
    columns: pd.Series,
    measure: Callable[[pd.Series], Estimate] = mean_score,
    *,
    minimum: int = MINIMUM_SCORES,
) -> pd.DataFrame:
    """The measure in every row × column segment: one row per cell with row, column, value, low, high and n.

    value is missing where *measure* refuses and where the cell, or a sum that would give it away, has fewer than
    *minimum* answers.
    """
    known = values.notna() & rows.notna() & columns.notna()
    cells = dict(iter(values[known].groupby([rows[known].astype(str), columns[known].astype(str)])))
    if not cells:
        return pd.DataFrame(columns=["row", "column", "value", "low", "high", "n"])
    counts = pd.Series({key: len(cell) for key, cell in cells.items()}, dtype=int).unstack(fill_value=0)
    counts = counts.loc[sorted(counts.index, key=natural), sorted(counts.columns, key=natural)]
    shown = disclosed_cells(counts, minimum=minimum)
    table = []
    for row in counts.index:
        for column in counts.columns:
            estimate = measure(cells.get((row, column), values.iloc[:0]))
            figures = estimate.figures() if estimate.ok and shown.loc[row, column] else (None, None, None)
            table.append((row, column, *figures, int(counts.loc[row, column])))
    types = {"value": float, "low": float, "high": float}
    return pd.DataFrame(table, columns=["row", "column", "value", "low", "high", "n"]).astype(types)


def correct_changes(
    changes: dict[str, Change], family: Message | str, *, part: float = 1.0, correction: Correction | None = None
) -> dict[str, Change]:
    """The same changes with p adjusted over all that could be tested, and verdicts renewed.

    *correction* is `holm` (by default) for a planned family, in which not one false alarm is wanted, and
    `benjamini_hochberg` for exploring, where a twentieth of what is found may be chance. *part* is the part of the
    error budget that this family has when several families share a page.
    """
    tested = {name: change.p for name, change in changes.items() if change.p is not None}
    corrections = (correction or holm)(list(tested.values()))
    adjusted = {name: min(p / part, 1.0) for name, p in zip(tested, corrections, strict=True)}
    return {
        name: _rejudged(change, adjusted[name], family) if name in adjusted else change
        for name, change in changes.items()
    }


def no_change(before: Estimate, after: Estimate) -> Change:
    """The change of two figures of which at least one was refused."""
    return Change(before, after, None, None, None, None, Verdict.TOO_FEW, None)


def judge_change(
    before: Estimate,
    after: Estimate,
    limits: tuple[float, float, float],
    p: float,
    needed: int,
    relevant: float,
    *,
    method: str,
) -> Change:
    """A change with its verdict: clear, or noise when n would have shown a relevant difference, or too few."""
    difference, low, high = limits
    change = Change(
        before, after, difference, low, high, p, Verdict.NOISE, needed, p_adjusted=p, relevant=relevant, method=method
    )
    return replace(change, verdict=_verdict(change, p))


def _verdict(change: Change, p: float) -> Verdict:
    _, low, high = change.figures()
    if p < 1 - change.after.confidence and (low > 0 or high < 0):
        return Verdict.CLEAR
    # Two unequal groups show what two equal ones of their harmonic mean would.
    worth = 2 / (1 / change.before.n + 1 / change.after.n)
    return Verdict.NOISE if change.n_needed is not None and worth >= change.n_needed else Verdict.TOO_FEW


def _rejudged(change: Change, p_adjusted: float, family: Message | str) -> Change:
    return replace(change, p_adjusted=p_adjusted, family=family, verdict=_verdict(change, p_adjusted))
