"""Analyses open comments as they arrive, in a thread of its own, so that pages only read results."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic
from typing import Any, Protocol

from surveys.questions import Measure
from surveys.storage import Store
from surveys.storage.findings import Finding, OpenComment
from surveys.storage.surveys import SurveyRecord

BATCH = 500
SLICE = 20  # analysed in one go; a few milliseconds
REST = 4.0  # times as long as it worked, a slice is followed by rest: who fills in a form comes first
PAUSE_SECONDS = 3.0
# What is read of an analysis; the words that moved its score can be had again for the few comments someone looks at.
KEPT = ("text", "kind", "sentiment", "score", "sure", "aspects")

_log = logging.getLogger(__name__)


class Analysis(Protocol):
    """What an analyser says about one comment."""

    def to_dict(self) -> dict[str, Any]: ...


class CommentAnalyser(Protocol):
    """What the worker needs of an analyser."""

    @property
    def version(self) -> str: ...

    def analyse(self, texts: list[str]) -> Sequence[Analysis]: ...


class CommentWorker:
    """Takes waiting comments in batches until it is stopped; a failure costs a pause, never the thread.

    *load* is asked for every batch: it gives the same analyser again as long as nothing about it was changed.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[], CommentAnalyser],
        *,
        batch: int = BATCH,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._store, self._load, self._batch, self._pause = store, load, batch, pause
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="comment analysis", daemon=True)
        self._done: dict[str, str] = {}  # survey → its state when nothing waited

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after its batch, and wait for it."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def analyse_waiting(self) -> int:
        """One batch of every survey that has comments waiting; returns how many were analysed."""
        return sum(self._analyse(record) for record in self._store.surveys.all() if not self._stopped.is_set())

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                idle = self.analyse_waiting() == 0
            except Exception as error:  # whatever it was, comments that come later must still be analysed
                _log.warning("comment analysis pauses after %s", type(error).__name__)
                idle = True
            self._stopped.wait(self._pause if idle else 0.01)

    def _analyse(self, record: SurveyRecord) -> int:
        items = [question.code for question in record.survey.with_measure(Measure.TEXT)]
        if not items:
            return 0
        analyser = self._load()
        state = f"{analyser.version}·{self._store.responses.stamp(record.code)}"
        if self._done.get(record.code) == state:
            return 0
        waiting = self._store.findings.waiting(record.code, items, analyser.version, self._batch)
        if waiting:
            self._store.findings.save(self._in_slices(analyser, waiting))
        else:
            self._done[record.code] = state
        return len(waiting)

    def _in_slices(self, analyser: CommentAnalyser, waiting: list[OpenComment]) -> list[Finding]:
        """What is found in these; as much of it as was found when the server is to end."""
        found: list[Finding] = []
        for start in range(0, len(waiting), SLICE):
            begun = monotonic()
            found += _findings(analyser, waiting[start : start + SLICE])
            if self._stopped.wait(REST * (monotonic() - begun)):
                break
        return found


def _findings(analyser: CommentAnalyser, comments: list[OpenComment]) -> list[Finding]:
    try:
        documents = [each.to_dict() for each in analyser.analyse([comment.text for comment in comments])]
    except Exception as error:
        if len(comments) > 1:  # one comment that can't be read must not hold up the others
            return [finding for comment in comments for finding in _findings(analyser, [comment])]
        _log.warning("a comment could not be analysed: %s", type(error).__name__)
        documents = [_unreadable(comments[0].text)]
    return [_finding(comment, analyser.version, found) for comment, found in zip(comments, documents, strict=True)]


def _finding(comment: OpenComment, version: str, document: dict[str, Any]) -> Finding:
    kept = {name: document[name] for name in KEPT if name in document}
    return Finding(comment.response, comment.item, version, kept)


def _unreadable(text: str) -> dict[str, Any]:
    """What is kept of a comment that the analyser failed on: shown as it is, with no claim about it."""
    return {"text": text, "kind": "statement", "sentiment": "中性", "score": 0.5, "sure": False, "aspects": []}
