"""Draws and coupons: taken once by each answer, drawn by a seed, and joined to no answer."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from surveys.fieldwork.prizes import (
    Entry,
    NotDrawable,
    Prize,
    PrizeKind,
    PrizeStanding,
    coupon_codes,
    drawn,
    winners_csv,
)
from surveys.localisation.clock import local_day
from surveys.storage import Store
from surveys.web.protection.signing import sign
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.support.front_door import NOW, SECRET, Clock, TestClient, heading, hidden, publish, visiting

__all__ = ["open_page"]  # a fixture

FORM = "/s/power-visit"
ME = {"name": "王芳", "phone": "138 0000 1111", "agree": "1"}


def offer(store: Store, kind: PrizeKind = PrizeKind.DRAW, survey: str = "power-visit") -> None:
    store.prizes.set(Prize(survey, kind, "50 元电费", local_day(NOW) + timedelta(days=7)), by="test")


def answered(browser: TestClient, fields: dict[str, str] | None = None) -> tuple[dict[str, str], str]:
    """What was sent, and the thanks for it."""
    fields = fields or {**hidden(browser.get(FORM).text), "csat": "4"}
    return fields, browser.post(FORM, data=fields).text


def test_one_entry_for_each_answer_and_for_each_number(published: Store) -> None:
    """Sent again it is the same entry; another answer with the same number adds none, and says nothing of it."""
    offer(published)
    with visiting(published) as browser:
        fields, first = answered(browser)
        _, again = answered(browser, fields)
        assert hidden(first)["ticket"] == hidden(again)["ticket"]
        asked = browser.post("/prize/power-visit", data=hidden(first))
        assert heading(asked.text) == "参加抽奖"
        for thanks in (first, again, answered(browser)[1]):
            taken = browser.post("/prize/power-visit", data={**hidden(thanks), **ME})
            assert heading(taken.text) == "您已参加抽奖"
    assert published.prizes.standing("power-visit").entries == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"name": " "}, "请填写姓名"), ({"name": "长" * 41}, "请填写姓名"), ({"phone": "123"}, "11 位手机号"),
     ({"phone": "13800001111" * 9}, "11 位手机号"), ({"agree": ""}, "请勾选")],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_lost(published: Store, change: dict[str, str], problem: str) -> None:
    offer(published)
    with visiting(published) as browser:
        ticket = hidden(answered(browser)[1])
        page = browser.post("/prize/power-visit", data={**ticket, **ME, **change})
        assert page.status_code == 422 and problem in page.text and ({**ME, **change})["phone"] in page.text
    assert published.prizes.standing("power-visit").entries == 0


def test_every_answer_gets_one_coupon_and_no_coupon_two_answers(published: Store) -> None:
    """However many ask at once; who asks again gets the same; when none are left that is said kindly."""
    offer(published, PrizeKind.COUPON)
    assert published.prizes.add_coupons("power-visit", ["A1", "A2", "A1"], by="test") == 2
    with visiting(published) as browser:
        tickets = [hidden(answered(browser)[1]) for _ in range(3)]
        pages = [browser.post("/prize/power-visit", data=tickets[which]) for which in (0, 0, 1, 2)]
    codes = [re.findall(r"<b>(A\d)</b>", page.text) for page in pages]
    assert codes[0] == codes[1] and {*codes[0], *codes[2]} == {"A1", "A2"} and codes[3] == []
    assert heading(pages[3].text) == "礼券已经发完"


def test_coupons_are_given_in_no_order(published: Store) -> None:
    """Who has a code can't tell from its place in the list when it was given, nor whose answer came then."""
    offer(published, PrizeKind.COUPON)
    published.prizes.add_coupons("power-visit", [f"C{n:02}" for n in range(20)], by="test")
    given = [published.prizes.coupon("power-visit", f"ticket-{n}") for n in range(20)]
    assert sorted(map(str, given)) == [f"C{n:02}" for n in range(20)]
    assert given != sorted(map(str, given)), "twenty in their order is one chance in 2e18"


def test_coupons_hold_under_a_rush(published: Store) -> None:
    """Two hundred tickets, each asking twice at the same time, for fifty coupons."""
    offer(published, PrizeKind.COUPON)
    published.prizes.add_coupons("power-visit", [f"C{n}" for n in range(50)], by="test")
    tickets = [f"ticket-{n}" for n in range(200)] * 2
    with ThreadPoolExecutor(16) as rush:
        got = list(
            zip(tickets, rush.map(lambda each: published.prizes.coupon("power-visit", each), tickets), strict=True)
        )
    given = {(ticket, code) for ticket, code in got if code}
    assert len(given) == len({ticket for ticket, _ in given}) == len({code for _, code in given}) == 50


def test_only_a_ticket_of_ours_for_this_survey_opens_the_page(published: Store) -> None:
    """None, a made-up one, another survey's, one signed for something else; and none after the last day."""
    publish(published, "key-account")
    offer(published)
    offer(published, survey="key-account")
    clock = Clock()
    with visiting(published, clock) as browser:
        good = hidden(answered(browser)[1])["ticket"]
        altered = good[:-1] + ("_" if good.endswith("-") else "-")
        others = ["", "x", altered, sign(SECRET, "prize:key-account", "0" * 32), sign(SECRET, "form", "1")]
        for ticket in others:
            assert browser.post("/prize/power-visit", data={"ticket": ticket, **ME}).status_code == 404
        assert browser.get("/prize/power-visit").status_code == 404
        clock.passes(days=8)
        assert browser.post("/prize/power-visit", data={"ticket": good, **ME}).status_code == 410
    assert published.prizes.standing("power-visit").entries == 0


def test_no_prize_for_what_was_not_taken(published: Store) -> None:
    """Not for an answer sent back, nor where none is offered, nor after the last day."""
    clock = Clock()
    with visiting(published, clock) as browser:
        assert "ticket" not in hidden(answered(browser)[1])
        offer(published)
        sent_back = browser.post(FORM, data=hidden(browser.get(FORM).text))
        assert sent_back.status_code == 422 and "ticket" not in hidden(sent_back.text)
        assert "ticket" in hidden(answered(browser)[1])
        clock.passes(days=8)
        assert "ticket" not in hidden(answered(browser)[1])


def test_entries_share_nothing_with_answers(published: Store) -> None:
    """No column of the one occurs in the other, no time is kept, and the order of rows is not that of writing."""
    offer(published)
    with visiting(published) as browser:
        for n in range(12):
            browser.post("/prize/power-visit", data={**hidden(answered(browser)[1]), **ME, "phone": f"1380000{n:04}"})
    with published._connections.reading() as db:  # no door leads to the entries
        entries = db.execute("SELECT * FROM all_prize_entries").fetchall()
        kept = db.execute("SELECT * FROM kept_responses").fetchall()
        answers = {str(value) for row in kept for value in row if value is not None}
        columns = [row[1] for row in db.execute("PRAGMA table_info(prize_entries)")]
    assert columns == ["ticket", "survey", "name", "phone", "won"]
    assert len(entries) == 12 and not {row[0] for row in entries} & answers
    phones = [row[3] for row in entries]
    assert phones != sorted(phones), "twelve in the order of writing is one chance in 479 million"


def test_a_draw_can_be_repeated_and_checked() -> None:
    """By seed and whatever order; never the same person twice; never more winners than people."""
    tickets = [f"t{n}" for n in range(30)]
    assert drawn(tickets, 5, 7) == drawn(tickets[::-1], 5, 7)
    assert len(set(drawn(tickets, 30, 1))) == 30
    assert len({tuple(drawn(tickets, 5, seed)) for seed in range(50)}) > 45
    with pytest.raises(NotDrawable):
        drawn(tickets, 31, 1)


def test_before_the_draw_nobody_is_forgotten(published: Store) -> None:
    offer(published)
    published.prizes.enter("power-visit", "t", "王芳", "13800001111")
    with pytest.raises(NotDrawable):
        published.prizes.forget_others("power-visit", by="test")
    assert published.prizes.standing("power-visit").entries == 1


def test_winners_go_into_a_spreadsheet_that_runs_nothing() -> None:
    """Names are whatever people wrote."""
    winners = [Entry("王芳", "13800001111", won=True), Entry('=1+1,"x"', "13800002222", won=True)]
    lines = winners_csv(winners, ["姓名", "手机号"]).decode("utf-8-sig").split("\r\n")
    assert lines == ["姓名,手机号", "王芳,13800001111", '"\'=1+1,""x""",13800002222', ""]


def test_lists_of_codes() -> None:
    assert coupon_codes(" A1 \n\nB2\nA1\r\n") == ["A1", "B2"]
    for bad in ("A" * 61, "A\u202eB"):
        with pytest.raises(ValueError, match="券码"):
            coupon_codes(bad)


def test_a_draw_is_set_up_held_and_ended_in_the_console(published: Store, open_page: Open) -> None:
    """Held after the last day; winners are shown once asked for, and that is recorded; nothing is left in the end."""
    add_accounts(published)
    app = open_page(published, "maker", "collection")
    app.date_input[0].set_value(date(2026, 1, 31))
    press(app, "开始提供")
    assert "请写明奖品" in words_of_errors(app)
    next(each for each in app.text_input if each.label == "奖品").input("50 元电费")
    press(app, "开始提供")
    for n in range(4):
        assert published.prizes.enter("power-visit", f"t{n}", f"客户{n}", f"1380000000{n}")
    app = open_page(published, "maker", "collection")
    press(app, "抽奖")
    assert published.prizes.standing("power-visit").won == 1
    press(app, "查看中奖名单（会记录）")
    assert "1380000000" in words(app)
    assert {"draw prize", "see winners"} <= {each.action for each in published.accounts.audit(50)}
    app = open_page(published, "maker", "collection")
    press(app, "确认删除未中奖的人")
    assert published.prizes.standing("power-visit") == PrizeStanding(entries=1, won=1)
    press(open_page(published, "maker", "collection"), "确认删除")
    assert published.prizes.get("power-visit") is None and published.prizes.standing("power-visit").entries == 0


def test_coupons_are_added_in_the_console(published: Store, open_page: Open) -> None:
    add_accounts(published)
    offer(published, PrizeKind.COUPON)
    app = open_page(published, "maker", "collection")
    app.text_area[0].input("A1\nA2")
    press(app, "添加")
    assert "添加了 2 个" in words(app) and published.prizes.standing("power-visit").left == 2


def test_those_who_only_read_see_no_prizes(published: Store, open_page: Open) -> None:
    """Nor the numbers of those who take part."""
    add_accounts(published)
    offer(published)
    assert "抽奖" not in words(open_page(published, "head", "collection"))
