"""The word cloud."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont

from analysis.text.errors import UnusableInput
from surveys.comments import Sentiment

Palette = Sentiment | Literal["all"]

_COLOURS: dict[Palette, tuple[str, ...]] = {
    Sentiment.NEGATIVE: ("#7f2a22", "#a23b2f", "#bf5b4c", "#8a4b45"),
    Sentiment.NEUTRAL: ("#3d4852", "#5a6672", "#76828e", "#4c5560"),
    Sentiment.POSITIVE: ("#1d5c4a", "#2f7d66", "#4f9680", "#3b6e60"),
    "all": ("#1f3a5f", "#33587f", "#4f7396", "#5a6672"),
}


_BELOW_THE_LINE = 0.25  # of a letter, in parts of its size


class NothingToDraw(UnusableInput):
    """There is no term to draw a cloud of."""


@dataclass(frozen=True)
class PlacedTerm:
    """A term of a cloud: the left end of its base line, its size and its width, in pixels of the picture."""

    term: str
    x: float
    y: float
    size: int
    width: float
    colour: str


@dataclass(frozen=True)
class Cloud:
    """A cloud as a picture, and where each term stands in it, the most frequent first."""

    image: Image.Image
    terms: tuple[PlacedTerm, ...]
    width: int
    height: int
    background: str

    def svg(self) -> str:
        """The cloud as letters, for other programs to draw on; each term is as wide as in the picture."""
        drawn = "".join(
            f'<text x="{each.x:.1f}" y="{each.y:.1f}" font-size="{each.size}" fill="{each.colour}" '
            f'textLength="{each.width:.1f}" lengthAdjust="spacingAndGlyphs">{escape(each.term)}</text>'
            for each in self.terms
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'font-family="Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif">'
            f'<rect width="100%" height="100%" fill="{self.background}"/>{drawn}</svg>'
        )


def word_cloud(
    frequencies: Mapping[str, float],
    font: Path,
    *,
    width: int = 900,
    height: int = 480,
    palette: Palette = "all",
    background: str = "white",
) -> Cloud:
    """Draw the terms, the more frequent the larger; the same input gives the same picture.

    *width* and *height* are in pixels. Raises NothingToDraw when no frequency is above zero.
    """
    from wordcloud import WordCloud  # here, because it brings matplotlib along, which takes a while to load

    drawn = {term: weight for term, weight in frequencies.items() if weight > 0 and term.strip()}
    if not drawn:
        raise NothingToDraw("没有可以画成词云的词语")
    colours = _COLOURS[palette]

    def colour(word: str, *, random_state: random.Random, **_: object) -> str:
        return random_state.choice(colours)

    cloud = WordCloud(
        font_path=str(font),
        width=width,
        height=height,
        background_color=background,
        color_func=colour,
        random_state=7,
        prefer_horizontal=1.0,
        relative_scaling=0.5,
        margin=4,
        max_font_size=height // 4,
    )
    cloud.generate_from_frequencies(drawn)
    terms = tuple(_placed(each, font) for each in cloud.layout_)
    # The library leaves room for a word's ink, and draws it lower by what its font keeps free above.
    low = max(each.y + each.size * _BELOW_THE_LINE for each in terms)
    whole = max(height, math.ceil(low))
    return Cloud(_picture(terms, font, width, whole, background), terms, width, whole, background)


def _picture(terms: Sequence[PlacedTerm], font: Path, width: int, height: int, background: str) -> Image.Image:
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)
    for each in terms:
        letters = ImageFont.truetype(str(font), each.size)
        draw.text((each.x, each.y), each.term, fill=each.colour, font=letters, anchor="ls")
    return image


def _placed(laid: tuple[Any, ...], font: Path) -> PlacedTerm:
    """From what the cloud keeps of a word: its frequency, size, its upper left corner (y, x) and colour."""
    (term, _frequency), size, (top, left), _turned, colour = laid
    letters = ImageFont.truetype(str(font), size)
    return PlacedTerm(
        term, float(left), float(top + letters.getmetrics()[0]), int(size), float(letters.getlength(term)), colour
    )  # fmt: skip
