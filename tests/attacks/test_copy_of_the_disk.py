"""An enemy who holds copies of the disk: nothing in them tells in which order anonymous answers came."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import OperationalError
from statistics import mean

import pytest

from surveys.definition.survey import Survey
from surveys.intake.attachments import Evidence
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite.backups.backup import back_up
from surveys.storage.sqlite.connection import connect
from tests.attacks.page_layout import concordance, leaf_cells, order_in_pages
from tests.conftest import submission
from tests.support.tasks import a_task, give

SURVEY = "power-visit"


@dataclass
class Traces:
    """What was written, in the order in which people came."""

    store: Store
    responses: list[bytes]
    people: list[int]
    tickets: list[bytes]
    devices: list[bytes]


def open_to_staff(store: Store, visit: Survey, people: int) -> list[int]:
    """An anonymous survey in the field, with so many people; their accounts in no order."""
    store.surveys.save_draft(visit.model_copy(update={"anonymous": True}), "service", by="test")
    store.surveys.publish(SURVEY, by="test")
    return [
        store.accounts.add(f"person-{n}", f"人{n}", Role.STAFF, "hash", now=utc_now()).id for n in range(people)
    ]  # fmt: skip


def answer(store: Store, people: list[int], seed: int) -> Traces:
    """Each of these answers once, in a random order, with all that rides along."""
    chance = random.Random(seed)
    order = chance.sample(people, len(people))
    traces = Traces(store, [], order, [], [])
    today = local_day(utc_now())
    for person in order:
        key = f"{chance.getrandbits(128):032x}"
        device, ticket = f"device-{chance.getrandbits(64):016x}", f"ticket-{chance.getrandbits(64):016x}"
        words = "好" * chance.randint(1, 30)
        one = submission(
            id=key, version=2, received_on=today, received_at=None, participation=(person, ""), device=device,
            answers={"csat": chance.randint(1, 5), "comment": f"{words}{key}"}, touchpoint=f"t{chance.randrange(3)}",
        )  # fmt: skip
        assert store.responses.append([one]) == ["accepted"]
        traces.responses.append(key.encode())
        traces.devices.append(device.encode())
        traces.tickets.append(ticket.encode())
    return traces


def new(store: Store) -> None:
    """A database in which nothing was answered before."""


def old(store: Store) -> None:
    """One with many answers, some of which were withdrawn: pages with room between their cells."""
    chance = random.Random(99)
    many = [
        submission(id=f"{chance.getrandbits(128):032x}", received_at=None, received_on=date(2026, 5, 1 + n % 28))
        for n in range(3000)
    ]
    store.responses.bring_in(many)
    for each in many[::7]:
        store.responses.withdraw(SURVEY, each.id, date(2026, 6, 1))


def told(path: Path, marks: list[bytes]) -> float:
    """How much of the true order of these the pages tell: 0.5 is chance, 1 all of it."""
    return concordance(order_in_pages(path, marks), list(range(len(marks))))


@pytest.mark.parametrize("before", [new, old], ids=["new", "old"])
@pytest.mark.parametrize("day_over", [False, True], ids=["the same day", "the day after"])
def test_pages_tell_nothing_of_the_order(
    published: Store, visit: Survey, tmp_path: Path, before: Callable[[Store], None], day_over: bool
) -> None:
    """In the database and in its nightly copy, for few people and many: 0.5 is chance, and both ways count."""
    people = open_to_staff(published, visit, 200)
    before(published)
    shares = []
    for round_number, size in enumerate((5, 16, 45, 60)):
        traces = answer(published, people[:size], round_number)
        people = people[size:]
        if day_over:
            published.responses.settle(local_day(utc_now()) + timedelta(days=1))
        for copied in (published.path, _copy(published, tmp_path / f"night-{round_number}.db")):
            shares += [told(copied, traces.responses), told(copied, traces.devices)]
    assert 0.35 < mean(shares) < 0.65, shares


@pytest.mark.parametrize("made_later", [False, True], ids=["at once", "some made later"])
def test_tasks_tell_nothing_of_the_order_in_which_they_were_done(
    published: Store, visit: Survey, made_later: bool
) -> None:
    """Nor which answer is whose: a task is ticked off where it stands, and no answer names it."""
    people = open_to_staff(published, visit, 120)
    shares = []
    for seed, size in enumerate((8, 40, 60)):
        chance = random.Random(seed)
        tasks = [a_task(SURVEY, each, f"d{chance.randrange(4)}", round=f"r{seed}") for each in people[:size]]
        give(published, *tasks[: size // 2 if made_later else size])
        done = []
        for place, task in enumerate(chance.sample(tasks[: size // 2], size // 2) + tasks[size // 2 :]):
            if made_later and place == size // 2:
                give(published, *tasks)
            today = local_day(utc_now())
            one = submission(
                id=f"{chance.getrandbits(128):032x}", version=2, received_on=today, received_at=None, task=task.id
            )
            assert published.responses.append([one]) == ["accepted"]
            done.append(task.id.encode())
        shares.append(told(published.path, done))
        assert all(row["task"] is None for row in connect(published.path).query("SELECT task FROM kept_responses"))
    assert 0.3 < mean(shares) < 0.7, shares


def test_unfinished_tasks_tell_nothing_of_who_began_first(published: Store, visit: Survey) -> None:
    """Neither the pages nor a number of the row: there is none."""
    people, shares, today = open_to_staff(published, visit, 120), [], local_day(utc_now())
    for seed, size in enumerate((16, 40, 60)):
        chance = random.Random(seed)
        tasks = [a_task(SURVEY, each, "d1", round=f"r{seed}") for each in people[:size]]
        give(published, *tasks)
        begun = chance.sample(tasks, size)
        for task in begun:
            assert published.tasks.save_unfinished(task.id, chance.randbytes(40), today)
        drafts = [f"{task.id}{SURVEY}".encode() for task in begun]  # how a draft begins, and no other row
        shares.append(told(published.path, drafts))
    assert 0.3 < mean(shares) < 0.7, shares
    with pytest.raises(OperationalError, match="rowid"):
        connect(published.path).execute("SELECT rowid FROM unfinished_tasks")


def _copy(store: Store, target: Path) -> Path:
    back_up(store.path, target)
    return target


def test_the_attack_works_where_rows_are_written_as_they_come(tmp_path: Path) -> None:
    """Or the test above would show nothing: sixty rows under random keys, one after the other."""
    chance, keys = random.Random(1), []
    db = connect(tmp_path / "plain.db")
    db.execute("CREATE TABLE plain (id TEXT PRIMARY KEY, words TEXT) WITHOUT ROWID")
    for _ in range(60):
        keys.append(f"{chance.getrandbits(128):032x}")
        db.execute("INSERT INTO plain VALUES (?, ?)", [keys[-1], "好" * chance.randint(1, 9)])
        db.conn.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()
    assert told(tmp_path / "plain.db", [key.encode() for key in keys]) > 0.8


def test_who_took_part_is_written_in_its_place(published: Store, visit: Survey) -> None:
    """One participation changes a bit of one row; all others lie where they lay."""
    first, *others = open_to_staff(published, visit, 40)
    this_month = f"{local_day(utc_now()):%Y-%m}"
    answer(published, [first], 0)

    def places() -> list[tuple[int, int, int]]:
        return [
            (cell.page, cell.offset, len(cell.content))
            for cells in leaf_cells(published.path) for cell in cells
            if f"{SURVEY}{this_month}".encode() in cell.content and len(cell.content) < 30
        ]  # fmt: skip

    before = places()
    assert len(before) >= 40
    answer(published, others[::3], 1)
    assert [each for each in before if each not in places()] == []
    assert len(published.responses.answered_subjects(SURVEY, others[0], this_month)) == 1
    assert not published.responses.answered_subjects(SURVEY, others[1], this_month)


def test_prize_entries_lie_by_their_tickets(published: Store, visit: Survey) -> None:
    """Whoever has the names of a draw and its file learns no order of them."""
    from surveys.fieldwork.prizes import Prize, PrizeKind

    published.prizes.set(Prize(SURVEY, PrizeKind("draw"), "奖", date(2030, 1, 1)), by="test")
    chance, shares = random.Random(5), []
    tickets: list[bytes] = []
    for n in range(45):
        tickets.append(f"{chance.getrandbits(128):032x}".encode())
        assert published.prizes.enter(SURVEY, tickets[-1].decode(), f"某{n}", f"138{n:08d}")
        assert not published.prizes.enter(SURVEY, tickets[-1].decode(), "别人", "13900000000")
    shares.append(told(published.path, tickets))
    published.prizes.draw(SURVEY, 3, 1, by="test")
    shares.append(told(published.path, tickets))
    assert all(0.3 < share < 0.7 for share in shares), shares


def test_the_log_is_empty_and_files_tell_no_hour(published: Store, visit: Survey) -> None:
    """Nor do pages that are free hold what was in them; a withdrawn photo is gone at once, from disk and database."""
    [person] = open_to_staff(published, visit, 1)
    key = published.uploads.keep(Evidence("file.jpeg", "jpeg", b"picture"), SURVEY, "f" * 32, None, "2026-11-22")
    answers = {"csat": 1, "comment": "只有我这样写"}
    one = submission(7, version=2, received_at=None, participation=(person, ""), files=(key,), answers=answers)
    published.responses.append([one])
    log = published.path.with_name(published.path.name + "-wal")
    assert log.stat().st_size == 0
    photo = published.path.parent / "uploads" / key[:2] / key
    assert {photo.stat().st_mtime % 3600, photo.parent.stat().st_mtime % 3600} == {0}
    assert published.uploads.remove_orphans(utc_now() + timedelta(days=9)) == 0, "it belongs to a held answer"
    assert published.responses.withdraw(SURVEY, one.id, date(2026, 11, 23))
    assert not photo.exists() and published.uploads.get(key) is None
    assert log.stat().st_size == 0 and "只有我这样写".encode() not in published.path.read_bytes()


def test_a_database_of_before_is_written_anew(published: Store, visit: Survey, tmp_path: Path) -> None:
    """What earlier versions wrote as it came lies by key after the first start."""
    chance = random.Random(3)
    keys = [f"{chance.getrandbits(128):032x}" for _ in range(120)]
    with connect(published.path).conn as db:
        db.execute("DELETE FROM settings WHERE name = 'pages in key order'")
        for key in keys:
            db.execute(
                "INSERT INTO responses (id, survey, version, answers, received_on, channel) "
                "VALUES (?, ?, 1, '{}', '2026-05-01', 'link')", [key, SURVEY],
            )  # fmt: skip
    marks = [key.encode() for key in keys]
    published._connections.empty_log()
    older = Path(shutil.copy(published.path, tmp_path / "older.db"))
    assert told(older, marks) > 0.7
    Store(older).close()
    assert 0.35 < told(older, marks) < 0.65


def test_what_rides_along_with_answers_tells_nothing_of_their_order(store: Store, tmp_path: Path) -> None:
    """Wishes to be contacted, the cases that are made of them, coupons and tickets, and the columnar copy."""
    from pyarrow import parquet

    from analysis.columns.copies import Copies
    from analysis.columns.originals import Originals
    from surveys.fieldwork.prizes import Prize, PrizeKind
    from surveys.operations.cases import turn_wishes
    from tests.cases.test_rules import survey

    store.surveys.save_draft(survey("secret", anonymous=True), "repair", by="test")
    store.surveys.publish("secret", by="test")
    store.prizes.set(Prize("secret", PrizeKind("coupon"), "券", date(2030, 1, 1)), by="test")
    store.prizes.add_coupons("secret", [f"coupon-{n:04}" for n in range(300)], by="test")
    chance, today = random.Random(11), local_day(utc_now())
    keys, phones, tickets, coupons = list[str](), list[str](), list[str](), list[str]()
    for _ in range(60):
        keys.append(f"{chance.getrandbits(128):032x}")
        phones.append(f"139{chance.randrange(10**8):08d}")
        one = submission(id=keys[-1], survey="secret", received_on=today, received_at=None, touchpoint=None,
                         district=None, answers={"csat": chance.randint(1, 5), "call": phones[-1]})  # fmt: skip
        assert store.responses.append([one]) == ["accepted"]
        tickets.append(f"{chance.getrandbits(128):032x}")
        coupons.append(str(store.prizes.coupon("secret", tickets[-1])))
    marks = {name: [each.encode() for each in found] for name, found in
             (("answers", keys), ("wishes", phones), ("tickets", tickets), ("coupons", coupons))}  # fmt: skip
    shares = dict[str, float]()
    for when in ("evening", "night", "copy"):
        if when == "night":
            store.responses.settle(today + timedelta(days=1))
            assert turn_wishes(store) == 60
        path = _copy(store, tmp_path / "copy.db") if when == "copy" else store.path
        shares |= {f"{name} in the {when}": told(path, found) for name, found in marks.items()}
    copy = Copies(Originals(store), lambda: utc_now() + timedelta(days=2)).current("secret", timedelta(0))
    tables = [parquet.read_table(file) for file in copy.folder.glob("*.parquet")]
    copied = [each for table in tables if "response" in table.column_names for each in table["response"].to_pylist()]
    copied = [each for each in dict.fromkeys(copied) if each in keys]
    assert sorted(copied) == sorted(keys)
    shares["answers in the columnar copy"] = concordance([[keys.index(each) for each in copied]], list(range(60)))
    log = store.path.with_name(store.path.name + "-wal").read_bytes()
    for name, found in marks.items():
        logged = sorted((n for n, mark in enumerate(found) if mark in log), key=lambda n: log.find(found[n]))
        shares[f"{name} in the log"] = concordance([logged], list(range(60)))
    assert all(0.3 < share < 0.7 for share in shares.values()), shares
