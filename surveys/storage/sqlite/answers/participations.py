"""Who has answered, when the rounds of a survey are cut in another way."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.answers.key_order import rewrite


def carry_over(db: Database, survey: str, old: str, new: str) -> None:
    """Who has taken part in the *old* round has taken part in the *new* one, which is asked in its place."""
    if old != new:
        db.conn.execute(_CARRY, {"survey": survey, "old": old, "new": new})
        rewrite(db, "participations", "survey = ? AND round = ?", [survey, new])


_CARRY = """
INSERT INTO participations (survey, round, account, subject, taken)
SELECT survey, :new, account, subject, taken FROM participations WHERE survey = :survey AND round = :old
ON CONFLICT (survey, round, account, subject)
DO UPDATE SET taken = CASE WHEN excluded.taken = 1 THEN 1 ELSE participations.taken END"""
