"""What the improvement loop promises, in worlds whose truth is known: effects of measures, and what to improve first.

`python -m tests.benchmarks improvement`. Seeds start where those of the tests end; `IMPROVEMENT_WORLDS` says how many
worlds (200 by default). The worlds are those of `tests/effects` and `tests/analysis/test_expected_gain.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.effects.difference_in_differences import difference_in_differences
from analysis.effects.effect import EffectVerdict, effect_verdict
from analysis.improvement.expected_gain import first_places
from analysis.improvement.priorities import improvement_areas
from analysis.level.satisfaction import RatedDimension
from tests.analysis import test_expected_gain as gains
from tests.benchmarks.planted_faults import SEEDS, effect_rows, watched_rows
from tests.effects import test_difference_in_differences as effects

WORLDS = int(os.environ.get("IMPROVEMENT_WORLDS", "200"))
_FIRST_SEED = 5000
_RELEVANT = 0.3
_CASES: Mapping[str, dict[str, float]] = {
    "worst of 20, nothing done": {},
    "worst 4 of 20, nothing done": {"treated": 4},
    "worst of 20, +0.4": {"effect": 0.4},
    "worst 4 of 20, +0.4": {"effect": 0.4, "treated": 4},
    "worst 4 of 20, +0.4, twice as many answers": {"effect": 0.4, "treated": 4, "answers": 2},
    "worst 4 of 20, +0.5": {"effect": 0.5, "treated": 4},
    "4 of 20 by lot, +0.4": {"effect": 0.4, "treated": 4, "worst": False},
    "4 of 20 by lot, nothing done": {"treated": 4, "worst": False},
    "worst of 8, nothing done": {"units": 8},
}
_NO_COMMENTS = pd.DataFrame(columns=["response", "item", "text", "sentiment", "score"])
_NO_MENTIONS = pd.DataFrame(columns=["response", "item", "aspect", "label", "sentiment", "start", "end", "evidence"])


def main() -> None:
    print(f"{WORLDS} worlds each; units of 8–80 answers, deviation .9; everything rises by .1 and units waver by .1\n")
    print("| measure | raw change | effect told | interval holds the truth | worked | no visible effect | too early |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, settings in _CASES.items():
        print(_effects(name, settings))
    print(f"\n{WORLDS} worlds: 6 areas, 12 units, two planted faults; truth: reach × slope × way to the best quarter\n")
    print("| ranking | the right area first | among the first | areas in the first place |")
    print("| --- | --- | --- | --- |")
    for line in _rankings():
        print(line)
    print(f"\n{len(SEEDS)} unused seeds: five questions watched for a quarter after a year, one of them with a fault\n")
    print("| put in | seen | false alarms of the other four, a quarter (promised: at most 1 of all five) |")
    print("| --- | --- | --- |")
    for line in watched_rows():
        print(line)
    print(f"\n{len(SEEDS)} unused seeds: what is said of a measure\n")
    print("| put in | worked | no visible effect | too early | interval holds the truth |")
    print("| --- | --- | --- | --- | --- |")
    for line in effect_rows():
        print(line)


def _effects(name: str, settings: Mapping[str, float]) -> str:
    truth = settings.get("effect", 0.0)
    found = [
        difference_in_differences(effects.world(_FIRST_SEED + seed, **settings), low=-50, high=50)  # type: ignore[arg-type]
        for seed in range(WORLDS)
    ]
    told = [each.estimate.figures() for each in found]
    verdicts = [effect_verdict(each, _RELEVANT) for each in found]
    shares = [f"{np.mean([each is verdict for each in verdicts]):.0%}" for verdict in EffectVerdict]
    raw, value = np.mean([each.raw or 0 for each in found]), np.mean([each[0] for each in told])
    held = np.mean([low <= truth <= high for _, low, high in told])
    return f"| {name} | {raw:+.2f} | {value:+.2f} | {held:.0%} | {' | '.join(shares)} |"


def _rankings() -> list[str]:
    dimensions = {code: RatedDimension(code, [code], 1, 5) for code in gains.AREAS}
    hits: dict[str, list[bool]] = {"by shortfall × weight × evidence": [], "by driver × shortfall": [], "by gain": []}
    shared, sizes = [], []
    for seed in range(_FIRST_SEED, _FIRST_SEED + WORLDS):
        rows, truth = gains.world(seed)
        best = max(truth, key=truth.__getitem__)
        days = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.where(rows["late"], 75, 30), unit="D")
        answers = rows.assign(response=rows.index.astype(str), day=days)
        areas = improvement_areas(answers, dimensions, "overall", _NO_COMMENTS, _NO_MENTIONS, segments=("touchpoint",))
        driven = {each.code: each.priority.shortfall * (each.weight.share if each.weight else 0) for each in areas}
        hits["by shortfall × weight × evidence"].append(max(areas, key=lambda each: each.priority.value).code == best)
        hits["by driver × shortfall"].append(max(driven, key=driven.__getitem__) == best)
        ranking = gains.ranked(rows)
        hits["by gain"].append(next(iter(ranking.gains)) == best)
        top = first_places(ranking)
        shared.append(best in top)
        sizes.append(len(top))
    lines = [f"| {name} | {np.mean(found):.2f} | – | 1 |" for name, found in list(hits.items())[:2]]
    return [*lines, f"| by gain | {np.mean(hits['by gain']):.2f} | {np.mean(shared):.2f} | {np.mean(sizes):.1f} |"]
