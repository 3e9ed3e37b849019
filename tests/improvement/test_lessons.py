"""Lessons: found by words and by likeness, signed by somebody else, and open to all only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analysis.improvement.lesson_words import words_of
from surveys.improvement.lessons import Lesson, LessonErrors
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.sqlite.improvement.lessons import seen_by

TODAY = date(2026, 11, 30)
NOTICE = Lesson(
    "l1", "停电通知提前到三天", "计划停电没有通知到老年客户，投诉集中", "只发短信", "社区张贴加上门通知",
    department="repair",
)  # fmt: skip
QUEUE = Lesson(
    "l2", "营业厅排队", "月底缴费排队超过半小时", "窗口少", "月底加开两个窗口，引导手机缴费", department="service"
)


def keep(store: Store, lesson: Lesson, by: str = "boss") -> Lesson:
    return store.lessons.keep(lesson, words_of(lesson.text), by=by, day=TODAY)


@pytest.mark.parametrize(("asked", "found"), [
    ("停电通知", ["l1"]), ("排队", ["l2"]), ("老人没收到停电的通知，很生气", ["l1"]), ("缴费要等很久", ["l2"]),
    ("抄表", []), ("", []), ('"停电" OR', ["l1"]), ("NEAR(*", []), ("的了和", []), ("计划停电", ["l1"]),
])  # fmt: skip
def test_a_lesson_is_found_by_words_and_by_a_text_like_it(store: Store, asked: str, found: list[str]) -> None:
    """Whatever is typed: what means something to the search engine is a word like others."""
    keep(store, NOTICE)
    keep(store, QUEUE)
    assert [each.code for each in store.lessons.like(words_of(asked))] == found


def test_what_shares_most_stands_first_and_a_changed_text_is_found_by_its_new_words_alone(store: Store) -> None:
    keep(store, NOTICE)
    keep(store, QUEUE)
    words = words_of("月底缴费排队太久，正好停电")
    assert store.lessons.like(words)[0].code == "l2"
    keep(store, replace(QUEUE, title="窗口", happened="大厅拥挤", helped="引导分流"))
    assert store.lessons.like(words_of("排队")) == [] and store.lessons.like(words_of("拥挤"))
    store.lessons.remove("l2", by="boss")
    assert store.lessons.like(words_of("拥挤")) == []
    with pytest.raises(KeyError):
        store.lessons.remove("l2", by="boss")


def test_nobody_signs_their_own_and_a_change_takes_the_signature_off(store: Store) -> None:
    written = keep(store, NOTICE, by="boss")
    with pytest.raises(ValueError, match="their own"):
        store.lessons.sign(written, by="boss", day=TODAY)
    store.lessons.sign(written, by="head", day=TODAY)
    signed = store.lessons.get("l1")
    assert signed is not None and signed.signed and signed.signed_by == "head"
    changed = store.lessons.keep(replace(signed, cause="别的原因"), ["词"], by="head", day=TODAY, seen=signed)
    assert not changed.signed and changed.written_by == "boss"
    with pytest.raises(ChangedMeanwhile):
        store.lessons.sign(signed, by="head", day=TODAY)


def test_what_is_not_signed_is_of_its_department_and_its_author(store: Store) -> None:
    written = keep(store, NOTICE)
    assert seen_by([written], "boss", ()) and seen_by([written], "x", ("repair",)) and seen_by([written], "x", None)
    assert not seen_by([written], "x", ("service",))
    assert seen_by([replace(written, signed_on=TODAY)], "x", ())


def test_everything_that_is_missing_is_said_at_once(store: Store) -> None:
    with pytest.raises(LessonErrors) as refused:
        keep(store, Lesson("l3", " ", "", "", "", stage="长" * 99))
    assert len(refused.value.errors) == 4 and store.lessons.all() == []
