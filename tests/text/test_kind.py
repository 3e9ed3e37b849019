"""What sort of comment: nothing said, a suggestion, a question, praise, a complaint or a statement."""

from __future__ import annotations

import pytest

from analysis.text import Analyser
from analysis.text.sentiment.kind import is_empty_answer
from tests.support.usual_analyser import usual_analyser


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


@pytest.mark.parametrize(
    "text",
    ["", "  ", "无", "无。", "没有", "没有了", "暂无", "暂无意见", "无意见和建议", "没什么建议",
     "不知道", "不清楚", "没有其他意见了",
     "N/A", "none", "......", "？？", "123", "111", "aaaa", "同上", "暂时没有想到", "无無无", "—", "目前没有建议"],
)  # fmt: skip
def test_null_answers_say_nothing(analyser: Analyser, text: str) -> None:
    """A null answer is neutral, sure, and speaks of no aspect."""
    found = analyser.analyse([text])[0]
    assert (found.kind, found.sentiment, found.sure, found.aspects) == ("no_content", "neutral", True, ())


@pytest.mark.parametrize(
    "text",
    ["没有不满意", "没有停过电", "无故停电", "没有人管",
     "不知道什么时候来电", "👍", "好", "无微不至"],
)  # fmt: skip
def test_words_of_denial_alone_do_not_make_a_null_answer(text: str) -> None:
    """What follows the denial counts."""
    assert not is_empty_answer(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("希望多设几个自助缴费机", "suggestion"),
        ("建议把停电时间提前两天告诉大家", "suggestion"),
        ("加强线路维护", "suggestion"),
        ("如果能开通夜间服务就更好了", "suggestion"),
        ("请问过户要带什么材料", "question"),
        ("阶梯电价怎么算？", "question"),
        ("凭什么停我家的电？", "complaint"),
        ("师傅服务周到", "praise"),
        ("等了一上午没人理", "complaint"),
        ("我是上周三去的", "statement"),
    ],
)
def test_kind_of_comment(analyser: Analyser, text: str, kind: str) -> None:
    """The form decides first, the sentiment after it."""
    assert kind == analyser.analyse([text])[0].kind


def test_a_wish_is_neutral_and_what_stands_beside_it_counts(analyser: Analyser) -> None:
    """A suggestion alone is no complaint; a complaint with a suggestion is one."""
    wish, both = analyser.analyse(["希望增加夜间窗口", "排队太久了，服务太差，希望增加窗口"])
    assert wish.sentiment == "neutral"
    assert (both.sentiment, both.kind) == ("negative", "suggestion")
