"""Texts of LimeSurvey, in which expressions stand in braces that work something out."""

from __future__ import annotations

import re

from surveys.exchange.definitions.losses import Met, lose_marks, quote_value
from surveys.exchange.definitions.markup import plain_text
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

_BRACES = re.compile(r"\{(?=\S)((?:[^{}\"']|\"[^\"]*\"|'[^']*')*)(?<=\S)\}")
_NAME = re.compile(r"(?:INSERTANS:)?[\w:]+(?:\.[A-Za-z]+)?")
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_COMPARED = re.compile(r"(?:==|!=|<=|>=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b)\s*(?:\"[^\"]*\"|'[^']*')")
WORKED_OUT = "…"


def plain_words(met: Met, words: str) -> str:
    """The text as it is shown here; what is lost of it is noted."""
    bare, expressions = without_expressions(words)
    for expression in expressions:
        met.lose(
            saying(marked("文字中的算式“{expression}”"), expression=quote_value(expression)),
            marked("列出可能的文字，或留作省略号"),
        )
    plain, rich = plain_text(bare)
    if rich:
        lose_marks(met, plain)
    return plain


def without_expressions(words: str) -> tuple[str, list[str]]:
    """The text with the wordings an expression chooses from in its place, and the expressions."""
    found: list[str] = []

    def instead(braces: re.Match[str]) -> str:
        if _NAME.fullmatch(braces[1]):
            return braces[0]  # the answer to a question, which is put in later
        found.append(braces[0])
        choices = [a or b for a, b in _LITERAL.findall(_COMPARED.sub("", braces[1]))]
        return " / ".join(dict.fromkeys(each.strip() for each in choices if each.strip())) or WORKED_OUT

    return _BRACES.sub(instead, words), found
