"""The audit trail: lines that are added and never changed, each chained to the one before it.

A line's hash goes over its words and the hash before it, so that a changed, removed or inserted line breaks the chain.
Every so many lines an anchor signed with the installation's secret stands beside it: who rewrites the chain as a whole
without the secret is found out. Old lines may leave for an archive (`audit_segments`): the chain then begins at the
signed end of what has left. Where a line names a person it carries a pseudonym; to erase a person is to forget
whose it was, which leaves the chain as it is. Sign-ins come by day (`sign_in_lines`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice

from sqlite_utils import Database

from surveys.localisation.clock import local_day, utc_now, zone
from surveys.storage.records.accounts import AuditCheck, AuditLine
from surveys.storage.sqlite.accounts.audit_chain import BEGINNING, chained
from surveys.storage.sqlite.accounts.audit_segments import archived_end
from surveys.storage.sqlite.accounts.pseudonyms import Words, pseudonymous
from surveys.storage.sqlite.accounts.sign_in_lines import hold_line, is_by_day, lines_due

ANCHOR_EVERY = 200  # lines
_A_DAY = len("2026-01-31")
Sign = Callable[[str], str]


def write_audit(db: Database, account: str, action: str, thing: str, detail: str = "") -> None:
    """An audit line inside the transaction of the change it tells of."""
    now = utc_now()
    for day, held in lines_due(db, local_day(now)):
        _append(db, day, held)
    words = pseudonymous(db, account, action, thing, detail)
    if is_by_day(words):
        hold_line(db, local_day(now), words)
    else:
        _append(db, now.isoformat(), words)


def _append(db: Database, at: str, words: Words) -> None:
    [number, before] = db.execute(_LAST).fetchone() or (0, BEGINNING)
    hash_ = chained(before, number + 1, (at, *words))
    db.execute(_ADD, [number + 1, at, *words, hash_])
    if (number + 1) % ANCHOR_EVERY == 0:
        db.execute(_ANCHOR, [number + 1, hash_, f"{number + 1} {hash_}"])


def read_audit(db: Database, limit: int, thing: str | None = None) -> Iterator[AuditLine]:
    """The newest lines first, with the names that are still known; only of one *thing* where it is named.

    Today's sign-ins come before all others, by name.
    """
    lines = (line for query in _READ for line in _lines(db, query, {"limit": limit, "thing": thing}))
    return islice(lines, limit)


def _lines(db: Database, query: str, values: dict[str, object]) -> Iterator[AuditLine]:
    for at, account, action, thing, detail, times in db.execute(query, values):
        by_day = len(at) == _A_DAY
        moment = datetime.combine(date.fromisoformat(at), time(), zone()) if by_day else datetime.fromisoformat(at)
        yield from [AuditLine(moment, account, action, thing, detail, by_day)] * times


def check_audit(db: Database, sign: Sign, head: str | None = None) -> AuditCheck:
    """Walk the chain from its beginning; *head* is a hash, noted before, that must still stand in it."""
    end = archived_end(db, sign)
    before, archived, problems = end.hash, end.line, list(end.problems)
    lines, found = 0, head is None or head in end.hashes
    anchors = {row[0]: row[1:] for row in db.execute("SELECT line, hash, signature FROM audit_anchors")}
    signed = 0
    for number, hash_, *words in db.execute(_WALK):
        lines += 1
        if number != archived + lines or hash_ != chained(before, number, tuple(words)):
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
    return AuditCheck(lines, signed, before, tuple(problems), archived)


def chain_older_lines(db: Database) -> None:
    """Give lines of before pseudonyms, numbers without gaps, and their place in the chain."""
    rows = db.execute("SELECT at, account, action, object, detail FROM audit ORDER BY id").fetchall()
    db.execute("DELETE FROM audit")
    before = BEGINNING
    for number, (at, *line) in enumerate(rows, 1):
        words = (at, *pseudonymous(db, *line))
        before = chained(before, number, words)
        db.execute(_ADD, [number, *words, before])
        if number % ANCHOR_EVERY == 0:
            db.execute(_ANCHOR, [number, before, f"{number} {before}"])


_LAST = "SELECT id, hash FROM audit UNION ALL SELECT last, hash FROM audit_segments ORDER BY 1 DESC LIMIT 1"
_ADD = "INSERT INTO audit (id, at, account, action, object, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ANCHOR = "INSERT INTO audit_anchors (line, hash, signature) VALUES (?, ?, audit_signature(?))"
_WALK = "SELECT id, hash, at, account, action, object, detail FROM audit ORDER BY id"
_NAMED = """
SELECT line.at, coalesce(who.name, line.account) AS account, line.action,
  coalesce(whom.name, line.object) AS object, coalesce(named.name, line.detail) AS detail, line.times
FROM {lines} AS line LEFT JOIN audit_people AS who ON who.pseudonym = line.account
  LEFT JOIN audit_people AS whom ON whom.pseudonym = line.object
  LEFT JOIN audit_people AS named ON named.pseudonym = line.detail
WHERE :thing IS NULL OR line.object = :thing
  OR line.object = (SELECT pseudonym FROM audit_people WHERE name = :thing)
ORDER BY {order} LIMIT :limit"""
_READ = (
    _NAMED.format(
        lines="(SELECT day AS at, account, action, object, detail, times FROM held_audit)",
        order="1 DESC, 2 DESC, 3 DESC, 4 DESC, 5 DESC",
    ),
    _NAMED.format(lines="(SELECT *, 1 AS times FROM audit)", order="line.id DESC"),
)
