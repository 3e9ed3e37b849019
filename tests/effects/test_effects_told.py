"""Effects in words: the verdict first, with interval and n, and what is missing where it is too early."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.effects.effect import EffectDesign, MeasuredEffect
from analysis.estimates import Estimate
from analysis.interpretation.effects import effect_told
from surveys.localisation.language import in_words


def effect(value: float, half: float, *, floor: float = 0.02) -> MeasuredEffect:
    estimate = Estimate("effect", value, value - half, value + half, 400, "share", standard_error=half / 1.96)
    return MeasuredEffect(
        EffectDesign.DIFFERENCE_IN_DIFFERENCES, estimate, value + 0.05, 0.03, 0.02, 0.04, 2, 9, n_after=150, floor=floor
    )


def words(found: MeasuredEffect, language: str = "zh-Hans", **settings: object) -> list[str]:
    return [in_words(each, language) for each in effect_told(found, 0.1, **settings)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "half", "opening"),
    [(0.12, 0.05, "措施见效"), (0.01, 0.05, "看不出效果"), (0.05, 0.12, "为时尚早"), (-0.2, 0.05, "看不出好的效果")],
)
def test_the_verdict_comes_first(value: float, half: float, opening: str) -> None:
    first = words(effect(value, half))[0]
    assert first.startswith(opening)
    assert "n=400" in first
    assert "95%" in first


def test_too_early_says_how_many_and_until_when() -> None:
    told = words(effect(0.05, 0.12), per_day=5, today=date(2026, 12, 1))
    assert "2027-" in told[-1]
    assert "份作答" in told[-1]
    assert "只靠更多作答看不出" in words(effect(0.05, 0.12, floor=0.06))[-1]


def test_what_was_to_be_expected_anyway_is_told() -> None:
    told = words(effect(0.12, 0.05))
    assert "+17.0 个百分点" in told[1]
    assert "9 个没有采取措施的单位" in told[1]


def test_it_is_told_in_english() -> None:
    assert words(effect(0.12, 0.05), "en")[0].startswith("The measure worked")
