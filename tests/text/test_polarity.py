"""How aspects are spoken of: by a taught head in the industry it was taught on, by rules and turns elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.command_line import main
from analysis.text import Analyser
from analysis.text.learning.labels import LabelsUnusable, labelled_aspects
from analysis.text.learning.polarity_learning import LEAST, learn_polarity
from analysis.text.places import DATA
from analysis.text.topics.polarity import PolarityHead, PolarityUnusable
from surveys.comments import Sentiment
from tests.support.usual_analyser import usual_analyser

NEGATIVE, NEUTRAL, POSITIVE = Sentiment
FORMS = {NEUTRAL: "第{}次看油耗", NEGATIVE: "第{}次嫌油耗", POSITIVE: "第{}次夸油耗"}
TAUGHT = [(form.format(number), said) for number in range(LEAST) for said, form in FORMS.items()]


@pytest.fixture(scope="module")
def power() -> Analyser:
    return usual_analyser()


@pytest.fixture(scope="module")
def cars() -> Analyser:
    return Analyser.load("car")


def said(analyser: Analyser, text: str) -> dict[str, Sentiment]:
    found = analyser.analyse([text])[0]
    assert all(text[aspect.start : aspect.end] == aspect.evidence for aspect in found.aspects)
    return {aspect.aspect: aspect.sentiment for aspect in found.aspects}


def test_what_is_only_mentioned_is_not_judged(cars: Analyser) -> None:
    """People who ask and tell in a forum blame nothing; who does is heard."""
    code = next(topic.code for topic in cars.finder.topics if topic.label == "油耗")
    assert said(cars, "等车中，大家的油耗是多少")[code] is NEUTRAL
    assert said(cars, "油耗太高了，跑一趟心疼")[code] is NEGATIVE
    assert said(cars, "油耗很低，非常满意")[code] is POSITIVE


def test_an_aspect_named_twice_is_told_once(cars: Analyser) -> None:
    """By all its mentions together, with one of them as evidence."""
    found = cars.analyse(["开了一年油耗很低，油耗真的省，非常满意"])[0].aspects
    assert [aspect.label for aspect in found] == ["油耗"] and found[0].sentiment is POSITIVE


@pytest.mark.parametrize(
    ("text", "code", "sentiment"),
    [
        ("换了新线路以后再也没停过电", "reliability", POSITIVE), ("等了半天抢修，结果人没来", "repair", NEGATIVE),
        ("这也叫抢修？", "repair", NEGATIVE),
    ],
)  # fmt: skip
def test_a_turn_of_speech_holds_for_the_only_topic(power: Analyser, text: str, code: str, sentiment: str) -> None:
    """What the whole comment says by it is said of that."""
    assert said(power, text).get(code) == sentiment


def test_a_turn_of_speech_is_not_carried_to_one_topic_of_two(power: Analyser) -> None:
    """Praise for one stays beside blame for the other."""
    found = said(power, "电费贵得离谱，抢修那是没话说")
    assert (found["price"], found["repair"]) == (NEGATIVE, POSITIVE)


def test_a_head_is_taught_saved_and_read_again(cars: Analyser, tmp_path: Path) -> None:
    """Words that nobody knows to judge come to mean what the labels say, and stay so in the file."""
    code = next(topic.code for topic in cars.finder.topics if topic.label == "油耗")
    plain = cars.of_industries(["car", "bank"])
    head = learn_polarity(plain, [text for text, _ in TAUGHT], [{code: label} for _, label in TAUGHT])
    head.save(tmp_path / "car.npz")
    read = PolarityHead.load(tmp_path / "car.npz")
    assert read.version == head.version
    cars_now = Analyser.load("car")
    cars_now.polarity = read
    assert [said(cars_now, form.format("三"))[code] for form in FORMS.values()] == list(FORMS)


def test_the_command_teaches_an_industry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the names of its topics; a name it doesn't know is told, and nothing is written."""
    source = tmp_path / "labelled.csv"
    rows = [("评论", "主题", "褒贬"), *((text, "油耗", label.value) for text, label in TAUGHT)]

    def run() -> int:
        with source.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        columns = ["--text", "评论", "--aspect", "主题", "--label", "褒贬"]
        return main(["polarity", str(source), *columns, "--industry", "car", "--folder", str(tmp_path)])

    assert run() == 0 and "300 个方面" in capsys.readouterr().out
    (tmp_path / "car.npz").unlink()
    rows.append(("随便", "没有这个主题", "1"))
    assert run() == 1 and "没有这个主题" in capsys.readouterr().err
    assert not (tmp_path / "car.npz").exists()


def test_labels_that_contradict_are_left_out_and_too_few_are_refused(cars: Analyser) -> None:
    """An aspect labelled in two ways teaches nothing."""
    texts, aspects = labelled_aspects(
        [("甲", "油耗", "1"), ("甲", "油耗", "-1"), ("甲", "外观", "0")], {"油耗": "a", "外观": "b"}
    )
    assert (texts, aspects) == (["甲"], [{"b": NEUTRAL}])
    with pytest.raises(LabelsUnusable, match=str(LEAST)):
        learn_polarity(cars, ["油耗高"], [{"fuel": NEGATIVE}])


def test_a_head_serves_its_own_industry_alone(power: Analyser, cars: Analyser) -> None:
    """Others, and several together, are read by the rules; a broken file is told by name."""
    assert power.polarity is None and cars.polarity is not None
    alone, together = power.of_industries(["car"]), power.of_industries(["car", "hotel"])
    assert alone.polarity is not None and together.polarity is None and alone.version != together.version
    with pytest.raises(PolarityUnusable, match=r"weights\.md"):
        PolarityHead.load(DATA / "weights.md")
