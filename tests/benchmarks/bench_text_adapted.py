"""What adapting to a survey's own comments gains in domains not learned from, and how near the share comes.

Each shop category is left out of training in turn, and food delivery was never in it. No label is used but, where it
is said, as the rating beside a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.text import Analyser
from analysis.text.learning.adaptation import adapted
from analysis.text.learning.counting import count
from analysis.text.learning.fitting import Recipe, fit
from analysis.text.learning.training import calibrate, table_of
from analysis.text.places import DATA
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.lexicon import Lexicon
from analysis.text.sentiment.share import corrected_share, likely_share, share_interval
from analysis.text.sentiment.weights import WeightTable
from tests.benchmarks.bench_text import left_out
from tests.benchmarks.comment_sets import COMMENTS
from tests.benchmarks.measures import Floats, accuracy, area_under_curve, quality

SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
_AMOUNT = 2000

Rows = npt.NDArray[np.int64]


class Domain(NamedTuple):
    """Comments, their labels, and a table that has not learned from any like them."""

    name: str
    texts: list[str]
    labels: Floats
    table: WeightTable

    def probabilities(self, rows: Rows, share: float | None = None, *, adapt: bool) -> Floats:
        """Of the comments of these rows, in any order; with a table adapted to them or without."""
        texts = [self.texts[row] for row in rows]
        laid = ngrams.batch(normalise_texts(texts))
        added = self.table.character_weights(laid)
        own = adapted(_shuffled(texts), self.table, share=share) if adapt else None
        if own is None:
            return self.table.calibration.probability(self.table.scores(laid, added))
        raw = own.scores(laid, own.character_weights(laid, added), self.table.bias)
        return self.table.calibration.probability(raw)


def _shuffled(texts: Sequence[str]) -> list[str]:
    return [texts[place] for place in np.random.default_rng(0).permutation(len(texts))]


def main() -> None:
    """Print every figure that can be measured here."""
    if not (COMMENTS / "shopping.csv").is_file() or not (COMMENTS / "waimai.csv").is_file():
        print(f"no labelled comments at {COMMENTS}: nothing is measured")
        return
    for question in (food_delivery, categories, shares):
        print(f"\n{(question.__doc__ or '').splitlines()[0]}", flush=True)
        for row in question():
            print("  " + row, flush=True)


def food_delivery() -> Iterator[str]:
    """Food delivery with the shipped table; adapted; adapted, with the share of positives from ratings beside it"""
    frame = pd.read_csv(COMMENTS / "waimai.csv")
    labels = frame["label"].to_numpy(dtype=np.float64)
    domain = Domain("waimai", frame["review"].astype(str).tolist(), labels, Analyser.load().table)
    rows = np.arange(len(labels))
    for name, adapt, share in (("shipped", False, None), ("adapted", True, None), ("ratings", True, labels.mean())):
        yield f"{name} n={len(rows)} {quality(labels, domain.probabilities(rows, share, adapt=adapt))}"


def categories() -> Iterator[str]:
    """Each shop category left out: accuracy and AUC before, adapted, and adapted with the share from ratings"""
    every = []
    for domain in _domains():
        rows = np.arange(len(domain.labels))
        ways = ((False, None), (True, None), (True, float(domain.labels.mean())))
        found = [domain.probabilities(rows, share, adapt=adapt) for adapt, share in ways]
        every.append([[accuracy(domain.labels, p), area_under_curve(domain.labels, p)] for p in found])
        yield f"{domain.name}  n={len(rows):6} " + "  ".join(f"{a:.4f} / {u:.4f}" for a, u in every[-1])
    table = np.array(every)
    yield "mean  " + "  ".join(f"{a:.4f} / {u:.4f}" for a, u in table.mean(axis=0))
    yield f"worst loss by adapting {100 * max(0.0, (table[:, 0, 0] - table[:, 1, 0]).max()):.2f} points"


def shares() -> Iterator[str]:
    """Share of positives of 2,000 comments of each category left out: errors in points, and coverage of the interval"""
    draw, every = np.random.default_rng(4), []
    for domain in _domains():
        tried = [_off(domain, rows, share) for share in SHARES for rows in _samples(domain.labels, share, draw)]
        every.append(np.mean(tried, axis=0))
        yield f"{domain.name}  " + _in_words(every[-1])
    yield "half within  " + _in_words(np.median(every, axis=0))
    yield "the worst    " + _in_words(np.max(every, axis=0)[:-1])
    held, half = np.mean(every, axis=0)[-1], 100 * float(np.median([means[-2] for means in every]))
    yield f"intervals held in {held:.0%}, half of them no wider than ± {half:.0f} points"


_WAYS = ("counted", "EM", "between", "from a hundred ratings")


def _off(domain: Domain, rows: Rows, share: float) -> list[float]:
    given = domain.probabilities(rows, adapt=False)
    low, high = share_interval(given)
    rated = float(domain.labels[rows[:: max(1, len(rows) // 100)]].mean())
    ways = (float((given > 0.5).mean()), corrected_share(given).share, likely_share(given), rated)
    return [*(abs(each - share) for each in ways), (high - low) / 2, float(low <= share <= high)]


def _in_words(means: Floats) -> str:
    ways = "  ".join(f"{name} {100 * off:.1f}" for name, off in zip(_WAYS, means, strict=False))
    return ways + (f"  held in {means[-1]:.0%}" if len(means) > len(_WAYS) + 1 else "")


def _samples(labels: Floats, share: float, draw: np.random.Generator, times: int = 10) -> Iterator[Rows]:
    """Rows of samples of a survey with this share of positives, in the order of chance."""
    groups = [np.flatnonzero(labels == label) for label in (1, 0)]
    for _ in range(times):
        hits = draw.binomial(_AMOUNT, share)
        yield draw.permutation(np.r_[draw.choice(groups[0], hits), draw.choice(groups[1], _AMOUNT - hits)])


@lru_cache(maxsize=1)
def _domains() -> list[Domain]:
    """Every shop category with a table that was learned from the training rows of the others."""
    frame, recipe, lexicon = pd.read_csv(COMMENTS / "shopping.csv"), Recipe(), Lexicon.load(DATA / "lexicon.tsv")
    texts, labels = frame["review"].astype(str).tolist(), frame["label"].to_numpy(dtype=np.float64)
    counts = count(texts, recipe.least_texts, frame["category"].tolist(), lexicon)
    training, (_, _, scores) = (frame["split"] == "train").to_numpy(), left_out()
    domains = []
    for category in np.unique(counts.domains):
        aside = counts.domains == category
        model = fit(counts.rows(training & ~aside), labels[training & ~aside], recipe)
        table = table_of(counts, model, recipe, calibrate(scores[~aside], labels[~aside]), lexicon)
        domains.append(Domain(str(category), [texts[n] for n in np.flatnonzero(aside)], labels[aside], table))
    return domains


if __name__ == "__main__":
    main()
