"""What was tapped, and right below it the comments that say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.pages.drill_down import comments_address
from analysis.pages.filters import View
from analysis.pages.quotes import SHEET, Passage, quote
from analysis.text.topics.themes import holding
from surveys.console.kit import look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _

_SHOWN = 6
Shown = Callable[[str], str]


def saying(view: View, comments: pd.DataFrame, term: str, shown: Shown) -> None:
    """The comments with this term, the term marked."""
    found = comments[holding(term, comments["text"])]
    heading = _("提到“{term}”的留言：{count} 条").format(term=term, count=len(found))
    rows = _in_order(view, found)["text"].head(_SHOWN).astype(str)
    quoted = [quote(shown(text), _places(text, term)) for text in rows]
    _drawn(heading, quoted, len(found), comments_address(view, term=term))


def about(view: View, comments: pd.DataFrame, aspect: str, shown: Shown) -> None:
    """The comments that mention this aspect, the passages marked."""
    mentions = view.mentions[view.mentions["aspect"] == aspect]
    passages: dict[tuple[str, str], list[Passage]] = {}
    for row in mentions.to_dict("records"):
        passage = Passage(int(row["start"]), int(row["end"]), str(row["sentiment"]))
        passages.setdefault((str(row["response"]), str(row["item"])), []).append(passage)
    pairs = list(zip(comments["response"].astype(str), comments["item"].astype(str), strict=True))
    found = comments[[pair in passages for pair in pairs]]
    label = str(mentions["label"].iloc[0]) if len(mentions) else aspect
    heading = _("提到“{term}”的留言：{count} 条").format(term=label, count=len(found))
    quoted = [
        quote(shown(str(row["text"])), passages[str(row["response"]), str(row["item"])])
        for row in _in_order(view, found).head(_SHOWN).to_dict("records")
    ]
    _drawn(heading, quoted, len(found), comments_address(view, aspect=aspect))


def _in_order(view: View, found: pd.DataFrame) -> pd.DataFrame:
    """The newest first; those of an anonymous survey in no order that tells when they were written."""
    if view.anonymous:
        return found.sort_values("response")
    times = view.responses.set_index("response")["received_at"]
    return found.assign(at=found["response"].map(times)).sort_values(["at", "response"], ascending=False)


def _places(text: str, term: str) -> Iterator[Passage]:
    for match in re.finditer(re.escape(term), text, re.IGNORECASE):
        yield Passage(match.start(), match.end(), "")


def _drawn(heading: str, quoted: list[Markup], amount: int, every: str) -> None:
    with st.container(border=True):
        words = Markup('<div role="status"><b>{}</b></div>').format(heading)
        st.html(SHEET + words + Markup("").join(quoted))
        if amount > len(quoted) and every:
            st.html(Linked(_("看全部 {count} 条").format(count=amount), every).__html__())
        if not quoted:
            look.soft(_("没有符合条件的留言"))
