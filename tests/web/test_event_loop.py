"""No page asks the database on the event loop: one slow disk would hold up every other request.

`visiting` watches over that in every test of a page; here it is shown that it sees, and that the doors pass.
"""

from __future__ import annotations

import asyncio

import pytest

from surveys.cases.opinion_boxes import Box
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.event_loop import OnTheEventLoop, database_off_the_event_loop
from tests.support.front_door import BEHIND, add_account, be, be_tablet, hidden, sign_in, visiting


def test_a_look_at_the_database_on_the_loop_is_found(published: Store) -> None:
    """Where it is made, and once more at the end, in case somebody made a page of it."""
    refusals: list[type[Exception]] = []

    async def look() -> None:
        try:
            published.organisation.profile()
        except OnTheEventLoop as error:
            refusals.append(type(error))
        await asyncio.to_thread(published.organisation.profile)

    with pytest.raises(AssertionError, match=r"__init__\.py"), database_off_the_event_loop():
        asyncio.run(look())
    assert refusals == [OnTheEventLoop]


def test_every_door_leaves_the_loop_alone(published: Store) -> None:
    """Form, thanks, withdrawal, box, case, tablet, sign-in, console, and pages that are refused."""
    admin = add_account(published, "chief", Role.ADMIN)
    published.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    published.kiosks.set("repair-east", "power-visit", by="test")
    with visiting(published) as browser:
        be_tablet(browser, published, "repair-east")
        for address in ("/s/power-visit?tp=repair-east", "/k/repair-east", "/box/east", "/case", "/login", "/healthz"):
            assert browser.get(address).status_code == 200, address
        given = {**hidden(browser.get("/s/power-visit").text), "csat": "5", "nps": "10"}
        assert browser.post("/s/power-visit", data=given).status_code == 200
        for address in ("/s/nothing", "/i/nothing", "/k/nothing", "/nothing"):
            assert browser.get(address).status_code == 404, address
        assert browser.get("/s/power-visit/withdraw").status_code == 200
        assert sign_in(browser, "chief") == 303
        be(browser, published, admin)
        assert browser.get("/results").text == BEHIND
        assert browser.get("/my").status_code == 200
        for place in ("preview", "poster", "paper", "typing"):
            assert browser.get(f"/{place}/power-visit").status_code == 200, place
