"""What has come of the rounds of a survey: answers, and how many of those who were asked took part."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlite_utils import Database

from surveys.fieldwork.rounds import Rounds
from surveys.localisation.clock import local_day
from surveys.storage.records.rounds import RoundCounts

Pairs = Mapping[str, tuple[int, int]]  # round → asked, took part


def counts_of(db: Database, survey: str, rounds: Rounds) -> dict[str, RoundCounts]:
    """By the code of each round that anybody has answered or was asked in."""
    answers = Counter[str]()
    for kept, day, amount in db.execute(_ANSWERS, [survey]):
        answers[rounds.code_of(kept, date.fromisoformat(day))] += amount
    people: dict[str, tuple[int, int]] = {}
    for found in (_invited(db, survey, rounds), _staff(db, survey, rounds), _pairs(db, _TASKS, survey)):
        people |= found  # what names people most exactly counts
    return {
        code: RoundCounts(answers[code], *people.get(code, (0, 0)))
        for code in sorted(answers.keys() | people.keys())
    }  # fmt: skip


def _pairs(db: Database, query: str, survey: str) -> Pairs:
    return {code: (int(asked), int(took)) for code, asked, took in db.execute(query, [survey])}


def _staff(db: Database, survey: str, rounds: Rounds) -> Pairs:
    """Of a round for some departments or people only these are those who were asked, also before anybody answers."""
    found = dict(_pairs(db, _STAFF, survey))
    parents = dict(db.execute("SELECT code, parent FROM departments").fetchall())
    for kept in (each for each in rounds.kept if each.for_some and each.opens_at is not None):
        people = db.execute(_PEOPLE, [survey, kept.code]).fetchall() or db.execute(_ACTIVE).fetchall()
        meant = [taken for number, homes, taken in people if kept.asks(number, json.loads(homes), parents)]
        found[kept.code] = (len(meant), sum(meant))
    return found


def _invited(db: Database, survey: str, rounds: Rounds) -> Pairs:
    """An invitation belongs to the round in which it went out."""
    found = defaultdict[str, list[int]](lambda: [0, 0])
    for hour, asked, took in db.execute(_INVITED, [survey]):
        moment = datetime.fromisoformat(f"{hour}:00:00+00:00")
        kept = rounds.open_at(moment)
        code = rounds.code_of(kept.code if kept else None, local_day(moment))
        found[code] = [found[code][0] + asked, found[code][1] + took]
    return {code: (asked, took) for code, (asked, took) in found.items()}


_ANSWERS = "SELECT round, received_on, count(*) FROM kept_responses WHERE survey = ? GROUP BY round, received_on"

_STAFF = """
SELECT round, count(*), count(*) FILTER (WHERE taken = 1)
FROM (SELECT round, account, max(taken) AS taken FROM participations WHERE survey = ? GROUP BY round, account)
GROUP BY round"""

_PEOPLE = """
SELECT accounts.id, accounts.departments, max(taken)
FROM participations JOIN accounts ON accounts.id = participations.account
WHERE survey = ? AND round = ? GROUP BY accounts.id"""

_ACTIVE = "SELECT id, departments, 0 FROM accounts WHERE active = 1"

_TASKS = """
SELECT round, count(*), count(*) FILTER (WHERE done = 1) FROM tasks
WHERE survey = ? AND withdrawn_reason IS NULL GROUP BY round"""

# Moments are kept in UTC; by the hour they are few.
_INVITED = """
SELECT substr(queued_at, 1, 13) AS hour, count(*), count(*) FILTER (WHERE finished = 1)
FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
WHERE campaigns.survey = ? AND queued_at IS NOT NULL GROUP BY hour"""
