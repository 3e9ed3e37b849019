"""How many points a chart runs until a false alarm, and the limits that keep it so: by integral equations."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import optimize, special, stats

_TOP = 1 / np.sqrt(2 * np.pi)
MOVING_RANGE_DEGREES = 0.62  # degrees of freedom of a standard deviation from moving ranges, per range


def shewhart_run_length(width: float) -> float:
    """Average points until a false alarm with limits at ± *width* sigmas."""
    return float(1 / (2 * stats.norm.sf(width)))


def cusum_run_length(slack: float, limit: float, *, shift: float = 0.0) -> float:
    """Average run length of a two-sided CUSUM from the integral equation of Page (1954); *shift* in sigmas."""
    sides = [_one_sided_cusum(slack, limit, sign * shift) for sign in (1, -1)]
    return 1 / sum(1 / side for side in sides)


def ewma_run_length(weight: float, width: float, *, shift: float = 0.0) -> float:
    """Average run length of an EWMA with steady limits from the integral equation of Crowder (1987)."""
    h = width * np.sqrt(weight / (2 - weight))
    nodes, weights = _legendre(80)
    x, w = nodes * h, weights * h
    kernel = _density((x[None, :] - (1 - weight) * x[:, None]) / weight - shift) / weight
    lengths = np.linalg.solve(np.eye(len(x)) - kernel * w, np.ones(len(x)))
    from_start = _density(x / weight - shift) / weight
    return float(1 + (from_start * w) @ lengths)


@lru_cache(maxsize=256)
def cusum_limit(run_length: float, slack: float = 0.5, baseline: int | None = None) -> float:
    """The limit that keeps an average *run_length* between false alarms; *baseline*: see `_unsure`."""

    def length(limit: float) -> float:
        return _unsure(lambda shift, scale: cusum_run_length(slack * scale, limit * scale, shift=shift), baseline)

    return _solved(length, run_length, 0.1, 30.0)


@lru_cache(maxsize=256)
def ewma_width(run_length: float, weight: float = 0.2, baseline: int | None = None) -> float:
    """The width, in sigmas of the EWMA, that keeps an average *run_length*; *baseline*: see `_unsure`."""

    def length(width: float) -> float:
        return _unsure(lambda shift, scale: ewma_run_length(weight, width * scale, shift=shift), baseline)

    return _solved(length, run_length, 0.3, 8.0)


def _unsure(length: Callable[[float, float], float], baseline: int | None) -> float:
    """The run length that the mean false-alarm rate amounts to when level and spread come from *baseline* points.

    *length* is that of a chart whose level is off by a shift (in true sigmas) and whose sigma is a multiple (scale) of
    the true one. None stands for level and spread that are known.
    """
    if baseline is None:
        return length(0.0, 1.0)
    shifts, of_shift = np.polynomial.hermite_e.hermegauss(5)
    nodes, of_scale = np.polynomial.legendre.leggauss(7)
    degrees = MOVING_RANGE_DEGREES * (baseline - 1)
    scales = np.sqrt(stats.chi2.ppf((nodes + 1) / 2, degrees) / degrees)
    weights = {(abs(float(d)), float(s)): 0.0 for d in shifts for s in scales}  # a chart is the same both ways
    for d, at_d in zip(shifts, of_shift / of_shift.sum(), strict=True):
        for s, at_s in zip(scales, of_scale / 2, strict=True):
            weights[abs(float(d)), float(s)] += at_d * at_s
    rates = (part / _long(length(d / np.sqrt(baseline), s)) for (d, s), part in weights.items())
    return float(1 / sum(rates))


def _long(length: float) -> float:
    """A run length; one that is beyond what can be computed counts as very long."""
    return length if 0 < length < 1e12 else 1e12


def _density(x: np.ndarray) -> np.ndarray:
    """The standard normal density, without the checks that scipy makes at every call."""
    return np.exp(-0.5 * x * x) * _TOP


@lru_cache(maxsize=4)
def _legendre(degree: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(degree)


def _one_sided_cusum(slack: float, limit: float, shift: float) -> float:
    nodes, weights = _legendre(80)
    x, w = (nodes + 1) * limit / 2, weights * limit / 2
    kernel = _density(x[None, :] + slack - shift - x[:, None])
    # The unknowns are the run length from 0, where the sum is reset, and those from the nodes.
    system = np.eye(len(x) + 1)
    system[0, 0] -= special.ndtr(slack - shift)
    system[0, 1:] -= _density(x + slack - shift) * w
    system[1:, 0] -= special.ndtr(slack - shift - x)
    system[1:, 1:] -= kernel * w
    return float(np.linalg.solve(system, np.ones(len(x) + 1))[0])


def _solved(length: Callable[[float], float], wanted: float, least: float, most: float) -> float:
    if not length(least) <= wanted:
        raise ValueError(f"a run length of {wanted} is too short for any limit")

    def beyond(limit: float) -> float:
        return float(np.log(length(limit)) - np.log(wanted))

    upper = least
    while upper < most and beyond(upper) < 0:
        upper *= 1.5
    if beyond(upper) < 0:
        raise ValueError(f"the baseline is too short for limits that keep a run length of {wanted:g}; take more points")
    return float(optimize.brentq(beyond, least, upper, xtol=1e-8))
