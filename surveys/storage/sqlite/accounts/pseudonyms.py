"""Under which pseudonyms the audit trail names people: to erase a person is to forget whose it was."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

_NOBODY = frozenset({"command line", "schedule", "sample organisation", "?"})  # who acts, and is no person
_SYSTEM = "api: "  # with the name of another system behind it; accounts that are added have no blanks in theirs
# What is done to a person: to an account or to a contact, by name or number.
_TO_PEOPLE = frozenset({
    "add account", "change account", "reset password", "change password", "change given password", "sign in",
    "failed sign-in", "sign out", "sign out elsewhere",
    "send report", "set second factor", "use recovery code", "remove second factor", "create administrator",
    "save contact", "add contact",
    "opt out", "opt in", "confirm contact", "delete contact", "open contact", "export contact", "show number",
})  # fmt: skip
_NO_PERSON = frozenset({"contacts", "address", "unknown name"})  # what stands there when it is none, or several
_PERSON_IN_DETAIL = frozenset({"revoke link"})

Words = tuple[str, str, str, str]
"""Who, what, to what, and the detail."""


def pseudonymous(db: Database, account: str, action: str, thing: str, detail: str) -> Words:
    """The words of a line, with a pseudonym wherever they name a person."""
    who = account if account in _NOBODY or account.startswith(_SYSTEM) else _pseudonym(db, account)
    if action in _TO_PEOPLE and thing and thing not in _NO_PERSON:
        thing = _pseudonym(db, thing)
    if action in _PERSON_IN_DETAIL and detail:
        detail = _pseudonym(db, detail)
    return who, action, thing, detail


def forget_in_audit(db: Database, name: str) -> None:
    """Erase whose pseudonym it was; what is written of the name from here on bears another one."""
    db.execute("DELETE FROM audit_people WHERE name = ?", [name])


def _pseudonym(db: Database, name: str) -> str:
    db.execute(
        "INSERT INTO audit_people (pseudonym, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [f"person-{secrets.token_hex(8)}", name],
    )
    return str(db.execute("SELECT pseudonym FROM audit_people WHERE name = ?", [name]).fetchone()[0])
