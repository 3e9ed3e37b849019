"""What a form becomes: a submission, what was made of it, and what is counted of forms on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from surveys.definition.questions import Answer


@dataclass(frozen=True)
class QuotaPlace:
    """One place in a quota cell: of a survey or of a campaign (`scope`), which holds *most* answers."""

    scope: str
    cell: str
    most: int


@dataclass(frozen=True)
class Submission:
    """One accepted form, ready to be kept."""

    id: str
    survey: str
    version: int
    answers: Mapping[str, Answer]
    received_on: date
    received_at: datetime | None = None  # None: an anonymous survey keeps no time finer than a day
    seconds: int | None = None
    touchpoint: str | None = None
    department: str | None = None
    district: str | None = None
    business_type: str | None = None
    channel: str = "link"
    participation: tuple[int, str] | None = None  # (account, subject), once in its round; kept apart from the answers
    seed: str | None = None  # what decided the random orders; None when nothing was in random order
    files: Sequence[str] = ()  # keys of the files among the answers
    contact: str | None = None  # who gave it, by a personal link; never for an anonymous survey
    invitation: str | None = None  # used up with this answer; kept apart from it
    call: tuple[str, str] | None = None  # (call, agent) of a phone interview; complete with this answer
    quotas: Sequence[QuotaPlace] = ()  # what it takes up a place of; each must have one left
    flags: Sequence[str] = ()  # why the answer looks suspicious, see `surveys.intake.suspicion`
    device: str | None = None  # where a survey counts one answer of each device; kept apart from the answers
    context: Mapping[str, str] = field(default_factory=dict)  # facts that came along, see `surveys.definition.context`
    round: str | None = None  # the one it was begun in; None: the calendar round of its day
    subject: str | None = None  # the code of what it is about, of the kind that the survey is about
    task: str | None = None  # which it fulfils; never kept with an anonymous answer
    notice: str | None = None  # the version of the privacy notice that it was given to; never of an anonymous survey
    campaign: str | None = None  # which campaign asked; never kept with an anonymous answer
    trial: bool = False  # its form was given out before the survey was started, and said that it never counts


@dataclass(frozen=True)
class StoredResponse:
    """One response as it is read back."""

    id: str
    survey: str
    version: int
    answers: Mapping[str, Answer]
    received_on: date
    received_at: datetime | None
    seconds: int | None
    touchpoint: str | None
    department: str | None
    district: str | None
    business_type: str | None
    channel: str
    seed: str | None = None
    contact: str | None = None
    flags: Sequence[str] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    round: str | None = None
    subject: str | None = None
    task: str | None = None
    notice: str | None = None
    campaign: str | None = None  # which campaign asked for it
    uncounted: str = ""  # why it is in no figure; empty of what counts


class Outcome(StrEnum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # the same form sent again; the first one counts
    ALREADY_ANSWERED = "already_answered"  # this person has answered before
    LINK_ENDED = "link_ended"  # the personal link was revoked meanwhile
    CALL_ENDED = "call_ended"  # the agent who hands it in does not have the call any more
    QUOTA_FULL = "quota_full"  # enough people like this one have answered


class Event(StrEnum):
    """What is counted of a form, by day and touchpoint."""

    OPENED = "opened"
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SCREENED_OUT = "screened_out"
    QUOTA_FULL = "quota_full"
    LINK_ENDED = "link_ended"  # the personal link was revoked meanwhile
    STALE = "stale"  # the page was too old, or did not arrive whole
    SIGNED_OUT = "signed_out"
    BROUGHT_UP = "brought_up"  # its answers brought up further questions
    NOT_SAVED = "not_saved"  # the database could not be written
    TAKEN_BACK = "taken_back"  # an import was taken back
    EXPIRED = "expired"  # it had been kept for as long as answers are
    UNPLACED = "unplaced"  # opened by a link whose touchpoint there is not; tallied under what the link said
    SET_APART = "set_apart"  # taken out of the count
    COUNTED_AGAIN = "counted_again"
    BROUGHT_IN = "brought_in"  # given elsewhere and imported; no form was opened for it here
