"""The smallest groups of anonymous surveys: one definition, raised for everyone, never lowered, never subtractable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.released.batches import release
from surveys import anonymity
from surveys.anonymity import MINIMUM_COMMENTS, MINIMUM_GROUP, Minimums, NotHigher, minimums, minimums_from
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from tests.console.test_console import Open, add_accounts, open_page, sample, words, words_of_errors
from tests.house.test_import_rules import ROOT

__all__ = ["open_page", "sample"]  # fixtures

DAY = date(2026, 11, 22)


@pytest.fixture
def followed(sample: Store) -> Iterator[Store]:
    anonymity.follow(sample.organisation.minimums)
    yield sample
    anonymity.follow(Minimums)


@pytest.mark.parametrize(
    ("group", "comments"),
    [(4, 10), (8, 9), (0, 0), (-1, 12), (13, 12), (101, 101), (7, 12)],
    ids=[
        "under what is built in",
        "comments under it",
        "nothing",
        "negative",
        "comments of fewer",
        "too many",
        "lower",
    ],
)
def test_minimums_are_only_raised(store: Store, group: int, comments: int) -> None:
    """And comments never of fewer people than figures."""
    store.organisation.raise_minimums(8, 12, since=DAY, by="a")
    with pytest.raises(NotHigher):
        store.organisation.raise_minimums(group, comments, since=DAY, by="a")
    present = store.organisation.minimums()
    assert (present.group, present.comments) == (8, 12)
    assert [each.detail for each in store.accounts.audit(9)] == ["group 8, comments 12"]


def test_nothing_kept_asks_for_less_than_is_built_in() -> None:
    """Not even a setting that somebody wrote into the file."""
    low = minimums_from('[["2026-01-01", 1, 1]]')
    assert (low.group, low.comments, low.group_on(DAY)) == (MINIMUM_GROUP, MINIMUM_COMMENTS, MINIMUM_GROUP)
    assert minimums_from(None) == minimums_from("") == Minimums()


def test_the_second_to_raise_is_told(store: Store) -> None:
    seen = store.organisation.minimums()
    store.organisation.raise_minimums(6, 10, since=DAY, by="a")
    with pytest.raises(ChangedMeanwhile):
        store.organisation.raise_minimums(7, 10, seen=seen, since=DAY, by="b")


@given(some.lists(some.integers(0, 6), min_size=2, max_size=20), some.integers(0, 19), some.integers(6, 12))
def test_no_two_views_differ_by_a_small_group(counts: list[int], raised_on: int, group: int) -> None:
    """Whoever looks every day, also over the day of a raise, never sees fewer than the minimum come or go."""
    days = [DAY + timedelta(days=n) for n in range(len(counts))]
    answers = pd.DataFrame({"day": pd.to_datetime([d for d, n in zip(days, counts, strict=True) for _ in range(n)])})
    answers["department"] = "repair"
    since, before = DAY + timedelta(days=raised_on), 0
    for today in [*days[1:], days[-1] + timedelta(days=1)]:
        past = answers[answers["day"] < pd.Timestamp(today)]
        if past.empty:
            continue
        asked = Minimums().raised(group, 20, since) if today >= since else Minimums()
        now = len(release(past, pd.Timestamp(today), asked))
        assert now == before or now - before >= MINIMUM_GROUP
        before = now


def test_a_raise_holds_on_every_page_of_an_anonymous_survey(followed: Store, open_page: Open) -> None:
    """The sample has some forty answers about departments: enough for 5, too few for 100."""
    shown = {page: words(open_page(followed, "admin", page, survey="department-review")) for page in PAGES}
    assert not any("为保护匿名暂不显示" in each for each in shown.values())
    followed.organisation.raise_minimums(100, 100, since=DAY, by="admin")
    assert minimums().group == 100
    for page in PAGES:
        after = words(open_page(followed, "admin", page, survey="department-review"))
        assert after != shown[page] and "100" in after, page


PAGES = ("results", "comments")


def test_withheld_comments_name_the_minimum_that_holds(
    sample: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raised for days to come, so that the same answers count as before."""
    monkeypatch.setattr(anonymity, "_read", lambda: Minimums().raised(5, 99, date.max))
    assert "不足 99 人" in words(open_page(sample, "admin", "comments", survey="department-review"))


def test_the_minimums_are_raised_on_the_page(store: Store, open_page: Open) -> None:
    """After saying that one knows it can't be undone."""
    add_accounts(store)
    app = open_page(store, "boss", "settings", tab="groups")
    next(each for each in app.number_input if "得分" in each.label).set_value(8)
    app.button(key="save minimums").click().run()
    assert "请先勾选" in words_of_errors(app)
    next(each for each in app.checkbox if "不能再调低" in each.label).check()
    app.button(key="save minimums").click().run()
    assert store.organisation.minimums().group == 8
    assert next(each for each in app.number_input if "得分" in each.label).min == 8


def test_the_smallest_group_is_written_down_once() -> None:
    """Whoever shows something asks `minimums`; a page with a number of its own would not hear of a raise."""
    pages = [*(ROOT / "analysis" / "pages").rglob("*.py"), *(ROOT / "surveys").rglob("*.py")]
    own = re.compile(r"MINIMUM_(SCORES|COMMENTS|GROUP)")
    found = {str(path.relative_to(ROOT)) for path in pages if own.search(path.read_text("utf-8"))}
    assert found == {"surveys/anonymity.py", "surveys/console/administration/settings/minimum_groups.py"}
    assert "minimum: int = MINIMUM_GROUP" in (ROOT / "analysis" / "monitoring" / "trends.py").read_text("utf-8")
