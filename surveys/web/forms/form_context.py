"""Who is asked what: the survey in the field as one person meets it, at one touchpoint, in one language."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.requests import Request

from surveys.accounts import Account
from surveys.definition.conditions import LINK
from surveys.definition.context.fields import ContextField, ContextSource
from surveys.definition.listening import Listener, hear, listened_to
from surveys.definition.questions import Entered, Region
from surveys.definition.routing import Course, course, link_parameters
from surveys.definition.survey import Audience, Survey, offering
from surveys.fieldwork.availability import GRACE
from surveys.fieldwork.privacy_notices import PrivacyNotice
from surveys.fieldwork.raters import offered_to, subjects
from surveys.fieldwork.tasks.doors import BY_TASK, by_task_alone
from surveys.intake.open_form import OpenForm
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.language import choose_language, marked
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.organisation.department_tree import parents_of
from surveys.organisation.departments import Touchpoint
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.closed import shut
from surveys.web.forms.entrances import Entrance
from surveys.web.forms.form_data import one
from surveys.web.protection.sessions import account_of
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import Refusal

_log = logging.getLogger(__name__)
LONGEST_LINK_VALUE = 200
AGAIN = "_again"  # in the address of a form that is shown again: which one; the rest is the form's address
_MARK = ""  # among what a link says: what tells it from others, see `link_mark`


@dataclass(frozen=True)
class Asking:
    """A survey as one person is asked it, at one touchpoint."""

    form: OpenForm
    entrance: Entrance
    survey: Survey  # the form's, without what this person may not choose
    account: Account | None = None
    touchpoint: Touchpoint | None = None
    business_type: str | None = None
    language: str = DEFAULT_LANGUAGE
    said: Mapping[str, str] = field(default_factory=dict)  # what the form goes by of what its link says
    link: Mapping[str, str] = field(default_factory=dict)  # the values of the link that the survey refers to
    unplaced: str = ""  # what the link calls a touchpoint and is none
    query: str = ""  # the rest of the form's address, as it came
    device: str = ""  # the number of the browser that sends it, where devices are told apart
    crowded: bool = False  # unusually many come from its address
    round: str | None = None  # the kept round that its answer belongs to; None: the calendar round of its day
    notice: PrivacyNotice | None = None  # what is said of personal information on the form that it is given by
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by kind, of which facts may name one
    heard: Entered = field(default_factory=dict)  # in the comments that were sent, where the survey listens

    @property
    def place(self) -> str:
        """The touchpoint's code; empty without one."""
        return self.touchpoint.code if self.touchpoint else ""

    def names_of(self, kind: str) -> Mapping[str, str]:
        """What the subjects of a kind are called, by code."""
        return self.subjects.get(kind, {})

    @property
    def by_account(self) -> bool:
        """Whether only someone signed in may answer; a personal link says who it is by itself."""
        return self.entrance.signed_in or (self.survey.audience is Audience.STAFF and not self.entrance.names_person)

    @property
    def by_phone(self) -> bool:
        """Whether an agent enters what another person answers."""
        return self.entrance.by_phone

    @property
    def agent(self) -> Account | None:
        """Who enters what another person answers, while signed in."""
        return self.entrance.agent

    @property
    def to_tell(self) -> tuple[ContextField, ...]:
        """The facts that an agent enters with what another person answers."""
        mine = [each for each in self.survey.context if ContextSource.AGENT in each.sources] if self.by_phone else []
        return tuple(each for each in mine if each.code not in self.entrance.origin)

    @property
    def tells_devices(self) -> bool:
        """Whether it matters which browser sends it: of an open link alone, and never of an anonymous survey."""
        open_to_all = not self.entrance.names_person and self.survey.audience is Audience.CUSTOMERS
        return open_to_all and self.entrance.own_screen and not self.survey.anonymous

    @property
    def once(self) -> bool:
        """Whether a second answer from the same device is not counted."""
        return self.form.protection.once_per_device

    @property
    def puzzled(self) -> bool:
        """Whether a puzzle keeps programs away.

        Who was invited, called or signed in, or stands at a counter, is known to be a person.
        """
        known = self.entrance.names_person or not self.entrance.own_screen or self.by_account
        return self.form.protection.puzzle and not known

    @property
    def address(self) -> str:
        """Where the form is, with all its address says: it is sent there, shown again there, and found there again."""
        return with_query(self.entrance.address, self.query)

    @property
    def draft(self) -> str:
        """Where a script saves what is entered, of a personal link; empty of any other."""
        draft = self.entrance.draft_address
        return with_query(draft, self.query) if draft else ""

    @property
    def keep(self) -> str:
        """Under which name the browser keeps what was entered; empty where it must not.

        The next person at a shared computer must not find what someone wrote about colleagues.
        """
        survey = self.survey
        theirs = self.entrance.own_screen and not self.draft
        if not theirs or survey.anonymous or survey.audience is Audience.STAFF:
            return ""
        return f"{survey.code}:{self.said.get(_MARK, '')}:{self.form.version}"

    @property
    def languages(self) -> list[str]:
        """What can be switched between."""
        return list(self.survey.title.root)

    def own(self, entered: Entered) -> Entered:
        """What was entered, with what the link itself answers: that comes from the link, whatever a field says."""
        parameters = link_parameters(self.survey)
        typed = {name: values for name, values in entered.items() if name not in parameters}
        brought = {code: [self.said[name]] for code, name in parameters.items() if self.said.get(name)}
        return {**typed, **brought}

    def course(self, entered: Entered, seed: str) -> Course:
        return course(self.survey, entered, self.link, seed, self.heard)

    def known(self, interview: Course) -> Entered:
        """What quotas and thanks are decided over: what was entered, and the values of the link."""
        return {**interview.entered, **{LINK + name: [value] for name, value in self.link.items()}}

    def seed_kept(self, seed: str) -> str | None:
        """What is recorded of the seed: nothing where it decided nothing."""
        return seed if self.form.shuffled else None


class Asker:
    """Finds out from a request who is asked what."""

    def __init__(self, store: Respondents, clock: Clock, listener: Listener | None = None) -> None:
        self._store = store
        self._clock = clock
        self._listener = listener

    async def from_link(self, request: Request, entrance: Entrance) -> Asking:
        """By the address alone. A survey for staff is narrowed to what this person has not rated yet."""
        link = read_link(request)
        asking = await self._asking(request, entrance, link, link.get("lang", ""), entrance.version)
        if asking.by_account and asking.account is not None and entrance.task is None:
            asking = await anyio.to_thread.run_sync(self._still_asked, asking, asking.account)
        return asking

    async def from_form(
        self, request: Request, entrance: Entrance, entered: Entered, token: FormToken | None,
        given: datetime | None = None, grace: timedelta = GRACE,
    ) -> Asking:  # fmt: skip
        """By what a form carries along under our signature; by its address when there is none.

        What was begun in time is taken for a while after the end: *given* tells when, usually when the form was.
        """
        wish = one(entered, "_switch") or one(entered, "_lang")
        if token is None:
            return await self._asking(request, entrance, read_link(request), wish, entrance.version)
        version, had = token.version or entrance.version, given or token.issued_at
        asking = await self._asking(request, entrance, token.said, wish, version, had, grace, token.issued_at)
        return await self._listening(asking, entered)

    async def _listening(self, asking: Asking, entered: Entered) -> Asking:
        """With what is heard in the comments; at a counter's tablet, whose sender has gone by then, nothing is."""
        if self._listener is None or asking.entrance.thanks_on_page or not listened_to(asking.survey):
            return asking
        heard = await anyio.to_thread.run_sync(_heard, asking.survey, entered, self._listener)
        return replace(asking, heard=heard)

    async def with_notice_of_now(self, asking: Asking) -> Asking:
        """The same for a form that is given out anew."""
        given = self._store.privacy_notices.given
        return replace(asking, notice=await anyio.to_thread.run_sync(given, asking.survey.code, self._clock()))

    async def _asking(
        self, request: Request, entrance: Entrance, link: Mapping[str, str], language: str, version: int | None,
        given: datetime | None = None, grace: timedelta = GRACE, shown: datetime | None = None,
    ) -> Asking:  # fmt: skip
        """All that is asked of the database, in one go in a thread: the event loop waits for no disk."""
        found = partial(self._found, request, entrance, link, language, version, given, grace, shown)
        asking = await anyio.to_thread.run_sync(found)
        request.state.language = asking.language
        return asking

    def _found(
        self, request: Request, entrance: Entrance, link: Mapping[str, str], language: str, version: int | None,
        given: datetime | None, grace: timedelta, shown: datetime | None,
    ) -> Asking:  # fmt: skip
        code, now = entrance.survey, self._clock()
        form = self._store.responses.open_form(code, version, now=now, given=given, grace=grace)
        if form is None:
            raise shut(self._store, code, now)
        if entrance.task is None and by_task_alone(form.survey):
            raise Refusal(403, *BY_TASK)
        if form.survey.audience is Audience.STAFF and not entrance.for_staff:
            raise Refusal(403)
        said = said_by(form, entrance, link)
        touchpoint = (entrance.touchpoint or said.get("tp", "")).strip()
        place = self._store.organisation.touchpoint(touchpoint) if touchpoint else None
        known = self._known_business(said.get("biz"))
        unplaced = touchpoint if place is None and not form.survey.anonymous else ""
        kind = entrance.business_type or known or (place.business_type if place else None)
        values = link_values(form.link_names, said, place, kind)
        if form.survey.anonymous:
            place = kind = None  # of an anonymous answer nothing is kept that narrows down who gave it
        account = None
        if entrance.signed_in or (form.survey.audience is Audience.STAFF and not entrance.names_person):
            account = account_of(request.cookies, self._store, now)
        survey = self._with_places(form.survey)
        spoken, query = choose_language(language, survey.title.root), own_query(request)
        belongs = form.opening.rounds.belongs(now, given, grace)
        return Asking(
            form, entrance, survey, account, place, kind, spoken, said, values, unplaced, query,
            round=belongs.code if belongs else None, notice=self._store.privacy_notices.given(code, shown or now),
            subjects={each.about: self._store.subjects.names(each.about) for each in survey.context if each.about},
        )  # fmt: skip

    def _known_business(self, business_type: str | None) -> str | None:
        if not business_type:
            return None
        known = {each.business_type for each in self._store.organisation.touchpoints()}
        return business_type if business_type in known else None

    def _with_places(self, survey: Survey) -> Survey:
        if any(isinstance(question, Region) and not question.places for question in survey.questions()):
            return offering(survey, self._store.organisation.places())
        return survey

    def _still_asked(self, asking: Asking, account: Account) -> Asking:
        """The survey with what this person has not rated yet; refuses when nothing is left."""
        rounds = asking.form.opening.rounds
        kept = next((each for each in rounds.kept if each.code == asking.round), None)
        parents = parents_of(self._store.organisation.departments())
        if kept is not None and not kept.asks(account.id, account.departments, parents):
            raise Refusal(403, *NOT_MEANT)
        once_in = rounds.code_of(asking.round, local_day(self._clock()))
        done = self._store.responses.answered_subjects(asking.survey.code, account.id, once_in)
        survey = offered_to(asking.survey, account, done)
        if "" in done or (survey.subject and not subjects(survey)):
            advice = marked("每轮每人填写一次，您的答卷已经收到，不必再填。")
            raise Refusal(409, marked("这份问卷您已经填完"), advice)
        return replace(asking, survey=survey)


def _heard(survey: Survey, entered: Entered, listener: Listener) -> Entered:
    """What is heard; nothing where the reading fails: a form is taken whatever is thought of its words."""
    try:
        return hear(survey, entered, listener)
    except Exception:
        _log.exception("a comment could not be read")
        return {}


NOT_MEANT = (
    marked("这一轮不问您"),
    marked("这一轮只问一部分部门或人员，您不必填写。轮到您时，它会出现在“我的任务”里。")
)  # fmt: skip


def link_values(
    names: Collection[str], said: Mapping[str, str], touchpoint: Touchpoint | None, business_type: str | None
) -> dict[str, str]:  # fmt: skip
    """The values of the link that conditions and texts refer to; touchpoint and business type are known without it."""
    known = {"tp": touchpoint.code if touchpoint else "", "biz": business_type or ""}
    values = {name: said.get(name) or known.get(name) or "" for name in names}
    return {name: value[:LONGEST_LINK_VALUE] for name, value in values.items() if value}


def read_link(request: Request) -> dict[str, str]:
    """What an address says, and what tells it from others."""
    return {**request.query_params, _MARK: link_mark(own_query(request))}


def said_by(form: OpenForm, entrance: Entrance, link: Mapping[str, str]) -> dict[str, str]:
    """What a form goes by of what its link says. What an invitation is for, nobody can change."""
    own = link if entrance.brings else {name: text for name, text in link.items() if name not in form.declared}
    facts = {**own, **entrance.facts}
    facts |= {"tp": entrance.touchpoint} if entrance.touchpoint else {}
    names = [*([] if form.survey.anonymous else [_MARK]), *sorted(form.heard_of_link)]
    return {name: facts[name][:LONGEST_LINK_VALUE] for name in names if facts.get(name)}


def with_query(path: str, query: str) -> str:
    """The address of a path with a query; none is an empty one."""
    return f"{path}?{query}" if query else path


def own_query(request: Request) -> str:
    """The query of a form's address as it was given out."""
    return "&".join(each for each in request.url.query.split("&") if not each.startswith(f"{AGAIN}="))


def link_mark(query: str) -> str:
    """What tells one link to a form from another, whatever its values mean; language and size of letters are none."""
    values = sorted(each for each in parse_qsl(query) if each[0] not in ("lang", "large"))
    return blake2b(repr(values).encode("utf-8", "replace"), digest_size=8).hexdigest() if values else ""
