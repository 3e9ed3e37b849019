"""The comments one by one: those that are wanted, what was found in each, and the way to correct that."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.comments.opinions import disagreement
from analysis.frames import item_column
from analysis.pages import comment_review, themes
from analysis.pages.filters import View
from analysis.pages.quotes import SHEET, Passage, highlight
from analysis.pages.results import overall_scale
from analysis.text.topics.themes import holding
from surveys.comments import SENTIMENT_LABELS, Aspect, CommentKind, Sentiment
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, translate_all
from surveys.localisation.language import marked
from surveys.storage.records.comments import Purpose

_ON_A_PAGE = 20
_OTHER_LANGUAGE = CommentKind.OTHER_LANGUAGE.value
_TONES: dict[str, str] = {Sentiment.NEGATIVE: "bad", Sentiment.POSITIVE: "good"}
_CORRECTING = "comments.correcting"


@dataclass(frozen=True)
class _Wanted:
    """Which comments are listed."""

    sentiment: str
    aspect: str
    tone: str
    words: str
    disagreeing: bool
    unsure: bool


def draw(
    view: View, comments: pd.DataFrame, others: pd.DataFrame, term: str | None, shown: Callable[[str], str]
) -> None:
    """The comments that are wanted, page by page; *others* are those that were not judged.

    *shown* masks what is not to be read, *term* is to stand in them.
    """
    st.header(_("留言"), anchor="list")
    wanted = _wanted(view, len(others) > 0)
    rows = _with_context(view, others if wanted.sentiment == _OTHER_LANGUAGE else comments)
    chosen = _chosen(view, rows, wanted)
    if term:
        chosen = chosen[holding(term, chosen["text"])]
        look.soft(_("只看提到“{term}”的留言；再点一次词语可取消。").format(term=term))
    if chosen.empty:
        look.empty(_("没有符合条件的留言"), _("换一个情感、方面或搜索词试试。"))
        return
    page = _page_of(len(chosen), repr((wanted, term, view.key)))
    st.html(SHEET)
    for _number, row in chosen.iloc[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE].iterrows():
        _comment(row, view, shown)
    _turn(page, len(chosen))


def _with_context(view: View, comments: pd.DataFrame) -> pd.DataFrame:
    """The comments with rating, time and place of their response, the newest first."""
    overall = overall_scale(view.record.survey)
    context = view.responses[["response", "received_at", "touchpoint", "district"]]
    ratings = (
        view.responses[item_column(overall.code)] if overall else pd.Series(float("nan"), index=view.responses.index)
    )
    rows = comments.merge(context.assign(rating=ratings), on="response", how="left")
    low, high = (overall.low, overall.high) if overall else (1, 5)
    rows["disagrees"] = disagreement(rows["sentiment"], rows["rating"], low=low, high=high)
    # An anonymous survey's comments stand in no order that tells when they were written.
    order = ["response"] if view.anonymous else ["received_at", "response"]
    return rows.sort_values(order, ascending=False, ignore_index=True)


def _wanted(view: View, other_languages: bool) -> _Wanted:
    labels = {themes.ALL: _("全部")} | dict(zip(view.mentions["aspect"], view.mentions["label"], strict=True))
    more = {_OTHER_LANGUAGE: marked("其他语言")} if other_languages else {}
    names = translate_all({**themes.NAMES, **more})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = _picked("sentiment", _("情感"), names, 130)
        aspect = _picked("aspect", _("方面"), labels, 190)
        tones = {themes.ALL: _("全部"), Sentiment.NEGATIVE.value: _("抱怨"), Sentiment.POSITIVE.value: _("表扬")}
        tone = themes.ALL if aspect == themes.ALL else _picked("tone", _("怎么提到"), tones, 110)
        words = address.typed_text("words", lambda: st.text_input(
            _("搜索"), placeholder=_("输入词语后回车"), max_chars=40, key="words", width=210
        ))  # fmt: skip
        disagreeing = address.switch(
            "disagreeing", lambda: st.checkbox(_("评分与文字不一致"), key="disagreeing", width="content")
        )
        unsure = address.switch("unsure", lambda: st.checkbox(_("模型拿不准"), key="unsure", width="content"))
    return _Wanted(sentiment, aspect, tone, words.strip(), disagreeing, unsure)


def _picked(name: str, label: str, names: Mapping[str, str], width: int) -> str:
    words = distinct(names, by_code=False)

    def draw() -> str | None:
        return st.selectbox(label, list(words), format_func=words.__getitem__, key=name, width=width)

    return address.choice(name, names, draw, themes.ALL, themes.FORMERLY)


def _chosen(view: View, rows: pd.DataFrame, wanted: _Wanted) -> pd.DataFrame:
    keep = pd.Series(True, index=rows.index)
    if wanted.sentiment not in (themes.ALL, _OTHER_LANGUAGE):
        keep &= rows["sentiment"] == wanted.sentiment
    if wanted.aspect != themes.ALL:
        keep &= _mentioning(view, rows, wanted)
    if wanted.words:
        keep &= rows["text"].str.contains(wanted.words, case=False, regex=False)
    if wanted.disagreeing:
        keep &= rows["disagrees"]
    if wanted.unsure:
        keep &= ~rows["sure"].fillna(True).astype(bool)
    return rows[keep]


def _mentioning(view: View, rows: pd.DataFrame, wanted: _Wanted) -> pd.Series:
    """Which comments mention the aspect, in the tone that is wanted."""
    found = view.mentions[view.mentions["aspect"] == wanted.aspect]
    if wanted.tone != themes.ALL:
        found = found[found["sentiment"] == wanted.tone]
    named = set(zip(found["response"], found["item"], strict=True))
    pairs = zip(rows["response"], rows["item"], strict=True)
    return pd.Series([pair in named for pair in pairs], index=rows.index, dtype=bool)


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


def _comment(row: pd.Series, view: View, shown: Callable[[str], str]) -> None:
    """One comment with what was found in it, and the way to correct that."""
    of_it = view.mentions["response"].eq(row["response"]) & view.mentions["item"].eq(row["item"])
    here = view.mentions[of_it].to_dict("records")
    key = f"{row['response']} {row['item']}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(SHEET + _words(row, here, view, shown))
        if st.button(_("更正"), key=f"correct {key}", type="tertiary"):
            st.session_state[_CORRECTING] = None if st.session_state.get(_CORRECTING) == key else key
    if st.session_state.get(_CORRECTING) == key:
        _correction(row, here, key)


def _words(row: pd.Series, here: list[dict[Hashable, Any]], view: View, shown: Callable[[str], str]) -> Markup:
    passages = [Passage(int(each["start"]), int(each["end"]), str(each["sentiment"])) for each in here]
    tags = [look.tag(_(SENTIMENT_LABELS[row["sentiment"]]), _TONES.get(row["sentiment"], ""))]
    if row["kind"] == _OTHER_LANGUAGE:
        tags = [look.tag(_("其他语言，未判断"), "wait")]
    tags += [look.tag(label) for label in dict.fromkeys(str(each["label"]) for each in here)]
    if row["disagrees"]:
        tags.append(look.tag(_("评分与文字不一致"), "wait"))
    if pd.notna(row["reviewed_by"]):
        tags.append(look.tag(_("已由 {name} 判断").format(name=row["reviewed_by"]), "good"))
    meta = Markup(" ").join(tags) + Markup(" {}").format(" · ".join(_about(row, view.anonymous)))
    words = Markup('<div class="xs-comment"><div class="xs-quote">{}</div><div class="meta">{}</div></div>')
    return words.format(highlight(shown(str(row["text"])), passages), meta)


def _correction(row: pd.Series, here: list[dict[Hashable, Any]], key: str) -> None:
    aspects = [_aspect(each) for each in here]
    with st.container(border=True):
        known = None if row["kind"] == _OTHER_LANGUAGE else Sentiment(row["sentiment"])
        judgement = comment_review.draw_judgement(key, str(row["text"]), known, aspects)
        if judgement is None:
            return
        kept = comment_review.keep(str(row["response"]), str(row["item"]), Purpose.CORRECTION, judgement)
        del st.session_state[_CORRECTING]
        look.done(_("已记下您的判断，它优先于模型。") if kept else _("这份答卷已被撤回，没有可更正的。"))


def _aspect(mention: Mapping[Hashable, Any]) -> Aspect:
    return Aspect(
        str(mention["aspect"]), str(mention["label"]), Sentiment(mention["sentiment"]), int(mention["start"]),
        int(mention["end"]), str(mention["evidence"]),
    )  # fmt: skip


def _about(row: pd.Series, anonymous: bool) -> Iterator[str]:
    """Rating, day and place, as far as they may be told."""
    if pd.notna(row["rating"]):
        yield _("总体评分 {rating:g}").format(rating=row["rating"])
    if not anonymous:
        yield f"{row['received_at']:%Y-%m-%d}"
        if pd.notna(row["touchpoint"]):
            yield row["touchpoint"]
