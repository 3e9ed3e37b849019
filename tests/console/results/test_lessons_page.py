"""The library of lessons through its page: written from a measure, signed by another, offered where it helps."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from analysis.improvement.lesson_words import words_of
from surveys.cases.case import Case, Source
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.console.results.test_plans_page import measured
from tests.console.test_console import Open, add_accounts, open_page, sample, words
from tests.improvement.test_lessons import NOTICE, QUEUE

__all__ = ["open_page", "sample"]
pytestmark = pytest.mark.dated


def kept(store: Store, *, signed: bool = True) -> Store:
    add_accounts(store)
    for each in (NOTICE, QUEUE):
        written = store.lessons.keep(each, words_of(each.text), by="maker", day=local_day(utc_now()))
        if signed:
            store.lessons.sign(written, by="boss", day=local_day(utc_now()))
    return store


def test_an_empty_library_says_what_belongs_into_it_and_takes_a_lesson(store: Store, open_page: Open) -> None:
    app = open_page(add_accounts(store), "head", "lessons")
    assert "还没有经验" in words(app)
    app.button(key="keep lesson new").click().run()
    assert "请写明“标题”" in words(app) and store.lessons.all() == []
    for label, text in (("标题", "停电通知"), ("发生了什么", "没有通知到"), ("什么办法有用", "上门通知")):
        field = [*app.text_input, *app.text_area]
        next(each for each in field if each.label == label).set_value(text)
    app.button(key="keep lesson new").click().run()
    [made] = store.lessons.all()
    assert made.department == "repair" and not made.signed and "等待审签" in words(app) and not app.exception
    assert not [each for each in app.button if str(each.key).startswith("sign lesson")], "nobody signs their own"


def test_another_signs_it_and_it_is_everybodys(store: Store, open_page: Open) -> None:
    """Before, a manager of another department doesn't find it, not by its address either."""
    kept(store, signed=False)
    assert "营业厅排队" not in words(open_page(store, "head", "lessons", lesson="l2", q="排队"))
    app = open_page(store, "boss", "lessons", lesson="l2")
    app.button(key="sign lesson l2").click().run()
    assert not app.exception and "营业厅排队" in words(open_page(store, "head", "lessons", q="排队"))


@pytest.mark.parametrize(
    ("asked", "said"), [("停电", "停电通知提前到三天"), ("抄表", "没有找到"), ("%*\"'", "没有找到")]
)
def test_it_is_looked_for_in_plain_words(store: Store, open_page: Open, asked: str, said: str) -> None:
    app = open_page(kept(store), "boss", "lessons", q=asked)
    assert said in words(app) and not app.exception


def test_lessons_alike_are_offered_at_a_case(store: Store, open_page: Open) -> None:
    kept(store)
    case = Case("c1", Source("phone"), "repair", "投诉", "停电没有通知我们", "", datetime(2026, 11, 2, 2, tzinfo=UTC))
    store.cases.receive(case)
    app = open_page(store, "boss", "cases", case="c1")
    offered = next(each for each in app.expander if each.label.startswith("类似的经验"))
    assert offered.label == "类似的经验（1）" and "停电通知提前到三天" in words(app)


def test_lessons_alike_are_offered_where_an_area_is_flagged(sample: Store, open_page: Open) -> None:
    app = open_page(sample, "admin", "improvement")
    found = re.search(r"font-weight:650\">1\. (\S+)", words(app))
    assert found is not None and f"怎样改进{found[1]}" not in words(app)
    lesson = NOTICE.__class__("la", f"怎样改进{found[1]}", "客户抱怨", "", "按片区考核")
    written = sample.lessons.keep(lesson, words_of(lesson.text), by="designer", day=local_day(utc_now()))
    sample.lessons.sign(written, by="admin", day=local_day(utc_now()))
    app = open_page(sample, "admin", "improvement")
    assert [each for each in app.expander if each.label.startswith("类似的经验")] and lesson.title in words(app)


def test_a_lesson_of_a_measure_begins_with_what_is_known_of_it(
    published: Store, visit: Survey, open_page: Open
) -> None:
    """For whom may see the plan; for others the form is empty."""
    measured(published, visit, better=True)
    app = open_page(published, "head", "lessons", of="measure", about="m1", effect="措施见效，提高 0.9 分")
    fields = {each.label: each.value for each in [*app.text_input, *app.text_area]}
    assert fields["标题"] == "缩短排队" and fields["什么办法有用"] == "加开窗口" and "0.9" in fields["测得的效果"]
    published.accounts.change("head", departments=("service",))
    other = open_page(published, "head", "lessons", of="measure", about="m1")
    assert next(each for each in other.text_input if each.label == "标题").value == ""


def test_a_name_in_markdown_is_shown_as_written(store: Store, open_page: Open) -> None:
    add_accounts(store)
    lesson = NOTICE.__class__("l9", "**<b>粗</b>**", "<script>x</script>", "", "办法", department="repair")
    store.lessons.keep(lesson, ["词"], by="maker", day=local_day(utc_now()))
    app = open_page(store, "boss", "lessons")
    assert not app.exception and "<script>x" not in "".join(str(each.value) for each in app.get("html"))
