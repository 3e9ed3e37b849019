"""Answers given elsewhere, brought in from a file: mapped, checked in full, then kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import streamlit as st

from surveys.accounts import Role
from surveys.clock import local_day, utc_now
from surveys.definition import Survey
from surveys.exchange.answers_in import Destination, ImportSummary, Keep, import_answers
from surveys.exchange.circumstances import Organisation
from surveys.exchange.columns import Layout
from surveys.exchange.mapping import RECEIVED, ColumnMapping, UnfitMapping, Wishes, answer_targets, column_mapping
from surveys.exchange.rejections import RejectedRow
from surveys.exchange.tables import Row, UnfitFile, opened_bytes
from surveys.intake import Outcome, Submission
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.words import _, listed, reason, said, translated
from surveys.storage.surveys import SurveyRecord

_MAY = (Role.ADMIN, Role.DESIGNER)
_CONTEXT = {
    RECEIVED: marked("收到日期"),
    "_touchpoint": marked("触点"),
    "_department": marked("部门"),
    "_district": marked("区域"),
    "_business_type": marked("业务类型"),
}
_LEFT_OUT = ""
_PREVIEWED = 5
_REPORTED = 200


def _versions(record: SurveyRecord) -> list[Survey]:
    return [session.store().surveys.version(record.code, number) for number in range(1, record.version + 1)]


def draw_import(record: SurveyRecord) -> None:
    """Upload, say which column answers what, see what would be left out and why, then import."""
    st.header(_("导入已有答卷"), anchor=False)
    with st.expander(_("从 CSV 或 Excel 文件导入")):
        file = st.file_uploader(_("答卷文件，第一行是表头"), type=["csv", "txt", "xlsx"], key=f"answers {record.code}")
        if file is not None:
            try:
                _import(record, file.getvalue(), file.name)
            except UnfitFile as error:
                st.error(_("这个文件{reason}。").format(reason=reason(error)))


def _import(record: SurveyRecord, content: bytes, name: str) -> None:
    destination = _destination(record)
    with opened_bytes(content) as table:
        header, first = table.header, list(islice(table.rows, _PREVIEWED))
    _preview(header, first)
    mapping = _mapped(header, destination.layout, name)
    if mapping is None:
        return
    if mapping.unknown:
        unknown = listed([each or _("（无表头）") for each in mapping.unknown])
        look.soft(_("不导入的列：{names}").format(names=unknown))
    check, keep = st.columns(2)
    if check.button(_("先检查，不导入"), width="stretch"):
        _report(*_run(_pretend, destination, mapping, content), done=False)
    if keep.button(_("导入"), type="primary", width="stretch"):
        account = session.acting(*_MAY)
        summary, rejected = _run(session.store().responses.bring_in, destination, mapping, content)
        if summary is None:
            return
        counts = f"{summary.kept} kept, {summary.already_there} already there, {summary.rejected} rejected"
        session.store().accounts.record(account.name, "import answers", record.code, counts)
        _report(summary, rejected, done=True)


def _preview(header: Sequence[str], rows: list[Row]) -> None:
    st.markdown(_("**文件的前 {count} 行**").format(count=len(rows)))
    look.table([each or _("（无表头）") for each in header], [[_short(cell) for cell in row.cells] for row in rows])


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:40] + "…"


def _mapped(header: Sequence[str], layout: Layout, name: str) -> ColumnMapping | None:
    """The columns as the person importing says; None, with the reasons on the page, while they don't fit."""
    targets = {
        target: _("{name}（{code}）").format(name=title, code=target)
        for target, title in answer_targets(layout).items()
    } | translated(_CONTEXT)
    try:
        usual = column_mapping(header, layout, Wishes()).targets
    except UnfitMapping as error:
        _problems(error)
        return None
    by_column = {position: target for target, position in usual.items()}
    st.markdown(_("**每一列对应什么**"))
    chosen: dict[str, str] = {}
    columns, names = st.columns(2), {_LEFT_OUT: _("不导入")} | targets
    options = list(names)
    for at, column in enumerate(header):
        target = columns[at % 2].selectbox(
            column or _("（无表头）"), options, index=options.index(by_column.get(at, _LEFT_OUT)),
            format_func=names.__getitem__, key=f"column {name} {at}",
        )  # fmt: skip
        if target != _LEFT_OUT:
            chosen[column] = target
    # A column that is not to be imported must not find its item by its name again.
    told = [column if column in chosen else f"{column} " for column in header]
    try:
        return column_mapping(told, layout, Wishes(chosen))
    except UnfitMapping as error:
        _problems(error)
        return None


def _problems(error: UnfitMapping) -> None:
    st.error(_("列与题目对不上："))
    look.table([_("问题")], [[said(problem)] for problem in error.problems])


def _run(
    keep: Keep, destination: Destination, mapping: ColumnMapping, content: bytes
) -> tuple[ImportSummary | None, list[RejectedRow]]:
    rejected: list[RejectedRow] = []
    try:
        with opened_bytes(content) as table, st.spinner(_("正在逐行检查…")):
            return import_answers(keep, destination, mapping, table, rejected.append), rejected
    except UnfitMapping as error:
        _problems(error)
        return None, rejected


def _pretend(batch: Sequence[Submission]) -> list[Outcome]:
    return [Outcome.ACCEPTED] * len(batch)


def _report(summary: ImportSummary | None, rejected: list[RejectedRow], *, done: bool) -> None:
    if summary is None:
        return
    if done:
        st.success(
            _("新增 {kept} 份，已有 {known} 份，未收 {rejected} 行。").format(
                kept=summary.kept, known=summary.already_there, rejected=summary.rejected
            )
        )
    else:
        st.info(
            _("可以导入 {kept} 行，{rejected} 行有问题；还没有写入任何内容。").format(
                kept=summary.kept, rejected=summary.rejected
            )
        )
    if rejected:
        shown = rejected[:_REPORTED]
        rows = [(str(each.row.number), _("；").join(map(said, each.reasons))) for each in shown]
        look.table([_("行号"), _("原因")], rows)
        if len(rejected) > len(shown):
            look.soft(_("只列出前 {count} 行，共 {total} 行未收。").format(count=len(shown), total=len(rejected)))


def _destination(record: SurveyRecord) -> Destination:
    organisation = session.store().organisation
    return Destination(
        dict(enumerate(_versions(record), 1)), record.version, record.department,
        Organisation(organisation.departments(), organisation.touchpoints(), local_day(utc_now())),
    )  # fmt: skip
