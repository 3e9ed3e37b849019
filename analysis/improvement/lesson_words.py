"""The words by which a lesson is found: those of the text that say something, cut as comments are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.text.segmentation.words import shipped_segmenter

_WORD = re.compile(r"\w+")
# Words that stand in every text, and tell none from another.
_EVERYWHERE = frozenset("""
    的 了 和 是 在 有 我 我们 你 您 他 她 它 他们 这 那 这个 那个 一个 就 也 都 还 又 很 被 把 给 对 向 从 到 与 及 或
    以及 因为 所以 但是 如果 没有 不 不是 可以 进行 通过 后 前 中 等 并 由 为 于 上 下 个 次 一 二 三
    the a an of to and in is
""".split())  # noqa: SIM905  a list of words is read as words


def words_of(text: str) -> list[str]:
    """The words of *text* in order, each once, without those that stand everywhere.

    Of a longer Chinese word every two characters that stand together, too: who looks for 停电 finds 计划停电.
    """
    found = (word.strip().casefold() for word in shipped_segmenter().cut(text))
    said = (word for word in found if _WORD.fullmatch(word) and word not in _EVERYWHERE)
    return list(dict.fromkeys(part for word in said for part in _parts(word)))


def _parts(word: str) -> Iterator[str]:
    yield word
    if len(word) > 2 and not word.isascii():
        yield from (word[at : at + 2] for at in range(len(word) - 1))
