"""What the comments of each survey have taught the analysis: kept as it was until somebody has it learn anew."""

from __future__ import annotations

from datetime import date

from surveys.storage.records.comments import Adaptation
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class AdaptationTable:
    """One by survey; each that takes its place has the next number."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str) -> Adaptation | None:
        """The one in use; None where nothing was learned yet."""
        with self._connections.reading() as db:
            for row in db.query(_OF_SURVEY, {"survey": survey}):
                return Adaptation(
                    survey, row["number"], date.fromisoformat(row["learned_on"]), row["comments"], row["learned"]
                )
        return None

    def keep(self, adaptation: Adaptation, *, by: str = "") -> bool:
        """Keep it in the place of the one with the number before; False where that is no longer the one in use.

        *by* is who asked for it; what the analysis does by itself stands in no audit trail.
        """
        values = vars(adaptation) | {"learned_on": adaptation.learned_on.isoformat()}
        with self._connections.writing() as db:
            kept = db.execute(_KEEP, values).rowcount == 1
            if kept and by:
                detail = f"{adaptation.number} · {adaptation.comments}"
                action = "learn sentiment" if adaptation.learned is not None else "forget sentiment"
                write_audit(db, by, action, adaptation.survey, detail)
        return kept


_OF_SURVEY = "SELECT number, learned_on, comments, learned FROM adaptations WHERE survey = :survey"

_KEEP = """
INSERT INTO adaptations (survey, number, learned_on, comments, learned)
SELECT code, :number, :learned_on, :comments, :learned FROM surveys
WHERE code = :survey AND (:number = 1 OR EXISTS (SELECT 1 FROM adaptations WHERE survey = :survey))
ON CONFLICT (survey) DO UPDATE SET number = excluded.number, learned_on = excluded.learned_on,
    comments = excluded.comments, learned = excluded.learned
WHERE adaptations.number = excluded.number - 1"""
