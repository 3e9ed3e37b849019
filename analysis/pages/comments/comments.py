"""The page on which managers read what customers wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st

from analysis.comments.opinions import (
    AspectCount,
    aspect_counts,
    counted_positives,
    estimated_positives,
    rated_positives,
    sentiment_shares,
    told_topics,
)
from analysis.comments.organisation_analyser import survey_analyser
from analysis.comments.terms import comment_amounts, with_personal_data
from analysis.differences.comparison import correct_changes, share_change
from analysis.frames import item_column
from analysis.pages.comments import by_meaning, comment_list, model_summary, selected_comments, themes, topic_tree
from analysis.pages.comments.themes import NAMES
from analysis.pages.drill_down import comments_address, link_cell
from analysis.pages.figures import Figure, cards, span
from analysis.pages.filters import chosen_view, spans
from analysis.released.parts import Comments, Kinds, Mentions, When
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.personal_data import mask_personal_data
from surveys.comments import SENTIMENT_LABELS, CommentKind, Sentiment
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, language
from surveys.definition.listening import follow_ups
from surveys.definition.questions import Measure

_JUDGED = Comments()


def draw() -> None:
    """Progress, shares, cloud and terms, aspects, then the comments themselves."""
    look.heading(_("意见"), _("客户写了什么：情感、提到的方面、原话。由分析模型判断，拿不准的会标明。"))
    view = chosen_view()
    if view is None:
        return
    _progress(view)
    if not _may_be_shown(view):
        return
    amounts = view.ask(comment_amounts, Comments(Kinds.ALL))
    others, empty = amounts.get(CommentKind.OTHER_LANGUAGE, 0), amounts.get(CommentKind.NO_CONTENT, 0)
    judged = view.ask(comment_amounts, _JUDGED)[""] > 0
    leads = {name: comments_address(view, sentiment=name) for name in NAMES}
    if judged:
        cards(_shares(view, leads))
    _estimated(view)
    if empty:
        look.soft(_("另有 {count} 条留言只写了“无”“没有”之类，没有内容，不计入。").format(count=empty))
    _not_judged(others)
    _asked_after(view)
    shown = _masking(view)
    if judged:
        model_summary.draw(view, shown)
    term = themes.draw(view, shown) if judged else None
    if judged:
        by_meaning.draw(view, shown)
    _aspects(view, shown)
    comment_list.draw(view, others > 0, term, shown)


def _not_judged(others: int) -> None:
    if others:
        words = _(
            "{count} 条留言是其他语言（含拼音），未判断，不计入；在下面的“情感”里选“其他语言”可以读到，也可以自己判断。"
        )
        look.soft(words.format(count=others))


def _asked_after(view: ReleasedAnswers) -> None:
    """What it brought to ask those who said too little what it was about."""
    asked = follow_ups(view.record.survey)
    if not asked or view.anonymous:
        return
    items, columns = tuple(asked), tuple(dict.fromkeys(name for names in asked.values() for name in names))
    told = view.ask(told_topics, Mentions(language()), Comments(places=columns), items=items, columns=columns)
    if not told.with_follow_up.ok:
        return
    words = _(
        "知道说的是哪方面的留言：只看文字占 {before}（95% 区间 {before_span}），"
        "加上追问的回答占 {after}（{after_span}），"
        "n={n}；其中 {answered} 条是问了才知道的。"
    )
    before, after = told.by_words, told.with_follow_up
    look.soft(
        words.format(
            before=before.shown(), before_span=span(before), after=after.shown(), after_span=span(after), n=after.n,
            answered=told.answered,
        )
    )  # fmt: skip


_BETTER: dict[str, Literal["more", "less", "neither"]] = {Sentiment.POSITIVE: "more", Sentiment.NEGATIVE: "less"}


def _shares(view: ReleasedAnswers, leads: Mapping[str, str]) -> list[Figure]:
    """The share of each sentiment, beside that of the period before where comments were written in it."""
    shares, said = view.ask(sentiment_shares, _JUDGED), Comments(when=When.BEFORE)
    written = view.before is not None and view.ask(comment_amounts, said)[""] > 0
    before = view.ask(sentiment_shares, said) if written else {}
    days = spans(view)
    changes = {str(name): share_change(before[name], each) for name, each in shares.items() if name in before}
    changes = correct_changes(changes, _("三种情感的占比（Holm）"))
    return [
        Figure(
            _(SENTIMENT_LABELS[name]), each, changes.get(name), counted=leads.get(name, ""), spans=days,
            better=_BETTER.get(name, "neither"),
        )
        for name, each in shares.items()
    ]  # fmt: skip


def _estimated(view: ReleasedAnswers) -> None:
    """The share of positives, beside the counted one: by the ratings where there are enough, else re-estimated."""
    if _rated(view):
        return
    counted, estimated = view.ask(counted_positives, _JUDGED), view.ask(estimated_positives, _JUDGED)
    if not (counted.ok and estimated.ok):
        return
    words = _(
        "只看有褒贬的留言：直接数，正面占 {counted}（n={counted_n}）；按每条留言的概率重新估计，占 {share}"
        "（95% 区间 {span}，n={n}）。模型对少见的一类错得更多，直接数会偏向一半。"
        "在九个没学过的领域里，这样估计有八个都落在区间内：请在“文本模型”里抽样核对。"
    )
    look.soft(
        words.format(
            counted=counted.shown(), counted_n=counted.n, share=estimated.shown(), span=span(estimated), n=estimated.n
        )
    )


def _rated(view: ReleasedAnswers) -> bool:
    """Say what the ratings beside the comments say; whether there are enough of them."""
    scale = view.overall_scale
    if scale is None or view.anonymous:  # the rating of one person beside their words
        return False
    rating = item_column(scale.code)
    rated = view.ask(rated_positives, Comments(places=(rating,)), rating=rating, low=scale.low, high=scale.high)
    counted = view.ask(counted_positives, _JUDGED)
    if not (counted.ok and rated.ok):
        return False
    words = _(
        "只看有褒贬的留言：直接数，正面占 {counted}（n={counted_n}）；按写的人打的总体评分，给分在中间以上的占 {share}"
        "（95% 区间 {span}，n={n}，中间分算一半）。有评分时，以评分为准。"
    )
    look.soft(
        words.format(counted=counted.shown(), counted_n=counted.n, share=rated.shown(), span=span(rated), n=rated.n)
    )
    return True


def _progress(view: ReleasedAnswers) -> None:
    if view.anonymous:  # what has just been written would be told
        return
    survey = view.record.survey
    items = [question.code for question in survey.with_measure(Measure.TEXT)]
    if not items:
        return
    done, total = session.store().findings.progress(view.record.code, items, _model(view.record.code))
    if done < total:
        st.progress(
            done / total,
            text=_("正在分析留言：已完成 {done} / {total} 条，完成后刷新可见").format(done=done, total=total),
        )


def _model(survey: str) -> str:
    """The version under which the worker keeps its findings."""
    return survey_analyser(session.store(), survey).version


def _may_be_shown(view: ReleasedAnswers) -> bool:
    authors, least = view.authors, view.minimums.comments
    if not authors:
        look.empty(_("还没有可读的留言"), _("客户写下留言后，几秒内会分析好并出现在这里。"))
        return False
    if view.comments_withheld and authors >= least:
        look.empty(_("为保护匿名暂不显示"), _("从其他部门的留言可以推算出这里是谁写的，所以不显示。"))
        return False
    if view.comments_withheld:
        words = _("写了留言的只有 {count} 人，不足 {least} 人；文字容易让人认出是谁写的。")
        look.empty(_("为保护匿名暂不显示"), words.format(count=authors, least=least))
        return False
    return True


def _masking(view: ReleasedAnswers) -> Callable[[str], str]:
    """Offers to mask personal data where comments hold any; returns how a comment is to be shown."""
    amount = view.ask(with_personal_data, Comments(Kinds.READABLE))
    if not amount:
        return str
    label = _("遮住个人信息（{count} 条留言含电话、姓名、住址等）").format(count=amount)
    return mask_personal_data if st.toggle(label, value=True, key="masking") else str


# Aspects


def _aspects(view: ReleasedAnswers, shown: themes.Shown) -> None:
    counted = view.ask(aspect_counts, Mentions(language()), _JUDGED)
    if not counted:
        return
    st.header(_("提到哪些方面"), anchor=False)
    look.table(
        [_("方面"), _("提到"), _("抱怨"), _("表扬"), _("抱怨占留言"), _("95% 区间")],
        [
            (each.label, *(link_cell(n, lead if n else "") for n, lead in _counted(view, each)),
             each.complaint_share.shown(), span(each.complaint_share) or _("样本不足"))
            for each in counted
        ],
    )  # fmt: skip
    look.soft(
        _("份数按答卷计，一份答卷多次提到只算一次；n={count} 份有内容的留言。").format(
            count=view.ask(comment_amounts, _JUDGED)[""]
        )
    )
    topic_tree.coverage(view)
    labels = {each.aspect: f"{each.label} {each.mentioned}" for each in counted}
    picked = address.maybe("topic", labels, lambda: st.pills(
        _("点一个方面，看提到它的留言"), list(labels), format_func=labels.__getitem__, key="topic",
        persist_state="page", wrap=True,
    ))  # fmt: skip
    if picked is not None:
        selected_comments.about(view, picked, shown)


def _counted(view: ReleasedAnswers, each: AspectCount) -> list[tuple[int, str]]:
    """How many mention, complain of and praise an aspect, and where these comments are."""
    by_tone = {"": each.mentioned, Sentiment.NEGATIVE: each.complaining, Sentiment.POSITIVE: each.praising}
    return [
        (n, comments_address(view, aspect=each.aspect, **({"tone": tone} if tone else {})))
        for tone, n in by_tone.items()
    ]
