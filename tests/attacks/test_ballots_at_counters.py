"""Ballots stuffed through a tablet: how many a minute get in, and how many of those are marked.

`python -m pytest -s tests/attacks/test_ballots_at_counters.py` prints the figures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from surveys.fieldwork.protection import Protection
from surveys.fieldwork.tablets import PER_MINUTE
from surveys.intake.suspicion import Flag
from surveys.storage import Store
from surveys.web.forms.kiosk import TABLET_COOKIE
from surveys.web.protection import tablet_pace
from tests.support.front_door import Clock, TestClient, be_tablet, hidden, publish, visiting

PLACE, SURVEY = "/k/repair-east", "counter-kiosk"
BALLOTS, MINUTES = 300, 3


@dataclass
class Counted:
    """What came of an attack of so many minutes."""

    sent: int
    accepted: int
    flagged: int

    def __str__(self) -> str:
        return f"{self.sent / MINUTES:.0f} sent, {self.accepted / MINUTES:.0f} accepted, {self.flagged} flagged"


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the limits, which an attack moves."""
    now = [600.0]
    usual = tablet_pace.PerMinute
    monkeypatch.setattr("surveys.web.forms.kiosk.PerMinute", lambda: usual(lambda: now[0]))
    return now


@pytest.fixture
def counter(store: Store) -> Store:
    publish(store, SURVEY)
    store.kiosks.set("repair-east", SURVEY, by="test")
    return store


def stuff(browser: TestClient, clock: Clock, seconds: list[float], ballots: int = BALLOTS) -> Counter[str]:
    """A program that opens a new page for each answer, and spreads its answers evenly over the minutes."""
    told: Counter[str] = Counter()
    pause = 60 * MINUTES / ballots
    for number in range(ballots):
        page = hidden(browser.get(PLACE).text)
        clock.passes(seconds=pause)
        seconds[0] += pause * 0.999
        fields = {**page, "_survey": SURVEY, "_id": f"{number:032x}", "_age": "0", "_took": "9", "csat": "1"}
        told[browser.post(PLACE, data=fields).json()["outcome"]] += 1
    return told


def counted(store: Store, sent: int = BALLOTS) -> Counted:
    flags = [each.flags for chunk in store.responses.responses(SURVEY) for each in chunk]
    return Counted(sent, len(flags), sum(Flag.BUSY_TABLET in each for each in flags))


def test_who_is_no_tablet_gets_nothing_in(counter: Store, seconds: list[float]) -> None:
    """Neither with a page that a tablet has opened, nor as a tablet of another touchpoint."""
    with visiting(counter) as tablet, visiting(counter) as program:
        be_tablet(tablet, counter, "repair-east")
        page = hidden(tablet.get(PLACE).text)
        assert program.get(PLACE).status_code == 403
        fields = {**page, "_survey": SURVEY, "_id": "0" * 32, "_age": "0", "_took": "9", "csat": "1"}
        for cookie in ("", "made-up"):
            program.cookies.set(TABLET_COOKIE, cookie)
            told = program.post(PLACE, data=fields)
            assert told.status_code == 403 and told.json()["outcome"] == "unenrolled"
    print(f"\nno tablet, a minute: {counted(counter)}")
    assert counter.responses.amount(SURVEY) == 0


def test_a_tablet_stuffs_no_more_than_the_cap_and_most_of_it_is_marked(counter: Store, seconds: list[float]) -> None:
    """300 ballots in three minutes: 30 a minute get in, of which all but six a minute are flagged."""
    clock = Clock()
    with visiting(counter, clock) as browser:
        be_tablet(browser, counter, "repair-east")
        told = stuff(browser, clock, seconds)
    found = counted(counter)
    print(f"\nan enrolled tablet, a minute: {found}")
    assert told["accepted"] == found.accepted <= (MINUTES + 1) * PER_MINUTE and told["later"] > 0
    assert found.flagged / found.accepted >= 0.75


def test_customers_at_their_usual_pace_are_neither_held_up_nor_marked(counter: Store, seconds: list[float]) -> None:
    """Five a minute at one tablet, and a day without network brought at once."""
    clock = Clock()
    with visiting(counter, clock) as browser:
        be_tablet(browser, counter, "repair-east")
        assert stuff(browser, clock, seconds, 5 * MINUTES) == {"accepted": 5 * MINUTES}
        print(f"\ncustomers, a minute: {counted(counter, 5 * MINUTES)}")
        page = hidden(browser.get(PLACE).text)
        clock.passes(hours=8)
        for number in range(20):
            fields = {**page, "_survey": SURVEY, "_id": f"a{number:031x}", "_took": "9", "csat": "4"}
            told = browser.post(PLACE, data={**fields, "_age": str(600 + number * 1000)})
            assert told.json()["outcome"] == "accepted"
    assert counted(counter).flagged == 0


def test_the_cap_is_what_the_survey_says_and_nothing_is_lost(counter: Store, seconds: list[float]) -> None:
    """Who is over it waits until the next minute."""
    counter.protections.set(SURVEY, Protection(kiosk_per_minute=2), by="test")
    with visiting(counter) as browser:
        be_tablet(browser, counter, "repair-east")
        fields = {**hidden(browser.get(PLACE).text), "_survey": SURVEY, "_age": "0", "_took": "9", "csat": "4"}
        answers = [browser.post(PLACE, data={**fields, "_id": f"{number:032x}"}) for number in range(3)]
        assert [each.json()["outcome"] for each in answers] == ["accepted", "accepted", "later"]
        assert 0 < int(answers[2].headers["retry-after"]) <= 60
        seconds[0] += 60
        assert browser.post(PLACE, data={**fields, "_id": f"{2:032x}"}).json()["outcome"] == "accepted"
