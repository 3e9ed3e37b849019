"""Bands of numbers by their codes: `..18` below 18, `18..30` from 18 to below 30, `60..` from 60 on."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BAND = re.compile(r"(-?[\d.]+)?\.\.(-?[\d.]+)?")
_PARTS = 4  # of a range that nobody has cut


def bands_of(begins: Sequence[float]) -> list[str]:
    """The codes of the bands that begin at these numbers, with the one below the first; none of no numbers."""
    ends = [f"{each:.10g}" for each in begins]
    return [f"{low}..{high}" for low, high in zip(["", *ends], [*ends, ""], strict=True)] if ends else []


def band_ends(band: str) -> tuple[float | None, float | None] | None:
    """Where a band begins, and before which number it ends; None for what is no band."""
    found = _BAND.fullmatch(band)
    try:
        return (_number(found[1]), _number(found[2])) if found else None
    except ValueError:
        return None


def holds(band: str, value: float) -> bool:
    """Whether a number lies in a band; NaN lies in none."""
    low, high = band_ends(band) or (None, None)
    return value == value and (low is None or value >= low) and (high is None or value < high)


def band_words(band: str, unit: str = "") -> str:
    """A band as people read it: 18 – 30 岁."""
    low, _, high = band.partition("..")
    said = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"< {high}"
    return f"{said} {unit}" if unit else said


def even_cuts(low: float, high: float, step: float = 0) -> tuple[float, ...]:
    """Where a range from *low* to *high* is cut into four parts alike, at whole *steps* where there is one."""
    cuts = [low + (high - low) * part / _PARTS for part in range(1, _PARTS)]
    if step:
        cuts = [low + round((each - low) / step) * step for each in cuts]
    return tuple(sorted({each for each in cuts if low < each < high}))


def cuts_between(quartiles: Sequence[float], lowest: float) -> tuple[float, ...]:
    """Readable cuts near the *quartiles* of numbers that begin at *lowest*: two digits of each say enough."""
    return tuple(sorted({readable for each in quartiles if (readable := float(f"{each:.2g}")) > lowest}))


def _number(text: str | None) -> float | None:
    return float(text) if text else None
