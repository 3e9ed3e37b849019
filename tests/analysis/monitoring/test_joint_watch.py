"""One verdict per question: quiet pages stay quiet on real kinds of data, falls are seen, charts agree with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.interpretation.sentences import VERDICTS
from analysis.interpretation.watching import ALARMS, watch_message
from analysis.monitoring.joint_watch import NEWS, SHORTEST_BASELINE, Alarm, exact_scores, joint_watch, usual_baseline
from analysis.monitoring.watch_power import chance_to_see, n_needed
from analysis.monitoring.watched_questions import (
    UnitFound,
    WatchedQuestion,
    family_alpha,
    searched,
    watch_question,
    watch_units,
    weekly_counts,
)
from surveys.localisation.language import said
from tests.support.watched_worlds import WORLDS, page_of

WEEKS = pd.date_range("2026-01-05", periods=200, freq="7D")


def shares(hits: np.ndarray, n: np.ndarray | int) -> pd.DataFrame:
    size = np.broadcast_to(n, hits.shape).astype(float)
    columns = {"n": size, "total": hits.astype(float), "squares": hits.astype(float)}
    return pd.DataFrame(columns, index=WEEKS[: len(hits)])


@pytest.mark.parametrize("baseline", [26, 8])
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_a_quiet_page_gives_at_most_one_alarm_a_quarter(world, baseline):
    """Five questions, thirteen weeks; the whole table is that of `python -m tests.benchmarks alarms`."""
    rng = np.random.default_rng(13)
    alarms = [page_of(world, rng, baseline=baseline).alarms for _ in range(16)]
    assert np.mean(alarms) <= 1 + 1.64 * np.sqrt(1 / len(alarms))


def test_a_lasting_fall_is_seen_and_told():
    rng = np.random.default_rng(2)
    hits = rng.binomial(50, np.where(np.arange(39) < 26, 0.85, 0.65))
    found = joint_watch(shares(hits, 50), share=True, alpha=1 / 65, baseline=26)
    assert found.alarm is Alarm.DOWN and found.week >= WEEKS[26]
    assert "此前一般是 8" in said(watch_message(found, 0.1), "zh")


def test_no_chart_contradicts_the_verdict():
    """Points beyond the limits that are drawn are the weeks of alarm, and no others."""
    rng = np.random.default_rng(3)
    for fall in (0.0, 0.15, 0.3):
        hits = rng.binomial(30, np.where(np.arange(39) < 26, 0.8, 0.8 - fall))
        found = joint_watch(shares(hits, 30), share=True, alpha=1 / 13, baseline=26)
        watched = np.arange(39) >= 26
        for chart in (found.weekly, found.smoothed):
            beyond = (chart["value"] < chart["low"] - 1e-9) | (chart["value"] > chart["high"] + 1e-9)
            assert (chart["signal"] == (beyond & watched)).all()
        assert (found.alarm is Alarm.QUIET) == (not found.signals.any())


def test_silence_is_told_with_its_worth():
    """Five answers a week would hardly show a fall of ten points; two hundred surely would."""
    rng = np.random.default_rng(4)
    few, many = (
        joint_watch(shares(rng.binomial(n, 0.8, 39), n), share=True, alpha=1 / 1000, baseline=26) for n in (5, 200)
    )
    assert few.alarm is many.alarm is Alarm.QUIET
    assert chance_to_see(few, 0.1) < 0.5 < 0.95 < chance_to_see(many, 0.1)
    needed = n_needed(few, 0.1)
    assert needed is not None and needed > 5
    assert said(watch_message(few, 0.1), "zh").startswith("样本不足") and f"约需 {needed} 份" in said(
        watch_message(few, 0.1), "zh"
    )
    assert said(watch_message(many, 0.1), "zh").startswith("没有报警；")


def test_the_power_that_is_told_is_the_power_there_is():
    rng = np.random.default_rng(5)
    after = np.arange(39) >= 26
    found = [
        joint_watch(shares(rng.binomial(40, np.where(after, 0.7, 0.8)), 40), share=True, alpha=1 / 65, baseline=26)
        for _ in range(60)
    ]
    told = np.mean([chance_to_see(each, 0.1) for each in found])
    seen = np.mean([each.signals.any() for each in found])
    assert seen == pytest.approx(told, abs=0.2)


def test_scores_of_counts_are_those_of_the_binomial_distribution():
    """Mid-p normal scores by scipy; beta-binomial where weeks differ."""
    k = np.arange(13)
    mid = stats.binom(12, 0.8).cdf(k) - stats.binom(12, 0.8).pmf(k) / 2
    assert exact_scores(12, 0.8) == pytest.approx(stats.norm.ppf(mid), abs=1e-8)
    size = 0.16 / 0.01 - 1
    law = stats.betabinom(12, 0.8 * size, 0.2 * size)
    assert exact_scores(12, 0.8, 0.01) == pytest.approx(stats.norm.ppf(law.cdf(k) - law.pmf(k) / 2), abs=1e-8)


@pytest.mark.parametrize(
    "weeks",
    [shares(np.array([]), 1), shares(np.array([3.0] * 5), 4), shares(np.array([4.0] * 8), 4), shares(np.zeros(20), 0)],
    ids=["none", "few", "none after", "empty weeks"],
)
def test_too_few_weeks_are_said_so(weeks):
    found = joint_watch(weeks, share=True, alpha=0.01)
    assert found.alarm is Alarm.TOO_SHORT and "还不能判断" in said(watch_message(found, 0.1), "zh")


def test_equal_scores_are_no_baseline_and_equal_shares_are_one():
    scores = shares(np.full(30, 12.0), 4)
    scores["squares"] = 36.0
    assert joint_watch(scores, share=False, alpha=0.01).alarm is Alarm.TOO_SHORT
    assert joint_watch(shares(np.full(30, 4.0), 4), share=True, alpha=0.01).alarm is Alarm.QUIET


def test_the_budget_is_the_organisations():
    """Five questions in twenty departments: half for the whole, half for the parts, one alarm a quarter together."""
    whole, part = (family_alpha(5, 20, whole=each) for each in (True, False))
    assert 13 * (5 * whole + 100 * part) == pytest.approx(1)
    assert 13 * 5 * family_alpha(5, 1, whole=False) == pytest.approx(1)


def test_the_baseline_stays_while_a_quarter_runs():
    assert [usual_baseline(each) for each in (5, 9, 18, 19, 31, 32, 44, 45)] == [8, 8, 8, 13, 13, 26, 26, 39]


def test_what_is_news_is_never_taken_for_usual():
    """A fall at the end of a quarter is told as long as it is new, on the first days of the next quarter too."""
    assert all(usual_baseline(weeks) <= weeks - NEWS for weeks in range(SHORTEST_BASELINE + NEWS, 200))
    weeks = np.array([80] * 34 + [45] * 5)
    for later in range(4):
        found = joint_watch(shares(np.append(weeks, [45] * later), 100), share=True, alpha=1 / 65)
        assert found.alarm is Alarm.DOWN


def test_answers_and_counts_of_them_are_the_same_weeks():
    days = pd.Series(pd.to_datetime(["2026-01-05", "2026-01-07", "2026-01-07", "2026-01-20"]))
    values = pd.Series([5.0, 3.0, 3.0, 4.0])
    counted = pd.DataFrame({"day": days, "q": values}).groupby(["day", "q"]).size().rename("n").reset_index()
    one, other = (
        weekly_counts(values, days, above=3),
        weekly_counts(counted["q"], counted["day"], counted["n"], above=3),
    )
    assert one.equals(other) and one["n"].tolist() == [3, 0, 1] and one["total"].tolist() == [1, 0, 1]


def test_a_search_names_the_unit_that_fell_and_few_others():
    rng = np.random.default_rng(6)
    rows = [
        {"place": f"{unit:02}", "day": WEEKS[week], "q": score, "n": 1}
        for unit in range(20) for week in range(39)
        for score in np.where(rng.random(30) < (0.6 if unit == 7 and week >= 26 else 0.85), 5, 2)
    ]  # fmt: skip
    found = searched(watch_units(pd.DataFrame(rows), WatchedQuestion("q", above=3), "place"))
    named = [each.unit for each in found if each.named]
    assert isinstance(found[0], UnitFound) and found[0].unit == "07" and len(named) <= 3 and len(found) == 20


def test_a_watch_over_answers_reads_the_running_quarter():
    days = pd.Series(np.repeat(WEEKS[:40], 20))
    counted = pd.DataFrame({"q": np.tile([5.0, 5, 5, 5, 2], 160), "day": days, "n": 1})
    found = watch_question(counted, WatchedQuestion("q", above=3), alpha=0.01)
    assert found.baseline == 26 and found.alarm is Alarm.QUIET


def test_every_alarm_has_words_of_its_own():
    spoken = {said(each, "en") for each in [*ALARMS.values(), *VERDICTS.values()]}
    assert ALARMS.keys() == set(Alarm) and len(spoken) == len(ALARMS) + len(VERDICTS)
