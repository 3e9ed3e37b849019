"""XPath as XLSForm uses it, in both directions: when a row is relevant, and what limits an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.definition.conditions import Comparison
from surveys.definition.questions import Question
from surveys.definition.questions.entries import PATTERNS
from surveys.exchange.definitions.dialects import Dialect

Settings = dict[str, Any]

XPATH = Dialect(
    reference=r"\$\{\s*([^}\s]+)\s*\}|((?:\.\./)+[\w.\-]+(?:/[\w.\-]+)*)|(/[A-Za-z_][\w.\-]*(?:/[\w.\-]+)+)",
    signs={"and": "and", "or": "or", "=": "eq", "!=": "ne", ">=": "ge", "≥": "ge", "≤": "le", "≠": "ne", "<=": "le",
           ">": "gt", "<": "lt"},
    functions={"selected": "contains", "not": "not", "number": "same", "int": "same", "string": "same",
               "coalesce": "same", "date": "same", "true": "true", "false": "false",
               "once": "same", "boolean": "same", "count-selected": "count", "string-length": "count"},
    ignored=r"current\(\)/(?=\.\./)",
    write_reference="${{{}}}",
    writing={
        Comparison.EQUALS: "{field} = {value}",
        Comparison.DIFFERS: "({field} != '' and {field} != {value})",
        Comparison.AT_LEAST: "{field} >= {value}",
        Comparison.AT_MOST: "{field} <= {value}",
        Comparison.INCLUDES: "selected({field}, {value})",
        Comparison.ONE_OF: "{field} = {value}",
        Comparison.ANSWERED: "{field} != ''",
        Comparison.UNANSWERED: "{field} = ''",
    },
    writing_many={Comparison.ONE_OF: "selected({field}, {value})"},
)  # fmt: skip

_QUOTED = r"'([^']*)'"


_WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}|[\w.\-]*/[\w./\-]+|[A-Za-z_][\w.\-]*(?:\s*\()?")


def filled_filter(filtered: str, columns: Mapping[str, str]) -> str:
    """The filter of a list for one option: its columns' names replaced by what stands there, blank for nothing."""

    def value(found: re.Match[str]) -> str:
        word = found[0]
        if word.endswith("(") or word[0] in "'\"$./" or "/" in word or word in ("and", "or", "not", "div", "mod"):
            return word
        held = columns.get(word.lower(), columns.get(word, ""))
        return f"'{held}'" if "'" not in held else f'"{held}"'

    return _WORDS.sub(value, filtered)


def clauses(constraint: str) -> list[str]:
    """The parts of a constraint that must all hold: split at each `and` outside brackets and quotes.

    Not by the grammar of conditions: a part that it knows nothing of would take the others with it.
    """
    parts, start, depth = list[str](), 0, 0
    for token in re.finditer(r"'[^']*'|\"[^\"]*\"|[()]|\band\b", constraint):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == "and" and depth == 0:
            parts.append(constraint[start : token.start()])
            start = token.end()
    return [part.strip() for part in (*parts, constraint[start:]) if part.strip()]


def constraint_settings(constraint: str) -> tuple[Settings, list[str], list[str]]:
    """What a constraint sets, the codes of options that exclude the others, and the clauses that say something else."""
    settings, exclusive, rest = Settings(), list[str](), list[str]()
    for clause in clauses(constraint):
        alone = re.fullmatch(rf"not\(selected\(\., {_QUOTED}\) and count-selected\(\.\) > 1\)", clause)
        limits = dict(_limit(clause))
        if alone:
            exclusive.append(alone[1])
        elif limits:
            settings |= limits
        else:
            rest.append(clause)
    return settings, exclusive, rest


def _limit(clause: str) -> Iterator[tuple[str, Any]]:
    for pattern, setting, value in _LIMITS:
        found = re.fullmatch(pattern, clause)
        if found and (limit := value(found[1])) is not None:
            yield setting, limit
            return


def _number(text: str) -> int | float | None:
    return (float(text) if "." in text else int(text)) if len(text) < 16 else None


def _next(step: int) -> Callable[[str], int | None]:
    return lambda text: int(text) + step if "." not in text and len(text) < 16 else None


def _pattern(expression: str) -> str | None:
    return next((name for name, (fits, _) in PATTERNS.items() if fits == expression), None)


_NUMBER = r"(-?\d+(?:\.\d+)?)"
_MOMENT = r"(?:date\()?'([\d\-:]+)'\)?"
_LIMITS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    (rf"\.\s*>=\s*{_NUMBER}", "minimum", _number),
    (rf"\.\s*<=\s*{_NUMBER}", "maximum", _number),
    (rf"\.\s*>\s*{_NUMBER}", "minimum", _next(1)),
    (rf"\.\s*<\s*{_NUMBER}", "maximum", _next(-1)),
    (rf"\.\s*>=\s*{_MOMENT}", "earliest", str),
    (rf"\.\s*<=\s*{_MOMENT}", "latest", str),
    (r"string-length\(\.\)\s*<=\s*(\d{1,9})", "max_length", int),
    (r"\(?count-selected\(\.\)\s*>=\s*(\d{1,9})(?: or selected\(\., '[^']*'\))*\)?", "at_least", int),
    (r"count-selected\(\.\)\s*<=\s*(\d{1,9})", "at_most", int),
    (rf"regex\(\.,\s*{_QUOTED}\)", "pattern", _pattern),
)


def constraint_of(question: Question) -> str:
    """What limits an answer to the question, in clauses that `constraint_settings` reads back."""
    said = {name: getattr(question, name, None) for name in _WRITTEN}
    alone = [option.code for option in question.parts() if getattr(option, "exclusive", False)]
    written = [_WRITTEN[name](value, alone) for name, value in said.items() if value is not None]
    written += [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in alone]
    return " and ".join(clause for clause in written if clause)


def _at_least(least: int, alone: list[str]) -> str:
    if not least:
        return ""
    either = "".join(f" or selected(., '{code}')" for code in alone)
    return f"(count-selected(.) >= {least}{either})" if alone else f"count-selected(.) >= {least}"


_WRITTEN: dict[str, Callable[[Any, list[str]], str]] = {
    "minimum": lambda limit, _: f". >= {_plain(limit)}",
    "maximum": lambda limit, _: f". <= {_plain(limit)}",
    "earliest": lambda moment, _: f". >= {_moment(moment)}",
    "latest": lambda moment, _: f". <= {_moment(moment)}",
    "max_length": lambda limit, _: f"string-length(.) <= {limit}",
    "at_least": _at_least,
    "at_most": lambda limit, _: f"count-selected(.) <= {limit}",
    "pattern": lambda name, _: f"regex(., '{PATTERNS[name][0]}')",
}


def _plain(limit: float) -> str:
    return f"{limit:.9f}".rstrip("0").rstrip(".")


def _moment(moment: str) -> str:
    return f"date('{moment}')" if "-" in moment else f"'{moment}'"
