"""A stretch of the audit trail that has left the database, or is about to, and the file that it leaves for.

The file is JSON lines: a head that says which lines it holds, between which hashes, with the signature of the
installation; then each line as a list of its number, time, pseudonym, action, object, detail and hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from surveys.localisation.language import marked
from surveys.localisation.wording import saying

FORMAT = "xinsheng audit 1"
_NUMBERS = ("first", "last")
_NO_ARCHIVE = marked("不是审计归档文件")

ArchivedLine = tuple[int, str, str, str, str, str, str]
"""Number, time, who, action, to what, detail, hash."""


@dataclass(frozen=True)
class AuditSegment:
    """Lines *first* to *last*, chained to the hash *before* them and ending in *hash*; signed over these four."""

    first: int
    last: int
    before: str
    hash: str
    signature: str

    @property
    def file_name(self) -> str:
        return f"audit-{self.first:07}-{self.last:07}.jsonl"


@dataclass(frozen=True)
class ArchivedSegment:
    """A segment with its lines."""

    segment: AuditSegment
    lines: tuple[ArchivedLine, ...]


class UnfitArchive(ValueError):
    """The file is no archive of this audit trail, or not as it was made; carries a Message that says why."""


class NothingToArchive(ValueError):
    """There is no line from before that day."""


class TooYoung(ValueError):
    """Lines that young have to stay where they can be read."""


def signed_text(first: int, last: int, before: str, hash_: str) -> str:
    """What the signature of a segment goes over."""
    return f"segment {first} {last} {before or '-'} {hash_}"


def as_file(archived: ArchivedSegment) -> bytes:
    """The same segment gives the same bytes."""
    return b"".join(_json(each) for each in [{"format": FORMAT} | asdict(archived.segment), *archived.lines])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def from_file(content: bytes) -> ArchivedSegment:
    """Reads what `as_file` wrote, without judging what it says; raises UnfitArchive."""
    try:
        head, *lines = (json.loads(line) for line in content.decode().splitlines())
        values = {each.name: head[each.name] for each in fields(AuditSegment)}
        fit = head["format"] == FORMAT and all(type(value) is _kind(name) for name, value in values.items())
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnfitArchive(saying(_NO_ARCHIVE)) from error
    if not fit or not _are_lines(lines):
        raise UnfitArchive(saying(_NO_ARCHIVE))
    return ArchivedSegment(AuditSegment(**values), tuple(tuple(line) for line in lines))


def _kind(name: str) -> type:
    return int if name in _NUMBERS else str


def _are_lines(lines: Iterable[object]) -> bool:
    kinds = [int, *[str] * 6]
    return all(isinstance(line, list) and [type(each) for each in line] == kinds for line in lines)
