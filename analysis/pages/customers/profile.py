"""Profile: how customers spread over chosen attributes, and two of them against each other."""

from __future__ import annotations

import streamlit as st

from analysis.differences.significance import SignificanceTest
from analysis.monitoring.customers.files import AttributeKind, FileAttribute
from analysis.monitoring.customers.profile import cross_table, distribution, grouped
from analysis.pages.customers.selected_files import SelectedFiles
from surveys.console.kit import address, look
from surveys.console.kit.words import _

_MOST = 30  # rows
_COUNTED = (AttributeKind.CATEGORIES, AttributeKind.AMOUNT, AttributeKind.DAY)


def draw(files: SelectedFiles) -> None:
    """Distributions first, then the cross-table."""
    fit = list(files.of(*_COUNTED))
    if not fit:
        look.empty(_("档案里还没有可以统计的属性"), _("导入名单时，把列设为“属性”，或先设定客户等级。"))
        return

    def draw_attributes() -> list[str]:
        return st.multiselect(_("看哪些属性"), fit, format_func=files.labels.__getitem__, key="attributes")

    for code in address.several("attributes", fit, draw_attributes, fit[:2]):
        _distribution(files, files.attributes[code])
    if len(fit) > 1:
        _cross(files, fit)


def _distribution(files: SelectedFiles, attribute: FileAttribute) -> None:
    st.header(files.labels[attribute.code], anchor=False)
    parts, missing = distribution(grouped(files.frame, attribute)), len(files.frame) - attribute.n
    look.table(
        [files.labels[attribute.code], _("客户数"), _("占比")],
        [(each.name, each.n, f"{each.share:.1%}") for each in parts[:_MOST]],
    )
    if len(parts) > _MOST:
        rest = parts[_MOST:]
        look.soft(_("另有 {kinds} 种，共 {n} 份，没有列出。").format(kinds=len(rest), n=sum(each.n for each in rest)))
    if missing:
        look.soft(_("{n} 份档案没有这一项，不在占比之内。").format(n=f"{missing:,}"))


def _unclear(test: SignificanceTest) -> str:
    if test.worth < test.n_needed:
        return _("样本不足，看不出“{rows}”与“{columns}”有关，也不等于无关（约需 {needed} 份）")
    return _("看不出“{rows}”与“{columns}”有关")


def _cross(files: SelectedFiles, fit: list[str]) -> None:
    st.header(_("交叉表"), anchor=False)
    left, right = st.columns(2)
    rows = files.pick("rows", _("行"), fit, left)
    columns = files.pick("columns", _("列"), fit, right, at=1)
    if rows.code == columns.code:
        look.soft(_("请选两个不同的属性。"))
        return
    found = cross_table(grouped(files.frame, rows), grouped(files.frame, columns))
    names = {"rows": files.labels[rows.code], "columns": files.labels[columns.code]}
    strength, test = found.association.strength, found.association.test
    if not strength.ok or test.p is None:
        look.soft(_("“{rows}”与“{columns}”都有的档案太少，或只有一种值，不能比较。").format(**names))
        return
    value, low, high = strength.figures()
    clear = _("“{rows}”与“{columns}”有关") if test.p < 0.05 else _unclear(test)
    figures = _("克莱姆 V {value}，95% 区间 {low} 至 {high}，n={n}")
    shown = {"value": f"{value:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}", "n": f"{test.n:,}"}
    message = clear.format(**names, needed=test.n_needed)
    look.written(_("{message}：{figures}。").format(message=message, figures=figures.format(**shown)))
    shown_rows = found.counts.index[:_MOST]
    look.table(
        [names["rows"], *map(str, found.counts.columns)],
        [(str(row), *(int(n) for n in found.counts.loc[row])) for row in shown_rows],
    )
    if len(found.counts) > _MOST:
        look.soft(_("表中只列前 {n} 行；关联按全部计算。").format(n=_MOST))
