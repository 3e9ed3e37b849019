"""The store keeps what it was given, upgrades what is older, and refuses what would break a promise."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlite_utils import Database, Migrations

from surveys.accounts import SESSION_IDLE, SESSION_LONGEST, hashed_password
from surveys.comments import CommentKind, Sentiment
from surveys.definition.survey import Survey
from surveys.intake.submission import Event, Outcome
from surveys.localisation.wording import Text
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.accounts import NameTaken
from surveys.storage.records.comments import CommentFinding, OpenComment
from surveys.storage.records.surveys import UnknownSurvey
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from surveys.storage.sqlite.responses import PAGE
from tests.conftest import submission

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_a_commit_is_on_disk_before_it_is_answered(store: Store) -> None:
    """Write-ahead log and full synchronisation, on every connection."""
    db = connect(store.path)
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


STEPS = [each.name for each in migrations.pending(connect(Path(":memory:")))]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An empty database of each older schema, by the number of steps that were applied."""
    folder = tmp_path_factory.mktemp("older")
    return [_kept_at(folder / "empty.db", name) for name in STEPS]


def _kept_at(path: Path, step: str) -> Path:
    """A copy of this database, brought up to just before a step."""
    db = connect(path)
    migrations.apply(db, stop_before=step)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return Path(shutil.copy(path, path.with_name(f"{path.stem} before {step}.db")))


@pytest.mark.parametrize("applied", range(len(STEPS)))
def test_a_database_of_any_older_schema_is_upgraded_when_opened(
    tmp_path: Path, older: list[Path], applied: int
) -> None:
    """Each step from the first one on ends in the newest schema."""
    shutil.copy(older[applied], tmp_path / "old.db")
    with closing(connect(tmp_path / "old.db").conn) as old:
        assert [each.name for each in migrations.pending(Database(old))] == STEPS[applied:]
    Store(tmp_path / "old.db").close()
    assert schema(tmp_path / "old.db") == newest_schema()


def test_programs_that_open_one_file_together_make_it_once(tmp_path: Path) -> None:
    """A server, its console and a command started at one moment, on a new database and with a new secret."""
    go = tmp_path / "go"
    opening = (
        "import sys, time; from pathlib import Path; from surveys.storage import Store; "
        "from surveys.storage.sqlite.connection import secret_beside; "
        "path, go = map(Path, sys.argv[1:]); print(flush=True); "
        "[time.sleep(0.001) for _ in iter(go.exists, True)]; Store(path); secret_beside(path)"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", opening, str(tmp_path / "one.db"), str(go)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for program in programs:
        assert program.stdout and program.stdout.readline() == "\n"
    go.touch()
    for program in programs:
        _, complaint = program.communicate(timeout=120)
        assert program.returncode == 0, complaint
    assert schema(tmp_path / "one.db") == newest_schema()


@pytest.fixture(scope="module")
def older_answered(older: list[Path]) -> list[Path]:
    """A database of each older schema, by the number of steps; from the first on with an answer in it."""
    path = Path(shutil.copy(older[1], older[1].with_name("answered.db")))
    old = connect(path)
    for statement in AS_OF_OLD:
        old.execute(statement)
    old.conn.commit()
    old.close()
    return [older[0], *(_kept_at(path, name) for name in STEPS[1:])]


@pytest.mark.parametrize("applied", range(1, len(STEPS)))
def test_an_upgrade_that_fails_half_way_leaves_the_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older_answered: list[Path], applied: int
) -> None:
    """All steps or none, from every level: schema and rows are as before, and a second try finishes the work."""
    path = Path(shutil.copy(older_answered[applied], tmp_path / "old.db"))
    before = dump(path)
    assert any("师傅来得很快" in line for line in before)
    broken = Migrations("broken")
    broken(name="m999_broken")(lambda db: db.execute("CREATE TABLE half (a)").execute("no SQL"))
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "_migrations", [*migrations._migrations, *broken._migrations])
        with pytest.raises(sqlite3.OperationalError):
            Store(path)
    assert dump(path) == before
    upgraded = Store(path)
    assert schema(upgraded.path) == newest_schema()
    [[response]] = upgraded.responses.responses("power-visit")
    assert response.answers["comment"] == "师傅来得很快"


AS_OF_OLD = (
    "INSERT INTO departments VALUES ('repair', '配网抢修部')",
    "INSERT INTO surveys VALUES ('power-visit', 'repair', 1, NULL, '2025-01-01')",
    "INSERT INTO survey_versions SELECT 'power-visit', 1, '{}', '2025-01-01', '2025-01-01'",
    "INSERT INTO responses (id, survey, version, answers, received_on, received_at, channel) VALUES "
    "('0123456789abcdef0123456789abcdef', 'power-visit', 1, '{\"comment\": \"师傅来得很快\"}', '2025-01-02', "
    "'2025-01-02T02:00:00+00:00', 'web')",
)


def dump(path: Path) -> list[str]:
    """Everything in a file, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@cache
def newest_schema() -> set[str]:
    with TemporaryDirectory() as folder:
        return schema(Store(Path(folder) / "new.db").path)


def schema(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        return {row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}


def test_answers_come_back_as_they_went_in(published: Store) -> None:
    """Every field, with 没有接触 distinct from a score."""
    sent = submission(
        1, answers={"csat": 5, "repair": "na", "comment": "快\n好 😀 =1+1"}, seconds=41, business_type="抢修"
    )
    assert published.responses.append([sent]) == [Outcome.ACCEPTED]
    [[stored]] = list(published.responses.responses("power-visit"))
    for field in ("id", "version", "answers", "received_on", "received_at", "seconds", "touchpoint", "district"):
        assert getattr(stored, field) == getattr(sent, field), field


def test_chunks_hold_every_response_once(published: Store) -> None:
    """Whatever the size of the chunks."""
    published.responses.append([submission(number) for number in range(7)])
    chunks = list(published.responses.responses("power-visit", chunk=3))
    assert [len(chunk) for chunk in chunks] == [3, 3, 1]
    assert len({each.id for chunk in chunks for each in chunk}) == 7


def test_the_same_form_counts_once(published: Store) -> None:
    """The first one stays; the repeat is tallied as such."""
    first, again = submission(1), submission(1, answers={"csat": 1})
    assert published.responses.append([first, again]) == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    [[stored]] = list(published.responses.responses("power-visit"))
    assert stored.answers == first.answers
    tallies = {row["event"]: row["times"] for row in published.responses.tallies("power-visit")}
    assert tallies == {"accepted": 1, "duplicate": 1}


def test_one_bad_submission_leaves_nothing_of_its_batch(published: Store) -> None:
    """A transaction is whole or not at all."""
    with pytest.raises(sqlite3.IntegrityError):
        published.responses.append([submission(1), submission(2, survey="no-such-survey")])
    assert published.responses.amount("power-visit") == 0


def test_a_person_takes_part_once_and_leaves_no_trace_in_the_answers(published: Store, visit: Survey) -> None:
    """Who has answered and what was answered share nothing but the survey, its round, and what it was about."""
    account = published.accounts.add("zhang", "张三", Role.STAFF, "hash", now=NOW)
    once = submission(1, participation=(account.id, "repair"), received_at=None)
    twice = replace(once, id="f" * 32)
    other, month = replace(twice, participation=(account.id, "service")), f"{once.received_on:%Y-%m}"
    assert published.responses.append([once, twice, other]) == [
        Outcome.ACCEPTED, Outcome.ALREADY_ANSWERED, Outcome.ACCEPTED,
    ]  # fmt: skip
    assert published.responses.answered_subjects(visit.code, account.id, month) == {"repair", "service"}
    db = connect(published.path)
    shared = set(db.table("participations").columns_dict) & set(db.table("responses").columns_dict)
    assert shared == {"survey", "round", "subject"}
    with pytest.raises(sqlite3.OperationalError, match="rowid"):
        db.execute("SELECT rowid FROM responses")


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_the_files_do_not_tell_who_gave_which_answers(published: Store, order: str) -> None:
    """No log in which a person and the answers stand together, and no place in the file that tells who came first."""
    account = published.accounts.add("zhang", "张三", Role.STAFF, "hash", now=NOW)
    for number, letter in enumerate(order):
        once = submission(number, participation=(account.id, f"subject-{letter}"), received_at=None)
        assert published.responses.append([once]) == [Outcome.ACCEPTED]
    assert published.path.with_name(published.path.name + "-wal").stat().st_size == 0
    content = published.path.read_bytes()
    assert content.count(b"subject-a") == content.count(b"subject-b") == 1
    assert content.find(b"subject-b") < content.find(b"subject-a")  # a page is filled from its end


def found(comment: OpenComment, model: str) -> CommentFinding:
    kind, sentiment = CommentKind.PRAISE, Sentiment.POSITIVE
    return CommentFinding(comment.response, comment.item, model, comment.text, kind, sentiment, 0.9, sure=True)


def test_a_withdrawn_response_is_gone_with_its_findings(published: Store) -> None:
    """And a second withdrawal finds nothing."""
    published.responses.append([submission(1)])
    [waiting] = published.findings.waiting("power-visit", ["comment"], "m1", 10)
    published.findings.save([found(waiting, "m1")])
    assert published.responses.withdraw("power-visit", waiting.response, date(2026, 11, 23))
    assert not published.responses.withdraw("power-visit", waiting.response, date(2026, 11, 23))
    assert not list(published.findings.of("power-visit"))


def test_findings_wait_for_the_newest_model_only(published: Store) -> None:
    """A new model analyses everything again; its findings replace the old ones; a withdrawn response gets none."""
    published.responses.append([submission(number) for number in range(3)] + [submission(9, answers={"csat": 1})])
    items = ["comment"]
    for model in ("m1", "m2"):
        waiting = published.findings.waiting("power-visit", items, model, 10)
        assert published.findings.progress("power-visit", items, model) == (0, 3)
        published.findings.save([found(each, model) for each in waiting])
        assert published.findings.progress("power-visit", items, model) == (3, 3)
    published.findings.save([found(OpenComment("gone", "comment", "好"), "m2")])
    assert {each.model for each in published.findings.of("power-visit")} == {"m2"}
    assert len(list(published.findings.of("power-visit"))) == 3


def test_tallies_add_up_by_day_and_place(published: Store) -> None:
    """However often they are flushed."""
    for times in (2, 3):
        published.responses.count("power-visit", date(2026, 11, 22), "", Event.OPENED, times)
    assert published.responses.tallies("power-visit") == [
        {"day": "2026-11-22", "touchpoint": "", "event": "opened", "times": 5}
    ]


def test_publishing_freezes_and_an_edit_is_a_new_version(published: Store, visit: Survey) -> None:
    """What was published is served until the new version is; not even a direct write changes it."""
    edited = visit.model_copy(update={"title": Text.model_validate("新标题")})
    assert published.surveys.save_draft(edited, "service", by="test") == 2
    assert published.surveys.save_draft(edited, "service", by="test") == 2, "a draft is edited in place"
    form = published.responses.open_form(visit.code)
    assert form is not None and (form.version, str(form.survey.title)) == (1, "供电服务回访")
    assert published.surveys.publish(visit.code, by="test") == 2
    assert published.surveys.version(visit.code, 1) == visit
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connect(published.path).execute("UPDATE survey_versions SET definition = '{}' WHERE number = 1")


def test_a_closed_survey_has_no_form_but_keeps_its_answers(published: Store) -> None:
    """Until it is published again."""
    published.responses.append([submission(1)])
    published.surveys.close("power-visit", by="test")
    assert published.responses.open_form("power-visit") is None
    assert published.surveys.get("power-visit").closed
    assert published.responses.amount("power-visit") == 1
    published.surveys.publish("power-visit", by="test")
    assert published.responses.open_form("power-visit") is not None


def test_an_unknown_survey_is_said_to_be_one(store: Store) -> None:
    """Not an empty result."""
    for ask in (
        store.surveys.get,
        lambda code: store.surveys.version(code, 1),
        lambda code: store.surveys.publish(code, by="x"),
    ):
        with pytest.raises(UnknownSurvey):
            ask("none")
    assert store.responses.open_form("none") is None


def test_the_first_administrator_is_made_once(store: Store) -> None:
    """Two people at the first page: one wins."""
    assert not store.accounts.any()
    store.accounts.add("admin", "管理员", Role.ADMIN, "hash", now=NOW, only_first=True)
    with pytest.raises(NameTaken):
        store.accounts.add("other", "别人", Role.ADMIN, "hash", now=NOW, only_first=True)
    with pytest.raises(NameTaken):
        store.accounts.add("admin", "又一个", Role.STAFF, "hash", now=NOW)
    assert [each.name for each in store.accounts.all()] == ["admin"]


@pytest.mark.parametrize(
    ("visits", "alive"),
    [
        ([timedelta(hours=1)], True),
        ([SESSION_IDLE], False),
        ([SESSION_IDLE / 2, SESSION_IDLE * 1.4], True),
        ([SESSION_IDLE * 0.9 * step for step in range(1, 30)], False),
    ],
    ids=["used", "idle", "kept alive", "a week is the longest"],
)
def test_sessions_end(store: Store, visits: list[timedelta], alive: bool) -> None:
    """When unused for a working day, and after a week in any case."""
    account = store.accounts.add("wang", "王五", Role.ADMIN, "hash", now=NOW)
    store.accounts.begin_session(account, "token", NOW)
    seen = [store.accounts.of_session("token", NOW + after) for after in visits]
    assert (seen[-1] is not None) is alive
    assert SESSION_LONGEST < SESSION_IDLE * 0.9 * 29


def test_changing_an_account_signs_it_out(store: Store) -> None:
    """A demoted or dismissed person must not go on with yesterday's rights."""
    account = store.accounts.add("wang", "王五", Role.ADMIN, hashed_password("a blue kettle sings"), now=NOW)
    store.accounts.begin_session(account, "token", NOW)
    store.accounts.change("wang", role=Role.STAFF.value, departments=("repair",))
    assert store.accounts.of_session("token", NOW) is None
    changed = store.accounts.named("wang")
    assert changed is not None and (changed.role, changed.departments) == (Role.STAFF, ("repair",))


def test_publishing_leaves_an_audit_line(published: Store) -> None:
    """Newest first: who, what, on what."""
    lines = [(line.account, line.action, line.object) for line in published.accounts.audit()]
    assert lines == [("test", "publish", "power-visit"), ("test", "save draft", "power-visit")]


def test_a_page_of_answers_is_found_without_sorting_the_others(published: Store) -> None:
    """Reading all answers page by page would otherwise cost the square of their number."""
    published.responses.append([submission(number) for number in range(50)])
    with published._connections.reading() as db:
        plan = " ".join(str(row[3]) for row in db.execute(f"EXPLAIN QUERY PLAN {PAGE}", ["power-visit", "", 10]))
    assert "id>?" in plan and "TEMP B-TREE" not in plan
    read = [each.id for chunk in published.responses.responses("power-visit", 7) for each in chunk]
    assert read == sorted(read) and len(read) == 50
