"""What stands beside an effect on the plan's page, and what is said before there is one."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.effects.effect import EffectDesign
from analysis.effects.evidence import effect_evidence, planned_effect
from analysis.effects.measured_effect import MeasurePeriod
from analysis.interpretation.evidence import evidence_told, planned_told
from analysis.level.satisfaction import RatedDimension

AREA = RatedDimension("服务", ["q"], 1, 5)
PERIOD = MeasurePeriod(date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 1), date(2026, 10, 1))


def rows(seed: int, *, effect: float = 0.0, drift: float = 0.0, units: int = 12, n: int = 6000) -> pd.DataFrame:
    """Answers of so many units over nine months; the first unit has the measure."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 270, n), unit="D")
    unit = rng.integers(0, units, n)
    month = (days - pd.Timestamp("2026-07-01")).days.to_numpy() / 30
    lift = (unit == 0) * (effect * (month >= 0) + drift * month)
    answers = np.clip(np.round(3.4 + 0.1 * (unit % 3) + lift + rng.normal(0, 0.8, n)), 1, 5)
    return pd.DataFrame({"q": answers, "day": days, "touchpoint": [f"u{each}" for each in unit]})


def test_the_months_show_when_it_began():
    found = effect_evidence(rows(1, effect=0.8), AREA, "touchpoint", ["u0"], PERIOD)
    after = found.study.periods.set_index("after")["difference"]
    assert after[True].mean() > 0.5 > 0.2 > abs(after[False].mean())
    assert found.by_lot is not None and found.by_lot < 0.15
    assert found.synthetic is not None and found.synthetic.estimate.figures()[1] > 0.2
    told = evidence_told(found).in_language("zh")
    assert len(told.rows) >= 9 and any("合成对照" in each for each in told.sentences)


def test_a_difference_that_moved_before_is_warned_of():
    told = evidence_told(effect_evidence(rows(2, drift=0.2), AREA, "touchpoint", ["u0"], PERIOD)).in_language("zh")
    assert any(each.startswith("当心") for each in told.sentences)


def test_too_few_units_are_told_so():
    few = rows(3, units=2)
    told = evidence_told(effect_evidence(few, AREA, "touchpoint", ["u0"], PERIOD)).in_language("zh")
    assert "做不了" in told.sentences[0] and not told.rows


@pytest.mark.parametrize(
    "units, design", [(12, EffectDesign.DIFFERENCE_IN_DIFFERENCES), (2, EffectDesign.BEFORE_AND_AFTER)]
)
def test_before_it_begins_the_page_says_what_it_will_take(units, design):
    found = planned_effect(rows(4, units=units), AREA, "touchpoint", ["u0"], date(2026, 7, 1), 0.5)
    assert found.design is design
    told = " ".join(map(str, planned_told(found, 0.5)))
    assert ("每个单位约需" in told or "只能看出" in told) == (design is EffectDesign.DIFFERENCE_IN_DIFFERENCES)


def test_without_a_past_nothing_will_be_possible():
    none = planned_effect(rows(5).head(0), AREA, "touchpoint", ["u0"], date(2026, 7, 1), 0.5)
    assert none.design is EffectDesign.NONE_POSSIBLE and len(planned_told(none, 0.5)) == 2
