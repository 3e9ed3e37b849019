"""Another secret is accepted: what of the trail still hangs together is signed with it, and the trail says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from surveys.storage.records.accounts import SIGNED_BEFORE, SignedAnew
from surveys.storage.records.audit_archives import signed_text
from surveys.storage.sqlite.accounts.audit import write_audit
from surveys.storage.sqlite.accounts.audit_chain import BEGINNING, chained
from surveys.storage.sqlite.accounts.audit_segments import segments

Sign = Callable[[str], str]


def sign_anew(db: Database, sign: Sign, *, by: str, secret: str) -> SignedAnew:
    """Sign ends of archives and anchors up to the first break of the chain, which needs no secret to be seen.

    Nothing is mended: behind a break the old signatures stay, and are told as wrong as before. The line that says it
    bears the number and hash up to which the chain was whole, and an anchor of its own.
    """
    with _signatures_open(db):
        found = _signed(db, sign)
    detail = f"{secret}, {found.signatures} signatures anew, {'whole' if found.whole else 'broken'} to {found.line}"
    write_audit(db, by, "accept secret", secret, f"{detail} {found.hash}")
    number, hash_ = db.execute(_LAST).fetchone()
    with _signatures_open(db):  # where the line was the turn of an anchor, that one was signed as the process knew
        db.execute(_ANCHOR, {"line": number, "hash": hash_, "signature": sign(f"{number} {hash_}")})
    return found


@contextmanager
def _signatures_open(db: Database) -> Iterator[None]:
    """Both tables are only added to, by triggers; these are away for as long as the caller's transaction signs."""
    kept = db.execute(_TRIGGERS).fetchall()
    for name, _ in kept:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in kept:
        db.execute(statement)


def _signed(db: Database, sign: Sign) -> SignedAnew:
    line, before, made = 0, BEGINNING, 0
    for each in segments(db):
        if each.first != line + 1 or each.before != before:
            return SignedAnew(made, line, before, False)
        text = sign(signed_text(each.first, each.last, each.before, each.hash))
        db.execute(_BEFORE, {"name": f"{SIGNED_BEFORE}{each.first}", "old": each.signature})
        db.execute(_SEGMENT, {"first": each.first, "signature": text})
        line, before, made = each.last, each.hash, made + 1
    anchors = dict(db.execute("SELECT line, hash FROM audit_anchors").fetchall())
    for number, hash_, *words in db.execute(_WALK).fetchall():
        if number != line + 1 or hash_ != chained(before, number, tuple(words)):
            return SignedAnew(made, line, before, False)
        if anchors.get(number) == hash_:
            db.execute(_ANCHOR, {"line": number, "hash": hash_, "signature": sign(f"{number} {hash_}")})
            made += 1
        line, before = number, hash_
    return SignedAnew(made, line, before, True)


_BEFORE = """
INSERT INTO settings (name, value) VALUES (:name, :old)
ON CONFLICT (name) DO UPDATE SET value = settings.value || ' ' || excluded.value"""
_TRIGGERS = """
SELECT name, sql FROM sqlite_master
WHERE type = 'trigger' AND tbl_name IN ('audit_anchors', 'audit_segments') ORDER BY name"""
_LAST = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1"
_WALK = "SELECT id, hash, at, account, action, object, detail FROM audit ORDER BY id"
_SEGMENT = "UPDATE audit_segments SET signature = :signature WHERE first = :first"
_ANCHOR = """
INSERT INTO audit_anchors (line, hash, signature) VALUES (:line, :hash, :signature)
ON CONFLICT (line) DO UPDATE SET signature = excluded.signature"""
