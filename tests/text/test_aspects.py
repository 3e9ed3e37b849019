"""Aspects: which of the thirteen dimensions a comment speaks of, where, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.text import Analyser
from analysis.text.places import DATA
from analysis.text.topics.topics import Topic, TopicFinder, TopicsUnusable, load_topics, merge_topics
from tests.support.usual_analyser import usual_analyser

DIMENSIONS = {
    "reliability": "供电可靠性", "repair": "抢修服务", "connection": "办电接电", "billing": "电费账单",
    "hall": "营业厅", "attitude": "服务态度", "competence": "业务能力", "information": "信息告知",
    "online": "线上渠道",
    "complaints": "投诉处理", "safety": "用电安全", "price": "价格感知", "integrity": "廉洁规范",
}  # fmt: skip


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


def found_aspects(analyser: Analyser, text: str) -> set[tuple[str, str]]:
    return {(aspect.aspect, aspect.sentiment) for aspect in analyser.analyse([text])[0].aspects}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("夏天天天停电", ("reliability", "negative")),
        ("一开空调灯就变暗，空调根本带不动", ("reliability", "negative")),
        ("抢修速度很快", ("repair", "positive")),
        ("半夜报修，不到一小时就到现场", ("repair", "positive")),
        ("新装电表跑了三趟才办好", ("connection", "negative")),
        ("报装一次办结，很方便", ("connection", "positive")),
        ("电费账单清楚明白", ("billing", "positive")),
        ("空房子没人住还收了八十块电费，抄错了吧", ("billing", "negative")),
        ("营业厅环境整洁", ("hall", "positive")),
        ("柜台小姑娘爱理不理", ("attitude", "negative")),
        ("问什么都说不清，业务不熟", ("competence", "negative")),
        ("停电从来不提前通知", ("information", "negative")),
        ("网上国网登录不上，总是闪退", ("online", "negative")),
        ("反映了好几次都没有下文", ("complaints", "negative")),
        ("电线垂到路面，太危险", ("safety", "negative")),
        ("电价太贵，用不起", ("price", "negative")),
        ("不给红包就拖着不装表", ("integrity", "negative")),
        ("给师傅递水都不喝，谢绝一切好处", ("integrity", "positive")),
    ],
)
def test_each_dimension_is_found_with_its_judgement(analyser: Analyser, text: str, expected: tuple[str, str]) -> None:
    """Named or implied, the dimension is there and judged."""
    assert expected in found_aspects(analyser, text)


def test_aspects_of_one_comment_are_judged_separately(analyser: Analyser) -> None:
    """Praise for the crew and blame for the bill stand side by side."""
    found = found_aspects(analyser, "抢修师傅来得很及时，但是电费太贵了")
    assert ("repair", "positive") in found
    assert ("price", "negative") in found


def test_a_longer_wording_takes_the_place_of_a_shorter_one(analyser: Analyser) -> None:
    """停电通知 is about being told, not about the outage."""
    assert {"information"} == {aspect for aspect, _ in found_aspects(analyser, "停电通知很及时")}


def test_power_supply_is_complete() -> None:
    """All thirteen dimensions with their names, terms and implied wordings."""
    topics = load_topics(DATA / "topics" / "power_supply.yaml")
    assert {topic.code: topic.label for topic in topics} == DIMENSIONS
    assert all(topic.terms and topic.patterns and {"negative", "positive"} <= set(topic.implied) for topic in topics)


@pytest.mark.parametrize("path", sorted((DATA / "topics").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_topic_file_loads(path: Path) -> None:
    """No mistakes, no code given twice."""
    codes = [topic.code for topic in load_topics(path)]
    assert len(codes) == len(set(codes)) > 3


def test_all_mistakes_of_a_topic_file_are_named_at_once(tmp_path: Path) -> None:
    """Unknown setting, wrong polarity and broken expression in one message."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "aspects:\n- {code: a, label: 甲, word: [x]}\n- {code: b, label: 乙, implied: {好: ['(']}}\n", encoding="utf-8"
    )
    with pytest.raises(TopicsUnusable) as raised:
        load_topics(path)
    assert all(part in str(raised.value) for part in ("word", "好", "'('"))


def test_unknown_industry_names_those_there_are() -> None:
    """The message lists the files."""
    with pytest.raises(TopicsUnusable, match="power_supply"):
        Analyser.load(industry="shipping")


def test_more_words_for_known_topics_keep_their_wordings_in_order() -> None:
    """The version is made from them: in any other order every comment would be read anew at each start."""
    shipped = load_topics(DATA / "topics" / "power_supply.yaml")
    more = merge_topics(shipped, [Topic(each.code, each.label, ("说法",)) for each in shipped])
    assert [list(each.implied.items()) for each in more] == [list(each.implied.items()) for each in shipped]


def test_no_topic_no_mention() -> None:
    """A text without any wording of the list has no mention."""
    assert TopicFinder(load_topics(DATA / "topics" / "power_supply.yaml")).mentions("天气晴朗") == []


def test_own_topics_and_synonyms(analyser: Analyser) -> None:
    """A topic of one's own is found, a synonym goes to the known topic, and the first analyser stays as it was."""
    own = analyser.with_topics([Topic("shuttle", "班车", ("班车",)), Topic("hall", "营业厅", ("便民驿站",))])
    assert ("shuttle", "negative") in found_aspects(own, "班车太慢了")
    assert ("hall", "positive") in found_aspects(own, "便民驿站很方便")
    assert ("hall", "positive") in found_aspects(own, "营业厅很干净")
    assert not {"shuttle", "hall"} & {code for code, _ in found_aspects(analyser, "班车太慢了，便民驿站很方便")}
    assert own.version != analyser.version


@pytest.mark.parametrize("texts", [["!!!"], ["!!!", "停电"], ["。", "!!", ""], ["a", "!!!"]])
def test_a_topic_of_signs_alone_breaks_nothing(analyser: Analyser, texts: list[str]) -> None:
    """A comment without a word speaks of nothing."""
    for text, found in zip(texts, analyser.with_topics([Topic("loud", "激动", ("!!",))]).analyse(texts), strict=True):
        loud = [aspect for aspect in found.aspects if aspect.aspect == "loud"]
        assert [aspect.evidence for aspect in loud] in ([], ["!!"])
        assert all(text[aspect.start : aspect.end] == aspect.evidence for aspect in found.aspects)
