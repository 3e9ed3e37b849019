"""Which accounts there are for files of staff, and whose file is whose, as the store has them."""

from __future__ import annotations

from collections.abc import Collection

from surveys.exchange.people.logins import Logins
from surveys.people.contact import ContactKind
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store


def logins_of(store: Store, departments: Collection[str] | None) -> Logins:
    """The accounts of these departments, of all for None: nobody writes their own address to somebody else's account.

    All files count, those of other departments too.
    """
    accounts = {
        each.name: each.id
        for each in store.accounts.all()
        if departments is None or not set(departments).isdisjoint(each.departments)
    }
    staff = store.contacts.all(ContactSearch(kind=ContactKind.STAFF))
    return Logins(accounts, {each.account: each.id for each in staff if each.account is not None})
