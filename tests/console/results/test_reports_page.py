"""The page of reports: choices in the address, the message, files taken and written down, what goes out regularly."""

from __future__ import annotations

import pytest

from analysis.reports.formats import REPORT_FORMATS
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, sample, words

__all__ = ["open_page", "sample"]
pytestmark = pytest.mark.dated


def test_a_report_stands_on_its_page_with_a_button_for_each_format(sample: Store, open_page: Open) -> None:
    """The message first, and what is in it."""
    app = open_page(sample, "admin", "reports", survey="power-visit", report="summary", when="90")
    told = words(app)
    assert not app.exception
    assert "管理摘要 · 供电服务回访" in told
    assert "95% 区间" in told
    assert "内容：总体情况" in told
    keys = {str(each.key) for each in app.get("download_button")}
    assert {f"take report {ending}" for ending in REPORT_FORMATS} <= keys


def test_a_manager_is_offered_own_units_alone(sample: Store, open_page: Open) -> None:
    """And a link to another one is doubted, not followed."""
    own = open_page(sample, "manager", "reports", survey="power-visit", report="branch", when="90")
    assert not own.exception
    assert set(own.selectbox(key="unit").options) == {"配网抢修部"}
    other = open_page(sample, "manager", "reports", survey="power-visit", report="branch", when="90", unit="service")
    assert "营销服务部" not in words(other)


def test_a_regular_report_is_arranged_and_ended(sample: Store, open_page: Open) -> None:
    """For those who may see results, from the next turn on."""
    app = open_page(sample, "admin", "reports", survey="power-visit", report="summary", when="90")
    app.multiselect(key="schedule readers").select("manager")
    next(each for each in app.button if "安排" in str(each.label)).click().run()
    [kept] = sample.report_schedules.all()
    assert (kept.kind, kept.readers, bool(kept.told)) == ("summary", ("manager",), True)
    again = open_page(sample, "admin", "reports", survey="power-visit", report="summary", when="90")
    again.button(key=f"end schedule {kept.code}").click().run()
    assert not sample.report_schedules.all()


def test_nobody_has_answered_anything_yet(store: Store, open_page: Open) -> None:
    """The page of an empty database says so."""
    assert "还没有发布过问卷" in words(open_page(add_accounts(store), "boss", "reports"))


def test_a_customer_is_looked_for_among_ones_own(sample: Store, open_page: Open) -> None:
    """Whoever finds nobody is told so."""
    app = open_page(sample, "admin", "reports", survey="power-visit", report="key-account", find="没有这个人")
    assert not app.exception
    assert "没有找到" in words(app)
