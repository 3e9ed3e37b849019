"""Figures that are renewed before anybody waits for them (stale-while-revalidate).

While answers come in, all figures of a survey grow old at the same moment, and whoever clicks then would wait for them
to be worked out again, everybody at once. Instead readers go on with the state whose figures stand, as of when it says,
while one thread works out those of the newest state that were lately asked for; then all change over together.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic, sleep

from analysis.columns.source import SourceState

PATIENCE = 15.0  # seconds after which readers go by the newest state, whatever stands of it
LATELY = 120.0  # seconds: what nobody has asked for since is not worked out before somebody does
_MOST = 4000  # questions that are kept, of one survey
_REST = 0.5  # times as long as a question took, whoever draws a page comes first

Again = Callable[[SourceState], object]
"""Asks the same once more, of the answers in another state."""

_log = logging.getLogger(__name__)


@dataclass
class _Line:
    """What is known of one survey: the state that its readers go by, the one that is coming, and what is asked."""

    state: SourceState
    coming: SourceState | None = None
    since: float = 0.0
    asked: OrderedDict[Hashable, tuple[float, Again]] = field(default_factory=OrderedDict)


class ReadyFigures:
    """Which state of each survey readers go by: the newest one where its figures stand, or after *patience* seconds."""

    def __init__(self, newest: Callable[[str], SourceState], patience: float = 0.0) -> None:
        self._newest, self._patience = newest, patience
        self._lines: dict[str, _Line] = {}
        self._lock, self._working = Lock(), Lock()

    def state(self, survey: str) -> SourceState:
        newest = self._newest(survey)
        if not self._patience:
            return newest
        with self._lock:
            line = self._lines.setdefault(survey, _Line(newest))
            if newest.name == line.state.name or self._is_due(line):
                line.state, line.coming = newest, None
            elif line.coming is None:
                line.coming, line.since = newest, monotonic()
                Thread(target=self._renew, args=(line, newest), name="figures", daemon=True).start()
            return line.state

    def note(self, survey: str, question: Hashable, again: Again) -> None:
        """Remember what was asked just now."""
        if not self._patience:
            return
        with self._lock:
            asked = self._lines[survey].asked if survey in self._lines else OrderedDict()
            asked[question] = (monotonic(), again)
            asked.move_to_end(question)
            while len(asked) > _MOST:
                asked.popitem(last=False)

    def _is_due(self, line: _Line) -> bool:
        return line.coming is not None and monotonic() - line.since > self._patience

    def _renew(self, line: _Line, coming: SourceState) -> None:
        """One survey after the other. What is asked meanwhile is not looked for again: it is of the newest answers."""
        with self._working:
            with self._lock:
                lately = monotonic() - LATELY
                line.asked = OrderedDict((name, each) for name, each in line.asked.items() if each[0] > lately)
                waiting = [again for _, again in reversed(line.asked.values())]
            for again in waiting:
                begun = monotonic()
                try:
                    again(coming)
                except Exception:  # whoever asks for it finds out
                    _log.debug("a figure was not renewed", exc_info=True)
                sleep(_REST * (monotonic() - begun))
        with self._lock:
            if line.coming is coming:
                line.state, line.coming = coming, None
