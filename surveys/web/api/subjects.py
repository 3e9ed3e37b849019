"""`/subjects/{kind}`: another system lists, adds, changes and retires what forms can be about."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.exchange.organisation.lines import RowState
from surveys.localisation.language import in_words
from surveys.operations.subjects import ToldSubject, UnfitSubjects, bring_subjects
from surveys.organisation.subjects import SUBJECT_KINDS, Subject, SubjectKind
from surveys.storage import Store
from surveys.web.api.access import API, Access
from surveys.web.api.problems import ApiFault, Problem, document_problems

MOST_AT_ONCE = 2000
KindPath = Annotated[str, Path(max_length=40, description="department, step, touchpoint, site, person, agent, …")]
SubjectPath = Annotated[str, Path(max_length=60, description="The code of the subject")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f、]*$")]
SubjectCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-@]*$")]


class SubjectBody(BaseModel):
    """One subject; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    code: SubjectCode
    name: Words | None = None  # needed for a new one
    department: Words | None = None  # by code or name
    attributes: dict[Words, list[Words]] | None = None  # such as {"predecessor": ["accept"]}
    active_from: date | None = None
    active_to: date | None = None  # the last day on which new forms are about it


class SubjectsToBring(BaseModel):
    """Subjects of one kind."""

    model_config = ConfigDict(extra="forbid")

    subjects: Annotated[list[SubjectBody], Field(min_length=1, max_length=MOST_AT_ONCE)]


class SubjectsBrought(BaseModel):
    """How many are new, were changed, and were so already."""

    new: int
    changed: int
    same: int


class ListedSubjects(BaseModel):
    """All subjects of a kind, retired ones too."""

    kind: str
    subjects: list[SubjectBody]


class LastDay(BaseModel):
    """Until when new forms are about it; null for no end."""

    model_config = ConfigDict(extra="forbid")

    last: date | None


def subjects_router(store: Store, access: Access) -> APIRouter:
    router = APIRouter(tags=["subjects"])

    @router.get("/subjects/{kind}", responses=document_problems(401, 403, 404, 422, 429))
    def listed(kind: KindPath, caller: ApiKey = access.needs(ApiScope.SUBJECTS_READ)) -> ListedSubjects:
        """Every subject of a kind, by code."""
        found = store.subjects.of_kind(_kind(kind).code)
        return ListedSubjects(kind=kind, subjects=[_body(each) for each in found])

    @router.post("/subjects/{kind}", responses=document_problems(400, 401, 403, 404, 409, 413, 422, 429))
    def bring(
        kind: KindPath, wanted: SubjectsToBring, caller: ApiKey = access.needs(ApiScope.SUBJECTS_WRITE)
    ) -> SubjectsBrought:
        """Add or change subjects, all or none; the same again changes nothing."""
        into = _kind(kind)
        if not into.listed:
            raise Problem(409, f"Subjects of the kind «{kind}» are kept on the page Organisation; change them there.")
        told = [ToldSubject(**dict(each)) for each in wanted.subjects]
        try:
            came = bring_subjects(store, into, told, by=f"{API} {caller.system}")
        except UnfitSubjects as unfit:
            faults = [
                ApiFault(where=f"subjects.{place}", what=in_words(why, "en")) for place, why in unfit.reasons.items()
            ]
            raise Problem(422, faults=faults) from None
        return SubjectsBrought(new=came[RowState.NEW], changed=came[RowState.CHANGED], same=came[RowState.SAME])

    @router.post("/subjects/{kind}/{code}/retire", responses=document_problems(400, 401, 403, 404, 422, 429))
    def retire(
        kind: KindPath, code: SubjectPath, wanted: LastDay, caller: ApiKey = access.needs(ApiScope.SUBJECTS_WRITE)
    ) -> SubjectBody:
        """Let new forms be about it until a day only, or again without an end; its answers stay."""
        try:
            return _body(store.subjects.retire(_kind(kind).code, code, wanted.last, by=f"{API} {caller.system}"))
        except KeyError:
            raise Problem(404, f"There is no «{code}» of the kind «{kind}».") from None

    return router


def _kind(code: str) -> SubjectKind:
    if (kind := SUBJECT_KINDS.get(code)) is None:
        raise Problem(404, f"There is no kind «{code}»; the kinds are {', '.join(SUBJECT_KINDS)}.")
    return kind


def _body(one: Subject) -> SubjectBody:
    attributes = {name: list(values) for name, values in one.attributes.items()}
    return SubjectBody.model_construct(
        code=one.code, name=one.name, department=one.department, attributes=attributes, active_from=one.active_from,
        active_to=one.active_to,
    )  # fmt: skip
