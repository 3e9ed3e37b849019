"""What telling any kind of result is made of, and how its figures, names, reasons and headings are worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import (
    MEASURES,
    Estimate,
    Language,
    Words,
    figure,
)
from analysis.sampling.response_quality import FLAGS

Names = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """Sentences for everyone, a table, and lines for the expert; `chart` is a frame of `control_charts`, if any."""

    sentences: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    expert: tuple[str, ...] = ()
    chart: pd.DataFrame | None = None


def span(low: str, high: str, language: Language) -> str:
    """The ends of an interval, as figures."""
    return Words(f"{low} 至 {high}", f"{low} to {high}").spoken(language)


_HEADINGS: dict[str, Words] = {
    "what": Words("项目", "item"),
    "value": Words("数值", "value"),
    "interval": Words("95% 区间", "95% interval"),
    "n": Words("样本量", "n"),
    "pair": Words("比较", "pair"),
    "difference": Words("差", "difference"),
    "p": Words("p（已校正）", "p (corrected)"),
    "first": Words("排第一的概率", "probability of being first"),
    "weak": Words("需要修改", "to revise"),
    "item_rest": Words("与其余题的相关", "item-rest correlation"),
    "without": Words("去掉后的 α", "alpha without"),
    "low_end": Words("做得差时", "when poor"),
    "high_end": Words("做得好时", "when good"),
    "role": Words("类型", "role"),
    "within": Words("自身变化", "own change"),
    "mix": Words("构成影响", "effect of mix"),
    "place": Words("位置", "quadrant"),
}


NOTHING = Words("答案太少或没有差别，无法计算", "too few answers, or no variation: nothing can be computed")
NO_CAUSE = Words("这是关联，不说明因果。", "This is an association, not a cause.")


def row_of(name: str, estimate: Estimate, language: Language) -> tuple[Any, ...]:
    if not estimate.ok:
        return name, "—", estimate.refusal.spoken(language) if estimate.refusal else "", estimate.n
    low, high = (figure(each, estimate.unit) for each in estimate.figures()[1:])
    return name, estimate.shown(), span(low, high, language), estimate.n


def short(estimate: Estimate, language: Language) -> str:
    _, value, span, _ = row_of("", estimate, language)
    return f"{value}（{span}）" if language == "zh" else f"{value} ({span})"


def headings_of(keys: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(_HEADINGS[key].spoken(language) for key in keys)


_ANY = {"any": Words("任一标记", "any flag")}


def name_of(code: str, names: Names | None, language: Language) -> str:
    if names and code in names:
        return names[code]
    words = MEASURES.get(code) or FLAGS.get(code) or _ANY.get(code)
    return words.spoken(language) if words else code


def name_in_sentence(sentence: str, names: Names | None) -> str:
    """A caveat with the words of the codes that it quotes."""
    for code, words in (names or {}).items():
        sentence = sentence.replace(f"“{code}”", f"“{words}”")
    return sentence


def refusal_of(reason: Words | None, n: int, language: Language) -> str:
    why = (reason or NOTHING).spoken(language)
    return f"样本不足，{why}（n={n}）。" if language == "zh" else f"Too few answers: {why} (n={n})."


def p_value(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def plain(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "—"
