"""The console's words in the language its reader has chosen; kept by the session and by the page's address.

A wording is written in Chinese inside `_()`, with its values put in afterwards: `_("已收 {count} 份").format(count=3)`.
One that is named at the head of a module is `marked` there, and `_()` says it where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from errno import errorcode
from typing import TypeVar

import streamlit as st

from surveys.console.kit import address
from surveys.localisation.distinct_names import distinct_names
from surveys.localisation.language import catalogues, console_languages, gettext, in_words, own_name, usual_language
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Said
from surveys.storage.records.errors import StorageError
from surveys.storage.records.trouble import trouble

_PARAMETER = "lang"
_Key = TypeVar("_Key", bound=Hashable)


def language() -> str:
    """The tag of the language this session is read in."""
    chosen = st.session_state.get(_PARAMETER)
    return str(chosen) if chosen in console_languages() else _usual()


def _usual() -> str:
    return usual_language() if usual_language() in console_languages() else DEFAULT_LANGUAGE


def _(wording: str) -> str:
    """The wording in the session's language."""
    return gettext(wording, language())


def said(thing: Said) -> str:
    """A survey's text, a message or a marked wording, in the session's language."""
    return in_words(thing, language())


def reason(error: Exception) -> str:
    """What an error tells people, in the session's language; of the system's own, what it comes to."""
    if known := trouble(error):
        return _(known)
    if isinstance(error, OSError | StorageError):
        name = errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
        return _("文件读写失败（{code}）").format(code=name)
    told = error.args[0] if error.args else ""
    return said(told) if isinstance(told, Message) else said(str(error))


def translate_all(wordings: Mapping[str, str]) -> dict[str, str]:
    """Marked wordings by their keys, in the session's language."""
    return {key: _(wording) for key, wording in wordings.items()}


def join_names(names: Collection[str]) -> str:
    """Names one after the other."""
    return _("、").join(names)


def language_switch(usual: str, keep: Callable[[str], None]) -> None:
    """Lets the reader choose; what was chosen holds on every page, stands in the address, and is *keep*-ed for later.

    *usual* is what was kept before; it holds until the address or the reader says otherwise.
    """
    names = {tag: "中文" if tag == DEFAULT_LANGUAGE else own_name(tag) for tag in console_languages()}
    if st.query_params.get(_PARAMETER) in set(catalogues()) - set(names):
        del st.query_params[_PARAMETER]  # spoken on the sign-in page, but not here
    if _PARAMETER not in st.session_state and usual in names:
        st.session_state[_PARAMETER] = usual

    def draw() -> str | None:
        return st.segmented_control(
            " / ".join(names.values()), list(names), format_func=names.__getitem__, key=_PARAMETER, required=True,
            label_visibility="collapsed", on_change=lambda: keep(language()),
        )  # fmt: skip

    with st.sidebar:
        address.choice(_PARAMETER, names, draw, _usual())


def distinct(names: Mapping[_Key, str], *, by_code: bool = True) -> dict[_Key, str]:
    """Names by code, no two alike: a chooser goes by what it shows, and of several of one name takes the last.

    Beside a name that two have stands the code; where people don't know the codes (not *by_code*), a number.
    """
    return distinct_names(names, language(), by_code=by_code)
