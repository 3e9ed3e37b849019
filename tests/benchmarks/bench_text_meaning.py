"""How often comments that are near each other speak of the same: five nearest, by letters and by an encoder."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import pandas as pd

from analysis.text.meaning.encoders import Encoder, LetterEncoder, encoder_in_use
from analysis.text.meaning.likeness import centred
from tests.benchmarks.comment_sets import car_rows, restaurant_rows

_MOST, _NEAREST = 1000, 5


def main() -> None:
    """Print the share of neighbours with an aspect in common; chance beside it."""
    encoders: list[Encoder] = [LetterEncoder()]
    if (other := encoder_in_use()).by_meaning:
        encoders.append(other)
    else:
        print("no encoder is installed (extra `meaning`): letters alone are measured")
    for name, rows in (("cars", car_rows()), ("restaurants", restaurant_rows())):
        if rows is not None:
            drawn = rows.sample(min(_MOST, len(rows)), random_state=1)
            for line in _of(drawn, encoders):
                print(f"  {name:11} {line}", flush=True)


def _of(rows: pd.DataFrame, encoders: list[Encoder]) -> Iterator[str]:
    named = [frozenset(each) for each in rows["aspects"]]
    shared = np.array([[bool(one & other) for other in named] for one in named])
    yield f"n={len(rows):5} by chance {shared[~np.eye(len(rows), dtype=bool)].mean():.3f}"
    for encoder in encoders:
        began = perf_counter()
        vectors, _mean = centred(encoder.vectors(rows["text"].astype(str).tolist()))
        speed = len(rows) / (perf_counter() - began)
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -2)
        near = np.argsort(-likeness, axis=1, kind="stable")[:, :_NEAREST]
        found = shared[np.arange(len(rows))[:, None], near].mean()
        yield f"n={len(rows):5} five nearest share an aspect {found:.3f} by {encoder.name} ({speed:,.0f} comments/s)"
