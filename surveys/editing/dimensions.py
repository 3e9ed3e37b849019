"""Steps on the indicator tree: dimensions, their weights, and which items measure them."""

from __future__ import annotations

from collections.abc import Sequence

from surveys.definition.places import question_number, quote_text
from surveys.definition.plain_data import Data
from surveys.editing.draft import NOTHING, Draft, NotInDraft, found, fresh, locate_question
from surveys.editing.questions import reword_text
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Series, saying

DECIMALS = 4


def add_dimension(draft: Draft, label: str) -> Draft:
    """With another dimension; when the others are weighted it gets an equal part, and theirs shrink in proportion."""
    data = draft.copied()
    dimensions = data.setdefault("dimensions", [])
    weighted = any(each.get("weight") for each in dimensions)
    code = fresh("dimension", {each["code"] for each in dimensions})
    dimensions.append({"code": code, "label": {DEFAULT_LANGUAGE: label}})
    if weighted:
        _give(dimensions, code, 1 / len(dimensions))
    return draft.after(data, saying(marked("添加维度“{label}”"), label=label))


def rename_dimension(draft: Draft, code: str, wording: str, language: str = DEFAULT_LANGUAGE) -> Draft:
    """With a dimension called otherwise in one language; its code stays, so that trends go on."""
    data = draft.copied()
    dimension = _dimension(data, code)
    before = dimension.get("label")
    dimension["label"] = reword_text(before, wording, language)
    return draft.after(data, saying(marked("将维度{before}改名为“{after}”"), before=quote_text(before), after=wording))


def move_dimension(draft: Draft, code: str, by: int) -> Draft:
    """With a dimension moved up (negative) or down in the list."""
    data = draft.copied()
    dimensions = data["dimensions"]
    at = dimensions.index(_dimension(data, code))
    moved = dimensions.pop(at)
    dimensions.insert(max(0, at + by), moved)
    return draft.after(data, saying(marked("移动维度{label}"), label=quote_text(moved.get("label"))))


def delete_dimension(draft: Draft, code: str) -> Draft:
    """Without a dimension; its items belong to none, and the other weights add up to 1 again."""
    data = draft.copied()
    gone = _dimension(data, code)
    data["dimensions"].remove(gone)
    _rebalance(data["dimensions"])
    freed = []
    for s, section in enumerate(data.get("sections") or ()):
        for q, question in enumerate(section.get("questions") or ()):
            if question.get("dimension") == code:
                del question["dimension"]
                freed.append(str(question_number(data, s, q)))
    note = saying(marked("第 {numbers} 题不再属于任何维度"), numbers=Series(tuple(freed))) if freed else NOTHING
    return draft.after(data, saying(marked("删除维度{label}"), label=quote_text(gone.get("label"))), note)


def assign(draft: Draft, codes: Sequence[str], dimension: str | None) -> Draft:
    """With these questions measuring a dimension, or none."""
    data = draft.copied()
    label = quote_text(_dimension(data, dimension).get("label")) if dimension else ""
    for code in codes:
        question = found(data, code)
        question.pop("dimension", None)
        question |= {"dimension": dimension} if dimension else {}
    numbers = Series(tuple(str(question_number(data, *locate_question(data, code))) for code in codes))
    wording = marked("将第 {numbers} 题归入维度{label}") if dimension else marked("第 {numbers} 题不归入维度")
    return draft.after(data, saying(wording, numbers=numbers, label=label))


def change_weight(draft: Draft, code: str, weight: float) -> Draft:
    """With a dimension weighted so; the others share the rest in the proportions they have."""
    data = draft.copied()
    _give(data["dimensions"], code, weight)
    label = quote_text(_dimension(data, code).get("label"))
    return draft.after(data, saying(marked("修改维度{label}的权重"), label=label))


def rebalance_weights(draft: Draft) -> Draft:
    """With weights that add up to 1, in the proportions they have; equal ones where there are none."""
    data = draft.copied()
    dimensions = data.get("dimensions") or []
    _set_weights(dimensions, balance_weights([each.get("weight") or 0.0 for each in dimensions]))
    return draft.after(data, Message(marked("调整各维度权重，使合计为 1")))


def without_weights(draft: Draft) -> Draft:
    """Without weights: all dimensions count alike."""
    data = draft.copied()
    for dimension in data.get("dimensions") or ():
        dimension.pop("weight", None)
    return draft.after(data, Message(marked("去掉各维度的权重")))


def balance_weights(weights: Sequence[float]) -> list[float]:
    """The same proportions adding up to exactly 1, to four decimals; a missing weight counts as their mean."""
    given = [weight for weight in weights if weight > 0]
    mean = sum(given) / len(given) if given else 1.0
    filled = [weight if weight > 0 else mean for weight in weights]
    least = 10**-DECIMALS
    shares = [max(least, round(weight / sum(filled), DECIMALS)) for weight in filled]
    if shares:
        largest = shares.index(max(shares))
        shares[largest] = round(shares[largest] + 1 - sum(shares), DECIMALS)
    return shares


def _give(dimensions: list[Data], code: str, weight: float) -> None:
    """Weight one dimension, and let the others share what is left."""
    others = [each for each in dimensions if each["code"] != code]
    least = 10**-DECIMALS
    own = min(max(weight, least), 1 - least * len(others)) if others else 1.0
    rest = balance_weights([each.get("weight") or 0.0 for each in others])
    shared = {each["code"]: share * (1 - own) for each, share in zip(others, rest, strict=True)} | {code: own}
    _set_weights(dimensions, balance_weights([shared[each["code"]] for each in dimensions]))


def _rebalance(dimensions: list[Data]) -> None:
    if any(each.get("weight") for each in dimensions):
        _set_weights(dimensions, balance_weights([each.get("weight") or 0.0 for each in dimensions]))


def _set_weights(dimensions: list[Data], weights: Sequence[float]) -> None:
    for dimension, weight in zip(dimensions, weights, strict=True):
        dimension["weight"] = weight


def _dimension(data: Data, code: str) -> Data:
    dimensions: list[Data] = data.get("dimensions") or []
    for dimension in dimensions:
        if dimension["code"] == code:
            return dimension
    raise NotInDraft(saying(marked("没有代码为“{code}”的维度"), code=code))
