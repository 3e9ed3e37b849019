"""Statistics: the largest customers by an amount, how few make most of it, and growth between two periods."""

from __future__ import annotations

import streamlit as st

from analysis.monitoring.customers.concentration import Growth, growth, largest, pareto
from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of
from analysis.monitoring.customers.period_series import bases
from analysis.pages.customers.selected_files import SelectedFiles, opened
from surveys.console.kit import address, look
from surveys.console.kit.words import _
from surveys.people.contact import plain_number

_MOST_SHOWN = 100


def draw(files: SelectedFiles) -> None:
    """Message first, then the list, whose names are masked as in every list."""
    amounts = list(files.of(AttributeKind.AMOUNT))
    if not amounts:
        look.empty(_("档案里还没有金额或数量"), _("导入名单时，把用电量、电费等列设为“属性 · 值多少”。"))
        return
    left, right = st.columns(2)
    attribute = files.pick("amount", _("按"), amounts, left)
    most = address.whole(
        "top", lambda: right.number_input(_("列出前几名"), 1, _MOST_SHOWN, key="top"), 10, 1, _MOST_SHOWN
    )
    _concentration(files, attribute)
    _largest(files, attribute, most)
    _growth(files)


def _concentration(files: SelectedFiles, attribute: FileAttribute) -> None:
    found = pareto(amounts_of(files.frame, attribute.code))
    if found is None:
        look.soft(_("这一项的合计不大于零，不算占比。"))
        return
    message = _("最大的 {customers} 位客户（占 {share}）合计占{name}的 {reached}；n={n}，合计 {total}。")
    look.written(
        message.format(
            customers=f"{found.customers:,}", share=f"{found.share_of_customers:.1%}",
            name=files.labels[attribute.code],
            reached=f"{found.reached:.1%}", n=f"{found.n:,}", total=plain_number(found.total),
        )
    )  # fmt: skip
    if found.below_zero:
        look.soft(_("{n} 位客户的数值为负，占比中按零计。").format(n=found.below_zero))


def _largest(files: SelectedFiles, attribute: FileAttribute, most: int) -> None:
    ranked = largest(amounts_of(files.frame, attribute.code), most)
    shown = ranked[:_MOST_SHOWN]
    named = opened().named([each.id for each in shown])
    look.table(
        [_("名次"), _("姓名或名称"), _("客户编号"), files.labels[attribute.code], _("占比"), _("累计占比")],
        [
            (each.place, named[each.id].name, named[each.id].customer_number or "—", plain_number(each.amount),
             _share(each.share), _share(each.cumulated))
            for each in shown if each.id in named
        ], taken=False,
    )  # fmt: skip
    if len(ranked) > len(shown):
        look.soft(_("并列的还有 {n} 位，没有列出。").format(n=len(ranked) - len(shown)))


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _growth(files: SelectedFiles) -> None:
    st.header(_("增长"), anchor=False)
    columns = [each.code for of_base in bases(files.attributes).values() for each in of_base]
    if not columns:
        look.soft(_("没有分期的数值。导入时列名带上时期即可比较，例如“用电量2026-01”“用电量2026-02”。"))
        return
    left, right = st.columns(2)
    first = files.pick("from", _("从"), columns, left, at=len(columns) - 2)
    second = files.pick("to", _("到"), columns, right, at=len(columns) - 1)
    if first.base != second.base or len(first.period) != len(second.period):
        look.soft(_("请选同一项数值的两个时期。"))
        return
    _grown(growth(amounts_of(files.frame, first.code), amounts_of(files.frame, second.code)), first, second)


def _grown(found: Growth, first: FileAttribute, second: FileAttribute) -> None:
    if found.rate is None:
        look.soft(_("起始时期的合计不大于零，不算增长率。"))
        return
    message = _("{base}从 {first} 到 {second} 变化 {rate}：{before} → {after}；{up} 位上升，{down} 位下降，n={n}。")
    look.written(
        message.format(
            base=first.base, first=first.period, second=second.period, rate=f"{found.rate:+.1%}",
            before=plain_number(found.before), after=plain_number(found.after), up=found.up, down=found.down, n=found.n,
        )
    )  # fmt: skip
    if found.only_before or found.only_after:
        left_out = _("只有其中一期数值的 {n} 位客户不计入。")
        look.soft(left_out.format(n=found.only_before + found.only_after))
