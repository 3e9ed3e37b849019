"""What of a comment is Chinese and can be judged: by its script and by how much of it there is.

The weights, the opinion words and the rules know Chinese, and the few foreign words that stand in Chinese sentences
(app, nice, bug). A comment in another language, or in the Latin spelling of Chinese, can't be judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.places import DATA
from analysis.text.segmentation.words import domain_words

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Place = tuple[int, int]

_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Not the middle dot and the marks of length and repetition, which stand in Chinese names and in faces made of signs.
_KANA = "\u3041-\u3096\u30a1-\u30fa"
_OTHERS = "\u0370-\u1c7f\u1f00-\u1fff\u2d80-\u2dff\u3131-\u318e\ua640-\uabff\uac00-\ud7ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAN = re.compile(f"[{_IDEOGRAPHS}]")
_WORD = re.compile(f"[{_LATIN}]{{2,}}(?:['’-][{_LATIN}]+)*")
# A letter by itself is a sign or part of a face made of signs, but for the endings of Japanese words.
_OTHER = re.compile(f"[{_OTHERS}]{{2,}}|[{_KANA}]{{2,}}|(?<=[{_IDEOGRAPHS}])[{_KANA}]|[{_KANA}](?=[{_IDEOGRAPHS}])")
_RUN = re.compile(f"[{_LATIN}]+(?:[ 0-9'’\"()&-]+[{_LATIN}]+)*")
_SENTENCE = re.compile(r"(?:[^,。!?;、\n\r…|.]|\.(?=[0-9a-z]))+")
_ASCII = "[a-z0-9#$%&'*+./:=?@_~-]"
MARKUP = re.compile(
    r"<(script|style)\b[^<]{0,5000}</\1\s*>|<[a-z!/][^<>]{0,1000}>|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});"
    rf"|[a-z0-9._%+-]{{1,64}}@[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{1,4}}|(?:https?|ftp):/{{0,2}}{_ASCII}+"
    rf"|www\.{_ASCII}+|(?<![a-z0-9@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:com|cn|net|org|gov|edu|io|top|cc|me|html?|php)"
    rf"(?![a-z0-9])(?:[/:?]{_ASCII}*)?|@[a-z0-9_.-]{{2,}}"
)
"""Tags, entities, addresses of pages and of mail: no words of the comment."""
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h\d|ul|ol|table|script|style)\b")
_HINT = re.compile(r"[<&@]|p:|s:|www\.|[a-z0-9]\.[a-z]")
_ONLY_CHINESE = re.compile("[很们这吗呢吧啊你她么哪您]")
_KANA_LETTER = re.compile(f"[{_KANA}]")
_LETTERS = re.compile(f"[{_LATIN}]+")
_OF = "の"
_LEAST_KANA = 0.2
_FEWEST_LATIN = 5  # letters: fewer make neither a sentence nor an address
_STRETCH, _STRETCH_WITH_FUNCTION_WORD = 4, 3
_ENOUGH = 2  # ideographs
KNOWN = frozenset(["very", "so", "too", "really", "super", "just", "service", "app", "wifi", "vip"])
"""Words beside those of the lexicon and the topics that hide nothing from the analysis."""


@dataclass(frozen=True)
class Readable:
    """What can be judged of normalised comments.

    Where that is not all of a text, ``kept`` has for each of its characters the place in the whole one. ``foreign``
    are those of which too little is left to be judged, as they were; of those that are ``mostly_foreign`` the lesser
    part is left.
    """

    texts: list[str]
    kept: dict[int, Sequence[int]]
    foreign: Flags
    mostly_foreign: Flags


class _Read(NamedTuple):
    text: str
    kept: Sequence[int]
    foreign: bool = False
    mostly_foreign: bool = False


def readable(texts: Sequence[str], known: Collection[str]) -> Readable:
    """What can be judged of normalised comments; *known* are the foreign words that can."""
    found = Readable(list(texts), {}, np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool))
    for number in np.flatnonzero(_suspect(texts)).tolist():
        read = _read(texts[number], known)
        found.foreign[number], found.mostly_foreign[number] = read.foreign, read.mostly_foreign
        if len(read.text) < len(texts[number]):
            found.texts[number], found.kept[number] = read.text, read.kept
    return found


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """What each point of the basic plane could tell: 1 a Latin letter, 2 an ideograph, 4 another letter or markup."""
    classes = np.zeros(1 << 16, dtype=np.uint8)
    for sort, characters in ((1, _LATIN), (2, _IDEOGRAPHS), (4, f"{_KANA}{_OTHERS}<&@")):
        told = re.compile(f"[{characters}]")
        classes[[point for point in range(1 << 16) if told.match(chr(point))]] = sort
    return classes


def _suspect(texts: Sequence[str]) -> Flags:
    """Which texts could hold anything foreign or any markup."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    classes = np.where(points < 1 << 16, _classes()[points & 0xFFFF], 2)
    ends = np.cumsum(lengths)
    latin, han, other = (_amounts(classes == sort, lengths, ends) for sort in (1, 2, 4))
    return (other > 0) | (latin >= _FEWEST_LATIN) | ((latin > 0) & (han == 0))


def _amounts(flags: Flags, lengths: Ints, ends: Ints) -> Ints:
    summed = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(summed[ends] - summed[ends - lengths])


def latin_words(wordings: Iterable[str]) -> frozenset[str]:
    """The Latin words in normalised wordings."""
    return frozenset(word for wording in wordings for word in _WORD.findall(wording))


def _read(text: str, known: Collection[str]) -> _Read:
    whole = range(len(text))
    markup = [(*match.span(), _instead(match[0])) for match in MARKUP.finditer(text)] if _HINT.search(text) else []
    plain, places = _without(text, whole, markup)
    if not _HAN.search(plain):
        return _Read(plain, places, _is_foreign(plain, known))
    parts, japanese = _foreign_parts(plain, known)
    if not parts:
        return _Read(plain, places)
    left, there = _without(plain, places, [(start, end, ",") for start, end in parts])
    chinese, foreign = len(_HAN.findall(left)), _amount(plain) - _amount(left)
    if chinese < _ENOUGH or (japanese and foreign > chinese):
        return _Read(text, whole, foreign=True)
    return _Read(left, there, mostly_foreign=foreign > chinese)


def _instead(markup: str) -> str:
    """What is read in the place of a tag or an address: the end of a line, a blank, or nothing."""
    return "\n" if _BREAK.match(markup) else " " if markup.startswith("&") else ""


def _without(text: str, places: Sequence[int], parts: Iterable[tuple[int, int, str]]) -> tuple[str, Sequence[int]]:
    """The text without its *parts*, in the place of each a mark of one character or none; and its places."""
    since, kept, there = 0, list[str](), list[int]()
    for start, end, mark in sorted(parts):
        if start >= since:
            kept += text[since:start], mark
            there += [*places[since:start], *places[start : start + len(mark)]]
        since = max(since, end)
    return ("".join([*kept, text[since:]]), [*there, *places[since:]]) if since else (text, places)


def _is_foreign(text: str, known: Collection[str]) -> bool:
    """Whether a text without ideographs holds words, and any that is not known."""
    return bool(_OTHER.search(text)) or any(word not in known for word in _WORD.findall(text))


def _amount(text: str) -> float:
    """How much foreign text there is, in words; two letters of a script that is none of ours make one."""
    return len(_WORD.findall(text)) + sum(map(len, _OTHER.findall(text))) / 2


def _foreign_parts(text: str, known: Collection[str]) -> tuple[list[Place], bool]:
    """The stretches of a text with ideographs that are of another language, and whether a sentence is Japanese."""
    runs = [run.span() for run in _RUN.finditer(text) if _is_sentence(run[0], known)]
    others = [match.span() for match in _OTHER.finditer(text) if match[0] != _OF]
    if not (runs or others):
        return [], False
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    japanese = [(start, end) for start, end in sentences if _is_japanese(text[start:end])]
    # What stands between foreign sentences without an ideograph is foreign too.
    alone = [(start, end) for start, end in sentences if not _HAN.search(text, start, end)]
    between = [(start, end) for start, end in alone if _is_foreign(text[start:end], known)]
    return [*japanese, *runs, *others, *between], bool(japanese)


@cache
def _function_words() -> frozenset[str]:
    """The words without content that are Latin: those of English."""
    return latin_words(domain_words(DATA / "stop_words.txt")) | {"i", "a"}


def _is_sentence(run: str, known: Collection[str]) -> bool:
    """Whether Latin words without an ideograph between them are a sentence, and no name or word of the trade."""
    words = _LETTERS.findall(run)
    fewest = _STRETCH if _function_words().isdisjoint(words) else _STRETCH_WITH_FUNCTION_WORD
    return len(words) >= fewest and any(word not in known for word in words)


def _is_japanese(sentence: str) -> bool:
    """Whether kana stand among the ideographs as in Japanese; a lone の is a fashion of Chinese."""
    kana = "".join(found for found in _OTHER.findall(sentence) if _KANA_LETTER.match(found))
    if set(kana) <= {_OF} or _ONLY_CHINESE.search(sentence):
        return False
    return len(kana) >= _LEAST_KANA * (len(kana) + len(_HAN.findall(sentence)))
