"""Whom a round asks by name: chosen one by one, or by a list from a file."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.file_preview import TABLE_TYPES
from surveys.console.kit.words import _, distinct, reason, said
from surveys.exchange.people.staff_list import StaffKnown, StaffList, staff_in
from surveys.people.contact import ContactKind
from surveys.people.contact_search import ContactSearch
from surveys.tables import UnfitFile, opened_bytes

_SHOWN = 20


def chosen_people(first: Collection[int], mark: str) -> tuple[int, ...]:
    """Accounts chosen from all, and those of a list; *first* are those there were."""
    accounts = {each.id: each for each in session.store().accounts.all() if each.active or each.id in first}
    names = distinct({str(key): each.display_name or each.name for key, each in accounts.items()})
    chosen = st.multiselect(
        _("和这些人"), list(accounts), [key for key in first if key in accounts],
        format_func=lambda key: names[str(key)], placeholder=_("请选择"), key=f"people {mark}",
    )  # fmt: skip
    file = st.file_uploader(
        _("或用名单文件（CSV、Excel，有“用户名”“工号”或“姓名”一列）"), type=TABLE_TYPES, key=f"people file {mark}"
    )
    listed = _listed(file.getvalue()) if file is not None else StaffList(())
    return tuple(dict.fromkeys([*chosen, *listed.accounts]))


def _listed(content: bytes) -> StaffList:
    store = session.store()
    known = StaffKnown(store.accounts.all(), store.contacts.all(ContactSearch(kind=ContactKind.STAFF)))
    try:
        with opened_bytes(content) as table:
            found = staff_in(table, known)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
        return StaffList(())
    st.info(_("名单里认出 {count} 人。").format(count=len(found.accounts)))
    if found.faults:
        st.warning(_("{count} 行没有认出来，不会问到他们：").format(count=len(found.faults)))
        look.table([_("行号"), _("原因")], [(n, said(why)) for n, why in found.faults[:_SHOWN]], taken=False)
    return found


def people_named(people: Collection[int]) -> list[str]:
    """What these accounts are called."""
    accounts = {each.id: each for each in session.store().accounts.all()}
    return [accounts[each].display_name or accounts[each].name for each in people if each in accounts]
