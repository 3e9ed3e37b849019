"""What the account that is signed in may know of a survey's answers, with the names that pages have for places."""

from __future__ import annotations

from analysis.released.gate import Gate, gate_of
from analysis.released.named_answers import named_answers
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import session
from surveys.console.kit.words import language
from surveys.storage.records.surveys import SurveyRecord


def gate() -> Gate:
    """The gate to the answers of the process's store."""
    return gate_of(session.store())


def released_answers(record: SurveyRecord, account: Account) -> ReleasedAnswers:
    """All that this account may know of the answers to a survey, of any time and place."""
    return named_answers(session.store(), gate(), record, account, language())
