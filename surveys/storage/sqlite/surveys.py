"""Surveys and their versions, from draft to closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from surveys.definition.survey import Survey
from surveys.fieldwork.availability import Availability, Opening, Times, local_time
from surveys.fieldwork.rounds import NO_ROUNDS, Round, Rounds
from surveys.localisation.clock import utc_now
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.surveys import NotEmpty, StillOpen, SurveyRecord, SurveyStanding, UnknownSurvey, Version
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.open_comments import comment_items, note_earlier_comments
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.fieldwork.kept_rounds import all_kept_rounds, kept_rounds, rule_in, rule_published
from surveys.storage.sqlite.fieldwork.kept_rounds import second as _second
from surveys.storage.sqlite.organisation import DEPENDENCE


class SurveyTables:
    """All versions of all surveys. A published version never changes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def save_draft(self, survey: Survey, department: str | None, *, by: str) -> int:
        """Keep the survey as its draft version, replacing the draft there is; returns the version's number."""
        with self._connections.writing() as db:
            return _save_draft(db, survey, department, by)

    def publish(self, code: str, *, by: str, seen: SurveyStanding | Unread = ANY) -> int:
        """Freeze the newest draft and put it in the field; returns the live version.

        Raises UnknownSurvey, and ChangedMeanwhile when the survey doesn't stand any more as it was *seen*.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, _standing(db, code))
            return _publish(db, code, by)

    def publish_draft(
        self, survey: Survey, department: str | None, *, by: str, seen: SurveyStanding, done_with_draft: bool = True,
        trial: bool = False,
    ) -> int:  # fmt: skip
        """Put this in the field as a new version, and be done with the builder's draft, in one transaction.

        With *trial* a survey that was never published is tried out: what is entered is kept apart until it is started.
        Raises ChangedMeanwhile when the survey doesn't stand any more as it was *seen*: nothing is published over a
        newer draft, and no survey is opened again that was closed meanwhile.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, _standing(db, survey.code))
            _save_draft(db, survey, department, by)
            if done_with_draft:
                db.execute("DELETE FROM drafts WHERE survey = ?", [survey.code])
            return _publish(db, survey.code, by, trial=trial)

    def standing(self, code: str) -> SurveyStanding:
        """How a survey stands now, to be held against when it is published; also of one that is not there yet."""
        with self._connections.reading() as db:
            return _standing(db, code)

    def close(self, code: str, *, by: str, seen: SurveyStanding | Unread = ANY, at_once: bool = True) -> None:
        """Take the survey out of the field; its answers stay. Raises ChangedMeanwhile as `publish` does.

        *at_once* False: as if its time had come now, so that forms given before may still be sent for a while.
        """
        column = "closed_at" if at_once else "closes_at"
        with self._connections.writing() as db:
            assert_as_seen(seen, _standing(db, code))
            db.execute(
                f"UPDATE surveys SET {column} = :now, turns_noted_at = :now WHERE code = :code",  # noqa: S608
                {"now": _second(utc_now()), "code": code},
            )
            write_audit(db, by, "close", code, "" if at_once else "with grace")

    def set_times(self, code: str, times: Times, *, by: str, seen: Times | Unread = ANY) -> None:
        """From when until when the survey is open, by the clock.

        Raises UnknownSurvey, UnfitTimes, and ChangedMeanwhile when the times aren't any more what was *seen*.
        """
        times.assert_fit()
        with self._connections.writing() as db:
            row = next(db.query("SELECT opens_at, closes_at FROM surveys WHERE code = ?", [code]), None)
            if row is None:
                raise UnknownSurvey(code)
            assert_as_seen(seen, _times(row["opens_at"], row["closes_at"]))
            kept = {"opens_at": _second(times.opens_at), "closes_at": _second(times.closes_at)}
            query = "UPDATE surveys SET opens_at = :opens_at, closes_at = :closes_at, turns_noted_at = :now"
            db.execute(f"{query} WHERE code = :code", kept | {"now": _second(utc_now()), "code": code})
            told = [local_time(each) if each else "" for each in (times.opens_at, times.closes_at)]
            write_audit(db, by, "set opening times", code, f"from {told[0] or '—'} until {told[1] or '—'}")

    def note_turns(self, now: datetime) -> int:
        """Tell the audit trail of surveys that the clock has opened or closed since the last time; returns how many."""
        values = {"now": _second(now)}
        with self._connections.reading() as db:
            if next(db.query(_TURNED, values), None) is None:
                return 0
        with self._connections.writing() as db:
            turned = list(db.query(_TURNED, values))
            for row in turned:
                write_audit(db, "schedule", row["action"], row["code"], local_time(datetime.fromisoformat(row["at"])))
            codes = [[values["now"], row["code"]] for row in turned]
            db.conn.executemany("UPDATE surveys SET turns_noted_at = ? WHERE code = ?", codes)
        return len(turned)

    def archive(self, code: str, *, by: str) -> None:
        """Put a survey away; raises StillOpen for one in the field, and UnknownSurvey."""
        with self._connections.writing() as db:
            opening = _opening(db, code)
            if opening.state(utc_now()) in (Availability.OPEN, Availability.SCHEDULED):
                raise StillOpen(code)
            if not opening.archived:
                db.execute("UPDATE surveys SET archived_at = ? WHERE code = ?", [_second(utc_now()), code])
                write_audit(db, by, "archive survey", code)

    def bring_back(self, code: str, *, by: str) -> None:
        """Take an archived survey into the lists again, closed as it was; raises UnknownSurvey."""
        with self._connections.writing() as db:
            if _opening(db, code).archived:
                db.execute("UPDATE surveys SET archived_at = NULL WHERE code = ?", [code])
                write_audit(db, by, "bring back survey", code)

    def what_keeps(self, code: str) -> str | None:
        """What a survey holds for whose sake it is not deleted, as a key of WHAT_KEEPS; None of an empty one."""
        with self._connections.reading() as db:
            return _what_keeps(db, code)

    def delete(self, code: str, *, by: str, seen: SurveyStanding | Unread = ANY) -> None:
        """Delete a survey that holds nothing, with all its versions and its draft.

        Looked at in the transaction that deletes: an answer that comes in meanwhile keeps it. Raises UnknownSurvey,
        StillOpen, NotEmpty, and ChangedMeanwhile as `publish` does: a colleague's newer draft would go along.
        """
        with self._connections.writing() as db:
            opening, now = _opening(db, code), utc_now()
            if opening.state(now) in (Availability.OPEN, Availability.SCHEDULED) or not opening.settled(now):
                raise StillOpen(code)
            if (kept := _what_keeps(db, code)) is not None:
                raise NotEmpty(kept)
            assert_as_seen(seen, _standing(db, code))
            for table in _GO_ALONG:
                db.execute(f"DELETE FROM {table} WHERE survey = ?", [code])  # noqa: S608
            db.execute("DELETE FROM quotas WHERE scope = ?", [f"survey:{code}"])
            db.execute("DELETE FROM settings WHERE name = ?", [f"{DEPENDENCE}{code}"])
            db.execute("DELETE FROM surveys WHERE code = ?", [code])
            write_audit(db, by, "delete survey", code)

    def all(self, *, archived: bool = False) -> list[SurveyRecord]:
        """Every survey that is not put away, newest first; the *archived* ones too where they are asked for."""
        where = "" if archived else "WHERE surveys.archived_at IS NULL"
        query = f"{_RECORDS} {where} ORDER BY surveys.created_at DESC, surveys.code"
        with self._connections.reading() as db:
            rounds = all_kept_rounds(db)
            return [_record(row, rounds.get(row["code"], ())) for row in db.query(query)]

    def get(self, code: str) -> SurveyRecord:
        """One survey; raises UnknownSurvey."""
        with self._connections.reading() as db:
            row = next(db.query(f"{_RECORDS} WHERE surveys.code = ?", [code]), None)
            if row is None:
                raise UnknownSurvey(code)
            return _record(row, kept_rounds(db, code))

    def version(self, code: str, number: int) -> Survey:
        """One version's definition; raises UnknownSurvey."""
        query = "SELECT definition FROM survey_versions WHERE survey = ? AND number = ?"
        with self._connections.reading() as db:
            row = next(db.query(query, [code, number]), None)
        if row is None:
            raise UnknownSurvey(f"{code} version {number}")
        return parse_stored(row["definition"])

    def versions(self, code: str) -> list[Version]:
        """Every version of a survey, the newest first; none when there is no such survey."""
        query = "SELECT * FROM survey_versions WHERE survey = ? ORDER BY number DESC"
        with self._connections.reading() as db:
            return [_version(row) for row in db.query(query, [code])]


_RECORDS = """
SELECT surveys.*, survey_versions.number, survey_versions.definition,
    (SELECT min(published_at) FROM survey_versions WHERE survey = surveys.code) AS first_published
FROM surveys JOIN survey_versions ON survey_versions.survey = surveys.code AND survey_versions.number =
    coalesce(surveys.live_version, (SELECT max(number) FROM survey_versions WHERE survey = surveys.code))"""


# Back in the field: what closed it before does so no more.
_INTO_THE_FIELD = """
UPDATE surveys SET live_version = :number, closed_at = NULL, archived_at = NULL,
    closes_at = CASE WHEN closes_at <= :now THEN NULL ELSE closes_at END
WHERE code = :code"""

_STANDING = """
SELECT live_version, coalesce(closed_at, CASE WHEN closes_at <= :now THEN closes_at END, archived_at)
FROM surveys WHERE code = :code"""

# The same as `Opening.state(now) is State.OPEN`, for queries over many surveys; `:now` is a moment in ISO 8601.
OPEN_NOW = """(surveys.live_version IS NOT NULL AND surveys.closed_at IS NULL AND surveys.archived_at IS NULL
  AND (surveys.opens_at IS NULL OR unixepoch(surveys.opens_at) <= unixepoch(:now))
  AND (surveys.closes_at IS NULL OR unixepoch(surveys.closes_at) > unixepoch(:now))
  AND (surveys.rounds IN ('"week"', '"month"', '"quarter"', '"half"', '"year"')
    OR NOT EXISTS (SELECT 1 FROM rounds WHERE rounds.survey = surveys.code)
    OR EXISTS (SELECT 1 FROM rounds
      WHERE rounds.survey = surveys.code AND unixepoch(rounds.opens_at) <= unixepoch(:now)
        AND (rounds.closes_at IS NULL OR unixepoch(rounds.closes_at) > unixepoch(:now))
        AND (rounds.closed_at IS NULL OR unixepoch(rounds.closed_at) > unixepoch(:now)))))"""

# Of a survey that was closed by hand or never published the clock opens and closes nothing.
_TURNED = """
SELECT code, action, at FROM (
    SELECT code, 'opened by schedule' AS action, opens_at AS at, turns_noted_at, live_version, closed_at FROM surveys
    UNION ALL
    SELECT code, 'closed by schedule', closes_at, turns_noted_at, live_version, closed_at FROM surveys)
WHERE at <= :now AND at > coalesce(turns_noted_at, '') AND live_version IS NOT NULL AND closed_at IS NULL
ORDER BY at, code"""

# What a survey is kept for: each query finds a row where there is some of it.
WHAT_KEEPS = {
    "answers": "SELECT 1 FROM kept_responses WHERE survey = ?",
    "uncounted": "SELECT 1 FROM set_apart WHERE survey = ? AND why = 'uncounted'",
    "typed sheets": "SELECT 1 FROM typed_sheets WHERE survey = ?",
    "participations": "SELECT 1 FROM participations WHERE survey = ? AND taken = 1",
    "files": "SELECT 1 FROM uploads WHERE survey = ?",  # of a form that is being filled in, for a day
    "campaigns": "SELECT 1 FROM campaigns WHERE survey = ?",
    "calls": "SELECT 1 FROM call_queues WHERE survey = ?",
    "kiosks": "SELECT 1 FROM kiosks WHERE survey = ?",
    "prizes": "SELECT 1 FROM prizes WHERE survey = ?",
}
# What goes with it: counts, settings, and imports of which nothing is left.
_GO_ALONG = (
    "tallies", "protections", "devices", "held_devices", "participations", "arrivals", "imports", "drafts",
    "survey_versions", "revisions", "changed_days", "comment_counts", "privacy_notices",
)  # fmt: skip


@lru_cache(maxsize=256)
def parse_stored(definition: str) -> Survey:
    """The survey of a stored definition; parsed once, because versions don't change."""
    return Survey.model_validate_json(definition)


def _save_draft(db: Database, survey: Survey, department: str | None, by: str) -> int:
    now = utc_now().isoformat()
    row = {"code": survey.code, "department": department, "created_at": now}
    db.table("surveys").insert(row, pk="code", ignore=True)
    number = _draft_number(db, survey.code)
    version = {
        "survey": survey.code, "number": number, "definition": survey.model_dump_json(), "created_at": now
    }  # fmt: skip
    db.table("survey_versions").upsert(version, pk=("survey", "number"))
    write_audit(db, by, "save draft", survey.code, f"version {number}")
    return number


def _publish(db: Database, code: str, by: str, *, trial: bool = False) -> int:
    number = next(db.query("SELECT max(number) AS n FROM survey_versions WHERE survey = ?", [code]))["n"]
    if number is None:
        raise UnknownSurvey(code)
    note_earlier_comments(db, code, _newly_open(db, code, number))
    _take_over_rule(db, code, number)
    db.execute(
        "UPDATE survey_versions SET published_at = ? WHERE survey = ? AND number = ? AND published_at IS NULL",
        [utc_now().isoformat(), code, number],
    )
    db.execute(_INTO_THE_FIELD, {"number": number, "code": code, "now": _second(utc_now())})
    if trial and not db.execute(_EARLIER_VERSION, {"code": code, "number": number}).fetchone():
        db.execute("UPDATE surveys SET trial = 1 WHERE code = :code", {"code": code})
        write_audit(db, by, "begin trial", code, f"version {number}")
    else:
        write_audit(db, by, "publish", code, f"version {number}")
    return int(number)


_EARLIER_VERSION = """
SELECT 1 FROM survey_versions WHERE survey = :code AND number <> :number AND published_at IS NOT NULL"""


def _take_over_rule(db: Database, code: str, number: int) -> None:
    """The rounds that a version says, when it follows another one in the field."""
    live = db.execute("SELECT live_version FROM surveys WHERE code = ?", [code]).fetchone()[0]
    if live is not None and live != number:
        query = "SELECT definition FROM survey_versions WHERE survey = ? AND number = ?"
        before, after = (parse_stored(db.execute(query, [code, each]).fetchone()[0]) for each in (live, number))
        rule_published(db, code, before, after)


def _newly_open(db: Database, code: str, number: int) -> set[str]:
    """The questions that an unpublished version calls open ones, and those published before it did not."""
    query = "SELECT number, published_at, definition FROM survey_versions WHERE survey = ?"
    versions = db.execute(query, [code]).fetchall()
    earlier = [set(comment_items(parse_stored(text))) for _, published, text in versions if published]
    return {
        item for version, published, text in versions if version == number and not published
        for item in comment_items(parse_stored(text))
    }.difference(*earlier)  # fmt: skip


def _standing(db: Database, code: str) -> SurveyStanding:
    survey = db.execute(_STANDING, {"code": code, "now": _second(utc_now())}).fetchone()
    draft = db.execute("SELECT revision FROM drafts WHERE survey = ?", [code]).fetchone()
    live_version, closed_at = survey or (None, None)
    return SurveyStanding(live_version, closed_at, draft[0] if draft else 0)


def _draft_number(db: Database, code: str) -> int:
    """The number of the unpublished version, or the next one."""
    query = "SELECT number, published_at FROM survey_versions WHERE survey = ? ORDER BY number DESC LIMIT 1"
    newest = next(db.query(query, [code]), None)
    if newest is None:
        return 1
    return int(newest["number"]) + (newest["published_at"] is not None)


def _record(row: dict[str, Any], rounds: Sequence[Round]) -> SurveyRecord:
    published, survey = row["live_version"] is not None, parse_stored(row["definition"])
    opening = opening_of(
        published, row["closed_at"], row["archived_at"], row["opens_at"], row["closes_at"],
        Rounds(rule_in(row["rounds"], survey.round_rule), tuple(rounds)),
    )  # fmt: skip
    state = opening.state(utc_now())
    return SurveyRecord(
        code=row["code"], survey=survey, version=row["number"], department=row["department"],
        live=state in (Availability.OPEN, Availability.SCHEDULED),
        closed=state is Availability.CLOSED or (published and state is Availability.ARCHIVED),
        created_at=datetime.fromisoformat(row["created_at"]), opening=opening,
        published_at=datetime.fromisoformat(row["first_published"]) if row["first_published"] else None,
        trial=bool(row["trial"]),
    )  # fmt: skip


def opening_of(
    published: bool, closed_at: str | None, archived_at: str | None, opens_at: str | None, closes_at: str | None,
    rounds: Rounds = NO_ROUNDS,
) -> Opening:  # fmt: skip
    """What the columns of a survey and its rounds say of whether it takes answers."""
    return Opening(published, _moment(closed_at), archived_at is not None, _times(opens_at, closes_at), rounds)


def _opening(db: Database, code: str) -> Opening:
    row = db.execute(
        "SELECT live_version IS NOT NULL, closed_at, archived_at, opens_at, closes_at FROM surveys WHERE code = ?",
        [code],
    ).fetchone()
    if row is None:
        raise UnknownSurvey(code)
    return opening_of(bool(row[0]), *row[1:])


def _what_keeps(db: Database, code: str) -> str | None:
    return next((name for name, query in WHAT_KEEPS.items() if db.execute(query, [code]).fetchone()), None)


def _times(opens_at: str | None, closes_at: str | None) -> Times:
    return Times(_moment(opens_at), _moment(closes_at))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _version(row: dict[str, Any]) -> Version:
    published = row["published_at"]
    return Version(
        row["number"], parse_stored(row["definition"]), datetime.fromisoformat(row["created_at"]),
        datetime.fromisoformat(published) if published else None,
    )  # fmt: skip
