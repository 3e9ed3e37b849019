"""Topics that the organisation's language model proposes for comments in which none was found; people decide."""

from __future__ import annotations

import streamlit as st
from markupsafe import escape

from analysis.comments.organisation_analyser import analyser_of
from analysis.pages.comments.model_answers import answered
from analysis.pages.comments.quotes import THEIRS
from analysis.released.parts import Comments, Mentions
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.language_model.material import uncovered_material
from analysis.text.language_model.proposals import PROPOSALS_PROMPT, ModelProposals, ProposedTopic, proposals_by
from analysis.text.language_model.switch import model_in_use
from surveys.console.kit import look, session
from surveys.console.kit.words import _, join_names, language

_LEAST = 10


def draw(found: ReleasedAnswers) -> None:
    """Nothing without a model; else the way to ask it, and its proposals, each to be taken into the form."""
    organisation = session.store().organisation
    settings = model_in_use(organisation)
    if settings is None or found.comments_withheld:
        return
    material = found.ask(uncovered_material, Comments(), Mentions(language()))
    if material is None or len(material.texts) < _LEAST:
        return
    st.subheader(_("大模型提出的主题"), anchor=False)
    known = tuple(analyser_of(organisation).finder.labels.values())
    key = (found.key, PROPOSALS_PROMPT, settings.url, settings.model, known)
    made: ModelProposals | None = answered(
        key, settings, material, _("请它提出主题"), lambda model, given, tell: proposals_by(model, given, known, tell)
    )
    if made is None:
        return
    if not made.topics:
        look.empty(_("没有站得住的主题"), _("提出的词语在留言里几乎找不到，没有采用。"))
    for number, topic in enumerate(made.topics):
        _proposed(number, topic, made)


def _proposed(number: int, topic: ProposedTopic, made: ModelProposals) -> None:
    said, take = st.columns([4, 1], vertical_alignment="center")
    label, terms = THEIRS.format(topic.label), THEIRS.format(join_names(topic.terms))
    words = escape(_("{topic}：{words}（{count} / {read} 条没有主题的留言）"))
    said.html(words.format(topic=label, words=terms, count=topic.amount, read=made.read))
    take.button(_("填到上面"), key=f"take proposal {number}", on_click=_fill_in, args=(topic,))


def _fill_in(topic: ProposedTopic) -> None:
    """Put it into the form for a new topic, where its words can be changed and what they catch is seen."""
    st.session_state["topic"] = ""
    st.session_state["topic label"] = topic.label
    st.session_state["topic words "] = "\n".join(topic.terms)
