"""Keeping submissions with statements of SQLAlchemy Core, step by step as `surveys.storage.sqlite.responses` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from surveys.intake.submission import Outcome, Submission
from surveys.storage.sqlite.answers.response_rows import row_of
from surveys.storage.sqlite.answers.tallies import TALLIED
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.surveys import parse_stored
from tests.benchmarks import core_statements as core


def engine_on(path: Path) -> Engine:
    """The settings of today's connections; a transaction with the option `writing` holds the lock at once."""
    engine = create_engine("sqlite://", creator=lambda: connect(path).conn, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writing"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def append(engine: Engine, submissions: Sequence[Submission]) -> list[Outcome]:
    """In one transaction. Leaves out what no submission here has: calls, invitations, devices, files."""
    with engine.connect().execution_options(writing=True) as db, db.begin():
        outcomes = insert(db, submissions)
        counts = Counter(
            (each.survey, each.received_on.isoformat(), each.touchpoint or "", TALLIED[outcome].value)
            for each, outcome in zip(submissions, outcomes, strict=True)
        )
        names = ("survey", "day", "touchpoint", "event", "times")
        rows = [dict(zip(names, (*key, times), strict=True)) for key, times in counts.items()]
        db.execute(core.TALLY, rows)
        return outcomes


def insert(db: Connection, submissions: Sequence[Submission]) -> list[Outcome]:
    """One outcome each, in order."""
    known = set(db.scalars(core.KNOWN, {"ids": [each.id for each in submissions]}))
    outcomes, accepted = list[Outcome](), list[Submission]()
    for submission in submissions:
        outcome = Outcome.DUPLICATE if submission.id in known else _refused(db, submission) or Outcome.ACCEPTED
        if outcome is Outcome.ACCEPTED:
            if submission.quotas:
                db.execute(core.TAKE_PLACE, [{"scope": each.scope, "cell": each.cell} for each in submission.quotas])
            known.add(submission.id)
            accepted.append(submission)
        outcomes.append(outcome)
    if accepted:
        db.execute(core.KEEP, [row_of(each) for each in accepted])
        _note_arrivals(db, accepted)
    return outcomes


def _refused(db: Connection, submission: Submission) -> Outcome | None:
    for place in submission.quotas:
        if (db.scalar(core.TAKEN, {"scope": place.scope, "cell": place.cell}) or 0) >= place.most:
            return Outcome.QUOTA_FULL
    if submission.participation is not None:
        account, subject = submission.participation
        values = {"survey": submission.survey, "account": account, "subject": subject}
        if not db.execute(core.TAKE_PART, values).rowcount:
            return Outcome.ALREADY_ANSWERED
    return None


def _note_arrivals(db: Connection, submissions: Sequence[Submission]) -> None:
    named = {pair: not _anonymous(db, *pair) for pair in {(each.survey, each.version) for each in submissions}}
    rows = [{"survey": each.survey, "response": each.id} for each in submissions if named[each.survey, each.version]]
    if rows:
        db.execute(core.ARRIVE, rows)


def _anonymous(db: Connection, survey: str, version: int) -> bool:
    definition = db.scalar(core.DEFINITION, {"survey": survey, "number": version})
    return definition is None or parse_stored(definition).anonymous
