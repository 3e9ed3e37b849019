"""The register as the account at this page may see it, and the words for what stands in it."""

from __future__ import annotations

from datetime import date, datetime

from surveys.console.kit import session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.operations.contact_register import Register
from surveys.people.contact import Contact, ContactKind, Secrecy


def opened() -> Register:
    """The register, opened anew for each run of the page, so that a right taken away holds at once."""
    return Register(session.store(), session.signed_in(), local_day(utc_now()))


def level_words(level: Secrecy) -> str:
    """A level as it is read; the legal terms stay what they are in Chinese."""
    return _(level.value) if level is not Secrecy.NONE else _("无密级")


def level_until(contact: Contact, today: date) -> str:
    """The level that holds, with its last day."""
    level = contact.level(today)
    if level is Secrecy.NONE or contact.secrecy_until is None:
        return level_words(level) if level is not Secrecy.NONE else "—"
    return _("{level}，至 {day}").format(level=level_words(level), day=contact.secrecy_until.isoformat())


def kinds() -> dict[ContactKind, str]:
    return {kind: _(kind.label) for kind in ContactKind}


def day_of(moment: datetime | None) -> str:
    return moment.astimezone(zone()).date().isoformat() if moment else "—"
