"""Indicators: periods as people write them, lines that break where the meaning changes, targets and promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.improvement.indicator_values import values_of
from analysis.improvement.promise_watch import PromiseWatch
from analysis.improvement.promises import breaches_of
from analysis.improvement.stored_indicators import StoredIndicators
from analysis.released.gate import gate_of
from surveys.cases.case import Case, CaseState, Source
from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Survey
from surveys.fieldwork.order_stages import USUAL_STAGES, OrderStages
from surveys.fieldwork.rounds.calendar import calendar_round
from surveys.improvement.indicator_files import values_from
from surveys.improvement.indicators import (
    BetterWhen,
    Indicator,
    IndicatorDefinition,
    IndicatorErrors,
    IndicatorSource,
    IndicatorValue,
    Standing,
    period_of,
)
from surveys.operations.order_times import STAGES
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.tables import Row, Table
from tests.conftest import submission

TODAY = date(2026, 11, 30)
OWNERS = frozenset({"boss"})
FIRST = IndicatorDefinition(date(2026, 1, 1), IndicatorSource.ENTERED, {}, "%")
RELIABLE = Indicator("r", "供电可靠率", BetterWhen.HIGHER, Every.MONTH, (FIRST,), 99.96, owner="boss")


def month(number: int) -> IndicatorValue:
    return IndicatorValue(calendar_round(RoundRule(every=Every.MONTH), date(2026, number, 1)), None)


@pytest.mark.parametrize(("every", "written"), [
    (Every.MONTH, ["2026-11", "2026年11月", "2026/11", "2026.11", "2026-11-30", " 2026 年 11 月 "]),
    (Every.QUARTER, ["2026-Q4", "2026Q4", "2026q4", "2026年第四季度", "2026年第4季度", "2026-10-01"]),
    (Every.HALF, ["2026-H2", "2026下半年", "2026年下半年"]),
    (Every.YEAR, ["2026", "2026年", "2026-02-03"]),
    (Every.WEEK, ["2026-W48", "2026年第48周", "2026-11-25"]),
])  # fmt: skip
def test_a_period_is_read_as_people_write_it(every: Every, written: list[str]) -> None:
    found = {period_of(each, every) for each in written}
    assert len(found) == 1 and None not in found


@pytest.mark.parametrize("written", ["", "13月", "2026-13", "2026年第5季度", "上个月", "0-1", "2026-02-30"])
def test_what_is_no_period_is_none(written: str) -> None:
    assert period_of(written, Every.MONTH) is None and period_of(written, Every.QUARTER) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(Every))
def test_the_code_of_every_period_is_read_back(day: date, every: Every) -> None:
    period = calendar_round(RoundRule(every=every), day)
    assert period_of(period.code, every) == period


@pytest.mark.parametrize(("wanted", "low", "high", "standing"), [
    (BetterWhen.HIGHER, 90.0, 95.0, Standing.MET), (BetterWhen.HIGHER, 85.0, 95.0, Standing.UNSURE),
    (BetterWhen.HIGHER, 80.0, 89.9, Standing.MISSED), (BetterWhen.LOWER, 80.0, 90.0, Standing.MET),
    (BetterWhen.LOWER, 85.0, 95.0, Standing.UNSURE), (BetterWhen.LOWER, 90.1, 95.0, Standing.MISSED),
])  # fmt: skip
def test_an_estimate_keeps_or_misses_a_target_with_its_whole_interval(
    wanted: BetterWhen, low: float, high: float, standing: Standing
) -> None:
    value = replace(month(1), value=(low + high) / 2, low=low, high=high, n=50)
    assert value.standing(replace(RELIABLE, wanted=wanted, target=90.0)) is standing


def test_what_changed_beyond_comparison_begins_a_line_of_its_own(store: Store) -> None:
    """Once with trends going on, once without; a definition never begins in the time of the one before."""
    store.indicators.add(RELIABLE, OWNERS, by="boss", day=TODAY)
    again = replace(FIRST, since=date(2026, 5, 20), reason="剔除计划停电", comparable=True)
    store.indicators.define("r", again, by="boss", day=TODAY)
    broken = replace(FIRST, since=date(2026, 9, 2), reason="改按用户数", comparable=False)
    changed = store.indicators.define("r", broken, by="boss", day=TODAY)
    assert [changed.line(month(n).period) for n in (4, 5, 8, 9, 12)] == [0, 0, 0, 1, 1]
    assert changed.in_force(month(4).period).reason == "" and changed.in_force(month(5).period).reason == "剔除计划停电"
    assert store.indicators.get("r") == changed
    for since in (date(2026, 9, 30), date(2026, 1, 1)):
        with pytest.raises(IndicatorErrors):
            store.indicators.define("r", replace(broken, since=since), by="boss", day=TODAY)
    with pytest.raises(IndicatorErrors, match="为什么"):
        store.indicators.define("r", replace(broken, since=date(2026, 12, 1), reason=" "), by="boss", day=TODAY)


def test_values_are_entered_changed_and_taken_back_and_the_trail_says_so(store: Store) -> None:
    store.indicators.add(RELIABLE, OWNERS, by="boss", day=TODAY)
    store.indicators.enter("r", {"2026-10": 99.95, "2026-11": 99.97}, by="boss", day=TODAY)
    store.indicators.enter("r", {"2026-10": 99.96}, by="other", day=TODAY)
    store.indicators.take_back("r", "2026-11", by="boss")
    assert store.indicators.entered("r") == {"2026-10": 99.96}
    with pytest.raises(KeyError):
        store.indicators.take_back("r", "2026-11", by="boss")
    said = [line.action for line in store.accounts.audit(9)]
    assert said.count("enter indicator") == 2 and "take back indicator value" in said


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_nothing_of_several_values_is_kept_where_one_is_no_number(store: Store, value: float) -> None:
    store.indicators.add(RELIABLE, OWNERS, by="boss", day=TODAY)
    with pytest.raises(IndicatorErrors):
        store.indicators.enter("r", {"2026-10": 99.9, "2026-11": value}, by="boss", day=TODAY)
    assert store.indicators.entered("r") == {}


def test_two_of_one_name_no_target_of_a_promise_and_an_unknown_owner_are_refused_together(store: Store) -> None:
    store.indicators.add(RELIABLE, OWNERS, by="boss", day=TODAY)
    wrong = replace(RELIABLE, code="other", target=None, promise="不停电", owner="nobody")
    with pytest.raises(IndicatorErrors) as refused:
        store.indicators.add(wrong, OWNERS, by="boss", day=TODAY)
    assert len(refused.value.errors) == 3
    seen = store.indicators.get("r")
    assert seen is not None
    store.indicators.change(replace(seen, target=99.9), OWNERS, by="boss", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        store.indicators.change(replace(seen, name="别的"), OWNERS, by="boss", seen=seen)


def test_a_file_tells_every_bad_row_and_takes_numbers_as_written() -> None:
    of_cases = replace(FIRST, source=IndicatorSource.CASES, about={"customers": "9"})
    counted = replace(RELIABLE, code="c", name="投诉率", definitions=(of_cases,))
    lines = [
        ("供电可靠率", "2026年10月", "99.95%"), ("R", "2026-09", "1,024.5"), ("供电可靠率", "2026-10", "99"),
        ("线损", "2026-10", "3"), ("供电可靠率", "十月", "3"), ("投诉率", "2026-10", "3"),
        ("供电可靠率", "2026-08", "好"), ("供电可靠率", "2026-07", ""), ("", "", ""),
    ]  # fmt: skip
    table = Table(["指标", "期间", "数值"], [Row(n + 2, list(cells)) for n, cells in enumerate(lines)], 1)
    read = values_from(table, {"indicator": 0, "period": 1, "value": 2}, [RELIABLE, counted])
    assert read.values == {"r": {"2026-10": 99.95, "2026-09": 1024.5}}
    assert [each.line for each in read.bad] == [4, 5, 6, 7, 8] and read.without == 1
    missing = values_from(table, {"indicator": 0, "period": 1}, [RELIABLE])
    assert "数值" in str(missing.bad[0].problem)


def cases(store: Store, *answered_after: int | None) -> None:
    """Complaints of 2 November, a Monday, answered after so many days, or not at all."""
    at = datetime(2026, 11, 2, 2, tzinfo=UTC)
    for n, days in enumerate(answered_after):
        case = Case(f"{n:032x}", Source("phone"), "repair", "投诉", "停电", "", at)
        store.cases.receive(case)
        if days is not None:
            day = at + timedelta(days=days)
            store.cases.answer(case, CaseState.ANSWERED, "已处理", day.date(), by="boss", now=day)


def measuring(store: Store, today: date = TODAY) -> StoredIndicators:
    return StoredIndicators(store, gate_of(store), today)


def of(source: IndicatorSource, about: dict[str, str], **changes: object) -> Indicator:
    definition = IndicatorDefinition(date(2026, 10, 1), source, about, "%")
    return replace(RELIABLE, definitions=(definition,), **changes)  # type: ignore[arg-type]


def test_complaints_are_counted_per_ten_thousand_customers_in_the_month_they_came(store: Store) -> None:
    cases(store, 1, 2, 9, None)
    before, now = values_of(of(IndicatorSource.CASES, {"customers": "20000"}), measuring(store))
    assert now.value == 2.0 and now.n == 4 and now.low is not None and now.high is not None
    assert (round(now.low, 3), round(now.high, 3)) == (0.545, 5.121)  # Garwood's: 1.090 and 10.242 for a count of 4
    assert before.value == 0.0 and before.low == 0.0 and not before.unfinished and now.unfinished
    for other in ({"customers": "20000", "category": "建议"}, {"customers": "20000"}):
        department = None if "category" in other else "service"
        values = values_of(of(IndicatorSource.CASES, other, department=department), measuring(store))
        assert [each.value for each in values] == [0.0, 0.0]


def test_cases_answered_in_time_are_a_share_of_those_that_are_decided(store: Store) -> None:
    cases(store, 1, 2, 9, None)
    *_, now = values_of(of(IndicatorSource.CASES_IN_TIME, {}), measuring(store))
    assert now.value == 50.0 and now.n == 4


def test_orders_done_within_their_limit_count_in_the_month_they_end(store: Store) -> None:
    limits = [each.model_copy(update={"limits": {"": 24.0}}) for each in USUAL_STAGES.root]
    store.organisation.set(STAGES, OrderStages(tuple(limits)).model_dump_json())
    for n in range(20):
        begun = datetime(2026, 10, 31, 2, tzinfo=UTC)
        ended = begun + timedelta(hours=20 if n < 15 else 30)
        store.orders.note(f"o{n}", "order.accepted", begun, "repair", "")
        store.orders.note(f"o{n}", "order.resolved", ended, "repair", "")
    october, november = values_of(of(IndicatorSource.ORDERS_IN_TIME, {"stage": "hours_to_resolve"}), measuring(store))
    assert october.value is None and november.value == 75.0 and november.n == 20


@pytest.mark.parametrize("answers", [30, 3])
def test_the_score_of_a_survey_is_followed_by_month_and_by_department(published: Store, answers: int) -> None:
    published.responses.bring_in([submission(n, answers={"csat": 5 if n % 3 else 2}) for n in range(answers)])
    about = {"survey": "power-visit", "figure": "top_two_box", "item": "csat"}
    *_, now = values_of(of(IndicatorSource.ANSWERS, about), measuring(published))
    assert now.n == answers and now.value is not None and round(now.value, 3) == round(100 * 2 / 3, 3)
    *_, other = values_of(of(IndicatorSource.ANSWERS, about, department="service"), measuring(published))
    assert other.value is None and other.why_not is not None
    gone = {**about, "survey": "gone"}
    assert values_of(of(IndicatorSource.ANSWERS, gone), measuring(published))[-1].why_not is not None


@pytest.mark.parametrize("every", [Every.MONTH, Every.QUARTER])
def test_an_anonymous_survey_is_followed_by_its_own_rounds_and_by_none_of_few(
    store: Store, visit: Survey, every: Every
) -> None:
    """No month of a survey by quarters, which could be taken from its quarter; no quarter of four."""
    secret = visit.model_copy(update={"anonymous": True, "rounds": RoundRule(every=Every.QUARTER)})
    store.surveys.save_draft(secret, "service", by="test")
    store.surveys.publish(secret.code, by="test")
    days = [date(2026, 8, 3)] * 12 + [date(2026, 11, 3)] * 4
    store.responses.bring_in([
        submission(n, received_on=day, received_at=None, touchpoint=None, district=None) for n, day in enumerate(days)
    ])
    about = {"survey": "power-visit", "figure": "top_two_box", "item": "csat"}
    definition = IndicatorDefinition(date(2026, 7, 1), IndicatorSource.ANSWERS, about, "%")
    followed = replace(RELIABLE, every=every, definitions=(definition,))
    values = values_of(followed, measuring(store))
    told = [each.n for each in values if each.value is not None]
    assert told == ([12] if every is Every.QUARTER else [])


def test_a_broken_promise_is_one_case_however_often_it_is_looked_at(store: Store) -> None:
    """None while the period runs, none for one that may have been kept, none of an indicator without a promise."""
    promised = replace(RELIABLE, promise="每月供电可靠率不低于 99.96%", department="repair")
    store.indicators.add(promised, OWNERS, by="boss", day=TODAY)
    store.indicators.add(replace(RELIABLE, code="s", name="电压合格率"), OWNERS, by="boss", day=TODAY)
    for code in ("r", "s"):
        store.indicators.enter(code, {"2026-10": 99.5, "2026-11": 99.1}, by="boss", day=TODAY)
    noon = datetime(2026, 11, 30, 4, tzinfo=UTC)
    clock = [noon]
    watch = PromiseWatch(store, gate_of(store), clock=lambda: clock[0])
    assert [watch.look(), watch.look()] == [1, 0]
    assert PromiseWatch(store, gate_of(store), clock=lambda: noon).look() == 0
    [made] = store.cases.all(["repair"])
    assert made.source == Source("promise", "r") and made.owner == "boss"
    assert "99.96%" in made.text and "2026 年 10 月" in made.text and "99.5" in made.text
    clock[0] = noon + timedelta(days=2)
    assert watch.look() == 1, "November is over"


def test_a_promise_is_no_case_where_its_interval_reaches_the_target() -> None:
    values = [replace(month(10), value=95.0, low=90.0, high=99.97, n=40)]
    assert not list(breaches_of(replace(RELIABLE, promise="p"), values))
    assert list(breaches_of(replace(RELIABLE, promise="p"), [replace(values[0], high=99.0)]))
    assert not list(breaches_of(replace(RELIABLE, promise="p", retired_on=TODAY), [replace(values[0], high=99.0)]))
