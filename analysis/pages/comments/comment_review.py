"""The fields in which a person says what a comment really says: sentiment, aspects, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.comments.organisation_analyser import analyser_of
from analysis.pages.comments.quotes import SHEET, quote
from analysis.text.segmentation.passages import passages
from surveys.comments import SENTIMENT_LABELS, Aspect, Judgement, Sentiment
from surveys.console.kit import session
from surveys.console.kit.words import _, distinct, translate_all
from surveys.localisation.clock import utc_now
from surveys.permissions import Action
from surveys.storage.records.comments import Purpose, Review

_SENTIMENTS: Sequence[Sentiment] = tuple(Sentiment)


def draw_judgement(key: str, text: str, sentiment: Sentiment | None, aspects: Sequence[Aspect]) -> Judgement | None:
    """Draw the fields, filled with what is known so far; the judgement when it is saved, else None."""
    labels = dict(analyser_of(session.store().organisation).finder.labels)
    before = {each.aspect: each for each in aspects}
    labels |= {code: each.label for code, each in before.items() if code not in labels}
    chosen = st.radio(
        _("情感"), _SENTIMENTS, index=None if sentiment is None else _SENTIMENTS.index(sentiment),
        format_func=translate_all(SENTIMENT_LABELS).__getitem__, horizontal=True, key=f"{key} sentiment",
    )  # fmt: skip
    names = distinct({code: _(label) for code, label in labels.items()}, by_code=False)
    codes = st.multiselect(
        _("提到的方面"), list(names), default=list(before), format_func=names.__getitem__,
        key=f"{key} aspects", placeholder=_("选择方面"),
    )  # fmt: skip
    marked = [_aspect(f"{key} {code}", code, labels[code], text, before.get(code)) for code in codes]
    saved = st.button(_("保存判断"), type="primary", key=f"{key} save", disabled=chosen is None)
    return Judgement(chosen, tuple(marked)) if saved and chosen is not None else None


def _aspect(key: str, code: str, label: str, text: str, before: Aspect | None) -> Aspect:
    """One aspect: praised or blamed, and the passage that says so."""
    places = passages(text) or [(0, len(text))]
    own = (before.start, before.end) if before else places[0]
    options = sorted({*places, own})
    told = distinct({place: text[place[0] : place[1]] for place in options}, by_code=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = st.selectbox(
            _(label), _SENTIMENTS, index=_SENTIMENTS.index(before.sentiment if before else Sentiment.NEUTRAL),
            format_func=translate_all(SENTIMENT_LABELS).__getitem__, key=f"{key} sentiment", width=150,
        )  # fmt: skip
        start, end = st.selectbox(
            _("原文位置"), options, index=options.index(own), format_func=told.__getitem__,
            key=f"{key} place",
        )  # fmt: skip
    return Aspect(code, label, sentiment, start, end, text[start:end])


def keep(response: str, item: str, purpose: Purpose, judgement: Judgement) -> bool:
    """Keep a judgement under the name of who is signed in; False where the response is gone."""
    account = session.acting(Action.REVIEW_COMMENTS)
    review = Review(response, item, purpose, judgement, account.name, utc_now())
    return session.store().reviews.add(review)


def shown(text: str) -> None:
    """The comment that is judged, without any mark of the model's."""
    st.html(SHEET + quote(text, []))
