"""Trend: totals by the periods in names of attributes, or files by the month of a day, carried on with an interval."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.monitoring.customers.period_series import PeriodSeries, bases, counts_by_month, day_attributes, totals
from analysis.monitoring.forecasts import FEWEST, Forecast, ForecastMethod
from analysis.pages.customers.selected_files import SelectedFiles
from surveys.console.kit import address, look
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.people.contact import plain_number

_METHODS = {
    ForecastMethod.LINE: marked("最小二乘直线"), ForecastMethod.STEPS: marked("从最后一期按平均步长延续"),
}  # fmt: skip
_LENGTHS = {"M": marked("按月"), "Q": marked("按季"), "Y": marked("按年")}


def draw(files: SelectedFiles) -> None:
    """What is to be seen, the message, and the series with what may come."""
    timed = bases(files.attributes)
    days = {each.code: each for each in day_attributes(files.attributes)}
    labels = {code: _named(code) for code in timed}
    labels |= {code: _("{day}（每月客户数）").format(day=files.labels[code]) for code in days}
    if not labels:
        look.empty(
            _("没有可以看趋势的属性"), _("导入时列名带上时期，例如“用电量2026-01”；或导入日期，例如“开户日期”。")
        )
        return

    def draw_series() -> str | None:
        return st.selectbox(_("看哪一项"), list(labels), format_func=labels.__getitem__, key="series")

    chosen = address.choice("series", labels, draw_series, next(iter(labels)))
    if chosen in timed:
        _series(totals(files.frame, timed[chosen]), labels[chosen])
    else:
        _series(counts_by_month(files.frame, days[chosen], _last_month()), labels[chosen])


def _named(code: str) -> str:
    base, _space, length = code.rpartition(" ")
    return _("{base}（{length}）").format(base=base, length=_(_LENGTHS[length]))


def _last_month() -> str:
    """The last month that is over."""
    return str(pd.Period(local_day(utc_now()), freq="M") - 1)


def _series(series: PeriodSeries, label: str) -> None:
    if not series.periods or not max(series.files):
        look.soft(_("没有客户各期的数值都有，看不出趋势。"))
        return
    found, coming = series.carried_on(), series.to_come()
    if found is None:
        _why_not(series)
    else:
        _message(found, coming[0], label, series)
    rows = [(period, plain_number(value), "—", str(n)) for period, value, n in _rows(series)]
    if found is not None:
        rows += [
            (_("{period}（预测）").format(period=period), plain_number(round(float(value), 2)), _span(low, high), "—")
            for period, value, low, high in zip(coming, found.value, found.low, found.high, strict=True)
        ]
    look.table([_("时期"), label, _("95% 预测区间"), _("客户数")], rows)


def _rows(series: PeriodSeries) -> list[tuple[str, float, int]]:
    return list(zip(series.periods, series.values, series.files, strict=True))


def _message(found: Forecast, period: str, label: str, series: PeriodSeries) -> None:
    value, low, high = (float(each[0]) for each in (found.value, found.low, found.high))
    last = series.values[-1]
    likely = _("{label}在 {period} 预计上升") if low > last else _("{label}在 {period} 预计下降") if high < last else ""
    message = (likely or _("{label}在 {period} 会升还是降，还看不出")).format(label=label, period=period)
    look.written(
        _("{message}：预测 {value}，95% 区间 {span}；依据 {n} 期，最近一期 {last}。").format(
            message=message, value=plain_number(round(value, 2)), span=_span(low, high), n=found.n,
            last=plain_number(last),
        )
    )  # fmt: skip
    look.soft(_("方法：{method}。预测只延续过去，不知道将来的变化。").format(method=_(_METHODS[found.method])))


def _why_not(series: PeriodSeries) -> None:
    if series.missing:
        look.soft(_("缺少这些时期，不作预测：{periods}。").format(periods="、".join(series.missing[:12])))
    else:
        look.soft(_("只有 {n} 期，至少 {fewest} 期才作预测。").format(n=len(series.periods), fewest=FEWEST))


def _span(low: float, high: float) -> str:
    return _("{low} 至 {high}").format(low=plain_number(round(float(low), 2)), high=plain_number(round(float(high), 2)))
