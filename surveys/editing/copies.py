"""A survey once more under a code and a name of its own, in all its languages; nothing collected comes along."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from surveys.editing.draft import Draft
from surveys.localisation.language import gettext, marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

_MARK = marked("（副本）")


def copy_survey(data: Mapping[str, Any], code: str) -> Draft:
    """The definition, fit or not, under this *code*; its title says in every language that it is a copy."""
    made = copy.deepcopy(dict(data))
    title = made.get("title")
    if isinstance(title, Mapping):
        made["title"] = {tag: _marked(str(words), tag) for tag, words in title.items()}
    elif title:
        made["title"] = _marked(str(title), DEFAULT_LANGUAGE)
    return Draft(made | {"code": code}, saying(marked("复制“{code}”"), code=str(data.get("code", ""))))


def _marked(words: str, tag: str) -> str:
    return words + gettext(_MARK, tag if tag.startswith("zh") else "en") if words else words
