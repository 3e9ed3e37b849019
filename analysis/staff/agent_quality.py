"""Agents side by side: what their calls were worth, how far listeners agree, who stands out beyond chance.

Nobody is called good or bad on few calls: levels are drawn towards what all have in common, ranks have intervals, and a
change of one agent is one only beyond limits that the number of calls and the alarms borne by all agents allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.partial_pooling import FairComparison, compare_scores
from analysis.estimates import Estimate
from analysis.scales.agreement import one_way_icc
from surveys.localisation.wording import Message
from surveys.quality.agent_quality import AgentMarks, QualityPart, composite, next_step
from surveys.quality.score_card import ScoreCard

FALSE_ALARMS = 1.0  # borne over all agents and periods in view


@dataclass(frozen=True)
class AgentLine:
    """One agent in a period. `level` and the ranks are None where too few agents or calls can be compared."""

    agent: str
    cards: int
    score: float | None
    level: Estimate | None
    rank_low: int | None
    rank_high: int | None
    dimensions: Mapping[str, float]
    parts: Mapping[QualityPart, float]
    composite: float | None
    advice: str | None


@dataclass(frozen=True)
class ListenerAgreement:
    """How far two listeners to one call agree: calls heard by two, how far apart on average, and ICC(1)."""

    calls: int
    apart: float | None
    single: Estimate


@dataclass(frozen=True)
class AgentsCompared:
    """All agents of a period, the best composite first; `refusal`: why their calls have no ranks."""

    lines: Sequence[AgentLine]
    agreement: ListenerAgreement
    refusal: Message | None = None


def once_each(cards: Sequence[ScoreCard]) -> pd.DataFrame:
    """One row per call, with `agent`, `round`, `day` and the mean `score` of its listeners."""
    rows = [(each.agent, each.call or each.task, each.round, each.day, each.score) for each in cards]
    frame = pd.DataFrame(rows, columns=["agent", "call", "round", "day", "score"])
    return frame.groupby(["agent", "call"], as_index=False, sort=True).agg(
        {"round": "first", "day": "first", "score": "mean"}
    )


def compared_agents(
    cards: Sequence[ScoreCard], marks: Mapping[str, AgentMarks], weights: Mapping[QualityPart, int],
    agents: Sequence[str],
) -> AgentsCompared:  # fmt: skip
    """*cards* and *marks* of one period, of these *agents*; those about whom nothing is known are left out."""
    calls = once_each(cards)
    fair = compare_scores(calls["score"], calls["agent"], low=0, high=100)
    talks = [each.talk_minutes for each in marks.values() if each.talk_minutes]
    usual = float(np.median(talks)) if talks else None
    lines = [_line(each, cards, calls, marks.get(each, AgentMarks()), fair, weights, usual) for each in agents]
    known = [each for each in lines if each.cards or each.parts]
    ordered = sorted(known, key=lambda each: (each.composite is None, -(each.composite or 0), each.agent))
    return AgentsCompared(ordered, listeners_agree(cards), fair.refusal)


def _line(
    agent: str, cards: Sequence[ScoreCard], calls: pd.DataFrame, marks: AgentMarks, fair: FairComparison,
    weights: Mapping[QualityPart, int], usual: float | None,
) -> AgentLine:  # fmt: skip
    own = [each for each in cards if each.agent == agent]
    scores = calls.loc[calls["agent"] == agent, "score"]
    named = {code for each in own for code in each.dimensions}
    rated = {code: [each.dimensions[code] for each in own if code in each.dimensions] for code in sorted(named)}
    dimensions = {code: mean(points) for code, points in rated.items()}
    parts = marks.parts(usual)
    if len(scores):
        parts[QualityPart.CALLS] = float(scores.mean())
    unit = next((each for each in fair.units if each.name == agent), None)
    return AgentLine(
        agent, len(scores), parts.get(QualityPart.CALLS), unit.estimate if unit else None,
        unit.rank_low if unit else None, unit.rank_high if unit else None, dimensions, parts,
        composite(parts, weights), next_step(parts, dimensions),
    )  # fmt: skip


def listeners_agree(cards: Sequence[ScoreCard]) -> ListenerAgreement:
    """Of the calls that two have heard; ICC(1) by one-way analysis of variance."""
    frame = pd.DataFrame([(each.call, each.score) for each in cards if each.call], columns=["call", "score"])
    twice = frame[frame.groupby("call")["score"].transform("size") > 1] if len(frame) else frame
    ranges = twice.groupby("call")["score"].agg(lambda each: each.max() - each.min())
    single, _mean, _raters = one_way_icc(twice["score"].astype(float), twice["call"])
    return ListenerAgreement(len(ranges), float(ranges.mean()) if len(ranges) else None, single)


def agent_chart(calls: pd.DataFrame, agent: str, *, agents: int, alarms: float = FALSE_ALARMS) -> pd.DataFrame:
    """An agent's mean by round against their own earlier calls; columns as of `control_charts`.

    Limits are those of a prediction, t with the spread of calls within all agents and rounds: with few calls they are
    wide. *alarms*: how many false ones are borne over all *agents* and their rounds. The first round has no limits.
    """
    points = calls.groupby(["agent", "round"])["score"].agg(["mean", "size", "var"])
    freedom = int((points["size"] - 1).sum())
    within = float(((points["size"] - 1) * points["var"].fillna(0)).sum() / freedom) if freedom else np.nan
    own = points.loc[agent].sort_index() if agent in points.index.get_level_values(0) else points.iloc[:0]
    alpha = min(1.0, alarms / max(1, agents * (len(own) - 1)))
    before_n = own["size"].cumsum() - own["size"]
    before = ((own["mean"] * own["size"]).cumsum() - own["mean"] * own["size"]) / before_n.where(before_n > 0)
    width = stats.t.isf(alpha / 2, freedom) if freedom else np.nan
    reach = width * np.sqrt(within * (1 / own["size"] + 1 / before_n.where(before_n > 0)))
    low, high = before - reach, before + reach
    signal = ((own["mean"] < low) | (own["mean"] > high)).astype(bool)
    return pd.DataFrame({
        "value": own["mean"], "centre": before, "low": low.clip(lower=0), "high": high.clip(upper=100),
        "signal": signal, "phase": np.where(before_n > 0, 2, 1), "n": own["size"],
    })  # fmt: skip
