"""Words: the domain's words hold together, in both engines alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from analysis.text.places import DATA
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import clauses
from analysis.text.segmentation.words import (
    FastSegmenter,
    JiebaSegmenter,
    PlacedWords,
    Segmenter,
    domain_words,
    placed_words,
)
from analysis.text.sentiment.lexicon import Lexicon, LexiconUnreadable
from tests.support.usual_analyser import usual_analyser

WORDS = domain_words(DATA / "words.txt")


@pytest.fixture(scope="module", params=[JiebaSegmenter, FastSegmenter], ids=["jieba", "rjieba"])
def cutter(request: pytest.FixtureRequest) -> Segmenter:
    if request.param is FastSegmenter:
        pytest.importorskip("rjieba")
    return request.param(WORDS)


@pytest.mark.parametrize(
    "word",
    ["业扩报装", "网上国网", "台区经理", "阶梯电价", "峰谷电价", "欠费停电", "智能电表", "光伏并网", "充电桩",
     "错峰用电", "一户一表", "停送电", "用电检查"],
)  # fmt: skip
def test_domain_words_hold_together(cutter: Segmenter, word: str) -> None:
    """A word of the domain is one word inside a sentence."""
    assert word in cutter.cut(f"我对{word}的意见很大")


def test_words_put_together_are_the_text(cutter: Segmenter) -> None:
    """Nothing is lost, and places fit."""
    text = "停电 太久了!😡 abc12\n\ufffd好"
    starts, ends = placed_words(text, cutter)
    assert "".join(text[start:end] for start, end in zip(starts, ends, strict=True)) == text
    assert "停电" in [text[start:end] for start, end in zip(starts, ends, strict=True)]


def test_engines_agree() -> None:
    """The fast engine cuts as jieba does."""
    pytest.importorskip("rjieba")
    slow, fast = JiebaSegmenter(WORDS), FastSegmenter(WORDS)
    texts = ["抢修师傅态度很好", "业扩报装流程太复杂", "网上国网缴费很方便", "停电前没有任何通知", "电费多了一倍"]
    assert [slow.cut(text) for text in texts] == [fast.cut(text) for text in texts]


def clauses_of(*texts: str) -> list[list[str]]:
    found = clauses(laid := ngrams.batch(texts))
    places = list(zip(found.starts, found.ends, strict=True))
    first = found.first.tolist()
    return [[laid.joined[s:e] for s, e in places[since:until]] for since, until in pairwise(first)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("态度好但是慢,电费1.5元。真的!", ["态度好", "但是慢", "电费1.5元", "真的"]),
        ("。。!?", []),
        ("", []),
        ("  (好) ", ["好"]),
        ("服务好 速度慢 ok fine", ["服务好", "速度慢 ok fine"]),
        ("结尾有点.", ["结尾有点"]),
        ("但凡快点,但愿改", ["但凡快点", "但愿改"]),
        ("【】", []),
    ],
)
def test_clauses_keep_their_place(text: str, expected: list[str]) -> None:
    """Punctuation, blanks between ideographs and a contrast word cut; a decimal point does not."""
    assert clauses_of("前面,的", text, "后面") == [["前面", "的"], expected, ["后面"]]


def hits_of(lexicon: Lexicon, *words: str) -> list[tuple[int, int, float]]:
    """Start, end and strength of the opinion words in a text of these words."""
    laid = ngrams.batch(["".join(words)])
    ends = np.cumsum([len(word) for word in words])
    placed = PlacedWords(np.concatenate([[0], ends[:-1]]), ends)
    found = lexicon.hits(laid, clauses(laid), placed)
    return list(zip(found.starts.tolist(), found.ends.tolist(), found.strengths.tolist(), strict=True))


def test_longest_opinion_word_wins() -> None:
    """不满意 is found as itself, not as 满意; a single character only where it stands alone; none across clauses."""
    lexicon = Lexicon({"满意": 2, "不满意": -2, "行": 1, "非常不满意": -3, "😡": -2})
    assert hits_of(lexicon, "不满意", "银行") == [(0, 3, -2)]
    assert hits_of(lexicon, "行") == [(0, 1, 1)]
    assert hits_of(lexicon, "非常", "不满意", "😡") == [(0, 5, -3), (5, 6, -2)]
    assert hits_of(lexicon, "满", ",", "意") == []


def test_an_opinion_word_torn_between_two_words_is_none() -> None:
    """公开 in 办公|开始; inside one word, or from a word's beginning on, it may be meant."""
    lexicon = Lexicon({"公开": 2, "不好": -2, "好用": 1})
    assert hits_of(lexicon, "办公", "开始") == []
    assert hits_of(lexicon, "公开", "透明") == hits_of(lexicon, "公开透明") == [(0, 2, 2)]
    assert hits_of(lexicon, "不", "好用") == [(0, 2, -2)]


@pytest.mark.parametrize("text", ["办公开始", "他们九点办公开始", "上午办公开门"])
def test_letters_of_two_words_are_no_praise(text: str) -> None:
    """Nor do they count in the score of the comment."""
    assert usual_analyser().analyse([text])[0].sentiment == "neutral"


def test_broken_lexicon_line_is_named(tmp_path) -> None:
    """The message has the number of the line."""
    path = tmp_path / "lexicon.tsv"
    path.write_text("2\t好\nx 坏\n", encoding="utf-8")
    with pytest.raises(LexiconUnreadable, match="第 2 行"):
        Lexicon.load(path)
