"""Measures of a classifier, each from its definition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]


def quality(labels: Floats, scores: Floats) -> str:
    surest = np.argsort(-np.abs(scores - 0.5))[: int(0.8 * len(scores))]
    return (
        f"accuracy {accuracy(labels, scores):.4f}  macro-F1 {macro_f1(labels, scores > 0.5):.4f}  "
        f"AUC {area_under_curve(labels, scores):.4f}  ECE {calibration_error(labels, scores):.3f}  "
        f"share of positives off by {100 * abs(scores.mean() - labels.mean()):.1f} points  "
        f"surest 80 % {accuracy(labels[surest], scores[surest]):.4f}"
    )


def accuracy(labels: Floats, scores: Floats) -> float:
    return float(((scores > 0.5) == labels).mean())


def macro_f1(labels: npt.NDArray[np.generic], found: npt.NDArray[np.generic]) -> float:
    """The mean over the classes of 2·hits / (labelled + found)."""
    both = [((labels == c) & (found == c)).sum() for c in np.unique(labels)]
    each = [(labels == c).sum() + (found == c).sum() for c in np.unique(labels)]
    return float(np.mean(2 * np.array(both) / np.array(each)))


def area_under_curve(labels: Floats, scores: Floats) -> float:
    """Mann-Whitney: how often a positive comment scores above a negative one."""
    positives = int((labels == 1).sum())
    negatives = len(labels) - positives
    ranks = rankdata(scores)[labels == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(labels: Floats, scores: Floats, bins: int = 10) -> float:
    """The mean distance of score and share of positives over ten bins of equal width."""
    inside = np.minimum((scores * bins).astype(int), bins - 1)
    parts = [(inside == b) for b in range(bins) if (inside == b).any()]
    return float(sum(part.mean() * abs(scores[part].mean() - labels[part].mean()) for part in parts))
