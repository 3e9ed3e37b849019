"""Branches, periods, rounds, segments and saved views beside each other on one page; nothing leaks by it."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from analysis.released.gate import gate_of
from surveys.accounts.saved_views import SavedView
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from tests.attacks.test_views_across_pages import SURVEY, Overheard, answer, asked_monthly
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["asked_monthly", "open_page"]
pytestmark = pytest.mark.dated


@pytest.fixture
def answered(published: Store) -> Store:
    """Two departments in two months: in the hall it got worse."""
    published.organisation.save([Department("hall", "营业厅")])
    add_accounts(published)
    today = local_day(utc_now()).replace(day=1)
    months = [(today - timedelta(days=each)).replace(day=10) for each in (3, 40)]
    for place, (department, day, score) in enumerate(
        [("repair", months[0], 5), ("repair", months[1], 5), ("hall", months[0], 2), ("hall", months[1], 5)]
    ):
        published.responses.bring_in([_one(place * 100 + n, department, day, score) for n in range(30)])
    return published


def _one(number: int, department: str, day: date, score: int) -> object:
    scores = {"csat": max(1, score - (number % 5 == 0)), "nps": 2 * score - number % 2}
    return submission(number, department=department, received_on=day, received_at=None, touchpoint=None, answers=scores)


def compared(open_page: Open, store: Store, name: str, **query: str) -> str:
    return words(open_page(store, name, "analysis", survey=SURVEY, part="compare", **query))


def test_two_branches_are_tested_and_told_apart(answered: Store, open_page: Open) -> None:
    """The better one has the letter of the other; the pair is told with its interval."""
    shown = compared(open_page, answered, "boss", versus="department", period="all")
    assert "营业厅" in shown and "有明显差别" in shown and "两两比较" in shown
    assert "95% 区间" in shown and "n=60" in shown


def test_periods_are_offered_by_what_has_answers(answered: Store, open_page: Open) -> None:
    """Months, quarters and years; a month within a chosen year shares its answers and is not tested."""
    today = local_day(utc_now()).replace(day=1)
    month = (today - timedelta(days=3)).strftime("%Y-%m")
    other = (today - timedelta(days=40)).strftime("%Y-%m")
    shown = compared(open_page, answered, "boss", versus="period", sides=f"{month},{other}", period="all")
    assert month in shown and "n=60" in shown and "共同的答卷" not in shown
    year = month[:4]
    shown = compared(open_page, answered, "boss", versus="period", sides=f"{year},{month}", period="all")
    assert "有共同的答卷，不作检验" in shown


def test_any_two_saved_views_can_be_compared(answered: Store, open_page: Open) -> None:
    """Also a branch in one month with another in another; what a reader may not see is not among them."""
    month = (local_day(utc_now()).replace(day=1) - timedelta(days=3)).replace(day=1)
    span = {"period": "custom", "from": str(month), "to": str(month.replace(day=28)), "survey": SURVEY}
    for name, department in (("厅", "营业厅"), ("修", "抢修")):
        named = {each.name: each.code for each in answered.organisation.departments()}
        there = next((each for each in named if department in each), department)
        answered.saved_views.keep(SavedView(name, "results", span | {"department": there}, shared_with=""), by="boss")
    shown = compared(open_page, answered, "boss", versus="view", period="all")
    assert "有明显差别" in shown and "n=30" in shown
    whole = SavedView("全部", "results", {"survey": SURVEY, "period": "all"}, shared_with="")
    answered.saved_views.keep(whole, by="boss")
    app = open_page(answered, "head", "analysis", survey=SURVEY, part="compare", versus="view", period="all")
    box = next(each for each in app.multiselect if each.key == "sides")
    assert "厅" not in box.options and "修" in box.options
    assert "n=120" not in words(app) and "n=60" in words(app), "all is all of their own"


def test_an_empty_survey_says_what_is_needed(published: Store, open_page: Open) -> None:
    add_accounts(published)
    assert not open_page(published, "boss", "analysis", survey=SURVEY, part="compare").exception
    published.responses.bring_in([submission(1)])
    assert "没有可以对比的" in compared(open_page, published, "boss", period="all")


def test_comparisons_of_an_anonymous_survey_tell_nothing_of_few(
    asked_monthly: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An enemy's test: random pairs of rounds and departments, by three accounts; no sum of few comes out of them."""
    chance, overheard = random.Random(23), Overheard(monkeypatch)
    answer(asked_monthly, chance, 0, 44)
    found = gate_of(asked_monthly).answers(asked_monthly.surveys.get(SURVEY))
    sides = {"round": found.rounds(), "department": [*"abc", "top", "top/*", "a/*"]}
    shown = list[str]()
    for account in ("boss", "chief", "lead"):
        for kind, known in [*sides.items()] * 3:
            pair = ",".join(chance.sample(known, min(2, len(known))))
            shown.append(compared(open_page, asked_monthly, account, versus=kind, sides=pair))
    assert any("n=" in each for each in shown), "something is shown at all"
    for kind in ("period", "view", "channel", "context.crew", "touchpoint"):
        app = open_page(asked_monthly, "boss", "analysis", survey=SURVEY, part="compare", versus=kind, sides="2026")
        assert set(app.selectbox(key="versus").options) <= {"部门", "轮次"} and not app.exception
    assert len(overheard.figures) > 3 and overheard.small_groups() == []


def test_a_manager_never_sees_another_branch(answered: Store, open_page: Open) -> None:
    """Random addresses with names of what is not theirs: only their own answers are counted."""
    answered.accounts.add("near", "near", Role.MANAGER, "no password", ("repair",), now=utc_now())
    chance = random.Random(5)
    for _look in range(12):
        kind = chance.choice(["department", "period", "channel", "view", "district"])
        shown = compared(open_page, answered, "near", versus=kind, sides=",".join(chance.sample(
            ["营业厅", "hall", "repair", "2026", "2026-10", "1", "link"], 2)), period="all")  # fmt: skip
        assert "营业厅" not in shown.replace("sides=", "").partition("xs-table")[2], "no column of theirs"
        assert "n=120" not in shown and "n=90" not in shown
