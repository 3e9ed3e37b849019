"""Every question type keeps the contract; and each checks what is its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.questions import NOT_APPLICABLE, QUESTION_TYPES, Measure, NotAcceptable, Question
from tests.support.examples import EXAMPLES

OPTIONS = [{"code": "bill", "label": "账单"}, {"code": "repair", "label": "抢修"}, {"code": "hall", "label": "营业厅"}]


NONE = {"code": "none", "label": "都没有", "exclusive": True}


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
    assert set(asked.entered_from(stored)) <= set(asked.fields())
    assert isinstance(asked.measure, Measure)
    assert bool(asked.words(answer, "zh-Hans")) is (answer is not None)


@pytest.mark.parametrize("as_stored", [lambda value: value, str], ids=["as numbers and texts", "as a CSV holds them"])
@pytest.mark.parametrize(
    ("type_name", "settings", "answer"),
    [(name, settings, answer) for name, examples in EXAMPLES.items() for settings, answer in examples],
)
def test_cells_give_the_answer_back(
    type_name: str, settings: dict[str, Any], answer: Any, as_stored: Callable[[Any], Any]
) -> None:
    """answer → cells → answer changes nothing, and cells stand only in the columns that are named."""
    asked = question(type_name, **settings)
    cells = asked.cells(answer)
    columns = {column.name: column for column in asked.columns()}
    assert set(cells) <= set(columns)
    assert asked.from_cells({name: as_stored(value) for name, value in cells.items()}) == answer
    for name, value in cells.items():
        assert isinstance(value, str) is not (columns[name].numeric and value != NOT_APPLICABLE)


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_nothing_entered_is_no_answer_unless_required(type_name: str) -> None:
    """Left empty means None; a required question says what to do."""
    settings, _ = EXAMPLES[type_name][0]
    assert question(type_name, **settings).check({}) is None
    if not question(type_name, **settings).fields():
        return  # it asks nothing
    if type_name == "hidden":  # nobody could fill it in
        assert question(type_name, **settings, required=True).check({"item": ["  "]}) is None
        return
    with pytest.raises(NotAcceptable, match="请"):
        question(type_name, **settings, required=True).check({"item": ["  "]})


@given(
    entered=st.lists(st.text(st.characters(codec=None)), max_size=4), type_name=st.sampled_from(sorted(QUESTION_TYPES))
)
def test_any_entry_is_an_answer_or_not_acceptable(entered: list[str], type_name: str) -> None:
    """Whatever a machine sends, the answer is storable JSON or there is a message for a person."""
    settings, _ = EXAMPLES[type_name][0]
    try:
        asked = question(type_name, **settings)
        answer = asked.check(dict.fromkeys(asked.fields(), entered))
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
        ("multiple_choice", {"options": [*OPTIONS, NONE]}, ["bill", "none"], "不能与其他选项同时选择"),
        ("ces", {}, ["8"], "1 到 7"),
        ("slider", {"by": 5}, ["7"], "0 到 100"),
        ("slider", {}, ["--5"], "0 到 100"),
        ("number", {}, ["1.5"], "最多 0 位小数"),
        ("number", {"maximum": 10}, ["11"], "不能大于 10"),
        ("number", {"minimum": 0.5, "decimals": 2}, ["0.4"], "不能小于 0.5"),
        ("number", {}, ["1e5"], "请填写数字"),
        ("date", {"latest": "2026-11-22"}, ["2026-11-23"], "不能晚于 2026-11-22"),
        ("date", {}, ["2026-02-30"], "请填写日期"),
        ("time", {}, ["25:00"], "请填写时间"),
        ("short_text", {"pattern": "phone"}, ["12345"], "11 位手机号"),
        ("short_text", {"pattern": "email"}, ["a@b"], "完整的邮箱"),
        ("region", {"places": [{"code": "1", "path": ["浙江"]}]}, ["江苏"], "从列表中选择地区"),
        ("file", {"at_most": 1}, ["0" * 32, "1" * 32], "最多上传 1 个"),
        ("file", {}, ["../../etc/passwd"], "重新选择"),
        ("consent", {}, ["no"], "勾选"),
        ("signature", {}, ["M1 1<script>"], "重新签名"),
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


@pytest.mark.parametrize(
    ("type_name", "settings", "entered", "message"),
    [
        ("matrix_rating", {"rows": OPTIONS, "required": True}, {"item.bill": ["5"]}, "还有 2 行没有作答：抢修"),
        ("matrix_single", {"rows": OPTIONS, "choices": OPTIONS}, {"item.bill": ["x"]}, "列出的选项"),
        ("constant_sum", {"rows": OPTIONS}, {"item.bill": ["70"]}, "合计应为 100，现在是 70"),
        ("constant_sum", {"rows": OPTIONS}, {"item.bill": ["-1"]}, "不小于 0"),
        ("ranking", {"options": OPTIONS}, {"item.bill": ["1"], "item.hall": ["1"]}, "第 1 名只能给一项"),
        ("ranking", {"options": OPTIONS}, {"item.bill": ["1"]}, "全部 3 个名次"),
        ("kano", {}, {"item.functional": ["like"]}, "请同时回答“如果不提供”"),
        ("importance_satisfaction", {}, {"item.satisfaction": ["3"]}, "请同时回答“重要程度”"),
        ("single_choice", {"options": [{"code": "o", "label": "其他", "asks_text": True}]},
         {"item": ["o"], "item._text": ["长" * 101]}, "最多 100 字"),
    ],
)  # fmt: skip
def test_an_unfit_part_is_refused_in_words(
    type_name: str, settings: dict[str, Any], entered: dict[str, list[str]], message: str
) -> None:
    """Questions of several parts say which part, and what would fit."""
    with pytest.raises(NotAcceptable, match=message):
        question(type_name, **settings).check(entered)


@pytest.mark.parametrize(
    ("type_name", "settings", "message"),
    [
        ("rating", {"points": 5, "labels": ["好", "坏"]}, "2 labels for 5 points"),
        ("slider", {"minimum": 0, "maximum": 10, "by": 3}, "do not lead from 0 to 10"),
        ("number", {"minimum": 2, "maximum": 1}, "swap them"),
        ("date", {"earliest": "2026-02-01", "latest": "2026-01-01"}, "swap them"),
        ("date", {"earliest": "soon"}, "write it as 2026-01-31"),
        ("matrix_rating", {"rows": [OPTIONS[0], OPTIONS[0]]}, "row code bill appears more than once"),
        ("matrix_single", {"rows": OPTIONS, "choices": OPTIONS[:1] * 2}, "choice code bill appears more than once"),
        ("ranking", {"options": [OPTIONS[0], OPTIONS[0]]}, "option code bill appears more than once"),
        ("multiple_choice", {"options": OPTIONS, "at_least": 4}, "lower it"),
    ],
)
def test_unfit_settings_are_refused_with_the_remedy(type_name: str, settings: dict[str, Any], message: str) -> None:
    """A designer hears what to change."""
    with pytest.raises(ValueError, match=message):
        question(type_name, **settings)
