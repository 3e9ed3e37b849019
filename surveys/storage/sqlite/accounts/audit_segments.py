"""Old lines of the audit trail that leave the database: what stays of a segment is where it began and its signed end.

Each segment continues the one before it, so that lines, once archived, are missed: the lines in the database must begin
where the last segment ends, and only who has the installation's secret can sign another end.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlite_utils import Database

from surveys.localisation.clock import zone
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.storage.records.audit_archives import (
    ArchivedSegment,
    AuditSegment,
    NothingToArchive,
    UnfitArchive,
    signed_text,
)
from surveys.storage.sqlite.accounts.audit_chain import BEGINNING, chained

Sign = Callable[[str], str]


class ArchivedEnd(NamedTuple):
    """Where the lines in the database are to begin: after this line, chained to this hash."""

    line: int
    hash: str
    hashes: frozenset[str]  # of the ends of all segments
    problems: tuple[str, ...]


def segments(db: Database) -> list[AuditSegment]:
    """All that have left, the oldest first."""
    return [AuditSegment(*row) for row in db.execute(_SEGMENTS)]


def archived_end(db: Database, sign: Sign) -> ArchivedEnd:
    """Walk the segments: each continues the one before and bears the signature of this installation."""
    line, before, hashes, problems = 0, BEGINNING, set[str](), list[str]()
    for each in segments(db):
        if each.first != line + 1 or each.before != before or not is_signed(each, sign):
            problems.append(f"segment {each.first}")
        line, before = each.last, each.hash
        hashes.add(before)
    return ArchivedEnd(line, before, frozenset(hashes), tuple(problems))


def is_signed(segment: AuditSegment, sign: Sign) -> bool:
    """Whether this installation has signed it."""
    text = signed_text(segment.first, segment.last, segment.before, segment.hash)
    return hmac.compare_digest(segment.signature.encode(), sign(text).encode())


def lines_before(db: Database, day: date) -> int:
    """How many lines stand before the first one that is not older than the day."""
    moment = datetime.combine(day, time(), zone())
    values = {"day": day.isoformat(), "moment": moment.astimezone(UTC).isoformat()}
    return int(db.execute(_OLDER, values).fetchone()[0])


def segment_before(db: Database, day: date, sign: Sign) -> ArchivedSegment:
    """The lines that are in the database and older than a day, as a segment, signed. Raises NothingToArchive.

    Of a chain that is broken nothing is signed: look with `check_audit` first.
    """
    end, amount = archived_end(db, sign), lines_before(db, day)
    if not amount:
        raise NothingToArchive
    lines = tuple(db.execute(_LINES, [end.line + amount]).fetchall())
    last, hash_ = lines[-1][0], lines[-1][-1]
    text = signed_text(end.line + 1, last, end.hash, hash_)
    return ArchivedSegment(AuditSegment(end.line + 1, last, end.hash, hash_, sign(text)), lines)


def assert_whole(archived: ArchivedSegment, sign: Sign) -> None:
    """Hold an archive against its own chain and signature; raises UnfitArchive."""
    segment, before, number = archived.segment, archived.segment.before, archived.segment.first - 1
    if not is_signed(segment, sign):
        raise UnfitArchive(saying(marked("签名不对：被改过，或不是这个系统的归档")))
    for line in archived.lines:
        number += 1
        if line[0] != number or line[-1] != chained(before, number, tuple(str(each) for each in line[1:-1])):
            raise UnfitArchive(saying(marked("第 {number} 条被改过，或有记录被删"), number=number))
        before = line[-1]
    if (number, before) != (segment.last, segment.hash):
        wording = marked("到第 {number} 条为止，应到第 {last} 条：后面的被删了")
        raise UnfitArchive(saying(wording, number=number, last=segment.last))


def cut(db: Database, segment: AuditSegment) -> None:
    """Let the lines of a segment go, in the caller's transaction. Raises UnfitArchive if the trail begins elsewhere."""
    row = db.execute("SELECT min(id) FROM audit").fetchone()
    end = db.execute("SELECT hash FROM audit WHERE id = ?", [segment.last]).fetchone()
    if row[0] != segment.first or end is None or end[0] != segment.hash:
        raise UnfitArchive(saying(marked("这一段已由别人归档")))
    db.execute(_KEEP, [segment.first, segment.last, segment.before, segment.hash, segment.signature])
    db.execute("DELETE FROM audit_anchors WHERE line <= ?", [segment.last])
    db.execute("DELETE FROM audit WHERE id <= ?", [segment.last])


_SEGMENTS = "SELECT first, last, before, hash, signature FROM audit_segments ORDER BY first"
_KEEP = "INSERT INTO audit_segments (first, last, before, hash, signature) VALUES (?, ?, ?, ?, ?)"
_LINES = "SELECT id, at, account, action, object, detail, hash FROM audit WHERE id <= ? ORDER BY id"
_OLDER = """
SELECT count(*) FROM audit WHERE id < coalesce(
    (SELECT min(id) FROM audit WHERE at >= CASE WHEN length(at) = 10 THEN :day ELSE :moment END),
    (SELECT max(id) + 1 FROM audit))"""
