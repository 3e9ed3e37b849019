"""What is read from the copy is what the stored answers say: the same frames, to the type and the order."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies
from analysis.columns.files import copy_beside
from analysis.columns.manifest import read_manifest
from analysis.columns.originals import Originals
from analysis.columns.source import Slice
from analysis.comments.corrections import apply_corrections
from analysis.frames import CONTEXT, comment_frames, response_frame
from surveys.comments import Aspect, CommentKind, Judgement, Sentiment
from surveys.definition.survey import Survey
from surveys.definition.versions import with_dropped_options
from surveys.intake.submission import StoredResponse, Submission
from surveys.localisation.clock import zone
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, Purpose, Review
from tests.analysis.released.test_frames import ANSWERS, EVERY_TYPE
from tests.support.random_answers import responses_to, stored, wild_text
from tests.support.random_surveys import surveys

FIRST = date(2026, 10, 29)
DEPARTMENTS = ["repair", "service", None]


@pytest.fixture(autouse=True)
def no_copy_made_anew(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What can't be read is made anew, which would hide a fault here."""
    yield
    assert "made anew" not in caplog.text


def source_over(store: Store) -> ColumnarAnswers:
    return ColumnarAnswers(Copies(Originals(store)))


def publish(store: Store, survey: Survey) -> None:
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")


def keep(store: Store, responses: list[StoredResponse]) -> None:
    same = ("id", "survey", "version", "answers", "received_on", "received_at", "touchpoint", "department", "district")
    given_answers = [{name: getattr(each, name) for name in (*same, "business_type", "channel")} for each in responses]
    store.responses.bring_in([Submission(**values) for values in given_answers])


def frames_of(store: Store, code: str) -> pd.DataFrame:
    """The whole survey by way of objects."""
    newest = store.surveys.get(code).version
    versions = {number: store.surveys.version(code, number) for number in range(newest, 0, -1)}
    latest, *older = versions.values()
    return response_frame(with_dropped_options(latest, older), store.responses.responses(code), versions)


def in_slice(frame: pd.DataFrame, wanted: Slice) -> pd.DataFrame:
    """A slice as the words of `Slice` say it."""
    day = frame["day"].dt.date
    chosen = pd.Series(True, index=frame.index)
    if wanted.departments is not None:
        chosen &= frame["department"].isin(wanted.departments)
    for column, code in wanted.where:
        chosen &= frame[column] == code
    if wanted.first:
        chosen &= day >= wanted.first
    if wanted.last:
        chosen &= day <= wanted.last
    if wanted.until is not None:
        last = dict(wanted.until)
        of = frame["department"].fillna("")
        chosen &= pd.Series([d in last and when <= last[d] for d, when in zip(of, day, strict=True)], index=frame.index)
    return frame[chosen.astype("bool")].reset_index(drop=True)


days = st.integers(0, 5).map(lambda n: FIRST + timedelta(days=n))
departments = st.lists(st.sampled_from(["repair", "service", "none there"]), unique=True).map(tuple)
bounds = st.dictionaries(st.sampled_from(["repair", "service", ""]), days).map(lambda found: tuple(found.items()))


def slices(code: str) -> st.SearchStrategy[Slice]:
    wheres = st.sampled_from([(), (("district", "城东"),), (("channel", "sms"), ("district", "=城南"))])
    return st.builds(
        Slice, survey=st.just(code), departments=st.none() | departments, where=wheres,
        first=st.none() | days, last=st.none() | days, until=st.none() | bounds,
    )  # fmt: skip


@st.composite
def answered(draw: st.DrawFn, survey: Survey, version: int) -> list[StoredResponse]:
    """Some responses to a version, of a few days, departments and channels."""
    found = []
    for each in draw(st.lists(responses_to(survey), max_size=6)):
        more: dict[str, Any] = {
            "version": version, "received_on": draw(days), "department": draw(st.sampled_from(DEPARTMENTS)),
            "channel": draw(st.sampled_from(["link", "sms"])), "id": f"{draw(st.integers(0, 2**128 - 1)):032x}",
            "district": each.district, "received_at": each.received_at, "answers": each.answers,
        }  # fmt: skip
        found.append(stored(survey.code, **more))
    return found


@contextmanager
def another(new_database: Path, folder: Path) -> Iterator[Store]:
    """A store of its own for each example."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    store = Store(shutil.copy(new_database, folder / "xinsheng.db"))
    try:
        yield store
    finally:
        store.close()


@settings(max_examples=settings().max_examples // 2)
@given(data=st.data())
def test_random_surveys_versions_and_slices(
    data: st.DataObject, new_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:  # fmt: skip
    """Both ways over two versions that ask different things under the same codes; days that change later included."""
    older, newer = data.draw(surveys()), data.draw(surveys())
    with another(new_database, tmp_path_factory.getbasetemp() / "example") as store:
        publish(store, older)
        source, code = source_over(store), older.code
        keep(store, data.draw(answered(older, 1)))
        assert_same(store, source, Slice(code), ["department", "day"])
        publish(store, newer)
        keep(store, data.draw(answered(newer, 2)))
        assert_same(store, source, Slice(code), [])
        keep(store, data.draw(answered(newer, 2)))
        kept = sorted(each.id for rows in store.responses.responses(code) for each in rows)
        for response in data.draw(st.sets(st.sampled_from(kept), max_size=3)) if kept else ():
            store.responses.withdraw(code, response, FIRST)
        columns = source.columns(code)
        by = data.draw(st.lists(st.sampled_from(columns[2:]), max_size=3, unique=True))
        assert_same(store, source, Slice(code), by)
        assert_same(store, source, data.draw(slices(code)), by)
        assert_same(store, source_over(store), data.draw(slices(code)), by)


def assert_same(store: Store, source: ColumnarAnswers, wanted: Slice, by: list[str]) -> None:
    expected = in_slice(frames_of(store, wanted.survey), wanted)
    assert source.columns(wanted.survey) == tuple(expected.columns)
    pd.testing.assert_frame_equal(source.responses(wanted, source.columns(wanted.survey)), expected)
    some = list(expected.columns)[::-2]
    pd.testing.assert_frame_equal(source.responses(wanted, some), expected[some])
    counted = source.counts(wanted, by)
    assert dict(counted.dtypes) == {**expected[by].dtypes, "n": "int64"}
    assert tallied(counted, by) == tallied(expected.assign(n=1), by)


def tallied(frame: pd.DataFrame, by: list[str]) -> dict[tuple[Any, ...], int]:
    counts: dict[tuple[Any, ...], int] = {}
    for row in frame.itertuples(index=False):
        *_, n = row
        key = tuple(None if pd.isna(value) else value for value in (row[list(frame.columns).index(c)] for c in by))
        counts[key] = counts.get(key, 0) + int(n)
    return {key: n for key, n in counts.items() if n}


def test_every_type(store: Store) -> None:
    """Every type of question with its examples; one response without answers."""
    publish(store, EVERY_TYPE)
    keep(store, [stored(answers=ANSWERS), stored(id="f" * 32, department=None)])
    assert_same(store, source_over(store), Slice("everything"), ["department", "single_choice_0", "nps_0"])


def test_answers_to_another_type_and_wild_values(store: Store) -> None:
    """Numbers where texts are asked and the other way round, numbers no machine has, names that differ in case."""
    publish(store, EVERY_TYPE)
    wild: list[dict[str, Any]] = [
        {"short_text_0": 5, "nps_0": "7", "rating_0": "na", "number_0": 10**40, "long_text_0": ["a"], "slider_0": True},
        {"short_text_0": "\x00 \u2028", "nps_0": 7.0, "rating_0": 1e300, "number_0": -0.1, "region_0": {"a": 1}},
        {"multiple_choice_0": "bill", "matrix_rating_0": "好", "ranking_0": 3, "kano_0": [], "nps_0": None},
    ]
    keep(store, [stored(id=f"{n:032x}", answers=answers) for n, answers in enumerate(wild)])
    assert_same(store, source_over(store), Slice("everything"), ["short_text_0", "nps_0"])


def test_answers_of_many_days_stand_in_the_order_of_receipt(store: Store) -> None:
    """Months, and days of their own among them; by time, and by key where only the day is known; not sorted anew."""
    publish(store, EVERY_TYPE)
    chance, source = random.Random(5), source_over(store)

    def some(amount: int, days: list[date]) -> list[StoredResponse]:
        found = []
        for day in chance.choices(days, k=amount):
            moment = datetime.combine(day, time(chance.randrange(24), chance.randrange(60)), zone())
            at = chance.choice([None, moment, datetime.combine(day, time(), zone())])
            found.append(stored(id=f"{chance.getrandbits(128):032x}", received_on=day, received_at=at))
        return found

    keep(store, some(200, [FIRST + timedelta(days=n) for n in range(60)]))
    assert_same(store, source, Slice("everything"), ["day"])
    keep(store, some(40, [FIRST + timedelta(days=n) for n in (1, 9, 10, 40, 65)]))
    assert_same(store, source, Slice("everything"), ["day"])
    assert_same(store, source, Slice("everything", first=FIRST + timedelta(days=5)), ["day"])
    manifest = read_manifest(copy_beside(store.path) / "everything")
    assert manifest is not None and manifest.in_order and len(manifest.days) >= 3


def test_options_that_differ_in_case_alone(store: Store) -> None:
    options = [{"code": code, "label": code} for code in ("a", "A")]
    question = {"type": "multiple_choice", "code": "q", "title": "题目", "options": options}
    values = {"code": "cases", "title": "题目", "use": "测试", "sections": [{"questions": [question]}]}
    publish(store, Survey.model_validate(values))
    keep(store, [stored("cases", answers={"q": ["A"]})])
    found = source_over(store).responses(Slice("cases"), ["q.A", "q.a"])
    assert found.to_dict("records") == [{"q.A": 1.0, "q.a": 0.0}]


def test_an_empty_survey_has_all_columns(store: Store) -> None:
    publish(store, EVERY_TYPE)
    source = source_over(store)
    assert_same(store, source, Slice("everything"), ["department"])
    assert_same(store, source, Slice("everything", departments=(), until=()), [])
    assert len(source.comments(Slice("everything"))) == len(source.mentions(Slice("everything"))) == 0


aspects = st.builds(
    Aspect, aspect=st.sampled_from(["repair", "price"]), label=wild_text, sentiment=st.sampled_from(Sentiment),
    start=st.integers(0, 9), end=st.integers(9, 20), evidence=wild_text,
)  # fmt: skip
judgements = st.builds(Judgement, st.sampled_from(Sentiment), st.lists(aspects, max_size=2).map(tuple))


@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_comments_and_mentions_with_corrections(
    data: st.DataObject, new_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:  # fmt: skip
    """Of the responses in the slice alone, with what people said in the place of the model; by day and key."""
    with another(new_database, tmp_path_factory.getbasetemp() / "comments") as store:
        publish(store, EVERY_TYPE)
        source = source_over(store)
        responses = [
            stored(id=f"{n:032x}", received_on=data.draw(days), department=data.draw(st.sampled_from(DEPARTMENTS)))
            for n in range(4)
        ]
        keep(store, responses)
        items = [(each.id, item) for each in responses for item in ("long_text_0", "short_text_0")]
        for key in data.draw(st.lists(st.sampled_from(items), unique=True)):
            kind, sentiment = data.draw(st.sampled_from(CommentKind)), data.draw(st.sampled_from(Sentiment))
            more = (data.draw(wild_text), kind, sentiment, data.draw(st.floats(0, 1)), data.draw(st.booleans()))
            store.findings.save([CommentFinding(*key, "m", *more, data.draw(st.lists(aspects, max_size=3).map(tuple)))])
        assert_same_comments(store, source, Slice("everything"))
        for hour, key in enumerate(data.draw(st.lists(st.sampled_from(items), max_size=3))):
            at = datetime(2026, 11, 1, hour, tzinfo=UTC)
            store.reviews.add(Review(*key, Purpose.CORRECTION, data.draw(judgements), "boss", at))
        assert_same_comments(store, source, data.draw(slices("everything")))
        assert_same_comments(store, source_over(store), Slice("everything"))


def assert_same_comments(store: Store, source: ColumnarAnswers, wanted: Slice) -> None:
    code = wanted.survey
    day = {each.id: each.received_on for rows in store.responses.responses(code) for each in rows}
    told = apply_corrections(store.findings.of(code), store.reviews.of(code))
    found = sorted(told, key=lambda each: (day[each.response], each.response, each.item))
    comments, mentions = comment_frames(found, in_slice(frames_of(store, code), wanted))
    pd.testing.assert_frame_equal(source.comments(wanted), comments)
    pd.testing.assert_frame_equal(source.mentions(wanted), mentions)


def test_names_and_values_of_a_slice_are_never_taken_for_sql(store: Store) -> None:
    """A value finds what has it, a column that there isn't is refused."""
    publish(store, EVERY_TYPE)
    odd = "x' OR '1'='1"
    keep(store, [stored(), stored(id="f" * 32, district=odd)])
    source = source_over(store)
    assert len(source.responses(Slice("everything", where=(("district", odd),)), ["district"])) == 1
    with pytest.raises(ValueError, match="can't be filtered"):
        source.responses(Slice("everything", where=(("1=1 OR district", "x"),)), ["district"])
    with pytest.raises(KeyError, match="no column"):
        source.counts(Slice("everything"), ["count(*)"])
    assert set(CONTEXT) < set(source.columns("everything"))
