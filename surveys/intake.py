"""The narrow waist between forms and the store: all that grows with the number of respondents.

Forms and API use nothing else on that path, so that another engine can stand behind `Intake`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from surveys.campaigns.invitations import Invitation
from surveys.course import is_shuffled, link_names
from surveys.definition import Survey
from surveys.faults import minutes
from surveys.protection import NO_PROTECTION, Protection
from surveys.questions import Answer

LARGEST_BATCH = 500
_RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on paper
_RECEIPT_LENGTH = 12


@dataclass(frozen=True)
class OpenForm:
    """A survey in the field: what a form shows and where its answers belong."""

    survey: Survey
    version: int
    department: str | None
    protection: Protection = NO_PROTECTION
    prize: bool = False

    # Worked out once for all who open it; of a survey narrowed for one person they hold too.

    @cached_property
    def guided(self) -> bool:
        """Whether what is asked depends on what was answered."""
        return self.survey.has_logic()

    @cached_property
    def minutes(self) -> int:
        """Whole minutes that most people need, at least one."""
        return max(1, round(minutes(self.survey)))

    @cached_property
    def shuffled(self) -> bool:
        """Whether any order in it is random."""
        return is_shuffled(self.survey)

    @cached_property
    def link_names(self) -> frozenset[str]:
        """The link values that conditions and texts refer to."""
        return frozenset(link_names(self.survey))


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
    participation: tuple[int, str] | None = None  # (account, subject); kept apart from the answers
    seed: str | None = None  # what decided the random orders; None when nothing was in random order
    files: Sequence[str] = ()  # keys of the files among the answers
    contact: str | None = None  # who gave it, by a personal link; never for an anonymous survey
    invitation: str | None = None  # used up with this answer; kept apart from it
    call: tuple[str, str] | None = None  # (call, agent) of a phone interview; complete with this answer
    quotas: Sequence[QuotaPlace] = ()  # what it takes up a place of; each must have one left
    flags: Sequence[str] = ()  # why the answer looks suspicious, see `surveys.suspicion`
    device: str | None = None  # where a survey counts one answer of each device; kept apart from the answers


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
    BROUGHT_IN = "brought_in"  # given elsewhere and imported; no form was opened for it here


class Progress(StrEnum):
    """How far someone invited has come."""

    OPENED = "opened"
    BEGUN = "begun"
    TURNED_AWAY = "turned_away"


class Intake(Protocol):
    """The few operations an engine must offer; all are safe to call from several threads."""

    def open_form(self, survey: str, version: int | None = None) -> OpenForm | None:
        """The live version of a published survey, or an earlier one on which a form was begun; None when closed."""

    def answered_subjects(self, survey: str, account: int) -> set[str]:
        """The subjects this person has rated in a survey; {""} when the survey has none and they have answered."""

    def append(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Keep these durably, in one transaction; one outcome each, in order.

        An invitation is used up and quota places are taken in the same transaction, so that two forms sent at once
        never both count.
        """

    def withdraw(self, survey: str, response: str, day: date) -> bool:
        """Delete a response at its author's wish, and count that on this day; False when there is none."""

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

    def save_unfinished(self, invitation: str, sealed: bytes, day: date) -> bool:
        """Keep what was entered so far until the answer is given; False when the link is used up or revoked."""

    def unfinished(self, invitation: str) -> bytes | None:
        """What was entered so far."""


def receipt_for(submission: str, secret: bytes) -> str:
    """The receipt code of a form: 12 characters, the same each time the form is sent."""
    digest = int.from_bytes(hmac.digest(secret, b"receipt:" + submission.encode(), "sha256"))
    letters = []
    for _ in range(_RECEIPT_LENGTH):
        digest, rest = divmod(digest, len(_RECEIPT_ALPHABET))
        letters.append(_RECEIPT_ALPHABET[rest])
    return _in_groups("".join(letters))


def as_receipt(typed: str) -> str | None:
    """The receipt code in what someone typed, however they wrote it; None when it can't be one."""
    plain = "".join(letter for letter in typed.upper() if letter in _RECEIPT_ALPHABET)
    return _in_groups(plain) if len(plain) == _RECEIPT_LENGTH else None


def _in_groups(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, _RECEIPT_LENGTH, 4))


def response_id(survey: str, receipt: str) -> str:
    """Where the response with this receipt is kept. Random to all who don't know the receipt: it shows no order."""
    plain = "".join(letter for letter in receipt.upper() if letter in _RECEIPT_ALPHABET)
    return hashlib.blake2b(f"{survey}:{plain}".encode(), digest_size=16).hexdigest()


class SharedCommits:
    """Takes all submissions waiting at a moment into one transaction, and answers each after its commit."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._waiting: asyncio.Queue[tuple[Submission, asyncio.Future[Outcome]]] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="intake")

    async def start(self) -> None:
        self._writer = asyncio.create_task(self._write(), name="shared commits")

    async def stop(self) -> None:
        """Finish what is waiting, then end."""
        if self._writer is not None:
            await self._waiting.join()
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        self._thread.shutdown()

    async def append(self, submission: Submission) -> Outcome:
        """Returns when the submission is on disk; raises what the store raised."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((submission, answer))
        return await answer

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < LARGEST_BATCH:
                batch.append(self._waiting.get_nowait())
            results = await loop.run_in_executor(self._thread, self._commit, [submission for submission, _ in batch])
            for (_, answer), result in zip(batch, results, strict=True):
                _settle(answer, result)
                self._waiting.task_done()

    def _commit(self, batch: Sequence[Submission]) -> Sequence[Outcome | Exception]:
        try:
            return self._intake.append(batch)
        except Exception as error:
            # One bad submission must not cost the others theirs.
            return [error] if len(batch) == 1 else [self._alone(submission) for submission in batch]

    def _alone(self, submission: Submission) -> Outcome | Exception:
        try:
            return self._intake.append([submission])[0]
        except Exception as error:
            return error


def _settle(answer: asyncio.Future[Outcome], result: Outcome | Exception) -> None:
    if answer.done():  # the client went away meanwhile; its answer is kept all the same
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
