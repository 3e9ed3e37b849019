"""The page on which managers read what customers wrote."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.disclosure import comments_may_be_shown
from analysis.frames import item_column
from analysis.opinions import (
    NEGATIVE,
    POSITIVE,
    SENTIMENTS,
    aspect_counts,
    disagreement,
    sentiment_shares,
    with_content,
)
from analysis.pages.figures import Figure, cards, span
from analysis.pages.quotes import SHEET, Passage, highlighted
from analysis.pages.results import overall_scale
from analysis.pages.view import View, chosen_view
from analysis.text import Analyser
from analysis.text.cloud import NothingToDraw, word_cloud
from analysis.text.comment import Sentiment
from analysis.text.fonts import FontMissing, chinese_font
from analysis.text.themes import frequencies_of, term_frequencies
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.words import _, reason, translated
from surveys.questions import Measure
from surveys.settings import Settings

_ON_A_PAGE = 20
_TERMS = 24
_TONES: dict[str, str] = {NEGATIVE: "bad", POSITIVE: "good"}
_ALL = "all"
_NAMES: dict[str, str] = {_ALL: marked("全部")} | {str(each): each for each in SENTIMENTS}


def draw() -> None:
    """Progress, shares, cloud and terms, aspects, then the comments themselves."""
    look.heading(_("意见"), _("客户写了什么：情感、提到的方面、原话。由分析模型判断，拿不准的会标明。"))
    view = chosen_view()
    if view is None:
        return
    _progress(view)
    comments = with_content(view.comments)
    if not _may_be_shown(view, comments):
        return
    cards([Figure(_(name), each) for name, each in sentiment_shares(comments).items()])
    left_out = len(view.comments) - len(comments)
    if left_out:
        look.soft(_("另有 {count} 条留言只写了“无”“没有”之类，没有内容，不计入。").format(count=left_out))
    term = _themes(view, comments)
    _aspects(view, comments)
    _list(view, comments, term)


def _progress(view: View) -> None:
    survey = view.record.survey
    items = [question.code for question in survey.with_measure(Measure.TEXT)]
    if not items:
        return
    done, total = session.store().findings.progress(view.record.code, items, _model())
    if done < total:
        st.progress(
            done / total,
            text=_("正在分析留言：已完成 {done} / {total} 条，完成后刷新可见").format(done=done, total=total),
        )


@st.cache_resource(show_spinner=False)
def _model() -> str:
    """The version under which the worker keeps its findings."""
    return Analyser.load().version


def _may_be_shown(view: View, comments: pd.DataFrame) -> bool:
    authors = int(comments["response"].nunique())
    if not authors:
        look.empty(_("还没有可读的留言"), _("客户写下留言后，几秒内会分析好并出现在这里。"))
        return False
    if view.anonymous and not comments_may_be_shown(authors):
        look.empty(
            _("为保护匿名暂不显示"),
            _("写了留言的只有 {count} 人，不足 10 人；文字容易让人认出是谁写的。").format(count=authors),
        )
        return False
    return True


# Themes


def _themes(view: View, comments: pd.DataFrame) -> str | None:
    """The cloud and the terms beside it; returns the term that was picked."""
    st.header(_("客户在说什么"), anchor=False)
    names = translated(_NAMES)
    chosen = st.segmented_control(
        _("情感范围"), list(names), default=_ALL, format_func=names.__getitem__, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    with st.spinner(_("正在统计词语…")):
        terms = _terms(view.key, comments)
    column = "comments" if chosen == _ALL else chosen
    terms = terms[terms[column] > 0].sort_values(column, ascending=False, kind="stable").head(80)
    if terms.empty:
        look.empty(_("没有可统计的词语"), _("换一个情感范围，或放宽筛选条件。"))
        return None
    left, right = st.columns([3, 2])
    with left:
        _cloud(view.key, str(chosen), terms)
    with right:
        return _term_picker(terms.head(_TERMS), str(column))


def _term_picker(terms: pd.DataFrame, column: str) -> str | None:
    counts = dict(zip(terms["term"], terms[column], strict=True))
    picked = st.pills(
        _("点一个词，看提到它的留言"), list(counts), format_func=lambda term: f"{term} {counts[term]}", key="term",
        persist_state="page", wrap=True,
    )  # fmt: skip
    return str(picked) if picked else None


@st.cache_data(max_entries=12, show_spinner=False)
def _terms(key: str, _comments: pd.DataFrame) -> pd.DataFrame:
    return term_frequencies(_comments["text"], _comments["sentiment"])


def _cloud(key: str, sentiment: str, terms: pd.DataFrame) -> None:
    try:
        with st.spinner(_("正在画词云…")):
            picture = _cloud_png(key, sentiment, terms)
        st.image(picture, width="stretch")
    except FontMissing as missing:
        st.warning(_("词云画不出来：{reason}").format(reason=reason(missing)))
    except NothingToDraw:
        look.empty(_("没有可以画的词"), _("换一个情感范围试试。"))


@st.cache_data(max_entries=24, show_spinner=False)
def _cloud_png(key: str, sentiment: str, _terms: pd.DataFrame) -> bytes:
    tone: Sentiment | None = next((each for each in SENTIMENTS if each == sentiment), None)
    font = chinese_font(Settings.from_environment().font)
    image = word_cloud(frequencies_of(_terms, tone), font, palette=tone or "all", background="#FBFCFB")
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


# Aspects


def _aspects(view: View, comments: pd.DataFrame) -> None:
    counted = aspect_counts(view.mentions, comments)
    if not counted:
        return
    st.header(_("提到哪些方面"), anchor=False)
    look.table(
        [_("方面"), _("提到"), _("抱怨"), _("表扬"), _("抱怨占留言"), _("95% 区间")],
        [
            (each.label, each.mentioned, each.complaining, each.praising, each.complaint_share.shown(),
             span(each.complaint_share) or _("样本不足"))
            for each in counted
        ],
    )  # fmt: skip
    look.soft(
        _("份数按答卷计，一份答卷多次提到只算一次；n={count} 份有内容的留言。").format(
            count=comments["response"].nunique()
        )
    )


# The comments themselves


@dataclass(frozen=True)
class _Wanted:
    """Which comments are listed."""

    sentiment: str
    aspect: str
    words: str
    disagreeing: bool
    unsure: bool


def _list(view: View, comments: pd.DataFrame, term: str | None) -> None:
    st.header(_("留言"), anchor=False)
    rows = _with_context(view, comments)
    wanted = _wanted(view)
    chosen = _chosen(view, rows, wanted)
    if term:
        chosen = chosen[chosen["text"].str.contains(term, case=False, regex=False)]
        look.soft(_("只看提到“{term}”的留言；再点一次词语可取消。").format(term=term))
    if chosen.empty:
        look.empty(_("没有符合条件的留言"), _("换一个情感、方面或搜索词试试。"))
        return
    page = _page_of(len(chosen), repr((wanted, term, view.key)))
    shown = chosen.iloc[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
    drawn = [_comment(row, view) for _, row in shown.iterrows()]
    st.html(SHEET + Markup("").join(drawn))
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


def _wanted(view: View) -> _Wanted:
    labels = {_ALL: _("全部")} | dict(zip(view.mentions["aspect"], view.mentions["label"], strict=True))
    names = translated(_NAMES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = st.selectbox(_("情感"), list(names), format_func=names.__getitem__, key="sentiment", width=130)
        aspect = st.selectbox(_("方面"), list(labels), format_func=labels.__getitem__, key="aspect", width=190)
        words = st.text_input(_("搜索"), placeholder=_("输入词语后回车"), max_chars=40, key="words", width=210)
        disagreeing = st.checkbox(_("评分与文字不一致"), key="disagreeing", width="content")
        unsure = st.checkbox(_("模型拿不准"), key="unsure", width="content")
    return _Wanted(sentiment, aspect, words.strip(), disagreeing, unsure)


def _chosen(view: View, rows: pd.DataFrame, wanted: _Wanted) -> pd.DataFrame:
    keep = pd.Series(True, index=rows.index)
    if wanted.sentiment != _ALL:
        keep &= rows["sentiment"] == wanted.sentiment
    if wanted.aspect != _ALL:
        keep &= rows["response"].isin(view.mentions.loc[view.mentions["aspect"] == wanted.aspect, "response"])
    if wanted.words:
        keep &= rows["text"].str.contains(wanted.words, case=False, regex=False)
    if wanted.disagreeing:
        keep &= rows["disagrees"]
    if wanted.unsure:
        keep &= ~rows["sure"].fillna(True).astype(bool)
    return rows[keep]


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


def _comment(row: pd.Series, view: View) -> Markup:
    of_it = view.mentions["response"].eq(row["response"]) & view.mentions["item"].eq(row["item"])
    here = list(view.mentions[of_it].itertuples())
    passages = [Passage(int(str(each.start)), int(str(each.end)), str(each.sentiment)) for each in here]
    tags = [look.tag(_(row["sentiment"]), _TONES.get(row["sentiment"], ""))]
    tags += [look.tag(label) for label in dict.fromkeys(str(each.label) for each in here)]
    if row["disagrees"]:
        tags.append(look.tag(_("评分与文字不一致"), "wait"))
    meta = Markup(" ").join(tags) + Markup(" {}").format(" · ".join(_about(row, view.anonymous)))
    words = Markup('<div class="xs-comment"><div class="xs-quote">{}</div><div class="meta">{}</div></div>')
    return words.format(highlighted(str(row["text"]), passages), meta)


def _about(row: pd.Series, anonymous: bool) -> Iterator[str]:
    """Rating, day and place, as far as they may be told."""
    if pd.notna(row["rating"]):
        yield _("总体评分 {rating:g}").format(rating=row["rating"])
    if not anonymous:
        yield f"{row['received_at']:%Y-%m-%d}"
        if pd.notna(row["touchpoint"]):
            yield row["touchpoint"]
