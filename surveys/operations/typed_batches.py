"""Release of typed sheets by a second person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from surveys.accounts import Account
from surveys.intake.submission import Event, Outcome
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.typed_sheets import WaitingBatch


def may_release(account: Account, batch: WaitingBatch) -> bool:
    """Whether this is another person, who may type in for every department that the batch is about."""
    return account.name != batch.typed_by and all(
        account.may(Action.TYPE_IN_PAPER, department) for department in batch.departments
    )


def release(store: Store, batch: WaitingBatch, *, by: Account, today: date) -> Counter[Outcome]:
    """Let the sheets count from here on; what became of how many. Raises OwnBatch.

    They are handed in before they are forgotten, and count once however often that is begun.
    """
    sheets = store.typed_sheets.to_release(batch, by=by.name)
    if store.surveys.get(batch.survey).survey.anonymous:
        # Among anonymous answers of a day that is over, in figures already, these would stand out.
        sheets = [replace(each, received_on=today) for each in sheets]
    outcomes = store.responses.append(sheets) if sheets else []
    for each in sheets:
        store.responses.count(each.survey, each.received_on, each.touchpoint or "", Event.OPENED, 1)
    store.typed_sheets.released(sheets)
    return Counter(outcomes)
