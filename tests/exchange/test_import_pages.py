"""What a person sees and chooses before a file comes in: how it is read, what its columns and entries are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from surveys.people.contact import Contact
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words

__all__ = ["open_page"]  # a fixture

TITLED = "2026 年第一季度回访,,\n制表：客服中心,,\n满意度,您最希望我们改进什么？,备注\n很好,来得快,x\n很满意,,y\n"


def upload(app: AppTest, name: str, content: bytes) -> None:
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception


def box(app: AppTest, label: str) -> Any:
    """The first box of this label, or whose label begins so."""
    return next(each for each in app.selectbox if each.label.startswith(label))


@pytest.fixture
def page(published: Store, open_page: Open) -> AppTest:
    return open_page(add_accounts(published), "maker", "collection")


def test_a_titled_table_is_shown_as_it_will_be_read(page: AppTest, published: Store) -> None:
    """The header below the title, the title told; what an unknown entry means, the person says; then it comes in."""
    upload(page, "q1.csv", TITLED.encode())
    assert box(page, "表头所在的行").value == 3 and "不导入的行：第 1、2 行" in words(page)
    assert "必答题 csat" in words(page) or "没有一列" in words(page)
    box(page, "满意度").select("csat").run()
    box(page, "csat：“很好”（1 行）").select("4").run()
    press(page, "导入")
    kept = [each.answers for chunk in published.responses.responses("power-visit") for each in chunk]
    assert sorted(each["csat"] for each in kept) == [4, 5]


def test_a_table_of_which_nothing_fits_is_refused_on_the_page(page: AppTest, published: Store) -> None:
    """Until a person says what a column is; no button brings empty responses in."""
    upload(page, "x.csv", "序号,来源\n1,手机\n2,微信\n".encode())
    assert "没有一列是这份问卷的题目" in words(page)
    assert "导入" not in [button.label for button in page.button]
    assert published.responses.amount("power-visit") == 0


def test_sheet_header_and_encoding_are_chosen(page: AppTest) -> None:
    """The sample follows each choice; a hidden sheet is named as one."""
    book = Workbook()
    book.active.title = "三月"
    for row in (["csat"], [5]):
        book.active.append(row)
    hidden = book.create_sheet("二月")
    hidden.sheet_state = "hidden"
    for row in (["标题"], ["csat", "comment"], [3, "二月的意见"]):
        hidden.append(row)
    file = io.BytesIO()
    book.save(file)
    upload(page, "book.xlsx", file.getvalue())
    assert box(page, "工作表").options == ["三月", "二月（隐藏）"] and "二月的意见" not in words(page)
    box(page, "工作表").select("二月").run()
    assert "二月的意见" in words(page) and box(page, "表头所在的行").value == 2
    box(page, "表头所在的行").select(1).run()
    assert box(page, "标题").options and "没有一列" in words(page)


def test_a_doubtful_encoding_is_said_and_another_chosen(page: AppTest) -> None:
    """The words below show which is right."""
    upload(page, "x.csv", "csat,comment\n5,評\n".encode("cp950"))
    assert not page.exception
    box(page, "文字编码").select("cp950").run()
    assert "評" in words(page) and "编码不能确定" not in words(page)


def test_an_export_is_named_before_it_comes_in(page: AppTest, published: Store) -> None:
    """And can be read as something else."""
    head = "序号,提交答卷时间,所用时间,来源,来自IP,1、总体来说，您对这次供电服务满意吗？,2、您最希望我们改进什么"
    upload(page, "wjx.csv", f"{head}\n1,2026/3/5 14:30:05,63秒,手机,1.1.1.1,很满意,(空)\n".encode())
    assert "识别为：问卷星" in words(page)
    press(page, "导入")
    [kept] = [each for chunk in published.responses.responses("power-visit") for each in chunk]
    assert kept.answers == {"csat": 5} and kept.seconds == 63
    box(page, "由哪个系统导出").select("").run()
    assert "识别为" not in words(page)


def test_no_file_ends_in_an_error_box(page: AppTest) -> None:
    """Whatever is uploaded."""
    for content in (
        b"",
        b"\0" * 500,
        b"\x89PNG\r\n\x1a\n\0\0",
        b"PK\x03\x04x",
        b",,,\n,,\n",
        b"a\n",
        b'"a\n',
        "\n\n一\n".encode(),
    ):
        upload(page, "x.csv", content)
        assert page.error


def test_people_with_a_title_and_a_name_in_two_columns(published: Store, open_page: Open) -> None:
    app = open_page(add_accounts(published), "boss", "people")
    content = "客户名单,,\n,,\n姓,名,手机号\n王,建国,13700000001\n".encode("gb18030")
    app.get("file_uploader")[0].upload("people.csv", content, "text/csv").run()
    assert not app.exception
    press(app, "导入")
    people: list[Contact] = published.contacts.all()
    assert [each.name for each in people] == ["王建国"]


def test_regions_below_a_title(store: Store, open_page: Open) -> None:
    app = open_page(add_accounts(store), "boss", "organisation")
    content = "浙江区划,,,\n编码,省份,城市,区县\n1,浙江,杭州,上城\n".encode("gb18030")
    app.file_uploader(key="regions file").set_value(("regions.csv", content, "text/csv")).run()
    assert not app.exception
    press(app, "使用这份清单")
    assert [each.path for each in store.organisation.places()] == [("浙江", "杭州", "上城")]


def test_what_was_chosen_is_remembered_for_files_of_that_kind(
    page: AppTest, published: Store, open_page: Open
) -> None:  # fmt: skip
    """The next file with the same header begins with the sheet, columns and values of the last; no other does."""
    upload(page, "q1.csv", TITLED.encode())
    box(page, "满意度").select("csat").run()
    box(page, "备注").select("_district").run()
    box(page, "csat：“很好”").select("4").run()
    press(page, "导入")
    again = open_page(published, "maker", "collection")
    upload(again, "q2.csv", TITLED.replace("一季", "二季").replace("很满意", "差").encode())
    assert "按上次的选择" in words(again)
    assert (box(again, "满意度").value, box(again, "备注").value) == ("csat", "_district")
    assert (box(again, "csat：“很好”").value, box(again, "csat：“差”").value) == ("4", None)
    upload(again, "other.csv", "满意度,备注\n5,x\n".encode())
    assert "按上次的选择" not in words(again)


def test_a_header_row_that_was_chosen_is_found_again(page: AppTest, published: Store, open_page: Open) -> None:
    """Where it could not be found by itself."""
    content = "甲,乙\n分数,意见\n5,好\n"
    upload(page, "x.csv", content.encode())
    assert box(page, "表头所在的行").value == 1
    box(page, "表头所在的行").select(2).run()
    box(page, "分数").select("csat").run()
    press(page, "导入")
    again = open_page(published, "maker", "collection")
    upload(again, "y.csv", content.replace("好", "一般").encode())
    assert (box(again, "表头所在的行").value, box(again, "分数").value) == (2, "csat")


def test_people_are_remembered_too(published: Store, open_page: Open) -> None:
    """Which column is what, for lists with that header."""
    app = open_page(add_accounts(published), "boss", "people")
    content = "称呼,号码\n王建国,13700000001\n".encode()
    app.get("file_uploader")[0].upload("people.csv", content, "text/csv").run()
    box(app, "称呼").select("name").run()
    box(app, "号码").select("phone").run()
    press(app, "导入")
    assert published.contacts.amount() == 1
    again = open_page(published, "boss", "people")
    again.get("file_uploader")[0].upload("new.csv", content.replace(b"1\n", b"2\n"), "text/csv").run()
    press(again, "导入")
    assert published.contacts.amount() == 2


def test_what_a_department_is_called_elsewhere_is_said_once(published: Store, open_page: Open) -> None:
    """By the person importing; remembered for lists with the same header."""
    app = open_page(add_accounts(published), "boss", "people")
    content = "姓名,电话,部门\n王建国,13700000001,抢修班\n李娜,13700000002,service\n".encode()
    app.get("file_uploader")[0].upload("people.csv", content, "text/csv").run()
    box(app, "部门：“抢修班”（1 行）").select("repair").run()
    press(app, "导入")
    assert {each.name: each.department for each in published.contacts.all()} == {"王建国": "repair", "李娜": "service"}
    again = open_page(published, "boss", "people")
    again.get("file_uploader")[0].upload("new.csv", content.replace(b"0001", b"0003"), "text/csv").run()
    assert box(again, "部门：“抢修班”（1 行）").value == "repair"


def test_regions_whose_headings_are_unknown(store: Store, open_page: Open) -> None:
    """Which column is what, the person says; the button comes with it."""
    app = open_page(add_accounts(store), "boss", "organisation")
    app.file_uploader(key="regions file").set_value(("regions.csv", "号,名\n1,浙江\n".encode(), "text/csv")).run()
    assert "没有“编码”（code）这一列" in words(app)
    boxes = [each for each in app.selectbox if (each.key or "").startswith("region column")]
    boxes[0].select(0).run()
    next(each for each in app.selectbox if (each.key or "").endswith("province")).select(1).run()
    press(app, "使用这份清单")
    assert [(each.code, each.path) for each in store.organisation.places()] == [("1", ("浙江",))]


def test_a_table_of_thousands_of_columns_is_asked_about_in_part(page: AppTest, published: Store) -> None:
    """The columns that were recognised, wherever they stand, and the first others; any further one may be picked."""
    header = [*(f"列{number}" for number in range(3_000)), "csat", "说明"]
    upload(page, "wide.csv", f"{','.join(header)}\n{','.join(['x'] * 3_000)},5,来得快\n".encode())
    boxes = [each.label for each in page.selectbox]
    assert len(boxes) < 80 and "csat" in boxes and "列0" in boxes and "说明" not in boxes
    assert "这个表有 3,002 列，下面只列出 60 列" in words(page) and "0 列按表头自动对应，2,942 列不导入" in words(page)
    assert words(page).count("列2999") == 1, "it can be picked; neither preview nor what is left out names them all"
    next(each for each in page.multiselect if each.label == "还要看哪些列").select(3_001).run()
    box(page, "说明").select("comment").run()
    press(page, "导入")
    kept = [each.answers for chunk in published.responses.responses("power-visit") for each in chunk]
    assert kept == [{"csat": 5, "comment": "来得快"}]


def test_what_was_recognised_beyond_what_is_drawn_comes_in(published: Store, open_page: Open) -> None:
    """People with more attributes than are asked about lose none of them."""
    page = open_page(add_accounts(published), "boss", "people")
    attributes = [f"worth.n{at}" for at in range(100)]
    content = f"姓名,手机号,{','.join(attributes)}\n陈静,13800000001,{','.join(['7'] * 100)}\n"
    upload(page, "people.csv", content.encode())
    assert len(page.selectbox) < 80 and "42 列按表头自动对应，0 列不导入" in words(page)
    press(page, "导入")
    [contact] = published.contacts.all()
    assert len(contact.worth) == 100
