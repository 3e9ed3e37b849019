"""The comments that are compared by what they mean: drawn from those in view."""

from __future__ import annotations

import pandas as pd

MOST_COMPARED = 2_000
"""More comments take minutes to encode, and say little that these don't."""


def compared_texts(comments: pd.DataFrame) -> tuple[str, ...]:
    """At most `MOST_COMPARED` of the texts in view, drawn at random and always the same."""
    return tuple(comments["text"].astype(str).sample(n=min(MOST_COMPARED, len(comments)), random_state=0))
