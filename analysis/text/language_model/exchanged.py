"""What goes to a language model and what is taken from its answers: masked comments out, checked words in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from analysis.text.personal_data import mask_personal_data, personal_data

LONGEST_COMMENT = 500
"""Characters of a comment that are sent; longer ones are cut."""
_ARRAY = re.compile(r"\[.*\]", re.DOTALL)
_SENTENCE, _QUOTATION = range(2, 61), range(2, 81)
_COUNTED = re.compile(
    "[零〇一二两三四五六七八九十百千万亿几数][多来余]?[成倍分个条人位次名份家户]|百分|半数|[一过近]半|多数|部分|少数|全部|全体|"
    "所有|每[个条人位]|普遍|几乎|无人不|人人|大家|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|half|third|quarter|"
    r"most|majority|minority|few|many|all|every\w*|nobody|per ?cent)\b",
    re.IGNORECASE,
)
_CHINESE_NUMERALS = frozenset("零〇一二两三四五六七八九十百千万亿")
_ELSEWHERE = re.compile(
    r"https?:|www\.|//|@|[A-Za-z0-9-]+\.(?:com|cn|net|org|top|xyz)\b|微信|加[VvQq]|二维码|[<>\[\]{}`|\\]"
)


class AnsweringModel(Protocol):
    """What is needed of a model."""

    def answer(self, instructions: str, question: str) -> str: ...


def as_sent(texts: Sequence[str]) -> list[str]:
    """The comments as they leave the house: personal data masked, then cut; as long as the original up to there."""
    return [mask_personal_data(text)[:LONGEST_COMMENT] for text in texts]


def numbered(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Comments with their numbers from one on, as a question tells them."""
    return [{"n": n, "text": text} for n, text in enumerate(texts, 1)]


def entries_of(answer: str) -> Iterator[dict[str, Any]]:
    """The objects of the list in an answer; whatever else it says is passed over."""
    match = _ARRAY.search(answer)
    try:
        entries = json.loads(match[0]) if match else []
    except (ValueError, RecursionError):
        return
    yield from (entry for entry in entries if isinstance(entry, dict))


def is_plain(sentence: object) -> bool:
    """Whether words of a model may be shown: one short line that counts nothing, names nobody and leads nowhere.

    Numbers are counted here; a model that writes one of its own has made it up.
    """
    if not isinstance(sentence, str) or len(sentence) not in _SENTENCE or not sentence.isprintable():
        return False
    if any(letter.isnumeric() and letter not in _CHINESE_NUMERALS for letter in sentence):
        return False
    return not (_COUNTED.search(sentence) or _ELSEWHERE.search(sentence) or personal_data(sentence))


def exact_quotation(quoted: object, sent: str, original: str) -> str | None:
    """The quotation if it stands word for word in the comment that was *sent* and in the *original*, else None."""
    if not isinstance(quoted, str) or len(quoted := quoted.strip()) not in _QUOTATION:
        return None
    at = sent.find(quoted)
    return quoted if at >= 0 and original[at : at + len(quoted)] == quoted else None
