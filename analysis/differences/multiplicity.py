"""Corrections of p-values for the number of comparisons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted by Holm 1979, in the order given."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return _in_order(stepped, order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted by Benjamini & Hochberg 1995 (false discovery rate), in the order given."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    return _in_order(np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1), order)


def _in_order(sorted_values: np.ndarray, order: np.ndarray) -> list[float]:
    restored = np.empty_like(sorted_values)
    restored[order] = sorted_values
    return [float(value) for value in restored]
