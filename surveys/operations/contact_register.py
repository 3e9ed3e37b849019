"""The files as one account meets them: narrowed to what it may see, masked before a page has them, looks recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from surveys.accounts import Account
from surveys.people.contact import Contact, FileFacts
from surveys.people.contact_search import ContactSearch
from surveys.people.merging import LikelyPair, likely_pairs, merged
from surveys.people.visibility import RULES, PeopleRules, Sight, rules_from, sight_of, stale_before
from surveys.storage import Store
from surveys.storage.changes import ANY, Unread
from surveys.storage.records.merged_contacts import MergedContacts


class NotYours(PermissionError):
    """A file or a change that is beyond this account's rights."""


@dataclass(frozen=True)
class Register:
    """Opened for one account on one day."""

    store: Store
    account: Account
    today: date

    @property
    def rules(self) -> PeopleRules:
        return rules_from(self.store.organisation.setting(RULES))

    @property
    def sight(self) -> Sight:
        return sight_of(self.account, self.rules)

    def page(self, wanted: ContactSearch, *, limit: int, offset: int = 0) -> list[Contact]:
        """Files as lines of a list: always masked, because to look at one it is opened."""
        sight, seen = self.sight, self._seen(wanted)
        return [sight.listed(each) for each in self.store.contacts.page(seen, limit=limit, offset=offset)]

    def amount(self, wanted: ContactSearch) -> int:
        """How many of these files this account may see."""
        return self.store.contacts.amount(self._seen(wanted))

    def facts(self, wanted: ContactSearch) -> list[FileFacts]:
        """What figures over these files are made of: of the files that this account may see, and of no other one."""
        return self.store.contacts.facts(self._seen(wanted))

    def tiers(self) -> list[str]:
        """The tiers in use among the files that this account may see."""
        return sorted({each.tier for each in self.facts(ContactSearch()) if each.tier})

    def named(self, contacts: Collection[str]) -> dict[str, Contact]:
        """Those of these files that this account may see, by id, as lines of a list."""
        seen = self._seen(ContactSearch(ids=contacts))
        return {each.id: self.sight.listed(each) for each in self.store.contacts.all(seen)}

    def open(self, contact: str) -> Contact:
        """One file, and a line in the audit trail that it was looked at; raises NotYours, also for an unknown id."""
        found = self._own(contact)
        level = found.level(self.today)
        self.store.accounts.record(self.account.name, "open contact", contact, level.value)
        return self.sight.shown(found)

    def shown(self, contact: str) -> Contact:
        """A file that is open already, as this account sees it; raises NotYours."""
        return self.sight.shown(self._own(contact))

    def covered(self, contact: Contact) -> Contact:
        """The same masked whatever the account's rights: for a screen that others may see too."""
        return self.sight.listed(contact)

    def export(self, wanted: ContactSearch) -> Iterator[Contact]:
        """All these files as this account sees them; the audit trail names each one that has a level."""
        sight, contacts, seen = self.sight, self.store.contacts, self._seen(wanted)
        closed = ((each.id, each.level(self.today).value) for each in contacts.all(seen))
        named = [(contact, level) for contact, level in closed if level]
        self.store.accounts.record(self.account.name, "export contacts", "contacts", f"{contacts.amount(seen)} files")
        self.store.accounts.record_all(self.account.name, "export contact", named)
        yield from map(sight.shown, contacts.all(seen))

    def change(self, contact: Contact, *, seen: Contact | Unread = ANY) -> None:
        """Keep a file as it was changed; raises NotYours where it, or what it becomes, is beyond this account.

        Raises ChangedMeanwhile when it isn't any more what was *seen*.
        Whoever sees covers instead of data may not write: the covers would be kept.
        """
        present = self._own(contact.id)
        if not (self.sight.plain and self.sight.covers(contact, self.today)):
            raise NotYours(contact.id)
        if contact.secrecy is not present.secrecy and contact.secrecy_until == present.secrecy_until:
            contact = replace(contact, secrecy_until=self.rules.ends(contact.secrecy, self.today))
        self.store.contacts.change(contact, seen=seen, by=self.account.name, detail=_changed(present, contact))

    def opt_out(self, contact: str, *, back: bool = False) -> None:
        """Note that this person does not want to be asked any more, or may be asked again; raises NotYours."""
        self.store.contacts.opt_out(self._own(contact).id, by=self.account.name, back=back)

    def ask_only_by(self, contact: str, channel: str) -> None:
        """Note that this person wants to be asked by this way only (a channel's name, or `call`); raises NotYours."""
        self.store.contacts.ask_only_by(self._own(contact).id, channel, by=self.account.name)

    def likely_pairs(self) -> list[LikelyPair]:
        """Files that look like one person's, among those this account may see; masked, as lines of a list."""
        listed = self.sight.listed
        found = likely_pairs(self.store.contacts.all(self._seen(ContactSearch())))
        return [replace(each, first=listed(each.first), second=listed(each.second)) for each in found]

    def merge(self, kept: str, gone: str, now: datetime) -> None:
        """Make two files one; raises NotYours unless both are this account's to see, UnfitMerge."""
        if not self.sight.plain:
            raise NotYours(kept)
        first, second = self._own(kept), self._own(gone)
        result = merged(first, second, self.today)
        if not self.sight.covers(result, self.today):
            raise NotYours(kept)
        self.store.merged_contacts.merge(result, first, second, by=self.account.name, now=now)

    def part(self, gone: str) -> None:
        """Undo a merge; raises NotYours where the file that stayed is beyond this account, and CantBeParted."""
        kept = next((each.kept for each in self.merges() if each.gone == gone), None)
        if kept is None or not self.sight.plain:
            raise NotYours(gone)
        self.store.merged_contacts.part(gone, by=self.account.name)

    def merges(self) -> list[MergedContacts]:
        """The merges that can be undone, of files that are this account's business."""
        found = {each.id for each in self.store.contacts.all(self._seen(ContactSearch()))}
        return [each for each in self.store.merged_contacts.all() if each.kept in found]

    def left_alone_since(self, contact: str) -> datetime | None:
        """Since when this person, or someone at the same address, wants no more invitations; raises NotYours."""
        return self.store.wishes.since(self._own(contact).id)

    def confirm(self, contact: str) -> None:
        """The file was looked over and is right; raises NotYours."""
        self.store.contacts.confirm([self._own(contact).id], by=self.account.name)

    def stale(self) -> ContactSearch:
        """What is on this quarter's list of stale files."""
        return ContactSearch(not_updated_since=stale_before(self.today, self.rules))

    def _own(self, contact: str) -> Contact:
        found = self.store.contacts.get(contact)
        if found is None or not self.sight.covers(found, self.today):
            raise NotYours(contact)
        return found

    def _seen(self, wanted: ContactSearch) -> ContactSearch:
        sight = self.sight
        departments = wanted.departments
        if sight.departments is not None:
            departments = sight.departments if departments is None else sight.departments.intersection(departments)
        return replace(wanted, departments=departments, levels=sight.levels, today=self.today)


def _changed(before: Contact, after: Contact) -> str:
    """Which fields a change touched: their names, never what stands in them."""
    names = ("name", "kind", "customer_number", "phone", "email", "chat", "department", "who", "does", "worth", "tier",
             "secrecy", "secrecy_until")  # fmt: skip
    return ", ".join(name for name in names if getattr(before, name) != getattr(after, name)) or "nothing"
