"""What an engine must offer where respondents are: forms and API use nothing else on that path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from surveys.fieldwork.availability import GRACE
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.intake.open_form import OpenForm
from surveys.intake.submission import Event, Outcome, StoredResponse, Submission


class Progress(StrEnum):
    """How far someone invited has come."""

    OPENED = "opened"
    BEGUN = "begun"
    TURNED_AWAY = "turned_away"


class Intake(Protocol):
    """The few operations an engine must offer; all are safe to call from several threads."""

    def open_form(
        self, survey: str, version: int | None = None, *, now: datetime | None = None, given: datetime | None = None,
        grace: timedelta = GRACE,
    ) -> OpenForm | None:  # fmt: skip
        """The live version of a published survey, or an earlier one on which a form was begun; None when it is shut.

        Open or shut at the moment *now*; *given* and *grace* as `availability.Opening.takes` has them.
        """

    def answered_subjects(self, survey: str, account: int, round_code: str) -> set[str]:
        """The subjects this person has rated in one round of a survey; {""} when the survey has none and they have."""

    def append(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Keep these durably, in one transaction; one outcome each, in order.

        An invitation is used up and quota places are taken in the same transaction, so that two forms sent at once
        never both count.
        """

    def has(self, survey: str, response: str) -> bool:
        """Whether this response is kept."""

    def get(self, response: str) -> StoredResponse | None:
        """One response; None when it is not kept."""

    def withdraw(self, survey: str, response: str, day: date) -> bool:
        """Delete a response at its author's wish, and count that on this day; False when there is none."""

    def withdraw_consent(self, survey: str, response: str) -> bool:
        """Delete of a response all that tells of a person: words, files, contact; False when there is none."""

    def of_contact(self, survey: str, contact: str) -> list[StoredResponse]:
        """What an invited person has answered to a survey that is not anonymous, the oldest first."""

    def count(self, survey: str, day: date, touchpoint: str, event: Event, times: int) -> None:
        """Add to the tally of an event."""

    def responses(self, survey: str, chunk: int = 2000) -> Iterator[list[StoredResponse]]:
        """All responses of a survey, in chunks."""


class PersonalLinks(Protocol):
    """What an engine must offer for personal links; safe to call from several threads."""

    def claim(self, token_hash: str) -> Invitation | None:
        """The invitation behind a link, by the hash of its token."""

    def mark(self, invitation: str, progress: Progress) -> None:
        """Note how far someone has come; what was noted stays."""

    def save_unfinished(self, invitation: str, sealed: Callable[[bytes | None], bytes], day: date) -> bool:
        """Keep what was entered so far until the answer is given; False when the link is used up or revoked.

        *sealed* makes it from what is kept; nothing else is saved for the link between the two.
        """

    def unfinished(self, invitation: str) -> bytes | None:
        """What was entered so far."""

    def forget_unfinished(self, invitation: str) -> None:
        """Delete what was entered so far."""
