"""The past of an anonymous survey changes: answers come late, an import is undone. Looks before and after tell nobody.

As in `test_subtracted_views`, all figures of all roles on many days are put together, and no sum of few may follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.released import anonymous
from surveys.intake.submission import Submission
from surveys.storage import Store
from surveys.storage.records.imports import ImportKind
from surveys.web.api.given import Circumstances
from surveys.web.api.given import submission as given_elsewhere
from tests.attacks import test_subtracted_views as views
from tests.attacks.test_subtracted_views import FIRST, ITEMS, LOOKS, answered, small_groups
from tests.conftest import submission
from tests.support.frame_answers import FrameAnswers, frame_of

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
LATER = [LOOKS[-1] + timedelta(days=n) for n in (12, 40)]


@settings(max_examples=settings().max_examples // 4)
@given(answered(), some.data())
def test_nothing_follows_from_an_import_that_is_undone(who: pd.DataFrame, data: some.DataObject) -> None:
    """Answers of any days and departments, brought in together and gone together, old ones among them."""
    brought = data.draw(some.lists(some.booleans(), min_size=len(who), max_size=len(who)))
    undone = FIRST + timedelta(days=data.draw(some.integers(1, 20)))
    days = [day.date() for day in who["day"]]
    gone = [undone if mine and day <= undone else None for mine, day in zip(brought, days, strict=True)]
    assert not small_groups(who.assign(gone=pd.Series(gone, dtype="object")), [*LOOKS, *LATER])


def test_the_attack_finds_an_import_that_leaves_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five at once are not few enough to be refused, but one of them was alone among others of its department."""
    departments = ["a"] * 9 + ["b"] * 9
    who = frame_of([FIRST] * 18, departments, **{item: [True] * 18 for item in ITEMS})
    gone = [FIRST + timedelta(days=4) if person in (0, 9, 10, 11, 12) else None for person in range(18)]
    who = who.assign(gone=pd.Series(gone, dtype="object"))
    assert not small_groups(who, LOOKS)
    kept = anonymous._with_withdrawn
    monkeypatch.setattr(anonymous, "_with_withdrawn", lambda every, withdrawn, *more: kept(every, [], *more))
    assert (0,) in small_groups(who, LOOKS)


def test_the_attack_finds_an_answer_dated_to_a_day_long_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """So every door dates an anonymous answer by the day on which it is kept: then nobody follows."""
    came = FIRST + timedelta(days=9)
    late = frame_of([FIRST] * 9, ["a"] * 9, **{item: [True] * 9 for item in ITEMS})
    as_it_stood = views.as_it_stood

    def without_the_last(rows: pd.DataFrame, today: date, *more: Any) -> FrameAnswers:
        return as_it_stood(rows if today >= came else rows.iloc[:-1], today, *more)

    with monkeypatch.context() as patch:
        patch.setattr(views, "as_it_stood", without_the_last)
        assert (8,) in small_groups(late, LOOKS)
    dated = late.assign(day=[*late["day"][:-1], pd.Timestamp(came)])
    assert not small_groups(dated, LOOKS)


def test_an_undone_import_leaves_the_numbers_that_figures_count(published: Store) -> None:
    """Those of days that are over, where there are others; no words, and nothing of what came today."""
    today = date(2026, 11, 29)
    silent(published)
    published.responses.bring_in(_answers(range(20), today - timedelta(days=40)))
    batch = published.imports.begin(ImportKind.ANSWERS, "silent", "more.csv", by="boss", now=NOW)
    published.responses.bring_in(
        [*_answers(range(20, 26), today - timedelta(days=30)), *_answers(range(26, 30), today)], batch=batch
    )
    assert published.imports.take_back_answers(batch, anonymous=True, by="boss", day=today) == 10
    left = published.withdrawn.of("silent")
    assert sorted(each.response for each in left) == sorted(each.id for each in _answers(range(20, 26), today))
    assert all(each.cells["csat"] == 4 and "comment" not in each.cells for each in left)
    assert {each.withdrawn_on for each in left} == {today} and published.responses.amount("silent") == 20


def silent(store: Store) -> None:
    """An anonymous survey in the field."""
    survey = store.surveys.get("power-visit").survey.model_copy(update={"anonymous": True, "code": "silent"})
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish("silent", by="test")


def _answers(numbers: Sequence[int], day: date) -> list[Submission]:
    said = {"csat": 4, "comment": "很好"}
    return [submission(each, survey="silent", received_on=day, received_at=None, answers=said) for each in numbers]


def test_an_answer_from_another_system_is_of_the_day_on_which_it_came(published: Store) -> None:
    """Whenever it was given there: a named one keeps that day."""
    silent(published)
    given_at, now = NOW - timedelta(days=9), NOW
    for code, day in (("silent", NOW.date()), ("power-visit", given_at.date())):
        form = published.responses.open_form(code)
        assert form is not None
        kept = given_elsewhere(form, {"csat": 4}, Circumstances("api", given_at, now=now), identity="1")
        assert kept.received_on == day
