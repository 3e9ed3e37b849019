"""What a layer has learned of an organisation's own aspects from the corrections its people make, and its use.

How it is learned: `local_learning.py`. Apart from that, so that analysing needs no scientific library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

_SIZES = (1, 2, 3)


@dataclass(frozen=True)
class AspectModel:
    """The probability that a comment speaks of an aspect is the logistic function of bias, *listed* where the topic
    list finds it, and the weights of the comment's n-grams over the root of their number."""

    bias: float
    listed: float
    weights: Mapping[str, float]

    def score(self, grams: frozenset[str], is_listed: bool) -> float:
        """Above zero where the aspect is likelier there than not."""
        met = sum(map(self.weights.get, grams & self.weights.keys()))  # type: ignore[arg-type]
        return self.bias + self.listed * is_listed + met / max(len(grams), 1) ** 0.5


@dataclass(frozen=True)
class LocalLayer:
    """The models of the aspects for which the layer is better than the list."""

    models: Mapping[str, AspectModel]

    def to_json(self) -> str:
        return json.dumps({code: asdict(model) for code, model in self.models.items()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls({code: AspectModel(**model) for code, model in json.loads(text).items()})

    def evidence(self, code: str, parts: Sequence[str]) -> int:
        """Which of the parts of a comment speaks most for the aspect."""
        model = self.models[code]
        return max(range(len(parts)), key=lambda n: model.score(grams_of(parts[n]), False))

    def changes(self, text: str, listed: frozenset[str]) -> Iterator[tuple[str, bool]]:
        """The aspects about which the layer says otherwise than the list: code, and whether it is there."""
        grams = grams_of(text)
        for code, model in self.models.items():
            there = model.score(grams, code in listed) > 0
            if there != (code in listed):
                yield code, there


NOTHING_LEARNED = LocalLayer({})


def grams_of(text: str) -> frozenset[str]:
    """The n-grams of a normalised text."""
    return frozenset(text[start : start + size] for size in _SIZES for start in range(len(text) - size + 1))
