"""What a link says stays with its form: through mistakes, in drafts, against forged fields, and until the thanks."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from surveys.cases.opinion_boxes import Box, category_code
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.invitations import Invitation, link_token, new_invitation_id
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.permissions import Role
from surveys.storage import Store
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import (
    NOW,
    SECRET,
    Clock,
    TestClient,
    add_account,
    be,
    heading,
    hidden,
    publish,
    receipt,
    visiting,
)
from tests.support.open_review import publish_review

SAID = {"code": "said", "type": "short_text", "title": "意见", "required": True}
ORDER = {"code": "order", "type": "hidden", "title": "工单"}
CREW = {
    "code": "crew", "type": "short_text", "title": "班组如何",
    "show_if": {"item": "link.crew", "is": "equals", "value": "east"},
}  # fmt: skip


def orders(store: Store, *questions: dict[str, Any], **more: Any) -> None:
    """A survey about work orders, in the field."""
    asked = [ORDER, SAID, CREW, *questions]
    definition = {"code": "orders", "title": "试", "use": "试用", "sections": [{"questions": asked}], **more}
    store.surveys.save_draft(Survey.model_validate(definition), None, by="test")
    store.surveys.publish("orders", by="test")


def kept(store: Store, survey: str = "orders") -> list[StoredResponse]:
    return [each for chunk in store.responses.responses(survey) for each in chunk]


def address(html: str) -> str:
    """Where the form on a page is sent."""
    return unescape(re.search(r'<form class="answer"[^>]* action="([^"]*)"', html)[1])  # type: ignore[index]


def led(browser: TestClient, to: str, fields: dict[str, str]) -> str:
    """The address that a sent form leads on to."""
    answer = browser.post(to, data=fields, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


@pytest.mark.parametrize("to", ["/s/orders", "/s/orders?order=B2&crew=west&tp=repair-west", "/embed/orders"])
def test_what_the_link_brought_is_kept_whatever_is_sent(store: Store, to: str) -> None:
    """Neither a field nor another address changes order, crew or touchpoint of a form that was given out."""
    orders(store)
    forged = {"order": "B2", "_tp": "repair-west", "_link.crew": "west", "_link.order": "B2", "_biz": "x"}
    with visiting(store) as browser:
        page = browser.get("/s/orders?order=A1&tp=repair-east&crew=east").text
        sent = browser.post(to, data={**hidden(page), "said": "好", "crew": "快", **forged})
    assert heading(sent.text) == "感谢您的评价"
    [response] = kept(store)
    assert response.answers == {"order": "A1", "said": "好", "crew": "快"} and response.touchpoint == "repair-east"


def test_a_link_that_brings_nothing_takes_nothing_from_fields(store: Store) -> None:
    """Also where the field is the only place the value could come from."""
    orders(store)
    with visiting(store) as browser:
        page = browser.get("/s/orders").text
        browser.post("/s/orders?order=Z9&crew=east", data={**hidden(page), "said": "好", "order": "Z9", "crew": "快"})
    assert kept(store)[0].answers == {"said": "好"}


def test_what_stands_in_a_token_is_nobody_s_to_change(store: Store) -> None:
    """A token whose values were exchanged is none; the form comes back for the address it was sent to."""
    orders(store)
    with visiting(store) as browser:
        first, second = (hidden(browser.get(f"/s/orders?order={each}").text)["_token"] for each in ("A1", "B2"))
        mixed = ".".join([*first.split(".")[:3], second.split(".")[3], first.split(".")[4]])
        page = browser.post("/s/orders?order=B2", data={"_token": mixed, "said": "好"})
        assert page.status_code == 422 and not kept(store)
        browser.post(address(page.text), data={**hidden(page.text), "said": "好"})
    assert kept(store)[0].answers == {"order": "B2", "said": "好"}


def test_a_long_value_of_the_link_keeps_nobody_from_answering(store: Store) -> None:
    """It is cut where there is no room for it; also very many and long values fit into the form."""
    orders(store, {**ORDER, "code": "other", "max_length": 5})
    with visiting(store) as browser:
        page = browser.get("/s/orders", params={"order": "单" * 900, "other": "0123456789", "crew": "🙂" * 300}).text
        sent = browser.post(address(page), data={**hidden(page), "said": "好"})
        assert heading(sent.text) == "感谢您的评价"
    assert kept(store)[0].answers == {"order": "单" * 200, "other": "01234", "said": "好"}


def test_a_draft_of_a_personal_link_belongs_to_its_values(store: Store) -> None:
    """What was begun about one order is not in the next one's form, and never brings an order along itself."""
    orders(store)
    [token] = invite(store, campaign(store, "orders"), "c-1")
    with visiting(store) as browser:
        page = browser.get(f"/i/{token}?order=A1").text
        draft = unescape(re.search(r'data-draft="([^"]*)"', page)[1])  # type: ignore[index]
        assert browser.post(draft, data={**hidden(page), "said": "写到一半", "order": "Z9"}).status_code == 204
        assert "写到一半" not in browser.get(f"/i/{token}?order=B2").text
        assert "写到一半" not in browser.get(f"/i/{token}").text
        again = browser.get(f"/i/{token}?order=A1&lang=en").text
        assert "写到一半" in again and hidden(again)["order"] == "A1"
        browser.post(f"/i/{token}?order=B2", data={**hidden(again), "said": "写完", "order": "B2"})
    assert kept(store)[0].answers == {"order": "A1", "said": "写完"}


def test_two_orders_behind_one_link_have_a_draft_each(store: Store) -> None:
    """On two devices, one after the other and again: neither overwrites the other, and the answer ends both."""
    orders(store)
    [token] = invite(store, campaign(store, "orders"), "c-1")
    ways = {order: f"/i/{token}?order={order}" for order in ("A1", "B2")}
    with visiting(store) as phone, visiting(store) as tablet:
        for order, device, said in [("A1", phone, "一"), ("B2", tablet, "二"), ("A1", tablet, "三")]:
            draft = unescape(re.search(r'data-draft="([^"]*)"', device.get(ways[order]).text)[1])  # type: ignore[index]
            assert device.post(draft, data={"said": f"第{said}次写"}).status_code == 204
        first, second = (phone.get(ways[order]).text for order in ways)
        assert "第三次写" in first and "第一次写" not in first and "第二次写" in second and "第三次写" not in second
        phone.post(ways["B2"], data={**hidden(second), "said": "写完"})
    assert kept(store)[0].answers == {"order": "B2", "said": "写完"}


def test_an_invitation_says_what_it_is_about(store: Store) -> None:
    """Its facts stand in the hidden questions and can't be changed by the address."""
    orders(store)
    made = campaign(store, "orders")
    event = Invitation(
        new_invitation_id(), made.id, made.survey, made.version, made.anonymous, "c-1", NOW, None,
        expires_at=NOW + timedelta(days=9), context={"order": "WO-1", "crew": "east"},
    )  # fmt: skip
    token = link_token(SECRET, event.id)
    store.invitations.add([event], {event.id: token})
    with visiting(store) as browser:
        page = browser.get(f"/i/{token}?order=FORGED&crew=west").text
        browser.post(address(page), data={**hidden(page), "said": "好", "crew": "快", "order": "FORGED"})
    [response] = kept(store)
    assert response.answers == {"order": "WO-1", "said": "好", "crew": "快"} and response.context["order"] == "WO-1"


# The address of the form


@pytest.mark.parametrize("way", ["/s/orders", "/i/{token}", "/embed/orders"])
def test_a_mistake_leaves_the_address_as_it_was(store: Store, way: str) -> None:
    """With all its values, also those that mean nothing to us; the switch of language keeps them too."""
    orders(store, title={"zh-Hans": "试", "en": "Try"})
    way = way.format(token=invite(store, campaign(store, "orders"), "c-1")[0])
    here = f"{way}?tp=repair-east&order=A%201&utm=x&lang=en"
    with visiting(store) as browser:
        page = browser.get(here).text
        assert address(page) == here
        wrong = browser.post(here, data=hidden(page))
        assert wrong.status_code == 422 and address(wrong.text) == here and '<html lang="en"' in wrong.text
        switch = unescape(re.search(r'formaction="([^"]*)"', wrong.text)[1])  # type: ignore[index]
        assert switch == f"{way}?tp=repair-east&order=A+1&utm=x&lang=zh-Hans"
        fields = {**hidden(wrong.text), "_switch": "zh-Hans", "said": "好"}
        switched = browser.post(switch, data=fields)
        assert address(switched.text) == switch and '<html lang="zh-Hans"' in switched.text
        browser.post(switch, data={**hidden(switched.text), "said": "好"})
    [response] = kept(store)
    assert response.touchpoint == "repair-east" and response.answers == {"order": "A 1", "said": "好"}


def test_an_address_is_no_way_into_the_page(store: Store) -> None:
    """Quotes and brackets of a query stay in their attribute."""
    orders(store)
    with visiting(store) as browser:
        page = browser.get('/s/orders?x="><script>alert(1)</script>').text
        assert "<script>alert" not in page


# The thanks


def sent(browser: TestClient, way: str, **answers: str) -> str:
    page = browser.get(way).text
    return led(browser, address(page), {**hidden(page), **answers})


def readable(thanks: str) -> bytes:
    """What anyone can read in the address of the thanks."""
    [sealed] = parse_qs(urlsplit(thanks).query)["r"]
    return urlsafe_b64decode(sealed)


@pytest.mark.parametrize(
    "way", ["/s/orders?order=WO-70031&tp=repair-east", "/i/{token}?order=WO-70031", "/embed/orders?order=WO-70031"]
)
def test_the_thanks_have_an_address_of_their_own(store: Store, way: str) -> None:
    """Opened as often as one likes, also when the survey is closed; nothing is counted again, nothing told in it."""
    orders(store)
    [token] = invite(store, campaign(store, "orders"), "c-1")
    with visiting(store) as browser:
        thanks = sent(browser, way.format(token=token), said="张三说好")
        first = browser.get(thanks)
        assert heading(first.text) == "感谢您的评价" and first.headers["cache-control"] == "no-store"
        store.surveys.close("orders", by="test")
        again = browser.get(thanks)
        assert receipt(first.text) == receipt(again.text) != ""
        assert (token not in thanks and "/embed" in thanks) or not way.startswith("/embed")
        [response] = kept(store)
        opened = readable(thanks)
        for secret in (receipt(first.text), receipt(first.text).replace("-", ""), response.id, "WO-70031", "c-1"):
            assert secret not in thanks and secret.encode() not in opened
    with visiting(store) as browser:  # the server was started anew
        assert receipt(browser.get(thanks).text) == receipt(first.text)


@pytest.mark.parametrize("spoiled", ["?r=", "?r=é", "?r=" + "A" * 60_000, "", "of another survey", "a day later"])
def test_an_address_that_is_too_old_or_made_up_says_so(store: Store, spoiled: str) -> None:
    """And what was answered stays answered."""
    orders(store)
    publish(store, "power-visit")
    clock = Clock()
    with visiting(store, clock) as browser:
        thanks = sent(browser, "/s/orders?lang=zh-Hant", said="好")
        if spoiled == "a day later":
            clock.passes(days=1, minutes=1)
        elif spoiled == "of another survey":
            thanks = thanks.replace("orders", "power-visit")
        else:
            thanks = f"/s/orders/thanks{spoiled}"
        page = browser.get(thanks)
        assert page.status_code == 410 and heading(page.text) == "这一页已经过期" and not receipt(page.text)


@pytest.fixture
def anonymous(store: Store) -> Store:
    publish_review(store)
    return store


@pytest.mark.parametrize("ending", ["hours later", "started anew"])
def test_the_thanks_of_an_anonymous_answer_are_soon_forgotten(anonymous: Store, ending: str) -> None:
    """The receipt stands there again for an hour; then not even with our secret does the address lead to it.

    When the server was started anew, it does so only in the browser that has answered.
    """
    wu, clock = add_account(anonymous, "wu", Role.STAFF), Clock()
    with visiting(anonymous, clock) as browser:
        be(browser, anonymous, wu)
        thanks = sent(browser, "/s/open-review", department="repair", overall="4")
        clock.passes(minutes=59)
        page = browser.get(thanks)
        assert receipt(page.text) and "/my" in page.text
        assert b"wu" not in readable(thanks)
        if ending == "hours later":
            clock.passes(hours=2)
            assert browser.get(thanks).status_code == 410
        own = dict(browser.cookies)
    if ending == "started anew":
        with visiting(anonymous, clock) as browser:
            assert browser.get(thanks).status_code == 410
            browser.cookies.update(own)
            assert receipt(browser.get(thanks).text) == receipt(page.text)
            elsewhere = thanks.replace("?r=g", "?r=h")
            assert browser.get(elsewhere).status_code == 410
            clock.passes(hours=2)
            assert browser.get(thanks).status_code == 410


def test_a_prize_is_offered_again_and_its_address_leads_to_no_answer(published: Store) -> None:
    """The ticket is the same each time; an address that holds it is sealed as an anonymous one."""
    prize = Prize("power-visit", PrizeKind.DRAW, "50 元电费", local_day(NOW) + timedelta(days=7))
    published.prizes.set(prize, by="test")
    with visiting(published) as browser:
        thanks = sent(browser, "/s/power-visit", csat="4")
        first, again = (hidden(browser.get(thanks).text)["ticket"] for _ in range(2))
        assert first == again
        published.prizes.set(replace(prize, ends_on=local_day(NOW) - timedelta(days=1)), by="test")
        assert "ticket" not in hidden(browser.get(thanks).text) and receipt(browser.get(thanks).text)
    with visiting(published) as browser:
        assert browser.get(thanks).status_code == 410


def test_a_message_leads_on_to_its_case_and_a_withdrawal_to_its_end(published: Store) -> None:
    """Loaded anew, both say the same; a form in English ends in English."""
    published.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    with visiting(published) as browser:
        case = sent(browser, "/box/east?from=poster&lang=en", category=category_code("建议"), text="好")
        pages = [browser.get(case).text for _ in range(2)]
        assert receipt(pages[0]) == receipt(pages[1]) != "" and '<html lang="en"' in pages[0]
        assert heading(pages[0]) == heading(pages[1]) != heading(browser.get(f"/case/{receipt(pages[0])}?lang=en").text)
        assert 'data-kept="' in pages[0]
        code = receipt(browser.get(sent(browser, "/s/power-visit", csat="2")).text)
        asked = browser.post("/s/power-visit/withdraw?lang=en", data={"receipt": code})
        done = led(browser, "/s/power-visit/withdraw?lang=en", hidden(asked.text))
        assert code not in done
        first, again = browser.get(done), browser.get(done)
        assert first.text == again.text and '<html lang="en"' in first.text and "receipt" not in hidden(first.text)
    assert not published.responses.amount("power-visit")
