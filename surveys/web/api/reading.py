"""`/surveys`: which surveys there are, what they ask, and what came of them."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path
from pydantic import BaseModel

from surveys.api_keys import ApiKey, ApiScope
from surveys.localisation.clock import Clock, local_day
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey
from surveys.web.api.access import READ_RESULTS, Access
from surveys.web.api.problems import Problem, document_problems

SurveyPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9\-]{1,59}$", description="The code of the survey")]


class FigureBody(BaseModel):
    """One figure with all it takes to judge it; no value where there is too little to tell."""

    measure: str
    item: str | None  # the question or dimension it is about
    value: float | None
    low: float | None
    high: float | None
    confidence: float
    n: int
    unit: str
    method: str
    refused: str | None = None  # why there is no value


class Results(Protocol):
    """What the analysis makes of the answers to a survey; handed in by the door."""

    def __call__(self, record: SurveyRecord, today: date, /) -> list[dict[str, Any]]:
        """One entry per figure of what is released by *today*, with the fields of `FigureBody`."""


class ListedSurvey(BaseModel):
    """One survey of the installation."""

    code: str
    title: str
    version: int
    state: str  # draft, scheduled, live, closed or archived
    anonymous: bool
    audience: str
    department: str | None
    responses: int | None  # not told of an anonymous survey: two looks would show when someone answered


class DescribedSurvey(ListedSurvey):
    """A survey with what it asks, by the schema that `python -m surveys schema` prints."""

    definition: dict[str, Any]


class SurveyResults(BaseModel):
    """The figures of a survey, over all its responses that may be counted by now."""

    survey: str
    release: str  # changes whenever figures do: of an anonymous survey with each batch that is released
    figures: list[FigureBody]


def reading_router(store: Store, access: Access, clock: Clock, results: Results) -> APIRouter:
    router = APIRouter(tags=["surveys"])

    @router.get("/surveys", responses=document_problems(401, 403, 429))
    def surveys(caller: ApiKey = access.needs(ApiScope.SURVEYS_READ)) -> list[ListedSurvey]:
        """All surveys, the newest first."""
        return [ListedSurvey(**_listed(store, each, clock())) for each in store.surveys.all()]

    @router.get("/surveys/{survey}", responses=document_problems(401, 403, 404, 422, 429))
    def one(survey: SurveyPath, caller: ApiKey = access.needs(ApiScope.SURVEYS_READ)) -> DescribedSurvey:
        """One survey: what it asks, under which codes."""
        record = survey_record(store, survey)
        definition = record.survey.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return DescribedSurvey(**_listed(store, record, clock()), definition=definition)

    @router.get("/surveys/{survey}/results", responses=document_problems(401, 403, 404, 422, 429))
    def figures(survey: SurveyPath, caller: ApiKey = access.needs(ApiScope.RESULTS_READ)) -> SurveyResults:
        """The headline figures and the dimensions, each with its interval and n."""
        record = survey_record(store, survey)
        access.note_read(caller, READ_RESULTS, survey)
        found = results(record, local_day(clock()))
        release = hashlib.blake2b(json.dumps(found, default=str).encode(), digest_size=8).hexdigest()
        return SurveyResults(survey=survey, release=release, figures=[FigureBody(**each) for each in found])

    return router


def survey_record(store: Store, code: str) -> SurveyRecord:
    """The survey's record; raises Problem when there is none."""
    try:
        return store.surveys.get(code)
    except UnknownSurvey:
        raise Problem(404, "No survey has this code.") from None


def _listed(store: Store, record: SurveyRecord, now: datetime) -> dict[str, Any]:
    state = record.opening.state(now).value
    amount = None if record.survey.anonymous else store.responses.amount(record.code)
    return {
        "code": record.code, "title": str(record.survey.title), "version": record.version, "state": state,
        "anonymous": record.survey.anonymous, "audience": record.survey.audience.value,
        "department": record.department, "responses": amount,
    }  # fmt: skip
