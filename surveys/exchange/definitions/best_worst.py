"""Best-worst sets as rows of a grid: two rows for each set, which name its items, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.definition.questions.best_worst import SIDES, WORDS, BestWorst, ItemSet
from surveys.localisation.wording import Text

Settings = dict[str, Any]

_NUMBERS = ("per_set", "sets", "versions")


def rows_of_sets(question: BestWorst, languages: Sequence[str]) -> Settings:
    """The settings of the grid. A row's code bears the numbers of the design, 0 where one is left to it."""
    numbers = "-".join(str(getattr(question, name) or 0) for name in _NUMBERS)
    rows = [
        {"code": f"{group.code}-{side}-{numbers}", "label": _row_label(question, place, group, side, languages)}
        for place, group in enumerate(question.every_set(), start=1) for side in SIDES
    ]  # fmt: skip
    return {"rows": rows, "choices": question.options}


def _row_label(
    question: BestWorst, place: int, group: ItemSet, side: str, languages: Sequence[str]
) -> dict[str, str]:  # fmt: skip
    own = question.best_label if side == "best" else question.worst_label
    words = question.side_words(side)
    return {
        language: f"{place} · {words.in_language(language)}{_listed(question, group, language)}"
        for language in (own.root if own else languages)
    }


def _listed(question: BestWorst, group: ItemSet, language: str) -> str:
    return "：" + " / ".join(question.option(code).label.in_language(language) for code in group.items)


def sets_of_rows(settings: Settings) -> Settings:
    """Items, numbers of the design and words of the sides from such a grid; the items alone from any other."""
    found: Settings = {"options": settings.get("choices", ())}
    rows = {row["code"]: row["label"] for row in settings.get("rows", ())}
    first = next(iter(rows), "").split("-")
    if len(first) != len(SIDES) + len(_NUMBERS) or not all(map(str.isdigit, first[2:])):
        return found
    found |= {name: int(number) for name, number in zip(_NUMBERS, first[2:], strict=True) if number != "0"}
    question = BestWorst.model_validate({"code": "x", "title": "x", **found})
    group = question.every_set()[0]
    for side in SIDES:
        label = rows.get("-".join((group.code, side, *first[2:])))
        if label is not None and (own := _side_of(question, group, side, label)):
            found[f"{side}_label"] = own
    return found


def _side_of(question: BestWorst, group: ItemSet, side: str, label: Any) -> Mapping[str, str]:
    """The words of a side in the label of its first row; none where they are those that it has anyway."""
    written = label.root if isinstance(label, Text) else label
    words = {
        language: text.removeprefix("1 · ").removesuffix(_listed(question, group, language))
        for language, text in written.items()
    }
    usual = {language: WORDS[side].in_language(language) for language in words}
    return {} if words == usual else words
