"""Terms that stand out: used more than in the period before, or more in one place than in the others."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from markupsafe import Markup

from analysis.comments.opinions import with_content
from analysis.pages.by_question import not_compared
from analysis.pages.drill_down import comments_address, link_cell
from analysis.pages.filters import SEGMENTS, View
from analysis.text.topics.emerging import emerging_terms
from analysis.text.topics.themes import term_frequencies
from surveys.console.kit import address, look
from surveys.console.kit.words import _, translate_all

_THEIRS = Markup('<span lang="zh">{}</span>')  # a word of the comments, in whatever language the page is
_MOST = 12
_LEAST_CERTAIN = 0.05
_FEWEST = 10  # comments of a place, before anything is said of its words


def draw(view: View, comments: pd.DataFrame, every: pd.DataFrame) -> None:
    """*every*: the terms of all *comments* looked at, as `terms` counts them."""
    _over_time(view, every)
    if not view.anonymous:
        _between_places(view, comments, every)


@st.cache_data(max_entries=48, show_spinner=False)
def terms(key: str, _comments: pd.DataFrame) -> pd.DataFrame:
    """One row per term, with the number of comments that use it, in all and by sentiment."""
    return term_frequencies(_comments["text"], _comments["sentiment"])


def _over_time(view: View, now: pd.DataFrame) -> None:
    """Terms that are used more than in the period before."""
    if view.earlier_comments is None or view.earlier_comments.empty:
        return
    before = terms(f"{view.key}·earlier", with_content(view.earlier_comments))
    risen = _more(_counts(now), _counts(before))
    with st.expander(_("比上一期明显增多的词（{count}）").format(count=len(risen)), icon=":material/trending_up:"):
        _table(view, risen, _("本期留言"), _("上期留言"))


def _between_places(view: View, comments: pd.DataFrame, every: pd.DataFrame) -> None:
    """Terms that are used more in one district, at one touchpoint, by one kind of business than in the others."""
    places = view.responses.set_index("response")[list(SEGMENTS)].reindex(comments["response"])
    names = translate_all(SEGMENTS)
    amounts = {kind: places[kind].value_counts() for kind in SEGMENTS}
    known = {kind: found[found >= _FEWEST].index for kind, found in amounts.items() if len(found) > 1}
    known = {kind: found for kind, found in known.items() if len(found)}
    if not known:
        return
    with st.expander(_("哪里说得特别多"), icon=":material/location_on:"):
        kind = _kind(known, names)
        place = _place(list(known[kind]))
        inside = (places[kind] == place).to_numpy()
        here = _counts(terms(f"{view.key}·{kind}·{place}", comments[inside]))
        # A term counts once a comment, so what is not here is in the others: their words need not be looked for again.
        there = {term: amount - here.get(term, 0) for term, amount in _counts(every).items()}
        _table(view, _more(here, there), _("“{place}”的留言").format(place=place), _("其他留言"))
        not_compared({str(each): int(n) for each, n in amounts[kind].items() if n < _FEWEST}, _FEWEST)


def _kind(known: Mapping[str, pd.Index], names: Mapping[str, str]) -> str:
    def draw() -> str | None:
        return st.segmented_control(
            _("按"), list(known), format_func=names.__getitem__, required=True, key="terms-by"
        )  # fmt: skip

    return address.choice("terms-by", known, draw, next(iter(known)))


def _place(places: list[str]) -> str:
    return address.choice("terms-of", places, lambda: st.selectbox(_("分组"), places, key="terms-of"), places[0])


def _more(here: Mapping[str, int], there: Mapping[str, int]) -> pd.DataFrame:
    """The terms that are clearly used more here, the clearest first."""
    compared = emerging_terms(here, there)
    return compared[(compared["q"] < _LEAST_CERTAIN) & (compared["log_odds"] > 0)].head(_MOST)


def _counts(found: pd.DataFrame) -> dict[str, int]:
    return dict(zip(found["term"], found["comments"].astype(int), strict=True))


def _table(view: View, more: pd.DataFrame, here: str, there: str) -> None:
    if more.empty:
        look.soft(_("没有哪个词明显增多。"))
        return
    look.table(
        [_("词"), here, there, _("校正后 p 值")],
        [
            (link_cell(_THEIRS.format(row.term), comments_address(view, "terms", term=str(row.term))), row.now,
             row.before,
             f"{row.q:.3f}")
            for row in more.itertuples()
        ],
    )  # fmt: skip
    look.soft(_("按平滑后的对数优势比检验，并对同时看的所有词作了多重比较校正（Benjamini-Hochberg）。"))
