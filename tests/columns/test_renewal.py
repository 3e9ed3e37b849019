"""The copy follows the database in small steps, holds no more than it, and is made anew where it can't be trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

import pyarrow.parquet as pq
import pytest

from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies, bearable_age
from analysis.columns.exporter import WORD_SECONDS, Exporter
from analysis.columns.files import copy_beside
from analysis.columns.manifest import MANIFEST, read_manifest
from analysis.columns.originals import Originals
from analysis.columns.source import Slice
from surveys.comments import CommentKind, Sentiment
from surveys.definition.survey import Survey
from surveys.localisation.clock import zone
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding
from surveys.storage.sqlite.backups.backup import back_up
from surveys.storage.sqlite.backups.restoring import restore
from tests.conftest import submission

SURVEY = "power-visit"
AGE = timedelta(seconds=30)
TODAY = date(2026, 11, 29)
DAYS = [TODAY - timedelta(days=n) for n in range(70)]


class Times:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 29, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def copies(published: Store, times: Times) -> Copies:
    """Two answers of each of seventy days, and their copy."""
    published.responses.bring_in([submission(2 * n + m, received_on=day) for n, day in enumerate(DAYS) for m in (0, 1)])
    copies = Copies(Originals(published), times)
    copies.current(SURVEY, timedelta(0))
    return copies


def amount(source: ColumnarAnswers) -> int:
    return int(source.counts(Slice(SURVEY), [])["n"].sum())


def parts(folder: Path) -> dict[str, str]:
    """The file of answers of each month and day."""
    found = read_manifest(folder / SURVEY)
    assert found is not None
    whole = {str(name): part.files["answers"] for name, part in (*found.months.items(), *found.days.items())}
    assert set(found.files()) == {path.name for path in (folder / SURVEY).glob("*.parquet")}
    return whole


def texts(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.parquet"):
        for row in pq.read_table(path).to_pylist():
            yield from (value for value in row.values() if isinstance(value, str))


def test_a_step_writes_the_changed_day_alone(published: Store, copies: Copies) -> None:
    """The day's own file stands for what its month has; nothing else is touched, and no answer counts twice."""
    before, source = parts(copies.root), ColumnarAnswers(copies)
    assert set(before) == {"2026-09", "2026-10", "2026-11"} and amount(source) == 140
    published.responses.append([submission(999, received_on=TODAY), submission(998, received_on=DAYS[-1])])
    assert amount(source) == 142
    after = parts(copies.root)
    assert {name: after.pop(str(name)) for name in before} == before
    assert set(after) == {str(TODAY), str(DAYS[-1])}


def test_many_changed_days_make_the_month_anew(published: Store, copies: Copies) -> None:
    before = parts(copies.root)
    published.responses.bring_in([submission(500 + n, received_on=DAYS[n]) for n in range(20)])
    assert amount(ColumnarAnswers(copies)) == 160
    after = parts(copies.root)
    assert set(after) == set(before) and {name for name in after if after[name] != before[name]} == {"2026-11"}


def test_days_are_put_into_their_months_the_day_after(published: Store, copies: Copies, times: Times) -> None:
    """In the background; what is read stays the same, and so does its name."""
    published.responses.append([submission(999, received_on=TODAY), submission(998, received_on=DAYS[69])])
    source = ColumnarAnswers(copies)
    named, frame = source.state(SURVEY).name, source.responses(Slice(SURVEY), source.columns(SURVEY))
    exporter = Exporter(copies, timedelta(seconds=30))
    exporter.turn()
    assert str(TODAY) in parts(copies.root)
    times.now += timedelta(days=1)
    exporter.turn()
    assert set(parts(copies.root)) == {"2026-09", "2026-10", "2026-11"}
    assert source.state(SURVEY).name == named
    assert source.responses(Slice(SURVEY), source.columns(SURVEY)).equals(frame)


def test_what_is_withdrawn_is_in_no_file_any_more(published: Store, copies: Copies) -> None:
    """Neither the answer nor its text nor what was found in it; after one turn of the exporter."""
    odd = submission(999, received_on=DAYS[40], answers={"comment": "电话13800001111，门牌七号"})
    published.responses.append([odd])
    kind = CommentKind.STATEMENT
    said = CommentFinding(odd.id, "comment", "m", "电话13800001111，门牌七号", kind, Sentiment.NEUTRAL, 0.5, sure=True)
    published.findings.save([said])
    exporter = Exporter(copies, timedelta(0))
    exporter.turn()
    assert {odd.id, said.text} <= set(texts(copies.root))
    long_there = submission(139).id
    published.responses.withdraw(SURVEY, odd.id, TODAY)
    published.responses.withdraw(SURVEY, long_there, TODAY)
    exporter.turn()
    assert not {odd.id, said.text, long_there} & set(texts(copies.root))


def test_the_files_are_for_the_account_of_the_installation(published: Store, copies: Copies) -> None:
    """Whatever the system would allow others by default."""
    before = os.umask(0)
    try:
        published.responses.append([submission(999, received_on=TODAY)])
        copies.current(SURVEY, timedelta(0))
    finally:
        os.umask(before)
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in copies.root.rglob("*") if path.is_file()}
        assert modes == {0o600}
        folders = [copies.root, *(path for path in copies.root.rglob("*") if path.is_dir())]
        assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_a_backup_leaves_the_copy_out(published: Store, copies: Copies, tmp_path: Path) -> None:
    back_up(published.path, tmp_path / "kept" / "backup.db")
    assert not list((tmp_path / "kept").rglob("*.parquet"))
    assert not copy_beside(tmp_path / "kept" / "backup.db").exists()


def test_a_restored_database_gets_a_copy_of_its_own(published: Store, copies: Copies, tmp_path: Path) -> None:
    """Though as many answers came since as before."""
    source = ColumnarAnswers(copies)
    back_up(published.path, tmp_path / "backup.db")
    published.responses.append([submission(998, received_on=TODAY)])
    assert amount(source) == 141
    restore(tmp_path / "backup.db", published.path, datetime(2026, 11, 29, tzinfo=UTC))
    assert amount(source) == 140
    published.responses.append([submission(999, received_on=TODAY)])
    assert submission(999).id in set(source.responses(Slice(SURVEY), ["response"])["response"])
    assert submission(998).id not in set(texts(copies.root))


@pytest.mark.parametrize("harm", ["manifest", "missing", "torn"])
def test_a_damaged_copy_is_made_anew(copies: Copies, harm: str) -> None:
    """By whoever reads it next; also in a process that had read it before."""
    source = ColumnarAnswers(copies)
    paths = sorted((copies.root / SURVEY).glob("answers-*.parquet"))
    for path in paths:
        {"missing": path.unlink, "torn": lambda path=path: path.write_bytes(path.read_bytes()[:99])}.get(harm, str)()
    if harm == "manifest":
        (copies.root / SURVEY / MANIFEST).write_text("{")
    assert amount(source) == 140


def test_figures_keep_for_the_age_they_may_have(published: Store, copies: Copies, times: Times) -> None:
    """Within it nothing is read anew while answers come; beyond it they are as of now. Unchanged ones are always."""
    source, begun = ColumnarAnswers(copies, age=timedelta(seconds=30)), times.now
    first = source.state(SURVEY)
    times.now += timedelta(minutes=5)
    assert source.state(SURVEY) == type(first)(first.name, times.now)
    published.responses.append([submission(999, received_on=TODAY)])
    times.now += timedelta(seconds=29)
    assert source.state(SURVEY) == type(first)(first.name, begun + timedelta(minutes=5)) and amount(source) == 140
    times.now += timedelta(seconds=1)
    now = source.state(SURVEY)
    assert now.name != first.name and now.as_of == times.now and amount(source) == 141


def test_readers_go_on_with_what_stands_while_the_exporter_renews(
    published: Store, copies: Copies, times: Times
) -> None:
    """They wait for nothing, however old the copy is, as after a start; with its next turn they have the answers."""
    exporter, source = Exporter(copies, timedelta(seconds=30)), ColumnarAnswers(copies, age=timedelta(seconds=30))
    exporter.worker()
    published.responses.append([submission(999, received_on=TODAY)])
    times.now += timedelta(hours=9)
    assert amount(source) == 140 and published.changed_days.pending()
    exporter.turn()
    assert amount(source) == 141 and not published.changed_days.pending()


def test_readers_renew_themselves_what_no_exporter_does(
    published: Store, copies: Copies, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its word holds as long as its turns end in time: not when it hangs, or another process has the job."""
    exporter, source = Exporter(copies, timedelta(seconds=30), start=0), ColumnarAnswers(copies, age=AGE)
    exporter.worker()
    published.responses.append([submission(999, received_on=TODAY)])
    times.now += timedelta(seconds=31)
    assert amount(source) == 140
    later = monotonic() + WORD_SECONDS
    monkeypatch.setattr("analysis.columns.exporter.monotonic", lambda: later)
    assert amount(source) == 141


def test_whoever_finds_no_copy_has_it_made_without_rest(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than the work takes; otherwise work in the background leaves the processor to others."""
    copies.void(SURVEY)
    assert copies.stands(SURVEY) and not copies.awaited  # whoever reads makes it
    Exporter(copies, AGE).worker()
    assert copies.stands(SURVEY) and not copies.awaited  # it is small
    monkeypatch.setattr("analysis.columns.copies.A_MOMENT", 100)
    assert not copies.stands(SURVEY) and copies.awaited
    copies.current(SURVEY, AGE)
    assert copies.stands(SURVEY)


def test_another_process_reads_what_one_has_written(published: Store, copies: Copies, times: Times) -> None:
    """Each sees the other's steps, whoever makes them."""
    sources = [ColumnarAnswers(each) for each in (copies, Copies(Originals(published), times))]
    for number in range(6):
        published.responses.append([submission(900 + number, received_on=TODAY)])
        assert [amount(source) for source in sources[:: 1 if number % 2 else -1]] == [141 + number] * 2
    assert sources[0].state(SURVEY) == sources[1].state(SURVEY)


def test_readers_see_before_or_after_a_step(published: Store, copies: Copies) -> None:
    """Answers that were stored together are counted together, while the copy is written by others all the time."""
    seen: list[int] = []

    def read() -> None:
        source = ColumnarAnswers(copies, age=timedelta(days=1))
        seen.extend(amount(source) for _ in range(40))

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(8):
        together = [submission(1000 + 10 * number + n, received_on=DAYS[n * 7]) for n in range(10)]
        published.responses.bring_in(together)
        copies.current(SURVEY, timedelta(0))
    for reader in readers:
        reader.join()
    assert len(seen) == 80 and {n % 10 for n in seen} == {0}


def test_wordings_may_change_without_a_new_copy(published: Store, copies: Copies, visit: Survey) -> None:
    """A new version that asks the same costs nothing; one that asks more has its columns at once."""
    before = parts(copies.root)
    text = visit.model_dump(mode="json") | {"title": "新标题"}
    text["sections"][0]["questions"][0]["title"] = {"zh-Hans": "换一种说法"}
    published.surveys.save_draft(Survey.model_validate(text), "service", by="test")
    published.surveys.publish(SURVEY, by="test")
    source = ColumnarAnswers(copies, age=timedelta(days=1))
    assert amount(source) == 140 and parts(copies.root) == before
    text["sections"][0]["questions"].append({"type": "rating", "code": "another", "title": "另一题"})
    published.surveys.save_draft(Survey.model_validate(text), "service", by="test")
    published.surveys.publish(SURVEY, by="test")
    assert "another" in source.columns(SURVEY)
    assert source.responses(Slice(SURVEY), ["another"])["another"].isna().all()


def test_the_copy_of_a_deleted_survey_goes(published: Store, copies: Copies) -> None:
    (copies.root / "gone").mkdir()
    Exporter(copies, timedelta(0)).turn()
    assert [path.name for path in copies.root.iterdir() if path.is_dir() and path.name[0] != "."] == [SURVEY]


# Anonymous surveys


@pytest.fixture
def anonymous(published: Store, visit: Survey, times: Times) -> Copies:
    """Twenty answers of yesterday and today, none with a time; the order of the ids is not that of coming."""
    survey = visit.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish(SURVEY, by="test")
    numbers = [7, 3, 9, 1, 8, 2, 0, 6, 4, 5]
    for day, more in ((DAYS[1], 0), (TODAY, 10)):
        for n in numbers:
            published.responses.append([submission(n + more, version=2, received_on=day, received_at=None)])
    published.responses.settle(date.max)  # as if the day on which they came were over
    copies = Copies(Originals(published), times)
    copies.current(SURVEY, timedelta(0))
    return copies


def test_no_anonymous_answer_of_today_is_in_the_copy(published: Store, anonymous: Copies, times: Times) -> None:
    """Nor does the copy tell that one has come; the day after, the day is there as a whole."""
    source = ColumnarAnswers(anonymous)
    before, files = source.state(SURVEY), snapshot(anonymous.root)
    assert amount(source) == 10
    published.responses.append([submission(500, version=2, received_on=TODAY, received_at=None)])
    times.now += timedelta(hours=2)
    Exporter(anonymous, timedelta(0)).turn()
    assert (source.state(SURVEY), amount(source), snapshot(anonymous.root)) == (before, 10, files)
    times.now += timedelta(days=1)
    published.responses.settle(date.max)
    assert amount(source) == 21 and source.state(SURVEY).name != before.name


def test_anonymous_rows_are_in_the_order_of_their_random_ids(anonymous: Copies) -> None:
    """And no file tells a time of the day."""
    [path] = [path for path in (anonymous.root / SURVEY).glob("answers-*") if pq.read_metadata(path).num_rows]
    ids = pq.read_table(path)["response"].to_pylist()
    assert ids == sorted(ids) and len(ids) == 10
    midnight = datetime.combine(TODAY, datetime.min.time(), zone()).timestamp()
    assert {path.stat().st_mtime for path in (anonymous.root / SURVEY).iterdir()} == {midnight}
    assert ColumnarAnswers(anonymous).state(SURVEY).as_of.timestamp() == midnight


def test_a_withdrawn_anonymous_answer_goes_at_once(published: Store, anonymous: Copies) -> None:
    published.responses.withdraw(SURVEY, submission(4).id, TODAY)
    Exporter(anonymous, timedelta(0)).turn()
    assert submission(4).id not in set(texts(anonymous.root))
    assert amount(ColumnarAnswers(anonymous)) == 9


def snapshot(folder: Path) -> dict[str, tuple[float, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: (path.stat().st_mtime, path.read_bytes()) for path in files}


def test_a_database_that_had_answers_before_gets_its_copies(published: Store, times: Times, visit: Survey) -> None:
    """In the first turn, though nothing has changed since; a survey without answers needs none."""
    other = visit.model_copy(update={"code": "unanswered"})
    published.surveys.save_draft(other, "service", by="test")
    published.surveys.publish("unanswered", by="test")
    published.responses.append([submission(1)])
    published.changed_days.done(published.changed_days.pending())
    copies = Copies(Originals(published), times)
    Exporter(copies, timedelta(seconds=30)).turn()
    assert {path.parent.name for path in copies.root.glob("*/manifest.json")} == {SURVEY}


@pytest.mark.parametrize(
    ("age", "cost", "bearable"),
    [(0, 9, 0), (30, 0, 30), (30, 4, 40), (30, 20, 45)],
    ids=["always", "age", "ten", "most"],
)
def test_what_takes_long_is_renewed_less_often(age: int, cost: int, bearable: int) -> None:
    """Yet within a minute, for what is withdrawn has to go."""
    assert bearable_age(timedelta(seconds=age), timedelta(seconds=cost)) == timedelta(seconds=bearable)
