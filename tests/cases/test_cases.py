"""The page of a case: what became of a message, and what its author has to add; answering without missing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surveys.cases.case import LONGEST_TEXT, MOST_REMARKS, CaseState
from surveys.cases.opinion_boxes import CATEGORIES, Box, category_of, from_box, survey_of
from surveys.localisation.clock import local_day
from surveys.storage import Store
from tests.cases.test_boxes import BOX, LETTER, with_box, written
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.intake.test_evidence import picture
from tests.support.front_door import NOW, Clock, TestClient, heading, hidden, receipt, visiting

__all__ = ["open_page", "with_box"]  # fixtures


def adding(browser: TestClient, code: str, text: str, language: str = "") -> tuple[dict[str, str], int, str]:
    """What was sent, the status of the answer, and its page."""
    query = f"?lang={language}" if language else ""
    fields = {**hidden(browser.get(f"/case/{code}{query}").text), "text": text}
    answer = browser.post(f"/case/{code}{query}", data=fields)
    return fields, answer.status_code, answer.text


def test_the_author_adds_to_a_case_once(with_box: Store) -> None:
    """Sent again it is the same; the page shows it in its own lines, and stays in its language."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        fields, status, _ = adding(browser, code, "昨天又\n排了 <i>", "en")
        again = browser.post(f"/case/{code}?lang=en", data=fields)
        assert (status, again.status_code, again.headers["location"]) == (303, 303, f"/case/{code}?lang=en#said")
        page = browser.get(f"/case/{code}?lang=en").text
    assert page.count("昨天又\n排了 &lt;i&gt;") == 1 and "You added · 2026-11-22" in page
    [case] = with_box.cases.all()
    assert (case.remarks, case.waiting) == (1, True)


@pytest.mark.parametrize(("state", "then"), [
    (CaseState.RECEIVED, CaseState.RECEIVED), (CaseState.WORKED_ON, CaseState.WORKED_ON),
    (CaseState.ANSWERED, CaseState.RECEIVED), (CaseState.CLOSED, CaseState.RECEIVED),
])  # fmt: skip
def test_a_case_that_was_done_with_is_open_again(with_box: Store, state: CaseState, then: CaseState) -> None:
    """So that nobody overlooks what was added; what is worked on stays so."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        assert with_box.cases.answer(with_box.cases.all()[0], state, "已更换。", local_day(NOW), by="test")
        adding(browser, code, "又坏了")
        page = browser.get(f"/case/{code}").text
        assert page.index("已更换。") < page.index("又坏了")
        [case] = with_box.cases.all()
        assert case.state is then
        with_box.cases.answer(case, CaseState.ANSWERED, "已更换两次。", local_day(NOW), by="test")
        page = browser.get(f"/case/{code}").text
    assert page.index("又坏了") < page.index("已更换两次。")
    assert not with_box.cases.all()[0].waiting


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "请填写"), ("字" * (LONGEST_TEXT + 1), "最多")], ids=["empty", "long"]
)
def test_what_can_not_be_added_comes_back(with_box: Store, text: str, said: str) -> None:
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        _, status, page = adding(browser, code, text)
    assert status == 422 and said in page and f">\n{text}</textarea>" in page
    assert not with_box.cases.all()[0].remarks


def test_a_page_left_open_too_long_loses_no_remark(with_box: Store) -> None:
    clock = Clock()
    with visiting(with_box, clock) as browser:
        code = receipt(written(browser)[1])
        fields = {**hidden(browser.get(f"/case/{code}").text), "text": "还有一件事"}
        clock.passes(days=8)
        stale = browser.post(f"/case/{code}", data=fields)
        assert stale.status_code == 422 and "还有一件事" in stale.text
        assert browser.post(f"/case/{code}", data={**fields, **hidden(stale.text)}).status_code == 303


def test_what_was_added_is_never_lost_to_a_failing_disk(with_box: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        with monkeypatch.context() as broken:
            broken.setattr(type(with_box.cases), "remark", full)
            fields, status, page = adding(browser, code, "还有一件事")
        assert status == 503 and "还有一件事" in page and "disk" not in page
        assert browser.post(f"/case/{code}", data=fields).status_code == 303


def test_a_message_sent_again_in_other_words_is_offered_as_a_remark(with_box: Store) -> None:
    """Who went back and wrote on must not believe that it arrived."""
    with visiting(with_box) as browser:
        fields, first = written(browser)
        again = browser.post(BOX, data={**fields, "text": "另外，灯也坏了"}).text
        assert receipt(again) == receipt(first) and ">\n另外，灯也坏了</textarea>" in again and "先前已经收到" in again
        sent = browser.post(f"/case/{receipt(again)}", data={**hidden(again), "text": "另外，灯也坏了"})
        assert sent.status_code == 303
    assert [each.text for each in with_box.cases.remarks(with_box.cases.all()[0].id)] == ["另外，灯也坏了"]


def test_remarks_end_somewhere(with_box: Store) -> None:
    """With words, and with what was typed."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        [case] = with_box.cases.all()
        for number in range(MOST_REMARKS):
            with_box.cases.remark(case.id, str(number), "再说一次", NOW)
        _, status, page = adding(browser, code, "第二十一次")
    assert status == 409 and "第二十一次</textarea>" in page and "请直接联系" in page


def test_photos_that_arrived_are_counted_for_their_author(with_box: Store) -> None:
    with visiting(with_box) as browser:
        page = written(browser, files=[("photos", (name, picture(), "image/jpeg")) for name in ("a.jpg", "b.jpg")])[1]
    assert "照片 2 张" in page


def test_too_many_photos_are_told_with_everything_typed(with_box: Store) -> None:
    """Phones let people choose as many as they like."""
    with visiting(with_box) as browser:
        files = [("photos", (f"{number}.jpg", picture(), "image/jpeg")) for number in range(9)]
        fields = {**hidden(browser.get(BOX).text), **LETTER}
        answer = browser.post(BOX, data=fields, files=files)
    assert answer.status_code == 422 and "最多上传 3 个文件" in answer.text and "希望周末也能" in answer.text


def test_categories_changed_meanwhile_do_not_change_what_was_meant(with_box: Store) -> None:
    """A form is opened, then the list gets a new first line, then the form is sent."""
    with visiting(with_box) as browser:
        fields = {**hidden(browser.get(BOX).text), **LETTER}
        with_box.boxes.save(Box("east", "城东意见箱", "repair", ("新的", *CATEGORIES)), by="test")
        assert browser.post(BOX, data=fields).status_code == 200
        with_box.boxes.save(Box("east", "城东意见箱", "repair", ("新的",)), by="test")
        gone = browser.post(BOX, data={**fields, **hidden(browser.get(BOX).text)})
        assert gone.status_code == 422 and "希望周末也能" in gone.text
    assert [each.category for each in with_box.cases.all()] == ["建议"]


def test_who_was_writing_while_the_box_was_closed_is_heard(with_box: Store) -> None:
    with visiting(with_box) as browser:
        fields = {**hidden(browser.get(BOX).text), **LETTER}
        with_box.boxes.save(Box("east", "城东意见箱", "repair", open=False), by="test")
        assert browser.get(BOX).status_code == 410
        assert browser.post(BOX, data=fields).status_code == 200
        assert browser.post(BOX, data={**fields, "_token": "x"}).status_code == 410


@pytest.mark.parametrize(("language", "asks", "category"), [
    ("zh-Hans", "请写下您的意见", "建议"), ("en", "Please tell us", "A suggestion"),
    ("zh-Hant", "請寫下您的意見", "建議"),
])  # fmt: skip
def test_the_box_speaks_every_language_of_the_product(
    with_box: Store, language: str, asks: str, category: str
) -> None:  # fmt: skip
    """The usual categories too; names that the organisation gave stay."""
    with visiting(with_box) as browser:
        page = browser.get(f"{BOX}?lang={language}").text
        assert f'lang="{language}"' in page and asks in page and category in page
        assert heading(page) == "城东意见箱"


@pytest.mark.parametrize("name", ["{text}", "a {contact} b", "{{ 7*7 }}", "<b>", "…", "\u202e反"])
def test_names_are_letters_only(name: str) -> None:
    """Whatever stands in a name, it asks for no answer to be put in its place, and it is found again."""
    box = Box("east", name, "repair", (name,))
    [category] = [each for each in survey_of(box).questions() if each.code == "category"]
    assert not any(text.placeholders() for text in (survey_of(box).title, *(o.label for o in category.options)))  # type: ignore[attr-defined]
    assert category_of(box, category.options[0].code) == name  # type: ignore[attr-defined]


def test_an_answer_is_not_saved_over_what_nobody_saw(with_box: Store, open_page: Open) -> None:
    """A remark and another's answer that came meanwhile are shown first; what was typed stays."""
    add_accounts(with_box)
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        app = open_page(with_box, "head", "boxes")
        adding(browser, code, "门口的灯也坏了")
        app.text_area[0].input("周六办公。")
        press(app, "保存")
        assert "没有保存" in words_of_errors(app) and "门口的灯也坏了" in words(app)
        assert app.text_area[0].value == "周六办公。" and not with_box.cases.all()[0].reply
        [case] = with_box.cases.all()
        with_box.cases.answer(case, CaseState.WORKED_ON, "同事的答复", local_day(NOW), by="other")
        press(app, "保存")
        assert "没有保存" in words_of_errors(app) and app.text_area[0].value == "周六办公。"
        press(app, "保存")
        assert with_box.cases.all()[0].reply == "周六办公。"


def test_an_answer_keeps_its_day_while_only_the_state_changes(with_box: Store) -> None:
    with visiting(with_box) as browser:
        written(browser)
    [case] = with_box.cases.all()
    day = local_day(NOW)
    with_box.cases.answer(case, CaseState.ANSWERED, "已办。", day, by="test")
    [case] = with_box.cases.all()
    assert with_box.cases.answer(case, CaseState.CLOSED, "已办。", day + timedelta(days=3), by="test")
    assert with_box.cases.all()[0].answered_on == day


def test_messages_are_found_by_state_and_box_however_many_there_are(with_box: Store, open_page: Open) -> None:
    """The list says how many it shows, and shows more when asked."""
    add_accounts(with_box)
    with_box.boxes.save(Box("west", "城西意见箱", "repair"), by="test")
    with visiting(with_box) as browser:
        written(browser)
    [case] = with_box.cases.all()
    for number in range(60):
        moved = replace(
            case, id=f"{number:032}", source=from_box("west"), text=f"城西第 {number} 条",
            received_at=NOW + timedelta(1),
        )  # fmt: skip
        with_box.cases.receive(moved)
    app = open_page(with_box, "head", "boxes")
    assert "显示最近 50 条，共 61 条。" in words(app) and "希望周末也能" not in words(app)
    press(app, "再显示 50 条")
    assert "希望周末也能" in words(app)
    next(each for each in app.selectbox if each.label == "意见箱").set_value("east").run()
    assert "希望周末也能" in words(app) and "城西第" not in words(app)
