"""The page on which managers read what customers wrote."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.disclosure import comments_may_be_shown
from analysis.frames import item_column
from analysis.opinions import (
    NEGATIVE,
    POSITIVE,
    aspect_counts,
    counted_positives,
    disagreement,
    estimated_positives,
    sentiment_shares,
    with_content,
)
from analysis.own_analyser import analyser_of
from analysis.pages import judging, themes
from analysis.pages.figures import Figure, cards, span
from analysis.pages.quotes import SHEET, Passage, highlighted
from analysis.pages.results import overall_scale
from analysis.pages.view import View, chosen_view
from analysis.text.personal_data import masked, personal_data
from surveys.pages import look, session
from surveys.pages.words import _, translated
from surveys.questions import Measure
from surveys.storage.reviews import Purpose

_ON_A_PAGE = 20
_TONES: dict[str, str] = {NEGATIVE: "bad", POSITIVE: "good"}
_CORRECTING = "comments.correcting"


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
    _estimated(comments)
    left_out = len(view.comments) - len(comments)
    if left_out:
        look.soft(_("另有 {count} 条留言只写了“无”“没有”之类，没有内容，不计入。").format(count=left_out))
    shown = _masking(view.key, comments)
    term = themes.draw(view, comments, shown)
    _aspects(view, comments)
    _list(view, comments, term, shown)


def _estimated(comments: pd.DataFrame) -> None:
    """The share of positives re-estimated, beside the counted one, where there are comments enough for it."""
    counted, estimated = counted_positives(comments), estimated_positives(comments)
    if not (counted.ok and estimated.ok):
        return
    words = _(
        "只看有褒贬的留言：直接数，正面占 {counted}（n={counted_n}）；按每条留言的概率重新估计，占 {share}"
        "（95% 区间 {span}，n={n}）。模型对少见的一类错得更多，直接数会偏向一半。"
        "在九个没学过的领域里，重新估计有七个更准，有两个差得更多：请在“文本模型”里抽样核对。"
    )
    look.soft(
        words.format(
            counted=counted.shown(), counted_n=counted.n, share=estimated.shown(), span=span(estimated), n=estimated.n
        )
    )


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


def _model() -> str:
    """The version under which the worker keeps its findings."""
    return analyser_of(session.store().organisation).version


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


def _masking(key: str, comments: pd.DataFrame) -> Callable[[str], str]:
    """Offers to mask personal data where comments hold any; returns how a comment is to be shown."""
    amount = _with_personal_data(key, comments)
    if not amount:
        return str
    label = _("遮住个人信息（{count} 条留言含电话、姓名、住址等）").format(count=amount)
    return masked if st.toggle(label, value=True, key="masking") else str


@st.cache_data(max_entries=12, show_spinner=False)
def _with_personal_data(key: str, _comments: pd.DataFrame) -> int:
    return sum(bool(personal_data(text)) for text in _comments["text"])


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


def _list(view: View, comments: pd.DataFrame, term: str | None, shown: Callable[[str], str]) -> None:
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


def _wanted(view: View) -> _Wanted:
    labels = {themes.ALL: _("全部")} | dict(zip(view.mentions["aspect"], view.mentions["label"], strict=True))
    names = translated(themes.NAMES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sentiment = st.selectbox(_("情感"), list(names), format_func=names.__getitem__, key="sentiment", width=130)
        aspect = st.selectbox(_("方面"), list(labels), format_func=labels.__getitem__, key="aspect", width=190)
        words = st.text_input(_("搜索"), placeholder=_("输入词语后回车"), max_chars=40, key="words", width=210)
        disagreeing = st.checkbox(_("评分与文字不一致"), key="disagreeing", width="content")
        unsure = st.checkbox(_("模型拿不准"), key="unsure", width="content")
    return _Wanted(sentiment, aspect, words.strip(), disagreeing, unsure)


def _chosen(view: View, rows: pd.DataFrame, wanted: _Wanted) -> pd.DataFrame:
    keep = pd.Series(True, index=rows.index)
    if wanted.sentiment != themes.ALL:
        keep &= rows["sentiment"] == wanted.sentiment
    if wanted.aspect != themes.ALL:
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
    tags = [look.tag(_(row["sentiment"]), _TONES.get(row["sentiment"], ""))]
    tags += [look.tag(label) for label in dict.fromkeys(str(each["label"]) for each in here)]
    if row["disagrees"]:
        tags.append(look.tag(_("评分与文字不一致"), "wait"))
    if pd.notna(row["reviewed_by"]):
        tags.append(look.tag(_("已由 {name} 判断").format(name=row["reviewed_by"]), "good"))
    meta = Markup(" ").join(tags) + Markup(" {}").format(" · ".join(_about(row, view.anonymous)))
    words = Markup('<div class="xs-comment"><div class="xs-quote">{}</div><div class="meta">{}</div></div>')
    return words.format(highlighted(shown(str(row["text"])), passages), meta)


def _correction(row: pd.Series, here: list[dict[Hashable, Any]], key: str) -> None:
    aspects = [{str(name): value for name, value in each.items()} for each in here]
    with st.container(border=True):
        judgement = judging.judged(key, str(row["text"]), str(row["sentiment"]), aspects)
        if judgement is None:
            return
        kept = judging.keep(str(row["response"]), str(row["item"]), Purpose.CORRECTION, judgement)
        del st.session_state[_CORRECTING]
        look.done(_("已记下您的判断，它优先于模型。") if kept else _("这份答卷已被撤回，没有可更正的。"))


def _about(row: pd.Series, anonymous: bool) -> Iterator[str]:
    """Rating, day and place, as far as they may be told."""
    if pd.notna(row["rating"]):
        yield _("总体评分 {rating:g}").format(rating=row["rating"])
    if not anonymous:
        yield f"{row['received_at']:%Y-%m-%d}"
        if pd.notna(row["touchpoint"]):
            yield row["touchpoint"]
