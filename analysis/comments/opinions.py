"""What the comments in view say as a whole: shares of sentiment, aspects, and where rating and words disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share, share_of
from analysis.text.learning.survey_comments import LEAST_RATINGS
from analysis.text.sentiment.share import likely_share, share_interval
from surveys.comments import CommentKind, Sentiment
from surveys.localisation.wording import saying

_UNJUDGED = (CommentKind.NO_CONTENT, CommentKind.OTHER_LANGUAGE)
"""What the analysis can't judge; a comment in another language that a person has judged is of another kind."""
_NO_JUDGEMENT = (*_UNJUDGED, CommentKind.SUGGESTION, CommentKind.QUESTION)
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
    """The comments that say something that was judged; "无", "没有" and those in another language are left out."""
    return comments[~comments["kind"].isin(_UNJUDGED)]


def not_judged(comments: pd.DataFrame) -> pd.DataFrame:
    """The comments in another language, which say something that nobody has judged."""
    return comments[comments["kind"] == CommentKind.OTHER_LANGUAGE]


def sentiment_shares(comments: pd.DataFrame) -> dict[Sentiment, Estimate]:
    """The share of each sentiment among the comments given, with its Wilson interval."""
    counts = comments["sentiment"].value_counts()
    return {sentiment: share(int(counts.get(sentiment, 0)), len(comments)) for sentiment in Sentiment}


def counted_positives(comments: pd.DataFrame) -> Estimate:
    """The share of positive comments among the positive and the negative ones, as the model counts them."""
    counts = comments["sentiment"].value_counts()
    positive, negative = (int(counts.get(each, 0)) for each in (Sentiment.POSITIVE, Sentiment.NEGATIVE))
    return share(positive, positive + negative)


def estimated_positives(comments: pd.DataFrame) -> Estimate:
    """The same share estimated from the probabilities of all comments that are no suggestion and no question.

    Counting draws the share towards one half, because the model errs more often on what is rare. What a person has
    judged counts as judged; what a person found neutral is left out. Refused below `LEAST_FOR_ESTIMATE` comments.
    """
    by_person = comments["reviewed_by"].notna()
    neutral = by_person & comments["sentiment"].eq(Sentiment.NEUTRAL)
    judging = comments[~comments["kind"].isin(_NO_JUDGEMENT) & ~neutral]
    n = len(judging)
    if n < LEAST_FOR_ESTIMATE:
        return refuse("share", saying("只有 {n} 条有褒贬的留言", n=n), n=n)
    told = judging["sentiment"].eq(Sentiment.POSITIVE).astype(float)
    probabilities = np.where(by_person[judging.index], told, judging["score"].astype(float))
    low, high = share_interval(probabilities)
    return Estimate("share", likely_share(probabilities), low, high, n, "share", method=_RE_ESTIMATED)


_RE_ESTIMATED = "share between the mean probability and EM (Saerens, Latinne & Decaestecker 2002)"


def rated_positives(comments: pd.DataFrame, *, rating: str, low: float, high: float) -> Estimate:
    """The share of authors who rated above the middle of their scale, the middle counting half, each author once.

    Of those whose comment praises or blames something. From about a hundred ratings on it is nearer the truth than
    what can be read from words alone; refused below `LEAST_RATINGS`.
    """
    judging = comments[~comments["kind"].isin(_NO_JUDGEMENT)].drop_duplicates("response")
    given = judging[rating].astype(float)
    given = given[given.between(low, high)]
    n, middle = len(given), (low + high) / 2
    if n < LEAST_RATINGS:
        return refuse("share", saying("只有 {n} 条留言旁边有评分", n=n), n=n)
    return share_of(float((given.gt(middle) + 0.5 * given.eq(middle)).mean()), n, effective_n=n)


def aspect_counts(mentions: pd.DataFrame, comments: pd.DataFrame) -> list[AspectCount]:
    """Each aspect by the number of distinct responses that mention it, the most complained about first."""
    authors = int(comments["response"].nunique())
    known = mentions[mentions["response"].isin(comments["response"])]
    counted = []
    for aspect, rows in known.groupby("aspect"):
        by = {each: int(rows.loc[rows["sentiment"] == each, "response"].nunique()) for each in Sentiment}
        total, label = int(rows["response"].nunique()), str(rows["label"].iloc[0])
        complaining, praising = by[Sentiment.NEGATIVE], by[Sentiment.POSITIVE]
        counted.append(AspectCount(str(aspect), label, total, complaining, praising, share(complaining, authors)))
    return sorted(counted, key=lambda each: (-each.complaining, -each.mentioned, each.aspect))


def aspect_labels(mentions: pd.DataFrame) -> dict[str, str]:
    """What each aspect that is mentioned is called, by its code."""
    return dict(zip(mentions["aspect"], mentions["label"], strict=True))


def topic_coverage(mentions: pd.DataFrame, comments: pd.DataFrame) -> Estimate:
    """The share of these comments in which any topic was found; what the list of topics is worth here."""
    named = pd.MultiIndex.from_frame(mentions[["response", "item"]])
    reached = pd.MultiIndex.from_frame(comments[["response", "item"]]).isin(named)
    return share(int(reached.sum()), len(comments))


@dataclass(frozen=True)
class ToldTopics:
    """The share of comments of which it is known what they are about: by their words, and with what was asked after."""

    by_words: Estimate
    with_follow_up: Estimate
    answered: int  # comments without a topic whose authors said what it was when they were asked


def told_topics(
    mentions: pd.DataFrame, comments: pd.DataFrame, *, items: tuple[str, ...], columns: tuple[str, ...]
) -> ToldTopics:  # fmt: skip
    """Of the comments to *items*: how many have a topic, before and after the choice in *columns* is counted as one."""
    ours = comments[comments["item"].isin(items)]
    named = pd.MultiIndex.from_frame(mentions[["response", "item"]])
    worded = pd.MultiIndex.from_frame(ours[["response", "item"]]).isin(named)
    present = [name for name in columns if name in ours]
    chosen = ours[present].apply(lambda column: column.notna() & ~column.astype(str).isin(("", "0", "0.0")))
    asked = chosen.any(axis=1).to_numpy(dtype=bool) if present else np.zeros(len(ours), dtype=bool)
    n, more = len(ours), int((asked & ~worded).sum())
    return ToldTopics(share(int(worded.sum()), n), share(int(worded.sum()) + more, n), more)


def disagreement(sentiments: pd.Series, ratings: pd.Series, *, low: float, high: float) -> pd.Series:
    """Whether a comment is negative beside one of the two best ratings, or positive beside one of the two worst.

    Both series have the same index. False where there is no rating.
    """
    if high - low < 3:  # on a short scale the two best and the two worst ratings would overlap
        return pd.Series(False, index=sentiments.index)
    well, badly = ratings >= high - 1, ratings <= low + 1
    return (sentiments.eq(Sentiment.NEGATIVE) & well) | (sentiments.eq(Sentiment.POSITIVE) & badly)
