"""Options that are ranges of numbers: whether each number has its place in exactly one of them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying

_NUMBER = r"(\d+(?:\.\d+)?\s*[千万亿]?)"
_UNIT = r"\s*[^\d\s\-–—~～至到]{0,4}?\s*"
_TIMES = {"千": 1_000, "万": 10_000, "亿": 100_000_000}
_BETWEEN = re.compile(rf"^{_NUMBER}{_UNIT}(?:-|–|—|~|～|至|到|\.\.)\s*{_NUMBER}")
_BELOW = re.compile(rf"^(?:不到|不足|少于|低于|小于|<)\s*{_NUMBER}|^{_NUMBER}{_UNIT}(?:及以下|以下|以内|之内|及以内)")
_ABOVE = re.compile(rf"^(?:超过|多于|高于|大于|>)\s*{_NUMBER}|^{_NUMBER}{_UNIT}(?:及以上|或以上|以上)")


@dataclass(frozen=True)
class _Range:
    """What an option covers; a soft end is one that usage leaves open (10 分钟以内)."""

    label: str
    low: float
    high: float
    soft_low: bool = False
    soft_high: bool = False


def fault_of_ranges(labels: Sequence[str]) -> tuple[Said, Said] | None:
    """What is wrong with options that are ranges and how to mend it; None when nothing is, or they are none."""
    ranges = [each for label in labels if (each := _range_of(label)) is not None]
    if len(ranges) < 2 or len(labels) - len(ranges) > 2:
        return None
    ranges.sort(key=lambda each: (each.low, each.high))
    for lower, upper in pairwise(ranges):
        if lower.high > upper.low or (lower.high == upper.low and not (lower.soft_high or upper.soft_low)):
            wording = marked("“{lower}”与“{upper}”重叠，{number} 两处都能选")
            what = saying(wording, lower=lower.label, upper=upper.label, number=_said(upper.low))
            return what, "让每个数只落在一个选项里，例如“0–4”“5–9”"
        if upper.low - lower.high > 1:
            what = saying(marked("“{lower}”与“{upper}”之间有空档"), lower=lower.label, upper=upper.label)
            return what, "让相邻的选项接上"
    if math.isfinite(ranges[-1].high) and len(ranges) == len(labels):
        most = _said(ranges[-1].high)
        return saying(marked("没有大于 {most} 的选项"), most=most), saying(marked("最后加一个“{most}以上”"), most=most)
    return None


def _range_of(label: str) -> _Range | None:
    text = label.strip()
    without = "不含" in text
    if found := _BETWEEN.match(text):
        return _Range(label, _value(found[1]), _value(found[2]), soft_high=without)
    if found := _BELOW.match(text):
        return _Range(label, -math.inf, _value(found[1] or found[2]), soft_high=without or "及以" not in text)
    if found := _ABOVE.match(text):
        softly = without or ("及以上" not in text and "或以上" not in text)
        return _Range(label, _value(found[1] or found[2]), math.inf, soft_low=softly)
    return None


def _value(text: str) -> float:
    return float(text.rstrip("千万亿 ")) * _TIMES.get(text[-1], 1)


def _said(number: float) -> str:
    for word in ("亿", "万"):
        if number >= _TIMES[word] and number % (_TIMES[word] / 10) == 0:
            return f"{number / _TIMES[word]:g} {word}"
    return f"{number:g}"
