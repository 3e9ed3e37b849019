"""The console's words in the language its reader has chosen; kept by the session and by the page's address.

A wording is written in Chinese inside `_()`, with its values put in afterwards: `_("已收 {count} 份").format(count=3)`.
One that is named at the head of a module is `marked` there, and `_()` says it where it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from analysis.estimates import Language
from surveys.language import gettext, in_words
from surveys.pages import address
from surveys.wording import DEFAULT_LANGUAGE, Message, Said

LANGUAGES = {DEFAULT_LANGUAGE: "\u4e2d\u6587", "en": "English"}  # each by its own name, whoever reads it
_PARAMETER = "lang"


def language() -> str:
    """The tag of the language this session is read in."""
    chosen = st.session_state.get(_PARAMETER)
    return str(chosen) if chosen in LANGUAGES else DEFAULT_LANGUAGE


def language_of_figures() -> Language:
    """The same, by the name that the analysis has for it."""
    return "en" if language() == "en" else "zh"


def _(wording: str) -> str:
    """The wording in the session's language."""
    return gettext(wording, language())


def said(thing: Said) -> str:
    """A survey's text, a message or a marked wording, in the session's language."""
    return in_words(thing, language())


def reason(error: Exception) -> str:
    """What an error tells people, in the session's language."""
    told = error.args[0] if error.args else ""
    return said(told) if isinstance(told, Message) else said(str(error))


def translated(wordings: Mapping[str, str]) -> dict[str, str]:
    """Marked wordings by their keys, in the session's language."""
    return {key: _(wording) for key, wording in wordings.items()}


def listed(names: Collection[str]) -> str:
    """Names one after the other."""
    return _("、").join(names)


def language_switch() -> None:
    """Lets the reader choose; what was chosen holds on every page and stands in the address."""

    def draw() -> str | None:
        return st.segmented_control(
            "中文 / English", list(LANGUAGES), format_func=LANGUAGES.__getitem__, key=_PARAMETER, required=True,
            label_visibility="collapsed",
        )  # fmt: skip

    with st.sidebar:
        address.choice(_PARAMETER, LANGUAGES, draw, DEFAULT_LANGUAGE)
