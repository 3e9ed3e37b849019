"""Labelled comments as people hand them in: known labels, each text once, nothing contradictory."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.text.errors import UnusableInput
from analysis.text.kind import without_ornament
from analysis.text.normalise import normalised

_LABELS = {"1": 1, "正面": 1, "正": 1, "positive": 1, "0": 0, "-1": 0, "负面": 0, "负": 0, "negative": 0}


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
            bare = without_ornament(normalised([text])[0])
            seen.setdefault(bare, (text, "".join(domain), set()))[2].add(_LABELS[name])
        elif name not in {"", "中性", "中", "neutral", "2"}:
            unknown.add(label)
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise LabelsUnusable(f"不认识的标签：{names}；可用：1/正面、0/-1/负面、中性（不参加训练）")
    agreed = [(text, marks.pop(), domain) for bare, (text, domain, marks) in seen.items() if bare and len(marks) == 1]
    return [row[0] for row in agreed], [row[1] for row in agreed], [row[2] for row in agreed]
