"""Responses and the counts beside them: the store's side of the intake protocol."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from surveys.definition.round_rules import OF_CUSTOMERS
from surveys.fieldwork.availability import GRACE, Opening
from surveys.fieldwork.protection import Protection
from surveys.fieldwork.rounds import calendar_round
from surveys.fieldwork.tablets import PER_MINUTE
from surveys.intake.open_form import OpenForm
from surveys.intake.submission import Event, Outcome, StoredResponse, Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.responses import ALL, ResponseSearch
from surveys.storage.sqlite.answers.contact_wishes import without_wish
from surveys.storage.sqlite.answers.holding import asked, count_change, hold_answers, settle_answers, settle_due
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.answers.open_comments import note_comments
from surveys.storage.sqlite.answers.set_apart import delete_apart, known_apart
from surveys.storage.sqlite.answers.taken_consent import take_consent_back
from surveys.storage.sqlite.answers.taking_part import note_device, take_part
from surveys.storage.sqlite.answers.trials import keep_trial, on_trial
from surveys.storage.sqlite.answers.withdrawn import note_withdrawn
from surveys.storage.sqlite.calls import complete, still_held
from surveys.storage.sqlite.connection import Connections, RememberedRead
from surveys.storage.sqlite.fieldwork.kept_rounds import rounds_of, rule_in
from surveys.storage.sqlite.fieldwork.tasks import reopen, take_up
from surveys.storage.sqlite.imports import note_answers
from surveys.storage.sqlite.invitations import is_finished, use_up
from surveys.storage.sqlite.quotas import has_room, take_places
from surveys.storage.sqlite.surveys import opening_of, parse_stored
from surveys.storage.sqlite.uploads import take_files


class ResponseTable:
    """Implements `surveys.intake.protocols.Intake` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._forms = RememberedRead(connections, _open_form)

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
            outcomes = _insert(db, submissions, held_on=today, moved=moved)
            _tally(db, *_to_be_tallied(db, submissions, outcomes))
            apart = any(
                each.invitation or each.participation or each.task or _is_anonymous(db, each) for each in submissions
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
                _add(db, [(survey, day.isoformat(), touchpoint or "", Event.WITHDRAWN.value, 1)])
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
            _add(db, [(survey, day.isoformat(), touchpoint, event.value, times)])

    def count_all(self, survey: str, counts: Iterable[tuple[date, str, Event, int]]) -> None:
        """Add many tallies of (day, touchpoint, event, times) in one transaction."""
        with self._connections.writing() as db:
            _add(db, [(survey, day.isoformat(), place, event.value, times) for day, place, event, times in counts])

    def bring_in(self, submissions: Sequence[Submission], *, batch: str | None = None) -> list[Outcome]:
        """Keep answers given elsewhere, in one transaction; counted apart, for no form was opened for them here.

        *batch* names the import that they came with.
        """
        with self._connections.writing_much() as db:
            outcomes = _insert(db, submissions)
            kept = [
                each for each, outcome in zip(submissions, outcomes, strict=True)
                if outcome is Outcome.ACCEPTED and not on_trial(db, each.survey)
            ]  # fmt: skip
            _tally(db, kept, [Event.BROUGHT_IN] * len(kept))
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
        with self._connections.reading() as db:
            return [(row.pop("number"), stored(row)) for row in db.query(_ARRIVED, values)]

    def get(self, response: str) -> StoredResponse | None:
        """One response by its id."""
        with self._connections.reading() as db:
            row = next(db.query("SELECT * FROM kept_responses WHERE id = ?", [response]), None)
        return stored(row) if row else None

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
ORDER BY arrivals.number LIMIT :limit"""  # noqa: S608  put together of what stands here

PAGE = "SELECT * FROM kept_responses WHERE survey = ? AND id > ? ORDER BY id LIMIT ?"

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

_OPEN_FORM = """
SELECT survey_versions.definition, survey_versions.number, surveys.department, puzzle, once_per_device,
  kiosk_per_minute, surveys.trial = 0 AND EXISTS (SELECT 1 FROM prizes WHERE survey = :survey),
  surveys.trial, closed_at, archived_at, opens_at, closes_at,
  surveys.rounds
FROM surveys LEFT JOIN protections ON protections.survey = surveys.code JOIN survey_versions
  ON survey_versions.survey = surveys.code AND survey_versions.number = coalesce(:version, live_version)
WHERE surveys.code = :survey AND live_version IS NOT NULL AND published_at IS NOT NULL"""

_KNOWN = """
SELECT id FROM responses WHERE id IN (SELECT value FROM json_each(?1))
UNION ALL SELECT id FROM held_responses WHERE id IN (SELECT value FROM json_each(?1))"""

_INSERT = """
INSERT INTO responses
    (id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district, business_type,
     channel, seed, contact, flags, context, round, subject, task, notice)
VALUES """
_ROW = f"({', '.join('?' * 20)})"
_ROWS_AT_ONCE = 1000  # SQLite takes 32,766 values in one statement

_COUNT = """
INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET times = times + excluded.times"""


def _open_form(db: Database, wanted: tuple[str, int | None]) -> OpenForm | None:
    survey, version = wanted
    row = db.execute(_OPEN_FORM, {"survey": survey, "version": version}).fetchone()
    if row is None:
        return None
    closed_at, archived_at, opens_at, closes_at, rule = row[8:]
    rounds = rounds_of(db, survey, rule_in(rule, parse_stored(row[0]).round_rule))
    return _form(*row[:8], opening_of(True, closed_at, archived_at, opens_at, closes_at, rounds))


@lru_cache(maxsize=256)
def _form(
    definition: str, number: int, department: str | None, puzzle: int, once: int, by_tablets: int | None, prize: int,
    trial: int, opening: Opening,
) -> OpenForm:  # fmt: skip
    """One form for all who open it, so that what it works out about its survey it works out once."""
    protection = Protection(bool(puzzle), bool(once), PER_MINUTE if by_tablets is None else by_tablets)
    return OpenForm(parse_stored(definition), number, department, protection, bool(prize), opening, bool(trial))


def _tally(db: Database, submissions: Sequence[Submission], events: Sequence[Event]) -> None:
    counts = Counter(
        (each.survey, each.received_on.isoformat(), each.touchpoint or "", event.value)
        for each, event in zip(submissions, events, strict=True)
    )
    _add(db, [(*key, times) for key, times in counts.items()])


def _add(db: Database, counts: Sequence[tuple[str, str, str, str, int]]) -> None:
    """Add to tallies; those of a day are written anew by key when there is a new one, or they told what came first."""
    there = "SELECT 1 FROM tallies WHERE survey = ? AND day = ? AND touchpoint = ? AND event = ?"
    new = {(key[0], key[1]) for *key, _ in counts if not db.conn.execute(there, key).fetchone()}
    db.conn.executemany(_COUNT, counts)
    for survey, day in sorted(new):
        rewrite(db, "tallies", "survey = ? AND day = ?", [survey, day])


_TALLIED = {
    Outcome.ACCEPTED: Event.ACCEPTED,
    Outcome.DUPLICATE: Event.DUPLICATE,
    Outcome.ALREADY_ANSWERED: Event.DUPLICATE,
    Outcome.LINK_ENDED: Event.LINK_ENDED,
    Outcome.CALL_ENDED: Event.LINK_ENDED,
    Outcome.QUOTA_FULL: Event.QUOTA_FULL,
}


def _insert(
    db: Database, submissions: Sequence[Submission], held_on: date | None = None, moved: list[str] | None = None
) -> list[Outcome]:  # fmt: skip
    """Keep these; one outcome each, in order. Few statements, because after each of them a busy process may wait.

    Anonymous ones that came one by one are held back from this day on; files of those that were held and move on now
    are added to *moved*.
    """
    known = {row[0] for row in db.conn.execute(_KNOWN, [json.dumps([each.id for each in submissions])])}
    known |= known_apart(db, [each.id for each in submissions])
    outcomes, accepted = list[Outcome](), list[Submission]()
    trials = {survey for survey in {each.survey for each in submissions} if on_trial(db, survey)}
    for submission in submissions:
        if submission.trial or submission.survey in trials:
            outcomes.append(_tried(db, submission, known))
            continue
        outcome = Outcome.DUPLICATE if submission.id in known else _refused(db, submission) or Outcome.ACCEPTED
        if outcome is Outcome.ACCEPTED:
            take_places(db, submission.quotas)
            if submission.call is not None:
                complete(db, *submission.call, submission.received_on)
            known.add(submission.id)
            accepted.append(_kept_of(db, submission, held_on or submission.received_on))
        outcomes.append(outcome)
    held = [each for each in accepted if held_on and _is_anonymous(db, each)]
    if held_on:
        gone_on = hold_answers(db, [_row(each) for each in held], {each.id: each.files for each in held}, held_on)
        if moved is not None:
            moved += gone_on
    apart = {each.id for each in held}
    _keep(db, [each for each in accepted if each.id not in apart], imported=not held_on)
    return outcomes


def _tried(db: Database, submission: Submission, known: set[str]) -> Outcome:
    """Of a survey on trial nothing is used up: no link, no place, no task, and nobody has answered by it."""
    if submission.id in known:
        return Outcome.DUPLICATE
    known.add(submission.id)
    keep_trial(db, submission, _row(submission))
    return Outcome.ACCEPTED


def _to_be_tallied(
    db: Database, submissions: Sequence[Submission], outcomes: Sequence[Outcome]
) -> tuple[list[Submission], list[Event]]:
    """What is counted as events: nothing of surveys on trial."""
    trials = {survey for survey in {each.survey for each in submissions} if on_trial(db, survey)}
    pairs = [
        (each, _TALLIED[outcome]) for each, outcome in zip(submissions, outcomes, strict=True)
        if not each.trial and each.survey not in trials
    ]  # fmt: skip
    return [each for each, _ in pairs], [event for _, event in pairs]


def _kept_of(db: Database, submission: Submission, day: date) -> Submission:
    """What is kept of an answer: of an anonymous one not which task it fulfilled, nor how to reach who gave it."""
    if not _is_anonymous(db, submission):
        return submission
    survey = asked(db, submission.survey, submission.version)
    apart = without_wish(db, submission, survey, day) if survey else submission
    return replace(apart, task=None) if apart.task is not None else apart


def _is_anonymous(db: Database, submission: Submission) -> bool:
    survey = asked(db, submission.survey, submission.version)
    return survey is None or survey.anonymous


def _refused(db: Database, submission: Submission) -> Outcome | None:
    """Why a new answer is not kept. Quotas are looked at first: an answer over them must use nothing up."""
    if not has_room(db, submission.quotas):
        return Outcome.QUOTA_FULL
    if submission.call is not None and not still_held(db, *submission.call):
        return Outcome.CALL_ENDED
    if submission.invitation is not None and not use_up(db, submission.invitation):
        return Outcome.ALREADY_ANSWERED if is_finished(db, submission.invitation) else Outcome.LINK_ENDED
    if submission.participation is not None and not take_part(
        db, submission.survey, _counted_once_in(db, submission), *submission.participation
    ):
        return Outcome.ALREADY_ANSWERED
    if submission.task is not None and (over := take_up(db, submission.task)) is not None:
        return over
    if submission.device is not None and not note_device(db, submission.survey, submission.device):
        return Outcome.ALREADY_ANSWERED
    return None


def _counted_once_in(db: Database, submission: Submission) -> str:
    """The round in which one person's second answer doesn't count."""
    if submission.round is not None:
        return submission.round
    kept = db.conn.execute("SELECT rounds FROM surveys WHERE code = ?", [submission.survey]).fetchone()
    survey = asked(db, submission.survey, submission.version)
    usual = survey.round_rule if survey else OF_CUSTOMERS
    return calendar_round(rule_in(kept[0] if kept else None, usual), submission.received_on).code


def _keep(db: Database, submissions: Sequence[Submission], *, imported: bool) -> None:
    """By key: pages that lie together are written together."""
    ordered = sorted(submissions, key=lambda each: each.id)
    for start in range(0, len(ordered), _ROWS_AT_ONCE):
        chunk = ordered[start : start + _ROWS_AT_ONCE]
        values = [value for submission in chunk for value in _row(submission).values()]
        db.conn.execute(_INSERT + ", ".join([_ROW] * len(chunk)), values)
    owned = [(each.id, key) for each in ordered for key in each.files]
    db.conn.executemany("UPDATE uploads SET response = ? WHERE key = ?", owned)
    for survey, version in sorted({(each.survey, each.version) for each in submissions}):
        if definition := asked(db, survey, version):
            of_it = [each for each in submissions if (each.survey, each.version) == (survey, version)]
            in_order = [each for each in ordered if (each.survey, each.version) == (survey, version)]
            note_comments(db, survey, definition, [(each.id, each.answers) for each in in_order])
            if not definition.anonymous:
                _note_arrivals(db, of_it, imported=imported)


def _note_arrivals(db: Database, submissions: Sequence[Submission], *, imported: bool) -> None:
    """In which order answers came; of an anonymous survey that is kept nowhere."""
    rows = [(each.survey, each.id, imported) for each in submissions]
    db.conn.executemany("INSERT INTO arrivals (survey, response, imported) VALUES (?, ?, ?)", rows)


def _row(submission: Submission) -> dict[str, Any]:
    """By column, in the order of `_INSERT`."""
    return {
        "id": submission.id, "survey": submission.survey, "version": submission.version,
        "answers": json.dumps(submission.answers, ensure_ascii=False, separators=(",", ":")),
        "received_on": submission.received_on.isoformat(),
        "received_at": submission.received_at.isoformat(timespec="seconds") if submission.received_at else None,
        "seconds": submission.seconds, "touchpoint": submission.touchpoint, "department": submission.department,
        "district": submission.district, "business_type": submission.business_type, "channel": submission.channel,
        "seed": submission.seed, "contact": submission.contact,
        "flags": json.dumps(list(submission.flags)) if submission.flags else None,
        "context": json.dumps(dict(submission.context), ensure_ascii=False) if submission.context else None,
        "round": submission.round, "subject": submission.subject, "task": submission.task,
        "notice": submission.notice,
    }  # fmt: skip


def stored(row: dict[str, Any]) -> StoredResponse:
    """A row of `responses` as it is read back."""
    at = row["received_at"]
    return StoredResponse(
        **{
            **row,
            "answers": json.loads(row["answers"]),
            "flags": tuple(json.loads(row["flags"] or "[]")),
            "context": json.loads(row["context"] or "{}"),
            "received_on": date.fromisoformat(row["received_on"]),
            "received_at": datetime.fromisoformat(at) if at else None,
        }
    )
