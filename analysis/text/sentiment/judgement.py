"""From raw scores and rules to one judgement per comment and per clause."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.language import Readable
from analysis.text.sentiment import rules
from analysis.text.sentiment.context import ClauseScores
from analysis.text.sentiment.pragmatics import Spoken
from analysis.text.sentiment.rules import RULES_UP_TO
from analysis.text.sentiment.signs import Signs
from analysis.text.sentiment.weights import Calibration
from surveys.comments import CommentKind, Sentiment

SENTIMENTS = tuple(Sentiment)
NEGATIVE, NEUTRAL, POSITIVE = range(3)
_KINDS = (
    CommentKind.COMPLAINT, CommentKind.STATEMENT, CommentKind.PRAISE, CommentKind.NO_CONTENT, CommentKind.SUGGESTION,
    CommentKind.QUESTION, CommentKind.OTHER_LANGUAGE,
)  # fmt: skip
_NO_CONTENT, _SUGGESTION, _QUESTION, _OTHER_LANGUAGE = 3, 4, 5, 6
_NEUTRAL_LOW, _NEUTRAL_HIGH = 0.42, 0.58
_ASPECT_NEUTRAL = 0.08
_SURE = 0.85
_OPINION = 1.5
_STRONG_OPINION = 2.5
_UNOPINIONED = 0.9
_BITTER = -2.0
_EXPERIENCE = 1.2
_OPPOSED = 1.0
_OPEN = 0.35
_ONE_PHRASE, _LEAST_PART, _MOST_RULED = 12, 0.2, 3.0
"""In comments of so many characters the rules decide; of the longest they touch, so much of what they say counts, and
in none above the first it moves the raw score further than the last. Chosen so that they cost no band of lengths more
than a tenth of a point on two sets of reviews, while own probes are praise and blame as before."""
_WHOLE = 0.3
_LONG_LOW, _LONG_HIGH = -1.5, 2.0
"""In long comments a clause is read in the light of the whole: so much of the comment's log odds is added to its own,
and only beyond these bounds does it take a side. Chosen on the even rows of the two labelled sets of aspects."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Judgements:
    """The outcome for each comment; sentiments and kinds as positions in ``SENTIMENTS`` and ``KINDS``."""

    kinds: Codes
    sentiments: Codes
    scores: Floats
    sure: Flags

    @property
    def kind_names(self) -> list[CommentKind]:
        return [_KINDS[code] for code in self.kinds.tolist()]

    @property
    def sentiment_names(self) -> list[Sentiment]:
        return [SENTIMENTS[code] for code in self.sentiments.tolist()]

    @property
    def open_to_turns(self) -> Flags:
        """Those in which a turn of speech may say more: neither empty, nor in another language, nor a wish."""
        return ~np.isin(self.kinds, (_NO_CONTENT, _OTHER_LANGUAGE, _SUGGESTION))


def judge(
    ruled_texts: Flags,
    laid: ngrams.Batch,
    table: Floats,
    clauses: Clauses,
    parts: ClauseScores,
    signs: tuple[Signs, Signs],
    calibration: Calibration,
    given: Readable,
) -> Judgements:
    """Judge normalised comments from their raw *table* scores and their clauses; *signs* are those of both.

    The rules change the scores of *ruled_texts* only. What *given* calls foreign is not judged, and what it calls
    mostly foreign only where the rest takes a side, wishes or asks.
    """
    of_texts, of_clauses = signs
    short = laid.lengths <= RULES_UP_TO
    ruled = _with_rules(laid, table, clauses, parts, of_clauses.turning & ruled_texts[clauses.owners])
    bitter = np.minimum(_BITTER, -np.abs(_sums(parts.strengths, clauses)))
    told = _with_experiences(ruled, _last(parts.strengths, clauses), of_texts)
    ruled = _limited(np.where(of_texts.bitter, bitter, told), table, laid.lengths)
    raw = np.where(ruled_texts, ruled, table)
    probabilities = calibration.probability(raw)
    certainty = np.maximum(probabilities, 1 - probabilities)
    strongest = _most(np.abs(parts.strengths), clauses)
    asks = of_texts.asking
    neutral = short & ((asks & (strongest == 0)) | _has_no_opinion(of_texts, strongest, certainty))
    sentiments = np.where(neutral, NEUTRAL, _sentiments(probabilities))
    sure = np.where(sentiments == NEUTRAL, _surely_neutral(of_texts, strongest, probabilities), certainty >= _SURE)
    sure &= ~_opposed(table, raw)

    suggests = np.zeros(len(short), dtype=bool)
    suggests[clauses.owners[of_clauses.suggesting]] = True
    wishes = suggests & short
    asking = asking_clauses(laid, clauses, of_clauses)
    beside = _sums(np.where(of_clauses.suggesting | asking, 0.0, parts.strengths), clauses)
    said = _said_beside(probabilities, certainty, beside)
    sentiments = np.where(wishes, np.where(said, _sentiments(probabilities), NEUTRAL), sentiments)
    sure = np.where(wishes, ~said, sure)
    asked = np.zeros(len(short), dtype=bool)
    asked[clauses.owners[asking]] = True
    unpraised = short & asked & (beside < _OPINION) & (sentiments == POSITIVE)
    sentiments, sure = np.where(unpraised, NEUTRAL, sentiments), sure & ~unpraised

    kinds = np.select([of_texts.empty, suggests, asks], [_NO_CONTENT, _SUGGESTION, _QUESTION], sentiments)
    unread = given.foreign | (given.mostly_foreign & (kinds == NEUTRAL))
    kinds = np.where(unread & ~of_texts.empty, _OTHER_LANGUAGE, kinds)
    untold = of_texts.empty | unread
    return Judgements(kinds, np.where(untold, NEUTRAL, sentiments), np.where(untold, 0.5, probabilities), sure | untold)


def findings_of(
    judged: Judgements, laid: ngrams.Batch, table: Floats, clauses: Clauses, parts: ClauseScores,
    signs: tuple[Signs, Signs], calibration: Calibration,
) -> Floats:  # fmt: skip
    """What table and rules say of each comment, in numbers of the size of one: a row per comment.

    Log odds of the table and of the rules, strengths of opinions, what signs there are, the length, the judgement.
    """
    of_texts, of_clauses = signs
    odds = np.clip(judged.scores, 0.01, 0.99)
    strongest = _most(np.abs(parts.strengths), clauses)
    flags = (
        strongest == 0, of_texts.asking, of_texts.rhetorical, of_texts.bitter, of_texts.ambivalent, of_texts.lukewarm,
        of_texts.failed, of_texts.served, of_texts.stating, _in_any(of_clauses.suggesting, clauses),
        _in_any(of_clauses.turning, clauses), *(judged.sentiments == each for each in (NEGATIVE, NEUTRAL, POSITIVE)),
    )  # fmt: skip
    return np.column_stack([
        np.clip(calibration.log_odds(table), -4, 4) / 2, np.log(odds / (1 - odds)) / 2,
        np.clip(_sums(parts.strengths, clauses), -4, 4) / 2, np.clip(_last(parts.strengths, clauses), -4, 4) / 2,
        strongest / 2, laid.lengths / 20, *(flag.astype(np.float64) for flag in flags),
    ])  # fmt: skip


def retold(judged: Judgements, spoken: Spoken) -> Judgements:
    """The judgements with what the layer of pragmatics has to say in the place of that of table and rules."""
    if not len(spoken.rows):
        return judged
    kinds, sentiments = judged.kinds.copy(), judged.sentiments.copy()
    scores, sure = judged.scores.copy(), judged.sure.copy()
    rows, said = spoken.rows, spoken.classes
    sided = said != NEUTRAL
    sentiments[rows], sure[rows] = said, spoken.sure
    scores[rows[sided]] = spoken.scores[sided]
    # What is asked for effect is no question.
    plain = (kinds[rows] <= POSITIVE) | ((kinds[rows] == _QUESTION) & sided)
    kinds[rows[plain]] = said[plain]
    return Judgements(kinds, sentiments, scores, sure)


def _in_any(flags: Flags, clauses: Clauses) -> Flags:
    """Whether any clause of each text has the flag."""
    found = np.zeros(len(clauses.first) - 1, dtype=bool)
    found[clauses.owners[flags]] = True
    return found


def clause_sentiments(
    laid: ngrams.Batch, table: Floats, clauses: Clauses, parts: ClauseScores, signs: Signs, calibration: Calibration
) -> Codes:
    """The judgement of each clause, as a position in ``SENTIMENTS``; *table* are the raw scores of the comments."""
    whole = calibration.log_odds(table)[clauses.owners]
    together = calibration.log_odds(parts.scores) + _WHOLE * whole
    sided = np.select([together > _LONG_HIGH, together < _LONG_LOW], [POSITIVE, NEGATIVE], NEUTRAL)
    in_long = np.where(signs.suggesting, NEUTRAL, sided)
    found = np.where((laid.lengths > RULES_UP_TO)[clauses.owners], in_long, _by_themselves(parts, signs, calibration))
    return np.where(asking_clauses(laid, clauses, signs), np.minimum(found, NEUTRAL), found)


def asking_clauses(laid: ngrams.Batch, clauses: Clauses, signs: Signs) -> Flags:
    """The clauses that ask; *signs* are those of the clauses. What is asked for effect is no question."""
    asking = signs.asking | (laid.codes[clauses.ends] == ord("?"))
    return asking & ~signs.bitter & ~signs.rhetorical


def _by_themselves(parts: ClauseScores, signs: Signs, calibration: Calibration) -> Codes:
    """The judgement of each clause from nothing but itself."""
    probabilities = calibration.probability(parts.scores)
    certainty = np.maximum(probabilities, 1 - probabilities)
    neutral = signs.suggesting | _has_no_opinion(signs, np.abs(parts.strengths), certainty)
    return np.where(neutral | (certainty < 0.5 + _ASPECT_NEUTRAL), NEUTRAL, _sentiments(probabilities))


def _with_rules(laid: ngrams.Batch, table: Floats, clauses: Clauses, parts: ClauseScores, turning: Flags) -> Floats:
    """The table's scores with what the context of opinion words changes, and what follows a contrast counting more."""
    raw = table + _sums(parts.corrections, clauses)
    for text in np.unique(clauses.owners[turning]).tolist():
        own = slice(clauses.first[text], clauses.first[text + 1])
        places = zip(clauses.starts[own].tolist(), clauses.ends[own].tolist(), strict=True)
        weights = rules.clause_weights([laid.joined[s:e] for s, e in places], parts.strengths[own].tolist())
        if min(weights) < 1.0:
            raw[text] = np.dot(weights, parts.scores[own]) / math.sqrt(sum(weights))
    return raw


def _with_experiences(raw: Floats, last: Floats, signs: Signs) -> Floats:
    """The scores where something is told that went well or badly; *last*, the opinion at the end, may not deny it."""
    failed = signs.failed & ~signs.served & (last < _OPINION)
    served = signs.served & ~signs.failed & (last > -_OPINION)
    return np.select([failed, served], [np.minimum(raw, -_EXPERIENCE), np.maximum(raw, _EXPERIENCE)], raw)


def _limited(ruled: Floats, table: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    """The rules as evidence beside the table: the longer a comment, the less of what they say and up to a bound."""
    part = np.clip(1 - (1 - _LEAST_PART) * (lengths - _ONE_PHRASE) / (RULES_UP_TO - _ONE_PHRASE), _LEAST_PART, 1)
    most = np.where(lengths <= _ONE_PHRASE, np.inf, _MOST_RULED)
    return np.asarray(table + part * np.clip(ruled - table, -most, most))


def _surely_neutral(signs: Signs, strongest: Floats, probabilities: Floats) -> Flags:
    """Whether something says that a text takes no side: it is empty, so-so, a real question, or tells a plain fact.

    That no opinion was found is no such evidence: it may have been worded as no rule knows it.
    """
    so_so = signs.ambivalent | (signs.lukewarm & (strongest < _STRONG_OPINION))
    plain = (strongest == 0) & ~signs.bitter & ~signs.failed & ~signs.served & ~signs.rhetorical
    open_to_both = np.abs(probabilities - 0.5) < _OPEN
    return signs.empty | so_so | (plain & signs.asking) | (plain & signs.stating & open_to_both)


def _sentiments(probabilities: Floats) -> Codes:
    return np.select([probabilities > _NEUTRAL_HIGH, probabilities < _NEUTRAL_LOW], [POSITIVE, NEGATIVE], NEUTRAL)


def _said_beside(probabilities: Floats, certainty: Floats, beside: Floats) -> Flags:
    """Whether something is clearly praised or blamed *beside* wishes and questions, by its summed strength there."""
    agreed = (probabilities > 0.5) == (beside > 0)
    return (np.abs(beside) >= _OPINION) & (certainty >= _SURE) & agreed


def _has_no_opinion(signs: Signs, strongest: Floats, certainty: Floats) -> Flags:
    """Whether texts or clauses take no side; *strongest* is the strength of the strongest opinion in each."""
    experienced = signs.failed ^ signs.served
    unopinionated = (strongest == 0) & ~signs.bitter & ~experienced & (certainty < _UNOPINIONED)
    return signs.ambivalent | (signs.lukewarm & (strongest < _STRONG_OPINION)) | unopinionated


def _last(values: Floats, clauses: Clauses) -> Floats:
    """The value of each text's last clause, 0 where it has none."""
    ends = clauses.first[1:]
    return np.where(ends > clauses.first[:-1], np.append(values, 0.0)[ends - 1], 0.0)


def _sums(values: Floats, clauses: Clauses) -> Floats:
    """The sum of the values of each text's clauses."""
    return np.bincount(clauses.owners, values, minlength=len(clauses.first) - 1).astype(np.float64)


def _most(values: Floats, clauses: Clauses) -> Floats:
    """The largest of the values of each text's clauses; 0 where it has none."""
    most = np.zeros(len(clauses.first) - 1)
    np.maximum.at(most, clauses.owners, values)
    return most


def _opposed(table: Floats, raw: Floats) -> Flags:
    """Whether the rules have turned a clear judgement of the table."""
    return (table * raw < 0) & (np.abs(table) > _OPPOSED)
