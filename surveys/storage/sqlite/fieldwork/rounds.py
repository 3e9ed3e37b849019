"""Rounds of surveys: planned, opened and closed, by hand and by the clock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.anonymity import minimums
from surveys.definition.round_rules import RoundRule
from surveys.definition.survey import Survey
from surveys.fieldwork.availability import local_time
from surveys.fieldwork.rounds import Round, Rounds, RoundState
from surveys.fieldwork.rounds.calendar import openings_between
from surveys.localisation.clock import local_day, zone
from surveys.localisation.language import marked
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.rounds import RoundCounts, RuleStays, UnfitRound, UnknownRound
from surveys.storage.records.surveys import UnknownSurvey
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.participations import carry_over
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.fieldwork.kept_rounds import (
    has_answers,
    keep_rule,
    kept_rounds,
    overlapping,
    round_in,
    rounds_of,
    row_of,
    rule_in,
)  # fmt: skip
from surveys.storage.sqlite.fieldwork.round_counts import counts_of
from surveys.storage.sqlite.surveys import parse_stored

_CODE = re.compile(r"(?!\d{4}$)[A-Za-z0-9][A-Za-z0-9._\-]{0,39}")
_AHEAD = timedelta(days=400)  # so far rounds that recur are planned: the next one is always among them


class RoundTable:
    """The kept rounds. Every change is in the audit trail, and none is made over what nobody has seen."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str) -> Rounds:
        """The rule of a survey and its kept rounds; raises UnknownSurvey."""
        with self._connections.reading() as db:
            return _rounds(db, survey)

    def since(self) -> date | None:
        """The day on which this database learned of rounds; None of one that was made with them."""
        with self._connections.reading() as db:
            row = db.execute("SELECT value FROM settings WHERE name = 'rounds since'").fetchone()
        return date.fromisoformat(row[0]) if row else None

    def counts(self, survey: str) -> dict[str, RoundCounts]:
        """What has come of each round, by its code; raises UnknownSurvey."""
        with self._connections.reading() as db:
            return counts_of(db, survey, _rounds(db, survey))

    def set_rule(
        self, survey: str, rule: RoundRule | None, *, by: str, now: datetime, seen: RoundRule | Unread = ANY
    ) -> None:  # fmt: skip
        """In which rounds a survey is asked; None: as its definition says. Planned rounds of the old rule go.

        Who has answered in the round of today has done so in the one that the new rule makes of today. Raises
        UnknownSurvey, RuleStays, and ChangedMeanwhile when the rule isn't any more what was *seen*.
        """
        with self._connections.writing() as db:
            before, definition = _rounds(db, survey), _definition(db, survey)
            assert_as_seen(seen, before.rule)
            wanted = rule or definition.round_rule
            if wanted != before.rule and definition.anonymous and has_answers(db, survey):
                raise RuleStays(survey)
            keep_rule(db, survey, wanted if before.kept else rule)
            if wanted == before.rule:
                return
            for each in before.kept:
                if before.rule.recurs and each.state(now) is RoundState.PLANNED:
                    _delete(db, each)
            write_audit(db, by, "set round rule", survey, wanted.model_dump_json())
            _plan_ahead(db, survey, now)
            carry_over(db, survey, before.code_at(now), _rounds(db, survey).code_at(now))

    def plan(self, planned: Round, *, now: datetime) -> None:
        """Keep a round that is to come, or one that opens at once. Raises UnfitRound and UnknownSurvey."""
        with self._connections.writing() as db:
            rounds = _rounds(db, planned.survey)
            if planned.code in {each.code for each in rounds.kept}:
                raise UnfitRound(marked("已经有代码为“{code}”的轮次，请换一个"), code=planned.code)
            _assert_fit(rounds, planned)
            _assert_enough(db, planned)
            _insert(db, planned)
            write_audit(db, planned.created_by, "plan round", f"{planned.survey} {planned.code}", _span(planned))
            _note_turns(db, planned.survey, now, by=planned.created_by)

    def change(self, changed: Round, *, by: str, now: datetime, seen: Round | Unread = ANY) -> None:
        """Another name, other times, other departments. Of a round that has begun the begin stays as it was.

        Raises UnfitRound, UnknownRound, and ChangedMeanwhile when the round isn't any more what was *seen*.
        """
        with self._connections.writing() as db:
            before = _round(db, changed.survey, changed.code)
            assert_as_seen(seen, before)
            begun = before.state(now) is not RoundState.PLANNED
            if begun and changed.opens_at != before.opens_at:
                raise UnfitRound(marked("这一轮已经开始，开始时间不能再改"))
            if before.state(now) is RoundState.CLOSED and changed.ends_at != before.ends_at:
                raise UnfitRound(marked("这一轮已经结束，不能再改时间；请另开一轮"))
            _assert_fit(_rounds(db, changed.survey), changed)
            if (changed.audience, changed.people) != (before.audience, before.people):
                _assert_enough(db, changed, begun=begun)
            _update(db, changed)
            write_audit(db, by, "change round", f"{changed.survey} {changed.code}", _span(changed))
            _note_turns(db, changed.survey, now, by=by)

    def open_now(self, survey: str, code: str, *, by: str, now: datetime, seen: Round | Unread = ANY) -> None:
        """Open a planned round at once; raises as `change` does."""
        with self._connections.writing() as db:
            begun = marked("这一轮已经开始或结束，不能再开")
            planned = _seen_in(db, (survey, code), seen, RoundState.PLANNED, now, begun)
            opened = replace(planned, opens_at=_whole(now))
            _assert_fit(_rounds(db, survey), opened)
            _update(db, opened)
            _note_turns(db, survey, now, by=by)

    def close_now(self, survey: str, code: str, *, by: str, now: datetime, seen: Round | Unread = ANY) -> None:
        """Close an open round at once; what was begun in it is taken for a while. Raises as `change` does."""
        with self._connections.writing() as db:
            opened = _seen_in(db, (survey, code), seen, RoundState.OPEN, now, marked("这一轮没有在进行"))
            _update(db, replace(opened, closed_at=_whole(now)))
            _note_turns(db, survey, now, by=by)

    def remove(self, survey: str, code: str, *, by: str, now: datetime, seen: Round | Unread = ANY) -> None:
        """Give up a round that has not begun; one of a rule that recurs stays as cancelled. Raises as `change` does."""
        with self._connections.writing() as db:
            planned = _seen_in(db, (survey, code), seen, RoundState.PLANNED, now, marked("这一轮已经开始，不能再删除"))
            if _rounds(db, survey).rule.recurs:  # gone, it would be planned again
                _update(db, replace(planned, closed_at=_whole(now)))
            else:
                _delete(db, planned)
            write_audit(db, by, "remove round", f"{survey} {code}")

    def keep_up(self, now: datetime) -> int:
        """Plan rounds that recur, and tell the audit trail of those that opened or closed; returns how many turned.

        Whoever calls it twice, or at the same time as another, changes nothing the second time.
        """
        with self._connections.reading() as db:
            fielded = [row["code"] for row in db.query(_IN_THE_FIELD)]
            due = [code for code in fielded if _has_to_plan(db, code, now) or any(_turned(db, code, now))]
        if not due:
            return 0
        with self._connections.writing() as db:
            for code in due:
                _plan_ahead(db, code, now)
            return sum(_note_turns(db, code, now) for code in due)


_IN_THE_FIELD = """
SELECT code FROM surveys WHERE live_version IS NOT NULL AND closed_at IS NULL AND archived_at IS NULL ORDER BY code"""


def _rounds(db: Database, survey: str) -> Rounds:
    row = db.execute("SELECT rounds FROM surveys WHERE code = ?", [survey]).fetchone()
    if row is None:
        raise UnknownSurvey(survey)
    return rounds_of(db, survey, rule_in(row[0], _definition(db, survey).round_rule))


def _definition(db: Database, survey: str) -> Survey:
    """The version in the field, else the newest."""
    row = db.execute(_DEFINITION, [survey]).fetchone()
    if row is None:
        raise UnknownSurvey(survey)
    return parse_stored(row[0])


_DEFINITION = """
SELECT survey_versions.definition FROM surveys JOIN survey_versions ON survey_versions.survey = surveys.code
  AND survey_versions.number =
    coalesce(surveys.live_version, (SELECT max(number) FROM survey_versions WHERE survey = surveys.code))
WHERE surveys.code = ?"""


def _seen_in(
    db: Database, key: tuple[str, str], seen: Round | Unread, state: RoundState, now: datetime, otherwise: str
) -> Round:  # fmt: skip
    """A round, by survey and code, that is as it was *seen* and in this state; raises UnfitRound with *otherwise*."""
    found = _round(db, *key)
    assert_as_seen(seen, found)
    if found.state(now) is not state:
        raise UnfitRound(otherwise)
    return found


def _round(db: Database, survey: str, code: str) -> Round:
    found = next((each for each in kept_rounds(db, survey) if each.code == code), None)
    if found is None:
        raise UnknownRound(f"{survey} {code}")
    return found


def _assert_fit(rounds: Rounds, planned: Round) -> None:
    if rounds.rule.by_calendar:
        raise UnfitRound(marked("这份问卷按日历分轮次，不用另开；要自己开轮次，请先改轮次的规则"))
    if not _CODE.fullmatch(planned.code):
        raise UnfitRound(marked("轮次代码只能用字母、数字、点、横线，最多 40 个字符，不能只是年份，例如 2026-autumn"))
    if planned.opens_at is None and planned.closes_at is not None:
        raise UnfitRound(marked("有结束时间的轮次也要有开始时间"))
    if planned.opens_at and planned.closes_at and planned.closes_at <= planned.opens_at:
        raise UnfitRound(marked("结束时间要晚于开始时间，请改正"))
    other = overlapping(rounds.kept, planned)
    if other is not None:
        raise UnfitRound(marked("与“{name}”的时间重叠；请先结束它，或改时间"), name=other.name)


def _assert_enough(db: Database, planned: Round, *, begun: bool = False) -> None:
    """Of an anonymous survey not so few that they are known, nor others once some may have answered.

    How many of each of two lists took part would tell who of them did.
    """
    if not _definition(db, planned.survey).anonymous:
        return
    if begun:
        raise UnfitRound(marked("匿名问卷的轮次开始以后，不能再改问哪些部门和哪些人：那会透露谁填写过"))
    parents = dict(db.execute("SELECT code, parent FROM departments").fetchall())
    people = db.execute("SELECT id, departments FROM accounts WHERE active = 1").fetchall()
    meant = sum(planned.asks(number, json.loads(homes), parents) for number, homes in people)
    if planned.for_some and meant < (least := minimums().group):
        raise UnfitRound(marked("匿名问卷的一轮至少要问 {least} 人，现在只有 {count} 人"), least=least, count=meant)


def _span(kept: Round) -> str:
    told = [local_time(each) if each else "—" for each in (kept.opens_at, kept.ends_at)]
    return f"from {told[0]} until {told[1]}"


def _whole(now: datetime) -> datetime:
    """The moment as it is kept, in whole seconds."""
    return now.replace(microsecond=0)


def _insert(db: Database, kept: Round) -> None:
    row = row_of(kept)
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    db.conn.execute(f"INSERT INTO rounds ({names}) VALUES ({values})", row)  # noqa: S608  names of this project


def _update(db: Database, kept: Round) -> None:
    db.conn.execute(_UPDATE, row_of(kept))


_UPDATE = """
UPDATE rounds SET name = :name, opens_at = :opens_at, closes_at = :closes_at, closed_at = :closed_at,
  version = :version, audience = :audience
WHERE survey = :survey AND code = :code"""


def _delete(db: Database, kept: Round) -> None:
    db.conn.execute("DELETE FROM rounds WHERE survey = ? AND code = ?", [kept.survey, kept.code])


def _has_to_plan(db: Database, survey: str, now: datetime) -> bool:
    return any(_coming(_rounds(db, survey), survey, now))


def _coming(rounds: Rounds, survey: str, now: datetime) -> Iterator[Round]:
    """The rounds of a rule that recurs that are not kept yet: one that would be open now, and the next one.

    One that somebody opened by hand at the same time goes before.
    """
    rule, there = rounds.rule, {each.code for each in rounds.kept}
    if rule.days is None:
        return
    today = local_day(now)
    for each in openings_between(rule, today - timedelta(days=rule.days - 1), today + _AHEAD):
        opens = datetime.combine(each.first, time(), zone())
        closes = datetime.combine(each.last + timedelta(days=1), time(), zone())
        planned = Round(survey, each.code, None, opens, closes, created_by="schedule")
        if each.code not in there and overlapping(rounds.kept, planned) is None:
            yield planned
        if each.first > today:
            return


def _plan_ahead(db: Database, survey: str, now: datetime) -> None:
    for planned in _coming(_rounds(db, survey), survey, now):
        _insert(db, planned)
        write_audit(db, "schedule", "plan round", f"{survey} {planned.code}", _span(planned))


def _turned(db: Database, survey: str, now: datetime) -> Iterator[tuple[Round, RoundState]]:
    """Rounds that don't stand any more where the audit trail has them, each with where it does."""
    for row in db.query("SELECT * FROM rounds WHERE survey = ? ORDER BY opens_at, code", [survey]):
        found = round_in(row)
        if found.state(now) != row["noted"]:
            yield found, found.state(now)


def _note_turns(db: Database, survey: str, now: datetime, *, by: str = "schedule") -> int:
    turned = list(_turned(db, survey, now))
    live = db.execute("SELECT live_version FROM surveys WHERE code = ?", [survey]).fetchone()[0]
    for found, state in turned:
        version = live if found.version is None and state is RoundState.OPEN else found.version
        values: dict[str, Any] = {"noted": state.value, "version": version, "survey": survey, "code": found.code}
        db.conn.execute(_NOTED, values)
        action = {RoundState.OPEN: "open round", RoundState.CLOSED: "close round"}.get(state)
        if action is not None:
            write_audit(db, by, action, f"{survey} {found.code}", _span(found))
    return len(turned)


_NOTED = "UPDATE rounds SET noted = :noted, version = :version WHERE survey = :survey AND code = :code"
