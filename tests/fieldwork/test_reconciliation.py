"""Every form sent ends in a count, and the counts lead to the answers that are there."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from surveys.intake.receipts import response_id
from surveys.intake.reconciliation import ENDS, CountsAccount, by_month, reconcile, reconciled_by
from surveys.intake.submission import Event, Outcome
from surveys.storage import Store
from tests.conftest import submission
from tests.fieldwork.test_personal_links import PHONE, campaign, invite
from tests.support.front_door import Clock, hidden, receipt, visiting

FORM = "/s/power-visit"


def account(store: Store) -> CountsAccount:
    return reconcile(store.responses.tallies("power-visit"), store.responses.kept("power-visit"))


def test_each_form_sent_ends_in_one_count(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken, repeated, sent back, too old, not saved, withdrawn: what people did is what the account says."""
    clock = Clock()
    with visiting(published, clock) as browser:
        fields = hidden(browser.get(FORM).text)
        browser.post(FORM, data=fields)  # nothing answered
        browser.post(FORM, data={**fields, "_token": "forged", "csat": "4"})
        with monkeypatch.context() as patch:
            patch.setattr(type(published.responses), "append", broken)
            assert browser.post(FORM, data={**fields, "csat": "4"}).status_code == 503
        code = receipt(browser.post(FORM, data={**fields, "csat": "4"}).text)
        browser.post(FORM, data={**fields, "csat": "4"})
        browser.post(FORM, data={**hidden(browser.get(FORM).text), "csat": "2"})
        confirm = hidden(browser.post(f"{FORM}/withdraw", data={"receipt": code}).text)
        assert browser.post(f"{FORM}/withdraw", data=confirm).status_code == 200
    assert published.responses.bring_in([submission(7)]) == [Outcome.ACCEPTED]
    found = account(published)
    assert found.events == {
        Event.OPENED: 2, Event.REJECTED: 1, Event.STALE: 1, Event.NOT_SAVED: 1, Event.ACCEPTED: 2, Event.DUPLICATE: 1,
        Event.WITHDRAWN: 1, Event.BROUGHT_IN: 1,
    }  # fmt: skip
    assert (found.sent, found.expected, found.kept, found.difference) == (6, 2, 2, 0)
    assert response_id("power-visit", code) not in {
        each.id for chunk in published.responses.responses("power-visit") for each in chunk
    }


def broken(*_: object) -> None:
    raise OSError("disk full")


def test_an_answer_that_is_missing_or_too_many_shows(published: Store) -> None:
    published.responses.append([submission(number) for number in range(3)])
    rows, kept = published.responses.tallies("power-visit"), published.responses.kept("power-visit")
    assert reconcile(rows, kept).difference == 0
    assert reconcile(rows, [{**kept[0], "times": 2}]).difference == -1
    assert reconcile(rows, [{**kept[0], "times": 5}]).difference == 2


@pytest.mark.parametrize("column", ["day", "touchpoint"])
def test_the_parts_add_up_to_the_whole(published: Store, column: str) -> None:
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 1)]
    places = ["repair-east", None]
    published.responses.append([submission(n, received_on=days[n % 3], touchpoint=places[n % 2]) for n in range(12)])
    published.responses.withdraw("power-visit", submission(3).id, days[2])
    rows, kept = published.responses.tallies("power-visit"), published.responses.kept("power-visit")
    parts = reconciled_by(column, rows, kept)
    assert sum((each.events for each in parts.values()), Counter()) == account(published).events
    assert sum(each.kept for each in parts.values()) == account(published).kept == 11
    if column == "touchpoint":
        assert [each.difference for each in parts.values()] == [0, 0]
    assert set(reconciled_by("day", by_month(rows), by_month(kept))) == {"2026-11", "2026-12"}


def test_every_outcome_is_an_end_that_is_counted(published: Store) -> None:
    """A new way to end must have its line in the account, or forms would vanish from it."""
    leaving = {Event.WITHDRAWN, Event.TAKEN_BACK, Event.EXPIRED, Event.SET_APART, Event.COUNTED_AGAIN}
    others = {Event.OPENED, Event.UNPLACED, Event.BROUGHT_IN, *leaving}
    assert set(ENDS) == set(Event) - others


def test_a_withdrawal_counts_with_the_deletion(published: Store) -> None:
    """In one transaction: at no moment is an answer gone without its count."""
    kept = submission(1)
    published.responses.append([kept])
    assert published.responses.withdraw("power-visit", kept.id, date(2026, 11, 25))
    assert not published.responses.withdraw("power-visit", kept.id, date(2026, 11, 25))
    assert account(published).difference == 0 and account(published).events[Event.WITHDRAWN] == 1


def test_personal_links_begun_and_not_sent_are_counted(published: Store) -> None:
    """Each once: opened only, left half filled, finished; and by department for those who see only theirs."""
    tokens = invite(published, campaign(published), "c-1", "c-2", "c-3")
    with visiting(published) as browser:
        pages = [browser.get(f"/i/{token}", headers=PHONE).text for token in tokens]
        draft = {**hidden(pages[1]), "csat": "2"}
        assert browser.post(f"/i/{tokens[1]}/draft", data=draft).status_code == 204
        browser.post(f"/i/{tokens[2]}", data={**hidden(pages[2]), "csat": "4"})
    assert published.invitations.begun("power-visit") == (2, 1)
    assert published.invitations.begun("power-visit", ["repair"]) == (2, 1)
    assert published.invitations.begun("power-visit", ["service"]) == (0, 0)
    assert published.invitations.begun("key-account") == (0, 0)
