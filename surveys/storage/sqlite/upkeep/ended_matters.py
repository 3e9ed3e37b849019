"""What is done with: cases, prizes, who took part in rounds that are over, numbers of events. Taken out in portions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlite_utils import Database

from surveys.cases.states import OPEN
from surveys.fieldwork.rounds.calendar import last_day_of
from surveys.localisation.clock import local_day
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.upkeep.portions import Over, RemovedPortion, found
from surveys.storage.sqlite.uploads import take_files


def remove_cases(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """A case with the reports that were joined to it, and of each what its author added, notes, steps and files."""
    ids = found(db, CASES, over, most)
    reports = [row[0] for each in ids for row in db.execute("SELECT id FROM cases WHERE joined_to = :id", {"id": each})]
    files = take_files(db, [], [*reports, *ids])
    db.conn.executemany("DELETE FROM cases WHERE id = ?", [[each] for each in [*reports, *ids]])
    return RemovedPortion(len(ids), files)


def count_prizes(db: Database, over: Over) -> int:
    return sum(int(db.execute(_AMOUNT.format(table), over.values).fetchone()[0]) for table in _OF_PRIZES)


def remove_prizes(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """Who took part or won, and who has which coupon; the prize itself says no more than that there was one."""
    gone = 0
    for table in _OF_PRIZES:
        values = over.values | {"most": most - gone}
        gone += max(0, db.conn.execute(_REMOVE.format(table), values).rowcount)
    return RemovedPortion(gone, [])


def count_participations(db: Database, over: Over) -> int:
    rounds = _ended_rounds(db, over)
    return sum(int(db.execute(query, {"survey": over.survey, "round": each}).fetchone()[0])
               for each in rounds for query in _COUNT_TAKEN)  # fmt: skip


def remove_participations(db: Database, over: Over, most: int, today: date) -> RemovedPortion:
    """Of one round after the other, all at once: what is left of a round would tell who was not in it."""
    gone = 0
    for code in _ended_rounds(db, over):
        if gone >= most:
            break
        values = {"survey": over.survey, "round": code}
        for query in _FORGET_ROUND:
            gone += max(0, db.conn.execute(query, values).rowcount)
        rewrite(db, "participations", "survey = ?", [over.survey])
    return RemovedPortion(gone, [])


def _ended_rounds(db: Database, over: Over) -> Sequence[str]:
    """Rounds of which something is kept and whose last day is before that of *over*; "" is a survey without rounds."""
    kept = [row[0] for row in db.execute(_ROUNDS_KEPT, {"survey": over.survey})]
    return [code for code in kept if (end := _end_of(db, over.survey, code)) is not None and end < over.before]


def _end_of(db: Database, survey: str, code: str) -> date | None:
    """The last day of a round; None while it is not over for certain."""
    query = _SURVEY_ENDED if code == "" else _ROUND_ENDED
    row = db.execute(query, {"survey": survey, "round": code}).fetchone()
    if row is None:
        return last_day_of(code)
    return local_day(datetime.fromisoformat(row[0])) if row[0] else None


_ITS = "SELECT its.id FROM cases AS its WHERE its.id = cases.id OR its.joined_to = cases.id"
CASES = f"""
SELECT id FROM cases
WHERE joined_to IS NULL AND state NOT IN ({", ".join(f"'{each.value}'" for each in sorted(OPEN))})
  AND received_at < :moment
  AND NOT EXISTS (SELECT 1 FROM case_steps WHERE matter IN ({_ITS}) AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM remarks WHERE matter IN ({_ITS}) AND received_at >= :moment)"""  # noqa: S608  our own
EVENTS = "SELECT key FROM events WHERE day < :before"
_OF_PRIZES = ("prize_entries", "held_prize_entries", "given_coupons", "held_given_coupons")
_ENDED = "(SELECT survey FROM prizes WHERE survey = :survey AND ends_on < :before)"
_AMOUNT = f"SELECT count(*) FROM {{}} WHERE survey IN {_ENDED}"  # noqa: S608
_REMOVE = f"""
DELETE FROM {{0}} WHERE survey = :survey AND ticket IN (
    SELECT ticket FROM {{0}} WHERE survey IN {_ENDED} ORDER BY ticket LIMIT :most)"""  # noqa: S608
_ROUNDS_KEPT = """
SELECT round FROM participations WHERE survey = :survey
UNION SELECT round FROM tasks WHERE survey = :survey ORDER BY 1"""
_ROUND_ENDED = "SELECT coalesce(closed_at, closes_at) FROM rounds WHERE survey = :survey AND code = :round"
_SURVEY_ENDED = "SELECT coalesce(closed_at, archived_at) FROM surveys WHERE code = :survey"
_COUNT_TAKEN = (
    "SELECT count(*) FROM participations WHERE survey = :survey AND round = :round",
    "SELECT count(*) FROM tasks WHERE survey = :survey AND round = :round",
)
_FORGET_ROUND = (
    "DELETE FROM unfinished_tasks WHERE task IN (SELECT id FROM tasks WHERE survey = :survey AND round = :round)",
    "DELETE FROM tasks WHERE survey = :survey AND round = :round",
    "DELETE FROM participations WHERE survey = :survey AND round = :round",
)
