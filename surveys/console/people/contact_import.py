"""A file of people: what each column is, what would come of it, bringing it in, and what was left out."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from surveys.console.collection import import_undo
from surveys.console.kit import actions, downloads, look, session
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
    UnfitColumns,
    assert_fit,
    attribute_target,
    people_guide,
    unknown_entries,
    usual_targets,
)
from surveys.exchange.people.contact_fields import ATTRIBUTE_LABELS, FIELDS, PARTS_OF_NAME
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
from surveys.operations.staff.staff_logins import logins_of
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
        chosen = _Import(file.name, open_table, targets, terms)
        _actions(chosen, digest(content), partial(remember, "people", found, targets, values))
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
        logins=logins_of(session.store(), own),
    )


@dataclass(frozen=True)
class _Ran:
    """What came of a file with these columns on these terms: looked at alone, or brought in; or where it broke off."""

    targets: Mapping[int, str]
    terms: Terms
    done: bool
    summary: ContactImportSummary | None = None
    rejected: Sequence[RejectedRow] = ()
    header: Sequence[str] = ()
    broken: UnfitFile | None = None


@dataclass(frozen=True)
class _Import:
    """A file of people with all that was chosen for it."""

    name: str
    open_table: OpenTable
    targets: Mapping[int, str]
    terms: Terms

    def check(self) -> _Ran:
        """What would come of it; nothing is written."""
        return self._run(keep_none, done=False)

    def bring_in(self) -> _Ran | None:
        """Kept as a batch, by whoever may at this moment; None for who may not."""
        register, store = opened(), session.store()
        if not register.sight.plain:
            return None
        by = register.account.name
        batch = store.imports.begin(ImportKind.PEOPLE, "", self.name, by=by, now=utc_now())
        return self._run(partial(store.contacts.keep, by=by, action="import contacts", batch=batch), done=True)

    def _run(self, keep: Keep, *, done: bool) -> _Ran:
        rejected: list[RejectedRow] = []
        ran = _Ran(self.targets, self.terms, done)
        try:
            with self.open_table() as table:
                directory = session.store().contacts
                summary = import_people(directory, keep, self.targets, table, self.terms, rejected.append)
                return replace(ran, summary=summary, rejected=rejected, header=table.header)
        except UnfitFile as error:
            return replace(ran, broken=error)


def _actions(chosen: _Import, file: str, remember_choices: Callable[[], None]) -> None:
    """Check or bring in, as is pressed, and what came of it."""
    checking, bringing, waiting = f"check people {file}", f"import people {file}", _("正在逐行检查…")
    check, keep = st.columns(2)

    def bring_in() -> _Ran | None:
        ran = chosen.bring_in()
        if ran is not None and ran.summary is not None:
            remember_choices()
        return ran

    if actions.button(_("先检查，不导入"), checking, check.button, width="stretch"):
        actions.perform(checking, chosen.check, waiting)
    if actions.button(_("导入"), bringing, keep.button, type="primary", width="stretch"):
        actions.perform(bringing, bring_in, waiting)
    for key in (checking, bringing):
        _told(actions.outcome(key), chosen)


def _told(came: actions.ActionOutcome[_Ran | None] | None, chosen: _Import) -> None:
    if came is None:
        return
    ran = came.value
    if ran is None:
        st.error(_("您的账号没有执行此操作的权限，内容没有改动。"))
    elif (ran.targets, ran.terms) != (chosen.targets, chosen.terms):
        return
    elif ran.broken is not None:
        st.error(_("这个文件{reason}。").format(reason=reason(ran.broken)))
    elif ran.summary is not None:
        if ran.done:
            words = _("新增 {added} 人，更新 {changed} 人，没有变化 {unchanged} 人，未收 {rejected} 行。")
            st.success(_counted(words, ran.summary))
        else:
            words = _(
                "可以新增 {added} 人、更新 {changed} 人，{unchanged} 人没有变化，{rejected} 行有问题；还没有写入。"
            )
            st.info(_counted(words, ran.summary))
        _report(ran.rejected, ran.header)


def _counted(words: str, summary: ContactImportSummary) -> str:
    counted = words.format(
        added=f"{summary.added:,}", changed=f"{summary.changed:,}", unchanged=f"{summary.unchanged:,}",
        rejected=f"{summary.rejected:,}",
    )  # fmt: skip
    several = _("有 {count} 行一格里有几个电话或邮箱，各只取一个（手机号优先）。").format(count=f"{summary.several:,}")
    return counted + several if summary.several else counted


def _report(rejected: Sequence[RejectedRow], header: Sequence[str]) -> None:
    if not rejected:
        return
    file = io.StringIO(newline="")
    report(file, header, rejected)
    downloads.offer_file(
        _("下载未收的行和原因"), file.getvalue().encode(REPORT_ENCODING, "replace"), "rejected.csv", "text/csv",
        key="rejected people",
    )  # fmt: skip
    rows = [(str(each.row.number), _("；").join(map(said, each.reasons))) for each in rejected[:_REPORTED]]
    look.table([_("行号"), _("原因")], rows, taken=False)
    if len(rejected) > _REPORTED:
        look.soft(_("只列出前 {count} 行，共 {total} 行未收。").format(count=_REPORTED, total=len(rejected)))
