"""What a filled form becomes: the answer that is kept, with where it came from and what is odd about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import anyio.to_thread

from surveys.calls import CallOutcome
from surveys.campaigns.quotas import places
from surveys.clock import Clock, local_day
from surveys.conditions import LINK
from surveys.course import Course
from surveys.intake import Outcome, Progress, QuotaPlace, SharedCommits, Submission, response_id
from surveys.questions import Answer, Entered, File
from surveys.storage import Store
from surveys.storage.calls import NotHeld
from surveys.suspicion import TRAP, Flag, noted, too_fast
from surveys.web.asking import Asking
from surveys.web.devices import Seen, device_hash
from surveys.web.form_page import Filled, interview_of, seed_of
from surveys.web.signing import FormToken
from surveys.web.submitted import one


class Answers:
    """Makes answers of filled forms and keeps them. `running` must be entered before the first is appended."""

    def __init__(self, store: Store, secret: bytes, clock: Clock) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._seen = Seen()
        self._commits = SharedCommits(store.responses)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, answers are taken; what is waiting at the end is written."""
        await self._commits.start()
        try:
            yield
        finally:
            await self._commits.stop()

    async def append(self, asking: Asking, filled: Filled, submission: Submission) -> Outcome:
        """Keep an answer with what is odd about it, if the quotas have room; returns when it is on disk."""
        places: list[QuotaPlace] = []
        if asking.survey.quotas or asking.entrance.invitation:
            places = await anyio.to_thread.run_sync(self._places, asking, interview_of(self._secret, asking, filled))
        flags = [*submission.flags, *self._flags(asking, filled.entered, submission)]
        return await self._commits.append(replace(submission, quotas=places, flags=flags))

    def submission(
        self, asking: Asking, token: FormToken, answers: Mapping[str, Answer], receipt: str
    ) -> Submission:  # fmt: skip
        """The answer as it will be kept."""
        survey, now = asking.survey, self._clock()
        invitation, interview = asking.entrance.invitation, asking.entrance.interview
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        place = asking.touchpoint
        files = [key for each in survey.questions() if isinstance(each, File) for key in answers.get(each.code) or ()]
        return Submission(
            id=response_id(survey.code, receipt),
            survey=survey.code,
            version=asking.form.version,
            answers=answers,
            received_on=local_day(now),
            received_at=None if survey.anonymous else now,
            seconds=None if survey.anonymous else token.seconds(now),
            touchpoint=asking.place or None,
            department=subject or _department(asking),
            district=place.district if place else None,
            business_type=asking.business_type,
            participation=(asking.account.id, subject) if asking.account else None,
            seed=asking.seed_kept(seed_of(self._secret, token)),
            files=files,
            channel=_channel(asking),
            contact=_contact(asking),
            invitation=invitation.id if invitation else None,
            call=(interview.call.id, interview.agent.name) if interview else None,
            device=device_hash(survey.code, asking.device) if asking.device and asking.once else None,
        )

    async def turn_away(self, asking: Asking) -> None:
        """Someone invited or called whose answer is not wanted is not asked again."""
        interview = asking.entrance.interview
        if interview is not None:
            with suppress(NotHeld):
                report = (interview.call.id, interview.agent.name, CallOutcome.NOT_WANTED, self._clock())
                await anyio.to_thread.run_sync(self._store.calls.report, *report)
        if asking.entrance.invitation is not None:
            invitation = asking.entrance.invitation.id
            await anyio.to_thread.run_sync(self._store.invitations.mark, invitation, Progress.TURNED_AWAY)

    def _places(self, asking: Asking, interview: Course) -> list[QuotaPlace]:
        """What an answer takes a place of: in the survey's quotas, and in those of the campaign that asked for it."""
        invitation = asking.entrance.invitation
        entered = {**interview.entered, **{LINK + name: [value] for name, value in asking.link.items()}}
        campaign = self._store.campaigns.get(invitation.campaign) if invitation is not None else None
        return places(asking.survey, entered, campaign)

    def _flags(self, asking: Asking, given: Entered, submission: Submission) -> list[Flag]:
        """What is odd about an answer. Of an anonymous one nothing is noted that tells how or whence it came."""
        trapped = {Flag.TRAP: bool(one(given, TRAP))}
        if asking.survey.anonymous:
            return noted(trapped)
        answered = [each for each in asking.survey.questions() if each.code in submission.answers]
        odd = trapped | {
            Flag.TOO_FAST: too_fast(answered, submission.seconds),
            Flag.BUSY_ADDRESS: asking.crowded,
            Flag.SAME_DEVICE: bool(asking.device)
            and self._seen.again(
                submission.id, asking.survey.code, asking.place, asking.device, local_day(self._clock())
            ),
        }
        return noted(odd)


def _department(asking: Asking) -> str | None:
    """Whose service the answer is about: of the touchpoint, else of who was invited, else of the survey.

    Of an anonymous answer the invitation's department would narrow down who gave it.
    """
    invitation = asking.entrance.invitation
    interview = asking.entrance.interview
    at = invitation.department if invitation else (interview.card.department if interview else None)
    invited_at = None if asking.survey.anonymous else at
    return (asking.touchpoint.department if asking.touchpoint else None) or invited_at or asking.form.department


def _channel(asking: Asking) -> str:
    if asking.by_phone:
        return "phone"
    if asking.entrance.kiosk:
        return "kiosk"
    return "link" if asking.entrance.invitation is None else "invitation"


def _contact(asking: Asking) -> str | None:
    """Who gave the answer; of an anonymous one nobody's id."""
    invitation, interview = asking.entrance.invitation, asking.entrance.interview
    if asking.survey.anonymous or (invitation is not None and invitation.anonymous):
        return None
    return interview.call.contact if interview else (invitation.contact if invitation else None)
