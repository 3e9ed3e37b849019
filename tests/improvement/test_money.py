"""Formulas of savings: worked out exactly, step by step, and refused in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.improvement.money import UnfitFormula, names_in, worked_out


@pytest.mark.parametrize(
    ("formula", "steps"),
    [
        ("20,000 × (19 − 8)", ("20,000 × (19 − 8)", "20,000 × 11", "220,000")),
        ("2200*11*36*0.7", ("2,200 × 11 × 36 × 0.7", "24,200 × 36 × 0.7", "871,200 × 0.7", "609,840")),
        ("（3−1）÷ 4", ("(3 − 1) ÷ 4", "2 ÷ 4", "0.5")),
        ("10 − (4 − 1)", ("10 − (4 − 1)", "10 − 3", "7")),
        ("-(2+3)", ("0 − (2 + 3)", "0 − 5", "−5")),
        ("7", ("7",)),
    ],
)
def test_every_step_is_shown(formula: str, steps: tuple[str, ...]) -> None:
    assert worked_out(formula).steps == steps


def test_names_stand_for_figures() -> None:
    found = worked_out(
        "户数 × (停电前 − 停电后)", {"户数": Decimal(20000), "停电前": Decimal(19), "停电后": Decimal(8)}
    )
    assert found.value == 220000
    assert names_in("户数 × (停电前 − 停电后) + 户数") == ["户数", "停电前", "停电后"]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("", "空"), ("1 +", "看不懂"), ("户数 * 2", "户数"), ("1 / 0", "除以 0"), ("2 ** 999999999", "不能用"),
        ("__import__('os')", "不能用"), ("[1][0]", "不能用"), ("1 if 1 else 2", "不能用"), ("True + 1", "不能用"),
        ("(" * 200 + "1", "看不懂"), ("1+" * 200 + "1", "最多"), ("'a' * 9", "不能用"), ("1e400 * 2", "不能用"),
        ("1+" * 100 + "1", "最多"),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_in_words(formula: str, said: str) -> None:
    with pytest.raises(UnfitFormula) as refused:
        worked_out(formula)
    assert said in str(refused.value.args[0])


_SUMS = st.recursive(
    st.integers(0, 99).map(str),
    lambda part: st.tuples(part, st.sampled_from("+-*"), part).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
    max_leaves=12,
)


@given(_SUMS)
def test_the_last_step_is_what_arithmetic_says(formula: str) -> None:
    found = worked_out(formula)
    assert found.value == eval(formula)
    assert all(worked_out(step).value == found.value for step in found.steps)
