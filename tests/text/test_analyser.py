"""The analyser as a whole: offsets, odd input, plain representation, and nothing global changed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.text import Analyser, CommentAnalysis
from analysis.text.segmentation.normalise import normalise_texts

ANALYSER = Analyser.load()
PHRASES = st.sampled_from(
    ["停电太久", "態度很好", "，", "但是", "電費太貴", "没有通知", "ＡＰＰ闪退",
     "😡", "👍", "希望", "\n", " ", "①", "㎡", "ﬁ", "“及时”", "不"]
)  # fmt: skip
COMMENTS = st.one_of(st.text(max_size=60), st.lists(PHRASES, max_size=12).map("".join))
ODD = ["", " ", "\n\n", "。", "😀😀", "12345", "\0", "停\0电", "\ud800", "停电\udfff了", "A" * 50, "电" * 100_000,
       "停电，" * 30_000, "٣٤",
       "ﷺ", "\u202e电", "e\u0301", "👨‍👩‍👧‍👦", "\ufeff好"]  # fmt: skip


@settings(max_examples=settings().max_examples * 4)
@given(COMMENTS)
def test_offsets_point_into_the_original_text(text: str) -> None:
    """Evidence and words are cut out of what was given, whatever its script or width."""
    found = ANALYSER.analyse([text])[0]
    assert text == found.text
    for aspect in found.aspects:
        assert text[aspect.start : aspect.end] == aspect.evidence != ""
    for word in found.words:
        assert text[word.start : word.end] == word.word != ""


@settings(max_examples=settings().max_examples * 3)
@given(st.lists(st.text(alphabet=st.characters(), max_size=20), max_size=5))
def test_normalising_keeps_every_place(texts: list[str]) -> None:
    """One character for one character, and normalising twice is the same as once."""
    once = normalise_texts(texts)
    assert [len(text) for text in texts] == [len(text) for text in once]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_input_passes(text: str) -> None:
    """Whatever is typed into a form gets an answer."""
    found = ANALYSER.analyse([text])[0]
    assert found.sentiment in {"negative", "neutral", "positive"}
    assert 0 <= found.score <= 1


def test_a_comment_is_judged_the_same_in_any_company() -> None:
    """The result for a text does not depend on the texts beside it."""
    texts = ["态度好", "", "停电太久", "无", "電費太貴了"] * 3
    assert ANALYSER.analyse(texts) == [ANALYSER.analyse([text])[0] for text in texts]
    assert ANALYSER.analyse([]) == []


def test_analysis_survives_json() -> None:
    """to_dict gives plain values, from_dict the same analysis."""
    found = ANALYSER.analyse(["抢修很快，但是没有提前通知😡"])[0]
    assert found == CommentAnalysis.from_dict(json.loads(json.dumps(found.to_dict(), ensure_ascii=False)))


def test_analysis_is_a_value() -> None:
    """It cannot be changed."""
    with pytest.raises(FrozenInstanceError):
        ANALYSER.analyse(["好"])[0].score = 0.0  # type: ignore[misc]


def test_version_names_what_was_loaded() -> None:
    """The same files give the same version, another industry or other weights another one."""
    assert ANALYSER.version == Analyser.load().version
    assert 8 <= len(ANALYSER.version) <= 32


def test_shared_segmenter_is_left_alone() -> None:
    """Analysing does not teach the global jieba tokenizer any word, nor even load it."""
    program = (
        "import jieba; from analysis.text import Analyser; from analysis.text.segmentation.words import JiebaSegmenter;"
        "Analyser.load().analyse(['业扩报装太慢']); JiebaSegmenter(['业扩报装']).cut('业扩报装');"
        "assert not jieba.dt.initialized; assert '业扩报装' not in jieba.lcut('业扩报装太慢')"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
