"""The word cloud."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from PIL import Image
from wordcloud import WordCloud

from analysis.text.errors import UnusableInput

Palette = Literal["负面", "中性", "正面", "all"]

_COLOURS: dict[Palette, tuple[str, ...]] = {
    "负面": ("#7f2a22", "#a23b2f", "#bf5b4c", "#8a4b45"),
    "中性": ("#3d4852", "#5a6672", "#76828e", "#4c5560"),
    "正面": ("#1d5c4a", "#2f7d66", "#4f9680", "#3b6e60"),
    "all": ("#1f3a5f", "#33587f", "#4f7396", "#5a6672"),
}


class NothingToDraw(UnusableInput):
    """There is no term to draw a cloud of."""


def word_cloud(
    frequencies: Mapping[str, float],
    font: Path,
    *,
    width: int = 900,
    height: int = 480,
    palette: Palette = "all",
    background: str = "white",
) -> Image.Image:
    """Draw the terms, the more frequent the larger; the same input gives the same picture.

    *width* and *height* are in pixels. Raises NothingToDraw when no frequency is above zero.
    """
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
    return cloud.generate_from_frequencies(drawn).to_image()
