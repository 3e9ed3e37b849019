"""The passages of a single comment, for people who mark where it speaks of something."""

from __future__ import annotations

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import clauses
from analysis.text.segmentation.normalise import normalise_texts


def passages(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause of the comment as it was given."""
    found = clauses(ngrams.batch(normalise_texts([text])))
    return list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
