"""The topics of an organisation: words for them, new ones, split off or merged, what they reach, what was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st

from analysis.comments.opinions import topic_coverage
from analysis.comments.organisation_analyser import TOPICS_SETTING, analyser_of, as_setting, own_topics
from analysis.comments.terms import caught_by
from analysis.comments.topic_history import HISTORY_SETTING, TopicChange, changes_of, with_change
from analysis.pages.comments.quotes import SHEET, Passage, quote
from analysis.pages.figures import span
from analysis.released.parts import Comments, Mentions
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.personal_data import mask_personal_data
from analysis.text.topics.arrangement import OwnTopic
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, distinct, join_names, language
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.changes import assert_as_seen

_EXAMPLES = 8


class _Sheet(NamedTuple):
    """What the page knows: the changes of the organisation by code, as the setting keeps them, and every name."""

    kept: str | None
    own: dict[str, OwnTopic]
    labels: dict[str, str]
    names: dict[str, str]

    def others(self, code: str) -> dict[str, str]:
        """The topics that this one could go into or come out of."""
        return {"": _("不")} | {each: name for each, name in self.names.items() if each in self.labels and each != code}


def draw(found: ReleasedAnswers) -> None:
    """What the topics reach, one topic at a time with a live look, and the changes made so far."""
    if not found.comments_withheld:
        coverage(found)
    settings = session.store().organisation
    kept = settings.setting(TOPICS_SETTING)
    own = {each.code: each for each in own_topics(kept)}
    labels = dict(analyser_of(settings).finder.labels)
    every = labels | {code: each.label for code, each in own.items() if each.into}
    sheet = _Sheet(kept, own, labels, distinct({code: _(label) for code, label in every.items()}, by_code=False))
    _topic(found, sheet)
    _history(sheet)


def coverage(found: ReleasedAnswers) -> None:
    """The share of comments with content in which any topic was found."""
    reached = found.ask(topic_coverage, Mentions(language()), Comments())
    if reached.ok:
        words = _("有内容的留言里，{share} 提到了至少一个主题（95% 区间 {span}，n={n}）。")
        look.soft(words.format(share=reached.shown(), span=span(reached), n=reached.n))


def _topic(found: ReleasedAnswers, page: _Sheet) -> None:
    names = {"": _("新主题")} | page.names
    code = st.selectbox(_("主题"), list(names), format_func=names.__getitem__, key="topic")
    button = f"save topic {code}"
    sheet = concurrent_edits.sheet(button, page.own.get(code), _told)
    before = sheet.first or OwnTopic(code, page.labels.get(code, ""))
    label = before.label if code else st.text_input(_("主题名称"), max_chars=20, key="topic label").strip()
    words = st.text_area(
        _("词语和同义说法，每行一个"), value="\n".join(before.terms), key=f"topic words {code}", height=140,
        max_chars=4000,
    )  # fmt: skip
    terms = tuple(dict.fromkeys(filter(None, map(str.strip, words.splitlines()))))
    place = _place(page, before)
    _caught(found, terms)
    short = [term for term in terms if len(term) < 2]
    if short:
        st.warning(_("只有一个字的词会误中很多留言：{words}").format(words=join_names(short)))
    nothing = not (terms or place.into or page.own.get(code))
    if st.button(_("保存主题"), type="primary", key=button, disabled=not label or nothing):
        session.acting(Action.TEACH_TEXT_MODEL)
        topic = replace(place, code=code or f"own:{label}", label=label, terms=terms)
        unseen = page.own.get(topic.code) if not code else None  # another's new topic of the same name

        def save() -> None:
            assert_as_seen(sheet.seen, unseen or page.own.get(code))
            _save(page, topic)

        if concurrent_edits.keep_edit(button, save):
            look.done(_("已保存，留言正在按新的主题重新分析。"))


def _place(page: _Sheet, before: OwnTopic) -> OwnTopic:
    """Where the topic stands in the tree: merged into another, or split off one."""
    others = page.others(before.code)
    into, out_of = st.columns(2)
    chosen = [
        column.selectbox(label, list(others), max(0, list(others).index(now) if now in others else 0),
                         format_func=others.__getitem__, key=f"topic {name} {before.code}", help=why)
        for column, name, label, now, why in (
            (into, "into", _("并入另一个主题"), before.into, _("它的词语和说法从此都算那个主题的。")),
            (out_of, "out of", _("从另一个主题分出来"), before.out_of, _("上面的词语从此不再算那个主题的。")),
        )
    ]  # fmt: skip
    return replace(before, into=chosen[0] or "", out_of=chosen[1] or "")


def _told(topic: OwnTopic | None) -> dict[str, str]:
    if topic is None:
        return {}
    return {_("词语"): join_names(topic.terms), _("并入"): topic.into, _("分自"): topic.out_of}


def _save(page: _Sheet, topic: OwnTopic) -> None:
    """Keep a topic in the place of the one of the same code; one without anything of its own is given up."""
    kept = {code: each for code, each in page.own.items() if code != topic.code}
    if topic.terms or topic.into:
        kept[topic.code] = topic
    _keep(page.kept, as_setting(list(kept.values())))


def _keep(before: str | None, after: str) -> None:
    """Keep the topics, and what they were before."""
    store, account = session.store(), session.signed_in()
    store.organisation.set(TOPICS_SETTING, after, seen=before)
    change = TopicChange(local_day(utc_now()).isoformat(), before or "[]", after)
    store.organisation.set(HISTORY_SETTING, with_change(store.organisation.setting(HISTORY_SETTING), change))
    store.accounts.record(account.name, "change topics", TOPICS_SETTING, ", ".join(_differing(change)))


def _differing(change: TopicChange) -> Sequence[str]:
    return [label for label, _before, _after in changes_of(change)]


def _caught(found: ReleasedAnswers, terms: tuple[str, ...]) -> None:
    """The comments in which the words stand, the places marked."""
    if not terms:
        look.soft(_("写下词语，这里马上显示它们抓住的留言。"))
        return
    if found.comments_withheld:
        look.soft(_("留言的人太少，文字容易让人认出是谁写的。"))
        return
    caught = found.ask(caught_by, Comments(), terms, _EXAMPLES)
    look.soft(_("抓住 {count} / {total} 条留言").format(count=caught.amount, total=caught.of))
    for text, places in caught.examples:
        st.html(SHEET + quote(mask_personal_data(text), [Passage(*each) for each in places]))


def _history(page: _Sheet) -> None:
    """What was changed on which day, and the way back."""
    history = [
        TopicChange(**each) for each in json.loads(session.store().organisation.setting(HISTORY_SETTING) or "[]")
    ]
    if not history:
        return
    st.subheader(_("改动记录"), anchor=False)
    look.soft(_("谁改的，见审计日志。已由人判断过的留言，保留判断时选的主题。"))
    names = page.names | {topic.code: topic.label for each in history for topic in own_topics(each.after)}
    for number, change in reversed(list(enumerate(history))):
        said, back = st.columns([4, 1])
        said.markdown(look.as_written(f"{change.on} · {_in_words(change, names)}"))
        if back.button(_("恢复到此前"), key=f"topics back {number}"):
            session.acting(Action.TEACH_TEXT_MODEL)
            if concurrent_edits.done(partial(_keep, page.kept, change.before)):
                look.done(_("已恢复，留言正在按这些主题重新分析。"))


def _in_words(change: TopicChange, names: Mapping[str, str]) -> str:
    parts = []
    for label, before, after in changes_of(change):
        if after is None:
            parts.append(_("去掉“{topic}”的改动").format(topic=label))
        elif after.into and (before is None or before.into != after.into):
            parts.append(_("“{topic}”并入“{other}”").format(topic=label, other=names.get(after.into, after.into)))
        elif after.out_of and (before is None or before.out_of != after.out_of):
            parts.append(
                _("“{topic}”从“{other}”分出来").format(topic=label, other=names.get(after.out_of, after.out_of))
            )
        else:
            parts.append(_("“{topic}”的词语：{words}").format(topic=label, words=join_names(after.terms) or "—"))
    return join_names(parts) or _("没有改动。")
