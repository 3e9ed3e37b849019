"""Every question type keeps the contract; and each checks what is its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.questions import NOT_APPLICABLE, QUESTION_TYPES, Measure, NotAcceptable, Question
from tests.examples import EXAMPLES

OPTIONS = [{"code": "bill", "label": "账单"}, {"code": "repair", "label": "抢修"}, {"code": "hall", "label": "营业厅"}]


def question(type_name: str, **settings: Any) -> Question:
    return QUESTION_TYPES[type_name].model_validate({"code": "item", "title": "题目", **settings})


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_every_type_has_an_example(type_name: str) -> None:
    """The contract below is only as good as its examples: a new type must bring its own."""
    assert EXAMPLES[type_name]


@pytest.mark.parametrize(
    ("type_name", "settings", "answer"),
    [(name, settings, answer) for name, examples in EXAMPLES.items() for settings, answer in examples],
)
def test_what_was_entered_is_read_back_equal(type_name: str, settings: dict[str, Any], answer: Any) -> None:
    """entered → answer → stored JSON → entered → answer changes nothing."""
    asked = question(type_name, **settings)
    stored = json.loads(json.dumps(answer))
    assert asked.check(asked.entered_from(stored)) == answer
    assert asked.fields() == tuple(dict.fromkeys([*asked.fields(), *asked.entered_from(stored)]))
    assert isinstance(asked.measure, Measure)
    assert asked.words(answer, "zh-Hans")


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_nothing_entered_is_no_answer_unless_required(type_name: str) -> None:
    """Left empty means None; a required question says what to do."""
    settings, _ = EXAMPLES[type_name][0]
    assert question(type_name, **settings).check({}) is None
    with pytest.raises(NotAcceptable, match="请"):
        question(type_name, **settings, required=True).check({"item": ["  "]})


@given(
    entered=st.lists(st.text(st.characters(codec=None)), max_size=4), type_name=st.sampled_from(sorted(QUESTION_TYPES))
)
def test_any_entry_is_an_answer_or_not_acceptable(entered: list[str], type_name: str) -> None:
    """Whatever a machine sends, the answer is storable JSON or there is a message for a person."""
    settings, _ = EXAMPLES[type_name][0]
    try:
        answer = question(type_name, **settings).check({"item": entered})
    except NotAcceptable as refusal:
        assert str(refusal)
    else:
        json.dumps(answer, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("type_name", "settings", "entered", "message"),
    [
        ("rating", {}, ["6"], "1 到 5"),
        ("rating", {}, ["0"], "1 到 5"),
        ("rating", {}, ["4.5"], "1 到 5"),
        ("rating", {}, ["４"], "1 到 5"),
        ("rating", {}, ["na"], "1 到 5"),
        ("rating", {}, ["4", "5"], "只能选择一项"),
        ("nps", {}, ["11"], "0 到 10"),
        ("nps", {}, ["-1"], "0 到 10"),
        ("single_choice", {"options": OPTIONS}, ["hacked"], "列出的选项"),
        ("multiple_choice", {"options": OPTIONS, "at_most": 1}, ["bill", "hall"], "最多选择 1 项"),
        ("multiple_choice", {"options": OPTIONS, "at_least": 2}, ["bill"], "至少选择 2 项"),
        ("multiple_choice", {"options": OPTIONS}, ["bill", "hacked"], "列出的选项"),
        ("short_text", {"max_length": 3}, ["一二三四"], "最多 3 字，现在是 4 字"),
        ("long_text", {"max_length": 3}, ["一二三四"], "最多 3 字，现在是 4 字"),
    ],
)
def test_an_unfit_entry_is_refused_in_words(
    type_name: str, settings: dict[str, Any], entered: list[str], message: str
) -> None:
    """The message says what would fit."""
    with pytest.raises(NotAcceptable, match=message):
        question(type_name, **settings).check({"item": entered})


def test_not_applicable_is_an_answer_of_its_own() -> None:
    """没有接触 is neither a score nor a missing answer, and fulfils a required question."""
    asked = question("rating", not_applicable="没有接触", required=True)
    assert asked.check({"item": ["na"]}) == NOT_APPLICABLE
    assert asked.words(NOT_APPLICABLE, "zh-Hans") == "没有接触"


def test_text_is_kept_as_written_but_for_what_nobody_types() -> None:
    """Line ends are counted once, NUL and lone surrogates are dropped, emoji stay."""
    asked = question("long_text", max_length=8)
    assert asked.check({"item": ["好\r\n评\x00👍\ud800"]}) == "好\n评👍"


def test_chosen_options_come_in_the_order_of_the_question() -> None:
    """However they were sent, so that equal answers are equal."""
    assert question("multiple_choice", options=OPTIONS).check({"item": ["hall", "bill", "hall"]}) == ["bill", "hall"]
