"""Opinion words in their clauses: what each clause scores, the rules read where something could turn a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.ngrams import LONGEST
from analysis.text.sentiment import rules
from analysis.text.sentiment.lexicon import Hit, Hits
from analysis.text.sentiment.weights import WeightTable

UNIT = 10.0
"""What a unit of strength adds to the raw score before the length correction: about what the table gives it."""
_TURNED = 1.1
_DOUBTED = 0.5
_DOUBT_BELOW = 0.7
_MOST = 12.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClauseScores:
    """For each clause the table's raw score, the sum of the strengths of its opinion words, and what their context
    changes of the table's score."""

    table: Floats
    strengths: Floats
    corrections: Floats

    @property
    def scores(self) -> Floats:
        """The table's scores, corrected for what stands around the opinion words."""
        return self.table + self.corrections


def clause_scores(laid: ngrams.Batch, clauses: Clauses, hits: Hits, sums: Floats, table: WeightTable) -> ClauseScores:
    """Score every clause; ``sums[end] - sums[start]`` is what the table adds for a stretch before its scale."""
    scale = table.scale(clauses.ends - clauses.starts)
    plain = (sums[clauses.ends] - sums[clauses.starts]) * scale + table.bias
    amount = len(clauses.starts)
    strengths = np.bincount(hits.clauses, hits.strengths, minlength=amount).astype(np.float64)
    changes = np.bincount(hits.clauses, _unturned(hits, sums), minlength=amount)
    for clause, readings, start in _read(laid, clauses, hits):
        strengths[clause] = sum(reading.strength for reading in readings)
        changes[clause] = sum(_change(reading, sums, start) for reading in readings)
    corrections = changes * scale
    agreement = np.copysign(plain, plain * strengths)
    doubted = (strengths != 0) & (corrections == 0) & (agreement < _DOUBT_BELOW)
    corrections = np.where(doubted, _DOUBTED * UNIT * strengths * scale, corrections)
    return ClauseScores(plain, strengths, np.clip(corrections, -_MOST, _MOST))


def _unturned(hits: Hits, sums: Floats) -> Floats:
    """What words add whose context leaves them as they are: nothing, where the table knows them."""
    there = sums[hits.ends] - sums[hits.starts]
    unknown = hits.implied | (hits.ends - hits.starts > LONGEST)
    return np.where(unknown, UNIT * hits.strengths - np.where(there * hits.strengths < 0, there, 0.0), 0.0)


def _change(reading: rules.RuleReading, sums: Floats, start: int) -> float:
    """What is to be added so that a turned word counts as the opposite and its negation not at all."""
    hit = reading.hit
    there = float(sums[start + hit.end] - sums[start + hit.start])
    if hit.implied or hit.end - hit.start > LONGEST:
        return UNIT * reading.strength - (there if there * reading.strength < 0 else 0.0)
    if not reading.is_turned:
        return 0.0
    size = _TURNED * max(abs(there), UNIT * abs(reading.strength))
    return float(np.copysign(size, reading.strength) - (sums[start + hit.end] - sums[start + reading.since]))


def _read(laid: ngrams.Batch, clauses: Clauses, hits: Hits) -> list[tuple[int, Sequence[rules.RuleReading], int]]:
    """The readings of the clauses in which something could change a word, with the place where the clause starts."""
    touched = np.zeros(len(clauses.starts), dtype=bool)
    touched[hits.clauses[_could_change(laid, clauses, hits)]] = True
    rows = np.flatnonzero(touched[hits.clauses])
    found: dict[int, list[Hit]] = {}
    columns = (column[rows].tolist() for column in hits.columns())
    starts, ends = clauses.starts.tolist(), clauses.ends.tolist()
    for start, end, strength, implied, clause in zip(*columns, strict=True):
        begin = starts[clause]
        found.setdefault(clause, []).append(Hit(start - begin, end - begin, strength, implied))
    return [
        (clause, rules.readings(laid.joined[starts[clause] : ends[clause]], own), starts[clause])
        for clause, own in found.items()
    ]


def _could_change(laid: ngrams.Batch, clauses: Clauses, hits: Hits) -> npt.NDArray[np.bool_]:
    """Whether near an opinion word stands a character that every rule which could change it needs."""
    begins, ends = clauses.starts[hits.clauses], clauses.ends[hits.clauses]
    denied = _any(laid, rules.DENYING, np.maximum(begins, hits.starts - rules.REACH), hits.starts)
    undone = _any(laid, rules.UNDOING, hits.ends, np.minimum(ends, hits.ends + 1))
    gone = _any(laid, rules.ENDING, hits.ends, np.minimum(ends, hits.ends + rules.LATER))
    quoted = _any(laid, rules.QUOTING, begins, ends)
    return denied | quoted | np.where(hits.strengths > 0, undone, gone)


def _any(laid: ngrams.Batch, characters: frozenset[str], starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Whether each stretch holds one of the characters."""
    before = np.concatenate([[0], np.cumsum(_table_of(characters)[laid.codes])])
    return before[ends] > before[starts]


@cache
def _table_of(characters: frozenset[str]) -> npt.NDArray[np.bool_]:
    wanted = np.zeros(1 << ngrams.CODE_BITS, dtype=bool)
    wanted[[ord(each) for each in characters]] = True
    return wanted
