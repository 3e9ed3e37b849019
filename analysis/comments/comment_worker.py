"""Analyses open comments as they arrive, in a thread of its own, so that pages only read results."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event
from time import monotonic
from typing import Protocol

from surveys.comments import Aspect, CommentKind, Sentiment, Signal
from surveys.definition.questions import Measure
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, OpenComment
from surveys.storage.records.surveys import SurveyRecord

BATCH = 500
SLICE = 20  # analysed in one go; a few milliseconds
REST = 4.0  # times as long as it worked, a slice is followed by rest: who fills in a form comes first
PAUSE_SECONDS = 3.0

_log = logging.getLogger(__name__)


class Analysis(Protocol):
    """What an analyser says about one comment, as far as it is kept.

    The words that moved its score can be had again for the few comments someone looks at.
    """

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> CommentKind: ...
    @property
    def sentiment(self) -> Sentiment: ...
    @property
    def score(self) -> float: ...
    @property
    def sure(self) -> bool: ...
    @property
    def aspects(self) -> tuple[Aspect, ...]: ...
    @property
    def signals(self) -> tuple[Signal, ...]: ...


class CommentAnalyser(Protocol):
    """What the worker needs of an analyser."""

    @property
    def version(self) -> str: ...

    def analyse(self, texts: list[str]) -> Sequence[Analysis]: ...


class CommentBacklog:
    """Takes waiting comments in batches.

    *load* is asked for every batch of a survey: it gives the same analyser again as long as nothing about it was
    changed. *adapt* may change it once nothing waits, told how many comments were analysed, and says whether it has.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[str], CommentAnalyser],
        *,
        batch: int = BATCH,
        adapt: Callable[[SurveyRecord, int], bool] = lambda record, analysed: False,
    ) -> None:
        self._store, self._load, self._batch, self._adapt = store, load, batch, adapt
        self._stopping = Event()
        self._done: dict[str, str] = {}  # survey → its state when nothing waited

    def worker(self, lease: Lease | None = None, *, pause: float = PAUSE_SECONDS) -> Worker:
        """Does that in the background."""
        return Worker("comment analysis", self.analyse_waiting, stopping=self._stopping, pause=pause, lease=lease)

    def analyse_waiting(self) -> int:
        """One batch of every survey that has comments waiting; returns how many were analysed."""
        records = self._store.surveys.all(archived=True)
        return sum(self._analyse(record) for record in records if not self._stopping.is_set())

    def _analyse(self, record: SurveyRecord) -> int:
        items = [question.code for question in record.survey.with_measure(Measure.TEXT)]
        if not items:
            return 0
        analyser = self._load(record.code)
        state = f"{analyser.version}·{self._store.responses.stamp(record.code)}"
        if self._done.get(record.code) == state:
            return 0
        waiting = self._store.findings.waiting(record.code, items, analyser.version, self._batch)
        if waiting:
            self._store.findings.save(self._in_slices(analyser, waiting))
        elif not self._adapt(record, self._store.findings.progress(record.code, items, analyser.version)[0]):
            self._done[record.code] = state
        return len(waiting)

    def _in_slices(self, analyser: CommentAnalyser, waiting: list[OpenComment]) -> list[CommentFinding]:
        """What is found in these; as much of it as was found when the server is to end."""
        found: list[CommentFinding] = []
        for start in range(0, len(waiting), SLICE):
            begun = monotonic()
            found += _findings(analyser, waiting[start : start + SLICE])
            if self._stopping.wait(REST * (monotonic() - begun)):
                break
        return found


def _findings(analyser: CommentAnalyser, comments: list[OpenComment]) -> list[CommentFinding]:
    try:
        analyses = analyser.analyse([comment.text for comment in comments])
    except Exception as error:
        if len(comments) > 1:  # one comment that can't be read must not hold up the others
            return [finding for comment in comments for finding in _findings(analyser, [comment])]
        _log.warning("a comment could not be analysed: %s", type(error).__name__)
        return [_unreadable(comments[0], analyser.version)]
    return [_finding(comment, analyser.version, found) for comment, found in zip(comments, analyses, strict=True)]


def _finding(comment: OpenComment, version: str, found: Analysis) -> CommentFinding:
    return CommentFinding(
        comment.response, comment.item, version, found.text, found.kind, found.sentiment, found.score, found.sure,
        found.aspects, signals=found.signals,
    )  # fmt: skip


def _unreadable(comment: OpenComment, version: str) -> CommentFinding:
    """What is kept of a comment that the analyser failed on: shown as it is, with no claim about it."""
    kind, sentiment = CommentKind.STATEMENT, Sentiment.NEUTRAL
    return CommentFinding(comment.response, comment.item, version, comment.text, kind, sentiment, 0.5, sure=False)
