"""Which answers are kept and what each of them uses up: a link, a place, a call, a task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from surveys.definition.round_rules import OF_CUSTOMERS
from surveys.fieldwork.rounds import calendar_round
from surveys.intake.submission import Event, Outcome, Submission
from surveys.storage.sqlite.answers.contact_wishes import without_wish
from surveys.storage.sqlite.answers.holding import asked, hold_answers
from surveys.storage.sqlite.answers.open_comments import note_comments
from surveys.storage.sqlite.answers.response_rows import insert_rows, row_of
from surveys.storage.sqlite.answers.set_apart import known_apart
from surveys.storage.sqlite.answers.taking_part import note_device, take_part
from surveys.storage.sqlite.answers.tallies import TALLIED
from surveys.storage.sqlite.answers.trials import keep_trial, on_trial
from surveys.storage.sqlite.calls import complete, still_held
from surveys.storage.sqlite.fieldwork.invitation_rows import is_finished, use_up
from surveys.storage.sqlite.fieldwork.kept_rounds import rule_in
from surveys.storage.sqlite.fieldwork.tasks import take_up
from surveys.storage.sqlite.quotas import has_room, take_places

_KNOWN = """
SELECT id FROM responses WHERE id IN (SELECT value FROM json_each(?1))
UNION ALL SELECT id FROM held_responses WHERE id IN (SELECT value FROM json_each(?1))"""


def accept(
    db: Database, submissions: Sequence[Submission], held_on: date | None = None, moved: list[str] | None = None
) -> list[Outcome]:  # fmt: skip
    """Keep these; one outcome each, in order. Few statements, because after each of them a busy process may wait.

    Anonymous ones that came one by one are held back from this day on; files of those that were held and move on now
    are added to *moved*.
    """
    known = {row[0] for row in db.conn.execute(_KNOWN, [json.dumps([each.id for each in submissions])])}
    known |= known_apart(db, [each.id for each in submissions])
    outcomes, accepted = list[Outcome](), list[Submission]()
    trials = {survey for survey in {each.survey for each in submissions} if on_trial(db, survey)}
    for submission in submissions:
        if submission.trial or submission.survey in trials:
            outcomes.append(_tried(db, submission, known))
            continue
        outcome = Outcome.DUPLICATE if submission.id in known else _refused(db, submission) or Outcome.ACCEPTED
        if outcome is Outcome.ACCEPTED:
            take_places(db, submission.quotas)
            if submission.call is not None:
                complete(db, *submission.call, submission.received_on)
            known.add(submission.id)
            accepted.append(_kept_of(db, submission, held_on or submission.received_on))
        outcomes.append(outcome)
    held = [each for each in accepted if held_on and is_anonymous(db, each)]
    if held_on:
        gone_on = hold_answers(db, [row_of(each) for each in held], {each.id: each.files for each in held}, held_on)
        if moved is not None:
            moved += gone_on
    apart = {each.id for each in held}
    _keep(db, [each for each in accepted if each.id not in apart], imported=not held_on)
    return outcomes


def _tried(db: Database, submission: Submission, known: set[str]) -> Outcome:
    """Of a survey on trial nothing is used up: no link, no place, no task, and nobody has answered by it."""
    if submission.id in known:
        return Outcome.DUPLICATE
    known.add(submission.id)
    keep_trial(db, submission, row_of(submission))
    return Outcome.ACCEPTED


def to_be_tallied(
    db: Database, submissions: Sequence[Submission], outcomes: Sequence[Outcome]
) -> tuple[list[Submission], list[Event]]:
    """What is counted as events: nothing of surveys on trial."""
    trials = {survey for survey in {each.survey for each in submissions} if on_trial(db, survey)}
    pairs = [
        (each, TALLIED[outcome]) for each, outcome in zip(submissions, outcomes, strict=True)
        if not each.trial and each.survey not in trials
    ]  # fmt: skip
    return [each for each, _ in pairs], [event for _, event in pairs]


def _kept_of(db: Database, submission: Submission, day: date) -> Submission:
    """What is kept of an answer: of an anonymous one no task, no campaign, and not how to reach who gave it."""
    if not is_anonymous(db, submission):
        return submission
    survey = asked(db, submission.survey, submission.version)
    apart = without_wish(db, submission, survey, day) if survey else submission
    return replace(apart, task=None, campaign=None)


def is_anonymous(db: Database, submission: Submission) -> bool:
    survey = asked(db, submission.survey, submission.version)
    return survey is None or survey.anonymous


def _refused(db: Database, submission: Submission) -> Outcome | None:
    """Why a new answer is not kept. Quotas are looked at first: an answer over them must use nothing up."""
    if not has_room(db, submission.quotas):
        return Outcome.QUOTA_FULL
    if submission.call is not None and not still_held(db, *submission.call):
        return Outcome.CALL_ENDED
    if submission.invitation is not None and not use_up(db, submission.invitation):
        return Outcome.ALREADY_ANSWERED if is_finished(db, submission.invitation) else Outcome.LINK_ENDED
    if submission.participation is not None and not take_part(
        db, submission.survey, _counted_once_in(db, submission), *submission.participation
    ):
        return Outcome.ALREADY_ANSWERED
    if submission.task is not None and (over := take_up(db, submission.task)) is not None:
        return over
    if submission.device is not None and not note_device(db, submission.survey, submission.device):
        return Outcome.ALREADY_ANSWERED
    return None


def _counted_once_in(db: Database, submission: Submission) -> str:
    """The round in which one person's second answer doesn't count."""
    if submission.round is not None:
        return submission.round
    kept = db.conn.execute("SELECT rounds FROM surveys WHERE code = ?", [submission.survey]).fetchone()
    survey = asked(db, submission.survey, submission.version)
    usual = survey.round_rule if survey else OF_CUSTOMERS
    return calendar_round(rule_in(kept[0] if kept else None, usual), submission.received_on).code


def _keep(db: Database, submissions: Sequence[Submission], *, imported: bool) -> None:
    """By key: pages that lie together are written together."""
    ordered = sorted(submissions, key=lambda each: each.id)
    insert_rows(db, ordered)
    owned = [(each.id, key) for each in ordered for key in each.files]
    db.conn.executemany("UPDATE uploads SET response = ? WHERE key = ?", owned)
    for survey, version in sorted({(each.survey, each.version) for each in submissions}):
        if definition := asked(db, survey, version):
            of_it = [each for each in submissions if (each.survey, each.version) == (survey, version)]
            in_order = [each for each in ordered if (each.survey, each.version) == (survey, version)]
            note_comments(db, survey, definition, [(each.id, each.answers) for each in in_order])
            if not definition.anonymous:
                _note_arrivals(db, of_it, imported=imported)


def _note_arrivals(db: Database, submissions: Sequence[Submission], *, imported: bool) -> None:
    """In which order answers came; of an anonymous survey that is kept nowhere."""
    rows = [(each.survey, each.id, imported) for each in submissions]
    db.conn.executemany("INSERT INTO arrivals (survey, response, imported) VALUES (?, ?, ?)", rows)
