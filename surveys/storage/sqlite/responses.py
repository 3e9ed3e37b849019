"""Responses and the counts beside them: the store's side of the intake protocol."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from surveys.fieldwork.availability import GRACE
from surveys.intake.open_form import OpenForm
from surveys.intake.submission import Event, Outcome, StoredResponse, Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.responses import ALL, ResponseSearch
from surveys.storage.sqlite.answers.acceptance import accept, is_anonymous, to_be_tallied
from surveys.storage.sqlite.answers.holding import asked, count_change, settle_answers, settle_due
from surveys.storage.sqlite.answers.open_forms import open_form
from surveys.storage.sqlite.answers.response_rows import stored
from surveys.storage.sqlite.answers.set_apart import delete_apart
from surveys.storage.sqlite.answers.taken_consent import take_consent_back
from surveys.storage.sqlite.answers.tallies import add_tallies, tally
from surveys.storage.sqlite.answers.trials import on_trial
from surveys.storage.sqlite.answers.withdrawn import note_withdrawn
from surveys.storage.sqlite.connection import Connections, RememberedRead
from surveys.storage.sqlite.fieldwork.tasks import reopen
from surveys.storage.sqlite.imports import note_answers
from surveys.storage.sqlite.uploads import take_files


class ResponseTable:
    """Implements `surveys.intake.protocols.Intake` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._forms = RememberedRead(connections, open_form)

    def open_form(
        self, survey: str, version: int | None = None, *, now: datetime | None = None, given: datetime | None = None,
        grace: timedelta = GRACE,
    ) -> OpenForm | None:  # fmt: skip
        form = self._forms.get((survey, version))
        return form if form is not None and form.opening.takes(now or utc_now(), given, grace) else None

    def append(self, submissions: Sequence[Submission]) -> list[Outcome]:
        with self._connections.writing() as db:
            today = local_day(utc_now())
            moved = settle_answers(db, today)
            outcomes = accept(db, submissions, held_on=today, moved=moved)
            tally(db, *to_be_tallied(db, submissions, outcomes))
            apart = any(
                each.invitation or each.participation or each.task or is_anonymous(db, each) for each in submissions
            )
        self._connections.renew_files(moved)
        if apart:
            self._connections.empty_log()
        return outcomes

    def settle(self, today: date) -> bool:
        """Move anonymous answers of days that are over to where analysis finds them; True when there were any."""
        return settle_due(self._connections, today)

    def withdraw(self, survey: str, response: str, day: date) -> bool:
        with self._connections.writing() as db:
            kept = db.conn.execute(_VERSION, [survey, response]).fetchone()
            note_withdrawn(db, asked(db, survey, kept[0]) if kept else None, response, day)
            there = db.execute(_KEPT_HERE, [survey, response] * 2).fetchone()
            files = take_files(db, [response]) if there else []
            apart = delete_apart(db, survey, response)  # counted as gone already
            gone = [
                row for table in ("responses", "held_responses")
                for row in db.conn.execute(_WITHDRAW.format(table=table), [survey, response]).fetchall()
            ]  # fmt: skip
            db.conn.execute("UPDATE cases SET response = NULL WHERE response = ?", [response])
            for touchpoint, task in gone:
                count_change(db, survey)
                if task is not None:
                    reopen(db, task)
                add_tallies(db, [(survey, day.isoformat(), touchpoint or "", Event.WITHDRAWN.value, 1)])
        self._connections.remove_files(files)
        self._connections.empty_log()
        return bool(gone) or apart

    def withdraw_consent(self, survey: str, response: str) -> bool:
        with self._connections.writing() as db:
            files = take_consent_back(db, survey, response)
        self._connections.remove_files(files or [])
        self._connections.empty_log()
        return files is not None

    def count(self, survey: str, day: date, touchpoint: str, event: Event, times: int) -> None:
        with self._connections.writing() as db:
            add_tallies(db, [(survey, day.isoformat(), touchpoint, event.value, times)])

    def count_all(self, survey: str, counts: Iterable[tuple[date, str, Event, int]]) -> None:
        """Add many tallies of (day, touchpoint, event, times) in one transaction."""
        with self._connections.writing() as db:
            add_tallies(
                db, [(survey, day.isoformat(), place, event.value, times) for day, place, event, times in counts]
            )

    def bring_in(self, submissions: Sequence[Submission], *, batch: str | None = None) -> list[Outcome]:
        """Keep answers given elsewhere, in one transaction; counted apart, for no form was opened for them here.

        *batch* names the import that they came with.
        """
        with self._connections.writing_much() as db:
            outcomes = accept(db, submissions)
            kept = [
                each for each, outcome in zip(submissions, outcomes, strict=True)
                if outcome is Outcome.ACCEPTED and not on_trial(db, each.survey)
            ]  # fmt: skip
            tally(db, kept, [Event.BROUGHT_IN] * len(kept))
            if batch is not None:
                note_answers(db, batch, sorted(each.id for each in kept))
        return outcomes

    def responses(self, survey: str, chunk: int = 2000) -> Iterator[list[StoredResponse]]:
        last = ""
        while found := self.page(survey, last, chunk):
            last = found[-1].id
            yield found

    def page(self, survey: str, after: str, limit: int) -> list[StoredResponse]:
        """The next responses by their ids, which come behind this one."""
        with self._connections.reading() as db:
            return [stored(row) for row in db.query(PAGE, [survey, after, limit])]

    def arrived(
        self, survey: str, after: int, limit: int, wanted: ResponseSearch = ALL
    ) -> list[tuple[int, StoredResponse]]:  # fmt: skip
        """Named answers in the order in which they came, each with its number, behind the number *after*."""
        values = vars(wanted) | {"survey": survey, "after": after, "limit": limit}
        values |= {name: None if values[name] is None else values[name].isoformat() for name in ("first", "last")}
        values |= {name: json.dumps(dict(values[name])) for name in ("facts", "chosen")}
        values["departments"] = None if wanted.departments is None else json.dumps(list(wanted.departments))
        with self._connections.reading() as db:
            return [(row.pop("number"), stored(row)) for row in db.query(_ARRIVED, values)]

    def get(self, response: str) -> StoredResponse | None:
        """One response by its id."""
        with self._connections.reading() as db:
            row = next(db.query("SELECT * FROM kept_responses WHERE id = ?", [response]), None)
        return stored(row) if row else None

    def of_contact(self, survey: str, contact: str) -> list[StoredResponse]:
        """What an invited person has answered, the oldest first; an anonymous survey keeps no contact."""
        with self._connections.reading() as db:
            return [stored(row) for row in db.query(_OF_CONTACT, {"survey": survey, "contact": contact})]

    def has(self, survey: str, response: str) -> bool:
        """Whether this response is kept."""
        with self._connections.reading() as db:
            return db.execute(_KEPT_HERE, [survey, response] * 2).fetchone() is not None

    def amount(self, survey: str) -> int:
        """How many responses a survey has."""
        with self._connections.reading() as db:
            return sum(int(db.execute(query, [survey]).fetchone()[0]) for query in _AMOUNTS)

    def newest(
        self, survey: str, limit: int, departments: Sequence[str] | None = None, *, suspicious: bool = False
    ) -> list[StoredResponse]:  # fmt: skip
        """The latest responses first, of these departments only where they are given, or only the suspicious ones."""
        values = {
            "survey": survey, "limit": limit, "departments": json.dumps(departments), "suspicious": suspicious
        }  # fmt: skip
        with self._connections.reading() as db:
            return [stored(row) for row in db.query(_NEWEST, values)]

    def stamp(self, survey: str) -> str:
        """Another one whenever a response, finding, correction or version of this survey has changed, for whatever
        reason. A look costs microseconds.
        """
        with self._connections.reading() as db:
            return "·".join(str(number) for (number,) in db.execute(_STAMP, [survey]))

    def answered_subjects(self, survey: str, account: int, round_code: str) -> set[str]:
        query = "SELECT subject FROM participations WHERE survey = ? AND round = ? AND account = ? AND taken = 1"
        with self._connections.reading() as db:
            return {row["subject"] for row in db.query(query, [survey, round_code, account])}

    def kept(self, survey: str) -> list[dict[str, Any]]:
        """Rows of day, touchpoint, channel, times: what is there, for the counts to be held against."""
        with self._connections.reading() as db:
            return list(db.query(_KEPT, [survey]))

    def tallies(self, survey: str) -> list[dict[str, Any]]:
        """Rows of day, touchpoint, event, times."""
        with self._connections.reading() as db:
            return list(db.query(_TALLIES, [survey]))

    def unplaced(self, survey: str) -> list[dict[str, Any]]:
        """Rows of said, times, last (an ISO day): what links called a touchpoint that is none, most used first."""
        with self._connections.reading() as db:
            return list(db.query(_UNPLACED, [survey]))


_NEWEST = """
SELECT * FROM kept_responses
WHERE survey = :survey AND (:departments = 'null' OR department IN (SELECT value FROM json_each(:departments)))
  AND (NOT :suspicious OR flags IS NOT NULL)
ORDER BY received_on DESC, received_at DESC LIMIT :limit"""

_TALLIES = "SELECT day, touchpoint, event, times FROM tallies WHERE survey = ? AND event <> 'unplaced'"
_UNPLACED = """
SELECT touchpoint AS said, sum(times) AS times, max(day) AS last FROM tallies WHERE survey = ? AND event = 'unplaced'
GROUP BY touchpoint ORDER BY times DESC, said"""

# The number of the whole database first: a restored one may have come as far as the one before it had.
_STAMP = "SELECT number FROM revisions WHERE survey IN ('', ?) ORDER BY survey"

# Where only the day is known, its beginning here stands for the moment.
_MOMENT = "coalesce(unixepoch(received_at), day_begins(received_on))"
_ARRIVED = f"""
SELECT responses.*, arrivals.number FROM arrivals JOIN responses ON responses.id = arrivals.response
WHERE arrivals.survey = :survey AND arrivals.number > :after
  AND (:since IS NULL OR {_MOMENT} >= unixepoch(:since)) AND (:until IS NULL OR {_MOMENT} < unixepoch(:until))
  AND (:touchpoint IS NULL OR touchpoint = :touchpoint) AND (:department IS NULL OR department = :department)
  AND (:business_type IS NULL OR business_type = :business_type) AND (:channel IS NULL OR channel = :channel)
  AND (:district IS NULL OR district = :district) AND (:subject IS NULL OR subject = :subject)
  AND (:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
  AND (:round IS NULL OR round = :round OR round IS NULL AND received_on BETWEEN :first AND :last)
  AND NOT EXISTS (SELECT 1 FROM json_each(:facts) AS wanted
    WHERE coalesce(json_extract(context, '$.' || wanted.key), '') <> wanted.value)
  AND NOT EXISTS (SELECT 1 FROM json_each(:chosen) AS wanted
    WHERE NOT EXISTS (SELECT 1 FROM json_tree(answers, '$.' || wanted.key) AS given
      WHERE coalesce(given.key, '') <> 'other' AND CAST(given.atom AS text) = wanted.value))
ORDER BY arrivals.number LIMIT :limit"""  # noqa: S608  put together of what stands here

PAGE = "SELECT * FROM kept_responses WHERE survey = ? AND id > ? ORDER BY id LIMIT ?"

_OF_CONTACT = """
SELECT * FROM kept_responses WHERE survey = :survey AND contact = :contact ORDER BY received_on, received_at, id"""

_KEPT_HERE = """
SELECT 1 FROM kept_responses WHERE survey = ? AND id = ?
UNION ALL SELECT 1 FROM set_apart WHERE survey = ? AND id = ?"""

_VERSION = "SELECT version FROM kept_responses WHERE survey = ? AND id = ?"

_WITHDRAW = "DELETE FROM {table} WHERE survey = ? AND id = ? RETURNING touchpoint, task"

_KEPT = """
SELECT received_on AS day, coalesce(touchpoint, '') AS touchpoint, channel, count(*) AS times
FROM (SELECT received_on, touchpoint, channel FROM responses WHERE survey = ?1
      UNION ALL SELECT received_on, touchpoint, channel FROM held_responses WHERE survey = ?1) GROUP BY 1, 2, 3"""

_AMOUNTS = [f"SELECT count(*) FROM {table} WHERE survey = ?" for table in ("responses", "held_responses")]  # noqa: S608
