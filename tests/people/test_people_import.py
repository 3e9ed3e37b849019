"""People come in from a file: each row checked, known again, kept once; what is left out is reported."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from surveys.command_line import main
from surveys.exchange.people.contact_columns import UnfitColumns, assert_fit, usual_targets
from surveys.exchange.people.contact_import import ContactImportSummary, SamePhone, Terms, import_people
from surveys.exchange.rejections import RejectedRow
from surveys.people.contact import Contact, Secrecy
from surveys.people.visibility import PeopleRules, Sight
from surveys.storage import Store
from surveys.tables import opened_table
from tests.support.exchange_files import OldError, old_workbook

TODAY = date(2026, 11, 25)
HEADER = "户号,姓名,手机号,邮箱,部门,密级,who.用电类别,worth.年电费"
GOOD = [
    "1001,王建国,138 1234 5678,wang@example.com,配网抢修部,,居民,\"1,200.50\"",
    "1002,杭州水泵厂,0571-87654321,,service,机密,工业,88000元",
    ",李娜,13900000001,,repair,,居民,",
]  # fmt: skip


def terms(store: Store, **changes: object) -> Terms:
    sight = changes.pop("sight", Sight(None, Secrecy.TOP, plain=True))
    return Terms(store.organisation.departments(), sight, PeopleRules(), TODAY, **changes)  # type: ignore[arg-type]


def bring(
    store: Store, path: Path, text: str | bytes, **changes: object
) -> tuple[ContactImportSummary, list[RejectedRow]]:  # fmt: skip
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    rejected: list[RejectedRow] = []
    with opened_table(path) as table:
        summary = import_people(
            store.contacts, lambda made, seen: store.contacts.keep(made, seen, by="test"),
            usual_targets(table.header), table, terms(store, **changes), rejected.append,
        )  # fmt: skip
    return summary, rejected


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def everyone(store: Store) -> dict[str, Contact]:
    return {each.name: each for each in store.contacts.all()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def test_a_file_fills_every_field(store: Store, path: Path) -> None:
    """Numbers in one writing, departments by name or code, attributes of their kinds, a level with its last day."""
    assert bring(store, path, rows(*GOOD))[0] == ContactImportSummary(added=3)
    wang, works = everyone(store)["王建国"], everyone(store)["杭州水泵厂"]
    assert (wang.phone, wang.department, wang.worth["年电费"]) == ("13812345678", "repair", 1200.5)
    assert (works.secrecy, works.secrecy_until) == (Secrecy.CONFIDENTIAL, date(2046, 11, 24))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_importing_again_changes_nothing(store: Store, path: Path, encoding: str) -> None:
    """In whatever encoding it comes; the files count as no fresher, either."""
    bring(store, path, rows(*GOOD))
    before = everyone(store)
    assert bring(store, path, rows(*GOOD).encode(encoding)) == (ContactImportSummary(unchanged=3), [])
    assert everyone(store) == before


def test_a_later_file_changes_what_it_says_and_leaves_the_rest(store: Store, path: Path) -> None:
    """An empty cell is no wish to forget; someone first known by phone alone gets a number."""
    bring(store, path, rows(*GOOD))
    summary, _ = bring(store, path, rows("1001,王建国,13812345679,,,,,", "1003,李娜,13900000001,,,,商业,"))
    assert summary == ContactImportSummary(changed=2) and store.contacts.amount() == 3
    wang, li = everyone(store)["王建国"], everyone(store)["李娜"]
    assert (wang.phone, wang.email, wang.who) == ("13812345679", "wang@example.com", {"用电类别": "居民"})
    assert (li.customer_number, li.department, li.who) == ("1003", "repair", {"用电类别": "商业"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1001,张三,13700000000,,,,,", "客户编号与第 2 行相同"),
        (",张三,+86 138-1234-5678,,,,,", "电话与第 2 行相同"),
        ("2001,张三,13812345678,,,,,", "电话与第 2 行相同"),
        ("2001,,13700000000,,,,,", "没有姓名或名称"),
        (",张三,,,,,,", "没有客户编号、电话或邮箱"),
        ("2001,张三,12345,,,,,", "电话：电话“12345”不是手机号"),
        ("1.0E+11,张三,13700000000,,,,,", "科学计数法"),
        ("2001,张三,,zhang@,,,,", "邮箱：邮箱“zhang@”不完整"),
        ("2001,张三,,,财务部,,,", "没有部门“财务部”"),
        ("2001,张三,,,,最高机密,,", "没有密级"),
        ("2001,张三,,,,,,一千", "年电费：“一千”不是数字"),
        ("2001,张\0三,,,,,,", "控制字符"),
        ("2001,张三\u202e,,,,,,", "控制字符"),
        ("2001," + "张" * 201 + ",,,,,,", "有 201 字，最多 200 字"),
        ("2001,张三", "有 2 格，表头有 8 格"),
        ("=cmd|' /C calc'!A0,张三,,,,,,", "应只含字母、数字"),
    ],
)
def test_a_bad_row_is_left_out_with_its_number_and_reason(store: Store, path: Path, line: str, reason: str) -> None:
    """The good rows around it are kept."""
    summary, rejected = bring(store, path, rows(GOOD[0], line, GOOD[2]))
    assert summary == ContactImportSummary(added=2, rejected=1)
    assert rejected[0].row.number == 3 and reason in str(rejected[0]), str(rejected[0])


def test_all_that_is_wrong_with_a_row_is_said_at_once(store: Store, path: Path) -> None:
    _, [rejected] = bring(store, path, rows("2001,张三,1,x,nowhere,,,?"))
    assert len(rejected.reasons) == 4


def test_one_phone_of_two_customer_numbers_is_a_duplicate_or_a_household(store: Store, path: Path) -> None:
    """Within a file and against what is there; as the person importing says."""
    two = rows("1,王建国,13812345678,,,,,", "2,王建国,13812345678,,,,,")
    assert bring(store, path, two)[0] == ContactImportSummary(added=1, rejected=1)
    [rejected] = bring(store, path, rows("3,王建国,13812345678,,,,,"))[1]
    assert "电话与已有的另一个客户编号相同" in str(rejected)
    assert bring(store, path, two, same_phone=SamePhone.HOUSEHOLD)[0] == ContactImportSummary(added=1, unchanged=1)
    assert "有 2 份档案用这个电话" in str(bring(store, path, rows(",王建国,13812345678,,,,,"))[1][0])


def test_two_rows_never_become_one_file_by_different_ways(store: Store, path: Path) -> None:
    """The number leads to it, then the e-mail does."""
    bring(store, path, rows(GOOD[0]))
    summary, [rejected] = bring(store, path, rows("1001,王建国,,,,,,", ",别人,,wang@example.com,,,,"))
    assert summary == ContactImportSummary(unchanged=1, rejected=1) and "第 2 行是同一份档案" in str(rejected)


def test_who_imports_stays_within_the_own_rights(store: Store, path: Path) -> None:
    """A manager changes no file of another department, and gives no level beyond the own one."""
    bring(store, path, rows(*GOOD, "1009,绝密户,13600000009,,repair,绝密,,"))
    before = everyone(store)
    manager = Sight(frozenset({"repair"}), Secrecy.CONFIDENTIAL, plain=True)
    there = ["1002,改名,,,,,,", "1009,改名,,,,,,"]
    new = ["3001,新客户,,,service,,,", "3002,新客户,,,repair,绝密,,", "3003,新客户,,,,,,"]
    assert (
        bring(store, path, rows(*there, *new), sight=manager)[0] == ContactImportSummary(rejected=5)
        and everyone(store) == before
    )
    taken = bring(store, path, rows(new[2]), sight=manager, defaults={"department": "repair"})[0]
    assert taken == ContactImportSummary(added=1)


def test_columns_must_give_a_name_and_something_to_know_people_by() -> None:
    for targets in ({0: "name"}, {0: "phone"}, {0: "name", 1: "phone", 2: "phone"}, {0: "name", 1: "phone", 2: "id"}):
        with pytest.raises(UnfitColumns):
            assert_fit(targets)


def test_a_workbook_reads_like_a_table(store: Store, tmp_path: Path) -> None:
    """A formula counts by its result, and one that has none is told as that; long numbers stay whole."""
    book = Workbook()
    book.active.append(["户号", "姓名", "手机号"])  # type: ignore[union-attr]
    book.active.append([3301234567890, "王建国", 13812345678])  # type: ignore[union-attr]
    book.active.append([1002, "=1+1", "13900000001"])  # type: ignore[union-attr]
    book.save(tmp_path / "people.xlsx")
    summary, [rejected] = bring(store, tmp_path / "people.xlsx", (tmp_path / "people.xlsx").read_bytes())
    assert summary == ContactImportSummary(added=1, rejected=1) and "没有算出结果的公式" in str(rejected)
    assert everyone(store)["王建国"].customer_number == "3301234567890"


def test_the_command_imports_checks_and_reports(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """A check writes nothing; the report holds each rejected row, and no formula in it would run."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    path.write_text(rows(*GOOD, "=1+1,张三,,,,,,").replace("姓名", "称呼"), "utf-8")
    report, arguments = tmp_path / "report.csv", ["import-people", str(path), "--map", "称呼=name"]
    assert main(["import-people", str(path)]) == 1
    assert main([*arguments, "--check"]) == 0 and store.contacts.amount() == 0
    assert main([*arguments, "--rejected", str(report)]) == 0 and store.contacts.amount() == 3
    assert "新增 3 人，更新 0 人，没有变化 0 人，未收 1 行" in capsys.readouterr().out
    with report.open(encoding="utf-8-sig", newline="") as file:
        head, [number, reason, cell, *_] = csv.reader(file)
    assert head[:3] == ["行号", "原因", "户号"] and number == "5" and "客户编号" in reason and cell == "'=1+1"


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("姓,名,手机", "王,建国,13812345678", "王建国"),
        ("名,姓,手机", "建国,欧阳,13812345678", "欧阳建国"),
        ("First Name,Middle Name,Last Name,Mobile Phone", "Anna,M.,Müller,13812345678", "Anna M. Müller"),
        ("Last Name,First Name,Mobile Phone", "王,建国,13812345678", "王建国"),
        ("First Name,Last Name,Mobile Phone", "Anna,,13812345678", "Anna"),
        ("Name,Given Name,Family Name,Phone 1 - Value", "王建国,建国,王,13812345678", "王建国"),
    ],
)
def test_a_name_over_two_columns_is_one(store: Store, path: Path, header: str, row: str, name: str) -> None:
    """In the order in which it is said; a column with the whole name goes before."""
    assert bring(store, path, f"{header}\n{row}\n")[0] == ContactImportSummary(added=1)
    assert [each.name for each in store.contacts.all()] == [name]


GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Birthday,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value\n建国,,王,,,* myContacts,* Home,wang@example.com,Mobile,+86 138 1234 5678\n"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Company,Department,Business Phone,Mobile Phone,E-mail Address,"
    "E-mail Display Name\n,建国,,王,水泵厂,销售部,0571-87654321,13812345678,wang@example.com,王\n"
)


@pytest.mark.parametrize(
    ("text", "told"), [(GOOGLE, "Google 通讯录"), (OUTLOOK, "Outlook 联系人")], ids=["Google", "Outlook"]
)
def test_an_address_book_is_recognised(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    """Its own department is none of the organisation's; a mobile number goes before one at work."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    path.write_text(text, encoding="utf-8")
    assert main(["import-people", str(path)]) == 0
    [wang] = store.contacts.all()
    assert (wang.name, wang.phone, wang.email) == ("王建国", "13812345678", "wang@example.com")
    assert told in capsys.readouterr().out and wang.department is None


@pytest.mark.parametrize("cell", ["1.38E+10", "1.38e+10", "1.3812E+10"])
def test_a_phone_in_powers_of_ten_is_told_as_that(store: Store, path: Path, cell: str) -> None:
    """A spreadsheet has lost its last digits; the message says what to do."""
    [rejected] = bring(store, path, f"姓名,电话\n王建国,{cell}\n")[1]
    assert "科学计数法" in str(rejected) and store.contacts.amount() == 0


def test_values_are_converted_by_the_command_line(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """As those of answers."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    path.write_text("姓名,电话,部门\n王,13812345678,抢修班\n", encoding="utf-8")
    assert main(["import-people", str(path), "--values", "department:抢修班=repair"]) == 0
    assert [each.department for each in store.contacts.all()] == ["repair"]


def test_an_error_of_a_formula_is_nobody(store: Store, path: Path) -> None:
    """Neither by name nor by number."""
    summary, rejected = bring(store, path, "姓名,电话,备注\n#N/A,13812345678,\n李,13812345679,#REF!\n")
    assert summary == ContactImportSummary(added=1, rejected=1) and "#N/A" in str(rejected[0])


def test_the_same_by_the_command_line(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A title above, columns of one name, another encoding: found out or told by options."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    path.write_bytes("客戶名單,,\n姓名,電話,電話\n王大明,13812345678,13900000000\n".encode("cp950"))
    assert main(["import-people", str(path)]) == 1
    assert "重复的列：電話" in capsys.readouterr().err
    options = ["--map", "#3=phone", "--skip", "#2", "--encoding", "big5", "--header-row", "2"]
    assert main(["import-people", str(path), *options]) == 0
    assert [(each.name, each.phone) for each in store.contacts.all()] == [("王大明", "13900000000")]
    assert "表头在第 2 行" in capsys.readouterr().out


def test_an_error_in_an_old_workbook_is_nobody(store: Store, path: Path) -> None:
    """As in a workbook of today; a column that isn't wanted may hold one."""
    head, na = ["姓名", "电话", "部门", "备注"], OldError(0x2A)
    people = [["王", "13812345678", na, ""], [na, "13812345679", "", ""], ["李", "13812345670", "", na]]
    summary, rejected = bring(store, path, old_workbook(客户=[head, *people]))
    assert summary == ContactImportSummary(added=1, rejected=2) and list(everyone(store)) == ["李"]
    assert [each.row.number for each in rejected] == [2, 3] and "部门" in str(rejected[0])


SEVERAL = (
    "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
    "建国,王,* Home,wang@example.com ::: w@work.example,Work ::: Mobile,0571-87654321 ::: +86 138 1234 5678\n"
    "娜,李,,,Mobile,13900000001 ::: 139 0000 0001\n"
    "强,赵,,,Other,12345 ::: 0571-87654322\n"
    "明,周,,zhou@example.com,Other,1 ::: 2\n"
    "华,吴,,,Other,:::\n"
)


def test_of_several_numbers_in_one_cell_the_mobile_is_taken_and_it_is_said(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Google writes them; one written twice is one; where none can be read it is told. Twice is once."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    path.write_text(SEVERAL, encoding="utf-8")
    assert main(["import-people", str(path), "--rejected", str(path.with_name("out.csv"))]) == 0
    there = {each.name: (each.phone, each.email) for each in store.contacts.all()}
    assert there == {
        "王建国": ("13812345678", "wang@example.com"), "李娜": ("13900000001", ""), "赵强": ("057187654322", ""),
    }  # fmt: skip
    told = capsys.readouterr().out
    assert "Google 通讯录" in told and "有 2 行一格里有几个电话或邮箱" in told and "未收 2 行" in told
    assert main(["import-people", str(path)]) == 0
    assert "没有变化 3 人" in capsys.readouterr().out
