"""What the copy is made from: the store's answers in bulk, the days that changed, and the versions of a survey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from analysis.columns.answered_survey import SameObjects, survey_as_answered, versions_of
from analysis.columns.layout import CopyLayout, layout_of
from analysis.columns.tables import FoundComments
from analysis.comments.corrections import apply_corrections
from surveys.fieldwork.rounds import Rounds
from surveys.operations.result_breakdowns import readable_files, telling_attributes
from surveys.people.contact import FileFacts
from surveys.people.visibility import RULES
from surveys.storage import Store
from surveys.storage.records.changes import ChangedDay
from surveys.storage.records.comments import Purpose, Review
from surveys.storage.sqlite.comments.comment_json import finding_from_json, judgement_from_json

_ALL = 1_000_000
CHUNK = 25_000  # rows held at once, about 30 MB of them


@dataclass(frozen=True)
class Originals:
    """Reads from the store; nothing here writes but `done`."""

    store: Store

    def surveys(self) -> list[str]:
        return [record.code for record in self.store.surveys.all(archived=True)]

    def stamp(self, survey: str) -> str:
        return self.store.responses.stamp(survey)

    def generation(self) -> int:
        return self.store.changed_days.generation()

    def layout(self, survey: str) -> CopyLayout:
        versions = versions_of(self.store, survey)
        return _layout(
            SameObjects(survey_as_answered(self.store, survey), *versions.values()),
            tuple(versions),
            self.store.rounds.of(survey),
        )

    def amount(self, survey: str) -> int:
        return self.store.responses.amount(survey)

    def answered(self) -> set[str]:
        return {code for code, _, _ in self.store.raw_answers.days()}

    def changed_surveys(self) -> set[str]:
        return {each.survey for each in self.store.changed_days.pending(_ALL)}

    def days(self, survey: str) -> dict[date, int]:
        """How many answers each day has."""
        return {day: n for code, day, n in self.store.raw_answers.days() if code == survey}

    def pending(self, survey: str) -> list[ChangedDay]:
        return [each for each in self.store.changed_days.pending(_ALL) if each.survey == survey]

    def people_stamp(self) -> str:
        """Another one whenever what figures are made of has changed in people's files, or which of it they may be."""
        return f"{self.store.contacts.stamp()}·{self.store.organisation.setting(RULES)}"

    def people(self) -> list[FileFacts]:
        """The files that take part in figures."""
        return readable_files(self.store)

    def telling(self, attributes: Iterable[str]) -> tuple[str, ...]:
        """The attributes among these that figures may be split by."""
        return telling_attributes(self.store, attributes)

    def done(self, changed: Sequence[ChangedDay]) -> None:
        self.store.changed_days.done(changed)

    def answers(self, survey: str, days: Sequence[date]) -> Iterator[list[tuple[Any, ...]]]:
        return self.store.raw_answers.responses(survey, days, CHUNK)

    def comments(self, survey: str, days: Sequence[date]) -> Iterator[FoundComments]:
        """What was found in comments, with what people said in the place of what the model says."""
        waiting = FoundComments()
        for day in days:
            reviews = [_review(*row) for rows in self.store.raw_answers.reviews(survey, [day]) for row in rows]
            reviewed = {(review.response, review.item) for review in reviews}
            for rows in self.store.raw_answers.findings(survey, [day], CHUNK):
                waiting.stored += ((day, row[0], row[1], row[3]) for row in rows if row[:2] not in reviewed)
                found = (finding_from_json(*row) for row in rows if row[:2] in reviewed)
                waiting.corrected += ((day, finding) for finding in apply_corrections(found, reviews))
                if len(waiting) >= CHUNK:
                    yield waiting
                    waiting = FoundComments()
        yield waiting


@lru_cache(maxsize=256)
def _layout(made_of: SameObjects, numbers: tuple[int, ...], rounds: Rounds) -> CopyLayout:
    whole, *versions = made_of.objects
    return layout_of(whole, dict(zip(numbers, versions, strict=True)), rounds)  # type: ignore[arg-type]


def _review(response: str, item: str, purpose: str, judgement: str, account: str, at: str) -> Review:
    return Review(
        response, item, Purpose(purpose), judgement_from_json(judgement), account, datetime.fromisoformat(at)
    )  # fmt: skip
