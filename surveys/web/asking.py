"""Who is asked what: the survey in the field as one person meets it, at one touchpoint, in one language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import anyio.to_thread
from starlette.requests import Request

from surveys.accounts import Account
from surveys.calls import Interview
from surveys.campaigns.invitations import Invitation
from surveys.clock import Clock
from surveys.course import Course, course, link_parameters
from surveys.definition import Audience, Section, Survey
from surveys.intake import OpenForm
from surveys.language import chosen, marked
from surveys.organisation import Touchpoint
from surveys.questions import Entered, Place, Question, Region
from surveys.raters import offered_to, subjects
from surveys.storage import Store
from surveys.storage.surveys import UnknownSurvey
from surveys.web.page import Refusal
from surveys.web.sessions import account_of
from surveys.wording import DEFAULT_LANGUAGE

LONGEST_LINK_VALUE = 200
LINK_FIELD = "_link."


@dataclass(frozen=True)
class Entrance:
    """How someone comes to a form: at which address, to which survey, and by which invitation if it is personal."""

    address: str
    survey: str
    version: int | None = None  # of a personal link; None: the live one
    invitation: Invitation | None = None
    interview: Interview | None = None  # by phone; what is entered is what an agent was told
    agent_away: bool = False  # by phone, but its agent's sign-in or hold has ended: nothing is taken, nobody shown
    touchpoint: str = ""  # where it is, if the address says so
    kiosk: str = ""  # the token of a tablet at a counter
    box: bool = False  # an opinion box: what is entered becomes a case


def open_entrance(request: Request) -> Entrance:
    """The open link of a survey."""
    survey = request.path_params["survey"]
    return Entrance(f"/s/{survey}", survey)


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
    link: Mapping[str, str] = field(default_factory=dict)  # the values of the link that the survey refers to
    device: str = ""  # the number of the browser that sends it, where devices are told apart
    crowded: bool = False  # unusually many come from its address

    @property
    def place(self) -> str:
        """The touchpoint's code; empty without one."""
        return self.touchpoint.code if self.touchpoint else ""

    @property
    def by_account(self) -> bool:
        """Whether only someone signed in may answer; a personal link says who it is by itself."""
        return self.survey.audience is Audience.STAFF and not (self.entrance.invitation or self.by_phone)

    @property
    def by_phone(self) -> bool:
        """Whether an agent enters what another person answers."""
        return self.agent is not None or self.entrance.agent_away

    @property
    def agent(self) -> Account | None:
        """Who enters what another person answers, while signed in."""
        return self.entrance.interview.agent if self.entrance.interview else None

    @property
    def tells_devices(self) -> bool:
        """Whether it matters which browser sends it: of an open link alone, and never of an anonymous survey."""
        open_to_all = not (self.entrance.invitation or self.by_phone) and self.survey.audience is Audience.CUSTOMERS
        return open_to_all and not (self.survey.anonymous or self.entrance.kiosk)

    @property
    def once(self) -> bool:
        """Whether a second answer from the same device is not counted."""
        return self.form.protection.once_per_device

    @property
    def puzzled(self) -> bool:
        """Whether a puzzle keeps programs away; who was invited, called or signed in is known to be a person."""
        entrance = self.entrance
        known = entrance.invitation or entrance.kiosk or self.by_phone or self.by_account
        return self.form.protection.puzzle and not known

    @property
    def draft(self) -> str:
        """Where a script saves what is entered, of a personal link; empty of any other."""
        return f"{self.entrance.address}/draft" if self.entrance.invitation and not self.by_phone else ""

    @property
    def keep(self) -> str:
        """Under which name the browser keeps what was entered; empty where it must not.

        The next person at a shared computer must not find what someone wrote about colleagues.
        """
        survey = self.survey
        if self.draft or self.entrance.kiosk or self.by_phone or survey.anonymous or survey.audience is Audience.STAFF:
            return ""
        return f"{survey.code}:{self.place}:{self.form.version}"

    @property
    def languages(self) -> list[str]:
        """What can be switched between."""
        return list(self.survey.title.root)

    def course(self, entered: Entered, seed: str) -> Course:
        return course(self.survey, entered, self.link, seed)

    def seed_kept(self, seed: str) -> str | None:
        """What is recorded of the seed: nothing where it decided nothing."""
        return seed if self.form.shuffled else None


class Asker:
    """Finds out from a request who is asked what."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def from_link(self, request: Request, entrance: Entrance) -> Asking:
        """By the address alone. A survey for staff is narrowed to what this person has not rated yet."""
        said = request.query_params
        place, kind, language = (said.get(name, "") for name in ("tp", "biz", "lang"))
        asking = await self._asking(request, entrance, said, place, kind, language, entrance.version)
        if asking.by_account and asking.account is not None:
            asking = await anyio.to_thread.run_sync(self._still_asked, asking, asking.account)
        return asking

    async def from_form(
        self, request: Request, entrance: Entrance, entered: Entered, version: int | None
    ) -> Asking:  # fmt: skip
        """By what a form carries along."""
        one = {name: values[0] for name, values in entered.items() if values}
        said = {name.removeprefix(LINK_FIELD): value for name, value in one.items() if name.startswith(LINK_FIELD)}
        wish = one.get("_switch") or one.get("_lang", "")
        version = version or entrance.version
        return await self._asking(request, entrance, said, one.get("_tp", ""), one.get("_biz", ""), wish, version)

    async def _asking(
        self, request: Request, entrance: Entrance, said: Mapping[str, str], touchpoint: str, business_type: str,
        language: str, version: int | None,
    ) -> Asking:  # fmt: skip
        code, touchpoint = entrance.survey, entrance.touchpoint or touchpoint
        # On the event loop, because a look-up takes less time than handing it to a thread; readers never wait in WAL.
        form = self._store.responses.open_form(code, version)
        if form is None:
            raise await anyio.to_thread.run_sync(self._not_open, code)
        place = self._store.organisation.touchpoint(touchpoint) if touchpoint else None
        kind = self._known_business(business_type) or (place.business_type if place else None)
        link = link_values(form.link_names, said, place, kind)
        if form.survey.anonymous:
            place = kind = None  # of an anonymous answer nothing is kept that narrows down who gave it
        account = None
        if form.survey.audience is Audience.STAFF and not (entrance.invitation or entrance.interview):
            account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        survey = self._with_places(form.survey)
        request.state.language = chosen(language, survey.title.root)
        return Asking(form, entrance, survey, account, place, kind, request.state.language, link)

    def _known_business(self, business_type: str | None) -> str | None:
        if not business_type:
            return None
        known = {each.business_type for each in self._store.organisation.touchpoints()}
        return business_type if business_type in known else None

    def _with_places(self, survey: Survey) -> Survey:
        if any(isinstance(question, Region) and not question.places for question in survey.questions()):
            return offering(survey, self._store.organisation.places())
        return survey

    def _not_open(self, code: str) -> Refusal:
        try:
            record = self._store.surveys.get(code)
        except UnknownSurvey:
            return Refusal(404, marked("没有找到这份问卷"))
        advice = marked("请稍后再来，或向提供链接的人确认。")
        return Refusal(410) if record.closed else Refusal(404, marked("这份问卷还没有发布"), advice)

    def _still_asked(self, asking: Asking, account: Account) -> Asking:
        """The survey with what this person has not rated yet; refuses when nothing is left."""
        done = self._store.responses.answered_subjects(asking.survey.code, account.id)
        survey = offered_to(asking.survey, account, done)
        if "" in done or (survey.subject and not subjects(survey)):
            advice = marked("每人填写一次，您的答卷已经收到，不必再填。")
            raise Refusal(409, marked("这份问卷您已经填完"), advice)
        return replace(asking, survey=survey)


def link_values(
    names: Collection[str], said: Mapping[str, str], touchpoint: Touchpoint | None, business_type: str | None
) -> dict[str, str]:  # fmt: skip
    """The values of the link that conditions and texts refer to; touchpoint and business type are known without it."""
    known = {"tp": touchpoint.code if touchpoint else "", "biz": business_type or ""}
    values = {name: said.get(name) or known.get(name) or "" for name in names}
    return {name: value[:LONGEST_LINK_VALUE] for name, value in values.items() if value}


def brought_along(survey: Survey, said: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """What the link enters into the form by itself."""
    parameters = link_parameters(survey).items()
    return {code: [said[name][:LONGEST_LINK_VALUE]] for code, name in parameters if said.get(name)}


def offering(survey: Survey, places: tuple[Place, ...]) -> Survey:
    """The survey whose questions of region offer these places."""

    def filled(question: Question) -> Question:
        return question.with_places(places) if isinstance(question, Region) else question

    def section_of(section: Section) -> Section:
        return section.model_copy(update={"questions": tuple(filled(each) for each in section.questions)})

    return survey.model_copy(update={"sections": tuple(section_of(each) for each in survey.sections)})
