"""`/responses`: answers handed in by other systems, one or many, each counted once; and read back page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, Scope
from surveys.clock import Clock
from surveys.intake import OpenForm, Outcome, StoredResponse, Submission
from surveys.organisation import Touchpoint
from surveys.questions import Answer
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.given import Circumstances, answers_to, entered_from, open_form, submission, time_faults
from surveys.web.api.problems import Fault, Problem, documented
from surveys.web.api.reading import SurveyPath, survey_record

AT_MOST = 500

Identity = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
SurveyName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
PlaceName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class GivenResponse(BaseModel):
    """The answers of one person, as another system hands them in."""

    model_config = ConfigDict(extra="forbid")

    survey: SurveyName
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None  # without it: the version in the field
    answers: dict[str, Any]  # by question code, as in `GET /surveys/{survey}` and in exports
    touchpoint: PlaceName | None = None
    business_type: PlaceName | None = None
    received_at: AwareDatetime | None = None  # without it: now


class NumberedResponse(GivenResponse):
    """A response with the number it has in the other system, by which a repeat is known."""

    id: Identity


class Batch(BaseModel):
    """Up to 500 responses at once."""

    model_config = ConfigDict(extra="forbid")

    responses: Annotated[list[NumberedResponse], Field(min_length=1, max_length=AT_MOST)]


class Receipt(BaseModel):
    """What became of one response."""

    id: str | None  # under which it is kept; none when it was not
    outcome: str  # accepted, duplicate, rejected; or as the form would have ended: quota_full, already_answered…
    faults: list[Fault] = []


class Receipts(BaseModel):
    """What became of each response of a batch, in their order."""

    receipts: list[Receipt]


class KeptResponse(BaseModel):
    """One response as it is kept."""

    id: str
    version: int
    answers: dict[str, Any]
    received_on: date
    received_at: datetime | None
    touchpoint: str | None
    department: str | None
    district: str | None
    business_type: str | None
    channel: str


class Page(BaseModel):
    """Some responses, in the order of their ids, and where the next page begins; no `next` on the last one."""

    responses: list[KeptResponse]
    next: str | None


def answers_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["responses"])
    desk = Desk(store, clock)

    @router.post("/responses", responses=documented(400, 401, 403, 404, 409, 413, 422, 429))
    def hand_in(
        given: GivenResponse, idempotency_key: Annotated[Identity, Header()],
        caller: ApiKey = access.needs(Scope.RESPONSES_WRITE),
    ) -> Receipt:  # fmt: skip
        """Hand in one response. The `Idempotency-Key` makes a repeat the same response, whenever it comes."""
        made = desk.submission(caller, given, idempotency_key)
        return desk.keep([made])[0]

    @router.post("/responses/batch", responses=documented(400, 401, 403, 413, 422, 429))
    def hand_in_many(batch: Batch, caller: ApiKey = access.needs(Scope.RESPONSES_WRITE)) -> Receipts:
        """Hand in many. Each is judged alone; send the whole batch again after mending: what was kept counts once."""
        return Receipts(receipts=desk.keep_each(caller, batch.responses))

    @router.get("/surveys/{survey}/responses", responses=documented(401, 403, 404, 422, 429))
    def read(
        survey: SurveyPath, caller: ApiKey = access.needs(Scope.RESPONSES_READ),
        after: Annotated[str, Query(max_length=64)] = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Page:  # fmt: skip
        """The responses of a survey, page by page: pass `next` as `after`. Anonymous ones are not given out singly."""
        record = survey_record(store, survey)
        if record.survey.anonymous:
            raise Problem(403, "An anonymous survey's answers are not given out one by one; read its results.")
        found = store.responses.page(survey, after, limit + 1)
        page = [_kept(each) for each in found[:limit]]
        return Page(responses=page, next=page[-1].id if len(found) > limit else None)

    return router


class Desk:
    """Takes what other systems hand in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def submission(self, caller: ApiKey, given: GivenResponse, identity: str) -> Submission:
        """The response ready to be kept; raises Problem with everything that does not fit."""
        form = open_form(self._store, given.survey, given.version)
        entered, faults = entered_from(form.survey, given.answers)
        faults += time_faults("received_at", given.received_at, self._clock())
        place = self.place(given.touchpoint, faults)
        if faults:
            raise Problem(422, faults=faults)
        came = Circumstances("api", given.received_at or self._clock(), place, given.business_type)
        return self.made(caller, form, answers_to(form.survey, entered, given.answers), came, identity)

    def made(
        self, caller: ApiKey, form: OpenForm, answers: Mapping[str, Answer], came: Circumstances, identity: str
    ) -> Submission:  # fmt: skip
        """The response of these answers. The numbers of one system say nothing about those of another."""
        return submission(form, answers, came, identity=f"{caller.system}\0{identity}")

    def keep(self, made: Sequence[Submission]) -> list[Receipt]:
        """Keep these in one transaction."""
        outcomes = self._store.responses.append(made)
        return [_receipt(each, outcome) for each, outcome in zip(made, outcomes, strict=True)]

    def keep_each(self, caller: ApiKey, batch: Sequence[NumberedResponse]) -> list[Receipt]:
        """Keep the good ones in one transaction; the others are answered with their faults."""
        judged: list[Submission | Receipt] = []
        for given in batch:
            try:
                judged.append(self.submission(caller, given, given.id))
            except Problem as problem:
                faults = problem.faults or [Fault(where="", what=problem.detail)]
                judged.append(Receipt(id=None, outcome="rejected", faults=list(faults)))
        kept = iter(self.keep([each for each in judged if isinstance(each, Submission)]))
        return [next(kept) if isinstance(each, Submission) else each for each in judged]

    def place(self, code: str | None, faults: list[Fault]) -> Touchpoint | None:
        found = self._store.organisation.touchpoint(code) if code else None
        if code and found is None:
            faults.append(Fault(where="touchpoint", what="no touchpoint has this code"))
        return found


def _receipt(made: Submission, outcome: Outcome) -> Receipt:
    kept = outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE)
    return Receipt(id=made.id if kept else None, outcome=outcome.value)


def _kept(response: StoredResponse) -> KeptResponse:
    told = asdict(response)
    return KeptResponse(**{name: told[name] for name in KeptResponse.model_fields})
