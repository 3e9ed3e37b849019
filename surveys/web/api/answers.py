"""`/responses`: answers handed in by other systems, one or many, each counted once; and read back page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.definition.context.fields import LONGEST_FACT, ContextSource
from surveys.definition.questions import Answer
from surveys.definition.survey import Survey
from surveys.fieldwork.privacy_notices import EVERYWHERE, notice_named
from surveys.fieldwork.rounds import Rounds
from surveys.intake.open_form import OpenForm
from surveys.intake.submission import Outcome, StoredResponse, Submission
from surveys.localisation.clock import Clock
from surveys.organisation.departments import Touchpoint
from surveys.storage import Store
from surveys.storage.records.responses import ResponseSearch
from surveys.web.api.access import READ_ANSWERS, Access
from surveys.web.api.given import Circumstances, answers_to, entered_from, facts_in, open_form, submission, time_faults
from surveys.web.api.narrowing import RoundCode, Where, having, in_round
from surveys.web.api.problems import ApiFault, Problem, document_problems
from surveys.web.api.reading import SurveyPath, survey_record

AT_MOST = 500
_LOOKED_THROUGH = 5000  # answers that one page looks through where files or numbers decide; it may be a short one then
_CONFLICT = "conflict"
_OTHER_BODY = "this number was used for another answer, which is kept; send this one under a number of its own"

Identity = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
SurveyName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
FactText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_FACT, pattern=r"^[^\x00-\x1f\x7f]*$")
]
NoticeName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9\-]{0,59}/[1-9][0-9]{0,5}$")]
PlaceName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# What comes along with an answer, by the names that the survey declares (`context` in `GET /surveys/{survey}`); one
# that it doesn't is refused by name. A survey without declarations takes reference, order, crew, agent and queue, an
# anonymous one none of these. `reference` is the caller's own; without it the number by which a repeat is known.
FactTexts = Annotated[dict[FactName, FactText | None], Field(max_length=60)]


class GivenResponse(BaseModel):
    """The answers of one person, as another system hands them in."""

    model_config = ConfigDict(extra="forbid")

    survey: SurveyName
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None  # without it: the version in the field
    answers: dict[str, Any]  # by question code, as in `GET /surveys/{survey}` and in exports
    touchpoint: PlaceName | None = None
    business_type: PlaceName | None = None
    received_at: AwareDatetime | None = None  # without it: now
    context: FactTexts = {}
    notice: NoticeName | None = None  # the version of the privacy notice that was shown, such as _all/3


class NumberedResponse(GivenResponse):
    """A response with the number it has in the other system, by which a repeat is known."""

    id: Identity


class SubmissionBatch(BaseModel):
    """Up to 500 responses at once."""

    model_config = ConfigDict(extra="forbid")

    responses: Annotated[list[NumberedResponse], Field(min_length=1, max_length=AT_MOST)]


class Receipt(BaseModel):
    """What became of one response."""

    id: str | None  # under which it is kept; none when it was not
    # accepted, duplicate, rejected, conflict (the number is that of another answer); or as the form would have ended:
    # quota_full, already_answered…
    outcome: str
    faults: list[ApiFault] = []


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
    context: dict[str, str]  # with the caller's `reference`
    notice: str | None  # the version of the privacy notice that was shown: `GET /notice/{name}` has its words
    round: str  # the one that was open, or the week, month, quarter, half-year or year of its day


class AnswerPage(BaseModel):
    """Some responses in the order in which they came, and where the next page begins; no `next` on the last one.

    `cursor` is where to go on later: passed as `after` it gives what has come since.
    """

    responses: list[KeptResponse]
    next: str | None
    cursor: str


def answers_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["responses"])
    desk = AnswerDesk(store, clock)

    @router.post("/responses", responses=document_problems(400, 401, 403, 404, 409, 413, 422, 429))
    def hand_in(
        given: GivenResponse, idempotency_key: Annotated[Identity, Header()],
        caller: ApiKey = access.needs(ApiScope.RESPONSES_WRITE),
    ) -> Receipt:  # fmt: skip
        """Hand in one response. The `Idempotency-Key` makes a repeat the same response, whenever it comes."""
        return desk.keep_one(desk.submission(caller, given, idempotency_key))

    @router.post("/responses/batch", responses=document_problems(400, 401, 403, 413, 422, 429))
    def hand_in_many(batch: SubmissionBatch, caller: ApiKey = access.needs(ApiScope.RESPONSES_WRITE)) -> Receipts:
        """Hand in many. Each is judged alone; send the whole batch again after mending: what was kept counts once."""
        return Receipts(receipts=desk.keep_each(caller, batch.responses))

    @router.get("/surveys/{survey}/responses", responses=document_problems(401, 403, 404, 422, 429))
    def read(
        survey: SurveyPath, caller: ApiKey = access.needs(ApiScope.RESPONSES_READ),
        after: Annotated[str, Query(pattern=r"^[0-9]{0,18}$")] = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        since: AwareDatetime | None = None, until: AwareDatetime | None = None, touchpoint: PlaceName | None = None,
        department: PlaceName | None = None, business_type: PlaceName | None = None,
        channel: PlaceName | None = None, round_code: RoundCode = None, where: Where = (),
    ) -> AnswerPage:  # fmt: skip
        """The responses of a survey in the order in which they came: pass `next`, later `cursor`, as `after`.

        `since` and `until` (exclusive) narrow by when an answer was given; `where` by all that results are narrowed
        by. Where that is a file, a campaign or a band of numbers a page may hold fewer than `limit`, with a `next` all
        the same. Anonymous ones are not given out singly; their figures change by batches of release, see `results`.
        """
        record = survey_record(store, survey)
        if record.survey.anonymous:
            raise Problem(403, "An anonymous survey's answers are not given out one by one; read its results.")
        access.note_read(caller, READ_ANSWERS, survey)
        named = {
            "touchpoint": touchpoint, "department": department, "business_type": business_type, "channel": channel
        }  # fmt: skip
        narrowed_to = having(store, record, where)
        wanted = ResponseSearch(
            since.isoformat() if since else None, until.isoformat() if until else None,
            **named | in_round(record, round_code) | narrowed_to.search,
        )  # fmt: skip
        most = _LOOKED_THROUGH if narrowed_to.rest else limit
        found = store.responses.arrived(survey, int(after or 0), most + 1, wanted)
        fitting = [(number, each) for number, each in found[:most] if narrowed_to.takes(each)]
        page, more = fitting[:limit], len(found) > most or len(fitting) > limit
        last = page[-1][0] if len(fitting) > limit else found[:most][-1][0] if found else None
        cursor = str(last) if last is not None else after or "0"
        told = [_kept(each, record.opening.rounds) for _, each in page]
        return AnswerPage(responses=told, next=cursor if more else None, cursor=cursor)

    return router


class AnswerDesk:
    """Takes what other systems hand in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def submission(self, caller: ApiKey, given: GivenResponse, identity: str) -> Submission:
        """The response ready to be kept; raises Problem with everything that does not fit."""
        now = self._clock()
        form = open_form(self._store, given.survey, given.version, now=now, given=given.received_at)
        entered, faults = entered_from(form.survey, given.answers)
        faults += time_faults("received_at", given.received_at, self._clock())
        place = self.place(given.touchpoint, faults)
        facts = facts_in(form.survey, given.context, ContextSource.IMPORT, self._store.subjects.names, faults)
        faults += self._notice_faults(form.survey, given.notice)
        if faults:
            raise Problem(422, faults=faults)
        came = Circumstances(
            "api", given.received_at or self._clock(), place, given.business_type, now=now,
            facts={"reference": identity} | facts, notice=given.notice,
        )  # fmt: skip
        return self.made(caller, form, answers_to(form.survey, entered, given.answers), came, identity)

    def _notice_faults(self, survey: Survey, name: str | None) -> list[ApiFault]:
        """Whether it is a notice of this survey or of the organisation; an anonymous answer keeps none."""
        if name is None:
            return []
        if survey.anonymous:
            return [ApiFault(where="notice", what="an anonymous answer keeps none; leave it out")]
        of = notice_named(name)
        if of is None or of[0] not in (survey.code, EVERYWHERE) or self._store.privacy_notices.get(*of) is None:
            return [ApiFault(where="notice", what="there is no such version of a notice for this survey")]
        return []

    def made(
        self, caller: ApiKey, form: OpenForm, answers: Mapping[str, Answer], came: Circumstances, identity: str
    ) -> Submission:  # fmt: skip
        """The response of these answers. The numbers of one system say nothing about those of another."""
        return submission(form, answers, came, identity=f"{caller.system}\0{identity}")

    def keep(self, made: Sequence[Submission]) -> list[Receipt]:
        """Keep these in one transaction."""
        outcomes = self._store.responses.append(made)
        return [self._receipt(each, outcome) for each, outcome in zip(made, outcomes, strict=True)]

    def keep_one(self, made: Submission) -> Receipt:
        """Keep this; raises Problem when its number is that of another answer."""
        [receipt] = self.keep([made])
        if receipt.outcome == _CONFLICT:
            raise Problem(409, receipt.faults[0].what)
        return receipt

    def _receipt(self, made: Submission, outcome: Outcome) -> Receipt:
        if outcome is Outcome.DUPLICATE and not _same(made, self._store.responses.get(made.id)):
            return Receipt(id=None, outcome=_CONFLICT, faults=[ApiFault(where="", what=_OTHER_BODY)])
        return _receipt(made, outcome)

    def keep_each(self, caller: ApiKey, batch: Sequence[NumberedResponse]) -> list[Receipt]:
        """Keep the good ones in one transaction; the others are answered with their faults."""
        judged: list[Submission | Receipt] = []
        for given in batch:
            try:
                judged.append(self.submission(caller, given, given.id))
            except Problem as problem:
                faults = problem.faults or [ApiFault(where="", what=problem.detail)]
                judged.append(Receipt(id=None, outcome="rejected", faults=list(faults)))
        kept = iter(self.keep([each for each in judged if isinstance(each, Submission)]))
        return [next(kept) if isinstance(each, Submission) else each for each in judged]

    def place(self, code: str | None, faults: list[ApiFault]) -> Touchpoint | None:
        found = self._store.organisation.touchpoint(code) if code else None
        if code and found is None:
            faults.append(ApiFault(where="touchpoint", what="no touchpoint has this code"))
        return found


def _same(made: Submission, stored: StoredResponse | None) -> bool:
    """Whether what is handed in is what was kept under its number.

    The version, and what is derived of the touchpoint, may have changed in between; old answers have no context.
    """
    if stored is None:
        return True
    about = made.touchpoint or made.business_type, stored.touchpoint or stored.business_type
    context = not stored.context or dict(made.context) == stored.context
    return json.loads(json.dumps(dict(made.answers))) == stored.answers and about[0] == about[1] and context


def _receipt(made: Submission, outcome: Outcome) -> Receipt:
    kept = outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE)
    return Receipt(id=made.id if kept else None, outcome=outcome.value)


def _kept(response: StoredResponse, rounds: Rounds) -> KeptResponse:
    told = asdict(response) | {"round": rounds.code_of(response.round, response.received_on)}
    return KeptResponse(**{name: told[name] for name in KeptResponse.model_fields})
