"""Puts scores, driver weights and comments together and ranks the areas to improve.

Rated areas stand in the order of what overall satisfaction would gain (`expected_gain`), those whose order could be
chance as ties; then what comments alone complain about; then areas that surely gain nothing. Where no gain can be
worked out, the order is by priority.

Priority of a dimension = shortfall × weight × evidence, each part stated:

- shortfall: how far its score is from the top of the scale, as a part of the scale (0–1); in a hot spot the score
  there is taken when it is lower. A dimension that appears in comments only has its share of complaining responses.
- weight: halfway between an equal weight (1) and its driver share times the number of drivers, as the driver measure
  itself is uncertain; 1 where there is none.
- evidence: 1, plus the share of all complaining responses that complain about it, plus 1 for a hot spot, plus 1 for a
  clear fall since the earlier period.

Hot spots and changes of dimensions share one error budget, half each, so that the whole list claims something on
unchanged data at most once in twenty times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.differences.comparison import correct_changes, mean_change
from analysis.differences.hotspots import Eras, HotSpot, eras_of, hot_spots
from analysis.disclosure import MINIMUM_SCORES
from analysis.drivers.drivers import Driver, relative_weights
from analysis.estimates import Change, Estimate, refuse
from analysis.improvement.complaints import Complaints, Example
from analysis.improvement.expected_gain import ExpectedGain, expected_gains
from analysis.improvement.reasons import Reasons
from analysis.level.satisfaction import RatedDimension, dimension_values, mean_score
from surveys.anonymity import MINIMUM_COMMENTS
from surveys.localisation.wording import Message, saying

SEGMENTS = ("district", "touchpoint", "business_type")


@dataclass(frozen=True)
class Priority:
    """The parts of the priority figure, as the head of this module defines them."""

    shortfall: float
    weight: float
    evidence: float

    @property
    def value(self) -> float:
        return self.shortfall * self.weight * self.evidence


@dataclass(frozen=True)
class ImprovementArea:
    """One dimension with the evidence for its place in the list.

    `score` is None for a dimension that appears in comments only. `weight` is None where there is no driver measure,
    and `weight_refusal` says why. `complaints` counts distinct responses with a negative mention, None when comments
    are withheld because too few people wrote any.
    """

    code: str
    label: str
    score: Estimate | None
    change: Change | None
    weight: Driver | None
    weight_refusal: Message | None
    complaints: int | None
    complaint_share: Estimate
    examples: tuple[Example, ...]
    hot_spot: HotSpot | None
    priority: Priority
    reasons: tuple[Message, ...]
    gain: ExpectedGain | None = None


def improvement_areas(
    responses: pd.DataFrame,
    dimensions: Mapping[str, RatedDimension],
    overall: str,
    comments: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    previous: pd.DataFrame | None = None,
    segments: Sequence[str] = SEGMENTS,
    minimum_scores: int = MINIMUM_SCORES,
    minimum_comments: int = MINIMUM_COMMENTS,
    examples: int = 3,
    draws: int = 200,
    clusters: pd.Series | None = None,
    clusters_before: pd.Series | None = None,
) -> list[ImprovementArea]:
    """The dimensions, the one most worth improving first.

    *responses*, *comments* and *mentions* are the frames of the period in view, *previous* the responses of the period
    before it. Without a usable *previous* the last third of the days is compared with the first two thirds. *overall*
    is the item code of overall satisfaction. Aspects that have no rating are named by the `label` of their mentions.
    *clusters* and *clusters_before*: what answers that resemble each other belong to, for the rows of both.
    """
    labels = _aspect_labels(mentions) | {code: label for code, (label, _, _, _) in dimensions.items()}
    rated = {
        code: RatedDimension(*dimension)
        for code, dimension in dimensions.items()
        if any(item in responses.columns for item in dimension[1])
    }
    rows, eras = eras_of(*_with_clusters(responses, previous, clusters, clusters_before))
    of = rows.get(_UNIT)
    values = dimension_values(rows, rated)
    now = values[eras.current].set_axis(responses.index)
    own = None if of is None else of[eras.current].set_axis(responses.index)
    spots = hot_spots(values, _segments(rows, segments), eras, rated, part=0.5, clusters=of)
    worst = {spot.dimension: spot for spot in reversed(spots)}
    overall_ratings = responses[overall] if overall in responses else pd.Series(float("nan"), index=responses.index)
    drivers = relative_weights(now, overall_ratings, draws=draws, clusters=own)
    gains = _gains(values, rows, overall, eras, rated, segments, of)
    complaints = Complaints(responses, comments, mentions, minimum_comments, examples)
    changes = _changes(values, eras, rated, minimum_scores, of)
    tell = Reasons(eras, drivers, complaints)
    areas = []
    for code, dimension in rated.items():
        score = _score(now[code], dimension, minimum_scores, own)
        gain = gains.get(code) if score.ok else None
        areas.append(_rated_area(code, dimension, score, changes.get(code), worst.get(code), tell, gain))
    areas += [_unrated_area(code, label, tell) for code, label in labels.items() if code not in rated]
    return sorted(
        (area for area in areas if area.score is not None or area.complaints),
        key=_order,
    )


_UNIT = "unit of dependence"


def _with_clusters(
    responses: pd.DataFrame, previous: pd.DataFrame | None, now: pd.Series | None, before: pd.Series | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Both with what their answers belong to beside them."""
    if now is None:
        return responses, previous
    earlier = None if previous is None or before is None else previous.assign(**{_UNIT: before.to_numpy()})
    return responses.assign(**{_UNIT: now.to_numpy()}), earlier


def _order(area: ImprovementArea) -> tuple[int, float, float, str]:
    if area.gain is None:
        return 1, 0.0, -area.priority.value, area.code
    value, low, _ = area.gain.estimate.figures()
    return 0 if low > 0 else 2, -value, -area.priority.value, area.code


def _gains(
    values: pd.DataFrame, rows: pd.DataFrame, overall: str, eras: Eras, rated: Mapping[str, RatedDimension],
    segments: Sequence[str], clusters: pd.Series | None,
) -> Mapping[str, ExpectedGain]:  # fmt: skip
    """Of the recent era, falls seen against the earlier one; none where overall satisfaction isn't asked."""
    if overall not in rows or not rated:
        return {}
    units = _segments(rows, segments)
    limits = {code: (each.low, each.high) for code, each in rated.items()}
    now, before = eras.recent, eras.earlier
    ranking = expected_gains(
        values[now], pd.to_numeric(rows.loc[now, overall]), units[now], values[before], units[before], limits=limits,
        clusters=None if clusters is None else clusters[now],
    )  # fmt: skip
    return ranking.gains


def _aspect_labels(mentions: pd.DataFrame) -> dict[str, str]:
    if "label" not in mentions.columns:
        return {}
    named = mentions.dropna(subset=["aspect", "label"]).drop_duplicates("aspect")
    return dict(zip(named["aspect"].astype(str), named["label"].astype(str), strict=True))


def _segments(rows: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    return rows[[kind for kind in kinds if kind in rows.columns]]


def _score(values: pd.Series, dimension: RatedDimension, minimum: int, clusters: pd.Series | None) -> Estimate:
    n = int(values.notna().sum())
    if 0 < n < minimum:
        reason = saying("评分不足 {minimum} 份，不予显示", minimum=minimum)
        return refuse("mean_score", reason, n=n, unit="score", scale=(dimension.low, dimension.high))
    return mean_score(values, low=dimension.low, high=dimension.high, clusters=clusters)


def _changes(
    values: pd.DataFrame, eras: Eras, dimensions: Mapping[str, RatedDimension], minimum: int,
    clusters: pd.Series | None,
) -> dict[str, Change]:  # fmt: skip
    own = [None if clusters is None else clusters[era] for era in (eras.earlier, eras.recent)]
    known = values.notna()
    enough = (known[eras.earlier].sum() >= minimum) & (known[eras.recent].sum() >= minimum)
    changes = {
        code: mean_change(
            values.loc[eras.earlier, code], values.loc[eras.recent, code], low=low, high=high, clusters_before=own[0],
            clusters=own[1],
        )
        for code, (_, _, low, high) in dimensions.items()
        if enough[code]
    }
    compared = len(changes)
    family = saying("{compared} 个维度与此前相比（Holm）", compared=compared)
    return correct_changes(changes, family, part=0.5)


def _rated_area(
    code: str,
    dimension: RatedDimension,
    score: Estimate,
    change: Change | None,
    spot: HotSpot | None,
    tell: Reasons,
    gain: ExpectedGain | None,
) -> ImprovementArea:
    drivers, complaints = tell.drivers, tell.complaints
    weight = drivers.driver(code)
    fell = change is not None and change.clearly_down
    priority = Priority(
        shortfall=_shortfall(score, spot, dimension),
        weight=(1 + weight.share * len(drivers.drivers)) / 2 if weight else 1.0,
        evidence=1 + complaints.part_of_complaints(code) + (spot is not None) + fell,
    )
    return ImprovementArea(
        code=code,
        label=dimension.label,
        score=score,
        change=change,
        weight=weight,
        weight_refusal=None if weight else tell.why_no_weight(code),
        complaints=None if complaints.withheld else complaints.count(code),
        complaint_share=complaints.share(code),
        examples=complaints.examples(code, spot),
        hot_spot=spot,
        gain=gain,
        priority=priority,
        reasons=(
            *tell.spot(spot),
            *tell.gain(gain),
            *tell.score(score, dimension),
            *tell.change(change),
            *tell.weight(code, weight),
            *tell.complaint(code, dimension.label),
        ),
    )


def _unrated_area(code: str, label: str, tell: Reasons) -> ImprovementArea:
    complaints = tell.complaints
    complaint_share = complaints.share(code)
    priority = Priority(complaint_share.value or 0.0, 1.0, 1 + complaints.part_of_complaints(code))
    return ImprovementArea(
        code=code,
        label=label,
        score=None,
        change=None,
        weight=None,
        weight_refusal=saying("问卷中没有这一维度的评分"),
        complaints=None if complaints.withheld else complaints.count(code),
        complaint_share=complaint_share,
        examples=complaints.examples(code, None),
        hot_spot=None,
        priority=priority,
        reasons=(*tell.unrated(), *tell.complaint(code, label)),
    )


def _shortfall(score: Estimate, spot: HotSpot | None, dimension: RatedDimension) -> float:
    levels = [estimate.value for estimate in (score, spot.change.after if spot else None) if estimate is not None]
    known = [level for level in levels if level is not None]
    return (dimension.high - min(known)) / (dimension.high - dimension.low) if known else 0.0
