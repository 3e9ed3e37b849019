"""The level of satisfaction: values, intervals, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.interpretation.sentences import sentence
from analysis.intervals.shares import share
from analysis.level.satisfaction import (
    RatedDimension,
    choice_shares,
    customer_effort,
    dimension_scores,
    dimension_values,
    favourability,
    mean_of_numbers,
    mean_score,
    net_promoter_score,
    net_promoter_score_of_counts,
    response_rate,
    top_two_box,
)
from surveys.localisation.language import in_words

MEASURES = {
    "top-two-box": top_two_box,
    "mean": mean_score,
    "nps": net_promoter_score,
    "effort": customer_effort,
    "favourable": lambda ratings: favourability(ratings)["favourable"],
}
RATINGS = st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=40)


@pytest.mark.parametrize(
    "hits, n, low, high",
    [
        (81, 263, 0.2552885199, 0.366209577),
        (15, 148, 0.06238639953, 0.1604872417),
        (0, 20, 0, 0.1611251581),
        (1, 29, 0.006113214293, 0.1717552188),
    ],
)
def test_share_has_the_wilson_interval(hits, n, low, high):
    """Newcombe 1998, table I; R: prop.test(x, n, correct = FALSE)$conf.int."""
    assert share(hits, n).figures() == pytest.approx((hits / n, low, high), abs=1e-8)


def test_top_two_box_counts_the_two_best_answers_of_those_given():
    estimate = top_two_box(pd.Series([5, 4, 3, None, 1]))
    assert (estimate.value, estimate.n) == (0.5, 4)
    assert top_two_box(pd.Series([10, 9, 8, 1]), high=10).value == 0.5


@pytest.mark.parametrize(
    "ratings, score",
    [([10, 9], 100), ([0, 6], -100), ([7, 8], 0), ([10, None, 0], 0)],
    ids=["all promoters", "all detractors", "all passive", "missing left out"],
)
def test_net_promoter_score(ratings, score):
    """Promoters minus detractors, over those who answered."""
    estimate = net_promoter_score(pd.Series(ratings, dtype="float"))
    assert estimate.value == score
    assert -100 <= estimate.low <= score <= estimate.high <= 100


@pytest.mark.parametrize(
    "counts, value, low, high",
    [((60, 25, 15), 45, 29.3431112, 58.03552957), ((20, 10, 6), 1400 / 36, 12.0727523563, 59.7221194386)],
    ids=["n=100", "n=36"],
)
def test_net_promoter_score_has_the_adjusted_wald_interval(counts, value, low, high):
    """+¾ promoters, +1½ passives, +¾ detractors; limits in points."""
    assert net_promoter_score_of_counts(*counts).figures() == pytest.approx((value, low, high), abs=1e-6)


@pytest.mark.parametrize("shares", [(0.95, 0.05, 0), (0.6, 0, 0.4), (0.45, 0.4, 0.15), (0.9, 0.08, 0.02)], ids=str)
@pytest.mark.parametrize("n", [5, 10, 20])
def test_few_recommendations_have_limits_that_hold(shares, n):
    """The exact coverage, by the multinomial probabilities of all counts; the adjusted Wald interval alone has .905."""
    counts = [(up, level, n - up - level) for up in range(n + 1) for level in range(n + 1 - up)]
    found = [net_promoter_score_of_counts(*each).figures()[1:] for each in counts]
    inside = [low <= (shares[0] - shares[2]) * 100 <= high for low, high in found]
    assert stats.multinomial.pmf(counts, n, shares)[inside].sum() >= 0.93


@pytest.mark.parametrize("n", [5, 9, 10, 30, 99, 100, 300])
def test_the_interval_of_a_share_holds_whatever_the_share_is(n):
    """The exact coverage, by the binomial probabilities of all counts, at every hundredth from .05 to .95."""
    found = [share(hits, n, interval="holding").figures()[1:] for hits in range(n + 1)]
    for true in np.arange(0.05, 0.951, 0.01):
        inside = [low <= true <= high for low, high in found]
        assert stats.binom.pmf(np.arange(n + 1), n, true)[inside].sum() >= 0.93


@pytest.mark.parametrize("shape", [[2, 2, 6, 25, 65], [3, 1, 2, 4, 90], [25, 5, 10, 10, 50]], ids=str)
@pytest.mark.parametrize("n", [10, 30])
def test_the_interval_of_a_mean_holds_for_lopsided_answers(shape, n):
    """At least 92 of 100 samples of 600, where Student's held in 64 of nearly all fives."""
    shares, points = np.array(shape) / 100, np.arange(1.0, 6)
    drawn = np.random.default_rng(n).multinomial(n, shares, 600)
    found = [mean_score(pd.Series(np.repeat(points, counts))).figures()[1:] for counts in drawn]
    assert np.mean([low <= points @ shares <= high for low, high in found]) >= 0.92


def test_mean_score_has_the_t_interval():
    """R: t.test(c(3,5,4,4,4,4,4,4,5,5))$conf.int gives 3.748 and 4.652."""
    estimate = mean_score(pd.Series([3, 5, 4, 4, 4, 4, 4, 4, 5, 5]))
    half = 2.2621571627409915 * np.std([3, 5, 4, 4, 4, 4, 4, 4, 5, 5], ddof=1) / np.sqrt(10)
    assert estimate.figures() == pytest.approx((4.2, 4.2 - half, 4.2 + half), abs=1e-8)


def test_a_bca_interval_leans_to_the_long_tail():
    """Skewed answers: the bootstrap interval reaches further down than up, and is the same every time."""
    skewed = pd.Series([5.0] * 15 + [4, 4, 3, 1, 1])
    first, again = mean_score(skewed, interval="bca"), mean_score(skewed[::-1], interval="bca")
    assert first == again
    value, low, high = first.figures()
    assert value - low > high - value > 0
    assert mean_score(pd.Series([5.0] * 9), interval="bca") == mean_score(pd.Series([5.0] * 9))


def test_favourability_splits_all_answers():
    parts = favourability(pd.Series([1, 2, 3, 4, 5, 5, None]))
    assert [parts[name].value for name in ("favourable", "neutral", "unfavourable")] == [3 / 6, 1 / 6, 2 / 6]
    wide = favourability(pd.Series([1, 5, 6, 7, 10]), high=10, neutral=[5, 6])
    assert [round(part.value, 9) for part in wide.values()] == [0.4, 0.4, 0.2]


def test_an_even_scale_has_no_neutral_answers():
    assert favourability(pd.Series([1, 2, 3, 4]), high=4)["neutral"].value == 0


@pytest.mark.parametrize("answered, invited", [(0, 0), (3, 2), (-1, 10)], ids=["none", "too many", "negative"])
def test_response_rate_refuses_impossible_counts(answered, invited):
    assert not response_rate(answered, invited).ok


def test_response_rate():
    assert response_rate(81, 263).low == pytest.approx(0.2552885199, abs=1e-8)


def test_dimension_score_is_the_mean_of_the_answered_items():
    """不适用 in one item leaves the other items of the dimension to speak."""
    responses = pd.DataFrame({"a": [5, 3, np.nan], "b": [4, np.nan, np.nan]})
    dimensions = {"repair": RatedDimension("抢修", ["a", "b"], 1, 5), "bill": ("电费账单", ["c"], 1, 5)}
    assert dimension_values(responses, dimensions)["repair"].tolist()[:2] == [4.5, 3]
    scores = dimension_scores(responses, dimensions)
    assert (scores["repair"].value, scores["repair"].n) == (3.75, 2)
    assert not scores["bill"].ok


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize(
    "ratings",
    [[], [5], [None, None], [np.inf, 4, 3], [-np.inf, 4, 3], [99, 4, 3]],
    ids=["empty", "one row", "all missing", "infinite", "minus infinite", "off the scale"],
)
def test_unusable_answers_are_refused_with_a_reason(measure, ratings):
    estimate = measure(pd.Series(ratings, dtype=float))
    assert estimate.value is None and estimate.low is None and estimate.high is None
    assert estimate.refusal and in_words(estimate.refusal, "en")
    assert "nan" not in sentence(estimate, "zh") + sentence(estimate, "en") + estimate.shown()


def test_a_constant_column_has_every_figure():
    """Equal answers are an answer: mean, share and recommendation all have their value and an interval."""
    constant = pd.Series([5.0] * 12)
    for measure in (mean_score, top_two_box, net_promoter_score):
        value, low, high = measure(constant).figures()
        assert low < value <= high or low <= value < high


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(ratings=RATINGS)
def test_row_order_does_not_matter_and_nothing_is_nan(measure, ratings):
    column = pd.Series(ratings, dtype=float)
    forward, backward = measure(column), measure(column[::-1])
    assert forward.refusal == backward.refusal
    if forward.ok:
        assert forward.figures() == pytest.approx(backward.figures(), abs=1e-9)
        value, low, high = forward.figures()
        assert low <= value <= high


def test_intervals_cover_the_truth():
    """Nominal 95 % at small n: at least 93 % for NPS and top-two-box."""
    rng = np.random.default_rng(20)
    covered = {"nps": 0, "top": 0}
    for _ in range(1000):
        nps = net_promoter_score_of_counts(*rng.multinomial(10, [0.5, 0.3, 0.2]))
        covered["nps"] += nps.low <= 30 <= nps.high
        top = share(int(rng.binomial(10, 0.8)), 10)
        covered["top"] += top.low <= 0.8 <= top.high
    assert min(covered.values()) >= 930


@pytest.mark.parametrize(
    "interval, hits, n, limits",
    [
        ("jeffreys", 81, 263, (0.2545219350, 0.3656474992)),
        ("jeffreys", 0, 20, (0.0, 0.1166389829)),
        ("agresti_coull", 81, 263, (0.2552206652, 0.3662774317)),
    ],
)
def test_other_intervals_of_a_share(interval, hits, n, limits):
    """R: qbeta(c(.025, .975), 81.5, 182.5); binom::binom.agresti.coull(81, 263). Jeffreys starts at 0 with no hit."""
    found = share(hits, n, interval=interval)
    assert (found.low, found.high) == pytest.approx(limits, abs=1e-8)


def test_options_have_shares_with_intervals():
    found = choice_shares(pd.Series(["post", None, "app", "app", "hall", "app"]))
    assert list(found) == ["app", "hall", "post"] and found["app"].value == 0.6 and found["app"].n == 5


def test_numbers_without_a_scale_have_a_mean():
    found = mean_of_numbers(pd.Series([20.0, 30, 40, None]))
    assert (found.value, found.n) == (30, 3) and found.low == pytest.approx(30 - 4.302653 * 10 / 3**0.5, abs=1e-5)
    assert not mean_of_numbers(pd.Series([1.0, float("inf"), 3])).ok
