"""How many answers are needed, and what they can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sampling.sample_size import (
    answers_for_margin,
    answers_for_nps_margin,
    answers_to_detect,
    answers_to_detect_shares,
    detectable_difference,
    detectable_fall,
    invitations,
    krejcie_morgan,
    margin_of_error,
    neyman_allocation,
)

KREJCIE_MORGAN = {
    10: 10, 50: 44, 100: 80, 200: 132, 500: 217, 1000: 278, 2000: 322, 5000: 357,
    10_000: 370, 100_000: 383, 1_000_000: 384,
}  # fmt: skip


@pytest.mark.parametrize("population, n", KREJCIE_MORGAN.items())
def test_the_table_of_krejcie_and_morgan(population, n):
    assert krejcie_morgan(population) == n
    assert 0 <= answers_for_margin(0.05, population=population) - n <= 1


def test_margin_of_error_with_and_without_finite_population():
    assert margin_of_error(278) == pytest.approx(0.05878, abs=5e-6)
    assert margin_of_error(278, population=1000) == pytest.approx(0.04997, abs=5e-6)
    assert margin_of_error(1000, population=1000) == 0
    assert margin_of_error(278, design_effect=4) == pytest.approx(2 * margin_of_error(278))


def test_answers_for_an_nps_margin():
    assert answers_for_nps_margin(5, variance=0.61) == 938


def test_answers_never_exceed_the_population():
    assert answers_for_margin(0.05, population=100, design_effect=3) == 100


def test_answers_to_detect_a_difference_of_shares():
    """From 80 % to 85 % with power .8: 906 per group; R: power.prop.test."""
    assert answers_to_detect_shares(0.80, 0.85) == 906


def test_answers_to_detect_half_a_standard_deviation():
    """Two groups, d = .5, power .8: 63 by the normal approximation."""
    assert answers_to_detect(0.5, 1.0) == 63
    assert detectable_difference(63, 1.0) == pytest.approx(0.5, abs=0.002)


def test_detectable_fall_answers_the_same_question_backwards():
    fall = detectable_fall(1094, 0.80)
    assert fall == pytest.approx(0.05, abs=1e-4)
    assert detectable_fall(3, 0.30) is None


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: answers_to_detect(0, 1.0), "difference of 0"),
        (lambda: answers_for_margin(0), "above 0"),
        (lambda: margin_of_error(0), "at least one"),
        (lambda: invitations(100, 0), "response rate"),
        (lambda: neyman_allocation(3, {"a": 10, "b": 10}), "too few"),
    ],
)
def test_impossible_plans_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_invitations():
    assert invitations(384, 0.25) == 1536


def test_neyman_allocation_follows_size_times_deviation():
    assert neyman_allocation(100, {"a": 1000, "b": 1000}, {"a": 3.0, "b": 1.0}) == {"a": 75, "b": 25}
    assert neyman_allocation(90, {"a": 4000, "b": 3000, "c": 2000}) == {"a": 40, "b": 30, "c": 20}
    assert neyman_allocation(50, {"a": 10, "b": 1000}, {"a": 100.0, "b": 1.0}) == {"a": 10, "b": 40}


@given(
    st.dictionaries(st.text(max_size=2), st.integers(1, 500), min_size=1, max_size=6),
    st.floats(0, 1),
)
def test_an_allocation_uses_all_answers_within_the_strata(sizes, part):
    least = sum(min(2, size) for size in sizes.values())
    total = least + int(part * (sum(sizes.values()) - least))
    allocated = neyman_allocation(total, sizes)
    assert sum(allocated.values()) == total
    assert all(min(2, sizes[stratum]) <= n <= sizes[stratum] for stratum, n in allocated.items())
