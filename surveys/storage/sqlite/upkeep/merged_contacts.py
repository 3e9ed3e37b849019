"""Two files made one: what hangs on the one that goes moves to the one that stays. It can be undone for 90 days.

Answers to anonymous surveys hang on nobody; of who was invited to them the invitation moves, which says no more than
it did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.people.contact import Contact
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.merged_contacts import CantBeParted, MergedContacts
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.contacts import contact_of, content, file_row
from surveys.storage.sqlite.upkeep.wishes_of_people import carry_on, leave_alone, wishes_in_files

UNDONE_FOR = timedelta(days=90)  # what stood in a file that is gone is not kept longer
_HANGING = {"responses": "id", "set_apart": "id", "invitations": "id", "calls": "id", "tasks": "id"}


class MergedContactTable:
    """Merges, and what is kept of them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def merge(self, result: Contact, kept: Contact, gone: Contact, *, by: str, now: datetime) -> None:
        """Make *gone* a part of *kept*, which becomes *result*; raises ChangedMeanwhile where one isn't as given."""
        with self._connections.writing() as db:
            files = {each.id: _file(db, each) for each in (kept, gone)}
            _settle_twins(db, kept.id, gone.id)
            moved = {table: _move(db, table, gone.id, kept.id) for table in _HANGING}
            _rename_subjects(db, gone.id, kept.id)
            db.execute("UPDATE merged_contacts SET kept = :kept WHERE kept = :gone", _ends(kept.id, gone.id))
            db.execute("DELETE FROM contacts WHERE id = :gone", {"gone": gone.id})
            moment = now.astimezone(UTC).isoformat(timespec="seconds")
            before = wishes_in_files(db, [kept.id])
            columns = {name: value for name, value in file_row(result).items() if name != "id"}
            db.table("contacts").update(kept.id, columns | {"updated_at": moment})
            if result.opted_out_at is not None:
                leave_alone(db, kept.id, result.opted_out_at.isoformat(timespec="seconds"))
            carry_on(db, [kept.id], before, moment)
            row = {
                "gone": gone.id, "kept": kept.id, "customer_number": gone.customer_number, "at": moment,
                "merged_by": by, "before": json.dumps({"files": files, "moved": moved}, ensure_ascii=False),
            }  # fmt: skip
            db.table("merged_contacts").insert(row)
            forget_old(db, now)
            times = ", ".join(f"{len(ids)} {table}" for table, ids in moved.items() if ids)
            write_audit(db, by, "merge contacts", kept.id, f"{gone.id}; {times or 'nothing hung on it'}")

    def all(self) -> list[MergedContacts]:
        """The merges that can be undone, the newest first."""
        query = "SELECT gone, kept, at, merged_by FROM merged_contacts WHERE before <> '{}' ORDER BY at DESC, gone"
        with self._connections.reading() as db:
            rows = db.execute(query).fetchall()
        return [MergedContacts(gone, kept, datetime.fromisoformat(at), by) for gone, kept, at, by in rows]

    def part(self, gone: str, *, by: str) -> None:
        """Undo a merge: the file comes back with what had hung on it; raises CantBeParted.

        Wishes stay as they are: what a person does not want is not forgotten because files were confused.
        """
        with self._connections.writing() as db:
            row = next(db.query("SELECT * FROM merged_contacts WHERE gone = :gone", {"gone": gone}), None)
            before = json.loads(row["before"]) if row else {}
            if row is None or not before:
                raise CantBeParted(gone)
            _bring_back(db, before["files"], row["kept"], gone)
            for table, ids in before["moved"].items():
                _give_back(db, table, ids, row["kept"], gone)
            db.execute("DELETE FROM merged_contacts WHERE gone = :gone", {"gone": gone})
            write_audit(db, by, "part contacts", row["kept"], gone)


def forget_old(db: Database, now: datetime) -> None:
    """Of merges of long ago only the number that leads to the file is kept."""
    limit = (now - UNDONE_FOR).astimezone(UTC).isoformat(timespec="seconds")
    db.execute("UPDATE merged_contacts SET before = '{}' WHERE at < :limit", {"limit": limit})


def _ends(kept: str, gone: str) -> dict[str, str]:
    return {"kept": kept, "gone": gone}


def _file(db: Database, seen: Contact) -> dict[str, Any]:
    row = next(db.query("SELECT * FROM contacts WHERE id = :id", {"id": seen.id}), None)
    if row is None or content(contact_of(row)) != content(seen):
        raise ChangedMeanwhile(seen.id)
    return row


def _settle_twins(db: Database, kept: str, gone: str) -> None:
    """Both were asked by one campaign, or stand in one queue of calls: one of the two is enough, an answered one stays.

    What has been answered twice stays answered twice; the second invitation is told apart by its event.
    """
    ends = _ends(kept, gone)
    for finished, other in ((kept, gone), (gone, kept)):
        db.execute(_REVOKE_TWIN, {"finished": finished, "other": other})
    db.execute(_REVOKE_SECOND, ends)
    db.execute(_TELL_APART, ends)
    for done, other in ((kept, gone), (gone, kept)):
        db.execute(_DROP_TWIN_CALL, {"done": done, "other": other})
    db.execute(_DROP_SECOND_CALL, ends)


def _move(db: Database, table: str, gone: str, kept: str) -> list[str]:
    found = db.execute(f"SELECT id FROM {table} WHERE contact = :gone ORDER BY id", {"gone": gone}).fetchall()  # noqa: S608
    db.execute(f"UPDATE {table} SET contact = :kept WHERE contact = :gone", _ends(kept, gone))  # noqa: S608
    return [each for (each,) in found]


def _rename_subjects(db: Database, gone: str, kept: str) -> None:
    db.execute(_SUBJECTS, _ends(kept, gone))


def _bring_back(db: Database, files: dict[str, dict[str, Any]], kept: str, gone: str) -> None:
    """The file that was gone as it stood; the one that stayed as it stood, but for wishes."""
    wishes = ("opted_out_at", "only_channel")
    now = next(db.query("SELECT opted_out_at, only_channel FROM contacts WHERE id = :id", {"id": kept}), None)
    if now is None or kept not in files:
        raise CantBeParted(gone)
    columns = {name: value for name, value in files[kept].items() if name not in ("id", "tier", *wishes)}
    db.table("contacts").update(kept, columns)
    db.table("contacts").insert(files[gone] | now)


def _give_back(db: Database, table: str, ids: Sequence[str], kept: str, gone: str) -> None:
    values = _ends(kept, gone) | {"ids": json.dumps(list(ids))}
    db.execute(
        f"UPDATE {table} SET contact = :gone WHERE contact = :kept AND id IN (SELECT value FROM json_each(:ids))",  # noqa: S608
        values,
    )


_TWIN = "mine.campaign = other.campaign AND mine.event IS NULL AND other.event IS NULL"
_REVOKE_TWIN = f"""
UPDATE invitations SET revoked = 1 WHERE finished = 0 AND id IN (
    SELECT other.id FROM invitations AS mine JOIN invitations AS other ON {_TWIN}
    WHERE mine.contact = :finished AND mine.finished = 1 AND other.contact = :other)"""  # noqa: S608
_REVOKE_SECOND = f"""
UPDATE invitations SET revoked = 1 WHERE finished = 0 AND id IN (
    SELECT other.id FROM invitations AS mine JOIN invitations AS other ON {_TWIN}
    WHERE mine.contact = :kept AND mine.finished = 0 AND other.contact = :gone AND other.finished = 0)"""  # noqa: S608
_TELL_APART = f"""
UPDATE invitations SET event = 'merged ' || id WHERE id IN (
    SELECT other.id FROM invitations AS mine JOIN invitations AS other ON {_TWIN}
    WHERE mine.contact = :kept AND other.contact = :gone)"""  # noqa: S608
_DROP_TWIN_CALL = """
DELETE FROM calls WHERE contact = :other AND state <> 'done'
  AND queue IN (SELECT queue FROM calls WHERE contact = :done AND state = 'done')"""
_DROP_SECOND_CALL = """
DELETE FROM calls WHERE contact = :gone AND queue IN (SELECT queue FROM calls WHERE contact = :kept)"""
_SUBJECTS = """
UPDATE subjects SET attributes = replace(attributes, '"' || :gone || '"', '"' || :kept || '"')
WHERE attributes LIKE '%"' || :gone || '"%'"""
