"""The fields in which a person says what a comment really says: sentiment, aspects, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.opinions import NEUTRAL, SENTIMENTS
from analysis.own_analyser import analyser_of
from analysis.pages.quotes import SHEET, quote
from analysis.text.passages import passages
from surveys.accounts import Role
from surveys.clock import utc_now
from surveys.pages import session
from surveys.pages.words import _
from surveys.storage.reviews import Purpose, Review

REVIEWERS = (Role.ADMIN, Role.DESIGNER, Role.MANAGER)


def judged(key: str, text: str, sentiment: str | None, aspects: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Draw the fields, filled with what is known so far; the judgement when it is saved, else None."""
    labels = dict(analyser_of(session.store().organisation).finder.labels)
    before = {str(each["aspect"]): each for each in aspects}
    labels |= {code: str(each["label"]) for code, each in before.items() if code not in labels}
    chosen = st.radio(
        _("情感"), SENTIMENTS, index=None if sentiment is None else [*map(str, SENTIMENTS)].index(sentiment),
        format_func=_, horizontal=True, key=f"{key} sentiment",
    )  # fmt: skip
    codes = st.multiselect(
        _("提到的方面"), list(labels), default=list(before), format_func=lambda code: _(labels[code]),
        key=f"{key} aspects", placeholder=_("选择方面"),
    )  # fmt: skip
    marked = [_aspect(f"{key} {code}", code, labels[code], text, before.get(code)) for code in codes]
    saved = st.button(_("保存判断"), type="primary", key=f"{key} save", disabled=chosen is None)
    return {"sentiment": chosen, "aspects": marked} if saved and chosen is not None else None


def _aspect(key: str, code: str, label: str, text: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """One aspect: praised or blamed, and the passage that says so."""
    places = passages(text) or [(0, len(text))]
    own = (int(before["start"]), int(before["end"])) if before else places[0]
    options = sorted({*places, own})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = st.selectbox(
            _(label), SENTIMENTS, index=[*map(str, SENTIMENTS)].index(str(before["sentiment"]) if before else NEUTRAL),
            format_func=_, key=f"{key} sentiment", width=150,
        )  # fmt: skip
        start, end = st.selectbox(
            _("原文位置"), options, index=options.index(own), format_func=lambda place: text[place[0] : place[1]],
            key=f"{key} place",
        )  # fmt: skip
    return {
        "aspect": code, "label": label, "sentiment": sentiment, "start": start, "end": end,
        "evidence": text[start:end],
    }  # fmt: skip


def keep(response: str, item: str, purpose: Purpose, judgement: dict[str, Any]) -> bool:
    """Keep a judgement under the name of who is signed in; False where the response is gone."""
    account = session.acting(*REVIEWERS)
    review = Review(response, item, purpose, judgement, account.name, utc_now())
    return session.store().reviews.add(review)


def shown(text: str) -> None:
    """The comment that is judged, without any mark of the model's."""
    st.html(SHEET + quote(text, []))
