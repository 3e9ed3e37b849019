"""Answers by text message and by keypad."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Survey
from surveys.fieldwork.sms_and_ivr import UnfitKeys, entered_by_keys, entered_by_message, is_opt_out

SURVEY = Survey.model_validate(
    {
        "code": "short",
        "title": "回访",
        "use": "回访",
        "sections": [
            {
                "questions": [
                    {"type": "rating", "code": "csat", "title": "满意吗？", "required": True},
                    {
                        "type": "single_choice",
                        "code": "why",
                        "title": "为什么？",
                        "show_if": {"item": "csat", "is": "at_most", "value": 2},
                        "options": [{"code": "slow", "label": "慢"}, {"code": "rude", "label": "态度差"}],
                    },
                    {"type": "nps", "code": "nps", "title": "推荐吗？"},
                    {"type": "long_text", "code": "comment", "title": "意见"},
                ]
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("text", "entered"),
    [
        ("5 抢修很快", {"csat": ["5"], "comment": ["抢修很快"]}),
        ("5抢修很快", {"csat": ["5"], "comment": ["抢修很快"]}),
        ("５分，很好", {"csat": ["5"], "comment": ["很好"]}),
        ("4,10", {"csat": ["4"], "nps": ["10"]}),
        ("1 2 9 师傅迟到", {"csat": ["1"], "why": ["rude"], "nps": ["9"], "comment": ["师傅迟到"]}),
        ("5 3天才修好", {"csat": ["5"], "comment": ["3天才修好"]}),
        ("3天才修好", {"comment": ["3天才修好"]}),
        ("5分钟就到了", {"comment": ["5分钟就到了"]}),
        ("8 很好", {"comment": ["8 很好"]}),
        ("满意", {"comment": ["满意"]}),
        ("95598", {"comment": ["95598"]}),
        ("", {}),
    ],
)
def test_a_message_is_read_as_a_person_would(text: str, entered: dict[str, list[str]]) -> None:
    """Leading numbers answer in the order that the survey asks; the rest is the comment, counted things too."""
    assert entered_by_message(SURVEY, text) == entered


@pytest.mark.parametrize(
    ("keys", "entered"),
    [
        (["5", "10"], {"csat": ["5"], "nps": ["10"]}),
        (["2", "1", "0"], {"csat": ["2"], "why": ["slow"], "nps": ["0"]}),
        (["5", ""], {"csat": ["5"]}),
        ([], {}),
    ],
)
def test_keys_answer_one_question_after_the_other(keys: list[str], entered: dict[str, list[str]]) -> None:
    """By the survey's own logic; an empty entry leaves its question out."""
    assert entered_by_keys(SURVEY, keys) == entered


@pytest.mark.parametrize(
    ("keys", "position", "expected"),
    [(["9"], 1, "1 to 5"), (["1", "3"], 2, "1 to 2"), (["5", "9", "1"], 3, "no more keys"), (["*"], 1, "1 to 5")],
)
def test_a_key_that_answers_nothing_is_named(keys: list[str], position: int, expected: str) -> None:
    """With its place and with what would have been an answer."""
    with pytest.raises(UnfitKeys) as caught:
        entered_by_keys(SURVEY, keys)
    assert (caught.value.position, caught.value.expected) == (position, expected)


@pytest.mark.parametrize(
    ("text", "wanted"), [("TD", True), (" 退订。", True), ("ｔｄ", True), ("不满意", False), ("5", False)]
)
def test_opting_out_by_message(text: str, wanted: bool) -> None:
    """Only when the message says nothing else."""
    assert is_opt_out(text) is wanted
