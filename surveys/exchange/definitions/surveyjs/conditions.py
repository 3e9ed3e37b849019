"""The expressions of SurveyJS, in both directions."""

from __future__ import annotations

import re

from surveys.definition.conditions import Comparison
from surveys.exchange.definitions.dialects import Dialect

EXPRESSIONS = Dialect(
    reference=r"\{\s*([^{}]+?)\s*\}",
    signs={
        "and": "and", "&&": "and", "or": "or", "||": "or", "!": "not", "negate": "not",
        "=": "eq", "==": "eq", "equal": "eq", "<>": "ne", "!=": "ne", "notequal": "ne",
        ">=": "ge", "≥": "ge", "≤": "le", "≠": "ne",
        "greaterorequal": "ge", "<=": "le", "lessorequal": "le", ">": "gt", "greater": "gt",
        "<": "lt", "less": "lt", "contains": "contains", "contain": "contains", "*=": "contains",
        "notcontains": "lacks", "notcontain": "lacks", "anyof": "any_of", "noneof": "none_of", "allof": "all_of",
        "empty": "empty", "notempty": "notempty",
    },
    functions={},
    write_reference="{{{}}}",
    writing={
        Comparison.EQUALS: "{field} = {value}",
        Comparison.DIFFERS: "({field} notempty and {field} <> {value})",
        Comparison.AT_LEAST: "{field} >= {value}",
        Comparison.AT_MOST: "{field} <= {value}",
        Comparison.INCLUDES: "{field} anyof [{values}]",
        Comparison.ONE_OF: "{field} anyof [{values}]",
        Comparison.ANSWERED: "{field} notempty",
        Comparison.UNANSWERED: "{field} empty",
    },
    writing_many={
        Comparison.EQUALS: "{field} = [{value}]",
        Comparison.DIFFERS: "({field} notempty and {field} <> [{value}])",
        Comparison.INCLUDES: "{field} contains {value}",
    },
    negation="!({})",
    lists=True,
    bare=True,
    escape="\\",
)  # fmt: skip

PLACEHOLDER = re.compile(r"\{\s*([^{}]+?)\s*\}")
