"""Figures that lead to what is behind them: the address of another page of the console, and a cell that goes there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup, escape

from surveys.console.kit.words import language
from surveys.storage.records.surveys import SurveyRecord
from surveys.web.rendering.language_switch import address_in_language

_OPEN = "leading.pages"  # session key: the addresses of the pages that this account may open
_LINK = Markup('<a class="xs-lead" href="{}" target="_self" title="{}">{}</a>')


@dataclass(frozen=True)
class Linked:
    """What is shown, and where it leads; it leads nowhere where the address is empty. Files keep what is shown."""

    content: object
    address: str
    hint: str = ""

    def __html__(self) -> Markup:
        shown = escape(self.content)
        return _LINK.format(self.address, self.hint, shown) if self.address else shown

    def __str__(self) -> str:
        return str(self.content)


def remember(paths: Collection[str]) -> None:
    """These are the pages that this account may open."""
    st.session_state[_OPEN] = frozenset(paths)


def address_of(path: str, **query: str) -> str:
    """Where a page of the console is found, in the language spoken; empty where this account may not open it."""
    if path not in st.session_state.get(_OPEN, ()):
        return ""
    return address_in_language(f"/{path}?{urlencode(query)}", language())


def survey_answers(record: SurveyRecord) -> str:
    """Where all answers of a survey are read one by one; empty where nobody may, or not this account."""
    return "" if record.survey.anonymous else address_of("answers", survey=record.code, period="all")
