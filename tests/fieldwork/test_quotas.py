"""Quota cells: as many answers as they hold, however many come at once."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from surveys.definition.survey import Quota, Survey
from surveys.intake.reconciliation import reconcile
from surveys.intake.shared_commits import SharedCommits
from surveys.intake.submission import Event, Outcome, QuotaPlace, Submission
from surveys.settings import secret_key
from surveys.storage import Store
from tests.conftest import submission
from tests.support.load import filled_form, send
from tests.support.serving import FORMS_ALONE, serving

YOUNG = QuotaPlace("survey:power-visit", "young", 100)
TOTAL = QuotaPlace("survey:power-visit", "total", 5000)


def test_two_thousand_at_once_on_a_cell_of_a_hundred_give_exactly_a_hundred(published: Store) -> None:
    """Through the shared commits and past them by four threads, at the same time."""
    form = [submission(number, quotas=(YOUNG, TOTAL)) for number in range(2000)]

    def past_them(mine: list[Submission]) -> list[Outcome]:
        return [published.responses.append([each])[0] for each in mine]

    async def run() -> list[Outcome]:
        commits = SharedCommits(published.responses)
        await commits.start()
        shared = asyncio.gather(*(commits.append(each) for each in form[:1600]))
        parts = [form[begin : begin + 100] for begin in range(1600, 2000, 100)]
        threads = asyncio.gather(*(asyncio.to_thread(past_them, part) for part in parts))
        outcomes = [*await shared, *(each for some in await threads for each in some)]
        await commits.stop()
        return outcomes

    outcomes = asyncio.run(run())
    assert Counter(outcomes) == {Outcome.ACCEPTED: 100, Outcome.QUOTA_FULL: 1900}
    assert published.responses.amount("power-visit") == 100
    assert published.quotas.taken("survey:power-visit") == {"young": 100, "total": 100}


def test_a_full_cell_uses_nothing_up(published: Store) -> None:
    """No place in another cell; and a repeat of a counted form does not count again."""
    full, roomy = QuotaPlace("survey:power-visit", "old", 1), QuotaPlace("campaign:x", "all", 10)
    first = submission(1, quotas=(full,))
    assert published.responses.append([first, first]) == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert published.responses.append([submission(2, quotas=(roomy, full))]) == [Outcome.QUOTA_FULL]
    assert published.quotas.taken("campaign:x") == {}
    assert published.quotas.taken("survey:power-visit") == {"old": 1}


def test_two_thousand_clients_at_once_leave_exactly_a_hundred_answers(store: Store, visit: Survey) -> None:
    """Each on a connection of its own to the running server; everyone is thanked, and each form has its count."""
    cell = Quota(code="glad", label="满意的客户", when={"item": "csat", "value": 4}, limit=100)
    store.surveys.save_draft(visit.model_copy(update={"quotas": (cell,)}), None, by="test")
    store.surveys.publish(visit.code, by="test")
    with serving(store.path, FORMS_ALONE) as address:
        secret, port = secret_key(store.path.with_suffix(".key")), httpx.URL(address).port
        load = asyncio.run(send(port, [filled_form(secret, port) for _ in range(2000)], clients=2000))
    assert len(load.waits) == 2000
    account = reconcile(store.responses.tallies(visit.code), store.responses.kept(visit.code))
    assert account.events == {Event.ACCEPTED: 100, Event.QUOTA_FULL: 1900}
    assert (account.sent, account.kept, account.difference) == (2000, 100, 0)
    assert store.quotas.taken("survey:power-visit") == {"glad": 100}
