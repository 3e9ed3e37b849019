"""How backups stand: when one was made last, and when it was last tried whether one can be brought back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyrage

from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying
from surveys.storage import StorageError, Store
from surveys.storage.sqlite.backups.backup import UnfitBackup, check_backup
from surveys.storage.sqlite.backups.encrypted import encrypted_backups, is_encrypted, opened
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.shelf import Shelf

LATE = timedelta(days=2)  # without a backup
UNTRIED = timedelta(days=90)  # without a drill
_MADE, _DRILL = "last backup", "last drill"  # settings of the database


@dataclass(frozen=True)
class Drill:
    """What came of bringing a backup back in a room of its own."""

    name: str
    at: str  # ISO 8601
    why_not: str = ""  # empty: it can be brought back
    answers: int = 0
    files: int = 0
    sealed: bool = False
    own_key: bool = False  # whether the installation's secret is the one it needs


@dataclass(frozen=True)
class BackupStanding:
    """As the administrator is told; None of what never was."""

    newest: datetime | None
    drill: Drill | None

    def wrong(self, now: datetime) -> list[Said]:
        """What to mend, in words; nothing where all is well."""
        said: list[Said] = []
        if self.newest is None:
            said.append(marked("还没有备份过。"))
        elif now - self.newest > LATE:
            said.append(saying(marked("最近一次备份是 {days} 天前。"), days=(now - self.newest).days))
        if self.newest is not None and self.drill is None:
            said.append(marked("还没有演练过恢复；不试一次，不知道备份能不能用。"))
        if self.drill is not None and self.drill.why_not:
            said.append(saying(marked("{name} 演练恢复失败：{why}。"), name=self.drill.name, why=self.drill.why_not))
        elif self.drill is not None and now - datetime.fromisoformat(self.drill.at) > UNTRIED:
            days = (now - datetime.fromisoformat(self.drill.at)).days
            said.append(saying(marked("上一次演练恢复是 {days} 天前。"), days=days))
        return said


def note_backup(store: Store, name: str, now: datetime) -> None:
    """Note that a backup was made, wherever it lies."""
    store.organisation.set(_MADE, json.dumps({"name": name, "at": now.isoformat(timespec="seconds")}))


def backup_standing(store: Store) -> BackupStanding:
    """By what was noted, and by what lies beside the database."""
    made, drill = (store.organisation.setting(name) for name in (_MADE, _DRILL))
    moments = [each.at for each in Shelf(store.path).all() if not each.before]
    if made is not None:
        moments.append(datetime.fromisoformat(json.loads(made)["at"]))
    return BackupStanding(max(moments, default=None), Drill(**json.loads(drill)) if drill else None)


def newest_backup(database: Path, folder: Path | None) -> Path | None:
    """The newest encrypted one in a folder, or the newest that lies beside the database; None without any."""
    if folder is not None:
        return next(iter(encrypted_backups(folder)), None)
    shelf = Shelf(database)
    return next((shelf.place(each.name) for each in shelf.all() if not each.before), None)


def tried_to_restore(
    backup: Path, secret_file: Path, now: datetime, keys: Sequence[pyrage.x25519.Identity] = ()
) -> Drill:  # fmt: skip
    """Bring a backup back in a room of its own, all the way; the installation itself is not touched."""
    try:
        with ExitStack() as stack:
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xinsheng-drill-")))
            plain = stack.enter_context(opened(backup, keys, room)) if is_encrypted(backup) else backup
            return _restored(plain, backup.name, room / "drilled" / "drill.db", secret_file, now)
    except (UnfitBackup, OSError, StorageError) as error:
        return Drill(backup.name, now.isoformat(timespec="seconds"), str(error))


def _restored(plain: Path, name: str, place: Path, secret_file: Path, now: datetime) -> Drill:
    sealed = check_backup(plain)
    place.parent.mkdir()
    key = secret_file.read_bytes() if secret_file.exists() else None
    try:
        restore(plain, place, now, key=key)
        own_key = True
    except UnfitBackup:
        restore(plain, place, now, without_key=True)
        own_key = False
    store = Store(place)
    try:
        answers = sum(store.responses.amount(each.code) for each in store.surveys.all(archived=True))
        files = sum(1 for each in (place.parent / "uploads").glob("??/*"))
    finally:
        store.close()
    return Drill(name, now.isoformat(timespec="seconds"), "", answers, files, sealed, own_key)


def note_drill(store: Store, drill: Drill, *, by: str) -> None:
    """Keep what came of it, for the overview and the audit."""
    store.organisation.set(_DRILL, json.dumps(asdict(drill)))
    store.accounts.record(by, "drill", "database", f"{drill.name} {'failed' if drill.why_not else 'ok'}")
