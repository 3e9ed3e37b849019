"""The ways in to a form, one small type each: what differs between a link, a call, a tablet, a box and a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from starlette.requests import Request

from surveys.accounts import Account
from surveys.definition.context.fields import ContextSource
from surveys.fieldwork.calls import Interview
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.fieldwork.tasks.task import Task
from surveys.web.forms.copied import copied_code
from surveys.web.rendering.page import TALKING_HOME


@dataclass(frozen=True)
class Entrance:
    """How someone comes to a form: at which address, to which survey. What is said here holds of an open link."""

    address: str
    survey: str

    channel: ClassVar[str] = "link"  # as it is kept with the answer
    signed_in: ClassVar[bool] = False  # only one account may answer, whoever the survey is for
    names_person: ClassVar[bool] = False  # it says by itself who answers: nobody signs in, no puzzle is asked
    own_screen: ClassVar[bool] = True  # the screen is that of who answers, and of nobody else
    by_phone: ClassVar[bool] = False  # an agent enters what another person answers
    for_staff: ClassVar[bool] = True  # a survey among colleagues may be met here
    shown_again_at_address: ClassVar[bool] = True  # a form to be mended can have an address of its own
    timed_from_touch: ClassVar[bool] = False  # the page waits for its next person before anybody is asked
    thanks_on_page: ClassVar[bool] = False  # the page itself thanks, also without network
    carried_on: ClassVar[tuple[str, ...]] = ()  # fields beside the form that it carries along to the next page

    brings: ClassVar[ContextSource | None] = ContextSource.LINK  # what its address may tell; None: nothing

    template: ClassVar[str] = "form.html"
    sheets: ClassVar[tuple[str, ...]] = ()
    scripts: ClassVar[tuple[str, ...]] = ("form.js",)
    allowing: ClassVar[tuple[str, ...]] = ()  # what its scripts need beyond what stands in the page

    @property
    def version(self) -> int | None:
        """The version of the survey that is asked; None: the live one."""
        return None

    @property
    def touchpoint(self) -> str:
        """Where it is, if the way in says so; empty where it doesn't."""
        return ""

    @property
    def business_type(self) -> str:
        """What it was about, if the way in says so."""
        return ""

    @property
    def facts(self) -> Mapping[str, str]:
        """What is known of what is asked about; nobody can change it by an address."""
        return {}

    @property
    def origin(self) -> Mapping[str, str | None]:
        """What is kept with the answer of where it came from."""
        return self.facts

    @property
    def invitation_id(self) -> str | None:
        return None

    @property
    def task(self) -> Task | None:
        """What the answer fulfils."""
        return None

    @property
    def campaign(self) -> str | None:
        """Which campaign asked."""
        return None

    @property
    def call(self) -> tuple[str, str] | None:
        """The call that the answer is given in, and the name of the agent who holds it."""
        return None

    @property
    def agent(self) -> Account | None:
        """Who enters what another person answers, while signed in."""
        return None

    @property
    def contact(self) -> str | None:
        """Who answers, where that may be kept."""
        return None

    @property
    def department(self) -> str | None:
        """Whose customer is asked."""
        return None

    @property
    def anonymous(self) -> bool:
        """Whether nothing may be kept that tells who was asked, whatever the survey says now."""
        return False

    @property
    def draft_address(self) -> str:
        """Where what is entered is saved before it is sent; empty where it is not."""
        return ""

    @property
    def limited_as(self) -> str:
        """What is counted against the limits besides the sender's address."""
        return ""

    @property
    def carried(self) -> Mapping[str, str]:
        """What the form carries along unseen for this way in."""
        return {}

    @property
    def thanks_address(self) -> str:
        return f"/s/{quote(self.survey)}/thanks"


class OpenLink(Entrance):
    """`/s/{survey}`: the link that everybody has."""


class Preview(Entrance):
    """What a designer looks at under the address of the open link; nothing is sent from it."""


@dataclass(frozen=True)
class PersonalLink(Entrance):
    """`/i/{token}`: one person's link."""

    invitation: Invitation

    channel = "invitation"
    brings = None
    names_person = True
    template = "personal.html"
    allowing = (TALKING_HOME,)

    @property
    def version(self) -> int:
        return self.invitation.version

    @property
    def touchpoint(self) -> str:
        return self.facts.get("touchpoint", "")

    @property
    def business_type(self) -> str:
        return self.facts.get("business_type", "")

    @property
    def facts(self) -> Mapping[str, str]:
        return self.invitation.context

    @property
    def invitation_id(self) -> str:
        return self.invitation.id

    @property
    def campaign(self) -> str:
        return self.invitation.campaign

    @property
    def contact(self) -> str | None:
        return None if self.anonymous else self.invitation.contact

    @property
    def department(self) -> str | None:
        return self.invitation.department

    @property
    def anonymous(self) -> bool:
        return self.invitation.anonymous

    @property
    def draft_address(self) -> str:
        return f"{self.address}/draft"

    @property
    def limited_as(self) -> str:
        return self.address


class _Call(Entrance):
    """`/call/{call}`: an agent enters what another person answers."""

    channel = "phone"
    brings = None
    names_person = True
    own_screen = False
    by_phone = True
    shown_again_at_address = False
    template = "calling.html"
    sheets = ("calling.css",)
    scripts = ("form.js", "calling.js")


@dataclass(frozen=True)
class PhoneInterview(_Call):
    """A call as its agent has it on the screen. Calls of a campaign come with its invitation."""

    interview: Interview
    invitation: Invitation | None = None
    begun_on: int | None = None  # the version that the page on the screen shows

    @property
    def version(self) -> int | None:
        return self.begun_on or (self.invitation.version if self.invitation else None)

    @property
    def touchpoint(self) -> str:
        return self.facts.get("touchpoint", "")

    @property
    def business_type(self) -> str:
        return self.facts.get("business_type", "")

    @property
    def facts(self) -> Mapping[str, str]:
        return self.invitation.context if self.invitation else {}

    @property
    def origin(self) -> Mapping[str, str | None]:
        return {**self.facts, "agent": self.interview.agent.name, "queue": self.interview.queue.name}

    @property
    def invitation_id(self) -> str | None:
        return self.invitation.id if self.invitation else None

    @property
    def campaign(self) -> str | None:
        return self.invitation.campaign if self.invitation else None

    @property
    def call(self) -> tuple[str, str]:
        return self.interview.call.id, self.interview.agent.name

    @property
    def agent(self) -> Account:
        return self.interview.agent

    @property
    def contact(self) -> str | None:
        return None if self.anonymous else self.interview.call.contact

    @property
    def department(self) -> str | None:
        return self.invitation.department if self.invitation else self.interview.card.department

    @property
    def anonymous(self) -> bool:
        return self.invitation is not None and self.invitation.anonymous

    @property
    def limited_as(self) -> str:
        return self.address if self.invitation else ""


@dataclass(frozen=True)
class AgentAway(_Call):
    """A call whose agent's sign-in or hold has ended: nothing is taken, and nobody is shown."""

    begun_on: int | None = None
    interview: ClassVar[None] = None  # whose card the page would show

    carried_on = ("outcome", "day", "time", "opt_out")  # what the agent was about to report

    @property
    def version(self) -> int | None:
        return self.begun_on


@dataclass(frozen=True)
class Kiosk(Entrance):
    """`/k/{touchpoint}`: a tablet at a counter, with the token of its page."""

    place: str
    token: str = ""

    channel = "kiosk"
    brings = ContextSource.KIOSK
    own_screen = False
    shown_again_at_address = False
    timed_from_touch = True
    thanks_on_page = True
    template = "kiosk.html"
    sheets = ("kiosk.css",)
    scripts = ("kiosk.js",)
    allowing = (TALKING_HOME, "worker-src 'self'")

    @property
    def touchpoint(self) -> str:
        return self.place

    @property
    def carried(self) -> Mapping[str, str]:
        return {"_kiosk": self.token}


class BoxForm(Entrance):
    """`/box/{box}`: what is entered becomes a case."""

    template = "box.html"


class EmbeddedForm(Entrance):
    """`/embed/{survey}`: in a frame of another website, which gets no cookies of ours.

    Who is signed in here must not be told to a page of someone else's: surveys for staff are not met there.
    """

    for_staff = False
    shown_again_at_address = False

    @property
    def thanks_address(self) -> str:
        return f"/embed/{quote(self.survey)}/thanks"


def open_entrance(request: Request) -> Entrance:
    """The open link of a survey."""
    survey = copied_code(request.path_params["survey"])
    return OpenLink(f"/s/{survey}", survey)
