"""The comments that somebody wants to read: which of them, in which order, and what stands beside each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from analysis.comments.opinions import disagreement
from analysis.frames import signals_of
from analysis.text.topics.themes import holding
from surveys.comments import RISKS, Aspect, Sentiment, Signal

ANY_RISK = "risk"


@dataclass(frozen=True)
class Wanted:
    """Which comments are listed; what is empty or False asks for nothing.

    `tone`: the sentiment in which the aspect is mentioned; `term`: a word of theirs; `words`: letters that stand in
    them; `signal`: a `SignalCode`, or `ANY_RISK`; `disagreeing`: with their rating; `unsure`: where the model is.
    """

    sentiment: str = ""
    aspect: str = ""
    tone: str = ""
    words: str = ""
    term: str = ""
    signal: str = ""
    disagreeing: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class ListedComment:
    """One comment with what was found in it; rating, time and place only where they may be told."""

    response: str
    item: str
    text: str
    kind: str
    sentiment: str
    reviewed_by: str | None
    aspects: tuple[Aspect, ...]
    disagrees: bool = False
    rating: float | None = None
    received_at: datetime | None = None
    touchpoint: str | None = None
    signals: tuple[Signal, ...] = ()


def wanted_comments(
    comments: pd.DataFrame, mentions: pd.DataFrame, wanted: Wanted, *, low: float, high: float
) -> pd.DataFrame:
    """The rows of *comments* that are wanted, the newest first, with a column `disagrees`.

    *comments* have the column `rating` on a scale from *low* to *high*, and `received_at` where it may be known.
    """
    rows = comments.assign(disagrees=disagreement(comments["sentiment"], comments["rating"], low=low, high=high))
    # Praise beside one of the worst ratings may be irony, which no table sees; what a person has judged is judged.
    ironic = rows["disagrees"] & rows["sentiment"].eq(Sentiment.POSITIVE) & rows["reviewed_by"].isna()
    rows = rows.assign(sure=rows["sure"].fillna(True).astype(bool) & ~ironic)
    keep = pd.Series(True, index=rows.index)
    if wanted.sentiment:
        keep &= rows["sentiment"] == wanted.sentiment
    if wanted.aspect:
        keep &= _mentioning(rows, mentions, wanted)
    if wanted.words:
        keep &= rows["text"].str.contains(wanted.words, case=False, regex=False)
    if wanted.term:
        keep &= pd.Series(holding(wanted.term, rows["text"]), index=rows.index, dtype=bool)
    if wanted.signal:
        codes = RISKS if wanted.signal == ANY_RISK else {wanted.signal}
        keep &= rows["signals"].map(lambda cell: any(each.code in codes for each in signals_of(cell))).astype(bool)
    if wanted.disagreeing:
        keep &= rows["disagrees"]
    if wanted.unsure:
        keep &= ~rows["sure"]
    # Comments of an anonymous survey stand in no order that tells when they were written.
    order = [each for each in ("received_at", "response") if each in rows.columns]
    return rows[keep].sort_values(order, ascending=False, ignore_index=True)


def listed_comments(rows: pd.DataFrame, mentions: pd.DataFrame) -> list[ListedComment]:
    """The rows of `wanted_comments` one by one, each with what is mentioned in it."""
    here = mentions[mentions["response"].isin(rows["response"])]
    found: dict[tuple[str, str], list[Aspect]] = {}
    for each in here.to_dict("records"):
        found.setdefault((str(each["response"]), str(each["item"])), []).append(_aspect(each))
    return [_listed(row, tuple(found.get((row["response"], row["item"]), ()))) for row in rows.to_dict("records")]


def _mentioning(rows: pd.DataFrame, mentions: pd.DataFrame, wanted: Wanted) -> pd.Series:
    """Which comments mention the aspect, in the tone that is wanted."""
    found = mentions[mentions["aspect"] == wanted.aspect]
    if wanted.tone:
        found = found[found["sentiment"] == wanted.tone]
    named = set(zip(found["response"], found["item"], strict=True))
    pairs = zip(rows["response"], rows["item"], strict=True)
    return pd.Series([pair in named for pair in pairs], index=rows.index, dtype=bool)


def _aspect(mention: Mapping[Hashable, Any]) -> Aspect:
    return Aspect(
        str(mention["aspect"]), str(mention["label"]), Sentiment(mention["sentiment"]), int(mention["start"]),
        int(mention["end"]), str(mention["evidence"]),
    )  # fmt: skip


def _listed(row: Mapping[Hashable, Any], aspects: tuple[Aspect, ...]) -> ListedComment:
    def known(name: str) -> Any:
        value = row.get(name)
        return None if value is None or pd.isna(value) else value

    return ListedComment(
        str(row["response"]), str(row["item"]), str(row["text"]), str(row["kind"]), str(row["sentiment"]),
        known("reviewed_by"), aspects, bool(row["disagrees"]), known("rating"), known("received_at"),
        known("touchpoint"), signals_of(row["signals"]),
    )  # fmt: skip
