"""Fields for what a fact that comes along with an answer may be: the values of a choice, the bands of a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.fields import Field, words_in
from surveys.console.kit.words import _
from surveys.editing.questions import reword_text
from surveys.localisation.normalisation import number, plain
from surveys.localisation.wording import DEFAULT_LANGUAGE


def fact_values(field: Field) -> None:
    """The values of a fact, one a line: code, blank, label. What else belongs to a code stays with it."""
    present: list[Any] = list(field.value or ())
    written = "\n".join(f"{each['code']} {words_in(each.get('label'), field.language)}".rstrip() for each in present)

    def changed() -> None:
        field.take(with_values(present, st.session_state[field.key], field.language))

    st.text_area(
        _("{label}，每行一个：代码 名称").format(label=field.label), key=desk.control_key(field.key, written),
        on_change=changed, help=field.help, placeholder=_("new 新装接电"), height=max(80, 34 + 25 * len(present)),
    )  # fmt: skip


def with_values(present: Sequence[Mapping[str, Any]], written: str, language: str) -> list[dict[str, Any]]:
    """The values with these lines; the default language decides which codes there are."""
    lines = [line.split(maxsplit=1) for line in written.splitlines() if line.strip()]
    said = {code: (label[0].strip() if label else "") for code, *label in lines}
    before = {str(each["code"]): each for each in present}
    codes = said if language == DEFAULT_LANGUAGE else before
    return [_value_said(code, before.get(code, {}), said.get(code, ""), language) for code in codes]


def _value_said(code: str, before: Mapping[str, Any], label: str, language: str) -> dict[str, Any]:
    wording = label or (code if language == DEFAULT_LANGUAGE else "")
    return {**before, "code": code, "label": reword_text(before.get("label"), wording, language)}


def fact_bounds(field: Field) -> None:
    written = " ".join(f"{each:g}" for each in field.value or ())

    def changed() -> None:
        numbers = [_as_number(each) for each in plain(st.session_state[field.key]).replace(",", " ").split()]
        field.take(sorted({each for each in numbers if each is not None}) or None)

    st.text_input(
        field.label, key=desk.control_key(field.key, written), on_change=changed, help=field.help, placeholder="1 24 72"
    )


def _as_number(text: str) -> float | None:
    try:
        return float(number(text))
    except ValueError:
        return None
