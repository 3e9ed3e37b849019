"""How values of indicators are written: with their unit, interval and n, and how they stand to the target."""

from __future__ import annotations

from markupsafe import Markup

from surveys.console.kit import look
from surveys.console.kit.words import _, said
from surveys.improvement.indicators import Indicator, IndicatorValue, Standing
from surveys.localisation.language import marked

_TAGS = {
    Standing.MET: (marked("达到目标"), "good"), Standing.MISSED: (marked("没有达到"), "bad"),
    Standing.UNSURE: (marked("还看不出"), "wait"), Standing.NO_TARGET: (marked("没有目标"), ""),
}  # fmt: skip
_KEPT = {
    Standing.MET: (marked("已兑现"), "good"), Standing.MISSED: (marked("没有兑现"), "bad"),
    Standing.UNSURE: (marked("还看不出"), "wait"), Standing.NO_TARGET: (marked("没有目标"), ""),
}  # fmt: skip


def number(value: float, indicator: Indicator) -> str:
    """A value with its unit, to at most four places."""
    return f"{plain(value)}{_unit(indicator)}"


def plain(value: float) -> str:
    """A value without its unit."""
    written = f"{value:,.4f}" if abs(value) < 100 else f"{value:,.3f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _unit(indicator: Indicator) -> str:
    unit = indicator.current.unit
    return unit if unit in ("%", "％", "") else f" {unit}"


def reach(value: IndicatorValue, indicator: Indicator) -> str:
    """The value, with interval and n where it is an estimate; why there is none."""
    if value.value is None:
        return said(value.why_not) if value.why_not else "—"
    shown = number(_rounded(value.value, value), indicator)
    if value.low is None or value.high is None:
        return shown
    low, high = (plain(_rounded(each, value)) for each in (value.low, value.high))
    return _("{value}（{low} 至 {high}，n={n}）").format(value=shown, low=low, high=high, n=value.n)


def _rounded(number: float, value: IndicatorValue) -> float:
    """Estimates to two places: their intervals are wider than that."""
    return number if value.low is None else round(number, 2)


def standing_tag(value: IndicatorValue, indicator: Indicator) -> Markup:
    """How it stands to the target; of a promise whether it was kept."""
    if value.value is None:
        return Markup("—")
    words, tone = (_KEPT if indicator.promise else _TAGS)[value.standing(indicator)]
    if value.unfinished:
        return Markup("{} {}").format(look.tag(_(words), tone), look.tag(_("未结束")))
    return look.tag(_(words), tone)
