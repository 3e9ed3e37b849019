"""What a survey declares of the facts that come along with its answers: name, type, where they come from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from surveys.definition.context.business_types import written_out
from surveys.definition.questions import Code
from surveys.localisation.wording import Text

LONGEST_FACT = 100  # characters
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
FactCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-.]{0,59}$")]


class ContextType(StrEnum):
    """What a fact is; `surveys.definition.context.kinds` says how each is read and kept."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    SUBJECT = "subject"


class ContextSource(StrEnum):
    """By which door a fact may come in."""

    LINK = "link"  # the address of the form
    EVENT = "event"  # what another system reports, or a file of events
    CONTACT = "contact"  # the file of who is invited, as it is then
    AGENT = "agent"  # the page of who calls
    KEY = "key"  # a keypad call
    MESSAGE = "message"  # a text message
    TASK = "task"
    KIOSK = "kiosk"  # the tablet at a counter
    IMPORT = "import"  # a table of answers, or another system that hands them in


class Coarse(StrEnum):
    """What alone is kept of a fact that would be another one with almost every answer."""

    MONTH = "month"  # of a date
    QUARTER = "quarter"  # of a date
    BAND = "band"  # of a number: between which of `bands` it lies


class ContextOption(BaseModel):
    """One value of a choice, with what belongs to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: FactCode
    label: Text
    note: Text | None = None  # such as the papers that this kind of business needs


class ContextField(BaseModel):
    """One fact that may come along. Settings of other types than its own are left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code  # also the name of the link's parameter
    type: ContextType = ContextType.TEXT
    label: Text
    sources: tuple[ContextSource, ...] = ()  # none: any door
    personal: bool = False  # tells who somebody is
    options: tuple[ContextOption, ...] = ()  # of a choice
    unit: Text | None = None  # of a number
    bands: tuple[float, ...] = ()  # of a number: where results begin a new band, in order
    about: KindName | None = None  # of a subject: its kind
    coarse: Coarse | None = None  # what alone is kept; None: the value itself

    @field_validator("options", mode="before")
    @classmethod
    def _from_catalogue(cls, options: Any) -> Any:
        return written_out(options)

    def comes_by(self, source: ContextSource) -> bool:
        """Whether this door may bring it."""
        return not self.sources or source in self.sources
