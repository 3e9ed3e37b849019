"""Names by code of which no two are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

from surveys.localisation.language import in_words
from surveys.localisation.wording import saying

_Key = TypeVar("_Key", bound=Hashable)


def distinct_names(names: Mapping[_Key, str], language: str, *, by_code: bool = True) -> dict[_Key, str]:
    """The same, and beside a name that two have the code; where people don't know the codes (not *by_code*), a number.

    A chooser goes by what it shows, and of several of one name takes the last.
    """
    times, seen = Counter(names.values()), Counter[str]()
    found = dict[_Key, str]()
    for code, name in names.items():
        seen[name] += 1
        mark = code if by_code else str(seen[name])
        marked = saying("{name}（{code}）", name=name, code=mark)
        found[code] = name if times[name] == 1 else in_words(marked, language)
    return found if len(set(found.values())) == len(found) else distinct_names(found, language, by_code=False)
