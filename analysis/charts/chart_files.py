"""A chart as a picture to take along, under what it is of; and the same chart on a dark ground."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import vl_convert

from analysis.charts.drawing import FONT, PALETTE

_WIDTH, _SCALE = 760, 2.0
_A_LINE = 60  # characters of a title in one line of so wide a picture

_DARK = {
    PALETTE["ink"]: "#E4ECEA",
    PALETTE["neutral_pale"]: "#33403F",
    PALETTE["primary"]: "#4FB8B2",
    PALETTE["primary_soft"]: "#2F7F7C",
    PALETTE["primary_mild"]: "#2F6663",
    PALETTE["primary_pale"]: "#24403E",
    PALETTE["alert"]: "#F0886F",
    PALETTE["warning"]: "#E0A94A",
    "#FFFFFF": "#141B1B",
}
_FIXED = ("range", "condition", "datasets", "data")  # colours of fixed meaning, and values


def in_the_dark(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same chart for a dark ground; coloured cells and bars keep their colours and what is written in them."""
    return {key: value if key in _FIXED else _dark(key, value) for key, value in spec.items()}


def _dark(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        if "condition" in value:
            return value
        if value.get("type") in ("rect", "bar"):
            return {name: _dark(name, each) if name == "stroke" else each for name, each in value.items()}
        if value.get("type") == "text" and value.get("color") == "#FFFFFF":
            return value  # written on a coloured bar
        return in_the_dark(value)
    if isinstance(value, list):
        return [_dark(key, each) for each in value]
    return _DARK.get(value, value) if isinstance(value, str) else value


def picture_spec(spec: Mapping[str, Any], head: str) -> dict[str, Any]:
    """The chart as it stands alone: so wide, on white, with what it is of above it."""
    lines = [head[at : at + _A_LINE] for at in range(0, len(head), _A_LINE)]
    title = {"text": lines, "anchor": "start", "fontSize": 12, "fontWeight": "normal", "offset": 14, "font": FONT}
    return {**spec, "width": _WIDTH, "background": "#FFFFFF", "padding": 16, **({"title": title} if head else {})}


def as_png(spec: Mapping[str, Any], head: str) -> bytes:
    """At twice the size, sharp on paper and on screens."""
    return vl_convert.vegalite_to_png(picture_spec(spec, head), scale=_SCALE)


def as_svg(spec: Mapping[str, Any], head: str) -> bytes:
    """As lines and letters, to go on drawing with."""
    return vl_convert.vegalite_to_svg(picture_spec(spec, head)).encode("utf-8")


CHART_FILES: dict[str, tuple[str, Callable[[Mapping[str, Any], str], bytes]]] = {
    "PNG": ("image/png", as_png),
    "SVG": ("image/svg+xml", as_svg),
}
"""Its media type and what writes it, by the name of the format."""
