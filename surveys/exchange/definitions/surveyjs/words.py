"""Localised strings of SurveyJS: a plain string, or one string by locale, with `default` for all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from surveys.exchange.definitions.languages import has_chinese, language_of
from surveys.exchange.definitions.losses import Met, lose_marks, quote_value
from surveys.exchange.definitions.markup import as_html, plain_text, unmarked_text
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Text, saying

_LOCALES = {"zh-Hans": "zh-cn", "zh-Hant": "zh-tw"}


def locale_of(language: str) -> str:
    """SurveyJS's name of a language."""
    return _LOCALES.get(language, language)


@dataclass(frozen=True)
class LocalisedWords:
    """Reads and writes the strings of a file whose own locale is known."""

    locale: str | None = None

    def text(self, met: Met, *names: str, html: bool = False) -> dict[str, str] | None:
        """The text of a property by language; None when there is none."""
        value = met.take(*names)
        text = self.of(value, met)
        plain = {language: _plain(met, words, html) for language, words in (text or {}).items()}
        return {language: words for language, words in plain.items() if words.strip()} or None

    def of(self, value: Any, met: Met) -> dict[str, str] | None:
        """The text in a value."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            return {self._language_of_default(value, {}): value} if value.strip() else None
        if not isinstance(value, dict):
            if value is not None:
                met.lose(saying(marked("文字“{value}”"), value=quote_value(value)), marked("读不懂，略去"))
            return None
        strings = {name: words for name, words in value.items() if isinstance(words, str) and words.strip()}
        for name in value.keys() - strings.keys():
            met.lose(
                saying(marked("语言 {name}：“{value}”"), name=name, value=quote_value(value[name])),
                marked("不是文字，略去"),
            )
        text = {language_of(name): words for name, words in strings.items() if name != "default"}
        default = strings.get("default")
        if default is not None and default not in text.values():
            language = self._language_of_default(default, text)
            if language in text:
                met.lose(
                    saying(marked("默认文字“{default}”"), default=quote_value(default)),
                    marked("各语言都有自己的文字，略去"),
                )
            text.setdefault(language, default)
        return text or None

    def _language_of_default(self, words: str, others: dict[str, str]) -> str:
        own = language_of(self.locale) if self.locale else None
        if own and own not in others:
            return own
        return DEFAULT_LANGUAGE if has_chinese(words) else "en"

    def written(self, text: Text | None, *, html: bool = False) -> Any:
        """The value of a text; every locale that the text lacks falls back to English, else to its first language."""
        if text is None:
            return None
        strings = {language: as_html(words) if html else words for language, words in text.root.items()}
        if [locale_of(language) for language in strings] == [self.locale]:
            return next(iter(strings.values()))
        fallback = strings.get("en") or next(iter(strings.values()))
        return {locale_of(language): words for language, words in strings.items()} | {"default": fallback}


def _plain(met: Met, words: str, html: bool) -> str:
    plain, rich = plain_text(words) if html else unmarked_text(words)
    if rich:
        lose_marks(met, plain)
    return plain
