"""The share of positives re-estimated from an unlabelled survey."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.text.share import corrected_share


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
