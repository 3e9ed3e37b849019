"""Pairs of statements that find and change the same, and the data that they do it on."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import ClauseElement
from sqlite_utils import Database

from surveys.definition.templates import template
from surveys.intake.submission import QuotaPlace, Submission
from surveys.people.contact_search import ContactSearch
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite import contacts, invitations, leases, outbox, quotas, responses
from surveys.storage.sqlite.connection import connect
from tests.benchmarks import common_statements as common
from tests.benchmarks import core_append
from tests.benchmarks import core_statements as core

SURVEY = "power-visit"
ANSWERS = 5_000
FILES = 5_000
NOW = "2026-11-22T08:00:00.000000+00:00"
LATER = "2026-11-22T08:05:00.000000+00:00"


@dataclass(frozen=True)
class Statement:
    """One statement, as today and in Core; each way returns its rows, or how many it has touched."""

    name: str
    rows: int
    today: Callable[[], Any]
    core: Callable[[], Any]
    written_out: Callable[[], Any] | None  # by Core, once, for sqlite3 to run; None: Core writes it anew for each list
    common: Callable[[], Any] | None  # a text that PostgreSQL takes too; None: today's is one
    compiling: Callable[[], object]  # turns it into SQL, without any cache


def filled(path: Path) -> Store:
    """A survey with answers and findings, files of people, messages, and a campaign."""
    store = Store(path)
    store.surveys.save_draft(template(SURVEY), None, by="bench")
    store.surveys.publish(SURVEY, by="bench")
    store.accounts.add("admin", "admin", Role.ADMIN, "", now=datetime(2026, 11, 1, tzinfo=UTC))
    store.responses.append([submission(day=1 + n % 28) for n in range(ANSWERS)])
    with store._connections.writing() as db:
        _fill(db)
    return store


def submission(*, day: int = 22, quota: bool = False) -> Submission:
    return Submission(
        id=secrets.token_hex(16), survey=SURVEY, version=1,
        answers={"csat": 4, "nps": 9, "comment": "师傅来得很快，讲解也清楚", "reasons": ["fast", "polite"]},
        received_on=date(2026, 11, day), received_at=datetime(2026, 11, day, 2, 30, tzinfo=UTC), seconds=48,
        touchpoint="repair-east", department=f"d{day % 7}", district="城东",
        quotas=(QuotaPlace(SURVEY, "城东", 10**9),) if quota else (),
    )  # fmt: skip


def _fill(db: Database) -> None:
    chance = random.Random(7)
    found = [row[0] for row in db.execute("SELECT id FROM responses ORDER BY id")]
    db.conn.executemany(
        "INSERT INTO findings VALUES (?, 'comment', 'm1', '{}')", [(each,) for each in found[: ANSWERS // 2]]
    )
    db.conn.executemany("INSERT INTO departments VALUES (?, ?)", [(f"d{n}", f"部门{n}") for n in range(7)])
    people = [
        (f"{n:032x}", f"C{n:06d}", f"客户{chance.randrange(10**5):05d}", f"138{n:08d}", f"d{n % 7}")
        for n in range(FILES)
    ]
    db.conn.executemany(
        "INSERT INTO contacts (id, kind, customer_number, name, phone, email, chat, department, who, does, worth, "
        "tier, secrecy, created_at, updated_at) "
        "VALUES (?, 'customer', ?, ?, ?, '', '', ?, '{}', '{}', '{}', '', '', '', '')",
        people,
    )
    db.execute(
        "INSERT INTO campaigns (id, survey, version, anonymous, state, plan, created_at, created_by) "
        "VALUES ('c1', ?, 1, 0, 'running', '{}', '', '')",
        [SURVEY],
    )
    for number, (person, *_, department) in enumerate(people[:2000]):
        state = chance.choice(["sent", "waiting", "failed", "bounced"])
        db.execute(
            "INSERT INTO invitations (id, campaign, contact, department, segment, token_hash, due_at, queued_at, "
            "opened, finished) VALUES (?, 'c1', ?, ?, ?, ?, '', ?, ?, ?)",
            [f"i{number}", person, department, f"s{number % 4}", f"t{number}", NOW, number % 2, number % 6 == 1],
        )
        db.execute(
            "INSERT INTO outbox (id, channel, address, subject, body, invitation, state, tries, next_try_at, "
            "created_at) VALUES (?, 'email', 'a@b.cn', '', '', ?, ?, 0, ?, ?)",
            [f"m{number:05d}", f"i{number}", state, NOW, NOW],
        )


def statements(store: Store) -> Iterator[Statement]:
    """What is compared. All that is written is rolled back at the end."""
    db, engine = connect(store.path), core_append.engine_on(store.path)
    with engine.connect() as connection:
        pairs = _Pairs(db, connection)
        yield from _reads(pairs)
        yield from _writes(pairs)
    db.close()
    engine.dispose()


class _Pairs:
    """Makes of a text and of a statement in Core something to be timed."""

    def __init__(self, db: Database, core: Connection) -> None:
        self._db, self._core = db, core

    def read(
        self, name: str, query: str, values: Any, built: Callable[[], ClauseElement], parameters: Mapping[str, Any],
        common: str | None = None,
    ) -> Statement:  # fmt: skip
        """*built* is called at each execution: a statement that is always the same is only handed out."""
        written = _written_out(built(), parameters)

        def by_core() -> list[dict[str, Any]]:
            result = self._core.execute(built(), parameters)
            names = list(result.keys())
            return [dict(zip(names, row, strict=True)) for row in result]

        return Statement(
            name, len(list(self._db.query(query, values))),
            lambda: list(self._db.query(query, values)),
            by_core,
            (lambda: list(self._db.query(*written))) if written else None,
            (lambda: list(self._db.query(common, values))) if common else None,
            lambda: built().compile(dialect=dialect()),
        )  # fmt: skip

    def write(
        self, name: str, query: str, values: Any, built: ClauseElement, parameters: Mapping[str, Any],
        common: str | None = None,
    ) -> Statement:  # fmt: skip
        """Within a transaction that is never committed: it is the statement that is timed, not the disk."""
        written = _written_out(built, parameters)

        def run(sql: str, given: Any) -> Any:
            self._core.rollback()
            if not self._db.conn.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            cursor = self._db.conn.execute(sql, given)
            return cursor.fetchall() if cursor.description else cursor.rowcount

        def by_core() -> Any:
            self._db.conn.rollback()
            result = self._core.execute(built, parameters)
            return [tuple(row) for row in result] if result.returns_rows else result.rowcount

        return Statement(
            name, 1, lambda: run(query, values), by_core, lambda: run(*written) if written else None,
            (lambda: run(common, parameters)) if common else None,
            lambda: built.compile(dialect=dialect()),
        )  # fmt: skip


def _written_out(built: ClauseElement, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    if any(isinstance(each, list) for each in parameters.values()) or not parameters:
        return None
    made = built.compile(dialect=dialect(paramstyle="named"))
    return str(made), {**made.params, **parameters}


def _reads(pairs: _Pairs) -> Iterator[Statement]:
    form = {"survey": SURVEY, "version": None}
    yield pairs.read("open form: joins, EXISTS, coalesce", responses._OPEN_FORM, form, lambda: core.OPEN_FORM, form)
    departments = ["d1", "d2"]
    yield pairs.read(
        "newest: list of departments, composed", responses._NEWEST,
        {"survey": SURVEY, "limit": 50, "departments": json.dumps(departments), "suspicious": False},
        lambda: core.newest(SURVEY, 50, departments, suspicious=False), {}, common.newest("sqlite"),
    )  # fmt: skip
    waiting = {"survey": SURVEY, "items": ["comment"], "limit": 100}
    yield pairs.read(
        "findings waiting: items of stored JSON", _COMMENTS_BY_SCAN,
        waiting | {"items": '["comment"]', "model": "m1"}, lambda: core.WAITING, waiting | {"by_model": "m1"},
        common.waiting("sqlite"),
    )  # fmt: skip
    page = {"survey": SURVEY, "after": "4", "limit": 2000}
    yield pairs.read("answers: keyset paging", responses.PAGE, list(page.values()), lambda: core.PAGE, page)
    yield pairs.read("kept: GROUP BY", responses._KEPT, [SURVEY], lambda: core.KEPT, {"survey": SURVEY})
    reach = {"campaign": "c1", "now": NOW}
    yield pairs.read(
        "reach: common table expressions", invitations._REACH, reach | {"departments": None}, lambda: core.REACH, reach,
        common.reach("sqlite"),
    )  # fmt: skip
    for kind, typed in {"name": "客户00", "number": "C00017"}.items():
        values = contacts._values(ContactSearch(departments=departments, text=typed))
        query = f"{contacts._FILES} ORDER BY name, id LIMIT 50"
        yield pairs.read(
            f"contact search by {kind}, composed", query, values,
            lambda values=values: core.search(values, departments, None), {},
            f"{common.search('sqlite')} ORDER BY name, id LIMIT 50",
        )  # fmt: skip


def _writes(pairs: _Pairs) -> Iterator[Statement]:
    lease = {"job": "sender", "holder": "a", "now": NOW, "until": LATER}
    yield pairs.write("lease: ON CONFLICT … WHERE", leases._HOLD, lease, core.HOLD, lease)
    tally = {"survey": SURVEY, "day": "2026-11-22", "touchpoint": "", "event": "opened", "times": 1}
    yield pairs.write(
        "tally: ON CONFLICT … + excluded", responses._COUNT, list(tally.values()), core.TALLY, tally,
        common.tally("sqlite"),
    )  # fmt: skip
    gone = {"survey": SURVEY, "id": "none of that"}
    yield pairs.write("withdraw: RETURNING", _WITHDRAW, list(gone.values()), core.WITHDRAW, gone)
    due = {"limit": 50, "now": NOW, "until": LATER}
    yield pairs.write(
        "outbox, nothing due: UPDATE … IN (… LIMIT)", outbox._CLAIM, due | {"claim": "x", "channel": "sms"},
        core.CLAIM, due | {"by": "x", "of_channel": "sms"},
    )  # fmt: skip


def appending(store: Store) -> Iterator[tuple[str, int, Callable[[], object], Callable[[], object]]]:
    """Batches as today and in Core, each committed to the disk."""
    engine = core_append.engine_on(store.path)
    for quota in (False, True):
        for size in (1, 20, 500):
            label = f"{size}{', each in a quota' if quota else ''}"
            yield (
                label, size, lambda size=size, quota=quota: store.responses.append(_batch(size, quota)),
                lambda size=size, quota=quota: core_append.append(engine, _batch(size, quota)),
            )  # fmt: skip
    engine.dispose()


def _batch(size: int, quota: bool) -> list[Submission]:
    return [submission(quota=quota) for _ in range(size)]


def on_postgres(store: Store, address: str) -> None:
    """Print which statements find on PostgreSQL, unchanged, what they find on SQLite in the same rows."""
    theirs, ours = create_engine(address), core_append.engine_on(store.path)
    core.METADATA.drop_all(theirs)
    core.METADATA.create_all(theirs)
    print("\n| on PostgreSQL the same | in Core | today's text | text in common words |\n|---|---|---|---|")
    with ours.connect() as here, theirs.connect() as there:
        for table in set(core.METADATA.sorted_tables) - {core.arrivals}:  # whose numbers the engine gives by itself
            if rows := [dict(row) for row in here.execute(select(table)).mappings()]:
                there.execute(insert(table), rows)
        there.commit()
        for name, ways in _ways().items():
            told = [_same(each, here, there) for each in ways]
            print(f"| {name} | {' | '.join(told)} |{' as today |' if len(told) == 2 else ''}", flush=True)
    theirs.dispose()
    ours.dispose()


def _same(run: Callable[[Connection], Any], here: Connection, there: Connection) -> str:
    try:
        found = [run(here), run(there)]
    except SQLAlchemyError as error:
        return str(error).partition("\n")[0].rpartition(") ")[2]
    finally:
        here.rollback()
        there.rollback()
    return "yes" if found[0] == found[1] else f"another result: {str(found[1])[:60]}"


def _run(built: Any, parameters: Mapping[str, Any] | None = None) -> Callable[[Connection], Any]:
    """Rows, or how many were touched."""

    def run(db: Connection) -> Any:
        result = db.execute(built, parameters or {})
        if not result.returns_rows:
            return result.rowcount
        return sorted(str([int(value) if isinstance(value, bool) else value for value in row]) for row in result)

    return run


def _common(sql: Callable[[str], str], values: Mapping[str, Any]) -> Callable[[Connection], Any]:
    return lambda db: _run(text(_named(sql(db.dialect.name))), values)(db)


def _named(sql: str) -> str:
    """Columns in one order, for the rows to be compared."""
    return sql.replace("SELECT * FROM", "SELECT id, department FROM")


def _text(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> Callable[[Connection], Any]:
    if not isinstance(values, Mapping):
        for number in range(len(values)):
            sql = sql.replace("?", f":p{number}", 1)
        values = {f"p{number}": value for number, value in enumerate(values)}
    return _run(text(_named(sql)), values)


# As it stands within `surveys.storage.sqlite.responses._refused`.
_WITHDRAW = responses._WITHDRAW.format(table="responses")
# How waiting comments were once found; kept because it reads items of stored JSON.
_COMMENTS_BY_SCAN = """
SELECT responses.id AS response, item.key AS item, item.value AS text FROM responses
JOIN json_each(:items) AS wanted
JOIN json_each(responses.answers) AS item ON item.key = wanted.value AND item.type = 'text'
LEFT JOIN findings ON findings.response = responses.id AND findings.item = item.key AND findings.model = :model
WHERE responses.survey = :survey AND findings.response IS NULL LIMIT :limit"""
_TAKE_PART = "INSERT OR IGNORE INTO participations (survey, account, subject) VALUES (:survey, :account, :subject)"


def _ways() -> dict[str, tuple[Callable[[Connection], Any], ...]]:
    form = {"survey": SURVEY, "version": None}
    wanted = {"survey": SURVEY, "limit": 10**6, "departments": '["d1", "d2"]', "suspicious": False}
    waiting = {"survey": SURVEY, "limit": 10**6}
    page = {"survey": SURVEY, "after": "4", "limit": 200}
    reach, people = {"campaign": "c1", "now": NOW}, contacts._values(ContactSearch(text="客户00"))
    lease = {"job": "sender", "holder": "a", "now": NOW, "until": LATER}
    tally = {"survey": SURVEY, "day": "2026-11-22", "touchpoint": "", "event": "opened", "times": 1}
    gone, due = {"survey": SURVEY, "id": "none of that"}, {"limit": 50, "now": NOW, "until": LATER}
    place, part = {"scope": SURVEY, "cell": "城西"}, {"survey": SURVEY, "account": 1, "subject": ""}
    new = [replace(submission(quota=True), id="f" * 32)]
    return {
        "append: which are known": (
            _run(core.KNOWN, {"ids": ["a", "b"]}), _text(responses._KNOWN, ['["a", "b"]']),
            _common(common.known, {"ids": '["a", "b"]'}),
        ),
        "append: a place in a quota": (
            _run(core.TAKE_PLACE, place), _text(quotas._TAKE, list(place.values())), _common(common.take_place, place)
        ),
        "append: who has taken part": (
            _run(core.TAKE_PART, part), _text(_TAKE_PART, part), _common(common.take_part, part)
        ),
        "append: the answers": (
            lambda db: core_append.insert(db, new * 2),
            _text(responses._INSERT + responses._ROW, list(responses._row(new[0]).values())),
        ),
        "open form": (_run(core.OPEN_FORM, form), _text(responses._OPEN_FORM, form)),
        "newest": (
            _run(core.newest(SURVEY, 10**6, ["d1", "d2"], suspicious=False)), _text(responses._NEWEST, wanted),
            _common(common.newest, wanted),
        ),
        "findings waiting": (
            _run(core.WAITING, waiting | {"items": ["comment"], "by_model": "m1"}),
            _text(_COMMENTS_BY_SCAN, waiting | {"items": '["comment"]', "model": "m1"}),
            _common(common.waiting, waiting | {"items": '["comment"]', "model": "m1"}),
        ),
        "answers": (_run(core.PAGE, page), _text(responses.PAGE, list(page.values()))),
        "kept": (_run(core.KEPT, {"survey": SURVEY}), _text(responses._KEPT, [SURVEY])),
        "reach": (
            _run(core.REACH, reach), _text(invitations._REACH, reach | {"departments": None}),
            _common(common.reach, reach | {"departments": None}),
        ),
        "contact search": (
            _run(core.search(people, None, None)), _text(contacts._FILES, people), _common(common.search, people)
        ),
        "lease": (_run(core.HOLD, lease), _text(leases._HOLD, lease)),
        "tally": (
            _run(core.TALLY, tally), _text(responses._COUNT, list(tally.values())), _common(common.tally, tally)
        ),
        "withdraw": (_run(core.WITHDRAW, gone), _text(_WITHDRAW, list(gone.values()))),
        "outbox": (
            _run(core.CLAIM, due | {"by": "x", "of_channel": "email"}),
            _text(outbox._CLAIM, due | {"claim": "x", "channel": "email"}),
        ),
    }  # fmt: skip
