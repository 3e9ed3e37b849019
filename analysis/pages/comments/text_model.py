"""The page on which an organisation measures the text analysis on its own comments, and teaches it its own words."""

from __future__ import annotations

import json

import streamlit as st

from analysis.comments.organisation_analyser import LAYER_SETTING, analyser_of, without_layer
from analysis.pages.comments import comment_review, model_proposals, survey_adaptation, topic_tree
from analysis.pages.figures import Figure, cards
from analysis.pages.survey_answers import gate, released_answers
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.learning.local_learning import LEAST, Measured, learn_layer
from analysis.text.personal_data import mask_personal_data
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import departments_in_words, published_surveys, survey_picker
from surveys.console.kit.words import _
from surveys.permissions import Action
from surveys.storage.records.comments import CommentFinding, Purpose

_ENOUGH = 100
_MEASURED = "comment layer measured"


def draw() -> None:
    """A random sample to judge, own topics with a live look, and what the corrections have taught."""
    look.heading(_("文本模型"), _("用自己的留言检验分析是否可信，教它认识自己的主题和说法。"))
    records = published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布并收到留言之后，就可以在这里检验。"))
        return
    account = session.signed_in()
    look.scope(_("范围：{parts}").format(parts=departments_in_words(account)))
    found = released_answers(survey_picker(records), account)
    names = {"sample": _("抽样检验"), "survey": _("适应问卷"), "topics": _("自己的主题"), "layer": _("从更正中学习")}
    tabs = address.tabs("tab", names)
    with tabs["sample"]:
        _sample(found)
    with tabs["survey"]:
        survey_adaptation.draw(found)
    with tabs["topics"]:
        topic_tree.draw(found)
        model_proposals.draw(found)
    with tabs["layer"]:
        _layer()


# Accuracy on a random sample


def _sample(found: ReleasedAnswers) -> None:
    if found.comments_withheld:
        look.empty(_("为保护匿名暂不显示"), _("留言的人太少，文字容易让人认出是谁写的。"))
        return
    measured, waiting = found.sample()
    if measured.sentiment.n:
        cards([Figure(_("情感判断一致"), measured.sentiment), Figure(_("方面判断一致"), measured.aspects)])
    look.soft(
        _("已判断 {count} 条随机抽取的留言；到 {enough} 条左右，区间才够窄。判断时看不到模型的结果。").format(
            count=measured.sentiment.n, enough=_ENOUGH
        )
    )
    if waiting is None:
        look.empty(_("没有待判断的留言"), _("新的留言分析好之后会出现在这里。"))
        return
    _judge(waiting)


def _judge(finding: CommentFinding) -> None:
    text = finding.text
    with st.container(border=True):
        comment_review.shown(mask_personal_data(text))
        judgement = comment_review.draw_judgement(f"sample {finding.response} {finding.item}", text, None, [])
    if judgement is not None:
        comment_review.keep(finding.response, finding.item, Purpose.SAMPLE, judgement)
        look.done(_("已记下，下一条。"))


# What corrections teach


def _layer() -> None:
    """Learn from all corrections, measured on ones not seen; kept only where better than the topic list."""
    settings = session.store().organisation
    look.soft(
        _(
            "更正过的留言可以教模型认识您的说法。每个方面至少要有 {least} 条提到它、{least} 条没有提到它的更正；"
            "学到的只在没见过的留言上明显优于主题词表时才使用。"
        ).format(least=LEAST)
    )
    if st.button(_("从更正中学习"), icon=":material/school:"):
        session.acting(Action.TEACH_TEXT_MODEL)
        with st.spinner(_("正在学习…")):
            amount = _learn()
        look.done(_("已从 {count} 条更正中学习。").format(count=amount))
    measured = [Measured(**each) for each in json.loads(settings.setting(_MEASURED) or "[]")]
    labels = analyser_of(settings).finder.labels
    if measured:
        look.table(
            [_("方面"), _("更正"), _("词表 F1"), _("学习后 F1"), _("p 值"), _("使用")],
            [
                (_(labels.get(each.aspect, each.aspect)), each.comments, f"{each.list_f1:.2f}", f"{each.layer_f1:.2f}",
                 f"{each.p:.3f}", _("学到的") if each.is_better else _("词表"))
                for each in measured
            ],
        )  # fmt: skip


def _learn() -> int:
    """Learn from the corrections of every survey and keep what was learned; the number of corrections."""
    store = session.store()
    said = gate().taught(record.code for record in store.surveys.all(archived=True))
    texts, wanted = list(said.texts), list(said.aspects)
    plain = without_layer(store.organisation).analyse(texts)
    listed = [frozenset(aspect.aspect for aspect in found.aspects) for found in plain]
    layer, measured = learn_layer(texts, wanted, listed)
    store.organisation.set(_MEASURED, json.dumps([vars(one) for one in measured]))
    store.organisation.set(LAYER_SETTING, layer.to_json())
    return len(texts)
