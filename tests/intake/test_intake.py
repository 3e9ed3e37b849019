"""Shared commits: each submission is answered after its own commit, and one failure costs no one else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event as Gate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.intake.receipts import receipt_for, response_id
from surveys.intake.shared_commits import SharedCommits
from surveys.intake.submission import Outcome, Submission
from surveys.storage import Store
from tests.conftest import submission


class Recording:
    """The store's intake, noting the batches it gets; holds the first one until the gate opens."""

    def __init__(self, store: Store, gate: Gate | None = None) -> None:
        self.store, self.gate, self.batches = store, gate, list[int]()

    def append(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self.batches.append(len(submissions))
        if self.gate is not None:
            self.gate.wait(10)
        return self.store.responses.append(submissions)


async def append_all(intake: Recording, submissions: list[Submission], after_first: Gate | None = None) -> list[object]:
    commits = SharedCommits(intake)  # type: ignore[arg-type]
    await commits.start()
    tasks = [asyncio.create_task(commits.append(each)) for each in submissions]
    if after_first is not None:
        await asyncio.sleep(0.05)
        after_first.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await commits.stop()
    return list(results)


def test_what_waits_shares_a_commit(published: Store) -> None:
    """While one transaction is written, the others gather for the next."""
    gate = Gate()
    intake = Recording(published, gate)
    results = asyncio.run(append_all(intake, [submission(number) for number in range(40)], after_first=gate))
    assert results == [Outcome.ACCEPTED] * 40
    assert len(intake.batches) <= 2
    assert published.responses.amount("power-visit") == 40


def test_a_failing_submission_costs_no_one_else(published: Store) -> None:
    """The batch is taken apart, and only the culprit hears of it."""
    wrong = submission(99, survey="none")
    results = asyncio.run(append_all(Recording(published), [submission(1), wrong, submission(2)]))
    assert [results[0], results[2]] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert isinstance(results[1], Exception)
    assert published.responses.amount("power-visit") == 2


def test_stopping_finishes_what_waits(published: Store) -> None:
    """A restart of the server loses nothing that was taken in."""

    async def run() -> list[Outcome]:
        commits = SharedCommits(published.responses)
        await commits.start()
        tasks = [asyncio.create_task(commits.append(submission(number))) for number in range(20)]
        await asyncio.sleep(0)
        await commits.stop()
        return await asyncio.gather(*tasks)

    assert asyncio.run(run()) == [Outcome.ACCEPTED] * 20


def test_a_client_that_left_does_not_stop_the_writer(published: Store) -> None:
    """Its answers are kept; the next one is served."""

    async def run() -> Outcome:
        commits = SharedCommits(published.responses)
        await commits.start()
        impatient = asyncio.create_task(commits.append(submission(1)))
        await asyncio.sleep(0)
        impatient.cancel()
        outcome = await commits.append(submission(2))
        await commits.stop()
        return outcome

    assert asyncio.run(run()) is Outcome.ACCEPTED
    assert published.responses.amount("power-visit") == 2


@given(st.text("0123456789abcdef", min_size=1, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_receipt_is_stable_readable_and_leads_to_its_response(form: str, secret: bytes) -> None:
    """The same form gives the same receipt; typed small and without hyphens it is still found."""
    receipt = receipt_for(form, secret)
    assert receipt == receipt_for(form, secret)
    assert len(receipt) == 14 and not set(receipt) & set("01OIL")
    typed = receipt.lower().replace("-", " ")
    assert response_id("power-visit", typed) == response_id("power-visit", receipt)
    assert response_id("other-survey", receipt) != response_id("power-visit", receipt)


def test_without_the_secret_a_receipt_cannot_be_told_from_the_form() -> None:
    """Another installation gives another receipt."""
    assert receipt_for("a" * 32, b"1" * 32) != receipt_for("a" * 32, b"2" * 32)


@pytest.mark.parametrize("clients", [3])
def test_threads_may_append_at_once(published: Store, clients: int) -> None:
    """The console and the form write at the same time; no one gets a lock error."""

    async def run() -> None:
        await asyncio.gather(
            *(
                asyncio.to_thread(published.responses.append, [submission(client * 1000 + number)])
                for client in range(clients)
                for number in range(30)
            )
        )

    asyncio.run(run())
    assert published.responses.amount("power-visit") == clients * 30
