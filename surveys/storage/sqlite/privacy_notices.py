"""The privacy notices of the organisation and its surveys: every version stays, for the answers that name it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.fieldwork.privacy_notices import EVERYWHERE, LONGEST_NOTICE, NoticeTooLong, PrivacyNotice
from surveys.localisation.wording import Text
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class PrivacyNoticeTable:
    """One row for each version."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def versions(self, survey: str = EVERYWHERE) -> list[PrivacyNotice]:
        """Those of a survey, or of the organisation, newest first."""
        with self._connections.reading() as db:
            return [_notice(row) for row in db.query(f"{_SELECT} WHERE survey = :survey {_NEWEST}", {"survey": survey})]

    def get(self, survey: str, number: int) -> PrivacyNotice | None:
        """One version, of whatever age."""
        query = f"{_SELECT} WHERE survey = :survey AND number = :number"
        with self._connections.reading() as db:
            row = next(db.query(query, {"survey": survey, "number": number}), None)
        return _notice(row) if row else None

    def given(self, survey: str, at: datetime) -> PrivacyNotice | None:
        """What a form of this survey given out at this moment shows: its own notice, else the organisation's."""
        with self._connections.reading() as db:
            found = (_at(db, each, at) for each in (survey, EVERYWHERE))
            return next((each for each in found if each is not None and each.text is not None), None)

    def set(
        self, survey: str, text: Text | None, *, by: str, now: datetime, seen: PrivacyNotice | Unread | None = ANY
    ) -> PrivacyNotice | None:  # fmt: skip
        """Begin a new version; None ends the notice. The newest one stays where it says the same.

        It holds from the next full second on, because forms know no finer when they were given out.

        Raises NoticeTooLong, and ChangedMeanwhile where the newest is no longer what was *seen*.
        """
        if text is not None and max(map(len, text.root.values())) > LONGEST_NOTICE:
            raise NoticeTooLong(survey)
        with self._connections.writing() as db:
            newest = _newest(db, survey)
            assert_as_seen(seen, newest)
            if (newest.text if newest else None) == text:
                return newest
            made = PrivacyNotice(survey, newest.number + 1 if newest else 1, text, _next_second(now), by)
            db.table("privacy_notices").insert(_row(made))
            write_audit(db, by, "set privacy notice" if text else "end privacy notice", survey, made.name)
        return made


def _newest(db: Database, survey: str) -> PrivacyNotice | None:
    row = next(db.query(f"{_SELECT} WHERE survey = :survey {_NEWEST} LIMIT 1", {"survey": survey}), None)
    return _notice(row) if row else None


def _at(db: Database, survey: str, at: datetime) -> PrivacyNotice | None:
    """The newest version of a moment."""
    query = f"{_SELECT} WHERE survey = :survey AND since <= :at {_NEWEST} LIMIT 1"
    row = next(db.query(query, {"survey": survey, "at": at.astimezone(UTC).isoformat(timespec="seconds")}), None)
    return _notice(row) if row else None


def _next_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)


def _row(notice: PrivacyNotice) -> dict[str, Any]:
    text = json.dumps(notice.text.root, ensure_ascii=False) if notice.text else None
    since = notice.since.isoformat(timespec="seconds")
    return {"survey": notice.survey, "number": notice.number, "text": text, "since": since, "set_by": notice.by}


def _notice(row: dict[str, Any]) -> PrivacyNotice:
    text = Text(json.loads(row["text"])) if row["text"] else None
    return PrivacyNotice(row["survey"], row["number"], text, datetime.fromisoformat(row["since"]), row["set_by"])


_SELECT = "SELECT survey, number, text, since, set_by FROM privacy_notices"
_NEWEST = "ORDER BY number DESC"
