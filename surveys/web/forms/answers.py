"""What a filled form becomes: the answer that is kept, with where it came from and what is odd about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime

import anyio.to_thread

from surveys.definition.context.declared import GivenFacts, facts_given, facts_of_link, facts_to_keep
from surveys.definition.context.fields import ContextSource
from surveys.definition.questions import Answer, Entered, File
from surveys.definition.routing import Course
from surveys.fieldwork.calls import CallOutcome
from surveys.fieldwork.tasks.task import Task
from surveys.intake.protocols import Progress
from surveys.intake.quota_places import places
from surveys.intake.receipts import response_id
from surveys.intake.shared_commits import SharedCommits
from surveys.intake.submission import Outcome, QuotaPlace, Submission
from surveys.intake.suspicion import TRAP, Flag, flags_of, too_fast
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.storage.records.calls import NotHeld
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.form_context import Asking
from surveys.web.forms.form_data import one
from surveys.web.forms.form_page import Filled, interview_of, seed_of
from surveys.web.protection.devices import Seen, device_hash
from surveys.web.protection.signing import FormToken


class Answers:
    """Makes answers of filled forms and keeps them. `running` must be entered before the first is appended."""

    def __init__(self, store: Respondents, secret: bytes, clock: Clock) -> None:
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
        if asking.survey.quotas or asking.entrance.campaign:
            places = await anyio.to_thread.run_sync(self._places, asking, interview_of(self._secret, asking, filled))
        flags = [*submission.flags, *self._flags(asking, filled.entered, submission)]
        told = {**submission.context, **told_by_agent(asking, filled.entered).kept}
        return await self._commits.append(replace(submission, quotas=places, flags=flags, context=told))

    def submission(
        self, asking: Asking, token: FormToken, answers: Mapping[str, Answer], receipt: str
    ) -> Submission:  # fmt: skip
        """The answer as it will be kept."""
        survey, now = asking.survey, self._clock()
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        place, task = asking.touchpoint, asking.entrance.task
        once_in = asking.form.opening.rounds.code_of(asking.round, local_day(now))
        files = [key for each in survey.questions() if isinstance(each, File) for key in answers.get(each.code) or ()]
        submission = Submission(
            id=response_id(survey.code, receipt),
            survey=survey.code,
            version=asking.form.version,
            answers=answers,
            received_on=local_day(now),
            received_at=None if survey.anonymous else now,
            seconds=None if survey.anonymous else token.seconds(now),
            touchpoint=asking.place or None,
            department=(task.department if task else None) or subject or _department(asking),
            district=place.district if place else None,
            business_type=asking.business_type,
            participation=(asking.account.id, subject) if asking.account and task is None else None,
            seed=asking.seed_kept(seed_of(self._secret, token)),
            files=files,
            channel=asking.entrance.channel,
            contact=None if survey.anonymous else asking.entrance.contact,
            invitation=asking.entrance.invitation_id,
            call=asking.entrance.call,
            device=device_hash(f"{survey.code}·{once_in}", asking.device) if asking.device and asking.once else None,
            context=_context(asking),
            round=asking.round,
            notice=asking.notice.name if asking.notice and not survey.anonymous else None,
            campaign=None if survey.anonymous or asking.entrance.anonymous else asking.entrance.campaign,
            trial=token.trial,
        )
        return submission if task is None else fulfilling(submission, task)

    async def call_again(self, asking: Asking, agreed: datetime | None) -> None:
        """The person on the phone named a time to be called at; raises UnfitAppointment, NotHeld."""
        if asking.entrance.call is not None:
            report = (*asking.entrance.call, CallOutcome.LATER, self._clock(), agreed)
            await anyio.to_thread.run_sync(self._store.calls.report, *report)

    async def turn_away(self, asking: Asking, outcome: CallOutcome = CallOutcome.NOT_WANTED) -> None:
        """Someone invited or called whose answer is not wanted, or who gives none, is not asked again."""
        call, invitation = asking.entrance.call, asking.entrance.invitation_id
        if call is not None:
            with suppress(NotHeld):
                await anyio.to_thread.run_sync(self._store.calls.report, *call, outcome, self._clock())
        if invitation is not None:
            await anyio.to_thread.run_sync(self._store.invitations.mark, invitation, Progress.TURNED_AWAY)

    def _places(self, asking: Asking, interview: Course) -> list[QuotaPlace]:
        """What an answer takes a place of: in the survey's quotas, and in those of the campaign that asked for it."""
        asked_by = asking.entrance.campaign
        campaign = self._store.campaigns.get(asked_by) if asked_by is not None else None
        return places(asking.survey, asking.known(interview), campaign)

    def _flags(self, asking: Asking, given: Entered, submission: Submission) -> list[Flag]:
        """What is odd about an answer. Of an anonymous one nothing is noted that tells how or whence it came."""
        trapped = {Flag.TRAP: bool(one(given, TRAP))}
        if asking.survey.anonymous:
            return flags_of(trapped)
        answered = [each for each in asking.survey.questions() if each.code in submission.answers]
        tapped = asking.entrance.timed_from_touch
        odd = trapped | {
            Flag.TOO_FAST: too_fast(answered, submission.seconds, asking.survey.questions(), from_first_touch=tapped),
            Flag.BUSY_ADDRESS: asking.crowded,
            Flag.SAME_DEVICE: bool(asking.device)
            and self._seen.again(
                submission.id, asking.survey.code, asking.place, asking.device, local_day(self._clock())
            ),
        }
        return flags_of(odd)


def told_by_agent(asking: Asking, entered: Entered) -> GivenFacts:
    """The facts that an agent has entered beside the answers, and what is wrong with them."""
    given = {each.code: one(entered, f"_fact_{each.code}") for each in asking.to_tell}
    said = {name: text for name, text in given.items() if text}
    return facts_given(asking.survey, said, ContextSource.AGENT, asking.names_of)


def untold_by_agent(asking: Asking, entered: Entered) -> Message | None:
    """What is wrong with the first such fact that is no value of its kind; None where all are."""
    for name, why in told_by_agent(asking, entered).faults.items():
        label = next(each.label for each in asking.to_tell if each.code == name)
        return saying(marked("{item}：{why}"), item=label, why=why)
    return None


def fulfilling(submission: Submission, task: Task) -> Submission:
    """The answer as that to a task: of its round, about its subject, with its relation as the one fact it tells."""
    relation = {"relation": task.relation} if task.relation else {}
    return replace(
        submission, task=task.id, round=task.round, subject=task.subject or submission.subject,
        context={**submission.context, **relation},
    )  # fmt: skip


def _context(asking: Asking) -> dict[str, str]:
    """What comes along: the facts of what someone was invited for, and those that the survey takes from its address.

    What a way in knows by itself nobody changes by an address.
    """
    entrance, survey = asking.entrance, asking.survey
    brings = entrance.brings
    by_address = facts_of_link(survey, asking.said, asking.names_of, brings).kept if brings else {}
    return facts_to_keep(survey, {**by_address, **entrance.origin}, anonymous=entrance.anonymous)


def _department(asking: Asking) -> str | None:
    """Whose service the answer is about: of the touchpoint, else of who was invited, else of the survey.

    Of an anonymous answer the invitation's department would narrow down who gave it.
    """
    invited_at = None if asking.survey.anonymous else asking.entrance.department
    return (asking.touchpoint.department if asking.touchpoint else None) or invited_at or asking.form.department
