"""Opinion boxes: a message is kept once, its author follows it with a code, its department answers it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from surveys.cases.case import CaseState, case_id
from surveys.cases.opinion_boxes import Box, category_code, survey_of, unfit
from surveys.localisation.clock import local_day
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.intake.test_evidence import picture
from tests.support.front_door import NOW, SECRET, Clock, TestClient, heading, hidden, receipt, visiting

__all__ = ["open_page"]  # a fixture

BOX = "/box/east"
LETTER = {"category": category_code("建议"), "text": "希望周末也能\n办业务 <b>", "contact": "13800001111"}


@pytest.fixture
def with_box(published: Store) -> Store:
    published.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    return published


def written(browser: TestClient, letter: dict[str, str] = LETTER, **more: object) -> tuple[dict[str, str], str]:
    """What was sent, and the page after it."""
    fields = {**hidden(browser.get(BOX).text), **letter}
    return fields, browser.post(BOX, data=fields, **more).text  # type: ignore[arg-type]


def test_a_message_is_kept_once_and_followed_with_its_code(with_box: Store) -> None:
    """Sent again it is the same; the code is kept nowhere; typed in any manner it leads to the message."""
    with visiting(with_box) as browser:
        fields, first = written(browser)
        again = browser.post(BOX, data=fields).text
        code = receipt(first)
        assert code and receipt(again) == code
        found = browser.post("/case", data={"code": f" {code.lower().replace('-', ' ')} "})
        assert (found.status_code, found.headers["location"]) == (303, f"/case/{code}")
        page = browser.get(f"/case/{code}").text
    [case] = with_box.cases.all()
    assert (case.department, case.category, case.text, case.contact) == (
        "repair",
        "建议",
        LETTER["text"],
        "13800001111",
    )
    assert case.id == case_id(code, SECRET) and code not in repr(case)
    assert "已收到" in page and "希望周末也能\n办业务 &lt;b&gt;" in page and "13800001111" not in page


def test_what_is_missing_comes_back_with_what_was_written(with_box: Store) -> None:
    """With its photos too, which need not be chosen again."""
    with visiting(with_box) as browser:
        fields = {**hidden(browser.get(BOX).text), "contact": "王女士", "category": category_code("投诉")}
        back = browser.post(BOX, data=fields, files={"photos": ("a.jpg", picture(), "image/jpeg")})
        assert back.status_code == 422 and "王女士" in back.text
        [key] = re.findall(r'name="photos" value="([0-9a-f]{32})"', back.text)
        kept = browser.post(BOX, data={**fields, "text": "停电了", "photos": key}, files={"photos": ("", b"")})
    assert kept.status_code == 200
    [case] = with_box.cases.all()
    assert with_box.cases.photos(case.id) == [key]
    assert with_box.uploads.remove_orphans(NOW + timedelta(days=9)) == 0


def test_the_form_speaks_english_and_switches_half_filled(with_box: Store) -> None:
    with visiting(with_box) as browser:
        page = browser.get(f"{BOX}?lang=en").text
        assert "Please tell us" in page and 'lang="en"' in page
        switched = browser.post(BOX, data={**hidden(page), "text": "half", "_switch": "zh-Hans"}).text
        assert "请写下您的意见" in switched and "half" in switched
        assert "Progress" in browser.get(f"/case/{receipt(written(browser)[1])}?lang=en").text


def test_a_closed_box_and_an_unknown_one_explain_themselves(with_box: Store) -> None:
    with_box.boxes.save(Box("east", "城东意见箱", "repair", open=False), by="test")
    with visiting(with_box) as browser:
        assert heading(browser.get(BOX).text) == "这个意见箱已经关闭"
        assert heading(browser.get("/box/nowhere").text) == "没有找到这个意见箱"


def test_a_form_left_open_too_long_loses_nothing(with_box: Store) -> None:
    clock = Clock()
    with visiting(with_box, clock) as browser:
        fields = {**hidden(browser.get(BOX).text), **LETTER}
        clock.passes(days=8)
        stale = browser.post(BOX, data=fields)
        assert stale.status_code == 422 and "希望周末也能" in stale.text and not with_box.cases.all()
        assert browser.post(BOX, data={**hidden(stale.text), **LETTER}).status_code == 200


def test_the_department_answers_and_the_author_reads_it(with_box: Store, open_page: Open) -> None:
    """Contact details are shown to roles that need them, once asked for, and that is recorded."""
    add_accounts(with_box)
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        app = open_page(with_box, "head", "boxes")
        assert "希望周末也能" in words(app) and "13800001111" not in words(app)
        press(app, "显示联系方式（会记录）")
        assert "13800001111" in words(app)
        app.text_area[0].input("下月起周六办公。")
        press(app, "保存")
        page = browser.get(f"/case/{code}").text
    assert "已答复" in page and "下月起周六办公。" in page
    [case] = with_box.cases.all()
    assert case.state is CaseState.ANSWERED
    assert {"see contact", "answer case"} <= {each.action for each in with_box.accounts.audit(20)}


def test_designers_find_no_contact_details(with_box: Store, open_page: Open) -> None:
    """Their role does not need them."""
    add_accounts(with_box)
    with visiting(with_box) as browser:
        written(browser)
    app = open_page(with_box, "maker", "boxes")
    assert "留有联系方式" in words(app) and "13800001111" not in words(app)
    assert not [each for each in app.button if "联系方式" in each.label]


def test_managers_see_their_departments_messages_until_they_are_handed_on(with_box: Store, open_page: Open) -> None:
    add_accounts(with_box)
    with_box.boxes.save(Box("hall", "营业厅意见箱", "service"), by="test")
    with visiting(with_box) as browser:
        written(browser)
        browser.post("/box/hall", data={**hidden(browser.get("/box/hall").text), **LETTER, "text": "别的部门的事"})
    app = open_page(with_box, "head", "boxes")
    assert "希望周末也能" in words(app) and "别的部门的事" not in words(app)
    press(app, "转交")
    assert "希望周末也能" not in words(app)
    assert {each.department for each in with_box.cases.all()} == {"service"}


def test_a_box_is_set_up_and_closed_in_the_console(published: Store, open_page: Open) -> None:
    """What is wrong with it is said; its link and code are there at once."""
    add_accounts(published)
    app = open_page(published, "maker", "boxes")
    press(app, "新建")
    assert "代号用小写字母开头" in words_of_errors(app) and "请填写名称" in words_of_errors(app)
    next(each for each in app.text_input if each.label == "名称").input("城东意见箱")
    next(each for each in app.text_input if each.label.startswith("代号")).input("east")
    press(app, "新建")
    assert [each.code for each in published.boxes.all()] == ["east"]
    assert "/box/east" in words(app)


@pytest.mark.parametrize(
    ("box", "problems"),
    [
        (Box("east", "城东", "repair"), 0), (Box("East", "城东", "repair"), 1), (Box("e" * 41, "城东", "repair"), 1),
        (Box("taken", "", "repair", ("x" * 21,)), 3), (Box("east", "城东", "repair", tuple(map(str, range(13)))), 1),
    ],
)  # fmt: skip
def test_unfit_boxes_are_named(box: Box, problems: int) -> None:
    assert len(unfit(box, ["taken"])) == problems


def test_a_box_without_categories_asks_for_none() -> None:
    assert [each.code for each in survey_of(Box("east", "城东", "repair", ())).questions()] == [
        "text",
        "photos",
        "contact",
    ]


def test_days_are_those_of_people_here(with_box: Store) -> None:
    """A message of the late evening in Greenwich is tomorrow's."""
    clock = Clock()
    clock.now = clock.now.replace(hour=20)
    with visiting(with_box, clock) as browser:
        assert f"{local_day(clock.now)} 收到" in written(browser)[1]


@pytest.mark.parametrize(
    ("verdict", "state", "reopened"),
    [("satisfied", CaseState.CONFIRMED, 0), ("dissatisfied", CaseState.RECEIVED, 1)],
)
def test_its_author_says_whether_the_answer_helped(
    with_box: Store, verdict: str, state: CaseState, reopened: int
) -> None:
    """Once there is an answer, and once for each: pressed again it changes nothing, and the page asks no more."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        address = f"/case/{code}"
        assert "满意吗" not in browser.get(address).text
        [case] = with_box.cases.all()
        with_box.cases.answer(case, CaseState.ANSWERED, "周六开了", local_day(NOW), by="head")
        asked = browser.get(address).text
        assert "这次的处理您满意吗？" in asked
        for _ in range(2):
            token = {"_token": hidden(asked)["_token"]}
            assert browser.post(address, data={**token, "verdict": verdict}).status_code == 303
        assert "满意吗" not in browser.get(address).text
    [case] = with_box.cases.all()
    assert (case.state, case.reopened) == (state, reopened) and not with_box.cases.remarks(case.id)


def test_one_of_several_can_not_confirm_an_answer_for_all(with_box: Store) -> None:
    """But may say that it did not help them, which opens the matter."""
    with visiting(with_box) as browser:
        codes = [receipt(written(browser, {**LETTER, "text": text})[1]) for text in ("灯不亮", "路灯不亮")]
        report, main = (with_box.cases.get(case_id(str(code), SECRET)) for code in codes)
        assert report is not None and main is not None
        with_box.cases.join(report, main, by="head")
        with_box.cases.answer(main, CaseState.ANSWERED, "已修", local_day(NOW), by="head")
        page = browser.get(f"/case/{codes[0]}").text
        for verdict, state in (("satisfied", CaseState.ANSWERED), ("dissatisfied", CaseState.RECEIVED)):
            browser.post(f"/case/{codes[0]}", data={"_token": hidden(page)["_token"], "verdict": verdict})
            now = with_box.cases.get(main.id)
            assert now is not None and now.state is state
