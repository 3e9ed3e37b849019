"""What a button sets going: done once and whole, and what came of it is said until something else is done.

Whatever a person touches, Streamlit draws the page anew, and the drawing at hand ends at its next call of Streamlit,
if only to look into the session's state. Left to that, a press is forgotten on the way to its button, an import ends
before it is written down, what came of it is never said, and a double click does it twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

T = TypeVar("T")

# Session keys.
_PRESSED = "console.pressed"  # the button that was pressed and what it asks for is not done yet: its key, and its turn
_OUTCOME = "console.outcome"  # what came of what was done last
_LEFT = "console.left"  # what is to be said once, by key
_TURNS = "console.turns"  # how many times what a button asks for has been done, by its key
_MET = "console.met"  # which presses and outcomes the page has had a place for since it was last drawn whole
_ONE = "console.one action"  # what lets one action of a session be at work


def button(label: str, key: str, draw: Callable[..., object] = st.button, **how: Any) -> bool:
    """Whether this button has been pressed and `perform` has not done what it asks for.

    Once it is done the button is another one, so that the second press of a double click is none.
    """
    state = st.session_state
    turn = state.setdefault(_TURNS, {}).get(key, 0)
    state.setdefault(_ONE, threading.Lock())
    _met().add((_PRESSED, key))
    draw(label, key=f"{key} {turn}" if turn else key, on_click=_press, args=(key, turn), **how)
    return bool(state.get(_PRESSED) == (key, turn))


def perform(key: str, act: Callable[[], object], waiting: str = "") -> NoReturn:
    """Do it whole, *waiting* saying so; keep what comes of it as the `outcome` of this key; draw the page anew."""
    pressed = st.session_state.get(_PRESSED)
    with st.spinner(waiting):
        whole(partial(_once, key, pressed, act))
    st.rerun()


@dataclass(frozen=True)
class ActionOutcome(Generic[T]):
    """What came of an action."""

    key: str
    value: T


def outcome(key: str) -> ActionOutcome[Any] | None:
    """What came of the action of this key, if it was the last one and the page has had a place for it since."""
    _met().add((_OUTCOME, key))
    came: ActionOutcome[Any] | None = st.session_state.get(_OUTCOME)
    return came if came is not None and came.key == key else None


def keep_outcome(key: str, value: object) -> None:
    """What came of an action that is not `perform`-ed."""
    st.session_state[_OUTCOME] = ActionOutcome(key, value)


def forget() -> None:
    """Something else has been done: what came of the last action is not said any more."""
    st.session_state.pop(_OUTCOME, None)


def leave_for_once(key: str, value: object) -> None:
    """Something else has been done, and this is for the next page that is drawn to its end, by that *key*."""
    forget()
    st.session_state.setdefault(_LEFT, {})[key] = value


def left_for_once(key: str) -> Any:
    """What was left by this *key*; gone once the page has been drawn to its end."""
    _met().add((_LEFT, key))
    return st.session_state.get(_LEFT, {}).get(key)


def whole(act: Callable[[], T]) -> T:
    """What *act* returns, or raises; it is done to its end, even if the drawing of the page is broken off meanwhile.

    Streamlit breaks off its own thread of the page alone, so *act* has another one; but not where a widget calls back:
    that thread holds the session's state until it is through, and another one would wait for it for ever.
    """
    context, here = get_script_run_ctx(), copy_context()
    if context is not None and ThreadState.get().run_location is RunLocation.CALLBACK:
        return act()

    def work() -> T:
        add_script_run_ctx(threading.current_thread(), context)
        return here.run(act)

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(work).result()


def on_this_page(give: Callable[[], T]) -> Callable[[], T]:
    """*give* as it would run now: who is signed in, their language, whose work it is.

    A file that is made when somebody takes it is made in a thread that knows nothing of the page it was offered on.
    """
    context, here = get_script_run_ctx(suppress_warning=True), copy_context()

    def work() -> T:
        add_script_run_ctx(threading.current_thread(), context)
        return here.copy().run(give)

    def given() -> T:
        with ThreadPoolExecutor(1) as worker:
            return worker.submit(work).result()

    return given


def end() -> None:
    """The page has been drawn to its end: drop what it has said once, and a press or an outcome it has no place for."""
    state, met = st.session_state, _met()
    if _PRESSED in state and (_PRESSED, state[_PRESSED][0]) not in met:
        del state[_PRESSED]
    for kind, key in met:
        if kind == _LEFT:
            state.get(_LEFT, {}).pop(key, None)
    if _OUTCOME in state and (_OUTCOME, state[_OUTCOME].key) not in met:
        forget()
    met.clear()


def _press(key: str, turn: int) -> None:
    st.session_state[_PRESSED] = (key, turn)


def _once(key: str, pressed: tuple[str, int] | None, act: Callable[[], object]) -> None:
    """Do it, unless another drawing of the page has done what this press asks for."""
    state = st.session_state
    with state.setdefault(_ONE, threading.Lock()):
        if state.get(_PRESSED) != pressed:
            return
        try:
            keep_outcome(key, act())
        finally:
            state.pop(_PRESSED, None)
            turns = state.setdefault(_TURNS, {})
            turns[key] = turns.get(key, 0) + 1


def _met() -> set[tuple[str, str]]:
    met: set[tuple[str, str]] = st.session_state.setdefault(_MET, set())
    return met
