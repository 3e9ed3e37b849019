"""The form of a survey that is open, made once for all who open it."""

from __future__ import annotations

from functools import lru_cache

from sqlite_utils import Database

from surveys.fieldwork.availability import Opening
from surveys.fieldwork.protection import Protection
from surveys.fieldwork.tablets import PER_MINUTE
from surveys.intake.open_form import OpenForm
from surveys.storage.sqlite.fieldwork.kept_rounds import rounds_of, rule_in
from surveys.storage.sqlite.surveys import opening_of, parse_stored

_OPEN_FORM = """
SELECT survey_versions.definition, survey_versions.number, surveys.department, puzzle, once_per_device,
  kiosk_per_minute, surveys.trial = 0 AND EXISTS (SELECT 1 FROM prizes WHERE survey = :survey),
  surveys.trial, closed_at, archived_at, opens_at, closes_at,
  surveys.rounds
FROM surveys LEFT JOIN protections ON protections.survey = surveys.code JOIN survey_versions
  ON survey_versions.survey = surveys.code AND survey_versions.number = coalesce(:version, live_version)
WHERE surveys.code = :survey AND live_version IS NOT NULL AND published_at IS NOT NULL"""


def open_form(db: Database, wanted: tuple[str, int | None]) -> OpenForm | None:
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
