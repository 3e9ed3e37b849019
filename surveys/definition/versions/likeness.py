"""Whether a new wording is the old one with its typing errors corrected, or says something else."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Text, saying

ALIKE = 0.6  # of the characters stand in both, in order
_NEGATION = re.compile(r"[不没無无未非勿别]|\b(?:not|no|never|none|without)\b|n't|\b(?:dis|un)\w+", re.IGNORECASE)
_DEGREE = re.compile(
    r"很|非常|比较|较|最|完全|基本|十分|极|稍|略|特别|\b(?:very|extremely|most|fairly|quite)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十百千万]+(?=[次年月日天周个项分小点])")


def same_meaning(before: str, after: str) -> bool:
    """Whether only the spelling was touched: the same negations, degrees and numbers, and most characters."""
    for decisive in (_NEGATION, _DEGREE, _NUMBER):
        if sorted(decisive.findall(before)) != sorted(decisive.findall(after)):
            return False
    return SequenceMatcher(None, _bare(before), _bare(after), autojunk=False).ratio() >= ALIKE


def _bare(words: str) -> str:
    """Without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", words).lower()


def describe_correction(before: Text, after: Text) -> Said:
    """Why a text is no mere correction of another; empty when it is. A further language may come in."""
    for tag, said in before.root.items():
        says = after.root.get(tag)
        if says is None:
            return saying(marked("去掉了 {tag} 的文字“{said}”"), tag=tag, said=said)
        if said != says and not same_meaning(said, says):
            return saying(marked("“{said}”改成“{says}”，意思可能变了"), said=said, says=says)
    if before.placeholders() != after.placeholders():
        return saying(marked("“{before}”中放入的内容变了"), before=before)
    return ""
