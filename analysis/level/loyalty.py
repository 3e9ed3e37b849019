"""Loyalty beside satisfaction (net promoters): the satisfied who would leave, and who stay without being satisfied."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share
from analysis.level.satisfaction import RatedDimension, dimension_scores, dimension_values
from surveys.localisation.wording import Message, saying

FACETS: dict[str, Message] = {
    "emotional": saying("情感忠诚"),
    "behavioural": saying("行为忠诚"),
    "cognitive": saying("意识忠诚"),
}

GROUPS: dict[str, Message] = {
    "secure": saying("满意且忠诚"),
    "fickle": saying("满意但不忠诚"),
    "captive": saying("不满意但仍留下"),
    "at_risk": saying("不满意且可能流失"),
}


def loyalty_facets(responses: pd.DataFrame, facets: Mapping[str, RatedDimension]) -> dict[str, Estimate]:
    """The mean of each facet of loyalty; *facets* maps the codes of `FACETS` to their items."""
    return dimension_scores(responses, facets)


def loyalty_groups(
    satisfaction: pd.Series,
    responses: pd.DataFrame,
    facets: Mapping[str, RatedDimension],
    *,
    high: float = 5,
    boxes: int = 2,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """The share of each group in `GROUPS` among those who answered on both sides, with Wilson intervals.

    Satisfied: *satisfaction* in the *boxes* highest points of its scale up to *high*. Loyal: the mean of the facets
    that were answered, each put on 0–1, is in the upper quarter that the two highest of five points stand for (≥ .75).
    """
    group = loyalty_group(satisfaction, responses, facets, high=high, boxes=boxes).dropna()
    if len(group) < 2:
        reason = saying("只有 {n} 份同时回答了满意与忠诚", n=len(group))
        return {name: refuse("share", reason, n=len(group)) for name in GROUPS}
    return {name: share(int(group.eq(name).sum()), len(group), confidence=confidence) for name in GROUPS}


def loyalty_group(
    satisfaction: pd.Series,
    responses: pd.DataFrame,
    facets: Mapping[str, RatedDimension],
    *,
    high: float = 5,
    boxes: int = 2,
) -> pd.Series:
    """The group of each response by its name in `GROUPS`, missing where a side was not answered."""
    values = dimension_values(responses, facets)
    scaled = pd.DataFrame({
        code: (values[code] - low) / (top - low) for code, (_, _, low, top) in facets.items()
    }).mean(axis=1)  # fmt: skip
    known = satisfaction.notna() & scaled.notna()
    satisfied, loyal = satisfaction > high - boxes, scaled >= 0.75
    names = pd.Series("at_risk", index=satisfaction.index, dtype=object)
    names = (
        names.mask(satisfied & loyal, "secure").mask(satisfied & ~loyal, "fickle").mask(~satisfied & loyal, "captive")
    )
    return names.where(known)
