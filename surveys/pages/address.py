"""Choices that stand in the page's address, so that a view can be shared, bookmarked and linked to."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st


def choice(name: str, options: Collection[str], draw: Callable[[], str | None], default: str) -> str:
    """What the drawn widget says, its value kept in the address under *name*; the default leaves the address clean.

    The widget's key must be *name*. A value that is no option is ignored.
    """
    kept = f"{name} in the address"
    given = st.query_params.get(name)
    if given is not None and given in options and given != st.session_state.get(kept):
        st.session_state[name] = given  # someone followed a link here
    elif st.session_state.get(name) not in options:
        before = st.session_state.get(kept)  # also when the option chosen is now worded differently
        st.session_state[name] = before if before in options else default
    chosen = draw() or default
    st.session_state[kept] = chosen
    if chosen != default:
        st.query_params[name] = chosen
    elif name in st.query_params:
        del st.query_params[name]
    return chosen
