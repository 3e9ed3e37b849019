"""Non-response: AAPOR's rates by hand, and each check against worlds in which the truth is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.nonresponse.asked_people import asked_and_answered, frame_margins, representativity
from analysis.nonresponse.attrition import attrition
from analysis.nonresponse.channel_effects import channel_effects
from analysis.nonresponse.response_rates import response_rates
from analysis.nonresponse.waves import wave_of, waves_compared
from surveys.fieldwork.dispositions import Disposition

COUNTS = {
    Disposition.COMPLETE: 600, Disposition.BREAK_OFF: 50, Disposition.REFUSED: 200, Disposition.NO_CONTACT: 100,
    Disposition.OTHER: 50, Disposition.NO_REPLY: 300, Disposition.UNDELIVERABLE: 100, Disposition.NOT_ELIGIBLE: 250,
    Disposition.NOT_ASKED: 999,
}  # fmt: skip


def test_rates_by_the_definitions():
    """I 600, P 50, R 200, NC 100, O 50, U 400, NE 250: e = 1000 / 1250 = .8; formulas of AAPOR (2023), section 7."""
    found = response_rates(COUNTS, break_offs_count=True)
    wanted = {
        "RR1": 600 / 1400, "RR2": 650 / 1400, "RR3": 600 / 1320, "RR4": 650 / 1320, "RR5": 0.6, "RR6": 0.65,
        "COOP1": 600 / 900, "COOP2": 650 / 900, "COOP3": 600 / 850, "COOP4": 650 / 850,
        "REF1": 200 / 1400, "REF2": 200 / 1320, "REF3": 0.2, "CON1": 900 / 1400, "CON2": 900 / 1320, "CON3": 0.9,
    }  # fmt: skip
    assert found.eligible == 0.8 and found.asked == 1650
    assert {name: each.value for name, each in found.rates.items()} == pytest.approx(wanted)
    assert all(each.low < each.value < each.high for each in found.rates.values())


def test_break_offs_are_refusals_unless_a_survey_counts_them():
    found = response_rates(COUNTS).rates
    assert found["RR2"].value == found["RR1"].value
    assert found["REF3"].value == pytest.approx(0.25)


def test_rates_of_nobody_are_refused():
    found = response_rates({Disposition.NOT_ASKED: 5})
    assert found.asked == 0 and not any(each.ok for each in found.rates.values())


def _people(rng: np.random.Generator, n: int, effect: float) -> pd.DataFrame:
    tier, kind = rng.choice(["A", "B", "C"], n), rng.choice(["x", "y"], n)
    chance = 0.4 + effect * (tier == "A") - effect * (tier == "C")
    return pd.DataFrame({"tier": tier, "kind": kind, "answered": (rng.random(n) < chance).astype(int)})


def test_the_list_is_judged_over_all_attributes_together():
    """Who answers at random is told to differ in at most one list of twenty; a planted difference is found."""
    rng = np.random.default_rng(7)
    quiet = [any(each.differs for each in asked_and_answered(_people(rng, 400, 0.0)).by) for _ in range(200)]
    assert np.mean(quiet) <= 0.08
    told = asked_and_answered(_people(rng, 800, 0.15))
    assert [each.attribute for each in told.by if each.differs] == ["tier"]
    assert told.by[0].values["A"].value == pytest.approx(0.55, abs=0.08)


def test_the_r_indicator_recovers_the_spread_of_propensities():
    """Thirds at .55, .40 and .25: S = .1225, R = .755; 1 where everybody is as likely to answer."""
    rng = np.random.default_rng(9)
    found = [representativity(_people(rng, 3000, 0.15)) for _ in range(20)]
    assert np.mean([each.value for each in found]) == pytest.approx(0.755, abs=0.01)
    assert np.mean([each.low <= 0.755 <= each.high for each in found]) >= 0.85
    assert np.mean([representativity(_people(rng, 3000, 0.0)).value for _ in range(20)]) > 0.97


def test_attributes_that_tell_people_apart_take_no_part():
    people = pd.DataFrame({"name": [f"n{i}" for i in range(50)], "answered": [0, 1] * 25})
    found = asked_and_answered(people)
    assert not found.by and not found.likeness.ok


def test_margins_of_the_list_are_what_weights_are_raked_to():
    people = pd.DataFrame({"tier": list("AAABBC"), "answered": [1, 0, 0, 1, 1, 0]})
    answers = pd.DataFrame({"tier": list("ABB")})
    rows = frame_margins(people, answers, {"tier": "等级"})
    assert rows.to_numpy().tolist() == [["等级", "A", 3], ["等级", "B", 2]]
    unknown = frame_margins(people, pd.DataFrame({"tier": list("ABZ")}), {"tier": "等级"})
    assert unknown.empty


DAYS = {"spring": (date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15))}


def _answers(rng: np.random.Generator, drift: float, n: int = 150) -> pd.DataFrame:
    wave = rng.integers(0, 3, n)
    rating = np.clip(np.round(4.0 + drift * wave + rng.normal(0, 0.9, n)), 1, 5)
    day = pd.to_datetime("2026-03-02") + pd.to_timedelta(7 * wave, unit="D")
    return pd.DataFrame({"day": day, "campaign": "spring", "csat": rating})


def test_the_wave_of_an_answer_is_how_many_messages_went_before():
    answers = pd.DataFrame({
        "day": pd.to_datetime(["2026-03-01", "2026-03-07", "2026-03-08", "2026-04-01", "2026-03-09"]),
        "campaign": ["spring"] * 4 + ["other"],
    })  # fmt: skip
    assert wave_of(answers, DAYS).tolist()[:4] == [1, 1, 2, 3] and wave_of(answers, DAYS).isna()[4]


def test_waves_are_quiet_without_drift_and_find_it_where_it_is():
    rng = np.random.default_rng(11)

    def ps(drift: float, worlds: int) -> list[float]:
        found = (waves_compared(_answers(rng, drift), "csat", DAYS, 0.3, 1, 5) for _ in range(worlds))
        return [each.p for each in found if each.p is not None]

    assert np.mean(np.array(ps(0.0, 300)) < 0.05) <= 0.08
    assert np.mean(np.array(ps(-0.4, 40)) < 0.05) > 0.9


def test_who_never_answers_is_taken_for_the_last_wave():
    found = waves_compared(_answers(np.random.default_rng(3), -0.5, 600), "csat", DAYS, 0.25, 1, 5)
    last = found.waves[-1].level.value
    mean = sum(each.level.value * each.level.n for each in found.waves) / found.n
    assert found.as_the_last == pytest.approx(0.25 * mean + 0.75 * last)
    alone = waves_compared(_answers(np.random.default_rng(3), 0.0, 12), "csat", DAYS, 0.25, 1, 5)
    assert alone.refusal is not None and alone.p is None


def test_attrition_counts_people_and_compares_who_left():
    people = [f"p{i}" for i in range(60)]
    first = pd.DataFrame({"person": people, "round": "r1", "csat": [5.0] * 20 + [4.0] * 20 + [2.0, 1.0] * 10})
    second = pd.DataFrame({"person": people[:40], "round": "r2", "csat": 4.0})
    nobody = pd.DataFrame({"person": [None] * 5, "round": "r1", "csat": 1.0})
    [found] = attrition(pd.concat([first, second, nobody], ignore_index=True), "csat", ["r1", "r2", "r3"], 1, 5)
    assert (found.retained.n, found.retained.value) == (60, pytest.approx(2 / 3))
    assert found.difference.difference == pytest.approx(1.5 - 4.5) and found.difference.clearly_down


def _by_channel(rng: np.random.Generator, effect: float, apart: float, n: int = 600) -> pd.DataFrame:
    group = rng.choice(list("abc"), n)
    phone = rng.random(n) < 0.5 + apart * ((group == "a") * 1.0 - (group == "c"))
    rating = 3.0 + 0.6 * (group == "a") + effect * phone + rng.normal(0, 1, n)
    return pd.DataFrame({"csat": rating, "channel": np.where(phone, "phone", "link"), "group": group})


def test_channels_between_like_people_agree_with_statsmodels():
    """Fixed effects of groups, errors HC1: statsmodels OLS with dummies."""
    answers = _by_channel(np.random.default_rng(5), 0.3, 0.3)
    found = channel_effects(answers, "csat", ["group"])
    other = next(iter(found.adjusted))
    frame = answers.assign(other=(answers["channel"] == other).astype(float))
    fit = smf.ols("csat ~ other + C(group)", frame).fit(cov_type="HC1")
    assert found.adjusted[other].value == pytest.approx(fit.params["other"], abs=1e-9)
    assert found.adjusted[other].standard_error == pytest.approx(fit.bse["other"], rel=2e-3)


def test_who_is_reached_is_not_taken_for_the_channel():
    """Phones reach group a, which is more satisfied: the raw difference is false, the adjusted one is not."""
    rng = np.random.default_rng(17)
    found = [channel_effects(_by_channel(rng, 0.0, 0.4), "csat", ["group"]) for _ in range(200)]
    assert np.mean([each.p < 0.05 for each in found]) > 0.5
    assert np.mean([each.p_adjusted < 0.05 for each in found]) <= 0.08


def test_channels_that_reach_nobody_alike_are_not_adjusted():
    rng = np.random.default_rng(1)
    answers = _by_channel(rng, 0.3, 0.0).assign(group=lambda rows: rows["channel"])
    found = channel_effects(answers, "csat", ["group"])
    assert found.shared == 0 and not found.adjusted and found.adjusted_level is None
    assert channel_effects(answers.assign(channel="link"), "csat", []).refusal is not None
