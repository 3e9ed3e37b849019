"""The page of people: masked lists, recorded looks, an import with a report, tiers, rules, stale files."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from surveys.people.contact import Contact, Secrecy
from surveys.people.tiers import TIERS
from surveys.people.visibility import RULES, rules_from
from surveys.permissions import Role
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words

__all__ = ["open_page"]  # a fixture

FILES = [
    Contact("wang", "王建国", customer_number="330100000001", phone="13812345678", department="repair",
            who={"地址": "文三路 1 号"}, worth={"电费": 900.0}),
    Contact("li", "李娜娜", customer_number="330100000002", phone="13812345679", department="service",
            worth={"电费": 100.0}),
    Contact("top", "赵绝密", customer_number="330100000003", phone="13812345670", department="repair",
            secrecy=Secrecy.TOP),
]  # fmt: skip
PERSONAL = ("王建国", "李娜娜", "赵绝密", "13812345678", "330100000001", "文三路")


@pytest.fixture
def full(store: Store) -> Store:
    store.contacts.keep(FILES, by="test")
    return add_accounts(store)


def open_file(app: AppTest, contact: str) -> None:
    app.selectbox(key="contact chosen").set_value(contact).run()
    press(app, "查看档案")


def test_a_list_names_nobody_and_a_look_is_recorded(full: Store, open_page: Open) -> None:
    """The administrator reads the file once it is open."""
    app = open_page(full, "boss", "people")
    assert not any(secret in words(app) for secret in PERSONAL) and "找到 3 份" in words(app)
    open_file(app, "wang")
    assert "王建国" in words(app) and "文三路" in words(app)
    assert [(line.account, line.object) for line in full.accounts.audit(1)] == [("boss", "wang")]


def test_a_designer_reads_covers_and_changes_nothing(full: Store, open_page: Open) -> None:
    app = open_page(full, "maker", "people")
    assert "找到 2 份" in words(app)
    open_file(app, "wang")
    assert "138****5678" in words(app) and not any(secret in words(app) for secret in PERSONAL)
    assert not app.get("file_uploader") and "保存" not in [each.label for each in app.button]


def test_a_manager_meets_the_own_department_below_the_own_level(full: Store, open_page: Open) -> None:
    """Neither the other department's files nor those held more closely, whatever is searched for."""
    app = open_page(full, "head", "people")
    assert "找到 1 份" in words(app)
    for text in ("李", "赵", "330100000003"):
        app.text_input(key="people text").set_value(text).run()
        assert "找到 0 份" in words(app)


def test_a_right_taken_away_holds_while_the_page_is_open(full: Store, open_page: Open) -> None:
    """The list on the screen is older than the rule; the button is not."""
    app = open_page(full, "boss", "people")
    app.selectbox(key="contact chosen").set_value("top").run()
    rules = rules_from(None)
    full.organisation.set(RULES, rules.model_copy(update={"highest": {Role.ADMIN: Secrecy.NONE}}).model_dump_json())
    app.run()
    assert "找到 2 份" in words(app) and "top" not in words(app)


def test_a_wrong_change_is_refused_with_its_reasons(full: Store, open_page: Open) -> None:
    app = open_page(full, "boss", "people")
    open_file(app, "wang")
    next(box for box in app.text_input if box.label == "电话").input("12")
    press(app, "保存")
    assert "不是手机号" in words(app) and full.contacts.get("wang").phone == "13812345678"  # type: ignore[union-attr]
    next(box for box in app.text_input if box.label == "电话").input("139 0000 0000")
    press(app, "保存")
    assert full.contacts.get("wang").phone == "13900000000"  # type: ignore[union-attr]


def test_a_file_is_checked_then_brought_in_with_a_report(full: Store, open_page: Open) -> None:
    """The check writes nothing; a report of what is left out can be fetched."""
    app = open_page(full, "boss", "people")
    content = "户号,姓名,手机号,年用电量\n1,张三,13700000001,5\n2,,13700000002,6\n1,张三,13700000001,5\n"
    app.get("file_uploader")[0].upload("people.csv", content.encode("gbk"), "text/csv").run()
    press(app, "先检查，不导入")
    assert "可以新增 1 人" in words(app) and "2 行有问题" in words(app) and full.contacts.amount() == 3
    press(app, "导入")
    assert "新增 1 人" in words(app) and "客户编号与第 2 行相同" in words(app) and full.contacts.amount() == 4


def test_tiers_are_looked_at_then_set(full: Store, open_page: Open) -> None:
    app = open_page(full, "maker", "people")
    press(app, "先看结果")
    assert "90.0%" in words(app) and full.organisation.setting(TIERS) is None
    press(app, "设定等级")
    assert {each.id: each.tier for each in full.contacts.all()} == {"wang": "A", "li": "B", "top": "C"}


def test_what_is_held_of_a_person_is_given_out_or_erased_by_administrators_alone(full: Store, open_page: Open) -> None:
    """Counted by kind; erased only once the word is typed; both stand in the audit."""
    app = open_page(full, "boss", "people", tab="requests")
    app.text_input(key="person sought").set_value("王建国").run()
    assert "档案" in words(app) and "记名答卷" in words(app)
    press(app, "准备副本")
    assert full.accounts.audit(1)[0].action == "export person"
    press(app, "删除这个人的全部信息")
    assert "没有删除" in words(app) and full.contacts.get("wang") is not None
    app.text_input(key="erase word").set_value("erase")
    press(app, "删除这个人的全部信息")
    assert full.contacts.get("wang") is None and full.contacts.get("li") is not None
    assert full.accounts.audit(1)[0].action == "erase person"
    assert "个人信息请求" not in words(open_page(full, "maker", "people"))
