"""A file of people: what each column is, what would come of it, bringing it in, and what was left out."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from surveys.console.collection import import_undo
from surveys.console.kit import look, session
from surveys.console.kit.choosers import department_names
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
from surveys.console.kit.wide_tables import columns_asked_about
from surveys.console.kit.words import _, reason, said
from surveys.console.people.opened import opened
from surveys.exchange.answers.unknown_entries import Entries
from surveys.exchange.people.contact_columns import (
    ATTRIBUTE_LABELS,
    FIELDS,
    PARTS_OF_NAME,
    UnfitColumns,
    assert_fit,
    attribute_target,
    people_guide,
    unknown_entries,
    usual_targets,
)
from surveys.exchange.people.contact_import import (
    ContactImportSummary,
    Keep,
    SamePhone,
    Terms,
    import_people,
    keep_none,
)
from surveys.exchange.people.contact_sources import CONTACT_SOURCES
from surveys.exchange.rejections import REPORT_ENCODING, RejectedRow, report
from surveys.exchange.remembered import Remembered, last_time
from surveys.localisation.clock import utc_now
from surveys.operations.contact_register import Register
from surveys.storage.records.imports import ImportKind
from surveys.tables import Look, UnfitFile, opened_bytes

_REPORTED = 100
_LEFT_OUT = ""


def draw(register: Register) -> None:
    """Upload, map, check, bring in."""
    look.soft(
        _("CSV、Excel，或 Google、Outlook 通讯录的导出。按客户编号、电话、邮箱认出同一个人；重复导入不重复建档。")
    )
    file = st.file_uploader(_("客户或员工名单"), type=TABLE_TYPES, key="people file")
    if file is not None:
        _taken(register, file)
    import_undo.people()


def _taken(register: Register, file: UploadedFile) -> None:
    content = file.getvalue()
    try:
        guide = people_guide(tuple(session.store().contacts.attributes()))
        memory = memory_of("people")
        found = looked_into(content, guide, CONTACT_SOURCES, "people", memory)
        targets = _targets(found, digest(content), last_time(found.table.header, memory))
        assert_fit(targets)
        open_table = partial(opened_bytes, content, found.reading, guide)
        before = last_time(found.table.header, memory)
        key = f"people {digest(content)} {found.reading}"
        values = _values(targets, open_table, key, before.values if before else {})
        terms = replace(_terms(register), values=values)
        if _bring_in(open_table, file.name, targets, terms):
            remember("people", found, targets, values)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
    except UnfitColumns as error:
        st.error(_("列与字段对不上：") + _("；").join(said(each) for each in error.problems))


def _targets(found: Look, file: str, before: Remembered | None) -> dict[int, str]:
    """What each column is, as the person importing says; offered is what the headings let one suppose."""
    header, source = found.table.header, CONTACT_SOURCES.get(found.table.source)
    usual = usual_targets(header, tuple(session.store().contacts.attributes()), source)
    usual = dict(before.columns) if before else usual
    shown, reading = column_names(header), found.reading
    place = f"{file} {reading.sheet} {reading.header_row} {reading.source}"
    st.markdown(_("**每一列是什么**"))
    asked = columns_asked_about(shown, usual, f"people {place}")
    chosen = {at: target for at, target in usual.items() if at not in asked}
    columns = st.columns(2)
    for number, at in enumerate(asked):
        heading, fields = header[at], FIELDS | PARTS_OF_NAME
        names = {_LEFT_OUT: _("不导入")} | {name: _(field.label) for name, field in fields.items()}
        for kind, label in ATTRIBUTE_LABELS.items():
            if target := attribute_target(kind, heading):
                names[target] = _(label)
        if at in usual:
            names.setdefault(usual[at], usual[at])
        options = list(names)
        target = columns[number % 2].selectbox(
            shown[at], options, index=options.index(usual.get(at, _LEFT_OUT)), format_func=names.__getitem__,
            key=f"people column {place} {at}",
        )  # fmt: skip
        if target != _LEFT_OUT:
            chosen[at] = target
    return chosen


def _values(
    targets: Mapping[int, str], open_table: OpenTable, key: str, before: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:  # fmt: skip
    """What the person says is meant by entries that no department, level or kind of person is called."""
    departments = session.store().organisation.departments()

    def find() -> Entries:
        with open_table() as table:
            return unknown_entries(targets, table, departments)

    unknown = looked_through(f"{key} {sorted(targets.items())} {departments}", find)
    ask_what_is_meant(unknown)
    values = {}
    for target, entries in unknown.items():
        named = FIELDS[target].choices
        choices = {code: _(label) for code, label in named(departments).items()} if named else {}
        title = _(FIELDS[target].label)
        values[target] = entries_meant(title, entries, choices, f"{key} {target}", before.get(target, {}))
    return {target: meant for target, meant in values.items() if meant}


def _terms(register: Register) -> Terms:
    names, own = department_names(), register.sight.departments
    left, right = st.columns(2)
    same_phone = left.selectbox(
        _("同一电话、不同客户编号"), list(SamePhone), format_func=lambda each: _(each.label), key="same phone"
    )
    options: list[str | None] = [
        *([None] if own is None else []),
        *(each for each in names if own is None or each in own),
    ]
    default = right.selectbox(
        _("没有注明部门的新档案归"), options, format_func=lambda each: names[each] if each else _("不归部门"),
        key="people department",
    )  # fmt: skip
    departments = session.store().organisation.departments()
    return Terms(
        departments,
        register.sight,
        register.rules,
        register.today,
        same_phone or SamePhone.DUPLICATE,
        {"department": default or None},
    )


def _bring_in(open_table: OpenTable, name: str, targets: dict[int, str], terms: Terms) -> bool:
    """Check or bring in, as is pressed; whether anything was brought in."""
    check, keep = st.columns(2)
    if check.button(_("先检查，不导入"), width="stretch", key="check people"):
        summary, rejected, header = _run(open_table, targets, terms, keep_none)
        words = _("可以新增 {added} 人、更新 {changed} 人，{unchanged} 人没有变化，{rejected} 行有问题；还没有写入。")
        st.info(_counted(words, summary))
        _report(rejected, header)
    if keep.button(_("导入"), type="primary", width="stretch", key="import people"):
        register = opened()
        if not register.sight.plain:
            st.error(_("您的账号没有执行此操作的权限，内容没有改动。"))
            return False
        by, store = register.account.name, session.store()
        batch = store.imports.begin(ImportKind.PEOPLE, "", name, by=by, now=utc_now())
        keep_them = partial(store.contacts.keep, by=by, action="import contacts", batch=batch)
        summary, rejected, header = _run(open_table, targets, terms, keep_them)
        words = _("新增 {added} 人，更新 {changed} 人，没有变化 {unchanged} 人，未收 {rejected} 行。")
        st.success(_counted(words, summary))
        _report(rejected, header)
        return True
    return False


def _run(
    open_table: OpenTable, targets: dict[int, str], terms: Terms, keep: Keep
) -> tuple[ContactImportSummary, list[RejectedRow], Sequence[str]]:  # fmt: skip
    """Read all of it, keeping what is good."""
    rejected: list[RejectedRow] = []
    with open_table() as table, st.spinner(_("正在逐行检查…")):
        summary = import_people(session.store().contacts, keep, targets, table, terms, rejected.append)
        return summary, rejected, table.header


def _counted(words: str, summary: ContactImportSummary) -> str:
    counted = words.format(
        added=f"{summary.added:,}", changed=f"{summary.changed:,}", unchanged=f"{summary.unchanged:,}",
        rejected=f"{summary.rejected:,}",
    )  # fmt: skip
    several = _("有 {count} 行一格里有几个电话或邮箱，各只取一个（手机号优先）。").format(count=f"{summary.several:,}")
    return counted + several if summary.several else counted


def _report(rejected: list[RejectedRow], header: Sequence[str]) -> None:
    if not rejected:
        return
    file = io.StringIO(newline="")
    report(file, header, rejected)
    st.download_button(
        _("下载未收的行和原因"), file.getvalue().encode(REPORT_ENCODING, "replace"), "rejected.csv", "text/csv",
        on_click="ignore", icon=":material/download:", key="rejected people",
    )  # fmt: skip
    rows = [(str(each.row.number), _("；").join(map(said, each.reasons))) for each in rejected[:_REPORTED]]
    look.table([_("行号"), _("原因")], rows, taken=False)
    if len(rejected) > _REPORTED:
        look.soft(_("只列出前 {count} 行，共 {total} 行未收。").format(count=_REPORTED, total=len(rejected)))
