"""What comments are about: word cloud and terms, what is new, what is suggested, what no topic covers yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from analysis.caching.shared_results import SharedResults
from analysis.comments.terms import suggestions_of, terms_of, uncovered_of
from analysis.pages.comments import distinctive_terms, selected_comments
from analysis.pages.comments.quotes import SHEET, Passage, quote
from analysis.pages.comments.word_cloud import tapped_cloud
from analysis.released.parts import Comments, Mentions
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.topics.cloud import Cloud, NothingToDraw, word_cloud
from analysis.text.topics.fonts import FontMissing, chinese_font
from analysis.text.topics.themes import frequencies_of
from surveys.comments import BY_LABEL, SENTIMENT_LABELS, Sentiment
from surveys.console.kit import address, look
from surveys.console.kit.words import _, language, reason, translate_all
from surveys.localisation.language import marked
from surveys.settings import Settings

ALL = "all"
NAMES: Mapping[str, str] = {ALL: marked("全部"), **{each.value: SENTIMENT_LABELS[each] for each in Sentiment}}
FORMERLY: Mapping[str, str] = {label: code.value for label, code in BY_LABEL.items()}
"""What addresses said before they said codes; links and bookmarks of that time still hold."""
Shown = Callable[[str], str]
"""A comment as it may be shown: with personal data masked or not."""
_TERMS = 24
_SUGGESTIONS = 12
_CLOUDS = SharedResults(24)  # pictures are large


def draw(view: ReleasedAnswers, shown: Shown) -> str | None:
    """The cloud and the terms beside it, then what needs a second look; returns the term that was picked."""
    st.header(_("客户在说什么"), anchor="terms")
    names = translate_all(NAMES)

    def draw_mood() -> str | None:
        return st.segmented_control(
            _("情感范围"), list(names), format_func=names.__getitem__, required=True, key="mood",
            label_visibility="collapsed",
        )  # fmt: skip

    chosen = address.choice("mood", names, draw_mood, ALL, FORMERLY)
    with st.spinner(_("正在统计词语…")):
        every = view.ask(terms_of, Comments())
    column = "comments" if chosen == ALL else chosen
    known = dict(zip(every["term"], every[column].astype(int), strict=True))
    terms = every[every[column] > 0].sort_values(column, ascending=False, kind="stable").head(80)
    picked = None
    if terms.empty:
        look.empty(_("没有可统计的词语"), _("换一个情感范围，或放宽筛选条件。"))
    else:
        left, right = st.columns([3, 2])
        with left:
            _cloud(view.key, str(chosen), terms, known)
        with right:
            picked = _term_picker(known, list(terms["term"].head(_TERMS)))
        if picked is not None:
            selected_comments.saying(view, picked, shown)
    distinctive_terms.draw(view, every)
    _suggestions(view, shown)
    _uncovered(view, shown)
    return picked


def _term_picker(counts: Mapping[str, int], offered: list[str]) -> str | None:
    """One of the terms offered, or any other that was tapped in the cloud or stands in the address."""

    def draw_terms() -> str | None:
        tapped_elsewhere = st.session_state.get("term")
        more = [tapped_elsewhere] if tapped_elsewhere and tapped_elsewhere not in offered else []
        return st.pills(
            _("点一个词，看提到它的留言"), [*offered, *more], format_func=lambda term: f"{term} {counts[term]}",
            key="term", persist_state="page", wrap=True,
        )  # fmt: skip

    return address.maybe("term", counts, draw_terms)


def _cloud(key: str, sentiment: str, terms: pd.DataFrame, counts: Mapping[str, int]) -> None:
    try:
        with st.spinner(_("正在画词云…")):
            drawn = _CLOUDS.get((key, sentiment), lambda: _drawn_cloud(sentiment, terms))
        tapped_cloud(drawn, counts)
    except FontMissing as missing:
        st.warning(_("词云画不出来：{reason}").format(reason=reason(missing)))
    except NothingToDraw:
        look.empty(_("没有可以画的词"), _("换一个情感范围试试。"))


def _drawn_cloud(sentiment: str, terms: pd.DataFrame) -> Cloud:
    tone = None if sentiment == ALL else Sentiment(sentiment)
    font = chinese_font(Settings.from_environment().font)
    return word_cloud(frequencies_of(terms, tone), font, palette=tone or "all", background="#FBFCFB")


# What needs a second look


def _suggestions(view: ReleasedAnswers, shown: Shown) -> None:
    groups = view.ask(suggestions_of, Comments())
    total = sum(amount for _text, amount in groups)
    with st.expander(_("客户的建议（{count} 条）").format(count=total), icon=":material/lightbulb:"):
        if not groups:
            look.soft(_("没有客户提出建议。"))
            return
        st.html(SHEET)
        for text, amount in groups[:_SUGGESTIONS]:
            if amount > 1:
                look.soft(_("{count} 条留言说法相近，例如：").format(count=amount))
            st.html(SHEET + quote(shown(text), []))


def _uncovered(view: ReleasedAnswers, shown: Shown) -> None:
    """Terms of the comments that speak of no known topic, with examples."""
    found = view.ask(uncovered_of, Comments(), Mentions(language()))
    with st.expander(_("主题之外的新话题（{count}）").format(count=len(found)), icon=":material/new_releases:"):
        if not found:
            look.soft(_("没有成规模的话题落在主题之外。"))
            return
        look.soft(_("这些词多出现在没有归入任何主题的留言里；在“文本模型”页可以加成自己的主题。"))
        for term, amount, examples in found:
            st.html(look.tag(f"{term} {amount}"))
            for text in examples:
                visible = shown(text)
                at = visible.find(term)
                st.html(SHEET + quote(visible, [Passage(at, at + len(term))] if at >= 0 else []))
        look.link_to("teaching", _("去加主题"))
