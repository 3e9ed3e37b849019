"""Tables of very many columns: the few that are drawn, and how a person reaches the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

import streamlit as st

from surveys.console.kit import look
from surveys.console.kit.words import _, join_names

MOST_DRAWN = 60  # columns: each is a box of its own on the page, and a thousand of them keep a browser busy for long
_MOST_NAMED = 30


def drawn_columns(width: int, preferred: Collection[int]) -> list[int]:
    """Positions of at most so many columns as a page bears, in their order: the preferred ones before the others."""
    others = (at for at in range(width) if at not in preferred)
    return sorted([*chain(sorted(preferred), others)][:MOST_DRAWN])


def columns_asked_about(names: Sequence[str], recognised: Collection[int], key: str) -> list[int]:
    """Positions of the columns whose meaning is asked for, in their order.

    Of a wide table those that were recognised and the first of the others; any further one the person may pick. What
    is not asked about stays as it was recognised, or is left out, and the page says so.
    """
    drawn = drawn_columns(len(names), recognised)
    beyond = sorted(set(range(len(names))) - set(drawn))
    if not beyond:
        return drawn
    words = _("这个表有 {count} 列，下面只列出 {drawn} 列。没有列出的：{kept} 列按表头自动对应，{left} 列不导入。")
    kept = len(set(recognised) & set(beyond))
    look.soft(
        words.format(
            count=f"{len(names):,}", drawn=len(drawn), kept=f"{kept:,}", left=f"{len(beyond) - kept:,}"
        )
    )  # fmt: skip
    picked = st.multiselect(
        _("还要看哪些列"), beyond, format_func=lambda at: names[at], key=f"further columns {key}",
        placeholder=_("输入列名查找"),
    )  # fmt: skip
    return sorted([*drawn, *picked])


def listed_in_short(names: Sequence[str]) -> str:
    """Names of columns one after the other; of very many the first and how many there are."""
    if len(names) <= _MOST_NAMED:
        return join_names(names)
    return _("{names} 等 {count} 列").format(names=join_names(names[:_MOST_NAMED]), count=f"{len(names):,}")
