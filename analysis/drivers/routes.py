"""Drivers within each route: those who used the same services, so that every rating applies to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.drivers.drivers import ANSWERS_PER_DRIVER, DriverAnalysis, relative_weights, usable_answers
from analysis.estimates import Estimate
from surveys.localisation.wording import Message, saying

LEAST_ANSWERS = 30
MOST_ROUTES = 8


@dataclass(frozen=True)
class Route:
    """One set of services that were used together: who took it, what they explain, and each one's share.

    `shares` is empty where there are too few to tell; `reach` is the part of all responses. `n` counts the responses.
    """

    codes: tuple[str, ...]
    n: int
    reach: float
    explained: Estimate
    shares: Mapping[str, Estimate]


@dataclass(frozen=True)
class DriversByRoute:
    """The routes that were taken most; *others* responses took ones that fewer than thirty took, or rated nothing."""

    routes: tuple[Route, ...]
    others: int
    n: int
    refusal: Message | None = None


def drivers_by_route(
    scores: pd.DataFrame, overall: pd.Series, *, draws: int = 200, clusters: pd.Series | None = None
) -> DriversByRoute:
    """Relative weights of the services within each route that enough responses took, the most taken first.

    Takes what `relative_weights` takes. Refused where everybody rated everything: there is one route only.
    """
    answers = usable_answers(scores, overall, clusters)
    used = ~np.isnan(answers.table[:, :-1])
    if len(answers.codes) < 2:
        return DriversByRoute((), 0, answers.n, saying("能用的维度不足两个"))
    if used.all():
        return DriversByRoute((), 0, answers.n, saying("人人都评了全部维度，只有一种组合，看相对权重即可"))
    patterns, place = np.unique(used, axis=0, return_inverse=True)
    counts = np.bincount(place.ravel(), answers.times).astype(int)
    order = np.argsort(-counts, kind="stable")
    least = [max(LEAST_ANSWERS, ANSWERS_PER_DRIVER * int(pattern.sum())) for pattern in patterns]
    taken = [each for each in order if patterns[each].any() and counts[each] >= least[each]][:MOST_ROUTES]
    if not taken:
        reason = saying("没有一种服务组合有 {least} 人用过", least=LEAST_ANSWERS)
        return DriversByRoute((), answers.n, answers.n, reason)
    known = scores[answers.codes].notna().to_numpy(), overall.notna().to_numpy()
    routes = []
    for each in taken:
        inside = (known[0] == patterns[each]).all(axis=1) & known[1]
        codes = tuple(code for code, there in zip(answers.codes, patterns[each], strict=True) if there)
        groups = None if clusters is None else clusters[inside]
        routes.append(_route(scores.loc[inside, list(codes)], overall[inside], groups, answers.n, draws))
    return DriversByRoute(tuple(routes), answers.n - sum(each.n for each in routes), answers.n)


def _route(
    scores: pd.DataFrame, overall: pd.Series, clusters: pd.Series | None, everyone: int, draws: int
) -> Route:  # fmt: skip
    found = relative_weights(scores, overall, draws=draws, clusters=clusters, least_drivers=1)
    n = len(overall)
    return Route(tuple(scores.columns), n, n / everyone, found.explained(), _shares(found))


def _shares(found: DriverAnalysis) -> dict[str, Estimate]:
    return {each.code: each.estimate(found.method) for each in found.drivers}
