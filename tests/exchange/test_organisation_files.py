"""Departments, touchpoints and accounts from files: what is new, changed or refused; twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from surveys.accounts import password_fits
from surveys.exchange.organisation.departments import departments_from
from surveys.exchange.organisation.lines import Line, RowState, UnfitTable, made_code
from surveys.exchange.organisation.places_and_accounts import accounts_from, touchpoints_from
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role
from surveys.storage import Store
from surveys.tables import opened_bytes
from tests.console.test_console import Open, add_accounts, open_page, words, words_of_errors
from tests.support.exchange_files import OldError, old_workbook, workbook

__all__ = ["open_page"]  # a fixture

SERVICE, REPAIR = Department("service", "营销部"), Department("repair", "抢修部")
BOTH = (SERVICE, REPAIR)


def read(text: str, how: Callable[..., Sequence[Line[Any]]], *rest: object) -> list[tuple[str, object]]:
    """State and thing, or reason, of each row."""
    with opened_bytes(text.encode()) as table:
        return [(each.state.value, each.one or str(each.reason)) for each in how(table, *rest)]


def test_codes_are_made_and_names_are_known_again() -> None:
    """The code that a later row brings is not given away before."""
    found = read("名称,代号\n营销部,\n客服部,\n物资部,\n安监部,d001\n", departments_from, BOTH)
    assert found == [
        ("same", SERVICE), ("new", Department("d002", "客服部")), ("new", Department("d003", "物资部")),
        ("new", Department("d001", "安监部")),
    ]  # fmt: skip


def test_the_same_file_twice_adds_nothing() -> None:
    text = "名称\n客服部\n物资部\n"
    with opened_bytes(text.encode()) as table:
        first = [each.one for each in departments_from(table, BOTH) if each.one]
    assert {state for state, _ in read(text, departments_from, [*BOTH, *first])} == {"same"}


def test_a_name_under_a_known_code_is_a_change() -> None:
    assert read("code,name\nrepair,运维部\n", departments_from, BOTH) == [("changed", Department("repair", "运维部"))]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,Not A Code", "代号用小写字母开头"), ("客服部,\n客服部,", "文件里前面已有"), (",d001", "没有填写名称"),
        ("长" * 61 + ",", "超过 60 个字"), ("\u200b,d001", "没有填写名称"),
    ],
    ids=["no code", "twice", "no name", "too long", "unseen name"],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why(row: str, reason: str) -> None:
    state, why = read(f"名称,代号\n{row}\n", departments_from, BOTH)[-1]
    assert state == "refused" and reason in str(why)


def test_touchpoints_find_their_department_by_name_or_code() -> None:
    known = [Touchpoint("hall", "城东厅", "service", "城东")]
    text = "名称,部门,区域\n城东厅,营销部,城东\n城西厅,SERVICE,城西\n抢修队,抢修部,\n城东厅,抢修部,\n无主,没有的部,\n"
    found = read(text, touchpoints_from, known, BOTH)
    assert found[:4] == [
        ("same", known[0]), ("new", Touchpoint("t001", "城西厅", "service", "城西")),
        ("new", Touchpoint("t002", "抢修队", "repair")), ("new", Touchpoint("t003", "城东厅", "repair")),
    ]  # fmt: skip
    assert "没有部门“没有的部”" in str(found[4][1])


def test_a_table_without_the_needed_columns_is_refused() -> None:
    with pytest.raises(UnfitTable) as refused:
        read("甲,乙\n1,2\n", touchpoints_from, [], BOTH)
    assert "名称、部门" in str(refused.value.args[0])


def test_accounts_by_file(store: Store) -> None:
    add_accounts(store)
    text = (
        "用户名,姓名,角色,部门\nli,李明,部门管理者,抢修部、营销部\nzhou,周,员工,\nboss,boss name,员工,\n"
        "wu,吴,管家,\nhead,新名,manager,repair\nx y,坏,员工,\nsun,孙,部门管理者,\nboss,boss name,admin,\n"
    )
    found = read(text, accounts_from, store.accounts.all(), BOTH, "boss")
    states = [state for state, _ in found]
    assert states == ["new", "new", "refused", "refused", "changed", "refused", "refused", "same"]
    assert getattr(found[0][1], "departments") == ("repair", "service")  # noqa: B009


def test_codes_never_run_out() -> None:
    assert made_code("d", {f"d{n:03}" for n in range(1, 1000)}) == "d1000"
    assert made_code("d", set()) == "d001"


def test_departments_come_in_on_the_page(store: Store, open_page: Open) -> None:
    """A look at it first; then all at once, written down."""
    add_accounts(store)
    app = open_page(store, "boss", "organisation")
    app.file_uploader(key="file departments").upload("部门.csv", "名称\n客服部\n<b>物资部\n".encode()).run()
    assert len(store.organisation.departments()) == 2 and "客服部" in words(app)
    app.button(key="bring departments").click().run()
    assert [each.code for each in store.organisation.departments()] == ["d001", "d002", "repair", "service"]
    line = store.accounts.audit(1)[0]
    assert (line.account, line.action, line.detail) == ("boss", "import departments", "2 departments")


def test_accounts_come_in_with_passwords_shown_once(store: Store, open_page: Open) -> None:
    """Kept as hashes alone, and gone from the page with the next click."""
    add_accounts(store)
    app = open_page(store, "boss", "accounts", tab="file")
    app.file_uploader(key="file accounts").upload("账号.csv", "用户名,姓名,角色\nli,李明,员工\n".encode()).run()
    app.button(key="bring accounts").click().run()
    shown = words(app)
    li = store.accounts.named("li")
    assert li is not None and li.role is Role.STAFF and "初始密码" in shown
    candidates = [part for part in shown.replace("<", " ").replace(">", " ").split() if len(part) == 12]
    assert any(password_fits(li, each) for each in candidates), "what is shown signs in"
    assert not any(each in str(store.accounts.audit()) for each in candidates if password_fits(li, each))
    app.run()
    assert "初始密码只显示这一次" not in words(app)


def test_a_file_that_is_no_table_is_told(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "organisation")
    app.file_uploader(key="file departments").upload("部门.xlsx", b"PK\x03\x04broken").run()
    assert "不是完整的" in words_of_errors(app)


def test_a_single_department_needs_no_code(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "organisation")
    next(each for each in app.text_input if each.label == "名称").set_value("客服部")
    app.button(key="save department ").click().run()
    assert Department("d001", "客服部") in store.organisation.departments()


def test_states_have_words() -> None:
    from surveys.console.administration.organisation_import import _STATES

    assert set(_STATES) == set(RowState)


@pytest.mark.parametrize("how", ["csv", "xlsx", "xls"])
def test_an_error_of_a_formula_is_no_department(how: str) -> None:
    """Told in its row, in whatever file; one in a column that isn't wanted harms nobody."""
    table: list[list[Any]] = [["名称", "代号", "备注"], ["#N/A", "", ""], ["客服部", "", "#N/A"]]
    old = [[OldError(0x2A) if cell == "#N/A" else cell for cell in row] for row in table]
    text = "\n".join(",".join(row) for row in table)
    content = {"csv": text.encode(), "xlsx": workbook(一=table), "xls": old_workbook(一=old)}[how]
    with opened_bytes(content) as opened:
        lines = departments_from(opened, BOTH)
    assert [each.state for each in lines] == [RowState.REFUSED, RowState.NEW]
    assert "名称" in str(lines[0].reason) and "#N/A" in str(lines[0].reason)


# The tree of departments

BRANCH = "名称,上级部门,代号\n河口站,城东供电所,outpost\n城东供电所,市公司,east\n市公司,,city\n"


def test_parents_are_found_by_name_or_code_in_any_order() -> None:
    found = read(BRANCH + "城西供电所,CITY,west\n", departments_from, [])
    assert [each[1] for each in found] == [
        Department("outpost", "河口站", "east"), Department("east", "城东供电所", "city"), Department("city", "市公司"),
        Department("west", "城西供电所", "city"),
    ]  # fmt: skip


def test_without_a_column_of_parents_the_tree_stays_and_an_empty_cell_is_the_top() -> None:
    known = [SERVICE, Department("repair", "抢修部", "service")]
    assert read("名称\n抢修部\n", departments_from, known) == [("same", known[1])]
    assert read("名称,上级部门\n抢修部,\n", departments_from, known) == [("changed", REPAIR)]


def test_parents_that_cannot_be_are_refused_by_line() -> None:
    """Unknown, twice, below a line that is refused, and round in a circle; the rest comes in."""
    found = read("name,parent\nA,B\nB,C\nC,A\n", departments_from, [])
    assert [state for state, _ in found] == ["refused"] * 3 and "A → B → C → A" in str(found[0][1])
    below = read("name,parent,code\n甲,没有的,a\n乙,a,b\n丙,,c\n", departments_from, [])
    assert [state for state, _ in below] == ["refused", "refused", "new"]
    assert "没有上级部门“没有的”" in str(below[0][1])
    two = read("名称,上级部门\n客服部,营销部\n", departments_from, [SERVICE, Department("other", "营销部")])
    assert two[0][0] == "refused" and "不止一个，请写代号" in str(two[0][1])
    own = read("名称,上级部门\n营销部,抢修部\n", departments_from, [SERVICE, Department("repair", "抢修部", "service")])
    assert own[0][0] == "refused" and "营销部 → 抢修部 → 营销部" in str(own[0][1])


def test_the_page_brings_a_tree_and_shows_it(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "organisation")
    app.file_uploader(key="file departments").upload("tree.csv", BRANCH.encode()).run()
    app.button(key="bring departments").click().run()
    assert not app.exception
    kept = {each.code: each.parent for each in store.organisation.departments()}
    assert kept["outpost"] == "east" and kept["east"] == "city" and kept["city"] is None
    shown = words(open_page(store, "boss", "organisation"))
    assert shown.index("市公司") < shown.index("└ 城东供电所") < shown.index("\u2003└ 河口站")
