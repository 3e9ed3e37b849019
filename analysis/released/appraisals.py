"""The gate to ratings of people: reports are worked out once, after no more ratings are taken, and kept as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import pandas as pd

from analysis.exploring.items import items_of
from analysis.frames import cells_of
from analysis.staff.appraisal.calibration import reliability_by_item
from analysis.staff.appraisal.composition import PERSON, AppraisalForm, AppraisalItem, appraisal_report, shown_raters
from analysis.text.personal_data import mask_personal_data
from surveys.anonymity import minimums
from surveys.appraisal.appraisal import RELATION, Appraisal, AppraisedState
from surveys.appraisal.report import AppraisalReport, ReportItem
from surveys.definition.questions import Measure
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import Rounds
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.storage import Store

_LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def release_reports(store: Store, appraisal: Appraisal, *, by: str, now: datetime) -> int:
    """Make the reports of all whose ratings were closed before today; returns how many.

    Answers of a day are held until it is over, so none is missing. With the last report goes how far raters agree.
    """
    today = local_day(now)
    people = store.appraisals.people(appraisal.id)
    closed = [each for each in people if each.state is AppraisedState.CLOSED]
    due = {each.person for each in closed if each.closed_on is not None and each.closed_on < today}
    if not due:
        return 0
    record = store.surveys.get(appraisal.survey)
    form = appraisal_form(record.survey)
    store.responses.settle(today)
    ratings = _ratings(store, appraisal, form, record.opening.rounds, {each.person for each in people})
    reports = {each: _report(ratings, each, form, appraisal) for each in due}
    store.appraisals.release(appraisal.id, reports, by=by, day=today)
    if all(each.state is AppraisedState.RELEASED or each.person in due for each in people):
        store.appraisals.keep_reliability(
            appraisal.id, reliability_by_item(_shown(ratings, appraisal), [each.item for each in form.items])
        )
    return len(due)


def _report(ratings: pd.DataFrame, person: str, form: AppraisalForm, appraisal: Appraisal) -> AppraisalReport:
    return appraisal_report(ratings[ratings[PERSON] == person], form, appraisal.rules, minimums())


def _shown(ratings: pd.DataFrame, appraisal: Appraisal) -> pd.DataFrame:
    """Ratings by raters who are in a figure of their person's report."""
    parts = [
        unit for _, own in ratings.groupby(PERSON) for unit in shown_raters(own, appraisal.rules, minimums()).values()
    ]
    return pd.concat(parts) if parts else ratings.iloc[:0]


def appraisal_form(survey: Survey) -> AppraisalForm:
    """The rated items of a survey that belong to a dimension, and what is answered in words."""
    rated = {name: each for name, each in items_of(survey, "zh-Hans").items() if each.measure == "rating"}
    words = {language: items_of(survey, language) for language in _LANGUAGES}
    dimensions = {column.name: each.dimension or "" for each in survey.questions() for column in each.columns()}
    weights = {each.code: each.weight or 1 / len(survey.dimensions) for each in survey.dimensions}
    own = {name: each for name, each in rated.items() if dimensions.get(name) in weights and each.low is not None}
    shares = Counter(dimensions[name] for name in own)
    items = [
        AppraisalItem(
            ReportItem(
                name, dimensions[name], {language: words[language][name].label for language in _LANGUAGES},
                float(each.low or 0), float(each.high or 0),
            ),
            weights[dimensions[name]] / shares[dimensions[name]],
        )
        for name, each in own.items()
    ]  # fmt: skip
    texts = [each.code for each in survey.with_measure(Measure.TEXT)]
    return AppraisalForm(items, texts)


def _ratings(
    store: Store, appraisal: Appraisal, form: AppraisalForm, rounds: Rounds, persons: Collection[str]
) -> pd.DataFrame:
    found = [
        _row(each, store.surveys.get(appraisal.survey).survey, form)
        for chunk in store.responses.responses(appraisal.survey) for each in chunk
        if not each.uncounted and each.subject in persons
        and rounds.code_of(each.round, each.received_on) == appraisal.round
    ]  # fmt: skip
    names = [PERSON, RELATION, *(each.item.code for each in form.items), *form.texts]
    frame = pd.DataFrame(found, columns=names)
    numbers = [each.item.code for each in form.items]
    return frame.astype(dict.fromkeys(numbers, float))


def _row(response: StoredResponse, survey: Survey, form: AppraisalForm) -> dict[str, object]:
    cells = {
        name: value for question in survey.questions()
        for name, value in cells_of(question, response.answers.get(question.code)).items()
    }  # fmt: skip
    rated = {each.item.code: _number(cells.get(each.item.code)) for each in form.items}
    texts = {code: _masked(cells.get(code)) for code in form.texts}
    return {PERSON: response.subject, RELATION: response.context.get(RELATION, ""), **rated, **texts}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _masked(value: object) -> str | None:
    return mask_personal_data(value) if isinstance(value, str) and value.strip() else None

