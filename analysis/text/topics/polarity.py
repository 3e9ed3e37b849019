"""How a comment speaks of an aspect, by a linear head per polarity that was taught on labelled aspects of an industry.

Three heads (blame, neither, praise) over the n-grams of the clause that names the aspect and over what table and rules
say of it and around it; taught with every polarity weighing the same, so that aspects that are only mentioned are told
apart from those that are judged. Which words mean a mere mention differs from field to field: a head is used for the
industry it was taught on, and elsewhere the rules decide. How it is taught: `analysis.text.learning.polarity_learning`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.key_table import Slots
from analysis.text.sentiment.context import ClauseScores
from analysis.text.sentiment.judgement import SENTIMENTS, Codes, Flags
from analysis.text.sentiment.pragmatics import softmax
from analysis.text.topics.topics import Mention

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_LONGEST = 3
_MOST = 4.0
_LONG_TEXT, _LONG_CLAUSE = 100, 30


class PolarityUnusable(UnusableInput):
    """The file of the heads can't be used; the message says which and why."""


class TopicPolarities(NamedTuple):
    """The mentions that are kept, one for each aspect of a comment, and how each speaks: places in ``SENTIMENTS``."""

    mentions: list[int]
    said: Codes


@dataclass(frozen=True)
class Context:
    """What table and rules say of the clauses of a batch; *odds* are their log odds, *whole* those of the comments."""

    laid: ngrams.Batch
    clauses: Clauses
    parts: ClauseScores
    judged: Codes
    wishing: Flags
    asking: Flags
    odds: Floats
    whole: Floats

    def features(self, mentions: Sequence[Mention], places: Ints) -> Floats:
        """A row for each of the *mentions*, which stand in the clauses *places*; numbers of the size of one."""
        implied = [[mention.implied is each for each in SENTIMENTS] for mention in mentions]
        own, whole = self._odds(self.odds[places]), self._odds(self.whole[self.clauses.owners[places]])
        follows = np.append(places, 0)[:-1] + 1
        free = self._free(places)[np.minimum(follows, len(self.odds) - 1)]
        free &= (follows < len(self.odds)) & (
            np.append(self.clauses.owners, -1)[follows] == self.clauses.owners[places]
        )
        after = self._odds(np.append(self.odds, 0.0)[follows]) * free
        strengths, judged = self.parts.strengths[places], self.judged[places]
        lengths = self.laid.lengths[self.clauses.owners[places]]
        sizes = (self.clauses.ends - self.clauses.starts)[places]
        return np.column_stack([
            np.array(implied, dtype=np.float64).reshape(len(mentions), len(SENTIMENTS)),
            *(judged == code for code in range(len(SENTIMENTS))),
            own, np.abs(own), np.clip(strengths, -_MOST, _MOST) / 2, strengths == 0,
            self.wishing[places], self.asking[places], after, np.abs(after), free, whole, np.abs(whole),
            2 * np.minimum(lengths, _LONG_TEXT) / _LONG_TEXT, 2 * np.minimum(sizes, _LONG_CLAUSE) / _LONG_CLAUSE,
            np.ones(len(mentions)),
        ]).astype(np.float64)  # fmt: skip

    def grams(self, places: Ints) -> Iterator[tuple[Ints, ngrams.Keys]]:
        """For each length the n-grams of the clauses *places*: the clause of each, and its key."""
        wanted = np.zeros(len(self.odds), dtype=bool)
        wanted[places] = True
        inside = self.clauses.of_places(len(self.laid.codes))
        for size, keys, begins in self.laid.grams[:_LONGEST]:
            here = inside[begins]
            whole = (here >= 0) & wanted[here] & (inside[begins + size - 1] == here)
            yield here[whole], keys[whole]

    def _free(self, places: Ints) -> Flags:
        """The clauses that name no aspect, and so may go on about that of the clause before."""
        free = np.ones(len(self.odds), dtype=bool)
        free[places] = False
        return free

    @staticmethod
    def _odds(odds: Floats) -> Floats:
        return np.clip(odds, -_MOST, _MOST) / 2


class PolarityHead:
    """The weight of each feature and of each n-gram for each polarity."""

    def __init__(self, features: Floats, keys: ngrams.Keys, grams: npt.NDArray[np.float32]) -> None:
        self._features, self._keys, self._grams = features, keys, grams
        self._slots = Slots(keys)
        self._padded = np.vstack([grams, np.zeros((1, len(SENTIMENTS)), dtype=np.float32)])

    @property
    def version(self) -> str:
        """Changes whenever a weight does."""
        digest = hashlib.sha256(self._keys.tobytes() + self._grams.astype(np.float16).tobytes())
        digest.update(self._features.astype(np.float32).tobytes())
        return digest.hexdigest()[:12]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what :meth:`save` wrote; raises PolarityUnusable."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                grams = stored["grams"].astype(np.float32)
                return cls(stored["features"].astype(np.float64), stored["keys"], grams)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
            raise PolarityUnusable(f"{path}：褒贬的权重不能用（{problem}）") from problem

    def save(self, path: Path) -> None:
        """Write the weights as one compressed .npz file."""
        grams, features = self._grams.astype(np.float16), self._features.astype(np.float32)
        with path.open("wb") as out:
            np.savez_compressed(out, keys=self._keys, grams=grams, features=features)

    def told(self, context: Context, mentions: Sequence[Mention], places: Ints) -> TopicPolarities:
        """Each aspect of each comment once, by all its mentions together; kept is the one that speaks most so."""
        likely = np.log(softmax(self._scores(context, mentions, places)))
        owners = context.clauses.owners[places].tolist()
        together: dict[tuple[int, str], list[int]] = {}
        for number, (mention, owner) in enumerate(zip(mentions, owners, strict=True)):
            together.setdefault((owner, mention.code), []).append(number)
        said = [int(likely[group].sum(axis=0).argmax()) for group in together.values()]
        kept = [max(group, key=lambda n: likely[n, code]) for group, code in zip(together.values(), said, strict=True)]
        return TopicPolarities(kept, np.array(said, dtype=np.int64))

    def _scores(self, context: Context, mentions: Sequence[Mention], places: Ints) -> Floats:
        amount = len(context.odds)
        sums = np.zeros((amount, len(SENTIMENTS)))
        for clauses, keys in context.grams(places):
            weights = self._padded[self._slots.rows(keys)]
            for polarity in range(len(SENTIMENTS)):
                sums[:, polarity] += np.bincount(clauses, weights[:, polarity], minlength=amount)
        return context.features(mentions, places) @ self._features + sums[places] * gram_scale(context.clauses, places)


def gram_scale(clauses: Clauses, places: Ints) -> Floats:
    """What sums over the n-grams of these clauses are multiplied with, so that long ones do not shout."""
    return np.asarray((clauses.ends - clauses.starts)[places, None] ** -0.5, dtype=np.float64)


def head_of(industry: str, data: Path) -> PolarityHead | None:
    """The head that was taught on an industry, where one is there."""
    path = path_of(industry, data)
    return PolarityHead.load(path) if path.is_file() else None


def path_of(industry: str, data: Path) -> Path:
    """Where the head of an industry stands."""
    return data / "polarity" / f"{industry}.npz"
