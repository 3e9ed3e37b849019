"""Turns of speech in short answers to surveys: rhetorical questions, litotes, "no longer", wishes with a grudge…

A small layer over what table and rules say of a comment: three classes, by a softmax regression over their findings
and over which turns are there (stacked generalisation, Wolpert 1992). It speaks only where there is one, and says
whether it is sure. How it is learned: `analysis.text.learning.pragmatic_learning`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import yaml

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.prefilter import Prefilter

Floats = npt.NDArray[np.float64]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LEAST = 0.5
"""Likelier than all else together, or the layer has nothing to say."""
_SURE = 0.85
_GONE, _ONE_PHRASE, _SHORT = "no_longer", 12, 20
_WORTH, _WORTH_LONGER, _WORTH_GONE = 1.4, 0.4, 3.1
"""Where table and layer take opposite sides, so much of the layer's log odds has to outweigh the table's, in comments
of one phrase and in longer ones; and in short ones that say what is gone, whose words are those of the blame. Chosen so
that rules and layer together cost no band of lengths more than .3 points on two sets of reviews, which its comments are
unlike, and that it reads those kept apart as well as it was asked to."""


class PragmaticsUnusable(UnusableInput):
    """The cues or the weights can't be used; the message says which and why."""


@dataclass(frozen=True)
class Spoken:
    """What the layer says of the comments *rows*: the class by its place in ``SENTIMENTS``, and how likely each is."""

    rows: npt.NDArray[np.int64]
    likelihoods: Floats

    @property
    def classes(self) -> npt.NDArray[np.int64]:
        return self.likelihoods.argmax(axis=1)

    @property
    def sure(self) -> npt.NDArray[np.bool_]:
        return self.likelihoods.max(axis=1) >= _SURE

    @property
    def scores(self) -> Floats:
        """How likely each is positive rather than negative."""
        return self.likelihoods[:, 2] / (self.likelihoods[:, 0] + self.likelihoods[:, 2])


class Pragmatics:
    """The cues, and the weight of each feature for each class; without weights it only tells features."""

    def __init__(self, cues: dict[str, str], weights: Floats | None) -> None:
        self._patterns = cues
        self.names = tuple(cues)
        self._cues = [re.compile(pattern) for pattern in cues.values()]
        self._prefilter = Prefilter(list(cues.values()))
        self.weights = weights

    @classmethod
    def load(cls, folder: Path, *, taught: bool = True) -> Self:
        """Read cues and weights; raises PragmaticsUnusable."""
        try:
            cues = yaml.load((folder / "cues.yaml").read_text(encoding="utf-8"), Loader=_LOADER)["cues"]  # noqa: S506
            weights = json.loads((folder / "weights.json").read_text(encoding="utf-8")) if taught else None
            for pattern in cues.values():
                re.compile(pattern)
        except (OSError, ValueError, KeyError, yaml.YAMLError, re.error) as problem:
            raise PragmaticsUnusable(f"{folder}：语用线索或权重不能用（{problem}）") from problem
        if weights is not None and weights["cues"] != list(cues):
            raise PragmaticsUnusable(f"{folder}：权重不是由这些线索学到的，请运行 python -m analysis pragmatics")
        return cls(cues, np.array(weights["weights"]) if weights is not None else None)

    def taught(self, weights: Floats) -> Self:
        """The same cues with these weights."""
        return type(self)(self._patterns, weights)

    def features(
        self, texts: Sequence[str], laid: ngrams.Batch, findings: Floats, wanted: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """The *wanted* normalised texts in which a cue is, and the features of each.

        *findings* are what table and rules say, a row per text; the first two columns have half of the log odds of
        the table and of the rules.
        """
        possible = self._prefilter.candidates(self._prefilter.find(laid), laid.owners, len(texts))
        there = np.zeros((len(texts), len(self._cues)))
        tried = wanted[possible.units]
        for text, cue in zip(possible.units[tried].tolist(), possible.patterns[tried].tolist(), strict=True):
            there[text, cue] = bool(self._cues[cue].search(texts[text]))
        rows = np.flatnonzero(there.any(axis=1))
        cues, own = there[rows], findings[rows]
        return rows, np.hstack([own, cues, cues * np.tanh(own[:, 1:2]), np.ones((len(rows), 1))])

    def spoken(
        self, texts: Sequence[str], laid: ngrams.Batch, findings: Floats, wanted: npt.NDArray[np.bool_]
    ) -> Spoken:
        """What the layer says, of the *wanted* texts of which it has anything to say."""
        rows, features = self.features(texts, laid, findings, wanted)
        if self.weights is None or not len(rows):
            return Spoken(rows[:0], np.zeros((0, 3)))
        likelihoods = softmax(features @ self.weights)
        told = (likelihoods.max(axis=1) >= _LEAST) & ~self._outweighed(likelihoods, features, laid.lengths[rows])
        return Spoken(rows[told], likelihoods[told])

    def _outweighed(self, likelihoods: Floats, features: Floats, lengths: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """Where the layer takes a side, and the table the other one more clearly."""
        odds, table = np.log(likelihoods[:, 2]) - np.log(likelihoods[:, 0]), 2 * features[:, 0]
        gone = self._says_what_is_gone(features) & (lengths <= _SHORT)
        worth = np.select([gone, lengths <= _ONE_PHRASE], [_WORTH_GONE, _WORTH], _WORTH_LONGER)
        sided = likelihoods.argmax(axis=1) != 1
        return np.asarray(sided & (odds * table < 0) & (worth * np.abs(odds) <= np.abs(table)))

    def _says_what_is_gone(self, features: Floats) -> npt.NDArray[np.bool_]:
        first = features.shape[1] - 2 * len(self.names) - 1  # cues, their agreement with the rules, the intercept
        return np.asarray(features[:, [first + n for n, name in enumerate(self.names) if name == _GONE]].any(axis=1))


def softmax(scores: Floats) -> Floats:
    """Probabilities in proportion to the exponentials of each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
