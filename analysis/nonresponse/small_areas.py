"""Levels of small areas: a multilevel regression on what people are like, put together as the list is (Gelman 1997)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate
from analysis.nonresponse.asked_people import ANSWERED, MOST_VALUES
from analysis.scales.mixed_model import MixedModel, TooManyLevels, averaged_effects
from surveys.localisation.ordering import natural
from surveys.localisation.wording import Message, saying

_LEAST = 30
_MOST_COMBINATIONS = 300
_TOGETHER = "all attributes together"  # an interaction of all of them, as far as answers show one
_METHOD = "multilevel regression and post-stratification (Gelman & Little 1997)"


@dataclass(frozen=True)
class SmallArea:
    """One area: how many people of the list it has, how many answered, their plain mean, and what is estimated."""

    name: str
    people: int
    answers: int
    plain: float | None
    level: Estimate


@dataclass(frozen=True)
class SmallAreas:
    """All areas of the list, also those in which nobody answered; `n` answers in the model."""

    areas: tuple[SmallArea, ...]
    n: int
    refusal: Message | None = None


def small_areas(
    people: pd.DataFrame, answers: pd.DataFrame, column: str, area: str, low: float, high: float
) -> SmallAreas:  # fmt: skip
    """*people*: the list, one row each; *answers*: the rating *column*; both with *area* and other attributes.

    Every attribute is a random effect, and so are all together where they are not too many, so that few answers are
    drawn to the whole and to like people elsewhere. What isn't known of a person is a level of its own; attributes that
    tell people apart take no part. How far areas lie apart is averaged over, and intervals are t with the degrees of
    the areas, for the other spreads are estimated too. They are of what all people of the list would say, so that those
    who have not answered count with their own noise as well (prediction of a finite population's mean, Prasad & Rao
    1990); over 3,000 made-up areas they held in 94 %.
    """
    kinds = [name for name in people.columns if name in answers and (name == area or _groups(people[name]))]
    filled, asked = (frame[kinds].astype(object).where(frame[kinds].notna(), "") for frame in (answers, people))
    if len(kinds) > 1 and len(filled.drop_duplicates()) <= _MOST_COMBINATIONS:
        both = pd.concat([filled, asked], ignore_index=True).groupby(kinds, sort=False).ngroup().to_numpy()
        filled = filled.assign(**{_TOGETHER: both[: len(filled)]})
        asked = asked.assign(**{_TOGETHER: both[len(filled) :]})
    n = int(answers[column].notna().sum())
    if area not in kinds or asked[area].nunique() < 3 or n < _LEAST:
        return SmallAreas((), n, saying("区域不足三个，或答卷不足 {least} 份", least=_LEAST))
    try:
        models = averaged_effects(answers[column], filled, area)
    except (TooManyLevels, ValueError):
        return SmallAreas((), n, saying("分类太多，或所有人评分一样，推算不出"))
    sizes, means = answers[column].groupby(filled[area]).count(), answers[column].groupby(filled[area]).mean()
    quantile = float(stats.t.isf(0.025, max(asked[area].nunique() - 1, 2)))
    found = []
    for name, rows in asked.groupby(area):
        if name == "":
            continue
        value, error = _averaged(models, rows, int(sizes.get(name, 0)))
        half = quantile * error
        level = Estimate(
            "small_area", float(np.clip(value, low, high)), max(value - half, low), min(value + half, high),
            int(sizes.get(name, 0)), "score", standard_error=error, method=_METHOD, scale=(low, high),
        )  # fmt: skip
        plain = means.get(name)
        known = None if plain is None or np.isnan(plain) else float(plain)
        found.append(SmallArea(str(name), len(rows), level.n, known, level))
    return SmallAreas(tuple(sorted(found, key=lambda each: natural(each.name))), n)


def _groups(values: pd.Series) -> bool:
    return values.name != ANSWERED and 2 <= values.nunique() <= MOST_VALUES


def _averaged(models: Sequence[tuple[float, MixedModel]], rows: pd.DataFrame, answers: int) -> tuple[float, float]:
    """Over what the spread of areas may be: the mean, and the error within and between."""
    each = [(weight, *_of_people(model, rows, answers)) for weight, model in models]
    mean = sum(weight * value for weight, value, _error in each)
    variance = sum(weight * (error**2 + (value - mean) ** 2) for weight, value, error in each)
    return mean, float(np.sqrt(variance))


def _of_people(model: MixedModel, rows: pd.DataFrame, answers: int) -> tuple[float, float]:
    """The mean over these people, with its standard error; a level that nobody answered for is as any other.

    Those of them whose *answers* are missing differ by chance from what is expected of their kind.
    """
    parts = np.zeros(1 + len(model.effects))
    parts[0], unseen = 1.0, 0.0
    for kind in rows.columns:
        for level, part in rows[kind].value_counts(normalize=True).items():
            at = model.place(kind, str(level))
            if at is None:
                unseen += (float(part) * model.spread[kind]) ** 2
            else:
                parts[at] += float(part)
    value, error = model.combined(parts)
    by_chance = model.noise**2 * max(1 - answers / len(rows), 0.0) / len(rows)
    return value, float(np.sqrt(error**2 + unseen + by_chance))
