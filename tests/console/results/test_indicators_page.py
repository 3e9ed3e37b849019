"""The page of indicators and promises: set up, entered, redefined, taken from a file, and seen by whom it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surveys.definition.round_rules import Every
from surveys.improvement.indicators import BetterWhen, Indicator, IndicatorDefinition, IndicatorSource
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated
OWNERS = frozenset({"boss", "head"})


def reliable(**changes: object) -> Indicator:
    since = local_day(utc_now()) - timedelta(days=200)
    definition = IndicatorDefinition(since, IndicatorSource.ENTERED, {}, "%")
    known = Indicator("r", "供电可靠率", BetterWhen.HIGHER, Every.MONTH, (definition,), 99.96, owner="boss")
    return replace(known, **changes)  # type: ignore[arg-type]


def kept(store: Store, *indicators: Indicator) -> Store:
    add_accounts(store)
    for each in indicators:
        store.indicators.add(each, OWNERS, by="boss", day=local_day(utc_now()))
    return store


def test_an_empty_page_says_how_to_begin_and_a_first_indicator_is_set_up(store: Store, open_page: Open) -> None:
    """With a promise its target is asked for; what is wrong is said and nothing is kept."""
    app = open_page(add_accounts(store), "boss", "indicators")
    assert "还没有指标" in words(app) and not app.exception
    name = next(each for each in app.text_input if each.label == "名称")
    name.set_value("供电可靠率")
    next(each for each in app.text_area if "服务承诺" in each.label).set_value("每月不低于 99.96%")
    app.button(key="add indicator").click().run()
    assert "要有目标值" in words(app) and store.indicators.all() == []
    next(each for each in app.text_input if each.label == "目标值（可不填）").set_value("99.96%")
    app.button(key="add indicator").click().run()
    [made] = store.indicators.all()
    assert made.target == 99.96 and made.promise and "已建立" in words(app) and not app.exception
    assert words(app).count("供电可靠率") > 1


def test_a_value_is_entered_once_and_shown_with_its_standing(store: Store, open_page: Open) -> None:
    last_month = local_day(utc_now()).replace(day=1) - timedelta(days=1)
    app = open_page(kept(store, reliable()), "boss", "indicators")
    for written, said in (("好", "不是一个数"), ("99.971", "已登记")):
        period = next(each for each in app.selectbox if each.label == "期间")
        period.set_value(f"{last_month:%Y-%m}")
        next(each for each in app.text_input if each.label.startswith("数值")).set_value(written)
        app.button(key="enter value r").click().run()
        assert said in words(app) and not app.exception
    assert store.indicators.entered("r") == {f"{last_month:%Y-%m}": 99.971}
    shown = words(app)
    assert "99.971%" in shown and "达到目标" in shown


def test_a_manager_sees_what_is_everybodys_and_their_own_and_keeps_their_own_alone(
    store: Store, open_page: Open
) -> None:
    own = reliable(code="o", name="抢修及时率", department="repair")
    other = reliable(code="x", name="营业厅客流", department="service")
    shown = open_page(kept(store, reliable(), own, other), "head", "indicators", indicator="o")
    said = words(shown)
    assert "供电可靠率" in said and "抢修及时率" in said and "营业厅客流" not in said
    assert [each for each in shown.button if each.key == "enter value o"]
    whole = open_page(store, "head", "indicators", indicator="r")
    assert not [each for each in whole.button if each.key in ("enter value r", "save r")]
    elsewhere = words(open_page(store, "head", "indicators", indicator="x"))
    assert "营业厅客流" not in elsewhere


def test_another_definition_breaks_the_line_and_says_why(store: Store, open_page: Open) -> None:
    app = open_page(kept(store, reliable()), "boss", "indicators")
    app.button(key="redefine r now").click().run()
    assert "为什么改口径" in words(app) and len(store.indicators.all()[0].definitions) == 1
    next(each for each in app.text_area if each.label == "为什么改、改了什么").set_value("剔除计划停电")
    app.button(key="redefine r now").click().run()
    assert "新口径已保存" in words(app) and not app.exception
    [changed] = store.indicators.all()
    assert [each.comparable for each in changed.definitions] == [True, False]
    assert "不可比，另起一条线" in words(app) and "剔除计划停电" in words(app)


def test_what_is_followed_no_longer_keeps_its_values_and_comes_back(store: Store, open_page: Open) -> None:
    kept(store, reliable())
    store.indicators.enter("r", {"2026-10": 99.9}, by="boss", day=local_day(utc_now()))
    app = open_page(store, "boss", "indicators")
    app.button(key="retire indicator r").click().run()
    assert store.indicators.all()[0].retired_on is not None and store.indicators.entered("r")
    assert "没有这样的指标" in words(app)
    app = open_page(store, "boss", "indicators", kind="retired")
    app.button(key="retire indicator r").click().run()
    assert store.indicators.all()[0].retired_on is None


@pytest.mark.parametrize("name", ["voice", "hand"])
def test_who_plans_nothing_has_no_such_page(store: Store, open_page: Open, name: str) -> None:
    assert "供电可靠率" not in words(open_page(kept(store, reliable()), name, "indicators"))
