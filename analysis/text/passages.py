"""The passages of a single comment, for people who mark where it speaks of something."""

from __future__ import annotations

from analysis.text import ngrams
from analysis.text.clauses import clauses
from analysis.text.normalise import normalised


def passages(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause of the comment as it was given."""
    found = clauses(ngrams.batch(normalised([text])))
    return list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
