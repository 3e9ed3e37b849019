"""Topics as an organisation arranges them: merged, split off, with a history; what they reach."""

from __future__ import annotations

import pandas as pd

from analysis.comments.opinions import rated_positives, topic_coverage
from analysis.comments.topic_history import TopicChange, changes_of, with_change
from analysis.text.topics.arrangement import OwnTopic, arranged
from analysis.text.topics.topics import Topic
from surveys.comments import Sentiment
from tests.support.usual_analyser import usual_analyser

HALL = Topic("hall", "营业厅", ("营业厅", "柜台", "排队"), ("大厅",), {Sentiment.NEGATIVE: ("等号",)})
BILL = Topic("bill", "账单", ("账单",))


def by_code(own: list[OwnTopic]) -> dict[str, Topic]:
    return {topic.code: topic for topic in arranged([HALL, BILL], own)}


def test_a_merged_topic_gives_all_its_wordings() -> None:
    """Words, expressions and what they imply; also its own new words, and through another merge."""
    found = by_code(
        [OwnTopic("hall", "营业厅", ("窗口",), into="bill"), OwnTopic("own:甲", "甲", ("甲词",), into="hall")]
    )
    assert list(found) == ["bill"] and found["bill"].label == "账单"
    assert set(found["bill"].terms) == {"账单", "营业厅", "柜台", "排队", "窗口", "甲词"}
    assert found["bill"].patterns == HALL.patterns and found["bill"].implied == HALL.implied


def test_a_merge_into_nothing_or_in_a_circle_loses_no_topic() -> None:
    """Such as into a topic of an industry that was put aside."""
    assert set(by_code([OwnTopic("hall", "营业厅", into="gone")])) == {"hall", "bill"}
    circle = [OwnTopic("hall", "营业厅", into="bill"), OwnTopic("bill", "账单", into="hall")]
    assert set(by_code(circle)) == {"hall", "bill"}


def test_a_topic_split_off_takes_its_words_along() -> None:
    """However they are spelled; what it doesn't name stays."""
    found = by_code([OwnTopic("own:排队", "排队", ("排隊", "取号"), out_of="hall")])
    assert found["hall"].terms == ("营业厅", "柜台") and found["own:排队"].terms == ("排隊", "取号")


def test_comments_are_read_by_the_tree_as_it_was_arranged() -> None:
    """What was split off is found alone, what was merged by the name of the other."""
    plain = usual_analyser()
    tree = arranged(plain.finder.topics, [
        OwnTopic("own:排队", "排队", ("排队",), out_of="hall"), OwnTopic("price", "价格感知", into="billing"),
    ])  # fmt: skip
    found = plain.of_topics(tree).analyse(["排队一小时", "电价太贵，用不起"])
    assert [{aspect.aspect for aspect in each.aspects} for each in found] == [{"own:排队"}, {"billing"}]


def test_the_history_keeps_what_was_and_is() -> None:
    """The newest thirty changes, each told by the topics that differ."""
    kept = None
    for number in range(31):
        kept = with_change(
            kept, TopicChange("2026-01-01", "[]", f'[{{"code": "a", "label": "甲", "terms": ["{number}"]}}]')
        )
    assert kept is not None and kept.count('"on"') == 30
    change = TopicChange("2026-01-01", '[{"code": "a", "label": "甲", "terms": ["旧"]}]', "[]")
    assert list(changes_of(change)) == [("甲", OwnTopic("a", "甲", ("旧",)), None)]


def commented(amount: int, **more: object) -> pd.DataFrame:
    ids = [str(number) for number in range(amount)]
    return pd.DataFrame({"response": ids, "item": "open", "kind": "praise", **more})


def test_coverage_is_the_share_of_comments_with_a_topic() -> None:
    """Two topics in a comment make it one comment; those elsewhere don't count."""
    mentions = pd.DataFrame({"response": ["0", "0", "1", "99"], "item": ["open", "open", "other", "open"]})
    assert topic_coverage(mentions, commented(4)).figures()[0] == 0.25
    assert not topic_coverage(mentions, commented(0)).ok


def test_ratings_tell_the_share_from_a_hundred_on() -> None:
    """Whoever wrote several comments counts once, the middle half, and a value off the scale not at all."""
    half = commented(100, overall=[5.0] * 50 + [3.0] * 20 + [1.0] * 30)
    found = rated_positives(pd.concat([half, half]), rating="overall", low=1, high=5)
    assert (found.figures()[0], found.n) == (0.6, 100)
    off = half.assign(overall=[99.0] + [5.0] * 99)
    assert not rated_positives(off, rating="overall", low=1, high=5).ok
