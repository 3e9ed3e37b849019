"""Old lines of the audit trail move into files: written, read back and held against the chain before they go."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.private_files import private_folder, write_private
from surveys.storage import Store
from surveys.storage.records.accounts import SIGNED_BEFORE
from surveys.storage.records.audit_archives import (
    ArchivedSegment,
    AuditSegment,
    TooYoung,
    UnfitArchive,
    as_file,
    from_file,
)

KEPT_AT_LEAST = timedelta(days=184)
"""Six months, whichever they are: so long the Cybersecurity Law wants logs of networks kept."""
FOLDER = "audit-archive"


@dataclass(frozen=True)
class ArchiveCheck:
    """What came of holding a folder of archives against the trail: a good one, or its name and what is wrong.

    *missing* are segments that left the database and are not in the folder.
    """

    good: tuple[AuditSegment, ...]
    wrong: tuple[tuple[str, str], ...]
    missing: tuple[AuditSegment, ...]
    heads: frozenset[str]  # the hashes of all lines in the good ones


def archive_folder(store: Store) -> Path:
    """Where archives lie unless another folder is named: beside the database."""
    return store.path.parent / FOLDER


def latest_day(today: date) -> date:
    """Lines from before this day may leave."""
    return today - KEPT_AT_LEAST


def archive_audit(store: Store, before: date, folder: Path, *, by: str, today: date) -> Path:
    """Move the lines from before a day into a file of the folder; returns it.

    Raises TooYoung, NothingToArchive, and UnfitArchive where the trail is not whole: then nothing is moved.
    """
    if before > latest_day(today):
        raise TooYoung(f"{latest_day(today)}")
    if store.accounts.check_audit().problems:
        raise UnfitArchive(saying(marked("审计记录核对不上；请先运行 audit verify 查明")))
    archived = store.accounts.audit_segment_before(before)
    path = folder / archived.segment.file_name
    _write(path, archived)
    store.accounts.assert_archive(from_file(path.read_bytes()))
    store.accounts.cut_audit(archived.segment, by=by)
    return path


def _write(path: Path, archived: ArchivedSegment) -> None:
    """On disk for good when it returns. What lies there of the same name must be the same."""
    private_folder(path.parent)
    content = as_file(archived)
    if path.exists() and path.read_bytes() != content:
        raise UnfitArchive(saying(marked("{file} 已存在，内容不同；请先把它移到别处"), file=str(path)))
    part = path.with_suffix(".part")
    write_private(part, content)
    _to_disk(part)
    part.replace(path)
    if os.name == "posix":
        _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def archives(folder: Path) -> list[Path]:
    """The archives of a folder, the oldest first; none where there is no folder."""
    return sorted(folder.glob("audit-*.jsonl")) if folder.is_dir() else []


def check_archives(store: Store, folder: Path) -> ArchiveCheck:
    """Hold every archive of a folder against its chain, its signature and what the database knows of it."""
    known, good, wrong, heads = store.accounts.audit_segments(), [], [], set[str]()
    for path in archives(folder):
        try:
            archived = _checked(store, path, known)
        except UnfitArchive as error:
            wrong.append((path.name, str(error)))
        else:
            good.append(archived.segment)
            heads.update(line[-1] for line in archived.lines)
    missing = tuple(each for each in known if each not in good)
    return ArchiveCheck(tuple(good), tuple(wrong), missing, frozenset(heads))


def _checked(store: Store, path: Path, known: list[AuditSegment]) -> ArchivedSegment:
    archived = _as_known(store, from_file(path.read_bytes()))
    store.accounts.assert_archive(archived)
    segment = archived.segment
    # A database that was brought back from before the archiving has the lines themselves.
    if segment not in known and not store.accounts.has_audit_line(segment.last, segment.hash):
        raise UnfitArchive(saying(marked("数据库里没有这一段：数据库被换过，或记录被整段删掉")))
    return archived


def _as_known(store: Store, archived: ArchivedSegment) -> ArchivedSegment:
    """With the signature of the present secret where the file bears the one of a secret before it."""
    own = archived.segment
    before = (store.organisation.setting(f"{SIGNED_BEFORE}{own.first}") or "").split()
    known = store.accounts.audit_segments() if own.signature in before else []
    same = next((each for each in known if replace(each, signature=own.signature) == own), own)
    return replace(archived, segment=same)


def archived_lines(store: Store, path: Path) -> list[tuple[int, str, str, str, str, str]]:
    """The lines of one archive: number, time, who, action, object, detail, with names that are still known.

    Raises UnfitArchive.
    """
    archived = _as_known(store, from_file(path.read_bytes()))
    store.accounts.assert_archive(archived)
    names = store.accounts.audit_names()
    return [
        (number, at, names.get(account, account), action, names.get(thing, thing), names.get(detail, detail))
        for number, at, account, action, thing, detail, _ in archived.lines
    ]
