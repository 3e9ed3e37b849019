"""The API as one application, ready to be mounted: its routers, its answers to what goes wrong, its document."""

from __future__ import annotations

import re

from fastapi import Depends, FastAPI
from starlette.routing import Mount

from surveys.localisation.clock import Clock, utc_now
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.answers import answers_router
from surveys.web.api.bodies import LimitedBodies
from surveys.web.api.cases import cases_router
from surveys.web.api.events import events_router
from surveys.web.api.messages import messages_router
from surveys.web.api.problems import ProblemDetails, answer_problems, only_known_parameters
from surveys.web.api.reading import Results, reading_router
from surveys.web.api.subjects import subjects_router
from surveys.web.api.tasks import tasks_router

PATH = "/api/v1"
_ABOUT = """Surveys, responses and results of this installation for other systems. Each system has a key of its own,
good for the scopes it needs. Every write is safe to repeat: the caller's own number tells a repeat from a new one."""


def api(store: Store, secret: bytes, results: Results, *, clock: Clock = utc_now) -> Mount:
    """The API under `/api/v1`; its OpenAPI document is `/api/v1/openapi.json`."""
    # No documentation page: it would load its scripts from elsewhere.
    app = FastAPI(title="Xinsheng", version="1", description=_ABOUT, docs_url=None, redoc_url=None,
                  dependencies=[Depends(only_known_parameters)])  # fmt: skip
    access = Access(store, clock)
    app.include_router(reading_router(store, access, clock, results))
    app.include_router(answers_router(store, access, clock))
    app.include_router(messages_router(store, access, clock))
    app.include_router(events_router(store, access, clock, secret))
    app.include_router(tasks_router(store, access, clock, secret))
    app.include_router(subjects_router(store, access))
    app.include_router(cases_router(store, access, clock, secret))
    app.add_middleware(LimitedBodies, knows=access.knows, missed=access.missed)
    answer_problems(app)
    _describe_problems(app)
    mount = Mount(PATH, app=app)
    # A line break in an address is answered here too; by itself the dot of a pattern stops before it.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _describe_problems(app: FastAPI) -> None:
    """Put the shape of problem details into the document: FastAPI collects only what handlers return."""
    made = app.openapi

    def document() -> dict[str, object]:
        if app.openapi_schema is None:
            schema = made()
            shapes = schema["components"]["schemas"]
            described = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes.update(described.pop("$defs"))
            shapes["ProblemDetails"] = described
        return app.openapi_schema or made()

    app.openapi = document  # type: ignore[method-assign]
