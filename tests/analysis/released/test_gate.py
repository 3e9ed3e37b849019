"""The gate to released answers: what may be asked, what comes out, and that it is worked out once."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.comments.listing import Wanted
from analysis.comments.opinions import sentiment_shares
from analysis.differences.segments import score_cells
from analysis.drivers.importance import penalty_reward
from analysis.exploring import Item, explore, offers
from analysis.frames import COMMENTS, rated_dimensions
from analysis.level.answers_behind import answers_to, count_answers, distinct_answers
from analysis.level.satisfaction import RatedDimension, dimension_scores, dimension_values, mean_score, top_two_box
from analysis.monitoring.trends import Period
from analysis.pages.filters import spans
from analysis.released.askable import HoldsRows, NotAskable
from analysis.released.evidence import PlaceNames
from analysis.released.figures_withheld import withhold_small
from analysis.released.gate import Gate
from analysis.released.parts import Column, Columns, Comments, SelectionInView, When, columns_of
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.summary import results_of, summary
from surveys import anonymity
from surveys.anonymity import Minimums
from surveys.comments import Sentiment
from surveys.definition.survey import Survey
from surveys.storage.records.responses import WHOLE
from tests.attacks.test_subtracted_views import FIRST, ITEMS, SURVEY
from tests.support.frame_answers import FrameAnswers, frame_of

NAMED: Survey = SURVEY.model_copy(update={"anonymous": False, "code": "named-mood"})
DIMENSIONS = rated_dimensions(NAMED)


def answers_of(n: int = 40, seed: int = 1) -> FrameAnswers:
    """Answers of two departments and two districts over three weeks, some questions left out."""
    chance = np.random.default_rng(seed)
    values = {item: np.where(chance.random(n) < 0.1, np.nan, chance.integers(1, 6, n).astype(float)) for item in ITEMS}
    days = [FIRST + timedelta(days=int(each)) for each in chance.integers(0, 21, n)]
    frame = frame_of(days, chance.choice(["a", "b"], n).tolist(), **values)
    return FrameAnswers(NAMED, frame.assign(district=chance.choice(["城东", "城西"], n)))


@pytest.mark.parametrize(
    "function",
    [lambda rows: 1, str.upper, spans, pd.Series.mean, ReleasedAnswers.answered, Item],
    ids=["a lambda", "a method of str", "of a page", "of a library", "of the gate itself", "a class of the analysis"],
)
def test_only_functions_of_the_analysis_are_asked(function: Callable[..., Any]) -> None:
    """At the head of a module outside the pages, so that a test can find them and another process call them."""
    if function is Item:  # harmless: makes a value of what it is handed, and rows in it are found
        with pytest.raises(HoldsRows):
            answers_of().answers().ask(Item, Column("overall"), "", "")
        return
    with pytest.raises(NotAskable):
        answers_of().answers().ask(function, Column("overall"))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [(dimension_values, (columns_of(DIMENSIONS), DIMENSIONS)), (answers_to, (Columns(("overall",)), "overall", {}))],
    ids=["a frame", "a series"],
)
def test_rows_of_people_come_out_of_nothing(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    with pytest.raises(HoldsRows):
        answers_of().answers().ask(function, *arguments)


def test_figures_are_worked_out_once_for_all_who_may_see_the_same() -> None:
    """However many ask at the same moment; others, and other answers, get their own."""
    calls: list[str] = []

    def counted(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
        calls.append(function.__name__)
        return function(*arguments, **settings)

    source = answers_of()
    gate = Gate(source, source, compute=counted)
    with ThreadPoolExecutor(8) as people:
        looks = [people.submit(lambda: source.answers(("a",), gate=gate).answered("overall")) for _ in range(40)]
    assert len({look.result() for look in looks}) == 1 and calls == ["count_answers"]
    source.answers(("b",), gate=gate).answered("overall")
    source.answers(gate=gate).answered("overall")
    assert len(calls) == 3
    source.name = "another"
    assert source.answers(("a",), gate=gate).answered("overall") and len(calls) == 4


def test_what_failed_is_tried_again() -> None:
    """One failure is nobody's answer for ever."""
    source, fails = answers_of(), [True]

    def moody(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
        if fails.pop() if fails else False:
            raise MemoryError
        return function(*arguments, **settings)

    answers = source.answers(gate=Gate(source, source, compute=moody))
    with pytest.raises(MemoryError):
        answers.answered("overall")
    assert answers.answered("overall") > 0


def test_everything_asked_can_be_worked_out_elsewhere() -> None:
    """Functions, arguments and results go through a pipe to another process and back."""

    def sent(function: Callable[..., Any], arguments: tuple[Any, ...], settings: Mapping[str, Any]) -> Any:
        work, given_, named = pickle.loads(pickle.dumps((function, arguments, dict(settings))))
        return pickle.loads(pickle.dumps(work(*given_, **named)))

    source = answers_of()
    there, here = source.answers(gate=Gate(source, source, compute=sent)), source.answers()
    item = Item("overall", "总体", "rating", 1.0, 5.0, codes=("1", "2", "3", "4", "5"))
    selection = SelectionInView(DIMENSIONS, "overall", ("district",)).of(item)
    for asked in [
        (top_two_box, Column("overall")), (distinct_answers, Columns(ITEMS)),
        (dimension_scores, columns_of(DIMENSIONS), DIMENSIONS), (explore, "mean_score", item, selection),
    ]:  # fmt: skip
        assert there.ask(*asked) == here.ask(*asked)  # type: ignore[arg-type]
    assert list(there.ask(offers, item, selection)) == list(here.ask(offers, item, selection))


@given(some.integers(0, 10_000), some.booleans(), some.booleans(), some.sampled_from([None, ("a",), ("a", "b")]))
def test_figures_are_those_of_plain_frames(
    seed: int, split: bool, timed: bool, departments: tuple[str, ...] | None
) -> None:
    """On random answers and filters: the same as cutting the frame by hand."""
    source = answers_of(30, seed)
    period = Period(pd.Timestamp(FIRST + timedelta(days=7)), pd.Timestamp(FIRST + timedelta(days=20)))
    before = Period(pd.Timestamp(FIRST - timedelta(days=7)), pd.Timestamp(FIRST + timedelta(days=6)))
    view = source.answers(departments).within(
        *((period, before) if timed else ()), where={"district": "城东"} if split else {}
    )
    rows = source.frame if departments is None else source.frame[source.frame["department"].isin(departments)]
    rows = rows[rows["district"] == "城东"] if split else rows
    now, earlier = (period.of(rows), before.of(rows)) if timed else (rows, rows.iloc[:0])
    assert view.n == len(now) and view.answered("overall") == now["overall"].notna().sum()
    assert view.ask(count_answers, Column("day", When.BEFORE)) == len(earlier)
    assert view.ask(mean_score, Column("overall")) == mean_score(now["overall"])
    assert view.ask(dimension_scores, columns_of(DIMENSIONS), DIMENSIONS) == dimension_scores(now, DIMENSIONS)
    cells = view.ask(score_cells, columns_of(DIMENSIONS), Column("district"), DIMENSIONS)
    pd.testing.assert_frame_equal(cells, score_cells(now, now["district"], DIMENSIONS))
    assert view.values("district") == sorted(now["district"].unique())


def test_the_api_and_pages_read_the_same_figures() -> None:
    """One entry in the memory of both."""
    source = answers_of()
    gate = source.gate()
    answers = source.answers(gate=gate)
    shown = answers.ask(top_two_box, Column("overall"), low=1, high=5)
    entries = results_of(gate)(answers.record, date(2027, 1, 1), WHOLE)
    assert entries == summary(answers)
    assert (entries[0]["value"], entries[0]["n"]) == (shown.value, shown.n)
    assert answers.as_of == source.state("").as_of


def test_a_raise_withholds_questions_that_too_few_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one department, and in a second one where the first would follow from the whole; the page gets refusals."""
    n, days = 36, [FIRST] * 36
    departments = ["a"] * 12 + ["b"] * 12 + ["c"] * 12
    speed = [4.0] * 6 + [np.nan] * 6 + [3.0] * 24
    who = frame_of(days, departments, overall=[4.0] * n, speed=speed, manner=[5.0] * n)
    source = FrameAnswers(SURVEY, who)
    before = source.answers().of_department("a")
    assert before.ask(mean_score, Column("speed")).n == 6
    monkeypatch.setattr(anonymity, "_read", lambda: Minimums().raised(8, 10, FIRST + timedelta(days=60)))
    whole = source.answers()
    shown = {name: whole.of_department(name).ask(mean_score, Column("speed")).n for name in "abc"}
    assert shown["a"] == 0 and sorted(shown.values()) == [0, 0, 12]
    assert whole.ask(mean_score, Column("speed")).n == 30
    scores = whole.of_department("a").ask(dimension_scores, columns_of(DIMENSIONS), DIMENSIONS)
    assert not scores["care"].ok, "a dimension is not made up of what is left of its questions"
    assert whole.of_department("a").ask(mean_score, Column("overall")).n == 12


def test_the_memory_is_bounded() -> None:
    source = answers_of()
    gate = Gate(source, source, most=3)
    for item in ITEMS * 4:
        source.answers(gate=gate).answered(item)
        source.answers(gate=gate).ask(mean_score, Column(item))
    assert len(gate._remembered._known) == 3


def said_by(people: int) -> pd.DataFrame:
    """A comment of each of the first *people*."""
    rows = [(f"{n:04}", "comment", f"第 {n} 条", "complaint", "negative", 0.1, True, None, "[]") for n in range(people)]
    return pd.DataFrame(rows, columns=list(COMMENTS))


def test_comments_of_a_department_are_not_what_is_left_of_the_whole() -> None:
    """Twelve wrote in one department and three in another: together they are read, apart neither of them."""
    n = 40
    who = frame_of([FIRST] * n, ["a"] * 12 + ["b"] * 3 + ["a"] * 12 + ["b"] * 13, **{item: [4.0] * n for item in ITEMS})
    whole = FrameAnswers(SURVEY, who, said_by(15)).answers()
    assert whole.authors == 15 and not whole.comments_withheld
    listed = whole.comment_list(Wanted(), "zh-Hans", most=50)
    assert len(listed) == 15 and whole.ask(sentiment_shares, Comments())[Sentiment.NEGATIVE].n == 15
    assert all(each.rating is each.received_at is each.touchpoint is None and not each.disagrees for each in listed)
    for name, authors in (("a", 12), ("b", 3)):
        part = whole.of_department(name)
        assert part.authors == authors and part.comments_withheld
        assert not part.comment_list(Wanted(), "zh-Hans") and not part.comment_count(Wanted(), "zh-Hans")
        assert part.ask(sentiment_shares, Comments())[Sentiment.NEGATIVE].n == 0
        assert part.ask(mean_score, Column("overall")).ok


def test_comments_of_named_answers_stand_with_rating_and_time() -> None:
    """The newest first, each with what belongs to it; by words, and only of the departments one sees."""
    source = answers_of(20)
    source.said = said_by(20)
    found = source.answers().comment_list(Wanted(), "zh-Hans", most=50)
    by_id = source.frame.set_index("response")
    assert len(found) == 20 and all(each.received_at == by_id.loc[each.response, "received_at"] for each in found)
    moments = [each.received_at for each in found]
    assert moments == sorted(moments, reverse=True)  # type: ignore[type-var]
    assert {each.text for each in source.answers().comment_list(Wanted(words="第 7"), "zh-Hans")} == {"第 7 条"}
    own = source.answers(("a",)).comment_list(Wanted(), "zh-Hans", most=50)
    assert {by_id.loc[each.response, "department"] for each in own} == {"a"}


def test_what_is_refused_does_not_count_the_few_either() -> None:
    """Of an anonymous survey not even the reason why there is no figure says that one person is at an end."""
    scores, overall = pd.DataFrame({"a": [1.0] + [4.0] * 11}), pd.Series([2.0] + [4.0] * 11)
    [contrast] = penalty_reward(scores, overall, {"a": RatedDimension("a", ["a"], 1, 5)})
    assert "只有 1 份" in str(contrast.penalty.refusal)
    [told] = withhold_small([contrast], 5)
    assert "只有 1 份" not in str(told.penalty.refusal) and told.penalty.n == 0


def test_named_answers_are_narrowed_to_a_department_with_all_below_it() -> None:
    """Only to those one sees; departments that lead others are values, too."""
    names = PlaceNames(department={"a": "甲", "b": "乙", "top": "总"}, parents={"a": "top", "b": "top"})
    source = answers_of()
    whole = source.answers(names=names)
    assert whole.values("department") == ["乙", "总", "甲"]
    assert whole.within(where={"department": "总"}).n == whole.n
    part = whole.within(where={"department": "甲"})
    assert part.n == int((source.frame["department"] == "a").sum()) and part.segments == {"department": "甲"}
    own = source.answers(("a",), names=names)
    assert own.values("department") == ["甲"] and own.within(where={"department": "总"}).n == part.n
    assert own.within(where={"department": "乙"}).n == 0
