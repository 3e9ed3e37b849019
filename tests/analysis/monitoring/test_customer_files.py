"""Files of customers analysed, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.monitoring.customers.associations import PairMeasure, associations
from analysis.monitoring.customers.concentration import growth, largest, pareto
from analysis.monitoring.customers.files import attributes_of, base_and_period, file_frame
from analysis.monitoring.customers.key_accounts import KeyTopic, key_comparisons
from analysis.monitoring.customers.period_series import PeriodSeries, bases, counts_by_month, totals
from analysis.monitoring.customers.profile import cross_table, distribution
from surveys.people.contact import FileFacts


def file(number: int, tier: str = "A", **worth: float) -> FileFacts:
    who = {"地区": "城东" if number % 2 else "城西", "地址": f"文三路 {number} 号"}
    return FileFacts(f"c{number}", tier, "repair", who, {"开户日期": f"2026-0{1 + number % 3}-05"}, worth)


@pytest.mark.parametrize(
    ("name", "found"),
    [("用电量2026-01", ("用电量", "2026-01")), ("2026年1月用电量", ("用电量", "2026-01")),
     ("电费_2026Q1", ("电费", "2026-Q1")),
     ("2025年电费", ("电费", "2025")), ("电费", ("电费", "")), ("合同2026-13", ("合同2026-13", "")),
     ("2026-01", ("2026-01", ""))],
)  # fmt: skip
def test_a_name_carries_its_period(name: str, found: tuple[str, str]) -> None:
    assert base_and_period(name) == found


def test_addresses_are_no_groups() -> None:
    frame = file_frame([file(1)], {"repair": "抢修"}, ["地址"])
    assert "who.地址" not in frame and frame.at["c1", "department"] == "抢修"


def test_parts_and_a_cross_table() -> None:
    """2 × 2 of 8, 2, 2, 8: chi-square 20 · 60² / 10⁴ = 7.2, V = √(7.2 / 20) = 0.6."""
    rows = pd.Series(["a"] * 10 + ["b"] * 10, dtype=object)
    columns = pd.Series(["x"] * 8 + ["y"] * 2 + ["x"] * 2 + ["y"] * 8, dtype=object)
    parts = distribution(pd.Series(["a", "b", "a", None], dtype=object))
    assert [(each.name, each.n, each.share) for each in parts] == [("a", 2, 2 / 3), ("b", 1, 1 / 3)]
    assert cross_table(rows, columns).association.cramers_v == pytest.approx(0.6)


def test_the_largest_share_places_and_count_nothing_below_zero() -> None:
    """50, 30, 30, −10: shares are of 110, and both of 30 are second."""
    found = largest(pd.Series({"a": 30.0, "b": 50.0, "c": 30.0, "d": -10.0, "e": np.nan}), 2)
    assert [(each.id, each.place) for each in found] == [("b", 1), ("a", 2), ("c", 2)]
    assert found[0].share == pytest.approx(50 / 110) and found[2].cumulated == pytest.approx(1)


def test_how_few_make_most() -> None:
    """Of 80, 10, 5, 5 one makes 80 %; of ten alike eight do; of nothing nobody does."""
    one, eight = pareto(pd.Series([5.0, 80, 10, 5])), pareto(pd.Series([1.0] * 10))
    assert one and (one.customers, one.reached) == (1, 0.8)
    assert eight and (eight.customers, eight.share_of_customers) == (8, 0.8)
    assert pareto(pd.Series([0.0, -1])) is None and pareto(pd.Series([], dtype=float)) is None


def test_growth_is_of_those_with_both_periods() -> None:
    found = growth(pd.Series([100.0, 100, np.nan, 7]), pd.Series([150.0, 90, 5, np.nan]))
    assert found.rate == pytest.approx(0.2) and (found.n, found.up, found.down) == (2, 1, 1)
    assert (found.only_before, found.only_after) == (1, 1)


def test_a_series_is_of_those_with_all_periods_and_knows_its_gaps() -> None:
    files = [file(1, 电费2026Q1=1.0, 电费2026Q3=3.0), file(2, 电费2026Q1=10.0)]
    frame = file_frame(files, {})
    series = totals(frame, bases(attributes_of(frame))["电费 Q"])
    assert series == PeriodSeries(("2026-Q1", "2026-Q3"), (1.0, 3.0), (1, 1), ("2026-Q2",))
    assert series.carried_on() is None and series.to_come(2) == ["2026-Q4", "2027-Q1"]


def test_files_by_month_up_to_the_last_one_that_is_over() -> None:
    """Days of January to March, five files: 1, 2, 2; a month without any is a zero."""
    frame = file_frame([file(number) for number in range(1, 6)], {})
    attribute = attributes_of(frame)["does.开户日期"]
    assert counts_by_month(frame, attribute, "2026-02").values == (1.0, 2.0)
    assert counts_by_month(frame, attribute, "2026-04").values == (1.0, 2.0, 2.0, 0.0)


def test_pairs_by_the_measure_that_fits() -> None:
    """Ranks alike: ρ = 1. The halves of 1 … 20: rank sums 55 and 155, H = 100 / 7, ε² = H / 19."""
    files = [FileFacts(f"c{n}", "A" if n > 10 else "B", None, {}, {}, {"x": n, "y": n**2}) for n in range(1, 21)]
    frame = file_frame(files, {})
    found = associations(frame, list(attributes_of(frame).values()))
    by_measure = {each.measure: each for each in found}
    assert by_measure[PairMeasure.SPEARMAN].value == pytest.approx(1)
    assert by_measure[PairMeasure.EPSILON_SQUARED].value == pytest.approx(100 / 7 / 19)
    assert by_measure[PairMeasure.EPSILON_SQUARED].highest == "A"
    assert len(found) == 3 and all(each.p_adjusted >= each.p for each in found)


def test_a_key_account_against_its_class() -> None:
    """Of 100 in all it has 50; in its tier it is first, its margin 20 % beside 10 %, its growth 100 % beside 0."""
    files = [
        file(1, 电费=50.0, 毛利=10.0, 用电2026=2.0, 用电2025=1.0),
        file(2, 电费=30.0, 毛利=3.0, 用电2026=1.0, 用电2025=1.0),
        file(3, "B", 电费=20.0, 毛利=9.0),
    ]
    frame = file_frame(files, {})
    attributes = attributes_of(frame)
    found = {each.topic: each for each in key_comparisons(frame, attributes, "c1", attributes["worth.电费"])}
    assert found[KeyTopic.SHARE].own == pytest.approx(0.5)
    assert (found[KeyTopic.RANK].place, found[KeyTopic.RANK].n) == (1, 2)
    assert (found[KeyTopic.MARGIN].own, found[KeyTopic.MARGIN].median) == pytest.approx((0.2, 0.1))
    assert (found[KeyTopic.TREND].own, found[KeyTopic.TREND].median) == pytest.approx((1, 0))
    assert [topic for topic in KeyTopic if not found[topic].known] == [
        KeyTopic.PRODUCT, KeyTopic.EXPECTATION, KeyTopic.PRICE_SENSITIVITY, KeyTopic.CREDIT
    ]  # fmt: skip
