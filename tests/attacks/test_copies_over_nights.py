"""An enemy with a copy of the disk from every night, of files, times, sessions and audit, puts people beside answers.

For each night they line up who took part, in every order that the copies tell, with the answers that are new, in every
order that the copies tell. In a random order one pair of a night is right on average, however many people there are.
"""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from math import sqrt
from pathlib import Path

import pytest

from surveys.accounts import Account, new_session_token, token_hash
from surveys.definition.survey import Audience, Survey
from surveys.intake.attachments import Evidence
from surveys.intake.submission import QuotaPlace
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.sqlite import responses
from surveys.storage.sqlite.accounts import audit
from surveys.storage.sqlite.backups.backup import back_up
from tests.attacks.page_layout import leaf_cells
from tests.attacks.test_copy_of_the_disk import SURVEY, new, old, open_to_staff
from tests.conftest import submission

NIGHTS = (5, 20, 60, 200)  # so many people answer on each of these days
FIRST = datetime(2026, 11, 2, 1, tzinfo=UTC)


@dataclass
class Night:
    """The truth of a day, in the order in which it happened, and what lies on the disk after it."""

    people: list[Account] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    copies: list[Path] = field(default_factory=list)


class Days:
    """Days on which people sign in and answer, one after the other, and nights on which everything is copied."""

    def __init__(self, store: Store, accounts: list[Account], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store, self._left, self._folder = store, accounts, folder
        self._now = FIRST
        self._chance = random.Random(7)
        for module in (responses, audit):
            monkeypatch.setattr(module, "utc_now", lambda: self._now)

    def pass_one(self, size: int) -> Night:
        night = Night(people=self._chance.sample(self._left, size))
        self._left = [each for each in self._left if each not in night.people]
        for person in night.people:
            self._now += timedelta(seconds=self._chance.randint(20, 120))
            self._answer(person, night)
        self._copy(night, "evening")
        self._now = self._now.replace(hour=1, minute=0) + timedelta(days=1)
        self._store.responses.settle(local_day(self._now))
        self._copy(night, "night")
        return night

    def _answer(self, person: Account, night: Night) -> None:
        key, token = f"{self._chance.getrandbits(128):032x}", token_hash(new_session_token())
        self._store.accounts.record(person.name, "sign in", person.name)
        self._store.accounts.begin_session(person, token, self._now)
        today = local_day(self._now)
        photo = self._store.uploads.keep(
            Evidence("photo.jpeg", "jpeg", key.encode()), SURVEY, f"form-{key}", None, today.isoformat()
        )
        one = submission(
            id=key, version=2, received_on=today, received_at=None, participation=(person.id, ""), files=(photo,),
            answers={"csat": self._chance.randint(1, 5), "comment": f"{'好' * self._chance.randint(1, 30)}{key}"},
            touchpoint=None, quotas=[QuotaPlace(f"survey:{SURVEY}", f"cell-{self._chance.randrange(40)}", 10**6)],
        )  # fmt: skip
        assert self._store.responses.append([one]) == ["accepted"]
        night.answers.append(key)
        night.tokens[token], night.photos[photo] = person.name, key
        if self._chance.random() < 0.3:
            self._store.accounts.record(person.name, "sign out", person.name)

    def _copy(self, night: Night, when: str) -> None:
        """As `cp` makes it, and as a backup."""
        path = self._folder / f"{local_day(self._now)}-{when}.db"
        for ending in ("", "-wal"):
            shutil.copy2(self._store.path.with_name(self._store.path.name + ending), f"{path}{ending}")
        back_up(self._store.path, path.with_suffix(".backup"))
        night.copies += [path, path.with_suffix(".backup")]


HEX = re.compile(rb"(?:person-)?[0-9a-f]{16,}")  # keys, hashes of tokens and pseudonyms


def in_pages(path: Path, marks: list[str]) -> list[str]:
    """The marks as the cells that bear them were written, page by page; in the database, then in its log.

    Those that stand in no leaf (a tree keeps a few in its nodes) come last.
    """
    known, log = {mark.encode(): mark for mark in marks}, path.with_name(path.name + "-wal")
    length = len(marks[0])
    contents = [cell.content for page in leaf_cells(path) for cell in page]
    found = [
        known[content[at : at + length]]
        for content in [*contents, log.read_bytes() if log.exists() else b""]
        for run in HEX.finditer(content) for at in range(run.start(), run.end() - length + 1)
        if content[at : at + length] in known
    ]  # fmt: skip
    return list(dict.fromkeys([*found, *marks]))


def people_in_order(night: Night) -> Iterator[list[str]]:
    """Names as the copies line them up: sessions and audit lines, by their places and by their times."""
    for path in night.copies:
        yield [night.tokens[token] for token in in_pages(path, sorted(night.tokens))]
        with closing(sqlite3.connect(path)) as db:
            known = {each.name for each in night.people}
            names = dict(db.execute("SELECT pseudonym, name FROM audit_people"))
            rows = db.execute(
                "SELECT account, 0, id FROM audit WHERE action = 'sign in' "
                "UNION ALL SELECT account, 1, 0 FROM held_audit WHERE action = 'sign in' ORDER BY 2, 3"
            )
            told = [names[row[0]] for row in rows]
            yield [name for name in dict.fromkeys(told) if name in known]
            pseudonyms = {key: name for key, name in names.items() if name in known}
            yield [pseudonyms[key] for key in in_pages(path, sorted(pseudonyms))]


def answers_in_order(night: Night, store: Store) -> Iterator[list[str]]:
    """Answers as the copies line them up: by their places, and by the times of their photos."""
    for path in night.copies:
        yield in_pages(path, sorted(night.answers))
        yield [night.photos[key] for key in in_pages(path, sorted(night.photos))]
    folder = store.path.parent / "uploads"
    for told in ("st_ctime_ns", "st_ino"):
        stats = {key: getattr((folder / key[:2] / key).stat(), told) for key in night.photos}
        yield [night.photos[key] for key in sorted(stats, key=lambda key: (stats[key], key))]


Lineup = tuple[int, int, bool]
"""By which order of people, beside which order of answers, backwards."""


def pairs_put_right(
    store: Store, visit: Survey, folder: Path, monkeypatch: pytest.MonkeyPatch, before: Callable[[Store], None]
) -> list[tuple[int, dict[Lineup, int]]]:
    """For each night how many answered, and how many pairs are right by each way of lining them up."""
    open_to_staff(store, visit, sum(NIGHTS))
    before(store)
    accounts = [each for each in store.accounts.all() if each.name.startswith("person-")]
    days = Days(store, accounts, folder, monkeypatch)
    nights = [days.pass_one(size) for size in NIGHTS]
    return [(len(night.people), _put_right(night, store)) for night in nights]


def _put_right(night: Night, store: Store) -> dict[Lineup, int]:
    truth, right = dict(zip((each.name for each in night.people), night.answers, strict=True)), {}
    lined = product(enumerate(people_in_order(night)), enumerate(answers_in_order(night, store)), (False, True))
    for (by, people), (beside, answers), backwards in lined:
        assert set(people) == set(truth) and set(answers) == set(night.answers)
        pairs = zip(people, reversed(answers) if backwards else answers, strict=True)
        right[by, beside, backwards] = sum(truth[name] == answer for name, answer in pairs)
    return right


@pytest.mark.parametrize("before", [new, old], ids=["new", "old"])
def test_people_and_answers_match_no_better_than_by_chance(
    published: Store, visit: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: Callable[[Store], None]
) -> None:
    """Whichever order of the people is laid beside whichever order of the answers, forwards or backwards."""
    right: Counter[Lineup] = Counter()
    nights = pairs_put_right(published, visit, tmp_path, monkeypatch, before)
    for _, of_night in nights:
        right.update(of_night)
    # Right pairs of a random order: about Poisson with mean 1 for each night, and many orders are tried.
    expected = len(nights)
    assert max(right.values()) < expected + 5 * sqrt(expected), sorted(right.items(), key=lambda each: -each[1])[:5]
    assert sum(right.values()) / len(right) < expected + sqrt(expected)


FINE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:")


def held(path: Path) -> set[tuple[str, object]]:
    """Every value of every table."""
    with closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            (f"{table}.{column[0]}", value)
            for table in tables
            for rows in [db.execute(f"SELECT * FROM {table}")]
            for row in rows.fetchall() for column, value in zip(rows.description, row, strict=True)
        }  # fmt: skip


def tells_an_hour(value: object, now: datetime) -> bool:
    """Whether a value is a moment of about now: written out, in seconds or milliseconds, or in half minutes."""
    if isinstance(value, str):
        return FINE.search(value) is not None
    seconds = now.timestamp()
    return isinstance(value, int | float) and any(
        value > 0 and abs(value * unit - seconds) < 5000 for unit in (1, 0.001, 30)
    )


def test_signing_in_with_two_steps_and_answering_leave_no_hour(published: Store, visit: Survey) -> None:
    """Nothing that changes in the file meanwhile is a time finer than the day."""
    import pyotp

    from surveys.accounts.second_factor import new_secret, sealed
    from surveys.permissions import Role
    from tests.support.front_door import SECRET, Clock, add_account, hidden, sign_in, visiting

    published.surveys.save_draft(
        visit.model_copy(update={"anonymous": True, "audience": Audience.STAFF}), "service", by="test"
    )  # fmt: skip
    published.surveys.publish(SURVEY, by="test")
    boss = add_account(published, "boss", Role.ADMIN)
    clock, secret = Clock(), new_secret()
    published.second_factors.set(boss, sealed(SECRET, secret), 0, [], local_day(clock()))
    before = held(published.path)
    with visiting(published, clock) as browser:
        page = browser.post(
            "/login", data={**hidden(browser.get("/login").text), "name": "boss", "password": "correct horse"}
        )
        code = pyotp.TOTP(secret).at(clock.now)
        assert browser.post("/login/code", data={**hidden(page.text), "code": code}).status_code == 303
        sent = browser.post(f"/s/{SURVEY}", data={**hidden(browser.get(f"/s/{SURVEY}").text), "csat": "5"})
        assert sent.status_code == 200 and "撤回这份答卷" in sent.text
        assert sign_in(browser, "boss", "a wrong one, mistyped") == 401
        browser.post("/logout", data=hidden(browser.get("/logout").text))
    after = held(published.path)
    assert ("held_audit.action", "sign in") in after - before
    assert [each for each in after - before if tells_an_hour(each[1], clock())] == []
    assert [each for each in after - before if tells_an_hour(each[1], utc_now())] == []


def test_lines_of_a_day_join_the_chain_when_it_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as they were counted, by day, in no order; nothing of them is lost, and the chain holds."""
    now = FIRST
    monkeypatch.setattr(audit, "utc_now", lambda: now)
    for name in ("wu", "li", "wu", "zhang"):
        store.accounts.record(name, "sign in", name)
    store.accounts.record("wu", "failed sign-in", "wu", "203.0.113.0/24")
    store.accounts.record("wu", "publish", "a-survey")
    today = [(line.account, line.action) for line in store.accounts.audit()]
    assert store.accounts.check_audit().lines == 1 and len(today) == 6
    now += timedelta(days=1)
    store.accounts.record("wu", "close", "a-survey")
    found = store.accounts.audit()
    assert store.accounts.check_audit().lines == 7 and not store.accounts.check_audit().problems
    assert sorted((line.account, line.action) for line in found) == sorted([*today, ("wu", "close")])
    assert {line.at for line in found if line.by_day} == {found[1].at} and found[1].at.hour == 0
