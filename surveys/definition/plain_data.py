"""A definition as plain data: as in its file, and the wording of its texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from surveys.localisation.wording import DEFAULT_LANGUAGE

Data = dict[str, Any]


def as_data(model: BaseModel) -> Data:
    """A definition as plain data, without what is empty."""
    return dict(_filled(model.model_dump(mode="json", by_alias=True, exclude_none=True)))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each) for name, each in value.items() if each is not None and each != []}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def words(text: Any, language: str = DEFAULT_LANGUAGE) -> str:
    """The wording of a text in plain data; empty when there is none."""
    if isinstance(text, Mapping):
        return str(text.get(language) or text.get(DEFAULT_LANGUAGE) or next(iter(text.values()), ""))
    return str(text or "")
