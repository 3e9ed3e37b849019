"""Every text of a survey with its place: one walk over the model, whatever fields a question type has.

A place is written with codes, so that it still fits when questions have been moved: `questions.csat.title`,
`questions.topic.options.bill.label`, `questions.csat.labels.3`, `sections.2.title`, `dimensions.repair.label`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from surveys.definition.survey import Survey
from surveys.localisation.wording import Text

Change = Callable[[str, Text], Text]  # place and text → the text to stand there
Model = TypeVar("Model", bound=BaseModel)


def texts(survey: Survey) -> Iterator[tuple[str, Text]]:
    """Every text of the survey with its place, in the order of the definition."""
    found: list[tuple[str, Text]] = []

    def noted(place: str, text: Text) -> Text:
        found.append((place, text))
        return text

    with_texts(survey, noted)
    return iter(found)


def with_texts(survey: Survey, change: Change) -> Survey:
    """The survey with each text as *change* gives it."""
    return _changed(survey, "", change)


def own_wording(survey: Survey) -> Iterator[tuple[str, Text]]:
    """The texts somebody wrote: without those that are a setting's default."""
    defaults = {text for model in _models(survey) for text in _default_texts(model)}
    return ((place, text) for place, text in texts(survey) if text not in defaults)


def _changed(model: Model, place: str, change: Change) -> Model:
    update: dict[str, Any] = {}
    for name in type(model).model_fields:
        before = getattr(model, name)
        after = _value(before, _below(place, name), change)
        if after is not before:
            update[name] = after
    return model.model_copy(update=update) if update else model


def _value(value: Any, place: str, change: Change) -> Any:
    if isinstance(value, Text):
        return change(place, value)
    if isinstance(value, BaseModel):
        return _changed(value, place, change)
    if isinstance(value, tuple):
        after = tuple(_value(each, _entry(place, n, each), change) for n, each in enumerate(value, start=1))
        return value if all(new is old for new, old in zip(after, value, strict=True)) else after
    return value


def _entry(place: str, number: int, entry: Any) -> str:
    """A question is placed by its code alone; other entries by their code, or counted from 1."""
    code = getattr(entry, "code", None) or number
    return f"questions.{code}" if place.endswith(".questions") else f"{place}.{code}"


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _models(model: BaseModel) -> Iterator[BaseModel]:
    yield model
    for name in type(model).model_fields:
        value = getattr(model, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel) and not isinstance(each, Text):
                yield from _models(each)


def _default_texts(model: BaseModel) -> Iterator[Text]:
    return (field.default for field in type(model).model_fields.values() if isinstance(field.default, Text))


def by_place(survey: Survey) -> Mapping[str, Text]:
    """The texts by their place."""
    return dict(texts(survey))
