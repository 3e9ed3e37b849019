"""Words: the domain's words hold together, in both engines alike."""

from __future__ import annotations

import pytest

from analysis.text.clauses import clauses
from analysis.text.lexicon import Lexicon, LexiconUnreadable
from analysis.text.places import DATA
from analysis.text.words import FastSegmenter, JiebaSegmenter, Segmenter, domain_words, placed_words

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
    """Nothing is lost, not even half a surrogate pair, and places fit."""
    text = "停电 太久了!😡 abc12\n\ud800好"
    placed = placed_words(text, cutter)
    assert len(text) == sum(len(word.word) for word in placed)
    assert [word.start for word in placed] == [sum(len(w.word) for w in placed[:i]) for i in range(len(placed))]


def test_engines_agree() -> None:
    """The fast engine cuts as jieba does."""
    pytest.importorskip("rjieba")
    slow, fast = JiebaSegmenter(WORDS), FastSegmenter(WORDS)
    texts = ["抢修师傅态度很好", "业扩报装流程太复杂", "网上国网缴费很方便", "停电前没有任何通知", "电费多了一倍"]
    assert [slow.cut(text) for text in texts] == [fast.cut(text) for text in texts]


def test_clauses_keep_their_place() -> None:
    """Punctuation and a contrast word cut; a decimal point does not."""
    text = "态度好但是慢,电费1.5元。真的!"
    assert [text[start:end] for start, end in clauses(text)] == ["态度好", "但是慢", "电费1.5元", "真的"]
    assert clauses("。。!?") == []


def test_longest_opinion_word_wins() -> None:
    """不满意 is found as itself, not as 满意; a single character only where it stands alone."""
    lexicon = Lexicon({"满意": 2, "不满意": -2, "行": 1})
    assert lexicon.hits("不满意银行", single=set()) == [(0, 3, -2, False)]
    assert lexicon.hits("行", single={0}) == [(0, 1, 1, False)]


def test_broken_lexicon_line_is_named(tmp_path) -> None:
    """The message has the number of the line."""
    path = tmp_path / "lexicon.tsv"
    path.write_text("2\t好\nx 坏\n", encoding="utf-8")
    with pytest.raises(LexiconUnreadable, match="第 2 行"):
        Lexicon.load(path)
