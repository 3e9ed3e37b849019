"""All staff of a large organisation fill in the same anonymous form at the deadline, on one process.

Answers of earlier rounds stand there already, with a participation each. Every answer has to be kept, none twice, and
19 of 20 people wait no longer than 300 milliseconds for their thanks.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from surveys.accounts import new_session_token, token_hash
from surveys.definition.templates import template
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.settings import secret_key
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE, csrf_field
from surveys.web.protection.signing import FormToken
from tests.benchmarks.serving import uvicorn
from tests.support.load import posted, send
from tests.support.serving import free_port

STAFF, EARLIER, CLIENTS = 2000, 50, (50, 200)
SURVEY = "employee-satisfaction"


def main() -> None:
    print("| clients | answers a second | p50 ms | p95 ms | kept | participations | sent twice, kept |")
    print("|---|---|---|---|---|---|---|")
    for clients in CLIENTS:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder) / "deadline.db", clients), flush=True)


def measured(path: Path, clients: int) -> str:
    """One line: all of the staff send their form once, and a tenth of them another one."""
    store = Store(path)
    tokens = organisation(store)
    before, port = store.responses.amount(SURVEY), free_port()
    with uvicorn("app:app", port, XINSHENG_DB=str(path)):
        secret = secret_key(path.with_suffix(".key"))
        load = asyncio.run(send(port, [_form(secret, each, port) for each in tokens], clients))
        kept = store.responses.amount(SURVEY) - before
        again = 0
        try:
            asyncio.run(send(port, [_form(secret, each, port) for each in tokens[: STAFF // 10]], clients))
        except ConnectionError:  # refused in words, as they have answered
            again = store.responses.amount(SURVEY) - before - kept
    store.close()
    assert before == STAFF * EARLIER
    return (
        f"| {clients} | {load.rate:,.0f} | {1000 * load.p50:.0f} | {1000 * load.p95:.0f} | {kept:,} of {STAFF:,} "
        f"| {before + kept:,} | {again} of {STAFF // 10} |"
    )


def organisation(store: Store) -> list[str]:
    """The survey, the staff with earlier rounds answered, and the sign-in of each."""
    store.surveys.save_draft(template(SURVEY), None, by="bench")
    store.surveys.publish(SURVEY, by="bench")
    accounts = [store.accounts.add(f"p{n}", f"员工{n}", Role.STAFF, "no hash", now=utc_now()) for n in range(STAFF)]
    day = local_day(utc_now())
    for past in range(EARLIER):
        _answered(store, [each.id for each in accounts], day - timedelta(days=30 + past), f"{1900 + past}")
    store.responses.settle(day)
    tokens = [new_session_token() for _ in accounts]
    for account, token in zip(accounts, tokens, strict=True):
        store.accounts.begin_session(account, token_hash(token), utc_now())
    return tokens


def _answered(store: Store, people: Sequence[int], day: date, in_round: str) -> None:
    chance = random.Random(in_round)
    store.responses.append([
        Submission(
            secrets.token_hex(16), SURVEY, 1, {"overall": chance.randint(1, 5)}, received_on=day,
            participation=(each, ""), round=in_round,
        )
        for each in people
    ])  # fmt: skip


def _form(secret: bytes, session: str, port: int) -> bytes:
    fields = {
        "_token": FormToken.new(1, utc_now()).text(secret, SURVEY), "_csrf": csrf_field(secret, session), "_tp": "",
        "overall": "4", "comment": "希望多一些培训",
    }  # fmt: skip
    return posted(f"/s/{SURVEY}", fields, port, cookie=f"{SESSION_COOKIE}={session}")
