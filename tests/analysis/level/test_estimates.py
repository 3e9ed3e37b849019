"""The object for every figure: what it shows and what it says."""

import numpy as np
import pandas as pd
import pytest

from analysis.differences.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.estimates import Estimate, Verdict, answers, figure, refuse
from analysis.interpretation.sentences import VERDICTS, sentence
from analysis.interpretation.wordings import difference_figure
from analysis.level.satisfaction import mean_score, net_promoter_score, top_two_box
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying

RATINGS = pd.Series([5, 4, 4, 3, 5, 2, 4, 5, 4, 3] * 10, dtype=float)


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (0.7834, "share", "78.3%"),
        (1, "share", "100.0%"),
        (45, "points", "45.0"),
        (-12.34, "points", "−12.3"),
        (4.125, "score", "4.12"),
        (-0.00001, "score", "0.00"),
    ],
)
def test_figures_have_one_format(value, unit, text):
    assert figure(value, unit) == text


@pytest.mark.parametrize(
    "difference, unit, chinese, english",
    [
        (0.05, "share", "+5.0 个百分点", "+5.0 percentage points"),
        (-0.051, "share", "−5.1 个百分点", "−5.1 percentage points"),
        (0, "share", "0.0 个百分点", "0.0 percentage points"),
        (10, "points", "+10.0", "+10.0"),
        (-0.4, "score", "−0.40", "−0.40"),
    ],
)
def test_differences_are_signed(difference, unit, chinese, english):
    assert in_words(difference_figure(difference, unit), "zh-Hans") == chinese
    assert in_words(difference_figure(difference, unit), "en") == english


def test_a_sentence_has_value_interval_and_n():
    assert sentence(top_two_box(RATINGS)) == "满意率（最高两档） 70.0%（95% 区间 60.4% 至 78.1%，n=100）。"
    assert sentence(mean_score(RATINGS), "en", "Repair").startswith("Repair: mean score 3.90 (95% interval 3.7")
    assert sentence(net_promoter_score(RATINGS + 5)).startswith("净推荐值 70.0（95% 区间")


def test_a_refused_estimate_says_why_and_shows_no_number():
    estimate = refuse("mean_score", saying("只有 {n} 个答案", n=1), n=1, unit="score")
    assert sentence(estimate, "zh", "抢修") == "抢修平均分：样本不足，只有 1 个答案。"
    assert estimate.shown() == "—" and not estimate.ok
    with pytest.raises(ValueError, match="only 1 answers"):
        estimate.figures()


@pytest.mark.parametrize(
    "after, verdict, words",
    [
        (RATINGS - 1, Verdict.CLEAR, "明显变化"),
        (RATINGS.sample(frac=1, random_state=1), Verdict.NOISE, "可能只是波动"),
        (RATINGS.head(9), Verdict.TOO_FEW, "样本不足"),
        (RATINGS.head(1), Verdict.TOO_FEW, "只有 1 个答案"),
    ],
    ids=["clear", "noise", "too few", "refused"],
)
def test_a_change_is_told_in_plain_words(after, verdict, words):
    change = mean_change(RATINGS, after)
    assert change.verdict is verdict
    assert words in sentence(change)
    assert in_words(VERDICTS[verdict], "en").lower() in sentence(change, "en")


def test_too_few_names_the_number_needed():
    change = top_two_box_change(RATINGS.head(20), RATINGS.head(30))
    assert f"每组约需 {change.n_needed} 份" in sentence(change)
    assert f"about {change.n_needed} per group" in sentence(change, "en")
    assert "10.0 个百分点" in sentence(change)


@pytest.mark.parametrize("compare", [mean_change, top_two_box_change, net_promoter_change])
def test_no_causal_words(compare):
    """A difference or an association is never told as a cause."""
    said = sentence(compare(RATINGS, RATINGS.head(70))) + sentence(compare(RATINGS, RATINGS.head(70)), "en")
    assert not any(word in said for word in ("因为", "导致", "由于", "造成", "because", "cause", "due to"))


@pytest.mark.parametrize(
    "values, reason",
    [
        ([1.0, np.inf], saying("有 {endless} 个答案是无穷大", endless=1)),
        ([0.0, 2.0], saying("有 {off_scale} 个答案超出量表 {limits}", off_scale=1, limits="1–5")),
        ([], saying("只有 {n} 个答案", n=0)),
        ([np.nan, 4.0], saying("只有 {n} 个答案", n=1)),
    ],
    ids=["infinite", "off the scale", "empty", "one"],
)
def test_answers_that_cannot_be_used_are_refused_with_the_reason(values, reason):
    """The reason is given in both languages."""
    assert answers(values, 1, 5)[1] == reason


def test_missing_answers_are_left_out():
    """What is given keeps its order, and nothing is refused."""
    given, refusal = answers([1.0, np.nan, 5.0], 1, 5)
    assert given.tolist() == [1.0, 5.0] and refusal is None


def test_figures_of_a_sound_estimate():
    estimate = Estimate("share", 0.5, 0.4, 0.6, 100, "share")
    assert estimate.figures() == (0.5, 0.4, 0.6)


def test_no_difference_is_said_only_where_one_that_matters_is_ruled_out():
    """Two one-sided tests: of 3,000 answers a tenth of the scale is ruled out, of 100 it isn't."""
    rng = np.random.default_rng(44)
    many, few = (mean_change(*(pd.Series(rng.choice([1.0, 5.0], n)) for _ in range(2))) for n in (3000, 100))
    assert many.verdict is Verdict.NOISE and many.equivalent and "即使有变化也不到 0.40" in sentence(many)
    assert not few.equivalent and "即使" not in sentence(few)
