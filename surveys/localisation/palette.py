"""The colour that pages bear, and the shades that follow from it: words in it and on it stay readable (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

READABLE = 4.5  # contrast ratio of usual text, WCAG 2.2, success criterion 1.4.3
_WHITE = (255, 255, 255)
_TINT = 0.1  # how much of the colour is in the pale ground under notes
_SHADE = 0.75
_STEP = 0.97

_Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Three shades as #RRGGBB: of what is pressed and of lines, of headings, and of the pale ground under notes."""

    main: str = "#0E6E6E"
    deep: str = "#0A5252"
    mist: str = "#E8F2F0"


USUAL = Palette()
USUAL_COLOUR = USUAL.main


def is_colour(text: str) -> bool:
    """Whether this is #RRGGBB."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


@lru_cache(maxsize=64)
def palette(colour: str) -> Palette:
    """The shades of a colour, which is darkened until white reads on it, and it on white and on its pale ground."""
    if colour.upper() == USUAL_COLOUR or not is_colour(colour):
        return USUAL
    main = _rgb(colour)
    while _contrast(main, _tinted(main)) < READABLE:
        main = _darker(main, _STEP)
    return Palette(_hex(main), _hex(_darker(main, _SHADE)), _hex(_tinted(main)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21: (L1 + 0.05) / (L2 + 0.05) by WCAG's relative luminance."""
    return _contrast(_rgb(one), _rgb(other))


def _contrast(one: _Rgb, other: _Rgb) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: _Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _tinted(colour: _Rgb) -> _Rgb:
    red, green, blue = (round(ground + (part - ground) * _TINT) for part, ground in zip(colour, _WHITE, strict=True))
    return red, green, blue


def _darker(colour: _Rgb, share: float) -> _Rgb:
    red, green, blue = (int(part * share) for part in colour)
    return red, green, blue


def _rgb(colour: str) -> _Rgb:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _hex(colour: _Rgb) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour)
