"""Gaps between expectation and perception, and Kano classification."""

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.sentences import sentence
from analysis.level.expectation import gap, gap_table, kano, kano_categories, kano_of_counts, reliability_of_difference
from surveys.definition.questions.pairs import Kano

APP = dict(zip("AOMIRQ", (216, 56, 13, 275, 23, 24), strict=True))
MIRROR = dict(zip("AOMIRQ", (229, 42, 5, 276, 33, 22), strict=True))


def test_codes_of_the_question_are_classified_like_numbers():
    """What is stored are the codes of the question, in the order of its answers; anything else counts as missing."""
    codes = list(Kano.answers)
    assert codes == ["like", "must_be", "neutral", "live_with", "dislike"]
    pairs = pd.DataFrame([(a, b) for a in codes for b in codes], columns=["functional", "dysfunctional"])
    numbers = pairs.map(lambda code: codes.index(code) + 1)
    coded = kano_categories(pairs["functional"], pairs["dysfunctional"])
    assert coded.tolist() == kano_categories(numbers["functional"], numbers["dysfunctional"]).tolist()
    assert kano_categories(pd.Series(["like", None, "other"]), pd.Series(["dislike"] * 3)).tolist()[0] == "O"
    assert kano_categories(pd.Series(["other", None]), pd.Series(["dislike"] * 2)).isna().all()


def test_better_worse_and_fong():
    """Counts of a published in-car study: better (A+O)/(A+O+M+I), worse −(O+M)/(A+O+M+I), Fong's critical value."""
    app = kano_of_counts(APP)
    assert app.better.value == pytest.approx(0.4857142857) and app.worse.value == pytest.approx(-0.12321428571)
    assert (app.category, app.second, app.separable) == ("I", "A", True)
    assert app.critical == pytest.approx(28.21528852, abs=1e-8)
    assert app.better.low < app.better.value < app.better.high
    assert app.worse.low < app.worse.value < app.worse.high < 0


def test_a_second_feature():
    mirror = kano_of_counts(MIRROR)
    assert mirror.better.value == pytest.approx(0.490942029) and mirror.worse.value == pytest.approx(-0.08514492754)
    assert mirror.critical == pytest.approx(28.33631734, abs=1e-8)
    assert mirror.category_strength == pytest.approx((276 - 229) / 607)
    assert mirror.total_strength == pytest.approx((229 + 42 + 5) / 607)


@pytest.mark.parametrize(
    "functional, dysfunctional, letter",
    [(1, 5, "O"), (1, 3, "A"), (3, 5, "M"), (3, 3, "I"), (5, 1, "R"), (1, 1, "Q"), (5, 5, "Q"), (2, 1, "R")],
)
def test_the_evaluation_table(functional, dysfunctional, letter):
    assert kano_categories(pd.Series([functional]), pd.Series([dysfunctional])).tolist() == [letter]


def test_unanswered_pairs_have_no_category():
    letters = kano_categories(pd.Series([1.0, np.nan, 1.0, 9.0]), pd.Series([5.0, 5.0, np.nan, 1.0]))
    assert letters.notna().tolist() == [True, False, False, False]
    assert kano(letters).n == 1 and kano(letters).category is None
    assert "样本不足" in sentence(kano(letters))


def test_a_tie_is_not_called_a_category():
    tied = kano_of_counts({"A": 50, "M": 48, "I": 10})
    assert not tied.separable
    assert "难以区分" in sentence(tied) and "can't be told apart" in sentence(tied, "en")
    assert "基本属性" in sentence(kano_of_counts({"M": 80, "I": 10}))


def test_gap_is_paired():
    """R: t.test(perception, expectation, paired = TRUE)."""
    expectation, perception = pd.Series([5.0, 4, 5, 3, 4, np.nan]), pd.Series([4.0, 4, 3, 3, 2, 1])
    estimate = gap(expectation, perception)
    assert (estimate.value, estimate.n) == (-1, 5)
    assert estimate.standard_error == pytest.approx(np.std([-1, 0, -2, 0, -2], ddof=1) / np.sqrt(5))


@pytest.mark.parametrize(
    "expectation, perception",
    [([], []), ([5.0], [4.0]), ([np.nan] * 3, [1.0, 2, 3]), ([9.0, 1], [1.0, 2])],
    ids=["empty", "one row", "missing", "off the scale"],
)
def test_gaps_without_basis_are_refused(expectation, perception):
    assert not gap(pd.Series(expectation, dtype=float), pd.Series(perception, dtype=float)).ok


def test_gap_table_puts_the_widest_weighted_shortfall_first():
    rng = np.random.default_rng(1)
    expectations = pd.DataFrame({name: rng.integers(3, 6, 60).astype(float) for name in ("repair", "bill", "none")})
    perceptions = expectations - pd.DataFrame({"repair": rng.integers(0, 2, 60), "bill": rng.integers(0, 3, 60)})
    table = gap_table(expectations, perceptions, {"repair": 9.0, "bill": 1.0})
    assert table["dimension"].tolist()[:2] == ["repair", "bill"]
    assert table["weight"].tolist()[:2] == pytest.approx([0.9, 0.1])
    assert table.set_index("dimension").loc["none", "refusal"]


def test_reliability_of_a_difference():
    """With equal spreads: (mean reliability − r) / (1 − r)."""
    rng = np.random.default_rng(4)
    trait = rng.normal(size=(3000, 2)) @ np.linalg.cholesky(np.array([[1, 0.5], [0.5, 1]])).T
    sides = [pd.DataFrame(trait[:, [i]] + rng.normal(size=(3000, 4))) for i in (0, 1)]
    # Four items of reliability .5 each: alpha .8; the sums correlate at .5 × .8.
    assert reliability_of_difference(*sides) == pytest.approx((0.8 - 0.4) / 0.6, abs=0.03)
    assert reliability_of_difference(sides[0].head(2), sides[1].head(2)) is None
