"""Personal links made and queued: 10,000 people, from the draft to messages that wait, beside bare INSERTs."""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from surveys.definition.templates import template
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect

PEOPLE = 10_000
RUNS = 5
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_INVITATION = """
INSERT INTO invitations (id, campaign, contact, segment, token_hash, due_at, expires_at)
VALUES (?, 'c', ?, ?, ?, ?, ?)"""
_MESSAGE = """
INSERT INTO outbox (id, channel, address, subject, body, invitation, state, tries, next_try_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?)"""
SECRET = b"a secret of thirty-two bytes, no"


def main() -> None:
    """Seconds, medians of five, each run in a new file; the limit writes as many rows of the same size and no more."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            (*_made_and_queued(Path(folder) / f"{run}.db"), _bare(Path(folder) / f"{run}-bare.db"))
            for run in range(RUNS)
        ]
    making, queueing, bare = (statistics.median(column) for column in zip(*runs, strict=True))
    ratio = statistics.median((made + queued) / limit for made, queued, limit in runs)
    print(f"| {PEOPLE:,} personal links | seconds (median of {RUNS}) |\n|---|---|")
    print(f"| audience drawn, links made and kept | {making:.2f} |")
    print(f"| messages written and queued | {queueing:.2f} |")
    print(f"| bare INSERTs of the same rows, two commits | {bare:.2f} |")
    print(f"\nall that is done takes {ratio:.1f} times the bare INSERTs")


def _made_and_queued(path: Path) -> tuple[float, float]:
    store = Store(path)
    survey = template("power-visit")
    store.surveys.save_draft(survey, None, by="bench")
    store.surveys.publish(survey.code, by="bench")
    people = (
        Contact(f"{n:016x}", f"客户{n}", phone=f"138{n:08d}", who={"district": str(n % 7)}) for n in range(PEOPLE)
    )
    store.contacts.keep(people, by="bench")
    plan = Plan.model_validate({"name": "bench", "channel": "sms", "audience": {"by": "who.district"}})
    campaign = plan_campaign(store, plan, survey.code, department=None, by="bench", now=NOON)
    begun = time.perf_counter()
    assert start(store, campaign, SECRET, by="bench", now=NOON) == PEOPLE
    made = time.perf_counter()
    scheduler, queued = Scheduler(store, clock=lambda: NOON), 0
    while some := scheduler.run_due():
        queued += some
    assert queued == sum(store.outbox.counts().values()) == PEOPLE
    ended = time.perf_counter()
    store.close()
    return made - begun, ended - made


def _bare(path: Path) -> float:
    """The same tables and indexes; the rows are ready in memory."""
    Store(path).close()
    db: Database = connect(path)
    db.execute("PRAGMA foreign_keys = OFF")
    at = "2026-11-23T04:00:00+00:00"
    links = [(secrets.token_hex(16), f"{n:016x}", str(n % 7), secrets.token_hex(32), at, at) for n in range(PEOPLE)]
    said = ("sms", "13800000000", "请您评价我们的服务", "客户，您好！请花一分钟告诉我们您的感受：{link}")
    waiting = [(secrets.token_hex(16), *said, link[0], at, at) for link in links]
    begun = time.perf_counter()
    for statement, rows in ((_INVITATION, links), (_MESSAGE, waiting)):
        with db.conn:
            db.conn.executemany(statement, rows)
    taken = time.perf_counter() - begun
    db.close()
    return taken


if __name__ == "__main__":
    main()
