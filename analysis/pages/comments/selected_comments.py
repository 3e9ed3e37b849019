"""What was tapped, and right below it the comments that say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import streamlit as st
from markupsafe import Markup

from analysis.comments.listing import Wanted
from analysis.pages.comments.quotes import SHEET, Passage, quote
from analysis.pages.drill_down import comments_address
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, language

_SHOWN = 6
Shown = Callable[[str], str]


def saying(view: ReleasedAnswers, term: str, shown: Shown) -> None:
    """The comments with this term, the term marked."""
    wanted = Wanted(term=term)
    amount = view.comment_count(wanted, language())
    heading = _("提到“{term}”的留言：{count} 条").format(term=term, count=amount)
    found = view.comment_list(wanted, language(), most=_SHOWN)
    quoted = [quote(shown(each.text), _places(each.text, term)) for each in found]
    _drawn(heading, quoted, amount, comments_address(view, term=term))


def about(view: ReleasedAnswers, aspect: str, shown: Shown) -> None:
    """The comments that mention this aspect, the passages marked."""
    wanted = Wanted(aspect=aspect)
    found, amount = view.comment_list(wanted, language(), most=_SHOWN), view.comment_count(wanted, language())
    label = next((own.label for each in found for own in each.aspects if own.aspect == aspect), aspect)
    heading = _("提到“{term}”的留言：{count} 条").format(term=label, count=amount)
    quoted = [
        quote(shown(each.text), [Passage(own.start, own.end, own.sentiment) for own in each.aspects
                                 if own.aspect == aspect])
        for each in found
    ]  # fmt: skip
    _drawn(heading, quoted, amount, comments_address(view, aspect=aspect))


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
