"""One way to read what people type: every door takes the same, keeps the plain form, and guesses nothing."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from surveys.command_line import main
from surveys.definition.routing import course
from surveys.definition.survey import Survey
from surveys.exchange.people.contact_columns import read_cell
from surveys.localisation import normalisation
from surveys.localisation.normalisation import Unreadable
from surveys.people.addresses import address_key
from surveys.people.contact import UnfitValue, as_phone
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store
from surveys.web.forms.rendered_questions import check_answers
from tests.definition.test_questions import question
from tests.people.test_contacts import WANG
from tests.support.front_door import NOW, hidden, visiting
from tests.web.test_api import clock, system

__all__ = ["clock", "system"]

NUMBERS = {
    "３３": "33", "1,280.50": "1280.50", "1，280．５": "1280.5", "1280.5元": "1280.5", "￥12": "12",
    "¥ 1,280.00": "1280.00",
    ".5": "0.5", "-.5": "-0.5", "5.": "5", "12。5": "12.5", "＋5": "5", "－5": "-5", "−5": "-5", "-¥12": "-12",
    "RMB 12": "12", "12 元；": "12", "1 280 000": "1280000", "007": "007", "\u200b5\ufeff": "5", "95分": "95",
    "负5": "-5", "負 5.5": "-5.5", "12（元）": "12", "12）": "12", "12】": "12", "12！": "12",
}  # fmt: skip
PHONES = {
    "138 1234 5678": "13812345678", "＋86 138-1234-5678": "13812345678", "0086 13812345678": "13812345678",
    "8613812345678": "13812345678", "013812345678": "13812345678", "tel:+86-138-1234-5678": "13812345678",
    "手机：１３８１２３４５６７８；": "13812345678", "13812345678\u202c": "13812345678",
    "(010)62345678": "01062345678", "（０１０）６２３４５６７８": "01062345678", "+86 10 6234 5678": "01062345678",
    "86 571 87654321": "057187654321", "+86 (0)571 87654321": "057187654321",
    "0571-87654321转8001": "057187654321-8001", "0571-87654321 ext. 8001": "057187654321-8001",
    "057187654321-802": "057187654321-802", "400-820-8820": "4008208820", "+86 400 820 8820": "4008208820",
    "95598": "95598", "+852 1234 5678": "+85212345678", "00853 6612 3456": "+85366123456",
    "+886 912 345 678": "+886912345678", "+0086 13812345678": "13812345678", "电话13812345678": "13812345678",
    "Tel.: 138 1234 5678": "13812345678", "13812345678.0": "13812345678", "13812345678）": "13812345678",
    "0571-87654321（转8001）": "057187654321-8001", "01062345678转分机12": "01062345678-12",
    "+44 (0)20 7946 0958": "+442079460958",
}  # fmt: skip
DAYS = dict.fromkeys(
    ("2026/1/5", "2026年1月5日", "2026 年 1 月 5 号", "2026.1.5", "20260105", "２０２６－０１－０５",
     "2026-01-05 00:00:00", "二〇二六年一月五日", "2026年元月5号", "2026年1月5日（周一）", "2026-01-05 星期一",
     "2026、1、5", "2026 1 5", "2026年1月5日）"),
    "2026-01-05",
)  # fmt: skip
TIMES = {
    "１８：３０": "18:30", "8:05": "08:05", "18点30分": "18:30", "18点": "18:00", "下午6:30": "18:30",
    "下午6点半": "18:30", "6:30 p.m.": "18:30", "12:30 am": "00:30", "18:30:15": "18:30",
    "下午三点半": "15:30", "下午3點半": "15:30", "15時30分": "15:30", "下午3点钟": "15:00", "下午三点一刻": "15:15",
    "十二点半": "12:30", "早晨7点": "07:00", "夜里11点": "23:00", "半夜2点": "02:00", "6:30下午": "18:30",
    "15点30分20秒": "15:30",
}  # fmt: skip
MAILBOXES = {
    "a＠b.cn": "a@b.cn", "Li.Na@Example.COM": "Li.Na@example.com", "mailto:a@b.cn": "a@b.cn", "a@b.cn；": "a@b.cn",
    "a@b。cn": "a@b.cn", "a@b.cn）": "a@b.cn", "a@b.cn】": "a@b.cn", "a@b.cn》": "a@b.cn", "邮箱：a@b.cn": "a@b.cn",
    "E-mail: a@b.cn": "a@b.cn", "o'neil@b.ie": "o'neil@b.ie",
}  # fmt: skip
HOUSEHOLDS = {
    "０１２３４５６７８９": "0123456789",
    "0571 0001 23": "0571000123",
    "户号：0012345678。": "0012345678",
    "户号0012345678": "0012345678",
    "客户号：0012345678）": "0012345678",
}

READERS = {
    "number": (normalisation.number, NUMBERS), "phone": (normalisation.phone, PHONES), "day": (normalisation.day, DAYS),
    "time": (normalisation.time_of_day, TIMES), "email": (normalisation.email, MAILBOXES),
    "customer_number": (normalisation.customer_number, HOUSEHOLDS),
}  # fmt: skip
CASES = [(kind, text, plain) for kind, (_, table) in READERS.items() for text, plain in table.items()]


@pytest.mark.parametrize(("kind", "text", "plain"), CASES)
def test_each_way_to_write_it_has_one_plain_form(kind: str, text: str, plain: str) -> None:
    """And the plain form is its own: what is kept and exported comes back as it was."""
    read = READERS[kind][0]
    assert read(text) == plain == read(plain)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "1.280,50"), ("number", "12,34"), ("number", "0,500"), ("number", "1,2345"), ("number", "1e5"),
        ("number", "--5"), ("number", "10-20"), ("number", "三"), ("number", "$12"), ("number", "1.2万"),
        ("number", "12度"), ("number", "80%"), ("number", "."), ("number", "9" * 61), ("number", "٣"),
        ("phone", "62345678"), ("phone", "1381234567"), ("phone", "13812345678/13812345679"), ("phone", "1.38E+10"),
        ("phone", "13812345678转1"), ("phone", "12345"), ("phone", "=1+1"), ("phone", "。"), ("phone", "," * 9999),
        ("day", "5/1/2026"), ("day", "01-05-26"), ("day", "2026-02-30"), ("day", "2026-01-05 14:00"), ("day", "明天"),
        ("day", "2026-01-05 周二"), ("day", "26年1月5日"), ("time", "夜里12点"), ("number", "百分之八"),
        ("number", "(5)"), ("number", "3千"),
        ("time", "24:00"), ("time", "18"), ("time", "晚上12点"), ("time", "上午18:30"), ("time", "am 6:30 pm"),
        ("email", "a@b"), ("email", "a@b.cn,c@d.cn"), ("email", "a\n@b.cn"), ("email", "<a@b.cn>"),
        ("customer_number", "1.2E+9"), ("customer_number", "a b"), ("customer_number", "户" * 41),
    ],
)  # fmt: skip
def test_what_could_be_two_things_is_refused_not_guessed(kind: str, text: str) -> None:
    with pytest.raises(Unreadable):
        READERS[kind][0](text)


@given(st.text(max_size=40), st.sampled_from(sorted(READERS)))
def test_any_text_is_read_or_refused_and_never_changes_twice(text: str, kind: str) -> None:
    read = READERS[kind][0]
    try:
        plain = read(text)
    except Unreadable as error:
        assert error.message.wording
    else:
        assert read(plain) == plain
        assert plain or not normalisation.plain(text), "something typed became nothing"


@pytest.mark.parametrize(
    ("text", "units", "plain"),
    [
        ("12度", ["度"], "12"), ("12 kWh", ["度"], "12"), ("80％", ["%"], "80"), ("1.2万", ["元"], "12000"),
        ("1.2 万元", ["元"], "12000"), ("0.00012亿", ["元"], "12000"), ("1.2万", ["万元"], "1.2"),
        ("1.2万元", ["万元"], "1.2"), ("0.56元/度", ["元/度"], "0.56"), ("5min", ["分钟", "minutes"], "5"),
        ("3千", ["元"], "3000"), ("1.5千户", ["户"], "1500"), ("3千瓦时", ["度"], "3"), ("3千", ["千元"], "3"),
        ("2萬元", ["元"], "20000"), ("3万千瓦时", ["千瓦时"], "30000"), ("百分之80", ["%"], "80"),
        ("12（度）", ["度"], "12"), ("12平米", ["㎡"], "12"), ("零下5℃", ["℃"], "-5"), ("12 kW·h", ["度"], "12"),
    ],
)  # fmt: skip
def test_the_unit_that_is_asked_for_may_stand_after_the_number(text: str, units: list[str], plain: str) -> None:
    assert normalisation.number(text, units) == plain


@pytest.mark.parametrize(("text", "unit"), [("12元", "度"), ("1.2元", "万元"), ("3小时", "分钟"), ("12万亿元", "元")])
def test_another_unit_than_the_one_asked_for_is_refused(text: str, unit: str) -> None:
    with pytest.raises(Unreadable):
        normalisation.number(text, [unit])


# Forms

FORM: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "number": ({"decimals": 2, "minimum": -10_000}, NUMBERS),
    "date": ({}, DAYS),
    "time": ({}, TIMES),
    "phone": ({"pattern": "phone"}, PHONES | {"6234-5678": "62345678"}),
    "email": ({"pattern": "email"}, MAILBOXES),
    "customer_number": ({"pattern": "customer_number"}, HOUSEHOLDS | {"0571-0001-23": "0571000123"}),
}


@pytest.mark.parametrize("kind", FORM)
def test_a_form_takes_all_of_it_and_keeps_the_plain_form(kind: str) -> None:
    settings, table = FORM[kind]
    asked = question("short_text" if "pattern" in settings else kind, **settings)
    for text, plain in table.items():
        kept = asked.check({"item": [text]})
        assert kept == (float(plain) if kind == "number" else plain), text
        assert asked.read(asked.entered_from(kept)) == kept


def test_shares_and_lines_are_typed_like_numbers() -> None:
    rows = [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}]
    assert question("constant_sum", rows=rows).read({"item.a": ["７０"], "item.b": ["30%"]}) == {"a": 70, "b": 30}
    assert question("slider").read({"item": ["５０"]}) == 50
    assert question("ranking", options=rows).read({"item.a": ["２"], "item.b": ["１"]}) == ["b", "a"]


def a_survey(*questions: dict[str, Any]) -> Survey:
    sections = [{"questions": list(questions)}]
    return Survey.model_validate({"code": "typed", "title": "填写", "use": "测试", "sections": sections})


AMOUNT = {"code": "fee", "type": "number", "title": "电费", "decimals": 2, "unit": "元", "required": True}
WHY = {
    "code": "why",
    "type": "short_text",
    "title": "为何",
    "show_if": {"item": "fee", "is": "at_least", "value": 1000},
}
PHONE = {"code": "phone", "type": "short_text", "title": "电话", "pattern": "phone"}


@pytest.mark.parametrize("typed", ["１，２８０．５", "1,280.5元", "￥1280.5", "0.12805万"])
def test_conditions_see_the_number_that_was_meant(typed: str) -> None:
    """Of a follow-up that is shown the answer is kept, not thrown away as hidden."""
    survey = a_survey(AMOUNT, WHY)
    answers, problems = check_answers(course(survey, {"fee": [typed], "why": ["太贵"]}, {}, ""))
    assert (answers, problems) == ({"fee": 1280.5, "why": "太贵"}, {})


def test_what_can_not_be_read_stays_as_typed_and_is_told(published: Store) -> None:
    published.surveys.save_draft(a_survey(AMOUNT, PHONE), None, by="test")
    published.surveys.publish("typed", by="test")
    with visiting(published) as browser:
        fields = {**hidden(browser.get("/s/typed").text), "fee": "1.280,50", "phone": "(010)62345678"}
        page = browser.post("/s/typed", data=fields)
        assert "看不出“1.280,50”是多少" in page.text and 'value="1.280,50"' in page.text
        browser.post("/s/typed", data=fields | {"fee": "1,280.50"})
    [kept] = published.responses.newest("typed", 9)
    assert kept.answers == {"fee": 1280.5, "phone": "01062345678"}


# Imports and the API


def test_an_import_of_answers_takes_the_same(published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of scales, whose numbers nobody types into a form."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    scale = {"code": "csat", "type": "rating", "title": "满意"}
    day = {"code": "day", "type": "date", "title": "哪天"}
    published.surveys.save_draft(a_survey(AMOUNT, PHONE, scale, day), None, by="test")
    published.surveys.publish("typed", by="test")
    file = tmp_path / "answers.csv"
    file.write_text(
        'fee,phone,csat,day\n"1,280.50",（010）62345678,４,20260105\n￥12,0086 13812345678,5分,2026/1/5\n'
        ".5,4008208820,3.0,\n",
        encoding="utf-8",
    )
    assert main(["import", "typed", str(file)]) == 0
    kept = sorted(json.dumps(each.answers, sort_keys=True) for each in published.responses.newest("typed", 9))
    assert [json.loads(each) for each in kept] == [
        {"csat": 3, "fee": 0.5, "phone": "4008208820"},
        {"csat": 4, "day": "2026-01-05", "fee": 1280.5, "phone": "01062345678"},
        {"csat": 5, "day": "2026-01-05", "fee": 12, "phone": "13812345678"},
    ]


@pytest.mark.parametrize(("given", "kept"), [("1,280.50元", 1280.5), ("３３", 33), (33, 33)])
def test_another_system_may_hand_in_numbers_as_they_were_typed(
    system: TestClient, published: Store, given: Any, kept: float
) -> None:
    published.surveys.save_draft(a_survey(AMOUNT), None, by="test")
    published.surveys.publish("typed", by="test")
    answer = hand_in(system, given)
    assert answer.status_code < 300, answer.text
    [response] = published.responses.newest("typed", 9)
    assert response.answers == {"fee": kept}


@pytest.mark.parametrize("given", ["many", "1.280,50", "NaN", "Infinity", "1e5", True, [1], {"a": 1}])
def test_what_is_no_number_gets_a_fault_and_no_failure(system: TestClient, published: Store, given: Any) -> None:
    published.surveys.save_draft(a_survey(AMOUNT), None, by="test")
    published.surveys.publish("typed", by="test")
    answer = hand_in(system, given)
    assert answer.status_code == 422 and answer.json()["faults"][0]["where"] == "answers.fee"


def hand_in(system: TestClient, fee: Any) -> Any:
    body = {"survey": "typed", "answers": {"fee": fee}}
    return system.post("/responses", json=body, headers={"Idempotency-Key": "1"})


@pytest.mark.parametrize(("text", "kept"), NUMBERS.items())
def test_an_amount_of_people_is_read_like_any_number(text: str, kept: str) -> None:
    assert read_cell("worth.年电费", text, ()) == float(kept)


@pytest.mark.parametrize("text", ["1,2", "1.280,50", "12,34", "三千"])
def test_an_amount_that_could_be_two_is_no_amount(text: str) -> None:
    """It is told instead of read as twelve."""
    with pytest.raises(UnfitValue):
        read_cell("worth.年电费", text, ())


# Addresses


def old_key(kind: str, text: str) -> str:
    """As keys have been made since there are wishes."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = plain.casefold() if kind == "email" else plain
    return hashlib.blake2b(
        f"{kind}:{plain}".encode(), key=b"s" * 32, digest_size=16, person=b"xinsheng-address"
    ).hexdigest()


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("phone", "13812345678"), ("phone", "057187654321"), ("phone", "01062345678"), ("phone", "057187654321-802"),
        ("phone", "4008208820"), ("phone", "+442079460958"), ("phone", "+85212345678"), ("phone", "013812345678"),
        ("phone", "不详"), ("email", "Li.Na@example.com"), ("chat", "LiNa"),
    ],
)  # fmt: skip
def test_wishes_that_are_kept_already_still_match(kind: str, kept: str) -> None:
    """An address as a file holds it has the key that it always had."""
    assert address_key(b"s" * 32, kind, kept) == old_key(kind, kept)


@pytest.mark.parametrize(
    "written", [text for text, plain in PHONES.items() if plain == "13812345678" and text[0] != "0"]
)
def test_opting_out_holds_however_the_number_is_written(published: Store, written: str) -> None:
    published.contacts.keep([WANG], by="test")
    published.wishes.leave_alone("phone", written, by="test", at=NOW)
    assert published.wishes.since("wang") == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    "sought", ["138 1234", "１３８１２３４", "+86 138-1234-5678", "138-1234", "0571 0001 23", "王"]
)
def test_people_are_found_by_a_number_in_any_way(published: Store, sought: str) -> None:
    published.contacts.keep(
        [WANG, replace(WANG, id="li", name="李", customer_number="9", phone="057187654321")], by="test"
    )
    assert [each.id for each in published.contacts.page(ContactSearch(text=sought))] == ["wang"]


def test_plain_phones_of_files_are_plain_for_good() -> None:
    """What `as_phone` has written it reads again; with an extension, too."""
    for plain in PHONES.values():
        assert as_phone(plain) == plain
