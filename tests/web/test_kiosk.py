"""Where a tablet delivers: only with its own token, each answer once, dated by what has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from surveys.intake.suspicion import Flag
from surveys.storage import Store
from tests.support.front_door import NOW, Clock, TestClient, be_tablet, hidden, publish, visiting

ID = "0123456789abcdef" * 2
PLACE = "/k/repair-east"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(store: Store, clock: Clock) -> Iterator[TestClient]:
    publish(store, "counter-kiosk")
    publish(store, "power-visit")
    store.kiosks.set("repair-east", "counter-kiosk", by="test")
    with visiting(store, clock) as browser:
        be_tablet(browser, store, "repair-east")
        yield browser


def fields(browser: TestClient, **changes: str) -> dict[str, str]:
    page = hidden(browser.get(PLACE).text)
    return {**page, "_survey": "counter-kiosk", "_id": ID, "_age": "0", "_took": "9", "csat": "4", **changes}


def test_an_answer_told_twice_gets_the_same_receipt(browser: TestClient, store: Store, clock: Clock) -> None:
    """And is dated to when it was given, also a day later."""
    sent = fields(browser)
    clock.passes(days=1)
    first, second = (browser.post(PLACE, data={**sent, "_age": "3600"}).json() for _ in range(2))
    assert first["id"] == ID and first["receipt"] == second["receipt"] != ""
    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")
    [[response]] = list(store.responses.responses("counter-kiosk"))
    assert (response.received_at, response.seconds) == (NOW + timedelta(hours=23), 9)
    assert (response.channel, response.flags) == ("kiosk", ())


@pytest.mark.parametrize(
    "forged",
    [{"_kiosk": ""}, {"_kiosk": "1.1.x.y"}, {"_survey": "power-visit"}, {"_id": "short"}, {"_id": "../" * 11}],
    ids=["no token", "a made-up token", "a token of another survey", "a short number", "a path"],
)
def test_a_forged_delivery_is_refused(browser: TestClient, store: Store, forged: dict[str, str]) -> None:
    assert browser.post(PLACE, data=fields(browser, **forged)).status_code == 403
    assert store.responses.amount("counter-kiosk") == store.responses.amount("power-visit") == 0


def test_a_token_is_good_for_its_own_place_and_page_alone(browser: TestClient, store: Store) -> None:
    """The token of the open form is none; the same number under another page's token is another answer."""
    sent = fields(browser)
    assert browser.post("/k/elsewhere", data=sent).status_code == 403
    assert browser.post(PLACE, data={**sent, "_kiosk": sent["_token"]}).status_code == 403
    one, other = browser.post(PLACE, data=sent).json(), browser.post(PLACE, data=fields(browser)).json()
    assert one["receipt"] != other["receipt"] and store.responses.amount("counter-kiosk") == 2


@pytest.mark.parametrize("age", ["99999999", "-5", "soon", ""])
def test_a_tablet_with_a_wrong_clock_is_noted(browser: TestClient, store: Store, age: str) -> None:
    """The answer is dated to its delivery."""
    assert browser.post(PLACE, data=fields(browser, _age=age)).status_code == 200
    [[response]] = list(store.responses.responses("counter-kiosk"))
    assert (response.received_at, response.flags) == (NOW, (Flag.CLOCK,))


@pytest.mark.parametrize(
    ("took", "answers", "expected"),
    [("0", {}, ()), ("1", {"done": "once"}, ()), ("0", {"done": "once"}, (Flag.TOO_FAST,))],
    ids=["one tap", "two taps", "two at once"],
)
def test_a_tap_at_the_counter_is_not_too_fast(
    browser: TestClient, store: Store, took: str, answers: dict[str, str], expected: tuple[str, ...]
) -> None:  # fmt: skip
    """The question was read before the screen was touched; time counts for what comes after."""
    assert browser.post(PLACE, data=fields(browser, _took=took, **answers)).status_code == 200
    [[response]] = list(store.responses.responses("counter-kiosk"))
    assert response.flags == expected and "分钟" not in browser.get(PLACE).text


def test_what_the_definition_does_not_allow_is_not_kept(browser: TestClient, store: Store) -> None:
    assert browser.post(PLACE, data=fields(browser, csat="6")).status_code == 422
    assert store.responses.amount("counter-kiosk") == 0


def test_an_answer_to_a_closed_survey_is_refused_as_a_tablet_understands(browser: TestClient, store: Store) -> None:
    """By its number, so that the tablet goes on with the next."""
    sent = fields(browser)
    store.surveys.close("counter-kiosk", by="test")
    told = browser.post(PLACE, data=sent)
    assert told.status_code == 410 and told.json() == {"id": ID, "outcome": "refused", "receipt": ""}


def test_a_place_without_a_tablet_says_so(browser: TestClient) -> None:
    page = browser.get("/k/nowhere")
    assert page.status_code == 404 and "还没有设置窗口评价" in page.text
