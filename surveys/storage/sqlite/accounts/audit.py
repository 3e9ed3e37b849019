"""The audit trail: lines that are added and never changed, each chained to the one before it.

A line's hash goes over its words and the hash before it, so that a changed, removed or inserted line breaks the chain.
Every so many lines an anchor signed with the installation's secret stands beside it: who rewrites the chain as a whole
without the secret is found out. Where a line names a person it carries a pseudonym; to erase a person is to forget
whose it was, which leaves the chain as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlite_utils import Database

from surveys.localisation.clock import utc_now
from surveys.storage.records.accounts import AuditCheck, AuditLine

ANCHOR_EVERY = 200  # lines
_BEGINNING = ""  # what the first line is chained to
_NOBODY = frozenset({"command line", "schedule", "sample organisation", "?"})  # who acts, and is no person
# What is done to a person: to an account or to a contact, by name or number.
_TO_PEOPLE = frozenset({
    "add account", "change account", "reset password", "change password", "change given password", "sign in",
    "failed sign-in", "sign out", "sign out elsewhere",
    "set second factor", "use recovery code", "remove second factor", "create administrator",
    "save contact", "add contact",
    "opt out", "opt in", "confirm contact", "delete contact", "open contact", "export contact", "show number",
})  # fmt: skip
_NO_PERSON = frozenset({"contacts", "address", "unknown name"})  # what stands there when it is none, or several
_PERSON_IN_DETAIL = frozenset({"revoke link"})

Sign = Callable[[str], str]


def write_audit(db: Database, account: str, action: str, thing: str, detail: str = "") -> None:
    """An audit line inside the transaction of the change it tells of."""
    at = utc_now().isoformat()
    words = (at, *_pseudonymous(db, account, action, thing, detail))
    [number, before] = db.execute(_LAST).fetchone() or (0, _BEGINNING)
    hash_ = chained(before, number + 1, words)
    db.execute(_ADD, [number + 1, *words, hash_])
    if (number + 1) % ANCHOR_EVERY == 0:
        db.execute(_ANCHOR, [number + 1, hash_, f"{number + 1} {hash_}"])


def chained(before: str, number: int, words: tuple[str, ...]) -> str:
    """The hash of a line, over that of the line before."""
    return hashlib.sha256(json.dumps([before, number, *words], ensure_ascii=False).encode()).hexdigest()


def forget_in_audit(db: Database, name: str) -> None:
    """Erase whose pseudonym it was; what is written of the name from here on bears another one."""
    db.execute("DELETE FROM audit_people WHERE name = ?", [name])


def read_audit(db: Database, limit: int, thing: str | None = None) -> Iterator[AuditLine]:
    """The newest lines first, with the names that are still known; only of one *thing* where it is named."""
    for row in db.query(_READ, {"limit": limit, "thing": thing}):
        yield AuditLine(**{**row, "at": datetime.fromisoformat(row["at"])})


def check_audit(db: Database, sign: Sign, head: str | None = None) -> AuditCheck:
    """Walk the chain from its beginning; *head* is a hash, noted before, that must still stand in it."""
    before, lines, found, problems = _BEGINNING, 0, head is None, list[str]()
    anchors = {row[0]: row[1:] for row in db.execute("SELECT line, hash, signature FROM audit_anchors")}
    signed = 0
    for number, hash_, *words in db.execute(_WALK):
        lines += 1
        if number != lines or hash_ != chained(before, number, tuple(words)):
            problems.append(f"line {number}")
            break
        if number in anchors:
            anchored, mark = anchors.pop(number)
            good = anchored == hash_ and hmac.compare_digest(mark, sign(f"{number} {hash_}"))
            signed += good
            problems += [] if good else [f"anchor {number}"]
        elif number % ANCHOR_EVERY == 0:
            problems.append(f"anchor {number}")
        before, found = hash_, found or hash_ == head
    if not problems:
        problems += [f"anchor {line}" for line in sorted(anchors)]  # of lines that are gone
        problems += [] if found else ["head"]
    return AuditCheck(lines, signed, before, tuple(problems))


def chain_older_lines(db: Database) -> None:
    """Give lines of before pseudonyms, numbers without gaps, and their place in the chain."""
    rows = db.execute("SELECT at, account, action, object, detail FROM audit ORDER BY id").fetchall()
    db.execute("DELETE FROM audit")
    before = _BEGINNING
    for number, (at, *line) in enumerate(rows, 1):
        words = (at, *_pseudonymous(db, *line))
        before = chained(before, number, words)
        db.execute(_ADD, [number, *words, before])
        if number % ANCHOR_EVERY == 0:
            db.execute(_ANCHOR, [number, before, f"{number} {before}"])


def _pseudonymous(db: Database, account: str, action: str, thing: str, detail: str) -> tuple[str, str, str, str]:
    who = account if account in _NOBODY else _pseudonym(db, account)
    if action in _TO_PEOPLE and thing and thing not in _NO_PERSON:
        thing = _pseudonym(db, thing)
    if action in _PERSON_IN_DETAIL and detail:
        detail = _pseudonym(db, detail)
    return who, action, thing, detail


def _pseudonym(db: Database, name: str) -> str:
    db.execute(
        "INSERT INTO audit_people (pseudonym, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [f"person-{secrets.token_hex(8)}", name],
    )
    return str(db.execute("SELECT pseudonym FROM audit_people WHERE name = ?", [name]).fetchone()[0])


_LAST = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1"
_ADD = "INSERT INTO audit (id, at, account, action, object, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ANCHOR = "INSERT INTO audit_anchors (line, hash, signature) VALUES (?, ?, audit_signature(?))"
_WALK = "SELECT id, hash, at, account, action, object, detail FROM audit ORDER BY id"
_READ = """
SELECT audit.at, coalesce(who.name, audit.account) AS account, audit.action,
  coalesce(whom.name, audit.object) AS object, coalesce(named.name, audit.detail) AS detail
FROM audit LEFT JOIN audit_people AS who ON who.pseudonym = audit.account
  LEFT JOIN audit_people AS whom ON whom.pseudonym = audit.object
  LEFT JOIN audit_people AS named ON named.pseudonym = audit.detail
WHERE :thing IS NULL OR audit.object = :thing
  OR audit.object = (SELECT pseudonym FROM audit_people WHERE name = :thing)
ORDER BY audit.id DESC LIMIT :limit"""
