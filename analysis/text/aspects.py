"""Which topics a comment speaks of, where, and whether well or badly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence, Set

from analysis.text.clauses import Clause
from analysis.text.comment import Aspect, Sentiment
from analysis.text.topics import Mention

ClauseSentiment = Callable[[int], Sentiment]
"""The judgement of the clause with this position."""


def aspects(
    original: str,
    mentions: Sequence[Mention],
    clauses: Sequence[Clause],
    sentiment: ClauseSentiment,
    labels: Mapping[str, str],
) -> tuple[Aspect, ...]:
    """One entry per topic and judgement, with the clause as evidence; offsets are those of *original*.

    A topic that is praised or blamed in one clause is not reported as neutral for another.
    """
    starts = [clause.start for clause in clauses]
    placed = [(max(0, bisect_right(starts, mention.start) - 1), mention) for mention in mentions]
    topics_in = {position for position, _ in placed}
    found: dict[tuple[str, Sentiment], Aspect] = {}
    for position, mention in placed:
        judged = mention.implied or _judged(position, topics_in, len(clauses), sentiment)
        if (mention.code, judged) in found:
            continue
        start, end = min(clauses[position].start, mention.start), max(clauses[position].end, mention.end)
        aspect = Aspect(mention.code, labels[mention.code], judged, start, end, original[start:end])
        found[mention.code, judged] = aspect
    polar = {code for code, judged in found if judged != "中性"}
    return tuple(aspect for (code, judged), aspect in found.items() if judged != "中性" or code not in polar)


def _judged(position: int, topics_in: Set[int], clauses: int, sentiment: ClauseSentiment) -> Sentiment:
    """The judgement of the clause, or of the next one when that names no topic and so goes on about this one."""
    here = sentiment(position)
    if here != "中性" or position + 1 >= clauses or position + 1 in topics_in:
        return here
    return sentiment(position + 1)
