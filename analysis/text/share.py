"""The share of positive comments in a survey, from scores that were calibrated elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        before, share = share, float(np.clip(adjusted.mean(), 1e-6, 1 - 1e-6))
        if abs(share - before) < tolerance:
            break
    return CorrectedShare(share, adjusted, len(given))
