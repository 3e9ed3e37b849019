"""Larger steps that most satisfaction surveys begin with: a rating for each dimension, all in one."""

from __future__ import annotations

from collections.abc import Sequence

from surveys.editing.defaults import new_question, text
from surveys.editing.dimensions import add_dimension, assign, rebalance_weights
from surveys.editing.draft import Draft, found
from surveys.editing.questions import add_question
from surveys.editing.sections import add_section, new_draft
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

_NOT_APPLICABLE = ("没有接触", "Not applicable")
_FOLLOWING = ("nps", "long_text")


def add_ratings(draft: Draft, labels: Sequence[str], section: int = -1, at: int | None = None) -> Draft:
    """With a dimension of each label and a rating that measures it, in a section (the last) at a place (its end)."""
    after = draft
    for number, label in enumerate(labels):
        after = add_dimension(after, label)
        after = add_question(after, "rating", section, None if at is None else at + number)
        code = next(code for code in _codes(after) if code not in _codes(draft) and not _dimension(after, code))
        after = assign(_as_rating_of(after, code, label), [code], after.data["dimensions"][-1]["code"])
    return draft.after(after.copied(), saying(marked("添加 {count} 个维度的评分"), count=len(labels)))


def assign_to_new(draft: Draft, code: str, label: str) -> Draft:
    """With a question measuring a dimension that did not exist before."""
    with_dimension = add_dimension(draft, label)
    after = assign(with_dimension, [code], with_dimension.data["dimensions"][-1]["code"])
    return draft.after(after.copied(), saying(marked("添加维度“{label}”并归入题目"), label=label))


def usual_draft(code: str, title: str, aspects: Sequence[str] = (), *, following: bool = True) -> Draft:
    """A satisfaction survey to begin with: overall, a rating for each aspect, would recommend, a comment."""
    draft = new_draft(code, title)
    if aspects:
        draft = rebalance_weights(add_ratings(add_section(draft), aspects))
    if following:
        draft = add_section(draft) if aspects else draft
        for type_name in _FOLLOWING:
            draft = add_question(draft, type_name)
        draft = _untitled_last_section(draft) if aspects else draft
    return Draft(draft.data, saying(marked("新建问卷“{title}”"), title=title))


def _untitled_last_section(draft: Draft) -> Draft:
    data = draft.copied()
    data["sections"][-1].pop("title", None)
    return draft.after(data, draft.done)


def _as_rating_of(draft: Draft, code: str, label: str) -> Draft:
    """With a rating worded by what it rates, labelled at its ends, and open to those who have no experience of it."""
    data, languages = draft.copied(), draft.languages()
    question = found(data, code)
    labels = question.pop("labels", None) or new_question("rating", code, languages)["labels"]
    question |= {
        "title": {DEFAULT_LANGUAGE: label},
        "low_label": labels[0],
        "high_label": labels[-1],
        "not_applicable": text(_NOT_APPLICABLE, languages),
    }
    return draft.after(data, draft.done)


def _codes(draft: Draft) -> list[str]:
    return [str(question.get("code")) for question in draft.questions()]


def _dimension(draft: Draft, code: str) -> str | None:
    dimension: str | None = draft.question(code).get("dimension")
    return dimension
