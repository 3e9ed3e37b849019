"""How carefully a survey was answered: shares under each sign, and the main figures with and without those flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.estimates import Estimate, refuse
from analysis.methods import methods_for
from analysis.sampling.response_quality import (
    quality_flags,
    quality_judged,
    quality_measures,
    shares_of_flags,
    sweeping,
    with_and_without,
)
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class QualityReport:
    """`shares` by sign, those left out that most responses are under (`sweeping`); `flagged`: how many are under any.

    `compared`: by measure, the figure over all responses and over those without a flag.
    """

    shares: Mapping[str, Estimate]
    sweeping: tuple[str, ...]
    flagged: int
    compared: Mapping[str, tuple[Estimate, Estimate]] = field(default_factory=dict)


def quality_report(
    responses: pd.DataFrame,
    scales: Sequence[str],
    belonging: Mapping[str, Sequence[str]],
    overall: str | None = None,
    measure: str = "",
    ends: tuple[float | None, float | None] = (None, None),
    minimum: int = 0,
) -> QualityReport:
    """Over the items *scales*; *belonging*: those that measure the same; *overall*: the column of the main figures.

    With a *minimum* nothing is compared, for the two would say how those flagged answered, and a sign that fewer
    responses than that are under, but some, has no share.
    """
    measures = quality_measures(responses[list(scales)], scales=belonging)
    flags, judged = quality_flags(measures), quality_judged(measures)
    everyone = sweeping(shares_of_flags(flags, judged))
    flags[everyone] = False
    shares = shares_of_flags(flags, judged.assign(**dict.fromkeys(everyone, False)))
    for name in ("speeder", *everyone):  # how long an answer took is judged when it comes in
        del shares[name]
    shares = {name: _withheld(each, minimum) for name, each in shares.items()}
    flagged = flags.any(axis=1)
    compared = {} if overall is None or minimum else _compared(responses[overall], flagged, measure, ends)
    return QualityReport(shares, tuple(everyone), int(flagged.sum()), compared)


def _withheld(under: Estimate, minimum: int) -> Estimate:
    if not under.ok or not 0 < round((under.value or 0) * under.n) < minimum:
        return under
    return refuse(under.measure, saying("评分不足 {minimum} 份，不予显示", minimum=minimum), n=under.n)


def _compared(
    values: pd.Series, flagged: pd.Series, measure: str, ends: tuple[float | None, float | None]
) -> dict[str, tuple[Estimate, Estimate]]:
    compared = {}
    for method in methods_for(measure, "level").values():

        def measured(answers: pd.Series, method=method) -> Estimate:  # type: ignore[no-untyped-def]
            return method.result((answers,), low=ends[0], high=ends[1])

        found = measured(values)
        if isinstance(found, Estimate):
            compared[found.measure] = with_and_without(values, flagged, measured)
    return compared
