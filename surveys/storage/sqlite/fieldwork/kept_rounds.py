"""Rounds as they are kept, and the rule of a survey: what every look at whether it is open needs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from surveys.definition.round_rules import RoundRule
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import Round, Rounds
from surveys.localisation.clock import utc_now
from surveys.localisation.wording import Text
from surveys.storage.sqlite.answers.participations import carry_over

_COLUMNS = "survey, code, name, opens_at, closes_at, closed_at, version, audience, created_by"
_BY_OPENING = "ORDER BY opens_at IS NULL, opens_at, code"


def rounds_of(db: Database, survey: str, rule: RoundRule) -> Rounds:
    """The kept rounds of a survey, under its rule."""
    return Rounds(rule, tuple(kept_rounds(db, survey)))


def kept_rounds(db: Database, survey: str) -> list[Round]:
    """In the order in which they open; those that nobody has given a time yet come last."""
    query = f"SELECT {_COLUMNS} FROM rounds WHERE survey = ? {_BY_OPENING}"  # noqa: S608  words of this file
    return [round_in(row) for row in db.query(query, [survey])]


def all_kept_rounds(db: Database) -> Mapping[str, tuple[Round, ...]]:
    """The same of every survey that has any."""
    found = defaultdict[str, list[Round]](list)
    for row in db.query(f"SELECT {_COLUMNS} FROM rounds {_BY_OPENING}"):  # noqa: S608  words of this file
        found[row["survey"]].append(round_in(row))
    return {survey: tuple(each) for survey, each in found.items()}


def rule_in(kept: str | None, usual: RoundRule) -> RoundRule:
    """The rule that somebody has set for a survey, else the *usual* one of its definition."""
    return RoundRule.model_validate_json(kept) if kept else usual


def keep_rule(db: Database, survey: str, rule: RoundRule | None) -> None:
    """The rule that somebody has set; None: as the definition says.

    Where rounds are kept, a calendar rule is written out: queries see by it that they don't count.
    """
    kept = rule.model_dump_json() if rule else None
    db.execute("UPDATE surveys SET rounds = ? WHERE code = ?", [kept, survey])


def rule_published(db: Database, survey: str, before: Survey, after: Survey) -> None:
    """What becomes of the rule when a version goes into the field after another one.

    What the new one says goes before what somebody set earlier. An anonymous survey with answers keeps its rule: two
    ways to cut them could be subtracted from each other. Who has answered in the round of today has done so in the one
    that the new rule makes of it.
    """
    [kept] = db.execute("SELECT rounds FROM surveys WHERE code = ?", [survey]).fetchone()
    said_anew = after.rounds is not None and after.rounds != before.rounds
    old = rule_in(kept, before.round_rule)
    new = rule_in(None if said_anew else kept, after.round_rule)
    if old == new:
        return
    if (before.anonymous or after.anonymous) and has_answers(db, survey):
        keep_rule(db, survey, old)
        return
    rounds, now = kept_rounds(db, survey), utc_now()
    keep_rule(db, survey, new if rounds else None)
    carry_over(db, survey, *(Rounds(each, tuple(rounds)).code_at(now) for each in (old, new)))


def has_answers(db: Database, survey: str) -> bool:
    """Whether anybody has answered; of an anonymous survey these were cut by a rule that figures were shown by."""
    return db.execute("SELECT 1 FROM kept_responses WHERE survey = ? LIMIT 1", [survey]).fetchone() is not None


def round_in(row: Mapping[str, Any]) -> Round:
    """A round as a row has it."""
    moments = {name: _moment(row[name]) for name in ("opens_at", "closes_at", "closed_at")}
    title = Text.model_validate_json(row["name"]) if row["name"] else None
    audience = json.loads(row["audience"])
    return Round(
        row["survey"], row["code"], title, **moments, version=row["version"],
        audience=tuple(audience.get("departments", ())), people=tuple(audience.get("people", ())),
        created_by=row["created_by"],
    )  # fmt: skip


def row_of(kept: Round) -> dict[str, Any]:
    """What is written of a round."""
    audience = {"departments": list(kept.audience), "people": sorted(kept.people)}
    audience = {name: chosen for name, chosen in audience.items() if chosen}
    return {
        "survey": kept.survey, "code": kept.code, "name": kept.title.model_dump_json() if kept.title else "",
        "opens_at": second(kept.opens_at), "closes_at": second(kept.closes_at), "closed_at": second(kept.closed_at),
        "version": kept.version, "audience": json.dumps(audience), "created_by": kept.created_by,
    }  # fmt: skip


def overlapping(rounds: Iterable[Round], planned: Round) -> Round | None:
    """One of the others that is open at a time at which the planned one is; None where they keep apart."""
    others = (each for each in rounds if each.code != planned.code)
    return next((each for each in others if _meet(each, planned)), None)


def _meet(one: Round, other: Round) -> bool:
    if one.opens_at is None or other.opens_at is None:
        return False
    later, earlier = (one, other) if one.opens_at >= other.opens_at else (other, one)
    return earlier.ends_at is None or (later.opens_at or earlier.ends_at) < earlier.ends_at


def second(moment: datetime | None) -> str | None:
    """In UTC, to the second and of one form, so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
