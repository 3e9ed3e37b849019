"""The summary of the comments in view by the organisation's language model, where there is one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from analysis.pages.comments.model_answers import answered
from analysis.pages.comments.quotes import SHEET, quote
from analysis.released.parts import Comments
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.language_model.material import material_of
from analysis.text.language_model.summary import SUMMARY_PROMPT, ModelSummary, SummaryPoint, summary_by
from analysis.text.language_model.switch import model_in_use
from surveys.comments import Sentiment
from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.permissions import Action

_LEAST = 10
"""Fewer comments are read faster than a summary of them."""


def draw(view: ReleasedAnswers, shown: Callable[[str], str]) -> None:
    """Nothing without a model; else the way to ask it, and what it said of exactly these comments."""
    settings = model_in_use(session.store().organisation)
    if settings is None or not session.signed_in().may(Action.TEACH_TEXT_MODEL):
        return
    material = view.ask(material_of, Comments())
    if material is None or len(material.texts) < _LEAST:
        return
    with st.expander(_("大模型摘要"), icon=":material/neurology:"):
        key = (view.key, SUMMARY_PROMPT, settings.url, settings.model)
        found = answered(key, settings, material, _("归纳这些留言"), summary_by)
        if found is not None:
            _summary(found, shown)


def _summary(found: ModelSummary, shown: Callable[[str], str]) -> None:
    if not found.points:
        look.empty(_("没有站得住的要点"), _("模型说的都没有原话支持，没有采用。"))
    for point in found.points:
        st.html(SHEET + _point(point, found, shown))
    words = _("读了 {read} / {of} 条留言；{quoted} 处引文与原文一致，{dropped} 处对不上或写了不该写的，已丢弃。")
    look.soft(words.format(read=found.read, of=found.of, quoted=found.quoted, dropped=found.dropped))


def _point(point: SummaryPoint, found: ModelSummary, shown: Callable[[str], str]) -> Markup:
    counted = _("{count} / {read} 条留言原话说到；其中负面 {bad} 条，正面 {good} 条").format(
        count=point.amount, read=found.read, bad=point.by_sentiment[Sentiment.NEGATIVE],
        good=point.by_sentiment[Sentiment.POSITIVE],
    )  # fmt: skip
    quoted = Markup("").join(quote(shown(each), []) for each in point.quotations)
    words = Markup('<div class="xs-comment"><b lang="zh">{}</b><div class="meta">{}</div>{}</div>')
    return words.format(point.sentence, counted, quoted)
