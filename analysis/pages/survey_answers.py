"""What the account that is signed in may know of a survey's answers, with the names that pages have for places."""

from __future__ import annotations

from analysis.facts import breakdown_values, has_values
from analysis.released.evidence import PlaceNames
from analysis.released.gate import Gate, gate_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import session
from surveys.console.kit.choosers import department_names, touchpoint_names
from surveys.console.kit.words import distinct, language
from surveys.localisation.language import console_languages
from surveys.organisation.department_tree import parents_of
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord


def gate() -> Gate:
    """The gate to the answers of the process's store."""
    return gate_of(session.store())


def _subjects(record: SurveyRecord) -> tuple[dict[str, str], dict[str, str | None]]:
    """Names and departments of what a survey is about, by code."""
    about = record.survey.about
    known = session.store().subjects.of_kind(about) if about else []
    return distinct({each.code: each.name for each in known}), {each.code: each.department for each in known}


def released_answers(record: SurveyRecord, account: Account) -> ReleasedAnswers:
    """All that this account may know of the answers to a survey, of any time and place."""
    organisation = session.store().organisation
    breakdowns = {name: each for name, each in gate().breakdowns(record).items() if has_values(each)}
    facts = {name: breakdown_values(each, language(), console_languages()) for name, each in breakdowns.items()}
    places, parents = touchpoint_names(organisation.touchpoints()), parents_of(organisation.departments())
    names = PlaceNames(places, department_names(), facts, parents, *_subjects(record))
    return gate().answers(record, account.scope, names, files=account.may(Action.REACH_CONTACTS))
