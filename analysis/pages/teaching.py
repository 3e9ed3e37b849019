"""The page on which an organisation measures the text analysis on its own comments, and teaches it its own words."""

from __future__ import annotations

import json

import streamlit as st

from analysis.corrections import measured_accuracy, taught, to_label
from analysis.disclosure import MINIMUM_COMMENTS
from analysis.own_analyser import LAYER_SETTING, TOPICS_SETTING, OwnTopic, analyser_of, as_setting, own_topics
from analysis.pages import judging
from analysis.pages.figures import Figure, cards
from analysis.pages.quotes import SHEET, Passage, quote
from analysis.pages.reading import Material, material
from analysis.text import Analyser
from analysis.text.local_learning import LEAST, Measured, learned
from analysis.text.normalise import normalised
from analysis.text.personal_data import masked
from analysis.text.topics import Topic, TopicFinder
from surveys.accounts import Role
from surveys.pages import look, session
from surveys.pages.choosing import published_surveys, survey_picker
from surveys.pages.words import _, listed
from surveys.storage.findings import Finding
from surveys.storage.reviews import Purpose

_ENOUGH = 100
_EXAMPLES = 8
_MEASURED = "comment layer measured"
_TEACHERS = (Role.ADMIN, Role.DESIGNER)


def draw() -> None:
    """A random sample to judge, own topics with a live look, and what the corrections have taught."""
    look.heading(_("文本模型"), _("用自己的留言检验分析是否可信，教它认识自己的主题和说法。"))
    records = published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布并收到留言之后，就可以在这里检验。"))
        return
    found = material(survey_picker(records), session.signed_in())
    sample, topics, layer = st.tabs([_("抽样检验"), _("自己的主题"), _("从更正中学习")])
    with sample:
        _sample(found)
    with topics:
        _topics(found)
    with layer:
        _layer()


# Accuracy on a random sample


def _sample(found: Material) -> None:
    store, code = session.store(), found.record.code
    readable = set(found.comments["response"])
    if found.record.survey.anonymous and len(readable) < MINIMUM_COMMENTS:
        look.empty(_("为保护匿名暂不显示"), _("留言的人太少，文字容易让人认出是谁写的。"))
        return
    findings = [each for each in store.findings.of(code) if each.response in readable]
    reviews = list(store.reviews.of(code))
    measured = measured_accuracy(findings, reviews)
    if measured.sentiment.n:
        cards([Figure(_("情感判断一致"), measured.sentiment), Figure(_("方面判断一致"), measured.aspects)])
    look.soft(
        _("已判断 {count} 条随机抽取的留言；到 {enough} 条左右，区间才够窄。判断时看不到模型的结果。").format(
            count=measured.sentiment.n, enough=_ENOUGH
        )
    )
    waiting = to_label(findings, reviews)
    if not waiting:
        look.empty(_("没有待判断的留言"), _("新的留言分析好之后会出现在这里。"))
        return
    _judge(waiting[0])


def _judge(finding: Finding) -> None:
    text = str(finding.finding["text"])
    with st.container(border=True):
        judging.shown(masked(text))
        judgement = judging.judged(f"sample {finding.response} {finding.item}", text, None, [])
    if judgement is not None:
        judging.keep(finding.response, finding.item, Purpose.SAMPLE, judgement)
        look.done(_("已记下，下一条。"))


# Own topics and synonyms


def _topics(found: Material) -> None:
    """Words of one topic at a time, and at once the comments they catch."""
    settings = session.store().organisation
    own = {each.code: each for each in own_topics(settings.setting(TOPICS_SETTING))}
    labels = dict(analyser_of(settings).finder.labels)
    new = _("新主题")
    code = st.selectbox(
        _("主题"), ["", *labels], format_func=lambda each: _(labels[each]) if each else new, key="topic"
    )
    before = own.get(code)
    label = labels[code] if code else st.text_input(_("主题名称"), max_chars=20, key="topic label").strip()
    words = st.text_area(
        _("词语和同义说法，每行一个"), value="\n".join(before.terms) if before else "", key=f"topic words {code}",
        height=140, max_chars=4000,
    )  # fmt: skip
    terms = tuple(dict.fromkeys(filter(None, map(str.strip, words.splitlines()))))
    _caught(found, terms)
    short = [term for term in terms if len(term) < 2]
    if short:
        st.warning(_("只有一个字的词会误中很多留言：{words}").format(words=listed(short)))
    if st.button(_("保存主题"), type="primary", disabled=not label or not (terms or before)):
        session.acting(*_TEACHERS)
        _save(own, OwnTopic(code or _new_code(label), label, terms))
        look.done(_("已保存，留言正在按新的主题重新分析。"))


def _new_code(label: str) -> str:
    return f"own:{label}"


def _save(own: dict[str, OwnTopic], topic: OwnTopic) -> None:
    """Keep a topic in the place of the one of the same code; one without words is given up."""
    kept = {code: each for code, each in own.items() if code != topic.code}
    if topic.terms:
        kept[topic.code] = topic
    session.store().organisation.set(TOPICS_SETTING, as_setting(list(kept.values())))


def _caught(found: Material, terms: tuple[str, ...]) -> None:
    """The comments in which the words stand, the places marked."""
    if not terms:
        look.soft(_("写下词语，这里马上显示它们抓住的留言。"))
        return
    if found.record.survey.anonymous and found.comments["response"].nunique() < MINIMUM_COMMENTS:
        look.soft(_("留言的人太少，文字容易让人认出是谁写的。"))
        return
    texts = found.comments["text"].astype(str).tolist()
    finder = TopicFinder([Topic("own", "own", terms)])
    placed = [(text, finder.mentions(plain)) for text, plain in zip(texts, normalised(texts), strict=True)]
    caught = [(text, mentions) for text, mentions in placed if mentions]
    look.soft(_("抓住 {count} / {total} 条留言").format(count=len(caught), total=len(texts)))
    for text, mentions in caught[:_EXAMPLES]:
        st.html(SHEET + quote(masked(text), [Passage(each.start, each.end) for each in mentions]))


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
        session.acting(*_TEACHERS)
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
    each = [taught(store.findings.of(r.code), store.reviews.of(r.code)) for r in store.surveys.all()]
    texts = [text for one in each for text in one.texts]
    wanted = [aspects for one in each for aspects in one.aspects]
    plain = _without_layer().analyse(texts)
    listed = [frozenset(aspect.aspect for aspect in found.aspects) for found in plain]
    layer, measured = learned(texts, wanted, listed)
    store.organisation.set(_MEASURED, json.dumps([vars(one) for one in measured]))
    store.organisation.set(LAYER_SETTING, layer.to_json())
    return len(texts)


def _without_layer() -> Analyser:
    """The analyser with the organisation's topics, which is what the layer has to beat."""
    own = own_topics(session.store().organisation.setting(TOPICS_SETTING))
    return Analyser.load().with_topics([Topic(each.code, each.label, each.terms) for each in own])
