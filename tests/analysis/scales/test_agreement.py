"""Agreement of raters against published values: r_wg, the mean deviation, intraclass correlations, leniency."""

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.results import interpret
from analysis.methods import METHODS
from analysis.scales.agreement import agreement, leniency, null_variances, raters_needed

# Shrout & Fleiss (1979), table 2: six subjects by four judges.
JUDGED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
VALUES = pd.Series(JUDGED.ravel())
SUBJECTS = pd.Series(np.repeat(list("abcdef"), 4))
JUDGES = pd.Series(np.tile(list("wxyz"), 6))


def test_null_distributions_have_their_published_variances():
    """James, Demaree & Wolf (1984) for five points: 2.00 uniform, 1.34 slightly skewed, 1.33 triangular."""
    found = null_variances(5)
    assert [round(found[name], 2) for name in ("uniform", "slight skew", "triangular")] == [2.0, 1.34, 1.33]
    assert null_variances(7)["uniform"] == pytest.approx(4.0)


def test_intraclass_correlations_are_those_of_shrout_and_fleiss():
    """Their table 4: ICC(1,1) = .17, ICC(1,4) = .44; R psych::ICC: −.13 to .72 and −.88 to .91."""
    found = agreement(VALUES, SUBJECTS, low=1, high=10)
    assert found.single.figures() == pytest.approx((0.1657, -0.1329, 0.7226), abs=5e-4)
    assert found.mean.figures() == pytest.approx((0.4428, -0.8844, 0.9124), abs=5e-3)
    assert found.raters == 4 and found.needed == raters_needed(0.1657) == 12


def test_agreement_within_a_subject():
    """Variance .7 on five points: r_wg 1 − .7/2 = .65; deviation .64; where all agree 1 and 0."""
    values = pd.Series([4.0, 5, 4, 3, 5, 2, 2, 2, 2, 2])
    found = agreement(values, pd.Series(["a"] * 5 + ["b"] * 5)).subjects
    assert found["a"].r_wg["uniform"] == pytest.approx(0.65) and found["a"].deviation == pytest.approx(0.64)
    assert found["b"].r_wg == pytest.approx({"uniform": 1.0, "slight skew": 1.0, "triangular": 1.0})
    assert found["b"].deviation == 0


def test_raters_of_nothing_agree_by_chance_only():
    """Uniform answers: r_wg about 0, no reliability, and nobody is to be ranked by them."""
    rng = np.random.default_rng(84)
    held = []
    for _ in range(60):
        found = agreement(pd.Series(rng.integers(1, 6, 120) * 1.0), pd.Series(np.repeat(np.arange(12), 10)))
        _, low, high = found.single.figures()
        held.append(low <= 0 <= high)
    assert np.mean(held) > 0.88
    assert any("排先后" in each for each in interpret(found).sentences)


def test_leniency_is_told_only_of_raters_who_overlap():
    found = leniency(VALUES, SUBJECTS, JUDGES)
    means = JUDGED.mean(axis=0) - JUDGED.mean()
    told = [each.value for each in found.raters.values()]  # R: ranef of lmer(y ~ (1|subject) + (1|rater))
    assert told == pytest.approx([2.3004705, -2.7040618, -0.9282600, 1.3318514], abs=1e-4)
    assert all(abs(value) < abs(mean) for value, mean in zip(told, means, strict=True))
    assert found.p is not None and found.p < 0.001
    apart = leniency(VALUES, SUBJECTS, SUBJECTS + "'s own")
    assert apart.refusal is not None and not apart.raters


def test_it_is_offered_wherever_answers_are_split():
    found = interpret(METHODS["agreement"].function(VALUES, SUBJECTS, low=1, high=10), names={"a": "城东"})
    assert found.rows[0][0] == "城东" and len(found.headings) == len(found.rows[0])
    assert agreement(VALUES.head(3), SUBJECTS.head(3)).refusal is not None
