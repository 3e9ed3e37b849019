"""A small picture of a survey, drawn from its definition: one line a question, in the colour of its dimension."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import NamedTuple

from markupsafe import Markup

from surveys.definition.questions import Grid, Measure, Question
from surveys.definition.survey import Survey

WIDTH, HEIGHT = 280, 150
_TOP, _MOST, _TALLEST = 34, 11, 16
_COLOURS = ("#0E6E6E", "#C2703D", "#4C6FA8", "#8A9A3B", "#9C5A86", "#B8912F", "#5B8C7B", "#7A6BB0")
_PLAIN, _FAINT = "#8B9B98", "#D9E2DF"
_GLYPHS_AT = 158


class _Line(NamedTuple):
    """One question, or one row of a grid: how long its wording is, how it is answered, in which colour."""

    length: int
    measure: Measure
    colour: str


def picture(survey: Survey) -> Markup:
    """The picture as an image for a page."""
    data = b64encode(svg(survey).encode()).decode()
    image = Markup('<img class="xs-picture" src="data:image/svg+xml;base64,{}" alt="" width="{}" height="{}">')
    return image.format(data, WIDTH, HEIGHT)


def svg(survey: Survey) -> str:
    """The picture as SVG."""
    lines = list(_lines(survey))
    shown = lines[:_MOST]
    step = min(_TALLEST, (HEIGHT - _TOP - 8) / max(1, len(shown)))
    body = "".join(_drawn(line, _TOP + step * n, step) for n, line in enumerate(shown))
    title = _bar(14, 12, min(150, 9 * len(str(survey.title))), 8, "#1D2B2A", 0.75)
    frame = f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8" fill="#fff" stroke="{_FAINT}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{frame}{title}{body}</svg>'


def _lines(survey: Survey) -> Iterator[_Line]:
    colours = {each.code: _COLOURS[n % len(_COLOURS)] for n, each in enumerate(survey.dimensions)}
    for question in survey.questions():
        colour = colours.get(question.dimension or "", _PLAIN)
        for length in _lengths(question):
            yield _Line(length, question.measure, colour)


def _lengths(question: Question) -> list[int]:
    rows = question.rows if isinstance(question, Grid) else ()
    return [len(str(row.label)) for row in rows] or [len(str(question.title))]


def _drawn(line: _Line, y: float, step: float) -> str:
    size = min(7.0, step - 3)
    wording = _bar(22, y + (step - size * 0.6) / 2, min(124, 14 + 6 * line.length), size * 0.6, _PLAIN, 0.45)
    tick = _bar(14, y + (step - size) / 2, 3, size, line.colour, 1)
    return tick + wording + _GLYPHS[line.measure](y + step / 2, size, line.colour)


def _bar(x: float, y: float, width: float, height: float, colour: str, opacity: float) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{min(height, 4) / 2:.1f}"'
    return f'<rect {place} fill="{colour}" fill-opacity="{opacity:g}"/>'


def _dots(y: float, size: float, colour: str) -> str:
    return "".join(
        f'<circle cx="{_GLYPHS_AT + 6 + 22 * n}" cy="{y:.1f}" r="{size / 2:.1f}" fill="{colour}" '
        f'fill-opacity="{0.25 + 0.18 * n:.2f}"/>'
        for n in range(5)
    )


def _cells(y: float, size: float, colour: str) -> str:
    return "".join(
        _bar(_GLYPHS_AT + 9.5 * n, y - size / 2, 7.5, size, colour, 0.2 + 0.07 * n) for n in range(11)
    )  # fmt: skip


def _rings(y: float, size: float, colour: str) -> str:
    marks = []
    for n in range(3):
        ring = f'cx="{_GLYPHS_AT + 5 + 36 * n}" cy="{y:.1f}" r="{size / 2 - 0.5:.1f}" stroke="{colour}"'
        marks.append(
            f'<circle {ring} fill="{colour if n == 0 else "none"}"/>'
            + _bar(_GLYPHS_AT + 12 + 36 * n, y - 1.5, 17, 3, colour, 0.3)
        )
    return "".join(marks)


def _boxes(y: float, size: float, colour: str) -> str:
    marks = []
    for n in range(3):
        marks.append(
            _bar(_GLYPHS_AT + 36 * n, y - size / 2, size, size, colour, 0.75 if n < 2 else 0.25)
            + _bar(_GLYPHS_AT + 11 + 36 * n, y - 1.5, 18, 3, colour, 0.3)
        )
    return "".join(marks)


def _entry(y: float, size: float, colour: str) -> str:
    return _outlined(y, size, colour, 106)


def _short_entry(y: float, size: float, colour: str) -> str:
    return _outlined(y, size, colour, 44)


def _outlined(y: float, size: float, colour: str, width: int) -> str:
    place = f'x="{_GLYPHS_AT}" y="{y - size / 2 - 1:.1f}" width="{width}" height="{size + 2:.1f}"'
    return f'<rect {place} rx="2.5" fill="none" stroke="{colour}" stroke-opacity=".6"/>'


def _steps(y: float, size: float, colour: str) -> str:
    lengths = (46, 32, 20)
    at = [_GLYPHS_AT + sum(lengths[:n]) + 4 * n for n in range(3)]
    return "".join(
        _bar(x, y - size / 2, length, size, colour, 0.8 - 0.25 * n)
        for n, (x, length) in enumerate(zip(at, lengths, strict=True))
    )


def _nothing(y: float, size: float, colour: str) -> str:
    return _bar(_GLYPHS_AT, y - 1, 106, 2, _FAINT, 1)


_GLYPHS: dict[Measure, Callable[[float, float, str], str]] = {
    Measure.RATING: _dots,
    Measure.EFFORT: _dots,
    Measure.IMPORTANCE: _dots,
    Measure.EXPECTATION: _dots,
    Measure.NPS: _cells,
    Measure.KANO: _rings,
    Measure.NOMINAL: _rings,
    Measure.MULTIPLE: _boxes,
    Measure.RANK: _steps,
    Measure.SHARE: _steps,
    Measure.BEST_WORST: _rings,
    Measure.NUMBER: _short_entry,
    Measure.DATE: _short_entry,
    Measure.TEXT: _entry,
    Measure.RECORD: _nothing,
}
