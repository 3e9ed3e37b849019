"""The share of positives re-estimated from an unlabelled survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.comments.opinions import LEAST_FOR_ESTIMATE, counted_positives, estimated_positives
from analysis.text.sentiment.share import MODEL_ERROR, corrected_share, likely_share, share_interval


def probabilities(share: float, n: int = 20_000) -> np.ndarray:
    """Calibrated at equal shares: scores drawn around +1.5 and -1.5, whose log odds are three times the score."""
    rng = np.random.default_rng(5)
    positive = rng.random(n) < share
    scores = rng.normal(np.where(positive, 1.5, -1.5), 1.0)
    return 1 / (1 + np.exp(-3.0 * scores))


@pytest.mark.parametrize("share", [0.1, 0.33, 0.5, 0.9])
def test_true_share_is_found_again(share: float) -> None:
    """Within a point and a half, where simply counting is off by more for unequal shares."""
    found = corrected_share(probabilities(share))
    assert found.share == pytest.approx(share, abs=0.015)
    assert found.probabilities.mean() == pytest.approx(share, abs=0.02)
    assert found.n == 20_000


def test_order_of_comments_stays() -> None:
    """A comment that was more positive than another still is."""
    given = probabilities(0.2, n=500)
    assert (np.argsort(given) == np.argsort(corrected_share(given).probabilities)).all()


def test_nothing_given_nothing_changed() -> None:
    """No comments: the prior."""
    assert corrected_share(np.array([])).share == 0.5


def test_impossible_prior_is_refused() -> None:
    """A prior of one leaves nothing to estimate."""
    with pytest.raises(ValueError, match="prior"):
        corrected_share(np.array([0.5]), prior=1.0)


def test_the_interval_holds_the_true_share() -> None:
    """Of forty samples hardly any miss; it is never narrower than what the model itself leaves unsure."""
    rows = probabilities(0.2).reshape(40, 500)
    intervals = [share_interval(each) for each in rows]
    assert sum(low <= 0.2 <= high for low, high in intervals) >= 37
    assert all(high - low >= 2 * MODEL_ERROR for low, high in intervals)
    assert share_interval(np.full(5, 1.0))[1] == 1.0 and share_interval(np.zeros(5))[0] == 0.0


def test_what_the_model_does_not_know_widens_the_interval() -> None:
    """The same share, from probabilities near one half and from clear ones."""
    unsure, clear = (np.repeat([p, 1 - p], 500) for p in (0.45, 0.02))
    wide, narrow = (high - low for low, high in map(share_interval, (unsure, clear)))
    assert wide > 2 * narrow and likely_share(unsure) == pytest.approx(likely_share(clear), abs=0.01)


def survey(scores: np.ndarray) -> pd.DataFrame:
    judged = np.select([scores > 0.58, scores < 0.42], ["positive", "negative"], "neutral")
    return pd.DataFrame({"score": scores, "sentiment": judged, "kind": "statement", "reviewed_by": None})


def test_a_survey_is_estimated_nearer_the_truth_than_counted() -> None:
    """With one in ten positive; suggestions have no say."""
    comments = survey(probabilities(0.1))
    wishes = survey(np.full(500, 0.9)).assign(kind="suggestion")
    estimated = estimated_positives(pd.concat([comments, wishes], ignore_index=True))
    assert abs(estimated.figures()[0] - 0.1) < abs(counted_positives(comments).figures()[0] - 0.1)
    assert estimated.n == len(comments)


def test_what_people_judged_counts_as_judged() -> None:
    """Against whatever the model says; below the least number nothing is estimated."""
    comments = survey(np.full(LEAST_FOR_ESTIMATE, 0.9)).assign(reviewed_by="boss", sentiment="negative")
    assert estimated_positives(comments).figures()[0] < 0.01
    assert not estimated_positives(comments[1:]).ok
