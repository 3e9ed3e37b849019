"""Sentiment of survey comments: what plain words, negation, contrast, comparison and irony amount to."""

from __future__ import annotations

import pytest

from analysis.text import Analyser
from tests.support.usual_analyser import usual_analyser


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


def sentiment(analyser: Analyser, text: str) -> str:
    return analyser.analyse([text])[0].sentiment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("师傅技术好，很快就修好了", "positive"),
        ("收费员爱理不理，问什么都嫌烦", "negative"),
        ("我不太满意这次的服务", "negative"),
        ("没有什么不满意的地方", "positive"),
        ("从来没有停过电", "positive"),
        ("并不觉得麻烦", "positive"),
        ("不能说服务不好", "positive"),
        ("没有以前那么热情了", "negative"),
        ("比去年快多了，很满意", "positive"),
        ("窗口人员很热情，但是排了两个小时的队", "negative"),
        ("虽然等得久了一点，不过问题都解决了，很满意", "positive"),
        ("服务真是“周到”，电话从来没人接", "negative"),
        ("呵呵，你们的效率真高", "negative"),
        ("感谢你们让我们全家摸黑过年", "negative"),
        ("客服很nice", "positive"),
        ("👏👏辛苦了", "positive"),
        ("又跳闸了😤", "negative"),
        ("電費單看不懂，客服又沒耐心", "negative"),
        ("一般吧", "neutral"),
        ("我家在城东小区", "neutral"),
    ],
)
def test_sentiment_of_a_survey_comment(analyser: Analyser, text: str, expected: str) -> None:
    """The judgement a reader would give."""
    assert expected == sentiment(analyser, text)


def test_not_satisfied_is_less_than_satisfied(analyser: Analyser) -> None:
    """A negation moves the probability of positive down, a degree word up."""
    low, middle, high = (found.score for found in analyser.analyse(["不满意", "满意", "非常满意"]))
    assert low < 0.5 < middle <= high


def test_score_is_a_probability_that_agrees_with_the_sentiment(analyser: Analyser) -> None:
    """正面 lies above one half, 负面 below; an answer without content is exactly undecided."""
    for found in analyser.analyse(["太差了", "挺好的", "无", "建议多设几个窗口", "今天去了营业厅"]):
        assert 0 <= found.score <= 1
        low, high = {"positive": (0.5, 1), "negative": (0, 0.5), "neutral": (0, 1)}[found.sentiment]
        assert low <= found.score <= high
    assert analyser.analyse(["无"])[0].score == 0.5


def test_the_words_that_moved_the_score_are_named(analyser: Analyser) -> None:
    """Praise pulls up, blame down, and each word stands where it says."""
    text = "態度熱情，速度太慢"
    words = {word.word: word for word in analyser.analyse([text])[0].words}
    assert words["熱情"].weight > 0 > words["太慢"].weight
    assert all(text[word.start : word.end] == word.word for word in words.values())


def test_rules_leave_long_comments_alone(analyser: Analyser) -> None:
    """Beyond the limit the score is the table's, so one quoted word cannot overturn a long review."""
    text = "东西很好用，质量不错，送货也快，很喜欢，下次还来，" * 3 + "邻居说“满意”呵呵"
    assert sentiment(analyser, text) == "positive"


def test_doubtful_comments_are_marked(analyser: Analyser) -> None:
    """A clear comment is sure; one that pulls both ways is for a person to look at."""
    clear, mixed = analyser.analyse(["服务太差了，非常不满意", "速度还行，价格有点贵"])
    assert clear.sure
    assert not mixed.sure


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("无", True), ("一般般", True), ("希望增加充电桩", True), ("充电桩怎么申请", True), ("我家住在城东小区", True),
        ("电表箱", False), ("师傅走的时候", False), ("办事大厅那边", False),
    ],
)  # fmt: skip
def test_a_neutral_comment_is_sure_on_evidence_only(analyser: Analyser, text: str, sure: bool) -> None:
    """That no opinion was found is none: it may be worded as no rule knows it."""
    [found] = analyser.analyse([text])
    assert (found.sentiment, found.sure) == ("neutral", sure)


def test_rules_move_a_longer_comment_less(analyser: Analyser) -> None:
    """The same turned word decides a phrase, and is one piece of evidence in a comment of thirty characters."""
    about = "昨天下午去了一趟营业厅换电表顺便问了问峰谷电价"
    without, phrase, longer = (each.score for each in analyser.analyse([about, "不能说不好", f"{about}，不能说不好"]))
    assert phrase > 0.9 and longer < phrase - 0.2 and abs(longer - without) < 0.4
