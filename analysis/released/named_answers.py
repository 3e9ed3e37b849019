"""The answers that an account may know of, with what places and values are called in a language: pages and reports."""

from __future__ import annotations

from analysis.facts import breakdown_values, has_values
from analysis.released.evidence import PlaceNames
from analysis.released.gate import Gate
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.localisation.distinct_names import distinct_names
from surveys.localisation.language import console_languages
from surveys.organisation.department_tree import parents_of
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord


def named_answers(
    store: Store, gate: Gate, record: SurveyRecord, account: Account | None, language: str
) -> ReleasedAnswers:
    """All that an account may know of the answers to a survey, of any time and place; None: who runs the server."""
    organisation = store.organisation
    breakdowns = {name: each for name, each in gate.breakdowns(record).items() if has_values(each)}
    facts = {name: breakdown_values(each, language, console_languages()) for name, each in breakdowns.items()}
    touchpoints = distinct_names({each.code: each.name for each in organisation.touchpoints()}, language)
    departments = organisation.departments()
    called = distinct_names({each.code: each.name for each in departments}, language)
    names = PlaceNames(touchpoints, called, facts, parents_of(departments), *_subjects(store, record, language))
    scope = None if account is None else account.scope
    return gate.answers(record, scope, names, files=account is None or account.may(Action.REACH_CONTACTS))


def _subjects(store: Store, record: SurveyRecord, language: str) -> tuple[dict[str, str], dict[str, str | None]]:
    """Names and departments of what a survey is about, by code."""
    about = record.survey.about
    known = store.subjects.of_kind(about) if about else []
    names = distinct_names({each.code: each.name for each in known}, language)
    return names, {each.code: each.department for each in known}
