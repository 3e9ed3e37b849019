"""Worlds with one thing put in each, and what the product makes of it: seen, not seen, or a false alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.effects.difference_in_differences import difference_in_differences
from analysis.effects.effect import EffectVerdict, MeasuredEffect, effect_verdict
from analysis.effects.measured_effect import MeasurePeriod, measured_effect
from analysis.monitoring.joint_watch import QUARTER, joint_watch
from analysis.monitoring.watched_questions import family_alpha
from tests.effects import test_difference_in_differences as effects

SEEDS = range(91_000, 91_020)
"""Used by nothing else."""
_BASELINE, _QUESTIONS, _SHARE = 52, 5, 0.8
_RELEVANT = 0.3
_BEGIN = date(2026, 6, 1)


@dataclass(frozen=True)
class WatchedFault:
    """What is put into the weeks of one question of five: `moved` by watched week, on `n` answers a week."""

    n: int
    moved: Callable[[np.ndarray], np.ndarray]
    real: bool = True  # whether anything did change


WATCHED: Mapping[str, WatchedFault] = {
    "sudden fall by 10 points, 200 answers a week": WatchedFault(200, lambda week: -0.1 * (week >= 4)),
    "drift of a point a week, 200 answers a week": WatchedFault(200, lambda week: -0.01 * np.maximum(week + 1, 0)),
    "branch with 8 answers a week, fall by 40 points": WatchedFault(8, lambda week: -0.4 * (week >= 4)),
    "season of ±4 points, nothing else": WatchedFault(200, lambda week: 0.04 * np.sin(2 * np.pi * week / 52), False),
    "nothing at all": WatchedFault(200, lambda week: 0.0 * week, False),
}


def watched_rows() -> Iterator[str]:
    """One row per fault: in how many worlds it was seen, and alarms a quarter of questions in which nothing was put."""
    for name, fault in WATCHED.items():
        found = [_watched(fault, seed) for seed in SEEDS]
        seen, false = np.mean([each[0] for each in found]), np.mean([each[1] for each in found])
        yield f"| {name} | {f'{seen:.0%}' if fault.real else f'{seen:.0%} (false)'} | {false:.2f} |"


def _watched(fault: WatchedFault, seed: int) -> tuple[bool, int]:
    chance = np.random.default_rng(seed)
    week, alpha = np.arange(-_BASELINE, QUARTER), family_alpha(_QUESTIONS, 1, whole=True)
    alarms = []
    for question in range(_QUESTIONS):
        level = _SHARE + (fault.moved(week) if question == 0 else 0 * week)
        hits = chance.binomial(fault.n, np.clip(level, 0, 1)).astype(float)
        weeks = pd.DataFrame({"n": float(fault.n), "total": hits, "squares": hits})
        alarms.append(int(joint_watch(weeks, share=True, alpha=alpha, baseline=_BASELINE).signals.sum()))
    return alarms[0] > 0, sum(alarms[1:])


def effect_rows() -> Iterator[str]:
    """One row per measure: verdicts over the worlds, and how often the interval holds the truth."""
    worlds: Mapping[str, tuple[float, Callable[[int], MeasuredEffect]]] = {
        "faked improvement: the worst of 20 comes back": (0.0, lambda seed: _of(seed)),
        "faked improvement: another mix, quality as before": (0.0, lambda seed: _of_mix(seed, taken_out=True)),
        "the same, mix not taken out": (0.0, lambda seed: _of_mix(seed, taken_out=False)),
        "measure without effect, 4 of 20 by lot": (0.0, lambda seed: _of(seed, treated=4, worst=False)),
        "real improvement of 0.4, worst 4 of 20": (0.4, lambda seed: _of(seed, treated=4, effect=0.4)),
        "the same, twice as many answers (16–160)": (0.4, lambda seed: _of(seed, treated=4, effect=0.4, answers=2)),
        "real improvement of 0.5, worst 4 of 20": (0.5, lambda seed: _of(seed, treated=4, effect=0.5)),
    }
    for name, (truth, made) in worlds.items():
        found = [made(seed) for seed in SEEDS]
        verdicts = [effect_verdict(each, _RELEVANT) for each in found]
        shares = [f"{np.mean([each is verdict for each in verdicts]):.0%}" for verdict in EffectVerdict]
        held = np.mean([low <= truth <= high for _, low, high in (each.estimate.figures() for each in found)])
        yield f"| {name} | {' | '.join(shares)} | {held:.0%} |"


def _of(seed: int, **settings: float) -> MeasuredEffect:
    return difference_in_differences(effects.world(seed, **settings), low=-50, high=50)  # type: ignore[arg-type]


def _of_mix(seed: int, *, taken_out: bool) -> MeasuredEffect:
    """Twenty units of 40 answers each time; in four of them those who are easily pleased go from half to 85 %."""
    chance = np.random.default_rng(seed)
    frames = []
    for unit in range(20):
        level, wavering = chance.normal(3.9, 0.25), chance.normal(0, 0.1)
        for later in (False, True):
            easy = chance.random(40) < (0.85 if later and unit < 4 else 0.5)
            value = chance.normal(level + later * (0.1 + wavering) + 0.8 * easy, 0.9)
            day = _BEGIN + timedelta(days=20 if later else -20)
            kind = np.where(easy, "a", "b")
            frames.append(pd.DataFrame({"value": value, "unit": str(unit), "day": day, "kind": kind}))
    rows = pd.concat(frames, ignore_index=True)
    period = MeasurePeriod(_BEGIN - timedelta(days=60), _BEGIN, _BEGIN, _BEGIN + timedelta(days=60))
    return measured_effect(
        rows["value"], rows["unit"], rows["day"], ["0", "1", "2", "3"], period, low=-50, high=50,
        mix=rows[["kind"]] if taken_out else None, by_lot=True,
    )  # fmt: skip
