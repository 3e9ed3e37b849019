"""What the comments in view say as a whole: shares of sentiment, aspects, and where rating and words disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimate, Words, refused
from analysis.shares import share
from analysis.text.comment import Kind, Sentiment
from analysis.text.share import corrected_share, share_interval

NEGATIVE: Sentiment = "负面"
NEUTRAL: Sentiment = "中性"
POSITIVE: Sentiment = "正面"
SENTIMENTS = (NEGATIVE, NEUTRAL, POSITIVE)
NO_CONTENT: Kind = "no_content"
_NO_JUDGEMENT: tuple[Kind, ...] = (NO_CONTENT, "suggestion", "question")
LEAST_FOR_ESTIMATE = 100
"""From so many comments on the re-estimated share was measured to be nearer the truth than counting."""


@dataclass(frozen=True)
class AspectCount:
    """How many responses speak of one aspect, and how."""

    aspect: str
    label: str
    mentioned: int
    complaining: int
    praising: int
    complaint_share: Estimate


def with_content(comments: pd.DataFrame) -> pd.DataFrame:
    """The comments that say something; "无", "没有" and the like are left out."""
    return comments[comments["kind"] != NO_CONTENT]


def sentiment_shares(comments: pd.DataFrame) -> dict[str, Estimate]:
    """The share of each sentiment among the comments given, with its Wilson interval."""
    counts = comments["sentiment"].value_counts()
    return {sentiment: share(int(counts.get(sentiment, 0)), len(comments)) for sentiment in SENTIMENTS}


def counted_positives(comments: pd.DataFrame) -> Estimate:
    """The share of positive comments among the positive and the negative ones, as the model counts them."""
    counts = comments["sentiment"].value_counts()
    positive, negative = (int(counts.get(each, 0)) for each in (POSITIVE, NEGATIVE))
    return share(positive, positive + negative)


def estimated_positives(comments: pd.DataFrame) -> Estimate:
    """The same share re-estimated from the probabilities of all comments that are no suggestion and no question.

    Counting draws the share towards one half, because the model errs more often on what is rare. What a person has
    judged counts as judged; what a person found neutral is left out. Refused below `LEAST_FOR_ESTIMATE` comments.
    """
    by_person = comments["reviewed_by"].notna()
    neutral = by_person & comments["sentiment"].eq(NEUTRAL)
    judging = comments[~comments["kind"].isin(_NO_JUDGEMENT) & ~neutral]
    n = len(judging)
    if n < LEAST_FOR_ESTIMATE:
        return refused("share", Words(f"只有 {n} 条有褒贬的留言", f"only {n} comments that judge"), n=n)
    told = judging["sentiment"].eq(POSITIVE).astype(float)
    probabilities = np.where(by_person[judging.index], told, judging["score"].astype(float))
    low, high = share_interval(probabilities)
    return Estimate("share", corrected_share(probabilities).share, low, high, n, "share", method=_RE_ESTIMATED)


_RE_ESTIMATED = "share re-estimated from probabilities (Saerens, Latinne & Decaestecker 2002)"


def aspect_counts(mentions: pd.DataFrame, comments: pd.DataFrame) -> list[AspectCount]:
    """Each aspect by the number of distinct responses that mention it, the most complained about first."""
    authors = int(comments["response"].nunique())
    known = mentions[mentions["response"].isin(comments["response"])]
    counted = []
    for aspect, rows in known.groupby("aspect"):
        by = {
            sentiment: int(rows.loc[rows["sentiment"] == sentiment, "response"].nunique()) for sentiment in SENTIMENTS
        }
        total, label = int(rows["response"].nunique()), str(rows["label"].iloc[0])
        complaints = share(by[NEGATIVE], authors)
        counted.append(AspectCount(str(aspect), label, total, by[NEGATIVE], by[POSITIVE], complaints))
    return sorted(counted, key=lambda each: (-each.complaining, -each.mentioned, each.aspect))


def disagreement(sentiments: pd.Series, ratings: pd.Series, *, low: float, high: float) -> pd.Series:
    """Whether a comment is negative beside one of the two best ratings, or positive beside one of the two worst.

    Both series have the same index. False where there is no rating.
    """
    if high - low < 3:  # on a short scale the two best and the two worst ratings would overlap
        return pd.Series(False, index=sentiments.index)
    well, badly = ratings >= high - 1, ratings <= low + 1
    return (sentiments.eq(NEGATIVE) & well) | (sentiments.eq(POSITIVE) & badly)
