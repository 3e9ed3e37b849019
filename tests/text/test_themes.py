"""Terms by sentiment, the word cloud, and a font that draws Chinese."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from analysis.pages.comments.distinctive_terms import elsewhere
from analysis.text.places import DATA
from analysis.text.segmentation.words import domain_words
from analysis.text.topics.cloud import NothingToDraw, word_cloud
from analysis.text.topics.duplicates import near_duplicates
from analysis.text.topics.emerging import emerging_terms
from analysis.text.topics.fonts import FontMissing, chinese_font, draws_chinese
from analysis.text.topics.themes import frequencies_of, term_frequencies

COMMENTS = ["缴费方便", "缴费不方便，网上国网闪退", "网上国网真方便", "没有通知"]
SENTIMENTS = ["positive", "negative", "positive", "negative"]


def test_terms_are_counted_by_sentiment() -> None:
    """One row per term with the number of comments; a denied word is a term of its own."""
    frame = term_frequencies(COMMENTS, SENTIMENTS).set_index("term")
    assert frame.loc["网上国网"].tolist() == [2, 1, 0, 1]
    assert frame.loc["方便"].tolist() == [2, 0, 0, 2]
    assert frame.loc["不方便"].tolist() == [1, 1, 0, 0]


def test_stop_words_keep_what_turns_the_sense() -> None:
    """不, 没, 但 and 太 are no stop words."""
    assert {"不", "没", "没有", "但", "但是", "太", "无", "未"}.isdisjoint(domain_words(DATA / "stop_words.txt"))


def test_frequencies_for_the_cloud() -> None:
    """The most frequent terms of one sentiment, none of frequency zero."""
    frame = term_frequencies(COMMENTS, SENTIMENTS)
    assert "不方便" in frequencies_of(frame, "negative")
    assert "不方便" not in frequencies_of(frame, "positive")
    assert len(frequencies_of(frame, most=1)) == 1


def test_no_comments_no_terms() -> None:
    """An empty survey gives an empty table."""
    assert term_frequencies([], []).empty


@pytest.fixture(scope="module")
def font() -> Path:
    try:
        return chinese_font()
    except FontMissing as missing:
        pytest.skip(str(missing))


def test_word_cloud_is_drawn(font: Path) -> None:
    """A picture as wide as asked with something on it, the same each time."""
    frequencies = {"停电": 9.0, "抢修": 5.0, "态度": 3.0}
    first, second = (word_cloud(frequencies, font, width=300, height=160).image for _ in range(2))
    assert first.width == 300 and first.height >= 160
    assert len(np.unique(np.asarray(first))) > 10
    assert first.tobytes() == second.tobytes()


def test_no_word_of_a_cloud_is_cut(font: Path) -> None:
    """Each stands wholly in the picture, at the place that is told of it, and in the drawing as well."""
    frequencies = {f"停电{number}": 9.0 + number % 7 for number in range(60)} | {"<b>&抢修": 3.0}
    cloud = word_cloud(frequencies, font, width=400, height=200, background="white")
    ink = np.asarray(cloud.image.convert("L")) < 250
    assert not ink[-1].any() and not ink[0].any() and not ink[:, -1].any()
    for each in cloud.terms:
        box = ink[int(each.y - each.size) : int(each.y + 2), int(each.x) : int(each.x + each.width)]
        assert box.any(), each
        assert each.x + each.width <= cloud.width + 1 and each.y <= cloud.height
    root = ElementTree.fromstring(cloud.svg())
    assert [each.text for each in root if each.tag.endswith("text")] == [each.term for each in cloud.terms]


def test_nothing_to_draw(font: Path) -> None:
    """An empty cloud is an error that says so in Chinese."""
    with pytest.raises(NothingToDraw, match="词云"):
        word_cloud({"停电": 0.0}, font)


def test_a_font_without_chinese_is_refused() -> None:
    """wordcloud's own font draws one box for all; the message says what to install."""
    import wordcloud

    latin = next(Path(wordcloud.__file__).parent.glob("*.ttf"))
    assert not draws_chinese(latin)
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        chinese_font(str(latin))
    with pytest.raises(FontMissing, match="找不到"):
        chinese_font("/nowhere/font.ttf")


def test_a_risen_term_stands_first_and_significant() -> None:
    """跳闸 has risen from 5 to 60 comments, 态度 stayed as it was."""
    frame = emerging_terms({"跳闸": 60, "态度": 100, "缴费": 340}, {"跳闸": 5, "态度": 100, "缴费": 395})
    assert frame["term"].iloc[0] == "跳闸"
    assert frame["q"].iloc[0] < 0.001
    assert frame.set_index("term").loc["态度", "q"] > 0.5
    assert list(frame.columns) == ["term", "now", "before", "log_odds", "z", "p", "q"]


def test_equal_periods_have_no_emerging_terms() -> None:
    """The same counts give log odds of zero; rare terms and empty sets give no row."""
    frame = emerging_terms({"停电": 9, "电费": 90, "少见": 1}, {"停电": 9, "电费": 91})
    assert set(frame["term"]) == {"停电", "电费"}
    assert frame.set_index("term").loc["停电", "log_odds"] == pytest.approx(0.0, abs=0.01)
    assert emerging_terms({}, {}).empty


def test_near_duplicates_are_grouped() -> None:
    """The same complaint with other punctuation or a word more is one group; others stand alone."""
    comments = [
        "停电前没有通知，冰箱里的菜都坏了",
        "态度好",
        "停电前没有通知!冰箱里的菜都坏了!!",
        "停电前没有通知，冰箱里的菜全都坏了",
        "",
    ]
    assert near_duplicates(comments) == [[0, 2, 3]]


def test_comments_analysed_since_all_were_counted_break_no_comparison() -> None:
    """A page reads one count after the other while comments are still being analysed: none is ever below nothing."""
    here = {"停电": 5, "电费": 2}
    there = elsewhere({"停电": 3, "态度": 4}, here)
    assert there == {"停电": 0, "态度": 4}
    assert emerging_terms(here, there)["q"].between(0, 1).all()
