"""`/cases`: another system hands cases in, reads how they stand, and takes them a step further."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.cases.case import LONGEST_REPLY, LONGEST_TEXT, Case, Source
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.cases.intake import OF_API, typed_case
from surveys.cases.states import CaseState, NoSuchStep
from surveys.intake.receipts import receipt_for
from surveys.localisation.clock import Clock, local_day
from surveys.operations.cases import give_due_days
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.cases import CaseSearch
from surveys.web.api.access import API, Access
from surveys.web.api.answers import Identity
from surveys.web.api.problems import ApiFault, Problem, document_problems

MOST_AT_ONCE = 500
READ_CASES = "read cases by api"
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
CasePath = Annotated[str, Path(max_length=40, description="The number of the case, as `id` of the list gives it")]


class NewCase(BaseModel):
    """What somebody brought up elsewhere."""

    model_config = ConfigDict(extra="forbid")

    id: Identity  # the caller's own number, by which a repeat is known
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]
    department: Name  # whose business it is, by code
    category: Name = ""
    contact: Name = ""  # how its author wants to be reached; shown to nobody by this API


class CaseTaken(BaseModel):
    """The case that is there now, and the code by which its author follows it at `/case/{code}`."""

    id: str
    code: str
    new: bool


class CaseBody(BaseModel):
    """How a case stands. Contacts, and the answer that a case came of, are not given out."""

    id: str
    source: str
    department: str
    category: str
    text: str
    state: CaseState
    received_on: date
    due_on: date | None
    late: bool
    owner: str
    reply: str
    answered_on: date | None
    reopened: int
    joined_to: str | None


class ListedCases(BaseModel):
    """The cases that fit, the newest first; *amount* is how many there are in all."""

    amount: int
    cases: list[CaseBody]


class NextStep(BaseModel):
    """What is done with a case; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    state: CaseState | None = None
    reply: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REPLY)] | None = None
    department: Name | None = None  # by code
    owner: Name | None = None  # an account that may answer cases of the department


def cases_router(store: Store, access: Access, clock: Clock, secret: bytes) -> APIRouter:
    router = APIRouter(tags=["cases"])
    desk = _CaseDesk(store, clock, secret)

    @router.get("/cases", responses=document_problems(401, 403, 422, 429))
    def listed(
        state: CaseState | None = None, department: Name | None = None, open_only: bool = False,
        skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0, caller: ApiKey = access.needs(ApiScope.CASES_READ),
    ) -> ListedCases:  # fmt: skip
        """Up to 500 cases, the newest first."""
        if department is not None and (faults := desk.department_faults(department, "query.department")):
            raise Problem(422, faults=faults)
        access.note_read(caller, READ_CASES, "cases")
        among = None if department is None else [department]
        wanted = CaseSearch(open_only=open_only, skipped=skip)
        found = store.cases.all(among, state, wanted=wanted, limit=MOST_AT_ONCE)
        return ListedCases(amount=store.cases.amount(among, state, wanted=wanted), cases=[*map(desk.body, found)])

    @router.get("/cases/{case}", responses=document_problems(401, 403, 404, 422, 429))
    def one(case: CasePath, caller: ApiKey = access.needs(ApiScope.CASES_READ)) -> CaseBody:
        """One case."""
        access.note_read(caller, READ_CASES, "cases")
        return desk.body(desk.get(case))

    @router.post("/cases", status_code=201, responses=document_problems(400, 401, 403, 413, 422, 429))
    def take(case: NewCase, caller: ApiKey = access.needs(ApiScope.CASES_WRITE)) -> CaseTaken:
        """Hand a case in. Sent again under the same number it is the same case, as it was first."""
        return desk.take(case, caller)

    @router.post("/cases/{case}/steps", responses=document_problems(400, 401, 403, 404, 409, 413, 422, 429))
    def step(case: CasePath, then: NextStep, caller: ApiKey = access.needs(ApiScope.CASES_WRITE)) -> CaseBody:
        """Hand a case on, answer it, or bring it into another state; what is so already stays without a trace."""
        return desk.body(desk.step(desk.get(case), then, by=f"{API} {caller.system}"))

    return router


class _CaseDesk:
    """Carries out what the addresses ask for."""

    def __init__(self, store: Store, clock: Clock, secret: bytes) -> None:
        self._store, self._clock, self._secret = store, clock, secret

    def get(self, key: str) -> Case:
        found = self._store.cases.get(key)
        if found is None:
            raise Problem(404, f"There is no case «{key}».")
        return found

    def body(self, case: Case) -> CaseBody:
        kept = {name: getattr(case, name) for name in CaseBody.model_fields if hasattr(case, name)}
        days = {"received_on": local_day(case.received_at), "late": case.late(local_day(self._clock()))}
        return CaseBody(**{**kept, **days, "source": case.source.kind})

    def take(self, wanted: NewCase, caller: ApiKey) -> CaseTaken:
        kept = categories_from(self._store.organisation.setting(CASE_CATEGORIES))
        names = [each.name for each in kept]
        faults = [*self.department_faults(wanted.department)]
        if wanted.category and wanted.category not in names:
            faults.append(ApiFault(where="category", what=f"Choose one of {', '.join(names)}."))
        if faults:
            raise Problem(422, faults=faults)
        code = receipt_for(f"case\0{caller.system}\0{wanted.id}", self._secret)
        source = Source(OF_API, caller.system)
        case = typed_case(
            code, self._secret, source, wanted.department, wanted.category, wanted.text, wanted.contact, self._clock()
        )
        new = self._store.cases.receive(case, by=f"{API} {caller.system}")
        give_due_days(self._store)
        return CaseTaken(id=case.id, code=code, new=new)

    def step(self, case: Case, then: NextStep, *, by: str) -> Case:
        """Assigned first, so that an answer comes from who has it; all or nothing is what fails before."""
        self._assert_fits(case, then)
        try:
            department, owner = then.department or case.department, case.owner if then.owner is None else then.owner
            if (department, owner) != (case.department, case.owner):
                self._store.cases.assign(case, department, owner, by=by, now=self._clock(), state=then.state is None)
                case = self.get(case.id)
            return self._answered(case, then, by)
        except ChangedMeanwhile:
            raise Problem(409, "Somebody else has changed the case meanwhile; read it again.") from None

    def _answered(self, case: Case, then: NextStep, by: str) -> Case:
        reply = case.reply if then.reply is None else then.reply
        usual = CaseState.ANSWERED if reply != case.reply and case.state.open else case.state
        state = then.state or usual
        if (state, reply) == (case.state, case.reply):
            return case
        now = self._clock()
        if not self._store.cases.answer(case, state, reply, local_day(now), by=by, now=now):
            raise ChangedMeanwhile
        return self.get(case.id)

    def _assert_fits(self, case: Case, then: NextStep) -> None:
        if case.joined_to is not None:
            raise Problem(409, f"The case is one more report of «{case.joined_to}»; take that one further.")
        faults = [*self.department_faults(then.department)] if then.department is not None else []
        if then.owner and then.owner not in self._answerers(then.department or case.department):
            faults.append(ApiFault(where="owner", what="Name an account that may answer cases of this department."))
        if faults:
            raise Problem(422, faults=faults)
        if then.state is not None and then.state is not case.state and then.state not in case.state.next:
            raise Problem(409, str(NoSuchStep(case.state, then.state)))

    def _answerers(self, department: str) -> set[str]:
        accounts = [each for each in self._store.accounts.all() if each.active]
        return {each.name for each in accounts if each.may(Action.ANSWER_CASES, department)}

    def department_faults(self, code: str, where: str = "department") -> list[ApiFault]:
        codes = [each.code for each in self._store.organisation.departments()]
        return [] if code in codes else [ApiFault(where=where, what=f"Choose one of {', '.join(codes)}.")]
