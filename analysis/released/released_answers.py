"""The gate: all that pages, files, the API and alerts get of the answers to a survey comes out of here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.comments.corrections import MeasuredAccuracy, measured_accuracy, to_label
from analysis.comments.listing import ListedComment, Wanted, listed_comments, wanted_comments
from analysis.disclosure import comments_may_be_shown
from analysis.frames import item_column
from analysis.level.answers_behind import answers_to, behind
from analysis.level.satisfaction import RatedDimension
from analysis.released.parts import Kinds, When
from analysis.released.released_figures import ReleasedFigures
from analysis.released.released_rows import AnonymousRows
from surveys.comments import CommentKind
from surveys.definition.questions import Scale
from surveys.intake.submission import StoredResponse
from surveys.storage.records.comments import CommentFinding


class NotReadable(PermissionError):
    """Answers to an anonymous survey that nobody may read one by one."""


class ReleasedAnswers(ReleasedFigures):
    """Figures by `ask`, and what people read by names of its own; the rows themselves never leave it."""

    # Comments

    @property
    def authors(self) -> int:
        """How many of those in view wrote a comment that says something."""
        if isinstance(self._rows, AnonymousRows):
            return self._rows.authors
        return int(self._rows.comments(Kinds.READABLE, When.NOW, ())["response"].nunique())

    @property
    def comments_withheld(self) -> bool:
        """Whether so few wrote that their words would tell who they are, here or by what is shown elsewhere."""
        if not isinstance(self._rows, AnonymousRows):
            return False
        enough = comments_may_be_shown(self.authors, minimum=self.minimums.comments)
        return bool(self.authors) and (
            not enough or not self._anonymous.comments_shown(self._part.department, below=self._part.below)
        )

    def comment_list(self, wanted: Wanted, language: str, first: int = 0, most: int = 20) -> list[ListedComment]:
        """The comments that are wanted, *most* of them from the *first* on; labels of aspects in *language*."""
        rows, mentions = self._found(wanted, language)
        return listed_comments(rows.iloc[first : first + most], mentions)

    def comment_count(self, wanted: Wanted, language: str) -> int:
        """How many comments are wanted."""
        return len(self._found(wanted, language)[0])

    def _found(self, wanted: Wanted, language: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self._shared(
            self._reading.kept_rows, ("comments", wanted, language), lambda here: here._looked_for(wanted, language)
        )

    def _looked_for(self, wanted: Wanted, language: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        other = wanted.sentiment == CommentKind.OTHER_LANGUAGE
        kinds = Kinds.OTHER_LANGUAGE if other else Kinds.JUDGED
        scale = self.overall_scale
        # The rating of one person beside their words: an anonymous survey has nothing of that.
        rating = item_column(scale.code) if scale and not self.anonymous else None
        places = () if self.anonymous else ("received_at", "touchpoint", *([rating] if rating else ()))
        rows = self._rows.comments(kinds, When.NOW, places)
        rows = rows.assign(rating=rows[rating].astype(float) if rating else float("nan"))
        mentions = self._rows.mentions(language, When.NOW)
        if other:
            wanted = _of_any_sentiment(wanted)
        low, high = (scale.low, scale.high) if scale else (1, 5)
        return wanted_comments(rows, mentions, wanted, low=low, high=high), mentions

    @property
    def overall_scale(self) -> Scale | None:
        """The question on overall satisfaction, where it is a scale."""
        survey = self.record.survey
        question = survey.question(survey.overall) if survey.overall else None
        return question if isinstance(question, Scale) else None

    # Judging the analysis

    def sample(self) -> tuple[MeasuredAccuracy, CommentFinding | None]:
        """How often the model and people agree on comments drawn at random, and the next one to judge."""
        readable = set(self._rows.comments(Kinds.ALL, When.NOW, ())["response"])
        findings = [each for each in self._reading.evidence.findings(self.record.code) if each.response in readable]
        reviews = list(self._reading.evidence.reviews(self.record.code))
        waiting = to_label(findings, reviews)
        return measured_accuracy(findings, reviews), waiting[0] if waiting else None

    # Answers one by one

    def answers(
        self, question: str, values: Sequence[str], dimensions: Mapping[str, RatedDimension], first: int, most: int
    ) -> list[StoredResponse]:  # fmt: skip
        """The answers that say one of *values* to a question ("" for all answers), the newest first; NotReadable."""
        found = self._saying(question, values, dimensions).iloc[first : first + most]
        read = (self._reading.evidence.document(each) for each in found)
        return [each for each in read if each is not None]

    def answers_saying(self, question: str, values: Sequence[str], dimensions: Mapping[str, RatedDimension]) -> int:
        """How many answers say one of *values* to a question; NotReadable of an anonymous survey."""
        return len(self._saying(question, values, dimensions))

    def _saying(self, question: str, values: Sequence[str], dimensions: Mapping[str, RatedDimension]) -> pd.Series:
        if self.anonymous:
            raise NotReadable(f'survey "{self.record.code}" is anonymous: its answers are shown in sum only')
        name = ("answers", question, tuple(values), repr(dimensions))
        return self._shared(self._reading.kept_rows, name, lambda here: here._ids(question, values, dimensions))

    def _ids(self, question: str, values: Sequence[str], dimensions: Mapping[str, RatedDimension]) -> pd.Series:
        items = [item for each in dimensions.values() for item in each.items]
        wanted = dict.fromkeys(["response", "received_at", *items, *([question] if question else [])])
        rows = self._rows.columns(list(wanted), When.NOW)
        if question:
            rows = rows[behind(answers_to(rows, question, dimensions), values)]
        return rows.sort_values(["received_at", "response"], ascending=False)["response"]


def _of_any_sentiment(wanted: Wanted) -> Wanted:
    return replace(wanted, sentiment="")
