"""What a manager of a branch sees on the pages: its departments and all below them, and the head that says so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.console.test_console import Open, open_page, sample, words

__all__ = ["open_page", "sample"]  # fixtures

pytestmark = pytest.mark.dated


@pytest.fixture
def branched(sample: Store) -> Store:
    """The department of repairs has that of service below it."""
    departments = {each.code: each for each in sample.organisation.departments()}
    sample.organisation.save([replace(departments["service"], parent="repair")])
    return sample


def test_a_manager_of_a_branch_sees_what_is_below_it_and_nothing_else(branched: Store, open_page: Open) -> None:
    shown = words(open_page(branched, "manager", "collection"))
    assert "城东抢修队" in shown and "城东营业厅" in shown and "城东办电窗口" not in shown
    assert "配网抢修部及下属" in words(open_page(branched, "manager"))
    below = words(open_page(branched, "manager-service", "collection"))
    assert "城东营业厅" in below and "城东抢修队" not in below


def test_results_are_those_of_the_branch_and_can_be_narrowed_to_a_part(branched: Store, open_page: Open) -> None:
    whole = words(open_page(branched, "manager", "results", period="all"))
    assert "只含您负责的部门（配网抢修部及下属）" in whole
    part = words(open_page(branched, "manager", "results", period="all", department="营销服务部"))
    assert "部门：营销服务部" in part and "部门：营销服务部及下属" not in part
    assert amount(part) < amount(whole)
    foreign = words(open_page(branched, "manager", "results", period="all", department="业扩报装部"))
    assert amount(foreign) == amount(whole)


def test_an_administrator_filters_by_a_branch(branched: Store, open_page: Open) -> None:
    shown = words(open_page(branched, "admin", "results", period="all", department="配网抢修部"))
    assert "部门：配网抢修部及下属" in shown
    assert amount(shown) == amount(words(open_page(branched, "manager", "results", period="all")))


def test_who_leads_two_departments_of_one_branch_is_told_of_the_upper_one(branched: Store, open_page: Open) -> None:
    branched.accounts.add("both", "两头", Role.MANAGER, "x", ("repair", "service"), now=utc_now())
    assert "（配网抢修部及下属）" in words(open_page(branched, "both"))


def amount(shown: str) -> int:
    """How many answers the head of a page says."""
    found = re.search(r"(\d[\d,]*) 份答卷", shown)
    assert found, shown[:500]
    return int(found[1].replace(",", ""))
