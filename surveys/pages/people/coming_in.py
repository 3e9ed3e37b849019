"""A file of people: what each column is, what would come of it, bringing it in, and what was left out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from itertools import islice

import streamlit as st

from surveys.exchange.rejections import REPORT_ENCODING, RejectedRow, report
from surveys.exchange.tables import UnfitFile, opened_bytes
from surveys.pages import look, session
from surveys.pages.choosing import department_names
from surveys.pages.people.opened import opened
from surveys.pages.words import _, reason, said
from surveys.people.columns import ATTRIBUTE_LABELS, FIELDS, UnfitColumns, assert_fit, attribute_target, usual_targets
from surveys.people.contact import Contact
from surveys.people.importing import ImportSummary, SamePhone, Terms, import_people
from surveys.people.register import Register

_PREVIEWED = 5
_REPORTED = 100
_LEFT_OUT = ""


def draw(register: Register) -> None:
    """Upload, map, check, bring in."""
    look.soft(
        _("CSV（UTF-8 或 GBK）或 Excel，第一行是表头。按客户编号、电话、邮箱认出同一个人；重复导入不会重复建档。")
    )
    file = st.file_uploader(_("客户或员工名单"), type=["csv", "txt", "xlsx"], key="people file")
    if file is None:
        return
    content = file.getvalue()
    try:
        with opened_bytes(content) as table:
            header, first = table.header, list(islice(table.rows, _PREVIEWED))
        st.markdown(_("**文件的前 {count} 行**").format(count=len(first)))
        look.table([each or _("（无表头）") for each in header], [[cell[:40] for cell in row.cells] for row in first])
        targets = _targets(header, hashlib.sha256(content).hexdigest()[:12])
        terms = _terms(register)
        _bring_in(content, targets, terms)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
    except UnfitColumns as error:
        st.error(_("列与字段对不上：") + _("；").join(said(each) for each in error.problems))


def _targets(header: Sequence[str], file: str) -> dict[int, str]:
    """What each column is, as the person importing says; offered is what the headings let one suppose."""
    usual = usual_targets(header, tuple(session.store().contacts.attributes()))
    st.markdown(_("**每一列是什么**"))
    columns, chosen = st.columns(2), dict[int, str]()
    for at, heading in enumerate(header):
        names = {_LEFT_OUT: _("不导入")} | {name: _(field.label) for name, field in FIELDS.items()}
        for kind, label in ATTRIBUTE_LABELS.items():
            if target := attribute_target(kind, heading):
                names[target] = _(label)
        if at in usual:
            names.setdefault(usual[at], usual[at])
        options = list(names)
        target = columns[at % 2].selectbox(
            heading or _("（无表头）"), options, index=options.index(usual.get(at, _LEFT_OUT)),
            format_func=names.__getitem__, key=f"people column {file} {at}",
        )  # fmt: skip
        if target != _LEFT_OUT:
            chosen[at] = target
    return chosen


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


def _bring_in(content: bytes, targets: dict[int, str], terms: Terms) -> None:
    assert_fit(targets)
    check, keep = st.columns(2)
    if check.button(_("先检查，不导入"), width="stretch", key="check people"):
        summary, rejected, header = _run(content, targets, terms, None)
        words = _("可以新增 {added} 人、更新 {changed} 人，{unchanged} 人没有变化，{rejected} 行有问题；还没有写入。")
        st.info(_counted(words, summary))
        _report(rejected, header)
    if keep.button(_("导入"), type="primary", width="stretch", key="import people"):
        register = opened()
        if not register.sight.plain:
            st.error(_("您的账号没有执行此操作的权限，内容没有改动。"))
            return
        summary, rejected, header = _run(content, targets, terms, register)
        words = _("新增 {added} 人，更新 {changed} 人，没有变化 {unchanged} 人，未收 {rejected} 行。")
        st.success(_counted(words, summary))
        _report(rejected, header)


def _run(
    content: bytes, targets: dict[int, str], terms: Terms, register: Register | None
) -> tuple[ImportSummary, list[RejectedRow], Sequence[str]]:  # fmt: skip
    """Read all of it; it is kept where there is a *register* to keep it in."""
    rejected: list[RejectedRow] = []

    def keep(contacts: Sequence[Contact]) -> None:
        if register is not None:
            session.store().contacts.keep(contacts, by=register.account.name, action="import contacts")

    with opened_bytes(content) as table, st.spinner(_("正在逐行检查…")):
        summary = import_people(session.store().contacts, keep, targets, table, terms, rejected.append)
        return summary, rejected, table.header


def _counted(words: str, summary: ImportSummary) -> str:
    return words.format(
        added=f"{summary.added:,}", changed=f"{summary.changed:,}", unchanged=f"{summary.unchanged:,}",
        rejected=f"{summary.rejected:,}",
    )  # fmt: skip


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
    look.table([_("行号"), _("原因")], rows)
    if len(rejected) > _REPORTED:
        look.soft(_("只列出前 {count} 行，共 {total} 行未收。").format(count=_REPORTED, total=len(rejected)))
