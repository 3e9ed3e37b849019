"""What may be said where all answers are the same: they don't vary, yet those who weren't asked may.

Of *n* equal answers the exact binomial limit (Clopper & Pearson 1934) says how large a part of everyone, unseen by
chance, may answer otherwise: 1 − (α/2)^(1/n). Were that part to stand at the far end of the scale, the mean would lie
at the limits given here, so these hold whatever the answers are. With weights n is what they are worth (Korn & Graubard
1998).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

FEW, LARGEST_PART = 5, 0.1  # answers that differ, and their part, up to which nearly all are the same
METHOD = "exact binomial limits of equal answers (Clopper & Pearson 1934)"


def unseen_part(n: float | np.ndarray, *, confidence: float = 0.95) -> np.ndarray:
    """The largest part of everyone that may answer otherwise though *n* answers are equal."""
    return np.asarray(1 - ((1 - confidence) / 2) ** (1 / np.asarray(n, dtype=float)))


def limits_of_equal(
    value: float, n: float, low: float, high: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of the mean on a scale from *low* to *high* of which *n* answers were all *value*."""
    unseen = float(unseen_part(n, confidence=confidence))
    return value - unseen * (value - low), value + unseen * (high - value)


def limits_of_nearly_equal(
    given: np.ndarray, below: float, above: float, low: float, high: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """The limits *below* and *above* of a mean, widened where nearly all answers are the same; else as they are.

    Where one of forty differs, Student's interval takes its spread from that one: with a tenth of everyone differing it
    held the mean in 91 % of samples. So the limits also take in what the exact binomial limits of the part that differs
    (Clopper & Pearson 1934) make of the mean, those who differ answering as they did on average; and what the limits of
    equal answers would be around it: a part of everyone of which nobody was asked may stand at the far end. Without a
    scale they stay as they are.
    """
    points, counts = np.unique(given, return_counts=True)
    n, common = len(given), float(points[counts.argmax()])
    few = n - int(counts.max())
    if not 0 < few <= min(FEW, n * LARGEST_PART) or not np.isfinite(high - low):
        return below, above
    tail, gap = (1 - confidence) / 2, float(given[given != common].mean()) - common
    parts = stats.beta.ppf(tail, few, n - few + 1), stats.beta.isf(tail, few + 1, n - few)
    ends = [common + gap * float(part) for part in parts]
    ends += limits_of_equal(float(given.mean()), n, low, high, confidence=confidence)
    return min(below, *ends), max(above, *ends)


def variance_of_equal(
    value: float | np.ndarray, n: float | np.ndarray, low: float | np.ndarray, high: float | np.ndarray
) -> np.ndarray:
    """The variance of one answer to reckon with in tests, in place of the 0 that *n* equal answers have."""
    unseen = unseen_part(n)
    far = np.maximum(np.asarray(value) - low, np.asarray(high) - value)
    return np.asarray(unseen * (1 - unseen) * far**2)


def variance_of(sample: np.ndarray, low: float, high: float) -> float:
    """The variance of at least two answers on a scale, that of `variance_of_equal` where all are the same."""
    if np.ptp(sample) > 0:
        return float(sample.var(ddof=1))
    return float(variance_of_equal(float(sample[0]), len(sample), low, high))
