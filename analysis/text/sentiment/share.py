"""The share of positive comments in a survey, from scores that were calibrated elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2, norm

MODEL_ERROR = 0.058
"""What stays wrong however many comments there are, as a standard deviation: two thirds of the errors stay within it,
over shares from .1 to .9 in nine domains, each left out of the training (benchmark "text", the question on left-out
shares). The errors are far from normal: small in most domains, and several times as large in one or two."""
_LEAST, _MOST = 1e-6, 1 - 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CorrectedShare:
    """The share of positives (0–1) and the probability of each comment under it; ``n`` comments."""

    share: float
    probabilities: Floats
    n: int


def corrected_share(
    probabilities: Floats, *, prior: float = 0.5, most_rounds: int = 200, tolerance: float = 1e-6
) -> CorrectedShare:
    """Re-estimate the share of positives from the probabilities of an unlabelled set of comments.

    *prior* is the share of positives in the training data. Expectation maximisation after Saerens, Latinne &
    Decaestecker (2002), "Adjusting the outputs of a classifier to new a priori probabilities". Meant for a few
    hundred comments or more; raises ValueError for a prior outside (0, 1).
    """
    if not 0.0 < prior < 1.0:
        raise ValueError(f"prior must lie between 0 and 1, not {prior}")
    given = np.clip(np.asarray(probabilities, dtype=np.float64), 1e-9, 1 - 1e-9)
    if not len(given):
        return CorrectedShare(prior, given, 0)
    share, adjusted = prior, given
    for _ in range(most_rounds):
        positive, negative = given * share / prior, (1 - given) * (1 - share) / (1 - prior)
        adjusted = positive / (positive + negative)
        before, share = share, float(np.clip(adjusted.mean(), _LEAST, _MOST))
        if abs(share - before) < tolerance:
            break
    return CorrectedShare(share, adjusted, len(given))


def share_interval(probabilities: Floats, *, prior: float = 0.5, confidence: float = 0.95) -> tuple[float, float]:
    """The interval (0–1) of the share that :func:`corrected_share` finds in the same *probabilities*, one at least.

    The likelihood-ratio interval, which tells of chance alone, made wider by `MODEL_ERROR`.
    """
    given = np.clip(np.asarray(probabilities, dtype=np.float64), 1e-9, 1 - 1e-9)
    share = corrected_share(given, prior=prior).share
    positive, negative = given / prior, (1 - given) / (1 - prior)

    def above(tried: float) -> float:
        """How far the log likelihood lies above the limit."""
        ratio = (tried * positive + (1 - tried) * negative) / (share * positive + (1 - share) * negative)
        return float(np.log(ratio).sum() + chi2.ppf(confidence, 1) / 2)

    low = brentq(above, _LEAST, share) if above(_LEAST) < 0 else 0.0
    high = brentq(above, share, _MOST) if above(_MOST) < 0 else 1.0
    wider = norm.isf((1 - confidence) / 2) * MODEL_ERROR
    return max(share - float(np.hypot(share - low, wider)), 0.0), min(share + float(np.hypot(high - share, wider)), 1.0)
