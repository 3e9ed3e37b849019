"""The comments that a language model is to read: drawn from those in view, and what reading them will take."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.text.language_model.connection import LONGEST_ANSWER
from analysis.text.language_model.exchanged import as_sent
from surveys.comments import Sentiment
from surveys.settings import TokenPrice

MOST = 120
AT_ONCE = 20
_AROUND = 400
"""Characters of the instructions, and of what stands around the comments."""


@dataclass(frozen=True)
class ModelMaterial:
    """Comments with what the analysis says of each, drawn from *of* of them; at most `AT_ONCE` in one question."""

    texts: tuple[str, ...]
    sentiments: tuple[Sentiment, ...]
    of: int

    @property
    def parts(self) -> list[range]:
        """The places of the comments that stand in one question together."""
        n = len(self.texts)
        return [range(start, min(start + AT_ONCE, n)) for start in range(0, n, AT_ONCE)]

    @property
    def likely_tokens(self) -> tuple[int, int]:
        """About how many tokens will be sent, a character counting as one, and at most how many written."""
        letters, requests = sum(len(text) + 20 for text in as_sent(self.texts)), len(self.parts)
        return letters + _AROUND * requests, LONGEST_ANSWER * requests

    def likely_cost(self, price: TokenPrice) -> float:
        """About what it costs at most."""
        return price.of(*self.likely_tokens)


def material_of(comments: pd.DataFrame) -> ModelMaterial:
    """At most `MOST` of the comments in view, drawn at random and always the same."""
    drawn = comments.sample(n=min(MOST, len(comments)), random_state=0)
    told = tuple(Sentiment(each) for each in drawn["sentiment"])
    return ModelMaterial(tuple(drawn["text"].astype(str)), told, len(comments))


def uncovered_material(comments: pd.DataFrame, mentions: pd.DataFrame) -> ModelMaterial:
    """The same of those comments in which no topic was found."""
    named = pd.MultiIndex.from_frame(mentions[["response", "item"]])
    covered = pd.MultiIndex.from_frame(comments[["response", "item"]]).isin(named)
    return material_of(comments[~covered])
