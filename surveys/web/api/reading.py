"""`/surveys`: which surveys there are, what they ask, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from surveys.api_keys import ApiKey, Scope
from surveys.clock import Clock, local_day
from surveys.definition import Survey
from surveys.intake import StoredResponse
from surveys.storage import Store
from surveys.storage.surveys import SurveyRecord, UnknownSurvey
from surveys.web.api.access import Access
from surveys.web.api.problems import Problem, documented

SurveyPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9\-]{1,59}$", description="The code of the survey")]


class Figure(BaseModel):
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


# What the analysis makes of the answers of a survey: definition, responses in chunks, today.
Results = Callable[[Survey, Iterable[list[StoredResponse]], date], list[dict[str, Any]]]


class ListedSurvey(BaseModel):
    """One survey of the installation."""

    code: str
    title: str
    version: int
    state: str  # draft, live or closed
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
    figures: list[Figure]


def reading_router(store: Store, access: Access, clock: Clock, results: Results) -> APIRouter:
    router = APIRouter(tags=["surveys"])

    @router.get("/surveys", responses=documented(401, 403, 429))
    def surveys(caller: ApiKey = access.needs(Scope.SURVEYS_READ)) -> list[ListedSurvey]:
        """All surveys, the newest first."""
        return [ListedSurvey(**_listed(store, each)) for each in store.surveys.all()]

    @router.get("/surveys/{survey}", responses=documented(401, 403, 404, 422, 429))
    def one(survey: SurveyPath, caller: ApiKey = access.needs(Scope.SURVEYS_READ)) -> DescribedSurvey:
        """One survey: what it asks, under which codes."""
        record = survey_record(store, survey)
        definition = record.survey.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return DescribedSurvey(**_listed(store, record), definition=definition)

    @router.get("/surveys/{survey}/results", responses=documented(401, 403, 404, 422, 429))
    def figures(survey: SurveyPath, caller: ApiKey = access.needs(Scope.RESULTS_READ)) -> SurveyResults:
        """The headline figures and the dimensions, each with its interval and n."""
        record = survey_record(store, survey)
        found = results(record.survey, store.responses.responses(survey), local_day(clock()))
        return SurveyResults(survey=survey, figures=[Figure(**each) for each in found])

    return router


def survey_record(store: Store, code: str) -> SurveyRecord:
    """The survey's record; raises Problem when there is none."""
    try:
        return store.surveys.get(code)
    except UnknownSurvey:
        raise Problem(404, "No survey has this code.") from None


def _listed(store: Store, record: SurveyRecord) -> dict[str, Any]:
    state = "live" if record.live else "closed" if record.closed else "draft"
    amount = None if record.survey.anonymous else store.responses.amount(record.code)
    return {
        "code": record.code, "title": str(record.survey.title), "version": record.version, "state": state,
        "anonymous": record.survey.anonymous, "audience": record.survey.audience.value,
        "department": record.department, "responses": amount,
    }  # fmt: skip
