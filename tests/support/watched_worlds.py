"""Kinds of weekly data that a watch meets, and a page of questions watched in one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import signal, special

from analysis.monitoring.joint_watch import QUARTER, Watch, joint_watch
from analysis.monitoring.watched_questions import family_alpha


@dataclass(frozen=True)
class World:
    """Answers a week, whether they vary, and how the weeks' true levels differ (logits) and follow one another."""

    n: int
    varying: bool = False
    spread: float = 0.0
    following: float = 0.0
    share: float = 0.8
    scores: bool = False

    def __str__(self) -> str:
        kinds = [
            "one mean a week" if self.scores else f"n = {self.n}", *(["varying"] if self.varying else []),
            *(["weeks differ"] if self.spread else []),
            *([f"autocorrelation {self.following:g}"] if self.following else []),
            *([f"share {self.share:g}"] if self.share != 0.8 else []),
        ]  # fmt: skip
        return ", ".join(kinds)

    def weeks(self, rng: np.random.Generator, count: int, fallen: np.ndarray) -> pd.DataFrame:
        """So many weeks, lower by ten points (a tenth of a 1-5 scale) where *fallen*."""
        drift = rng.normal(size=count)
        drift[1:] *= np.sqrt(1 - self.following**2)
        drift = signal.lfilter([1], [1, -self.following], drift)
        if self.scores:
            means = 4 + self.spread * drift - 0.4 * fallen
            return pd.DataFrame({"n": 1.0, "total": means, "squares": means**2})
        size = rng.integers(max(self.n // 3, 2), 2 * self.n, count) if self.varying else np.full(count, self.n)
        level = special.expit(special.logit(self.share) + self.spread * drift) - 0.1 * fallen
        hits = rng.binomial(size, np.clip(level, 0.01, 0.99)).astype(float)
        return pd.DataFrame({"n": size.astype(float), "total": hits, "squares": hits})


@dataclass(frozen=True)
class Page:
    """The watches of a page."""

    watches: tuple[Watch, ...]

    @property
    def alarms(self) -> int:
        return sum(int(each.signals.sum()) for each in self.watches)

    @property
    def seen(self) -> float:
        """The part of the questions with an alarm."""
        return float(np.mean([each.signals.any() for each in self.watches]))


def page_of(
    world: World, rng: np.random.Generator, *, baseline: int, questions: int = 5, fallen: bool = False
) -> Page:  # fmt: skip
    """A quarter's page of *questions* after so many weeks of *baseline*, watched as pages watch."""
    count = baseline + QUARTER
    low = fallen * (np.arange(count) >= baseline)
    alpha = family_alpha(questions, 1, whole=True)
    return Page(tuple(
        joint_watch(world.weeks(rng, count, low), share=not world.scores, alpha=alpha, baseline=baseline)
        for _ in range(questions)
    ))  # fmt: skip


WORLDS = (
    *[World(n) for n in (5, 20, 200)],
    *[World(n, varying=True) for n in (5, 20, 200)],
    *[World(n, spread=0.35) for n in (20, 200)],
    *[World(n, spread=0.35, following=0.4) for n in (5, 20, 200)],
    World(200, varying=True, spread=0.35, following=0.4),
    World(20, share=0.95),
    World(1, spread=0.3, following=0.4, scores=True),
)
