"""What telling any kind of result is made of, and how its figures, names, reasons and headings are worded.

Nothing here knows a language: `in_language` says a `Message` in the reader's. A plain string is a figure, or a name
that the data has, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import Estimate, Unit, figure
from analysis.figures import FIGURES
from analysis.sampling.response_quality import FLAGS
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Series, saying

Names = Mapping[str, str]

# What estimates are of that are no figures of the catalogue.
_STATISTICS: dict[str, Message] = {
    "mean_number": saying("平均值"),
    "favourable": saying("好评占比"),
    "neutral": saying("中评占比"),
    "unfavourable": saying("差评占比"),
    "share": saying("占比"),
    "gap": saying("差距"),
    "icc_single": saying("单个评分的信度（ICC(1)）"),
    "icc_mean": saying("均分的信度（ICC(k)）"),
    "leniency": saying("手松或手紧"),
    "alpha": saying("内部一致性（α）"),
    "better": saying("满意系数（Better）"),
    "worse": saying("不满意系数（Worse）"),
    "cliffs_delta": saying("Cliff 差异量"),
    "log_odds": saying("对数优势比"),
    "index": saying("满意度指数"),
    "slope": saying("每期变化"),
    "hedges_g": saying("Hedges 差异量"),
    "cramers_v": saying("关联强度（Cramér V）"),
    "omega": saying("内部一致性（ω）"),
    "two_item_reliability": saying("两题信度（Spearman-Brown）"),
    "driver_share": saying("与总体满意度的关联占比"),
    "r_squared": saying("可解释的差异（R²）"),
    "path": saying("路径系数"),
    "loading": saying("因子载荷"),
    "mean_difference": saying("平均分之差"),
    "rank_difference": saying("平均秩之差"),
    "total_effect": saying("总影响"),
    "best_worst_score": saying("最看重减最不看重"),
    "best_worst_utility": saying("效用"),
    "preference_share": saying("偏好占比"),
    "first_choice_share": saying("放在第一位的人"),
    "turf_reach": saying("覆盖"),
    "penalty": saying("做得差时的差别"),
    "reward": saying("做得好时的差别"),
}
MEASURES = {code: figure.name for code, figure in FIGURES.items()} | _STATISTICS


@dataclass(frozen=True)
class Told:
    """Sentences for everyone, a table, and lines for the expert; `chart` is a frame of `control_charts`, if any."""

    sentences: tuple[Any, ...] = ()
    headings: tuple[Any, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    expert: tuple[Any, ...] = ()
    chart: pd.DataFrame | None = None

    def in_language(self, language: str) -> Told:
        """The same with every message said."""
        return replace(
            self,
            sentences=_worded(self.sentences, language),
            headings=_worded(self.headings, language),
            rows=tuple(_worded(row, language) for row in self.rows),
            expert=_worded(self.expert, language),
        )


def _worded(parts: Sequence[Any], language: str) -> tuple[Any, ...]:
    return tuple(in_words(each, language) if isinstance(each, Message | Series) else each for each in parts)


def spoken_measure(measure: str, language: str = DEFAULT_LANGUAGE) -> str:
    """What a measure is called."""
    return in_words(measure_name(measure), language)


def measure_name(measure: str) -> Message:
    """What a measure is called, in any language; one without a name by its code."""
    return MEASURES[measure] if measure in MEASURES else saying(measure)


def span(low: str, high: str) -> Message:
    """The ends of an interval, as figures."""
    return saying("{low} 至 {high}", low=low, high=high)


def signed_figure(difference: float, unit: Unit, *, signed: bool = True) -> str:
    """A difference as users read it, without its unit: signed, and of shares in percentage points."""
    text = figure(difference, unit).removesuffix("%")
    sign = "+" if signed and not text.startswith("−") and text.strip("0.") else ""
    return sign + text


def difference_figure(difference: float, unit: Unit, *, signed: bool = True) -> Message | str:
    """The same with the unit, where it isn't that of the figures themselves."""
    shown = signed_figure(difference, unit, signed=signed)
    return saying("{points} 个百分点", points=shown) if unit == "share" else shown


_HEADINGS: dict[str, Message] = {
    "what": saying("项目"),
    "value": Message("数值", context="of a measure"),
    "interval": saying("95% 区间"),
    "n": saying("样本量"),
    "pair": saying("比较"),
    "difference": saying("差"),
    "p": saying("p（已校正）"),
    "first": saying("排第一的概率"),
    "reach": saying("用到的人"),
    "route": saying("用过的服务"),
    "explained": saying("可解释的差异（R²）"),
    "shares": saying("各自的占比"),
    "weak": saying("需要修改"),
    "item_rest": saying("与其余题的相关"),
    "without": saying("去掉后的 α"),
    "low_end": saying("做得差时"),
    "high_end": saying("做得好时"),
    "role": saying("类型"),
    "within": saying("自身变化"),
    "mix": saying("构成影响"),
    "place": saying("位置"),
    "fair": saying("公平的估计"),
    "raw": saying("实际得到"),
    "rank": saying("名次范围"),
    "weakest": saying("属于最弱五分之一的把握"),
}
NOTHING = saying("答案太少或没有差别，无法计算")
NO_CAUSE = saying("这是关联，不说明因果。")
_ANY = {"any": saying("任一标记")}


def row_of(name: Message | str, estimate: Estimate) -> tuple[Any, ...]:
    if not estimate.ok:
        return name, "—", estimate.refusal or "", estimate.n
    low, high = (figure(each, estimate.unit) for each in estimate.figures()[1:])
    return name, estimate.shown(), span(low, high), estimate.n


def short(estimate: Estimate) -> Message:
    _, value, interval, _ = row_of("", estimate)
    return saying("{value}（{span}）", value=value, span=interval)


def headings_of(*keys: str) -> tuple[Message, ...]:
    return tuple(_HEADINGS[key] for key in keys)


def name_of(code: str, names: Names | None) -> Message | str:
    if names and code in names:
        return names[code]
    return MEASURES.get(code) or FLAGS.get(code) or _ANY.get(code) or code


def naming(message: Message, names: Names | None) -> Message:
    """A caveat with the words of the codes in it."""
    known = names or {}

    def named(value: object) -> object:
        if isinstance(value, Message):
            return naming(value, names)
        if isinstance(value, Series):
            return Series(tuple(named(part) for part in value.parts), value.joint)
        return known.get(value, value) if isinstance(value, str) else value

    return replace(message, values={name: named(value) for name, value in message.values.items()})


def refusal_of(reason: Message | None, n: int) -> Message:
    return saying("样本不足，{reason}（n={n}）。", reason=reason or NOTHING, n=n)


def p_value(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def plain(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "—"
