"""Choices that stand in the page's address, so that a view can be shared, bookmarked and linked to.

Whatever a page lets people choose goes through here: its widget's key is the name in the address, the default leaves
the address clean, and what an address says that nobody understands is `doubted`, to be told at the head of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

_ASKED = "address.asked"  # session key: the names that this run has asked for
_DOUBTS = "address.doubts"  # session key: what the address says in vain, name and value
_ON = "1"
T = TypeVar("T")
N = TypeVar("N", int, float)


def begin() -> None:
    """Forget what the run before asked for."""
    st.session_state[_ASKED], st.session_state[_DOUBTS] = set(), []


def doubt(name: str, value: str) -> None:
    """Note that the address names something that isn't there."""
    pair, doubts = (name, value), st.session_state.setdefault(_DOUBTS, [])
    if pair not in doubts:
        doubts.append(pair)


def doubted_values() -> list[tuple[str, str]]:
    """What the address said in vain, at the end of a run; what an earlier view left behind is taken out of it."""
    for name in set(st.query_params) - st.session_state.get(_ASKED, set()):
        value = st.query_params[name]
        if value in (st.session_state.get(_kept(name)), ""):
            del st.query_params[name]
        else:
            doubt(name, value)
    return list(st.session_state.get(_DOUBTS, []))


def asked(*names: str) -> None:
    """These names are read by the page itself."""
    st.session_state.setdefault(_ASKED, set()).update(names)


def leave(name: str, value: str) -> None:
    """Put a value into the address that the page reads itself, and takes for its own when the page no longer asks."""
    asked(name)
    st.session_state[_kept(name)] = st.query_params[name] = value


def choice(
    name: str,
    options: Collection[str],
    draw: Callable[[], str | None],
    default: str,
    formerly: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """What the drawn widget says, its value kept in the address under *name*; the default leaves the address clean.

    The widget's key must be *name*, and it must have no default of its own. A value that is no option is doubted,
    unless it is what an option was called *formerly*.
    """

    def read(text: str) -> str | None:
        text = formerly.get(text, text)
        return text if text in options else None

    return _held(name, draw, default, read, str)


def maybe(name: str, options: Collection[str], draw: Callable[[], str | None]) -> str | None:
    """Like `choice`, for a widget in which nothing need be chosen."""
    none: str | None = None
    return _held(name, draw, none, lambda text: text if text in options else None, lambda chosen: chosen or "")


def several(
    name: str, options: Collection[str], draw: Callable[[], Sequence[str]], default: Sequence[str]
) -> list[str]:
    """Like `choice`, for any number of *options*, separated by commas in the address."""

    def read(text: str) -> list[str] | None:
        wanted = [each for each in text.split(",") if each]
        return wanted if all(each in options for each in wanted) else None

    return _held(name, lambda: list(draw()), list(default), read, ",".join)


def switch(name: str, draw: Callable[[], bool]) -> bool:
    """Like `choice`, for something that is on or off; off is the default."""
    states = {_ON: True, "0": False}
    return _held(name, draw, False, states.get, lambda on: _ON if on else "0")


def typed_text(name: str, draw: Callable[[], str | None]) -> str:
    """Like `choice`, for words that are typed."""
    return _held(name, lambda: draw() or "", "", str, str)


def whole(name: str, draw: Callable[[], int | float | None], default: int, low: int, high: int) -> int:
    """Like `choice`, for a whole number from *low* to *high*."""
    return int(_held(name, lambda: int(draw() or default), default, _number(int, low, high), str))


def decimal(name: str, draw: Callable[[], int | float | None], default: float, low: float, high: float) -> float:
    """Like `choice`, for a number from *low* to *high*."""
    return float(_held(name, lambda: float(draw() or default), default, _number(float, low, high), "{:g}".format))


def tabs(name: str, labels: Mapping[str, str]) -> dict[str, TabContainer]:
    """Tabs by their codes, of which the address names the open one; only the open one need be drawn."""
    codes = {label: code for code, label in labels.items()}
    first = next(iter(labels))
    drawn: list[TabContainer] = []
    key = f"{name} tab"

    def draw() -> str:
        wanted = labels[st.session_state[name]]
        if st.session_state.get(key) not in codes or st.session_state.get(f"{name} linked") != wanted:
            st.session_state[key] = wanted
        drawn.extend(st.tabs(list(labels.values()), key=key, on_change="rerun"))
        return codes.get(st.session_state.get(key) or "", first)

    chosen = choice(name, labels, draw, first)
    st.session_state[f"{name} linked"] = labels[chosen]
    st.session_state[name] = chosen
    return dict(zip(labels, drawn, strict=True))


def _held(
    name: str, draw: Callable[[], T | None], default: T, read: Callable[[str], T | None], write: Callable[[T], str]
) -> T:
    """The value of a widget whose key is *name*: from the address where somebody came by a link, else as it was."""
    asked(name)
    kept, given = st.session_state.get(_kept(name)), _given(name)
    linked = read(given) if given is not None and given != kept else None
    before = read(kept) if kept is not None else None
    if linked is not None:
        st.session_state[name] = linked
    elif name not in st.session_state or (
        st.session_state[name] != default and _unread(st.session_state[name], read, write)
    ):
        st.session_state[name] = default if before is None else before
    if given not in (None, kept) and linked is None:
        doubt(name, given or "")
    drawn = draw()
    chosen = default if drawn is None else drawn
    _keep(name, write(chosen), write(default))
    return chosen


def _unread(value: object, read: Callable[[str], T | None], write: Callable[[T], str]) -> bool:
    """Whether what the session holds is no value any more, say because the options are others now."""
    try:
        return read(write(value)) is None  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return True


def _given(name: str) -> str | None:
    """The value in the address; of several the last one, the others are doubted."""
    values = st.query_params.get_all(name)
    for other in values[:-1]:
        doubt(name, other)
    return values[-1] if values else None


def _keep(name: str, value: str, default: str) -> None:
    st.session_state[_kept(name)] = value
    if value != default:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _kept(name: str) -> str:
    return f"{name} in the address"


def _number(kind: Callable[[str], N], low: N, high: N) -> Callable[[str], N | None]:
    def read(text: str) -> N | None:
        try:
            value = kind(text)
        except ValueError:
            return None
        return value if low <= value <= high else None

    return read
