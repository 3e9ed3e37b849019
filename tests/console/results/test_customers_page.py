"""The page of customers analysed: figures of own files below one's level alone, each tab, and nothing to analyse."""

from __future__ import annotations

import pytest

from surveys.people.contact import Contact, Secrecy
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated
TABS = ("profile", "statistics", "trend", "association", "key")


def customer(number: int, **more: object) -> Contact:
    """Twelve of repair, eight of service; of three regions."""
    months = {f"用电量2026-0{month}": float(100 * number + 10 * month) for month in range(1, 7)}
    return Contact(
        f"c{number:02}", f"王测试{number}", customer_number=f"33010000{number:04}",
        department="repair" if number <= 12 else "service", tier="A" if number % 2 else "B",
        who={"地区": ("城东", "城西", "城北")[number % 3], "地址": f"文三路 {number} 号"},
        does={"开户日期": f"2026-{1 + number % 9:02}-15", "产品": "光伏" if number % 2 else "普通"},
        worth={"电费": float(number), **months}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def full(store: Store) -> Store:
    files = [customer(number) for number in range(1, 21)]
    closed = customer(21, secrecy=Secrecy.TOP)
    closed = Contact(**{**vars(closed), "tier": "绝密级客户", "who": {"地区": "某基地"}, "department": "repair"})
    store.contacts.keep([*files, closed], by="test")
    return add_accounts(store)


@pytest.mark.parametrize(("name", "count"), [("boss", 21), ("maker", 20), ("head", 12)])
def test_figures_are_of_own_files_below_the_own_level(full: Store, open_page: Open, name: str, count: int) -> None:
    """In every tab: neither the number nor a word of another file; nor a name or an address of anyone."""
    for tab in TABS:
        app = open_page(full, name, "customers", tab=tab)
        shown = words(app) + "".join(str(each.options) for each in app.selectbox)
        assert f"来自 {count} 份" in shown
        assert "王测试1" not in shown and "文三路" not in shown
        assert ("某基地" in shown) is (name == "boss") and ("绝密级客户" in shown) is (name == "boss")


def test_the_statistics_say_how_few_make_most(full: Store, open_page: Open) -> None:
    """Of 1 … 12 the seven largest make 63 of 78, which is the first share of at least 80 %."""
    shown = words(open_page(full, "head", "customers", tab="statistics", amount="worth.电费"))
    assert "最大的 7 位客户（占 58.3%）合计占电费的 80.8%；n=12，合计 78" in shown


def test_filters_stand_in_the_address(full: Store, open_page: Open) -> None:
    """Odd numbers are of tier A; those of the east of them are 3, 9 and 15."""
    app = open_page(full, "maker", "customers", tier="A", region="城东")
    assert "来自 3 份" in words(app)


def test_the_trend_says_what_is_to_come(full: Store, open_page: Open) -> None:
    shown = words(open_page(full, "head", "customers", tab="trend", series="用电量 M"))
    assert "预计上升" in shown and "2026-07" in shown and "预测 8,640" in shown.replace("8640", "8,640")


def test_what_goes_with_what_is_told_in_sentences(full: Store, open_page: Open) -> None:
    shown = words(open_page(full, "maker", "customers", tab="association"))
    assert "“客户等级”与“产品”有关，关联较强" in shown


def test_a_key_account_is_compared_and_what_is_missing_is_named(full: Store, open_page: Open) -> None:
    shown = words(open_page(full, "head", "customers", tab="key"))
    assert "占全部的份额" in shown and "光伏" not in shown.split("同级其他客户")[0]
    assert all(f"列名含“{name}”" in shown for name in ("毛利", "期望", "价格敏感", "信用"))


def test_without_files_the_page_says_how_to_bring_them(store: Store, open_page: Open) -> None:
    assert "没有可以分析的客户档案" in words(open_page(add_accounts(store), "boss", "customers"))


def test_it_is_not_for_those_who_keep_no_files(full: Store, open_page: Open) -> None:
    assert "客户分析" not in [title.value for title in open_page(full, "voice", "customers").title]


def test_summaries_and_choices_of_files_leave_out_what_is_above_the_level(full: Store, open_page: Open) -> None:
    """A designer sees the tiers of twenty files given, and no tier that only a closer file has."""
    app = open_page(full, "maker", "people")
    assert all("绝密级客户" not in each.options for each in app.selectbox)
    app = open_page(full, "boss", "people")
    assert any("绝密级客户" in each.options for each in app.selectbox)
