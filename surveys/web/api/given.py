"""Answers that another system hands in: through the same course and checks as the form, to one submission."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from surveys.definition.context.declared import SubjectNames, facts_given, facts_to_keep
from surveys.definition.context.fields import ContextSource
from surveys.definition.questions import Answer, Entered, File
from surveys.definition.routing import Course, Ending, course
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.campaigns.campaign import Campaign
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.intake.open_form import OpenForm
from surveys.intake.quota_places import places
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day
from surveys.localisation.language import in_words
from surveys.organisation.departments import Touchpoint
from surveys.storage import Store
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.api.problems import ApiFault, Problem
from surveys.web.forms.rendered_questions import check_answers

_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Circumstances:
    """Where, when and on which way answers came in."""

    channel: str
    received_at: datetime
    touchpoint: Touchpoint | None = None
    business_type: str | None = None
    invitation: Invitation | None = None  # that they answer
    campaign: Campaign | None = None  # that sent it
    now: datetime | None = None  # when it came, of what was received elsewhere before
    facts: Mapping[str, str] = field(default_factory=dict)  # see `surveys.definition.context.declared`
    notice: str | None = None  # the version of the privacy notice that was shown


def open_form(
    store: Store, survey: str, version: int | None = None, *, now: datetime, given: datetime | None = None
) -> OpenForm:  # fmt: skip
    """The survey in the field that answers are for; raises Problem where none may be handed in.

    *given*: when the answer was given, where another system tells: one given before the end is taken for a while.
    """
    form = store.responses.open_form(survey, version, now=now, given=given)
    if form is None:
        where = f" in version {version}" if version else ""
        raise Problem(404, f"No survey «{survey}» is in the field{where}{_why_shut(store, survey, now)}.")
    if by_task_alone(form.survey):
        raise Problem(403, f"«{survey}» is filled in by task alone; no answer to it can be handed in here.")
    if form.survey.audience is Audience.STAFF:
        raise Problem(403, "Surveys for staff are answered by signed-in people alone.")
    return form


def _why_shut(store: Store, survey: str, now: datetime) -> str:
    """What is known of a survey that takes no answers, with the moment in UTC."""
    try:
        opening = store.surveys.get(survey).opening
    except UnknownSurvey:
        return ""
    match opening.state(now):
        case Availability.SCHEDULED:
            opens = opening.opens_next(now)
            return f"; it opens at {opens:%Y-%m-%dT%H:%M:%SZ}" if opens else "; no round of it is open"
        case Availability.CLOSED if opening.ended_at is not None:
            return f"; it is closed since {opening.ended_at:%Y-%m-%dT%H:%M:%SZ}"
        case Availability.ARCHIVED:
            return "; it is archived"
    return ""


def time_faults(where: str, moment: datetime | None, now: datetime) -> list[ApiFault]:
    """Whether a moment that another system tells can be."""
    if moment is None or moment <= now + _CLOCKS_DIFFER:
        return []
    return [ApiFault(where=where, what="lies in the future; check the clock and the time zone")]


def entered_from(survey: Survey, answers: Mapping[str, Any]) -> tuple[Entered, list[ApiFault]]:
    """The form entries that give these answers, and what is none. Texts are kept apart from what no database keeps."""
    entered: dict[str, list[str]] = {}
    faults: list[ApiFault] = []
    questions = {each.code: each for each in survey.questions()}
    for code, answer in answers.items():
        question = questions.get(code)
        if question is None:
            faults.append(ApiFault(where=f"answers.{_shown(code)}", what="the survey has no such question"))
        elif isinstance(question, File):
            faults.append(ApiFault(where=f"answers.{code}", what="files come in by the form alone; leave this one out"))
        elif not _storable(answer):
            faults.append(ApiFault(where=f"answers.{code}", what="holds characters that are no text"))
        else:
            try:
                entered |= question.entered_from(answer)
            except (AttributeError, KeyError, TypeError, ValueError):
                faults.append(_ill_formed(code))
    return entered, faults


def facts_in(
    survey: Survey, given: Mapping[str, str | None], source: ContextSource, subjects: SubjectNames,
    faults: list[ApiFault],
) -> dict[str, str]:  # fmt: skip
    """The facts that come along, read; every one that the survey does not declare or that is unfit is a fault.

    The caller's own `reference` is none of the survey's business, unless it is anonymous.
    """
    told = {name: text for name, text in given.items() if text is not None}
    own = {} if survey.anonymous else {name: told.pop(name) for name in ("reference",) if name in told}
    found = facts_given(survey, told, source, subjects)
    faults += [ApiFault(where=f"context.{name}", what=in_words(why, "en")) for name, why in found.faults.items()]
    return {**own, **found.kept}


def answers_to(survey: Survey, entered: Entered, given: Mapping[str, Any] | None = None) -> dict[str, Answer]:
    """The answers in what was entered; raises Problem naming each that does not fit or was not to be asked.

    *given*: the answers that the entries were made from.
    """
    interview = course(survey, entered, {}, "")
    if interview.ending is Ending.SCREENED_OUT:
        raise Problem(409, "By these answers the respondent is not one of those asked; nothing was kept.")
    answers, problems = check_answers(interview)
    faults = [ApiFault(where=f"answers.{code}", what=in_words(each, "en")) for code, each in problems.items()]
    faults += _not_asked(survey, interview, entered)
    faults += [_ill_formed(code) for code, each in answers.items() if given and not _alike(given.get(code), each)]
    if faults:
        raise Problem(422, faults=faults)
    if not answers:
        raise Problem(422, faults=[ApiFault(where="answers", what="no question is answered")])
    return answers


def submission(form: OpenForm, answers: Mapping[str, Answer], came: Circumstances, *, identity: str) -> Submission:
    """What the intake keeps. *identity* tells which answer of whose it is: the same one again is the same response."""
    survey, place = form.survey, None if form.survey.anonymous else came.touchpoint
    about = came.invitation.context if came.invitation and not survey.anonymous else {}
    invited_at = came.invitation.department if came.invitation and not survey.anonymous else None
    business_type = came.business_type or about.get("business_type")
    subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else None
    rounds = form.opening.rounds
    asked_in = rounds.open_at(came.received_at) or rounds.open_at(came.now or came.received_at)
    return Submission(
        id=hashlib.blake2b(f"{survey.code}\0{identity}".encode(), digest_size=16).hexdigest(),
        survey=survey.code,
        version=form.version,
        answers=answers,
        received_on=local_day(came.now or came.received_at if survey.anonymous else came.received_at),
        received_at=None if survey.anonymous else came.received_at,
        touchpoint=place.code if place else None,
        department=subject or (place.department if place else invited_at or form.department),
        district=place.district if place else None,
        business_type=None if survey.anonymous else business_type or (place.business_type if place else None),
        channel=came.channel,
        quotas=places(survey, _entries(survey, answers), came.campaign),
        invitation=came.invitation.id if came.invitation else None,
        contact=came.invitation.contact if came.invitation and not survey.anonymous else None,
        context=facts_to_keep(survey, {**about, **came.facts}),
        round=asked_in.code if asked_in else None,
        notice=None if survey.anonymous else came.notice,
        campaign=None if survey.anonymous or not came.invitation else came.invitation.campaign,
    )


def _entries(survey: Survey, answers: Mapping[str, Answer]) -> Entered:
    asked = (each for each in survey.questions() if each.code in answers)
    return {name: values for each in asked for name, values in each.entered_from(answers[each.code]).items()}


def _not_asked(survey: Survey, interview: Course, entered: Entered) -> Iterator[ApiFault]:
    asked = {name for question in interview.questions() for name in question.fields()}
    for question in survey.questions():
        if any(name in entered and name not in asked for name in question.fields()):
            yield ApiFault(where=f"answers.{question.code}", what="is not asked after these answers; leave it out")


def _ill_formed(code: str) -> ApiFault:
    return ApiFault(where=f"answers.{code}", what="has not the form of an answer to this question")


def _alike(given: Any, kept: Answer) -> bool:
    """Whether both are lists, mappings or plain values: a form has only texts, and would take anything for one."""
    if isinstance(kept, Mapping):
        return isinstance(given, Mapping) and all(_alike(given.get(name), each) for name, each in kept.items())
    if isinstance(kept, list):
        return isinstance(given, list) and not any(isinstance(each, (list, Mapping)) for each in given)
    return not isinstance(given, (list, Mapping))


def _storable(answer: Any) -> bool:
    """Whether every text in it can be written as UTF-8: JSON can carry half of a character pair."""
    if isinstance(answer, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in answer)
    if isinstance(answer, Mapping):
        return all(_storable(each) for pair in answer.items() for each in pair)
    return all(map(_storable, answer)) if isinstance(answer, list) else True


def _shown(code: str) -> str:
    return code[:60].encode("utf-8", "replace").decode()
