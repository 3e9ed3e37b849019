"""Which topics a comment speaks of, where, and whether well or badly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.sentiment.judgement import NEUTRAL, SENTIMENTS, Codes
from analysis.text.sentiment.local import LocalLayer
from analysis.text.topics.polarity import Context, Ints, PolarityHead
from analysis.text.topics.topics import Mention
from surveys.comments import Aspect, Sentiment

_CODES: dict[Sentiment | None, int] = {None: -1} | {name: code for code, name in enumerate(SENTIMENTS)}


def aspects(
    originals: Sequence[str],
    context: Context,
    mentions: Sequence[Mention],
    spoken: Codes,
    labels: Mapping[str, str],
    head: PolarityHead | None = None,
) -> list[tuple[Aspect, ...]]:
    """For each comment one entry per topic and judgement, with the clause as evidence; offsets are the comment's own.

    A clause without a judgement goes on into the next that names no topic. A topic that is praised or blamed in one
    clause is not reported as neutral for another. Wishing and asking clauses speak of what isn't so: whatever their
    wording, they praise nothing, and a wish blames nothing by its wording alone. What a turn of speech says of the
    whole comment (*spoken*, -1 where there is none) holds for its only topic. With a *head* all this is left to that.
    """
    found: list[dict[tuple[str, Sentiment], Aspect]] = [{} for _ in originals]
    laid, clauses = context.laid, context.clauses
    places = _clauses_of(mentions, context)
    if head is not None and mentions:
        told = head.told(context, mentions, places)
        mentions, places, said = [mentions[n] for n in told.mentions], places[told.mentions], told.said
    else:
        said = _turned(_ruled(mentions, places, context), mentions, places, context, spoken)
    owners = clauses.owners[places]
    since, until = clauses.starts[places] - laid.starts[owners], clauses.ends[places] - laid.starts[owners]
    columns = (owners, laid.starts[owners], since, until, said)
    for mention, owner, begin, low, high, code in zip(mentions, *(c.tolist() for c in columns), strict=True):
        sentiment = SENTIMENTS[code]
        if (mention.code, sentiment) not in found[owner]:
            start, end = min(low, mention.start - begin), max(high, mention.end - begin)
            evidence = originals[owner][start:end]
            aspect = Aspect(mention.code, labels[mention.code], sentiment, start, end, evidence)
            found[owner][mention.code, sentiment] = aspect
    return [_decided(each) for each in found]


def _clauses_of(mentions: Sequence[Mention], context: Context) -> Ints:
    """The clause that each mention begins in."""
    starts = np.array([mention.start for mention in mentions], dtype=np.int64)
    return np.maximum(context.clauses.around(starts), context.clauses.first[context.laid.owners[starts]])


def _ruled(mentions: Sequence[Mention], places: Ints, context: Context) -> Codes:
    """How each mention speaks by the rules."""
    implied = np.array([_CODES[mention.implied] for mention in mentions], dtype=np.int64)
    carried = _carried_on(context.judged, context.clauses, places)[places]
    said = np.where(implied < 0, carried, implied)
    # A wording may go on from a wish into a clause that says how it is.
    ends = np.array([mention.end - 1 for mention in mentions], dtype=np.int64)
    finished = np.maximum(context.clauses.around(ends), places)
    wishing, asking = (flags[places] & flags[finished] for flags in (context.wishing, context.asking))
    said = np.where(wishing | asking, np.minimum(said, NEUTRAL), said)
    return np.where(wishing & (implied >= 0), NEUTRAL, said)


def _turned(said: Codes, mentions: Sequence[Mention], places: Ints, context: Context, spoken: Codes) -> Codes:
    """The same with what turns of speech say of comments that name one topic alone."""
    if (spoken < 0).all():
        return said
    owners = context.clauses.owners[places]
    named: dict[int, set[str]] = {}
    for mention, owner in zip(mentions, owners.tolist(), strict=True):
        named.setdefault(owner, set()).add(mention.code)
    alone = np.zeros(len(spoken), dtype=bool)
    alone[[owner for owner, codes in named.items() if len(codes) == 1]] = True
    turned = (spoken >= 0) & alone
    return np.where(turned[owners], spoken[owners], said)


def _carried_on(judged: Codes, clauses: Clauses, named: Codes) -> Codes:
    """The judgement of each clause, or of the next one when that names no topic and so goes on about this one."""
    if not len(judged):
        return judged
    speaks = np.zeros(len(judged), dtype=bool)
    speaks[named] = True
    goes_on = ~speaks[1:] & (clauses.owners[1:] == clauses.owners[:-1]) & (judged[:-1] == NEUTRAL)
    return np.append(np.where(goes_on, judged[1:], judged[:-1]), judged[-1])


def _decided(found: Mapping[tuple[str, Sentiment], Aspect]) -> tuple[Aspect, ...]:
    if len(found) < 2:
        return tuple(found.values())
    neutral = Sentiment.NEUTRAL
    polar = {code for code, judged in found if judged is not neutral}
    return tuple(aspect for (code, judged), aspect in found.items() if judged is not neutral or code not in polar)


def relearn(
    layer: LocalLayer,
    originals: Sequence[str],
    laid: ngrams.Batch,
    clauses: Clauses,
    found: Sequence[tuple[Aspect, ...]],
    judged: Codes,
    labels: Mapping[str, str],
) -> list[tuple[Aspect, ...]]:
    """The aspects *found* by the topic list with those of the local *layer* added or taken away.

    An aspect that is added has the clause that speaks most for it as evidence, and that clause's judgement.
    """
    places = list(zip(clauses.starts.tolist(), clauses.ends.tolist(), strict=True))
    first = clauses.first.tolist()
    changed = []
    for number, (here, begin) in enumerate(zip(found, laid.starts.tolist(), strict=True)):
        own = places[first[number] : first[number + 1]]
        text = laid.joined[begin : begin + len(originals[number])]
        for code, there in layer.changes(text, frozenset(aspect.aspect for aspect in here)) if own else ():
            if there:
                best = layer.evidence(code, [laid.joined[start:end] for start, end in own])
                start, end = own[best][0] - begin, own[best][1] - begin
                sentiment = SENTIMENTS[int(judged[first[number] + best])]
                added = Aspect(code, labels.get(code, code), sentiment, start, end, originals[number][start:end])
                here = (*here, added)
            else:
                here = tuple(aspect for aspect in here if aspect.aspect != code)
        changed.append(here)
    return changed
