"""Proposals for the traditional script, made from the simplified by OpenCC; for a person to look over."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from surveys.definition.survey import Survey
from surveys.definition.translations.languages import missing
from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying

# Traditional characters with the words of their readers: those of Taiwan where no region is named.
_CONVERSIONS = {"zh-Hant": "s2twp", "zh-Hant-TW": "s2twp", "zh-Hant-HK": "s2hk"}


class NoConverter(RuntimeError):
    """The script can't be converted here; the message says what is missing."""


def proposals(survey: Survey, language: str = "zh-Hant") -> dict[str, str]:
    """A wording for every place that has none in this script; raises NoConverter.

    Only texts with a wording in the simplified script are converted; placeholders stay as they are.
    """
    return {each.place: in_script(each.original, language) for each in missing(survey, language)}


def in_script(words: str, language: str = "zh-Hant") -> str:
    """The words in a traditional script; raises NoConverter."""
    return _converter(language)(words)


@lru_cache
def _converter(language: str) -> Callable[[str], str]:
    if language not in _CONVERSIONS:
        raise NoConverter(
            saying(
                marked("不能自动转换成 {language}；可以转换成 {conversions}"),
                language=language,
                conversions=Series(tuple(_CONVERSIONS)),
            )
        )
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise NoConverter(marked("繁体转换需要 OpenCC，请先安装：pip install opencc-python-reimplemented")) from error
    convert: Callable[[str], str] = OpenCC(_CONVERSIONS[language]).convert
    return convert
