"""Terms that stand out: used more than in the period before, or more in one place than in the others."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analysis.comments.terms import comment_amounts, comments_by_place, terms_at, terms_of
from analysis.pages.by_question import not_compared
from analysis.pages.comments.quotes import THEIRS
from analysis.pages.drill_down import comments_address, link_cell
from analysis.pages.filters import PLACES
from analysis.released.parts import Comments, When
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.topics.emerging import emerging_terms
from surveys.console.kit import address, look
from surveys.console.kit.words import _, translate_all

_MOST = 12
_LEAST_CERTAIN = 0.05
_FEWEST = 10  # comments of a place, before anything is said of its words


def draw(view: ReleasedAnswers, every: pd.DataFrame) -> None:
    """*every*: the terms of all comments looked at, as `terms_of` counts them."""
    _over_time(view, every)
    if not view.anonymous:
        _between_places(view, every)


def _over_time(view: ReleasedAnswers, now: pd.DataFrame) -> None:
    """Terms that are used more than in the period before."""
    earlier = Comments(when=When.BEFORE)
    if view.before is None or not view.ask(comment_amounts, earlier)[""]:
        return
    before = view.ask(terms_of, earlier)
    risen = _more(_counts(now), _counts(before))
    with st.expander(_("比上一期明显增多的词（{count}）").format(count=len(risen)), icon=":material/trending_up:"):
        _table(view, risen, _("本期留言"), _("上期留言"))


def _between_places(view: ReleasedAnswers, every: pd.DataFrame) -> None:
    """Terms that are used more in one district, at one touchpoint, by one kind of business than in the others."""
    comments, names = Comments(places=tuple(PLACES)), translate_all(PLACES)
    amounts = view.ask(comments_by_place, comments, tuple(PLACES))
    enough = {kind: [each for each, n in found.items() if n >= _FEWEST] for kind, found in amounts.items()}
    known = {kind: found for kind, found in enough.items() if found and len(amounts[kind]) > 1}
    if not known:
        return
    with st.expander(_("哪里说得特别多"), icon=":material/location_on:"):
        kind = _kind(known, names)
        place = _place(known[kind])
        here = _counts(view.ask(terms_at, comments, kind, place))
        more = _more(here, elsewhere(_counts(every), here))
        _table(view, more, _("“{place}”的留言").format(place=place), _("其他留言"))
        not_compared({each: n for each, n in amounts[kind].items() if n < _FEWEST}, _FEWEST)


def elsewhere(every: Mapping[str, int], here: Mapping[str, int]) -> dict[str, int]:
    """How often each term is used in the others: a term counts once a comment, so what is not here is there.

    Never less than nothing: comments that were analysed since all were counted are among those here alone.
    """
    return {term: max(amount - here.get(term, 0), 0) for term, amount in every.items()}


def _kind(known: Mapping[str, list[str]], names: Mapping[str, str]) -> str:
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


def _table(view: ReleasedAnswers, more: pd.DataFrame, here: str, there: str) -> None:
    if more.empty:
        look.soft(_("没有哪个词明显增多。"))
        return
    look.table(
        [_("词"), here, there, _("校正后 p 值")],
        [
            (link_cell(THEIRS.format(row.term), comments_address(view, "terms", term=str(row.term))), row.now,
             row.before,
             f"{row.q:.3f}")
            for row in more.itertuples()
        ],
    )  # fmt: skip
    look.soft(_("按平滑后的对数优势比检验，并对同时看的所有词作了多重比较校正（Benjamini-Hochberg）。"))
