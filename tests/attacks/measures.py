"""What each attack comes to, as lines of one table. The attacks themselves stand in the tests beside this file."""

from __future__ import annotations

import asyncio
import importlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from surveys import bounded_work
from surveys.definition.templates import template
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection import guesses, tablet_pace
from surveys.web.protection.devices import Visitor
from surveys.web.protection.rate_limits import Limits
from tests.attacks import test_ballots_at_counters as ballots
from tests.attacks import test_subtracted_views as subtracted
from tests.attacks import test_thousands_of_submissions as thousands
from tests.attacks.hostile_bodies import Spoiler
from tests.attacks.hostile_workbooks import MAKERS, READERS, cost
from tests.attacks.test_console_doors import knocked
from tests.attacks.test_copies_over_nights import Lineup, pairs_put_right
from tests.attacks.test_copy_of_the_disk import new, old
from tests.attacks.test_hosts_and_origins import ORIGINS, is_let_in
from tests.attacks.test_wrong_lockouts import ATTACKS, NAMES, locked_out
from tests.support.front_door import BEHIND, Clock, add_account, be, be_tablet, publish, visiting

ROUNDS = 40  # organisations made up for the views that are subtracted


@dataclass(frozen=True)
class Measured:
    """One line: what was tried, what came of it, and what it may come to at most, in words; `held`: it did not."""

    tried: str
    found: str
    limit: str
    held: bool


@contextmanager
def installation() -> Iterator[Store]:
    """A new one with two departments and a touchpoint, gone afterwards."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "attacked.db")
        store.organisation.save(
            [Department("repair", "配网抢修部"), Department("service", "营销服务部")],
            [Touchpoint("repair-east", "城东抢修队", "repair", district="城东", business_type="故障抢修")],
        )
        try:
            yield store
        finally:
            store.close()


def answers_linked() -> Iterator[Measured]:
    """Right pairs of people and answers by the best of all orders that nightly copies tell; chance: one a night."""
    visit = template("power-visit")
    for name, before in (("new", new), ("old", old)):
        with installation() as store, TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            publish(store, "power-visit", "service")
            nights = pairs_put_right(store, visit, Path(folder), patch, before)
        together: Counter[Lineup] = Counter()
        for size, right in nights:
            together.update(right)
            best, usual = max(right.values()), sum(right.values()) / len(right)
            most = size if size <= 5 else 9  # of five people chance alone puts all right in one of 120 orders
            yield Measured(
                f"{size} people, {name} database: best of {len(right)} line-ups, and all on average",
                f"{best} and {usual:.2f} right", f"{most} and 2", best <= most and usual <= 2,
            )  # fmt: skip
        best = max(together.values())
        yield Measured(f"all nights, {name} database: best line-up", f"{best} right", "13", best <= 13)


def cells_recovered() -> Iterator[Measured]:
    """Groups under the minimum of whom something follows from all views of all roles on all days together."""
    for name, run in (("views day after day", _views), ("the same, before and after withdrawals", _with_withdrawals)):
        groups, people = run()
        yield Measured(f"{name}: {ROUNDS} organisations, {people} people", f"{groups} groups", "0", not groups)
    report = subtracted.report_with_one_careless()
    told = [*subtracted.told_of_few(report), *report.compared]
    yield Measured("answers with and without flagged ones", f"{len(told)} figures of few", "0", not told)


def _drawn(run: Callable[..., None]) -> Callable[[], None]:
    quiet = settings(max_examples=ROUNDS, database=None, deadline=None, phases=[Phase.generate],
                     suppress_health_check=list(HealthCheck))  # fmt: skip
    drawn: Callable[[], None] = quiet(given(subtracted.answered(), some.data())(run))
    return drawn


def _views() -> tuple[int, int]:
    groups, people = 0, 0

    def run(who, _) -> None:  # type: ignore[no-untyped-def]
        nonlocal groups, people
        groups, people = groups + len(subtracted.small_groups(who, subtracted.LOOKS)), people + len(who)

    _drawn(run)()
    return groups, people


def _with_withdrawals() -> tuple[int, int]:
    groups, people = 0, 0

    def run(who, data) -> None:  # type: ignore[no-untyped-def]
        nonlocal groups, people
        looks = [*subtracted.LOOKS, *subtracted.LATE_LOOKS]
        groups += len(subtracted.small_groups(subtracted.taken_back(who, data), looks))
        people += len(who)

    _drawn(run)()
    return groups, people


def ballots_stuffed() -> Iterator[Measured]:
    """By a program at a counter's address, and by one that sends the open form as fast as it may."""
    now, clock, usual = [600.0], Clock(), tablet_pace.PerMinute
    with installation() as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr("surveys.web.forms.kiosk.PerMinute", lambda: usual(lambda: now[0]))
        publish(store, ballots.SURVEY)
        store.kiosks.set("repair-east", ballots.SURVEY, by="attack")
        with visiting(store, clock) as program:
            entered = program.get(ballots.PLACE).status_code == 200
            yield Measured("no tablet: opens the page of a counter", "in" if entered else "refused", "refused",
                           not entered)  # fmt: skip
            be_tablet(program, store, "repair-east")
            ballots.stuff(program, clock, now)
        found = ballots.counted(store)
    share, cap = found.flagged / max(1, found.accepted), tablet_pace_cap()
    yield Measured(
        "an enrolled tablet: a minute", f"{found}; {share:.0%} flagged", f"{cap} accepted, 75 % flagged",
        found.accepted <= (ballots.MINUTES + 1) * cap and share >= 0.75,
    )  # fmt: skip
    yield from _open_form()


def tablet_pace_cap() -> int:
    return ballots.PER_MINUTE


def _open_form() -> Iterator[Measured]:
    """Ten minutes of tries, ten a second, by one browser and by one that takes no cookie.

    The most are what the limits say for ten minutes: 30 and 12 a minute, and of a hall full of people that take no
    cookies 600 and 300 a minute, of which what goes beyond 300 and 60 a minute is flagged.
    """
    for name, device, most, unflagged in (("one browser", "one", 150, 150), ("one without cookies", "", 3600, 900)):
        now = [1000.0]
        limits, passed, flagged = Limits(lambda now=now: now[0]), 0, 0  # type: ignore[misc]
        for _ in range(6000):
            now[0] += 0.1
            seen = limits.sending(Visitor("203.0.113.9", device))
            passed, flagged = passed + (not seen.wait), flagged + (not seen.wait and seen.crowded)
        yield Measured(f"the open form, {name}: ten minutes, 6000 sent", f"{passed} accepted, {flagged} crowded",
                       f"{most} accepted, {unflagged} of them not crowded",
                       passed <= most and passed - flagged <= unflagged)  # fmt: skip


def wrong_lockouts() -> Iterator[Measured]:
    """Of those who are right, after guesses at their names."""
    for name, (attackers, own) in ATTACKS.items():
        with installation() as store, pytest.MonkeyPatch.context() as patch:
            patch.setattr(guesses, "PAUSE", 0.0)
            for each in NAMES:
                add_account(store, each, Role.STAFF)
            wrong, told = locked_out(store, attackers, own)
        yield Measured(f"{told.total()} guesses {name}", f"{wrong} of {len(NAMES)} locked out", "0", not wrong)


def hostile_files() -> Iterator[Measured]:
    """Small workbooks that claim much; megabytes in the process that asked and in the one apart."""
    here, bounded_work.HERE = bounded_work.HERE, False
    most = bounded_work.MOST_MEMORY // 1_000_000
    try:
        for name, (make, worst) in MAKERS.items():
            content = make(worst // 60 if worst > 1000 else worst)
            for reader in READERS:
                own, apart, seconds, said = cost(content, reader)
                yield Measured(
                    f"{name}, {len(content) // 1000} KB, as {reader}",
                    f"{own} MB own, {apart} MB apart, {seconds:.0f} s, {said.partition(':')[0]}",
                    f"150 MB own, {most} MB apart", own < 150 and apart < most,
                )  # fmt: skip
    finally:
        bounded_work.HERE = here


def hostile_submissions() -> Iterator[Measured]:
    """Forms nobody was shown, forms spoiled behind every door, documents for the API; what is kept is looked at."""
    attacks: dict[str, Callable[[Store, int], Counter[int]]] = {
        "forms nobody was shown": _strangers,
        "forms spoiled behind every door": lambda store, seed: _by_status(thousands.spoiled_behind_doors(store, seed)),
        "documents spoiled for the API": lambda store, seed: _by_status(thousands.spoiled_for_the_api(store, seed)),
    }
    for name, attack in attacks.items():
        with installation() as store:
            told = attack(store, random.randrange(10**9))
            kept = [each.code for each in store.surveys.all() if store.responses.amount(each.code)]
            thousands.assert_only_fit_answers(store, kept)
        failed = sum(times for status, times in told.items() if status >= 500)
        yield Measured(f"{name}: {told.total()}", f"{failed} failed, 0 unfit answers kept", "0 and 0", not failed)


def _strangers(store: Store, seed: int) -> Counter[int]:
    for code in thousands.SURVEYS:
        publish(store, code)
    return asyncio.run(thousands.attack(store, Spoiler(seed)))


def _by_status(told: Counter[tuple[str, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_, status), times in told.items():
        found[status] += times
    return found


def doors_tried() -> Iterator[Measured]:
    """Every page of the console by every role in four spellings, and live connections from pages of other origins."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XINSHENG_DB", str(Path(folder) / "door.db"))
        pages = importlib.import_module("app").PAGES
        tried = wrong = sockets = let_in = 0
        for role in (None, *Role):
            with installation() as store:
                account = add_account(store, "someone", role or Role.ADMIN)
                with visiting(store, pages=pages) as browser:
                    if role is not None:
                        be(browser, store, account)
                    for _, granted, answer in knocked(browser, pages, role or Role.STAFF):
                        tried += 1
                        wrong += (BEHIND in answer.text) is not (granted and role is not None)
                    for origin, welcome in ORIGINS.items():
                        sockets += 1
                        let_in += is_let_in(browser, origin) is not (welcome and role is not None)
    yield Measured(f"roles × pages × spellings: {tried}", f"{wrong} wrong", "0", not wrong)
    yield Measured(f"roles × origins of live connections: {sockets}", f"{let_in} wrong", "0", not let_in)


MEASURES: dict[str, Callable[[], Iterator[Measured]]] = {
    "linked": answers_linked, "cells": cells_recovered, "ballots": ballots_stuffed, "lockouts": wrong_lockouts,
    "files": hostile_files, "submissions": hostile_submissions, "doors": doors_tried,
}  # fmt: skip
"""By the word that names each on the command line."""
