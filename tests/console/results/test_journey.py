"""The journey of a key account: what happened in time, for who may open the file, written down when it is opened."""

from __future__ import annotations

import pytest

from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.results.test_customers_page import full
from tests.console.test_console import Open, open_page, words

__all__ = ["full", "open_page"]
pytestmark = pytest.mark.dated


@pytest.fixture
def told(full: Store, published: Store) -> Store:
    """Two answers of the largest customer of repair: one given to repair, one to a department that head can't see."""
    day = local_day(utc_now())
    published.responses.append([
        submission(1, contact="c12", department="repair", received_on=day, answers={"csat": 2, "comment": "停电太久"}),
        submission(2, contact="c12", department="service", received_on=day, answers={"csat": 1, "comment": "别处的话"}),
    ])  # fmt: skip
    return published


def test_it_is_opened_by_a_press_and_holds_what_the_reader_may_see(told: Store, open_page: Open) -> None:
    app = open_page(told, "head", "customers", tab="key", account="c12")
    assert "停电太久" not in words(app) and "open contact" not in [each.action for each in told.accounts.audit(3)]
    next(each for each in app.button if str(each.key).startswith("open journey")).click()
    shown = words(app.run())
    assert "停电太久" in shown and "别处的话" not in shown and "王测试12" in shown
    assert "open contact" in [each.action for each in told.accounts.audit(3)]


def test_a_file_that_is_not_ones_own_stays_shut(told: Store, open_page: Open) -> None:
    """By its address another customer is opened, never that one."""
    app = open_page(told, "head", "customers", tab="key", account="c20")
    next(each for each in app.button if str(each.key).startswith("open journey")).click()
    assert "王测试20" not in words(app.run())
