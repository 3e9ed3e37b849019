"""Labelled comments as people hand them in: known labels, each text once, nothing contradictory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.text.errors import UnusableInput
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.kind import without_ornament
from surveys.comments import SENTIMENT_LABELS, Sentiment


def _names(code: Sentiment, *more: str) -> set[str]:
    """What people call this sentiment in the files they hand in."""
    return {code.value, SENTIMENT_LABELS[code], *more}


_NEGATIVE, _POSITIVE = _names(Sentiment.NEGATIVE, "0", "-1", "负"), _names(Sentiment.POSITIVE, "1", "正")
_NEUTRAL = _names(Sentiment.NEUTRAL, "", "2", "中")
_LABELS = dict.fromkeys(_NEGATIVE, 0) | dict.fromkeys(_POSITIVE, 1)


class LabelsUnusable(UnusableInput):
    """There is nothing to learn: too few comments or only one class."""


def labelled(rows: Iterable[tuple[str, ...]]) -> tuple[list[str], list[int], list[str]]:
    """Texts, labels and domains of ``(text, label)`` or ``(text, label, domain)`` rows, each text once.

    Texts that differ only in punctuation are the same; those labelled both ways, neutral (中性) or not at all
    are left out. Raises LabelsUnusable with the labels it does not know.
    """
    seen: dict[str, tuple[str, str, set[int]]] = {}
    unknown = set()
    for text, label, *domain in rows:
        name = label.strip().lower().removesuffix(".0")
        if name in _LABELS:
            bare = without_ornament(normalise_texts([text])[0])
            seen.setdefault(bare, (text, "".join(domain), set()))[2].add(_LABELS[name])
        elif name not in _NEUTRAL:
            unknown.add(label)
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise LabelsUnusable(f"不认识的标签：{names}；可用：1/正面、0/-1/负面、中性（不参加训练）")
    agreed = [(text, marks.pop(), domain) for bare, (text, domain, marks) in seen.items() if bare and len(marks) == 1]
    return [row[0] for row in agreed], [row[1] for row in agreed], [row[2] for row in agreed]


_POLARITIES = {
    name: sentiment
    for sentiment, more in (
        (Sentiment.NEGATIVE, ("-1", "负")), (Sentiment.NEUTRAL, ("0", "中")), (Sentiment.POSITIVE, ("1", "正")),
    )
    for name in _names(sentiment, *more)
}  # fmt: skip


def labelled_aspects(
    rows: Iterable[tuple[str, str, str]], codes: Mapping[str, str]
) -> tuple[list[str], list[dict[str, Sentiment]]]:
    """Texts, and the polarity of the aspects of each, of ``(text, aspect, polarity)`` rows, one for each aspect.

    *codes* has the code of each aspect by what it may be called. An aspect that is labelled in two ways is left out.
    Raises LabelsUnusable with the aspects and the polarities it does not know.
    """
    seen: dict[str, dict[str, set[Sentiment]]] = {}
    unknown = set()
    for text, aspect, label in rows:
        code, said = codes.get(aspect.strip()), _POLARITIES.get(label.strip().lower().removesuffix(".0"))
        if code is None or said is None:
            unknown.add(aspect if code is None else label)
        else:
            seen.setdefault(text, {}).setdefault(code, set()).add(said)
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise LabelsUnusable(f"不认识的方面或褒贬：{names}；方面用这个行业的主题名，褒贬用 1/正面、0/中性、-1/负面")
    agreed = [{code: next(iter(s)) for code, s in aspects.items() if len(s) == 1} for aspects in seen.values()]
    return list(seen), agreed
