"""Figures are renewed before anybody waits for them: readers change over when the new ones stand, or soon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from time import monotonic, sleep
from typing import Any

import pandas as pd
import pytest

from analysis.level.satisfaction import mean_score
from analysis.released import ready_figures
from analysis.released.gate import Gate
from analysis.released.parts import Column
from tests.analysis.released.test_gate import answers_of
from tests.support.frame_answers import FrameAnswers

LONG = 60.0  # seconds


class Counted:
    """Works out what is asked, one after the other where *go* is not set, and counts."""

    def __init__(self) -> None:
        self.calls, self.go = 0, Event()
        self.go.set()

    def __call__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]
    ) -> Any:  # fmt: skip
        self.calls += 1
        assert self.go.wait(LONG)
        return function(*arguments, **settings)


def come(source: FrameAnswers, name: str) -> None:
    """As many answers again."""
    source.frame = pd.concat([source.frame, source.frame], ignore_index=True)
    source.name = name


def until(holds: Callable[[], bool]) -> None:
    end = monotonic() + 10
    while not holds():
        assert monotonic() < end, "it never came"
        sleep(0.01)


def test_readers_go_on_with_what_stands_until_the_new_figures_do() -> None:
    """While they are worked out nobody waits, a page has figures of one state, and afterwards nobody works any out."""
    source, compute = answers_of(), Counted()
    gate = Gate(source, source, compute=compute, patience=LONG)
    first = source.answers(gate=gate).ask(mean_score, Column("overall"))
    compute.go.clear()
    come(source, "newer")
    begun = monotonic()
    assert source.answers(gate=gate).ask(mean_score, Column("overall")) == first
    assert monotonic() - begun < 1
    compute.go.set()
    until(lambda: source.answers(gate=gate).ask(mean_score, Column("overall")).n == 2 * first.n)
    assert compute.calls == 2, "once for each state"


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the new figures take, what is shown is not older by more than that."""
    source, compute = answers_of(), Counted()
    gate = Gate(source, source, compute=compute, patience=0.2)
    first = source.answers(gate=gate).answered("overall")
    monkeypatch.setattr(ready_figures, "_REST", 1000.0)  # of the renewal: it never comes to its end
    source.answers(gate=gate).ask(mean_score, Column("overall"))
    come(source, "newer")
    until(lambda: source.answers(gate=gate).answered("overall") == 2 * first)


def test_what_nobody_asks_any_more_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    source, compute = answers_of(), Counted()
    gate = Gate(source, source, compute=compute, patience=LONG)
    first = source.answers(gate=gate).answered("overall")
    monkeypatch.setattr(ready_figures, "LATELY", -1.0)
    come(source, "newer")
    assert source.answers(gate=gate).n
    until(lambda: source.answers(gate=gate).n == 2 * len(answers_of().frame))
    assert compute.calls == 1 and first


def test_without_patience_every_look_is_as_of_now() -> None:
    source = answers_of()
    gate = Gate(source, source)
    first = source.answers(gate=gate).answered("overall")
    come(source, "newer")
    assert source.answers(gate=gate).answered("overall") == 2 * first


def test_a_figure_that_fails_holds_nobody_up() -> None:
    source = answers_of()
    fails: list[bool] = []

    def moody(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
        if fails:
            raise MemoryError
        return function(*arguments, **settings)

    gate = Gate(source, source, compute=moody, patience=LONG)
    first = source.answers(gate=gate).answered("overall")
    fails.append(True)
    come(source, "newer")
    until(lambda: source.answers(gate=gate).as_of is not None and gate._ready.state("named-mood").name == "newer")
    fails.clear()
    assert source.answers(gate=gate).answered("overall") == 2 * first


def test_a_page_is_of_one_state() -> None:
    """What is narrowed out of a view is of the same answers, though others have become readable meanwhile."""
    source = answers_of()
    gate = Gate(source, source)
    whole = source.answers(gate=gate)
    assert whole.as_of
    come(source, "newer")
    district = whole.within(where={"district": "城东"})
    assert district.key.startswith(whole.key.split("·")[0])
    assert source.state("named-mood").name == "newer"
