"""The comments one by one: those that are wanted, what was found in each, and the way to correct that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import streamlit as st
from markupsafe import Markup, escape

from analysis.comments.listing import ANY_RISK, ListedComment, Wanted
from analysis.comments.opinions import aspect_labels
from analysis.pages.comments import comment_review, themes
from analysis.pages.comments.quotes import SHEET, THEIRS, Passage, highlight
from analysis.released.parts import Mentions
from analysis.released.released_answers import ReleasedAnswers
from surveys.comments import RISKS, SENTIMENT_LABELS, SIGNAL_LABELS, CommentKind, Sentiment
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, language, translate_all
from surveys.localisation.language import marked
from surveys.storage.records.comments import Purpose

_ON_A_PAGE = 20
_OTHER_LANGUAGE = CommentKind.OTHER_LANGUAGE.value
_TONES: dict[str, str] = {Sentiment.NEGATIVE: "bad", Sentiment.POSITIVE: "good"}
_CORRECTING = "comments.correcting"


def draw(view: ReleasedAnswers, other_languages: bool, term: str | None, shown: Callable[[str], str]) -> None:
    """The comments that are wanted, page by page; *other_languages*: whether there are any that were not judged.

    *shown* masks what is not to be read, *term* is to stand in them.
    """
    st.header(_("留言"), anchor="list")
    wanted = _wanted(view, other_languages, term or "")
    amount = view.comment_count(wanted, language())
    if term:
        look.soft(_("只看提到“{term}”的留言；再点一次词语可取消。").format(term=term))
    if not amount:
        look.empty(_("没有符合条件的留言"), _("换一个情感、方面或搜索词试试。"))
        return
    page = _page_of(amount, repr((wanted, view.key)))
    st.html(SHEET)
    for each in view.comment_list(wanted, language(), page * _ON_A_PAGE, _ON_A_PAGE):
        _comment(each, shown)
    _turn(page, amount)


def _wanted(view: ReleasedAnswers, other_languages: bool, term: str) -> Wanted:
    labels = {themes.ALL: _("全部")} | view.ask(aspect_labels, Mentions(language()))
    more = {_OTHER_LANGUAGE: marked("其他语言")} if other_languages else {}
    names = translate_all({**themes.NAMES, **more})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = _picked("sentiment", _("情感"), names, 130)
        aspect = _picked("aspect", _("方面"), labels, 190)
        tones = {themes.ALL: _("全部"), Sentiment.NEGATIVE.value: _("抱怨"), Sentiment.POSITIVE.value: _("表扬")}
        tone = themes.ALL if aspect == themes.ALL else _picked("tone", _("怎么提到"), tones, 110)
        signals = {themes.ALL: _("全部"), ANY_RISK: _("所有风险"), **translate_all(SIGNAL_LABELS)}
        signal = _picked("signal", _("须留意"), signals, 150)
        words = address.typed_text("words", lambda: st.text_input(
            _("搜索"), placeholder=_("输入词语后回车"), max_chars=40, key="words", width=210
        ))  # fmt: skip
        disagreeing = address.switch(
            "disagreeing", lambda: st.checkbox(_("评分与文字不一致"), key="disagreeing", width="content")
        )
        unsure = address.switch("unsure", lambda: st.checkbox(_("模型拿不准"), key="unsure", width="content"))
    sentiment, aspect, tone, signal = ("" if each == themes.ALL else each for each in (sentiment, aspect, tone, signal))
    return Wanted(sentiment, aspect, tone, words.strip(), term, signal, disagreeing, unsure)


def _picked(name: str, label: str, names: Mapping[str, str], width: int) -> str:
    words = distinct(names, by_code=False)

    def draw() -> str | None:
        return st.selectbox(label, list(words), format_func=words.__getitem__, key=name, width=width)

    return address.choice(name, names, draw, themes.ALL, themes.FORMERLY)


def _page_of(amount: int, listing: str) -> int:
    """The page being read; another listing begins at its first page."""
    if st.session_state.get("comments.listing") != listing:
        st.session_state["comments.listing"], st.session_state["comments.page"] = listing, 0
    return min(int(st.session_state["comments.page"]), (amount - 1) // _ON_A_PAGE)


def _turn(page: int, amount: int) -> None:
    pages = -(-amount // _ON_A_PAGE)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, to in ((_("上一页"), page - 1), (_("下一页"), page + 1)):
            st.button(label, disabled=not 0 <= to < pages, on_click=_go_to, args=(to,))
        st.caption(_("第 {page} / {pages} 页，共 {amount} 条").format(page=page + 1, pages=pages, amount=amount))


def _go_to(page: int) -> None:
    st.session_state["comments.page"] = page


def _comment(comment: ListedComment, shown: Callable[[str], str]) -> None:
    """One comment with what was found in it, and the way to correct that."""
    key = f"{comment.response} {comment.item}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(SHEET + _words(comment, shown))
        if st.button(_("更正"), key=f"correct {key}", type="tertiary"):
            st.session_state[_CORRECTING] = None if st.session_state.get(_CORRECTING) == key else key
    if st.session_state.get(_CORRECTING) == key:
        _correction(comment, key)


def _words(comment: ListedComment, shown: Callable[[str], str]) -> Markup:
    passages = [Passage(each.start, each.end, each.sentiment) for each in comment.aspects]
    tags = [look.tag(_(SENTIMENT_LABELS[Sentiment(comment.sentiment)]), _TONES.get(comment.sentiment, ""))]
    if comment.kind == _OTHER_LANGUAGE:
        tags = [look.tag(_("其他语言，未判断"), "wait")]
    tags += [look.tag(label) for label in dict.fromkeys(each.label for each in comment.aspects)]
    for signal in comment.signals:
        theirs = THEIRS.format(shown(signal.evidence))
        words = escape(_("{signal}：{words}")).format(signal=_(SIGNAL_LABELS[signal.code]), words=theirs)
        tags.append(look.tag(words, "bad" if signal.code in RISKS else ""))
    if comment.disagrees:
        tags.append(look.tag(_("评分与文字不一致"), "wait"))
    if comment.reviewed_by is not None:
        tags.append(look.tag(_("已由 {name} 判断").format(name=comment.reviewed_by), "good"))
    meta = Markup(" ").join(tags) + Markup(" {}").format(" · ".join(_about(comment)))
    words = Markup('<div class="xs-comment"><div class="xs-quote">{}</div><div class="meta">{}</div></div>')
    return words.format(highlight(shown(comment.text), passages), meta)


def _correction(comment: ListedComment, key: str) -> None:
    with st.container(border=True):
        known = None if comment.kind == _OTHER_LANGUAGE else Sentiment(comment.sentiment)
        judgement = comment_review.draw_judgement(key, comment.text, known, comment.aspects)
        if judgement is None:
            return
        kept = comment_review.keep(comment.response, comment.item, Purpose.CORRECTION, judgement)
        del st.session_state[_CORRECTING]
        look.done(_("已记下您的判断，它优先于模型。") if kept else _("这份答卷已被撤回，没有可更正的。"))


def _about(comment: ListedComment) -> Iterator[str]:
    """Rating, day and place, as far as they may be told."""
    if comment.rating is not None:
        yield _("总体评分 {rating:g}").format(rating=comment.rating)
    if comment.received_at is not None:
        yield f"{comment.received_at:%Y-%m-%d}"
    if comment.touchpoint is not None:
        yield comment.touchpoint
