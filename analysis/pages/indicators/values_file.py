"""Values of many indicators and periods from one file: looked at first, then kept all together."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES, column_names, digest, looked_into, memory_of, remember
from surveys.console.kit.words import _, reason, said
from surveys.exchange.remembered import last_time
from surveys.improvement.indicator_files import (
    COLUMN_LABELS,
    EXAMPLE,
    INDICATOR_GUIDE,
    ReadValues,
    columns_of,
    values_from,
)
from surveys.improvement.indicators import Indicator, IndicatorErrors, IndicatorSource
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.tables import UnfitFile, opened_bytes

_NOWHERE = -1
_SHOWN, _REPORTED = 10, 200


def draw(indicators: Sequence[Indicator], account: Account) -> None:
    """Only for those whose values are entered, and that the reader keeps."""
    own = [each for each in indicators if each.retired_on is None and _entered(each)
           and account.may(Action.PLAN_IMPROVEMENT, each.department)]  # fmt: skip
    if not own:
        return
    with st.expander(_("从文件导入数值"), icon=":material/upload_file:"):
        look.soft(
            _("CSV 或 Excel 文件，表头是指标、期间、数值；期间可以写成 2026-11、2026年11月、2026Q4、2026年第四季度。")
        )
        downloads.offer_file(
            _("下载示例"), EXAMPLE.encode("utf-8-sig"), "indicators.csv", "text/csv", type="tertiary",
            on_click="ignore", icon=":material/download:", key="indicators example",
        )  # fmt: skip
        file = st.file_uploader(_("指标数值"), type=TABLE_TYPES, key="indicators file")
        if file is not None:
            _brought(file.getvalue(), own)


def _entered(indicator: Indicator) -> bool:
    return any(each.source is IndicatorSource.ENTERED for each in indicator.definitions)


def _brought(content: bytes, own: Sequence[Indicator]) -> None:
    try:
        memory = memory_of("indicators")
        found = looked_into(content, INDICATOR_GUIDE, {}, "indicators", memory)
        before = last_time(found.table.header, memory)
        usual = {name: at for at, name in before.columns.items()} if before else columns_of(found.table.header)
        columns = _columns(column_names(found.table.header), usual, f"{digest(content)} {found.reading.header_row}")
        with opened_bytes(content, found.reading, INDICATOR_GUIDE) as table:
            read = values_from(table, columns, own)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
        return
    if read.bad:
        _problems(read)
        return
    _told(read, own)
    key = f"keep values {digest(content)}"
    if read.values and actions.button(_("登记这些数值"), key, type="primary"):
        _keep(read, own)
        remember("indicators", found, {at: name for name, at in columns.items()})
        look.done(_("已登记 {count} 个数值。").format(count=sum(map(len, read.values.values()))))


def _columns(headings: Sequence[str], usual: dict[str, int], key: str) -> dict[str, int]:
    """Where each part stands, as the person says."""
    named, columns = dict(enumerate(headings)), dict[str, int]()
    options = [_NOWHERE, *named]
    for place, (name, label) in zip(st.columns(len(COLUMN_LABELS)), COLUMN_LABELS.items(), strict=True):
        at = place.selectbox(
            _(label), options, options.index(usual.get(name, _NOWHERE)),
            format_func=lambda each: named.get(each, _("（没有）")), key=f"indicator column {key} {name}",
        )  # fmt: skip
        if at is not None and at != _NOWHERE:
            columns[name] = at
    return columns


def _keep(read: ReadValues, own: Sequence[Indicator]) -> None:
    departments = {each.code: each.department for each in own}
    today = local_day(utc_now())
    try:
        account = session.signed_in()
        for code in read.values:
            account = session.acting(Action.PLAN_IMPROVEMENT, departments[code])
        session.store().indicators.enter_all(read.values, by=account.name, day=today)
    except (IndicatorErrors, KeyError) as refused:
        st.error(said(refused.args[0]))
        st.stop()


def _told(read: ReadValues, own: Sequence[Indicator]) -> None:
    names = {each.code: each.name for each in own}
    rows = [(names[code], period, value) for code, by in read.values.items() for period, value in by.items()]
    st.markdown(_("**文件中有 {count} 个数值**").format(count=len(rows)))
    if read.without:
        look.soft(_("{count} 行没有数值，跳过。").format(count=read.without))
    kept = {code: session.store().indicators.entered(code) for code in read.values}
    changed = sum(kept[code].get(period, value) != value for code, by in read.values.items()
                  for period, value in by.items())  # fmt: skip
    if changed:
        st.warning(_("其中 {count} 个与已登记的不同，会用文件里的替换。").format(count=changed))
    look.table([_("指标"), _("期间"), _("数值")], rows[:_SHOWN], taken=False)


def _problems(read: ReadValues) -> None:
    st.error(_("有 {count} 处要改正，没有保存任何内容：").format(count=len(read.bad)))
    rows = [(str(each.line), said(each.problem)) for each in read.bad[:_REPORTED]]
    look.table([_("行号"), _("问题")], rows, taken=False)
