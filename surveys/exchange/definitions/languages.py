"""Languages under the names and tags that other formats give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from surveys.definition.survey import Survey
from surveys.localisation.wording import DEFAULT_LANGUAGE, Text

NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English", "ja": "日本語", "ko": "한국어",
         "fr": "Français", "de": "Deutsch", "es": "Español", "pt": "Português", "ru": "Русский", "ar": "العربية",
         "vi": "Tiếng Việt",
         "th": "ไทย", "id": "Bahasa Indonesia", "ug": "ئۇيغۇرچە", "bo": "བོད་ཡིག"}  # fmt: skip

# Tags that mean a script of Chinese, in small letters.
_CHINESE = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-hans": "zh-Hans", "zh-hans-cn": "zh-Hans",
            "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh-hant": "zh-Hant", "zh-hant-tw": "zh-Hant",
            "zh-hant-hk": "zh-Hant"}  # fmt: skip
_BY_NAME = {name.lower(): tag for tag, name in NAMES.items()} | {
    "中文": "zh-Hans", "chinese": "zh-Hans", "simplified chinese": "zh-Hans", "中文（简体）": "zh-Hans",
    "traditional chinese": "zh-Hant", "中文（繁體）": "zh-Hant", "french": "fr", "german": "de", "spanish": "es",
    "russian": "ru", "japanese": "ja", "korean": "ko", "arabic": "ar", "portuguese": "pt", "英文": "en",
}  # fmt: skip

_TAG = re.compile(r"[A-Za-z]{2,3}([\-_][A-Za-z0-9]{2,8})*")
_HAN = re.compile("[\u3400-\u9fff]")


def language_of(tag: str) -> str:
    """The tag as it is used here: zh-CN is zh-Hans."""
    return _CHINESE.get(tag.lower().replace("_", "-"), tag)


def named_language(name: str) -> str:
    """The language of `中文 (zh-Hans)`, `English` or `en`; the name itself when it is unknown."""
    in_brackets = re.search(r"[（(]\s*([A-Za-z_\-0-9]+)\s*[)）]\s*$", name)
    if in_brackets:
        return language_of(in_brackets[1])
    known = _BY_NAME.get(name.strip().lower())
    return known or (language_of(name.strip()) if _TAG.fullmatch(name.strip()) else name.strip())


def language_name(tag: str) -> str:
    """`简体中文 (zh-Hans)`: the inverse of `named_language`."""
    return f"{NAMES.get(tag, tag)} ({tag})"


def has_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return bool(_HAN.search(text))


def languages(survey: Survey) -> tuple[str, ...]:
    """Every language of the survey's texts, the default language first, English second."""
    found = {language for text in texts(survey) for language in text.root}
    first = [tag for tag in (DEFAULT_LANGUAGE, "zh-Hant", "en") if tag in found]
    return (*first, *sorted(found - set(first)))


def texts(part: object) -> Iterator[Text]:
    """Every text of a definition or of a part of it."""
    if isinstance(part, Text):
        yield part
    elif isinstance(part, BaseModel):
        yield from texts([getattr(part, name) for name in type(part).model_fields])
    elif isinstance(part, (list, tuple)):
        for each in part:
            yield from texts(each)


def same_everywhere(text: str, in_languages: Iterable[str]) -> dict[str, Any]:
    """A text that needs no translation, such as a number."""
    return dict.fromkeys(in_languages, text) or {DEFAULT_LANGUAGE: text}
