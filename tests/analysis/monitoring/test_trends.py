"""Weekly figures and the periods to compare."""

import numpy as np
import pandas as pd
import pytest

from analysis.level.satisfaction import mean_score, net_promoter_score, top_two_box
from analysis.monitoring.trends import Period, period_windows, weekly_trend

DAYS = pd.Series(pd.date_range("2026-03-04", "2026-04-02").repeat(10))  # a Wednesday to a Thursday
RATINGS = pd.Series(np.random.default_rng(5).integers(1, 6, len(DAYS)).astype(float))


def test_period_windows_touch_and_have_the_same_length():
    current, previous = period_windows(pd.Timestamp("2026-03-31 15:00"), 30)
    assert (current.first, current.last) == (pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-31"))
    assert previous.last == pd.Timestamp("2026-03-01") and previous.days == current.days == 30
    with pytest.raises(ValueError, match="at least one day"):
        period_windows(pd.Timestamp("2026-03-31"), 0)


def test_a_period_takes_both_ends():
    frame = pd.DataFrame({"day": pd.date_range("2026-03-01", periods=5)})
    assert len(Period(pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-04")).of(frame)) == 3


@pytest.mark.parametrize("measure", [mean_score, top_two_box, net_promoter_score])
def test_weekly_trend_has_one_row_per_week_with_its_estimate(measure):
    trend = weekly_trend(RATINGS, DAYS, measure)
    assert trend["start"].dt.day_of_week.eq(0).all() and trend["n"].sum() == 300
    assert trend["partial"].tolist() == [True, False, False, False, True]
    second = measure(RATINGS[DAYS.between("2026-03-09", "2026-03-15")])
    assert trend.loc[1, ["value", "low", "high"]].tolist() == list(second.figures())


def test_a_week_without_enough_answers_has_a_reason_instead_of_a_value():
    sparse = RATINGS.where(~DAYS.between("2026-03-09", "2026-03-15"))
    trend = weekly_trend(sparse, DAYS, top_two_box)
    assert trend.loc[1, "value":"high"].isna().all() and trend.loc[1, "refusal"]
    few = weekly_trend(RATINGS, DAYS, top_two_box, minimum=60)
    assert few["value"].notna().tolist() == [False, True, True, True, False]


def test_the_given_period_sets_the_weeks():
    period = Period(pd.Timestamp("2026-02-23"), pd.Timestamp("2026-03-15"))
    trend = weekly_trend(RATINGS, DAYS, mean_score, period=period)
    assert trend["n"].tolist() == [0, 50, 70] and not trend["partial"].any()


def test_no_days_no_weeks():
    trend = weekly_trend(RATINGS.iloc[:0], DAYS.iloc[:0], mean_score)
    assert trend.empty and "value" in trend.columns


def test_row_order_does_not_matter():
    order = np.random.default_rng(1).permutation(len(DAYS))
    shuffled = weekly_trend(RATINGS.iloc[order], DAYS.iloc[order], mean_score)
    pd.testing.assert_frame_equal(shuffled, weekly_trend(RATINGS, DAYS, mean_score))
