"""Views of an anonymous survey subtracted from each other: no sum of fewer than the minimum of people comes out.

Every answer to one question is a power of four, so that a mean times its n says exactly whose answers are in it, and
how often. All figures that every role sees on every day are read so; two people whom no figure tells apart stand in
one class, and what can be computed of all figures together is of whole classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.exploring.quality_report import QualityReport, quality_report
from analysis.frames import rated_dimensions
from analysis.level.satisfaction import RatedDimension, dimension_scores, mean_score
from analysis.released import anonymous
from analysis.released.evidence import PlaceNames
from analysis.released.parts import Column, When, columns_of
from analysis.released.released_answers import NotReadable, ReleasedAnswers
from analysis.released.summary import part_of
from surveys.anonymity import MINIMUM_GROUP
from surveys.definition.breakdowns.registry import breakdowns_of
from surveys.definition.survey import Survey
from surveys.storage.records.responses import NoSuchPart, ResultsPart
from surveys.storage.records.withdrawn import COUNTED_AT_MOST, WithdrawnAnswer
from tests.support.frame_answers import FrameAnswers, frame_of

FIRST, DAYS = date(2026, 11, 2), 24
TURN = FIRST + timedelta(days=5)  # to the next round, where the calendar says which
ROUNDS = ("2026-W45", "2026-W46")
ITEMS = ("overall", "speed", "manner")
APART = (("overall", "speed"), ("manner",))  # what is read at once: no two of them are in one figure
SURVEY = Survey.model_validate(
    {
        "code": "staff-mood", "title": "匿名", "use": "测试", "anonymous": True, "overall": "overall",
        "dimensions": [{"code": "care", "label": "关怀"}],
        "sections": [{"questions": [
            {"type": "rating", "code": "overall", "title": "总体"},
            {"type": "rating", "code": "speed", "title": "快慢", "dimension": "care"},
            {"type": "rating", "code": "manner", "title": "态度", "dimension": "care"},
        ]}],
    }
)  # fmt: skip
TREE = PlaceNames(parents={"top": None, "a": "top", "b": "top", "c": "a"})  # c is below a, and both below the top
ROLES: dict[str, tuple[str, ...] | None] = {
    "admin": None, "top": ("a", "b", "c", "top"), "a": ("a", "c"), "b": ("b",), "c": ("c",), "b and c": ("b", "c"),
}  # fmt: skip
STEPS = PlaceNames(homes={"a": "x", "b": "x", "c": "y"})  # the department of each step
OF_STEPS: dict[str, tuple[str, ...] | None] = {"admin": None, "x": ("x",), "y": ("y",), "x and y": ("x", "y")}
HUGE = 4.0**24  # no answer is off the scale


@some.composite
def answered(draw: some.DrawFn) -> pd.DataFrame:
    """Who answered which questions, where and when: True where an answer was given."""
    n = draw(some.integers(1, 23))
    crowded = draw(some.sampled_from([1, 2, 6]))  # few days make large batches
    days = [FIRST + timedelta(days=draw(some.integers(0, crowded)) * 2) for _ in range(n)]
    departments = draw(some.lists(some.sampled_from(["a", "b", "c", None]), min_size=n, max_size=n))
    skips, mixed = draw(some.sampled_from([0, 1, 4])), draw(some.booleans())
    rounds = [draw(some.sampled_from(ROUNDS)) if mixed else ROUNDS[day >= TURN] for day in days]
    given_ = {item: [draw(some.integers(0, 9)) >= skips for _ in range(n)] if skips else [True] * n for item in ITEMS}
    return frame_of(days, departments, **given_).assign(round=pd.Series(rounds, dtype="object"))


def coded(who: pd.DataFrame, *items: str) -> pd.DataFrame:
    """The same answers with powers of four to these questions, and nothing but 0 to the others."""
    codes = 4.0 ** np.arange(len(who))
    values = {each: np.where(who[each], codes if each in items else 0.0, np.nan) for each in ITEMS}
    return who.assign(**values)


def figures(answers: ReleasedAnswers, items: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Sums behind the figures of one view that one of these coded *items* is in, each with that item.

    They are twice over, as a mean of two ratings has halves.
    """
    for item in items:
        found = answers.ask(mean_score, Column(item), low=0, high=HUGE)
        yield item, item, 2 * (found.value or 0.0) * found.n
    dimensions = {
        code: RatedDimension(each.label, each.items, 0, HUGE)  # type: ignore[arg-type]
        for code, each in rated_dimensions(SURVEY).items()
        if set(items) & set(each.items)
    }
    for code, found in answers.ask(dimension_scores, columns_of(dimensions), dimensions).items():
        [item] = set(items) & set(dimensions[code].items)
        yield code, item, 2 * (found.value or 0.0) * found.n


def views(answers: ReleasedAnswers) -> Iterator[tuple[str, ReleasedAnswers]]:
    """All that a role can choose: the whole and departments, and each round by itself and set against another."""
    for code in [None, *answers.rounds()]:
        inside = answers if code is None else answers.of_round(code)
        if inside.whole:
            yield f"{code} whole", inside
        for name in inside.departments():
            yield f"{code} {name}", inside.of_department(name)
        for name in inside.branches():
            yield f"{code} {name} and below", inside.of_branch(name)


@dataclass(frozen=True)
class World:
    """What is asked, who looks, and how what is looked at hangs together."""

    survey: Survey
    roles: Mapping[str, tuple[str, ...] | None]
    names: PlaceNames


BY_DEPARTMENT = World(SURVEY, ROLES, TREE)
BY_STEP = World(SURVEY.model_copy(update={"about": "step"}), OF_STEPS, STEPS)


def seen(
    who: pd.DataFrame, items: Sequence[str], looks: Sequence[date], world: World, since: date | None
) -> Iterator[tuple[str, tuple[object, ...], list[int]]]:  # fmt: skip
    """How often each person's answer to one of *items* is in each figure that anybody saw on one of these days.

    No two of the items may be in one figure. Before the day *since* nobody told rounds apart.
    """
    rows = coded(who, *items)
    for today in looks:
        before = since is not None and today < since
        source = as_it_stood(rows.assign(round="") if before else rows, today, world.survey, None if before else since)
        gate = source.gate()
        for role, departments in world.roles.items():
            for view, answers in views(source.answers(departments, today, gate, world.names)):
                for name, item, total in figures(answers, items):
                    yield item, (today, role, view, name), digits(total, len(who))


def as_it_stood(
    rows: pd.DataFrame, today: date, survey: Survey = SURVEY, since: date | None = None
) -> FrameAnswers:  # fmt: skip
    """What was kept on a day: who had taken an answer back by then is no row any more."""
    left = [] if "gone" not in rows else [n for n, day in enumerate(rows["gone"]) if day is not None and day <= today]
    taken_back = [
        WithdrawnAnswer(
            str(row["response"]), row["department"], row["day"].date(), row["gone"],
            {item: kept_of(row[item], row["gone"], today) for item in ITEMS if pd.notna(row[item])},
            row["subject"],
            row["round"],
        )
        for row in (rows.iloc[place] for place in left) if row["gone"] > row["day"].date()
    ]  # fmt: skip
    alive = rows.drop(columns="gone", errors="ignore").drop(index=left)
    return FrameAnswers(survey, alive.reset_index(drop=True), taken_back=taken_back, since=since)


def kept_of(answer: float, gone: date, today: date) -> float | None:
    return None if gone < today - COUNTED_AT_MOST else answer


def digits(total: float, people: int) -> list[int]:
    number = round(total)
    return [number >> 2 * person & 3 for person in range(people)]


def small_groups(
    who: pd.DataFrame, looks: Sequence[date], world: World = BY_DEPARTMENT, since: date | None = None
) -> list[tuple[int, ...]]:  # fmt: skip
    """Groups of fewer people than the minimum of whom something follows from all figures together.

    People whom no figure tells apart stand in one class. A sum of figures that has no other people in it than those of
    a few classes is there when leaving out their columns makes what is known smaller.
    """
    tables: dict[str, dict[tuple[object, ...], list[int]]] = {item: {} for item in ITEMS}
    for items in APART:
        for item, figure, often in seen(who, items, looks, world, since):
            tables[item][figure] = often
    known, never = list(dict.fromkeys(chain.from_iterable(tables.values()))), [0] * len(who)
    blocks = [np.array([table.get(figure, never) for figure in known], dtype=float) for table in tables.values()]
    return few_behind(blocks, len(who)) if known else []


def few_behind(blocks: Sequence[np.ndarray], people: int) -> list[tuple[int, ...]]:
    """The same, of what each figure (row) has of each person (column); one block for each item, of the same figures."""
    alike: dict[bytes, list[int]] = {}
    for person, column in enumerate(np.concatenate(blocks).T):
        if column.any():
            alike.setdefault(column.tobytes(), []).append(person)
    known, classes = np.unique(np.hstack(blocks), axis=0), list(alike.values())  # figures alike say nothing more
    small = [members for members in classes if len(members) < MINIMUM_GROUP]
    known = np.linalg.qr(known, mode="r")  # fewer rows, of whose columns the same ones depend on each other
    found, rank = [], np.linalg.matrix_rank(known)
    for size in range(1, MINIMUM_GROUP):
        for chosen in combinations(small, size):
            few = tuple(person for members in chosen for person in members)
            inside = [at * people + person for at in range(len(blocks)) for person in few]
            others = np.delete(known, inside, axis=1)
            if len(few) < MINIMUM_GROUP and np.linalg.matrix_rank(others) < rank:
                found.append(few)
    return found


LOOKS = [FIRST + timedelta(days=n) for n in (1, 3, 5, 8, 10, 13, 15, 18, 21)]
LATE_LOOKS = [LOOKS[-1] + timedelta(days=n) for n in (12, 25, 40, 70)]


@settings(max_examples=settings().max_examples // 2)
@given(answered())
def test_no_sum_of_few_people_follows_from_all_views_together(who: pd.DataFrame) -> None:
    """By question and by dimension, of departments and of the whole, by all roles, day after day."""
    assert not small_groups(who, LOOKS)


@settings(max_examples=settings().max_examples // 2)
@given(answered(), some.data())
def test_nor_from_looks_before_and_after_answers_are_taken_back(who: pd.DataFrame, data: some.DataObject) -> None:
    """By some people, on any days, over the days on which nothing of them is kept any more."""
    assert not small_groups(taken_back(who, data), [*LOOKS, *LATE_LOOKS])


def taken_back(who: pd.DataFrame, data: some.DataObject) -> pd.DataFrame:
    """The same, of whom some take their answers back on days that *data* draws."""
    days = some.one_of(some.none(), some.integers(1, DAYS).map(lambda n: FIRST + timedelta(days=n)))
    gone = [data.draw(days) if data.draw(some.integers(0, 4)) == 0 else None for _ in range(len(who))]
    gone = [each if each and each >= day.date() else None for each, day in zip(gone, who["day"], strict=True)]
    return who.assign(gone=pd.Series(gone, dtype="object"))


@settings(max_examples=settings().max_examples // 4)
@given(answered(), some.data())
def test_nor_from_views_of_single_steps_and_of_the_departments_they_are_in(
    who: pd.DataFrame, data: some.DataObject
) -> None:  # fmt: skip
    """Also where answers are taken back: a batch is of one step."""
    days = [data.draw(some.one_of(some.none(), some.integers(1, DAYS))) for _ in range(len(who))]
    gone = [None if each is None else FIRST + timedelta(days=each) for each in days]
    gone = [each if each and each >= day.date() else None for each, day in zip(gone, who["day"], strict=True)]
    about = who.assign(subject=who["department"], gone=pd.Series(gone, dtype="object"))
    about["department"] = [None if each is None else STEPS.homes[each] for each in who["department"]]
    assert not small_groups(about, [*LOOKS, LOOKS[-1] + timedelta(days=40)], BY_STEP)


def test_a_survey_about_steps_is_looked_at_step_by_step() -> None:
    """Each step has its figures, by its name, for who leads its department."""
    full = {item: [True] * 24 for item in ITEMS}
    who = frame_of([FIRST] * 24, ["x", "x", "y"] * 8, **full).assign(subject=["a", "b", "c"] * 8)
    names = replace(STEPS, subject={"a": "受理", "b": "勘查", "c": "接电"})
    source = FrameAnswers(BY_STEP.survey, coded(who, "overall"))
    assert source.answers(names=names).departments() == ["受理", "勘查", "接电"]
    leading = source.answers(("x",), names=names)
    assert leading.departments() == ["受理", "勘查"] and not leading.whole
    assert leading.of_department("受理").ask(mean_score, Column("overall"), low=0, high=HUGE).n == 8
    assert leading.of_department("接电").n == 0


@settings(max_examples=settings().max_examples // 2)
@given(answered(), some.data())
def test_nor_where_rounds_are_told_apart_from_one_day_on(who: pd.DataFrame, data: some.DataObject) -> None:
    """An older database after its upgrade: what was released before stays as it was, also when answers leave."""
    since = FIRST + timedelta(days=data.draw(some.integers(1, 9)))
    late = [LOOKS[-1] + timedelta(days=n) for n in (12, 25, 40, 70)]
    assert not small_groups(taken_back(who, data), [*LOOKS, *late], since=since)


def test_rounds_of_an_anonymous_survey_are_looked_at_and_set_against_each_other() -> None:
    """Seven people in each of two: the second against the first, and no words of either."""
    days = [FIRST] * 7 + [TURN] * 7
    who = frame_of(days, ["a"] * 14, **{item: [4.0] * 7 + [2.0] * 7 for item in ITEMS})
    who = who.assign(round=pd.Series([ROUNDS[day >= TURN] for day in days], dtype="object"))
    answers = FrameAnswers(SURVEY, who).answers()
    assert answers.rounds() == list(ROUNDS)
    second = answers.of_round(ROUNDS[1], ROUNDS[0]).of_department("a")
    found = [second.ask(mean_score, Column("overall", when)) for when in (When.NOW, When.BEFORE)]
    assert [(each.value, each.n) for each in found] == [(2.0, 7), (4.0, 7)]
    assert not second.authors and answers.answered("round") == 0


def test_the_attack_finds_rounds_that_share_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches made without regard to rounds, and rounds looked at all the same."""
    full = {item: [True] * 8 for item in ITEMS}
    who = frame_of([FIRST] * 8, ["a"] * 8, **full).assign(round=[*[ROUNDS[0]] * 3, *[ROUNDS[1]] * 5])
    assert not small_groups(who, LOOKS)
    release = anonymous.release

    def careless(rows: pd.DataFrame, *others: object) -> pd.DataFrame:
        out = release(rows.assign(round=""), *others)  # type: ignore[arg-type]
        return out.assign(round=out["response"].map(dict(zip(rows["response"], rows["round"], strict=True))))

    monkeypatch.setattr(anonymous, "release", careless)
    assert small_groups(who, LOOKS)


def test_the_attack_finds_an_answer_that_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what is kept of it, one look less the other is what somebody answered; with it a batch takes it along."""
    full = {item: [True] * 16 for item in ITEMS}
    who = frame_of([FIRST] * 8 + [FIRST + timedelta(days=10)] * 8, ["a"] * 16, **full)
    who = who.assign(gone=pd.Series([FIRST + timedelta(days=4), *[None] * 15], dtype="object"))
    assert not small_groups(who, LOOKS)
    kept = anonymous._with_withdrawn
    monkeypatch.setattr(anonymous, "_with_withdrawn", lambda every, withdrawn, *more: kept(every, [], *more))
    assert (0,) in small_groups(who, LOOKS)


def test_what_leaves_with_no_batch_to_come_takes_its_batch_along() -> None:
    """After thirty days, when nothing of it is kept any more; nine people stay in no figure then."""
    who = frame_of([FIRST] * 9 + [FIRST] * 7, ["a"] * 9 + ["b"] * 7, **{item: [True] * 16 for item in ITEMS})
    who = who.assign(gone=pd.Series([FIRST + timedelta(days=3), *[None] * 15], dtype="object"))
    amounts = []
    for days in (2, 5, 33, 34, 80):
        today = FIRST + timedelta(days=days)
        answers = as_it_stood(coded(who, "overall"), today).answers(today=today)
        amounts.append(answers.answered("overall"))
    assert amounts == [16, 16, 16, 7, 7]


def test_the_attack_finds_what_batches_alone_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight people, of whom one left a question out: the dimension less its questions gives their answer away."""
    who = frame_of([FIRST] * 8, ["a"] * 8, overall=[True] * 8, speed=[True] * 8, manner=[False, *[True] * 7])
    assert not small_groups(who, LOOKS)
    release = anonymous.release
    monkeypatch.setattr(anonymous, "release", lambda rows, today, minimum, *_: release(rows, today, minimum))
    assert (0,) in small_groups(who, LOOKS)


def test_who_leads_a_branch_sees_it_together() -> None:
    """Seven in each department: the branch has the figures of all of them, and no more than those."""
    who = frame_of([FIRST] * 28, [*"abc", None] * 7, **{item: [True] * 28 for item in ITEMS})
    source = FrameAnswers(SURVEY, coded(who, "overall"))
    leading = source.answers(ROLES["a"], names=TREE)
    assert not leading.whole and leading.branches() == ["a"]
    assert leading.of_branch("a").ask(mean_score, Column("overall"), low=0, high=HUGE).n == 14
    assert source.answers(ROLES["top"], names=TREE).of_branch("top").n == 21
    assert not source.answers(ROLES["c"], names=TREE).branches()


def test_what_is_released_is_worth_looking_at() -> None:
    """Of forty who answered all and ten with gaps of their own, nothing of the forty is lost."""
    gaps = [[person % 3 != at for at in range(3)] for person in range(10)]
    full = {item: [*[True] * 40, *(gap[at] for gap in gaps)] for at, item in enumerate(ITEMS)}
    who = frame_of([FIRST] * 50, ["a"] * 50, **full)
    source = FrameAnswers(SURVEY, who.assign(**{item: who[item].map({True: 4.0, False: np.nan}) for item in ITEMS}))
    early, late = (source.answers(today=FIRST + timedelta(days=days)) for days in (1, 30))
    assert [early.ask(mean_score, Column(item)).n for item in ITEMS] == [40, 40, 40]
    assert late.n == 46 and sum(late.ask(mean_score, Column(item)).n for item in ITEMS) == 126


def test_signs_of_careless_answers_split_no_anonymous_survey() -> None:
    """No figure without those flagged, and no share that says one or two were."""
    found = report_with_one_careless()
    assert not found.compared
    assert sum(each.ok for each in found.shares.values()) and not told_of_few(found)


def told_of_few(found: QualityReport) -> list[int]:
    """Amounts of people under the minimum that a report tells."""
    amounts = [round((each.value or 0) * each.n) for each in found.shares.values() if each.ok]
    return [n for n in amounts if 0 < n < MINIMUM_GROUP]


def report_with_one_careless() -> QualityReport:
    """Of thirty answers to an anonymous survey, one the same everywhere."""
    names = [f"q{number}" for number in range(10)]
    rows = {name: [4.0, *(1.0 + (person * 7 + at * 3) % 5 for person in range(29))] for at, name in enumerate(names)}
    return quality_report(pd.DataFrame(rows), names, {}, "q0", "rating", (1, 5), minimum=MINIMUM_GROUP)


def test_rows_and_times_of_an_anonymous_survey_are_given_to_nobody() -> None:
    who = frame_of([FIRST] * 8, ["a"] * 8, **{item: [4.0] * 8 for item in ITEMS})
    answers = FrameAnswers(SURVEY, who).answers()
    with pytest.raises(NotReadable):
        answers.answers_saying("", [], {})
    with pytest.raises(ValueError, match="anonymous"):
        answers.within(where={"district": "城东"})
    assert not answers.kinds and not answers.values("district")
    assert answers.answered("day") == answers.answered("touchpoint") == answers.answered("received_at") == 0
    assert answers.ask(mean_score, Column("overall")).n == 8


def test_no_breakdown_narrows_or_splits_an_anonymous_survey() -> None:
    """Whatever there is of named ones: neither offered, nor taken where somebody asks for it, also two at once."""
    who = frame_of([FIRST] * 14, ["a"] * 14, **{item: [4.0] * 14 for item in ITEMS})
    answers = FrameAnswers(SURVEY, who).answers()
    named = breakdowns_of(SURVEY.model_copy(update={"anonymous": False}))
    assert len(named) > 8 and not answers.breakdowns and not answers.may_split and not answers.offered
    for one, other in combinations(named, 2):
        with pytest.raises(ValueError, match="anonymous"):
            answers.within(where={one: "1", other: "1"})
    for name in named:
        assert not answers.values(name)
        assert name in ("department",) or answers.answered(name) == 0
    for part in (ResultsPart(where={"q-overall": "4"}), ResultsPart(where={"channel": "link"})):
        with pytest.raises(NoSuchPart):
            part_of(answers, part)
