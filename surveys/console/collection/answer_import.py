"""Answers given elsewhere, brought in from a file: mapped, checked in full, then kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from surveys.console.collection import import_undo
from surveys.console.kit import actions, look, session
from surveys.console.kit.file_preview import (
    TABLE_TYPES,
    OpenTable,
    ask_what_is_meant,
    column_names,
    digest,
    entries_meant,
    looked_into,
    looked_through,
    memory_of,
    remember,
)
from surveys.console.kit.wide_tables import columns_asked_about, listed_in_short
from surveys.console.kit.words import _, reason, said, translate_all
from surveys.definition.survey import Survey, offering
from surveys.exchange.answers.answer_import import Destination, ImportSummary, Keep, assert_complete, import_answers
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.answers.column_mapping import (
    RECEIVED,
    ColumnMapping,
    UnfitMapping,
    Wishes,
    answer_targets,
    answers_guide,
    column_mapping,
    usual_columns,
)
from surveys.exchange.answers.columns import CONTEXT, ROUND
from surveys.exchange.answers.unknown_entries import Entries, unknown_entries
from surveys.exchange.rejections import RejectedRow
from surveys.exchange.remembered import Remembered, last_time
from surveys.exchange.sources import SOURCES, source_of
from surveys.intake.submission import Outcome, Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action
from surveys.storage.records.imports import ImportKind
from surveys.storage.records.surveys import SurveyRecord
from surveys.tables import Look, UnfitFile, opened_bytes

_CONTEXT = {
    RECEIVED: marked("收到日期"),
    ROUND: marked("轮次"),
    "_touchpoint": marked("触点"),
    "_department": marked("部门"),
    "_district": marked("区域"),
    "_business_type": marked("业务类型"),
}
_LEFT_OUT = ""
_REPORTED = 200


def _versions(record: SurveyRecord) -> list[Survey]:
    store = session.store()
    places = store.organisation.places()
    return [offering(store.surveys.version(record.code, number), places) for number in range(1, record.version + 1)]


def draw_import(record: SurveyRecord) -> None:
    """Upload, say which column answers what, see what would be left out and why, then import."""
    st.header(_("导入已有答卷"), anchor=False)
    with st.expander(_("从 CSV 或 Excel 文件导入")):
        file = st.file_uploader(
            _("答卷文件：CSV 或 Excel，也可以是问卷星、Kobo、LimeSurvey 等系统的导出"), type=TABLE_TYPES,
            key=f"answers {record.code}",
        )  # fmt: skip
        if file is not None:
            try:
                _import(record, file.getvalue(), file.name)
            except UnfitFile as error:
                st.error(_("这个文件{reason}。").format(reason=reason(error)))
    import_undo.answers(record)  # below it: what asks first would open where the expander was while it unfolds


def _import(record: SurveyRecord, content: bytes, name: str) -> None:
    destination = _destination(record)
    guide = answers_guide(destination.layout)
    kind = f"answers {record.code}"
    memory = memory_of(kind)
    found = looked_into(content, guide, SOURCES, kind, memory)
    before = last_time(found.table.header, memory)
    mapping = _mapped(found, destination, content, before)
    if mapping is None:
        return
    if mapping.unknown:
        unknown = listed_in_short([each or _("（无表头）") for each in mapping.unknown])
        look.soft(_("不导入的列：{names}").format(names=unknown))
    open_table = partial(opened_bytes, content, found.reading, guide)
    key = f"{record.code} {digest(content)} {found.reading}"
    mapping = _with_values(mapping, destination, open_table, key, before.values if before else {})
    place = f"answers {record.code} {digest(content)}"
    run = partial(_run, destination, mapping, open_table)

    def bring_in() -> _Ran:
        account = session.acting(Action.IMPORT_ANSWERS)
        batch = session.store().imports.begin(ImportKind.ANSWERS, record.code, name, by=account.name, now=utc_now())
        ran = run(partial(session.store().responses.bring_in, batch=batch), done=True)
        if not isinstance(ran.unfit, UnfitMapping):
            session.store().accounts.record(account.name, "import answers", record.code, ran.counts())
        if ran.summary is not None:
            remember(kind, found, {at: target for target, at in mapping.targets.items()}, mapping.values)
        return ran

    waiting, (check, keep) = _("正在逐行检查…"), st.columns(2)
    if actions.button(_("先检查，不导入"), f"check {place}", check.button, width="stretch"):
        actions.perform(f"check {place}", partial(run, _pretend), waiting)
    if actions.button(_("导入"), f"import {place}", keep.button, type="primary", width="stretch"):
        actions.perform(f"import {place}", bring_in, waiting)
    for came in (actions.outcome(f"check {place}"), actions.outcome(f"import {place}")):
        if came is not None and came.value.mapping == mapping:
            _report(came.value)


def _mapped(
    found: Look, destination: Destination, content: bytes, before: Remembered | None
) -> ColumnMapping | None:  # fmt: skip
    """The columns as the person importing says; None, with the reasons on the page, while they don't fit."""
    layout, header, source = destination.layout, found.table.header, source_of(found.table.source)
    targets = (
        {
            target: _("{name}（{code}）").format(name=title, code=target)
            for target, title in answer_targets(layout).items()
        }
        | translate_all(_CONTEXT)
        | {name: said(fact.label) for name, fact in layout.facts.items()}
    )
    usual = {at: target for at, target in before.columns.items() if target in targets} if before else {}
    usual = usual or usual_columns(header, layout, source)
    st.markdown(_("**每一列对应什么**"))
    shown, reading = column_names(header), found.reading
    place = f"{digest(content)} {reading.sheet} {reading.header_row} {source.label}"
    asked = columns_asked_about(shown, usual, f"answers {place}")
    chosen = {at: target for at, target in usual.items() if at not in asked}
    columns, names = st.columns(2), {_LEFT_OUT: _("不导入")} | targets | _named(usual.values(), targets)
    options = list(names)
    for number, at in enumerate(asked):
        target = columns[number % 2].selectbox(
            shown[at], options, index=options.index(usual.get(at, _LEFT_OUT)), format_func=names.__getitem__,
            key=f"column {place} {at}",
        )  # fmt: skip
        if target != _LEFT_OUT:
            chosen[at] = target
    left_out = [at for at in range(len(header)) if at not in chosen]
    try:
        mapping = column_mapping(header, layout, Wishes(positions=chosen, left_out=left_out), source)
        assert_complete(destination, mapping, header)
    except UnfitMapping as error:
        _problems(error)
        return None
    return mapping


def _named(usual: Collection[str], targets: Mapping[str, str]) -> dict[str, str]:
    """What else a table tells of its responses, such as the numbers in one of our own, by the titles of an export."""
    titles = {column.name: column.title for column in CONTEXT}
    return {name: titles.get(name, name) for name in usual if name not in targets}


def _with_values(
    mapping: ColumnMapping, destination: Destination, open_table: OpenTable, key: str,
    before: Mapping[str, Mapping[str, str]],
) -> ColumnMapping:  # fmt: skip
    """The mapping with what the person says is meant by entries that are none of a question's choices."""
    if mapping.source.manner.strict:
        return mapping

    def find() -> Entries:
        with open_table() as table:
            return unknown_entries(destination, mapping, table)

    unknown = looked_through(f"{key} {sorted(mapping.targets.items())}", find)
    reader = destination.readers(mapping.source.manner)[destination.live]
    ask_what_is_meant(unknown)
    values = {
        target: entries_meant(target, entries, reader.choices(target), f"{key} {target}", before.get(target, {}))
        for target, entries in unknown.items()
    }
    return replace(mapping, values={target: meant for target, meant in values.items() if meant})


def _problems(error: UnfitMapping) -> None:
    st.error(_("列与题目对不上："))
    look.table([_("问题")], [[said(problem)] for problem in error.problems], taken=False)


@dataclass(frozen=True)
class _Ran:
    """What came of a file with this mapping: looked at alone, or brought in; or what does not fit."""

    mapping: ColumnMapping
    done: bool
    summary: ImportSummary | None
    rejected: Sequence[RejectedRow] = ()
    unfit: UnfitMapping | UnfitFile | None = None

    def counts(self) -> str:
        """For the audit trail."""
        if (summary := self.summary) is None:
            return f"the file broke off, {len(self.rejected)} rejected"
        return f"{summary.kept} kept, {summary.already_there} already there, {summary.rejected} rejected"


def _run(
    destination: Destination, mapping: ColumnMapping, open_table: OpenTable, keep: Keep, *, done: bool = False
) -> _Ran:  # fmt: skip
    rejected: list[RejectedRow] = []
    try:
        with open_table() as table:
            summary = import_answers(keep, destination, mapping, table, rejected.append)
    except (UnfitMapping, UnfitFile) as error:
        return _Ran(mapping, done, None, rejected, error)
    return _Ran(mapping, done, summary, rejected)


def _pretend(batch: Sequence[Submission]) -> list[Outcome]:
    return [Outcome.ACCEPTED] * len(batch)


def _report(ran: _Ran) -> None:
    summary, rejected = ran.summary, ran.rejected
    if isinstance(ran.unfit, UnfitFile):
        st.error(_("这个文件{reason}。").format(reason=reason(ran.unfit)))
    elif ran.unfit is not None:
        _problems(ran.unfit)
    if summary is None:
        return
    if ran.done:
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
        look.table([_("行号"), _("原因")], rows, taken=False)
        if len(rejected) > len(shown):
            look.soft(_("只列出前 {count} 行，共 {total} 行未收。").format(count=len(shown), total=len(rejected)))


def _destination(record: SurveyRecord) -> Destination:
    organisation, subjects = session.store().organisation, session.store().subjects
    return Destination(
        dict(enumerate(_versions(record), 1)), record.version, record.department,
        OrganisationLists(organisation.departments(), organisation.touchpoints(), local_day(utc_now()), subjects.names,
                          record.opening.rounds),
        answered=bool(session.store().responses.amount(record.code)),
    )  # fmt: skip
