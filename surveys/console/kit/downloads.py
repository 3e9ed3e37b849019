"""Files to take along, offered right under what they hold; each says in its head what it is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import actions
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.tables.table_files import TABLE_FILES, Cell, ShownTable

_TITLE = "taking.title"  # session key: the page's name, the head of every file from it
_SCOPE = "taking.scope"  # session key: whose answers, of when, the page shows
_TOLD = "taking.told"  # session key: who is told, by title and ending, of what is taken along
_COUNT = "taking.count"  # session key: how many things of this run can be taken along
_UNFIT = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
_BREAK = re.compile(r"<br\s*/?>|</div>|</p>")


def begin(title: str) -> None:
    """A page of this name begins; nothing is known yet of whose answers it shows."""
    st.session_state.update({_TITLE: title, _SCOPE: "", _COUNT: 0})


def tell(told: Callable[[str, str], None]) -> None:
    """Have this told of everything before it is taken along; what it raises keeps it from being taken."""
    st.session_state[_TOLD] = told


def note_scope(words: str) -> None:
    """What the figures from here on are of."""
    st.session_state[_SCOPE] = words


def scope() -> str:
    """Whose answers, of when, the page shows; empty where it shows none."""
    return str(st.session_state.get(_SCOPE, ""))


def title() -> str:
    """The name of the page."""
    return str(st.session_state.get(_TITLE, ""))


def offer(kinds: Sequence[tuple[str, str, str, Callable[[], bytes]]]) -> None:
    """A small button for each (name, ending, media type, what writes the file)."""
    number = st.session_state[_COUNT] = int(st.session_state.get(_COUNT, 0)) + 1
    told, of = st.session_state.get(_TOLD), title()

    def written(ending: str, write: Callable[[], bytes]) -> bytes:
        if told:
            told(of, ending)
        return write()

    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key=f"take-{number}"):
        for name, ending, media_type, write in kinds:
            st.download_button(
                name, actions.on_this_page(partial(written, ending, write)), file_name(of, ending, number), media_type,
                on_click="ignore", key=f"take {number} {ending}", type="tertiary", icon=":material/download:",
                help=_("下载为 {name}").format(name=name),
            )  # fmt: skip


def offer_file(
    label: str, content: bytes | str | Callable[[], bytes | str], name: str, media_type: str, **more: Any
) -> None:  # fmt: skip
    """A button for a file of its own name; who takes it is written down, as with all that can be taken along."""
    told, of = st.session_state.get(_TOLD), title()

    def given() -> bytes | str:
        if told:
            told(of, name)
        return content() if callable(content) else content

    usual: dict[str, Any] = {"on_click": "ignore", "icon": ":material/download:"}
    st.download_button(label, actions.on_this_page(given), name, media_type, **usual | more)


def file_name(words: str, ending: str, number: int | None = None) -> str:
    """What is in the file, the day, and which of the page's things it is; no character that a disk refuses."""
    stem = _UNFIT.sub("-", words).strip("-. ")[:60] or "table"
    return "-".join([stem, f"{local_day(utc_now()):%Y%m%d}", *([] if number is None else [str(number)])]) + f".{ending}"


def offer_table(
    headings: Sequence[object], rows: Sequence[Sequence[object]], when_taken: Callable[[str], None] | None = None
) -> None:  # fmt: skip
    """The table as CSV and as a workbook; *when_taken* is told which of them, whenever one is asked for."""
    heads = [str(_plain(each)) for each in headings]
    shown = ShownTable(title(), scope(), heads, [[_plain(each) for each in row] for row in rows])

    def written(ending: str, write: Callable[[ShownTable], bytes]) -> bytes:
        if when_taken:
            when_taken(ending)
        return write(shown)

    files = TABLE_FILES.items()
    offer([(name, ending, kind, partial(written, ending, write)) for ending, (name, kind, write) in files])


def bare(cell: object) -> object:
    """What a cell shows, wherever it leads."""
    return cell.content if isinstance(cell, Linked) else cell


def _plain(cell: object) -> Cell:
    """A cell's words without the markup they are drawn with, and without where they lead."""
    cell = bare(cell)
    if isinstance(cell, Markup):
        return Markup(_BREAK.sub(" ", cell)).striptags()  # noqa: S704  only to take the markup off
    return cell if isinstance(cell, int | float) or cell is None else str(cell)
