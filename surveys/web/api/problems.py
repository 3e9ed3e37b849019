"""What an API call is answered when it is not carried out: problem details as of RFC 9457, all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from surveys.localisation.language import gettext
from surveys.storage.records.trouble import trouble
from surveys.web.rendering.page import log_failure

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "The request could not be read",
    401: "A valid API key is needed",
    403: "This key may not do that",
    404: "There is nothing here",
    405: "This address does not take that method",
    409: "That can't be done in the present state",
    413: "The request is too large",
    422: "Something in the request does not fit",
    429: "Too many requests",
    500: "Something went wrong on the server",
    503: "The database is not available",
}


class ApiFault(BaseModel):
    """One thing that does not fit."""

    where: str  # the place in the request, parts joined by dots; empty for the whole
    what: str  # what is wrong there, and how to mend it


class ProblemDetails(BaseModel):
    """Why a request was not carried out."""

    title: str
    status: int
    detail: str = ""
    faults: list[ApiFault] = []


class Problem(Exception):
    """A request that is answered with problem details."""

    def __init__(
        self, status: int, detail: str = "", faults: Sequence[ApiFault] = (), *, wait: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults, self.wait = status, detail, tuple(faults), wait


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These statuses for the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {"description": _TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


async def only_known_parameters(request: Request) -> None:
    """Refuse what an address asks for in vain: a filter misspelt would otherwise give out everything."""
    known = {each.alias for each in request.scope["route"].dependant.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        advice = f"is no parameter here; known are: {', '.join(sorted(known)) or 'none'}"
        raise Problem(422, faults=[ApiFault(where=f"query.{each[:60]}", what=advice) for each in unknown])


def answer_problems(app: FastAPI) -> None:
    """Make *app* answer everything that goes wrong with problem details, and never with what was sent."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failure)


def details(status: int, detail: str = "", faults: Sequence[ApiFault] = (), wait: int | None = None) -> JSONResponse:
    """The answer that says why a request was not carried out."""
    body = ProblemDetails(title=_TITLES.get(status, "Error"), status=status, detail=detail, faults=list(faults))
    headers = {"Cache-Control": "no-store"}
    if wait is not None:
        headers["Retry-After"] = str(wait)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 – registered for this class
    return details(error.status, error.detail, error.faults, error.wait)


async def _unfit(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [ApiFault(where=".".join(map(str, each["loc"])), what=each["msg"]) for each in error.errors()]
    return details(422, faults=faults[:100])


async def _http(_: Request, error: Exception) -> JSONResponse:
    return details(error.status_code if isinstance(error, HTTPException) else 500)


async def _failure(request: Request, error: Exception) -> JSONResponse:
    log_failure(request, error)
    known = trouble(error)
    return details(503, gettext(known, "en"), wait=30) if known else details(500)
