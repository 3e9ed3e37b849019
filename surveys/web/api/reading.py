"""`/surveys`: which surveys there are, what they ask, and what came of them."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from surveys.api_keys import ApiKey, ApiScope
from surveys.localisation.clock import Clock, local_day
from surveys.storage import Store
from surveys.storage.records.responses import NoSuchPart, ResultsPart
from surveys.storage.records.set_apart import SetApartWhy
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey
from surveys.web.api.access import READ_RESULTS, Access
from surveys.web.api.narrowing import RoundCode, Where, narrowed
from surveys.web.api.problems import ApiFault, Problem, document_problems

SplitBy = Annotated[
    str | None,
    Query(
        max_length=100,
        description="What to split the figures by: round, department, touchpoint, channel, campaign, context.crew, "
        "contact.tier, the code of a question, …",
    ),
]
Partial = Annotated[
    bool, Query(description="Count what was begun and never handed in as partial interviews, not as break-offs")
]
_MOST_NAMED = 50
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

    def __call__(self, record: SurveyRecord, today: date, part: ResultsPart, /) -> list[dict[str, Any]]:
        """One entry per figure of what is released by *today*, with the fields of `FigureBody`; raises NoSuchPart."""

    def drivers(self, record: SurveyRecord, today: date, part: ResultsPart, /) -> dict[str, Any] | None:
        """The fields of `DriversBody` but for the survey's code; None where it has none. Raises NoSuchPart."""

    def response_rates(self, record: SurveyRecord, *, break_offs_count: bool) -> dict[str, Any] | None:
        """The fields of `ResponseRatesBody` but for the survey's code; None where there are none to tell."""

    def split(
        self, record: SurveyRecord, today: date, part: ResultsPart, by: str, /
    ) -> dict[str, list[dict[str, Any]]]:
        """The same of each value of *by* by itself; raises NoSuchPart."""


class DriverBody(BaseModel):
    """A dimension's share of what ratings explain of overall satisfaction: an association, no cause."""

    code: str
    share: float
    low: float
    high: float
    first: float  # the probability that it is the strongest
    n: int  # who rated it
    reach: float  # the part of all answers that these are
    slope: float  # points of overall satisfaction that go together with one point of it


class DriversBody(BaseModel):
    """What goes together with overall satisfaction, the strongest first; none where there is too little to tell."""

    survey: str
    n: int
    r_squared: float | None
    by_use: float | None  # the part of the variance that which services were used explains, before any rating
    method: str
    drivers: list[DriverBody]
    left_out: dict[str, str]  # dimension → why it could not be used
    refused: str | None = None


class RateBody(BaseModel):
    """One rate by its short name in AAPOR's Standard Definitions: RR1–RR6, COOP1–COOP4, REF1–REF3, CON1–CON3."""

    name: str
    value: float
    low: float
    high: float
    n: int  # the people it is a part of


class ResponseRatesBody(BaseModel):
    """How many of those whom links, calls and tasks asked have answered, over all the time of the survey."""

    survey: str
    asked: int
    eligible: float  # the part of those of whom nothing was heard that is taken to be eligible (e)
    method: str
    dispositions: dict[str, int]
    rates: list[RateBody]


class ListedSurvey(BaseModel):
    """One survey of the installation."""

    code: str
    title: str
    version: int
    state: str  # draft, scheduled, live, closed or archived
    trial: bool  # what is sent in is kept apart and never counts, until the survey is started
    anonymous: bool
    audience: str
    department: str | None
    uncounted: int | None  # answers that are there and in no figure; not told of an anonymous survey either
    responses: int | None  # not told of an anonymous survey: two looks would show when someone answered


class DescribedSurvey(ListedSurvey):
    """A survey with what it asks, by the schema that `python -m surveys schema` prints."""

    definition: dict[str, Any]


class SplitPart(BaseModel):
    """The figures of those answers that have one value of what results are split by; none where nobody has it."""

    value: str
    figures: list[FigureBody]


class SurveyResults(BaseModel):
    """The figures of a survey, over all its responses that may be counted by now."""

    survey: str
    release: str  # changes whenever figures do: of an anonymous survey with each batch that is released
    figures: list[FigureBody]
    split: list[SplitPart] = []  # where `by` was asked for: in the order of the definition, else the natural one


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
    def figures(
        survey: SurveyPath, round_code: RoundCode = None, where: Where = (), by: SplitBy = None,
        caller: ApiKey = access.needs(ApiScope.RESULTS_READ),
    ) -> SurveyResults:  # fmt: skip
        """The headline figures and the dimensions, each with its interval and n; of all answers, or of a part of them.

        What is not released apart, such as a small department of an anonymous survey, is refused as if there were none.
        """
        record = survey_record(store, survey)
        access.note_read(caller, READ_RESULTS, survey)
        try:
            part = ResultsPart(round_code, narrowed(where))
            found = results(record, local_day(clock()), part)
            split = results.split(record, local_day(clock()), part, by) if by else {}
        except NoSuchPart as error:
            raise _no_such_part(error) from None
        told = json.dumps([found, split] if by else found, default=str)
        release = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
        parts = [SplitPart(value=value, figures=_bodies(figures)) for value, figures in split.items()]
        return SurveyResults(survey=survey, release=release, figures=_bodies(found), split=parts)

    @router.get("/surveys/{survey}/drivers", responses=document_problems(401, 403, 404, 422, 429))
    def drivers(
        survey: SurveyPath, round_code: RoundCode = None, where: Where = (),
        caller: ApiKey = access.needs(ApiScope.RESULTS_READ),
    ) -> DriversBody:  # fmt: skip
        """What goes together with overall satisfaction, of all answers or of a part of them; 404 where nothing can."""
        record = survey_record(store, survey)
        access.note_read(caller, READ_RESULTS, survey)
        try:
            found = results.drivers(record, local_day(clock()), ResultsPart(round_code, narrowed(where)))
        except NoSuchPart as error:
            raise _no_such_part(error) from None
        if found is None:
            raise Problem(404, "This survey has no overall question, or fewer than two rated dimensions.")
        return DriversBody(survey=survey, **found)

    @router.get("/surveys/{survey}/response-rates", responses=document_problems(401, 403, 404, 422, 429))
    def response_rates(
        survey: SurveyPath, partial: Partial = False, caller: ApiKey = access.needs(ApiScope.RESULTS_READ)
    ) -> ResponseRatesBody:
        """Rates of response, cooperation, refusal and contact of those asked by name; 404 where there are none."""
        record = survey_record(store, survey)
        access.note_read(caller, READ_RESULTS, survey)
        found = results.response_rates(record, break_offs_count=partial)
        if found is None:
            raise Problem(404, "Nobody was asked by name, or the survey is anonymous.")
        return ResponseRatesBody(survey=survey, **found)

    return router


def _no_such_part(error: NoSuchPart) -> Problem:
    there = ", ".join(error.known[:_MOST_NAMED]) or "nothing"
    return Problem(422, faults=[ApiFault(where=error.what, what=f"not to be had; there is {there}")])


def _bodies(figures: list[dict[str, Any]]) -> list[FigureBody]:
    return [FigureBody(**each) for each in figures]


def survey_record(store: Store, code: str) -> SurveyRecord:
    """The survey's record; raises Problem when there is none."""
    try:
        return store.surveys.get(code)
    except UnknownSurvey:
        raise Problem(404, "No survey has this code.") from None


def _listed(store: Store, record: SurveyRecord, now: datetime) -> dict[str, Any]:
    state = record.opening.state(now).value
    amount = None if record.survey.anonymous else store.responses.amount(record.code)
    apart = None if record.survey.anonymous else store.set_apart.amount(record.code, SetApartWhy.UNCOUNTED)
    return {
        "code": record.code, "title": str(record.survey.title), "version": record.version, "state": state,
        "trial": record.trial, "anonymous": record.survey.anonymous, "audience": record.survey.audience.value,
        "department": record.department, "responses": amount, "uncounted": apart,
    }  # fmt: skip
