"""Conditions written in the expression languages of other formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from surveys.definition.conditions import Condition
from surveys.exchange.definitions.dialects import Dialect, Literal, Named
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.localisation.language import marked
from surveys.localisation.wording import saying


def expression_of(condition: Condition, dialect: Dialect, named: Callable[[str], Named]) -> str:
    """The condition in this language; raises Untranslatable. `named` says how a field is written."""
    if condition.negated is not None:
        return dialect.negation.format(expression_of(condition.negated, dialect, named))
    parts = condition.all or condition.any
    if parts:
        written = [_in_brackets(expression_of(part, dialect, named)) for part in parts]
        return (" and " if condition.all else " or ").join(written)
    name = named(condition.field or "")
    pattern = dialect.writing_many.get(condition.compare) if name.many else None
    pattern = pattern or dialect.writing[condition.compare]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    literals = [_literal(name.values.get(str(value), value), dialect) for value in values if value is not None]
    return _comparison(pattern, dialect.write_reference.format(name.name), literals)


def _in_brackets(written: str) -> str:
    return f"({written})" if " and " in written or " or " in written else written


def _comparison(pattern: str, reference: str, values: Sequence[str]) -> str:
    if "{values}" in pattern:
        return pattern.format(field=reference, values=", ".join(values))
    several = [pattern.format(field=reference, value=value) for value in values or [""]]
    return several[0] if len(several) == 1 else f"({' or '.join(several)})"


def _literal(value: Literal, dialect: Dialect) -> str:
    if not isinstance(value, str):
        if "e" in (written := str(value)) or "n" in written:
            raise Untranslatable(saying(marked("数值 {value} 写不出来"), value=value))
        return written
    if "\n" in value or ("\\" in value) or ("'" in value and not dialect.escape):
        raise Untranslatable(saying(marked("“{value}”里的引号或换行写不出来"), value=value))
    return "'" + value.replace("'", f"{dialect.escape}'") + "'"
