"""A backup made ready to be brought back, in a process with bounds: what is in it is the work of strangers until then.

Checked, copied, brought up to the newest schema and rid of all that this program did not put there: a database can hold
views and triggers of its own that never end, or do something whenever an answer is kept. What comes out is copied page
by page into the live file, without being asked anything before.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from surveys.bounded_work import MOST_WRITTEN, WorkRefused, run_apart
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.settings import FINGERPRINT, fingerprint
from surveys.storage.sqlite.answers.key_order import put_in_key_order
from surveys.storage.sqlite.backups.backup import KeyNeeded, UnfitBackup, check_backup, copy_whole, read_only
from surveys.storage.sqlite.backups.seals import break_seal
from surveys.storage.sqlite.connection import OWN_FUNCTIONS, connect, secret_file_of
from surveys.storage.sqlite.migrations import migrations, upgrade

MOST_MEMORY = 3_000_000_000  # bytes; pages are kept in a cache, tables never as a whole
LONGEST = 3600  # seconds of the processor
_GROWTH = 4  # times its size: the copy, its log, and what is rewritten in the order of keys


def prepare(
    backup: Path, target: Path, database: Path, key: bytes | None, *, without_key: bool, without_files: bool
) -> None:  # fmt: skip
    """Write at *target* what *backup* is as a live *database*; raises UnfitBackup, KeyNeeded."""
    options = {"without_key": without_key, "without_files": without_files, "keyed": key is not None}
    largest = MOST_WRITTEN + _GROWTH * backup.stat().st_size
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(key or b"")  # not among the words of a command, which everyone on the machine may read
        given.seek(0)
        paths = [str(each.resolve()) for each in (backup, target, database)]
        try:
            run_apart(f"{__name__}:prepared", given, told, *paths, json.dumps(options), memory=MOST_MEMORY,
                      seconds=LONGEST, written=largest)  # fmt: skip
        except WorkRefused as refused:
            told.seek(0)
            raise (KeyNeeded if told.read() == _OF_KEY else UnfitBackup)(refused.said) from refused


_OF_KEY = b"key"


def prepared(given: IO[bytes], told: IO[bytes], backup: str, target: str, database: str, options: str) -> None:
    """The work itself; raises WorkRefused."""
    chosen = json.loads(options)
    key = given.read() if chosen["keyed"] else None
    try:
        check_backup(Path(backup), without_files=chosen["without_files"])
        _assert_key(Path(backup), Path(database), key, without_key=chosen["without_key"])
        copy_whole(Path(backup), Path(target))
        _bring_up(Path(target), Path(database), key, without_key=chosen["without_key"])
    except KeyNeeded as error:
        told.write(_OF_KEY)
        told.flush()
        raise WorkRefused(error.args[0]) from error
    except UnfitBackup as error:
        raise WorkRefused(error.args[0]) from error
    except sqlite3.DatabaseError as error:
        raise WorkRefused(saying(marked("已损坏（{findings}）"), findings=str(error))) from error


def _assert_key(backup: Path, database: Path, key: bytes | None, *, without_key: bool) -> None:
    """Raises KeyNeeded unless the secret of its time comes with the backup, or is the installation's own."""
    with read_only(backup) as connection:
        found = connection.execute("SELECT value FROM settings WHERE name = ?", [FINGERPRINT]).fetchone()
    here = secret_file_of(database)
    if without_key or found is None:
        return
    if key is not None and fingerprint(key) != found[0]:
        raise KeyNeeded(saying(marked("给出的密钥文件不属于这份备份")))
    if key is None and (not here.exists() or fingerprint(here.read_bytes()) != found[0]):
        raise KeyNeeded(saying(marked("它属于另一个密钥；请用命令行 restore --key 指出当时的密钥文件")))


def _bring_up(path: Path, database: Path, key: bytes | None, *, without_key: bool) -> None:
    with closing(connect(path, live=database, secret=key)) as db:
        _assert_own_things(db)
        upgrade(db)
        with db.conn:  # who has signed out since, or was shut out, must not be signed in again
            db.execute("DELETE FROM sessions")
            # and nobody must take what is there now for what they have read before
            db.execute("UPDATE revisions SET number = random() WHERE survey = ''")
            break_seal(db.conn)
            if without_key:
                db.execute("DELETE FROM settings WHERE name = ?", [FINGERPRINT])
        put_in_key_order(db)  # backups of earlier versions were not


def _assert_own_things(db: Database) -> None:
    """Raises UnfitBackup for what acts by itself and is none of ours: views and triggers, tables that are programs."""
    known = {thing for things in _acting_by_step() for thing in things}
    for name, sql in _acting(db):
        if (name, sql) not in known:
            raise UnfitBackup(saying(marked("里面有不属于本程序的内容（{name}），不能恢复"), name=name))


def _acting_by_step() -> Iterator[set[tuple[str, str]]]:
    """What has acted by itself in a database of ours, after each step of its schema."""
    db = Database(memory=True)
    for name, takes in OWN_FUNCTIONS.items():
        db.conn.create_function(name, takes, lambda *_: None, deterministic=True)
    for step in migrations.pending(db):
        step.fn(db)
        yield _acting(db)


def _acting(db: Database) -> set[tuple[str, str]]:
    """Views, triggers and virtual tables, by name and wording."""
    found = db.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        (name, _plainly(sql))
        for name, kind, sql in found
        if kind in ("view", "trigger") or sql.lstrip().upper().startswith("CREATE VIRTUAL")
    }


def _plainly(sql: str) -> str:
    return " ".join(sql.replace('"', "").split())
