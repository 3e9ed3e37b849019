"""A page that counts nothing for this person says what it looked at, and not that nobody opened the survey."""

from __future__ import annotations

import pytest

from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.console.test_console import Open, open_page, sample, words

__all__ = ["open_page", "sample"]  # fixtures

pytestmark = pytest.mark.dated

PAGES = ["collection", "reconciliation"]
NOBODY = "还没有人打开这份问卷"


@pytest.mark.parametrize("page", PAGES)
def test_a_survey_for_staff_is_not_called_unopened_to_who_sees_own_departments(sample, open_page: Open, page: str):
    """It has answers, which no touchpoint counts; the administrator sees the counts, a manager why there are none."""
    assert sample.responses.amount("department-review") > 0
    seen = words(open_page(sample, "manager", page, survey="department-review"))
    assert "员工问卷的次数不分部门" in seen and NOBODY not in seen
    whole = words(open_page(sample, "admin", page, survey="department-review"))
    assert "员工问卷的次数不分部门" not in whole and NOBODY not in whole


@pytest.mark.parametrize("page", PAGES)
def test_a_customer_survey_is_called_unopened_at_the_own_touchpoints_alone(
    published: Store, open_page: Open, page: str
):
    """Who sees own departments is told nothing of the touchpoints of others."""
    published.accounts.add("boss", "Boss", Role.ADMIN, "no password", now=utc_now())
    published.accounts.add("head", "Head", Role.MANAGER, "no password", ("service",), now=utc_now())
    assert "您负责的触点还没有人打开这份问卷" in words(open_page(published, "head", page))
    whole = words(open_page(published, "boss", page))
    assert NOBODY in whole and "您负责的触点" not in whole
