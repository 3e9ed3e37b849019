"""What a test of groups gives: statistic, degrees of freedom and p, and the pairs of groups that were compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import optimize, stats

from analysis.estimates import Estimate
from surveys.localisation.wording import Message

FAIRLY_SMALL = 0.2  # Cohen's f and w: between his small (.1) and medium (.25, .3)


@dataclass(frozen=True)
class SignificanceTest:
    """A test's statistic with its degrees of freedom and p; all None when refused.

    `effective_n`: what n is worth where answers of one cluster resemble each other; None where each stands for itself.
    """

    statistic: float | None
    degrees: tuple[float, ...]
    p: float | None
    n: int
    method: str
    refusal: Message | None = None
    effective_n: float | None = None

    @property
    def worth(self) -> float:
        """As how many answers that stand for themselves these tell."""
        return self.n if self.effective_n is None else self.effective_n

    @property
    def ok(self) -> bool:
        return self.refusal is None

    @property
    def n_needed(self) -> int:
        """How many answers together would show a fairly small difference; with fewer, none seen says nothing."""
        return answers_to_show(int(self.degrees[0]) if self.degrees else 1)


@lru_cache
def answers_to_show(degrees: int, *, effect: float = FAIRLY_SMALL, power: float = 0.8, alpha: float = 0.05) -> int:
    """How many answers a test of so many degrees of freedom needs to show an *effect* (Cohen's f or w) in all groups.

    From the noncentral chi-square distribution with noncentrality n · effect² (Cohen 1988, ch. 7).
    """
    threshold = stats.chi2.isf(alpha, degrees)
    wanted = optimize.brentq(lambda lack: stats.ncx2.sf(threshold, degrees, lack) - power, 1e-6, 1000)
    return int(np.ceil(wanted / effect**2))


@dataclass(frozen=True)
class GroupPair:
    """One pair of groups: second less first, with an interval and a p that hold for all pairs of the family together.

    The estimate's n are the answers of both groups.
    """

    first: str
    second: str
    estimate: Estimate
    p_adjusted: float
