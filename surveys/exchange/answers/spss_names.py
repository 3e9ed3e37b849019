"""Names that SPSS takes for its variables."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 64  # bytes; all characters are ASCII here
_RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}


def spss_names(columns: Iterable[str]) -> dict[str, str]:
    """A legal SPSS variable name for each column, all different however SPSS reads capitals.

    Most keep their name; `_id` becomes `response_id`, what SPSS does not take becomes an underscore, and a name that
    is taken already gets a number.
    """
    names: dict[str, str] = {}
    taken = set(_RESERVED)
    for column in columns:
        wished = f"response{column}" if column.startswith("_") else column
        wished = re.sub(r"[^A-Za-z0-9._]", "_", wished)
        name, number = wished[:_LONGEST].rstrip("."), 1
        while name.casefold() in taken:
            number += 1
            name = f"{wished[: _LONGEST - 1 - len(str(number))]}_{number}"
        taken.add(name.casefold())
        names[column] = name
    return names
