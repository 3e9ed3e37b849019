"""Which languages a survey speaks, what is not yet said in one of them, and new translations put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from surveys.definition.survey import Survey
from surveys.definition.translations.walk import by_place, own_wording, texts, with_texts
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Said, Series, Text, saying

_TAG = re.compile(  # RFC 5646, section 2.1: language, script, region, variants, extensions, private use
    r"([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*"
    r"(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)


class Missing(NamedTuple):
    """A text not yet said in a language: where it stands, and what it says."""

    place: str
    original: str


class UnfitTranslation(ValueError):
    """Translations that can't be put in; carries the reason for each place."""

    def __init__(self, reasons: Mapping[str, Said]) -> None:
        self.reasons = dict(reasons)
        super().__init__("\n".join(f"{place}：{reason}" for place, reason in self.reasons.items()))


def well_formed(tag: str) -> bool:
    """Whether this is a language tag by BCP 47."""
    return bool(_TAG.fullmatch(tag))


def canonical(tag: str) -> str:
    """The tag as it is written: zh-Hans, en-GB. Raises UnfitTranslation when it is none."""
    if not well_formed(tag):
        raise UnfitTranslation({tag: marked("不是语言标签，请写成 zh-Hant、en、fr 这样")})
    language, *others = tag.lower().split("-")
    shaped, private = [language], False
    for part in others:
        private = private or len(part) == 1
        plain = private or len(part) not in (2, 4) or not part.isalpha()
        shaped.append(part if plain else part.upper() if len(part) == 2 else part.title())
    return "-".join(shaped)


def languages(survey: Survey) -> list[str]:
    """All languages in use, the default one first."""
    used = {tag for _, text in own_wording(survey) for tag in text.root}
    return sorted(used, key=lambda tag: (tag != DEFAULT_LANGUAGE, tag))


def original(text: Text) -> str:
    """What is to be translated: the wording in the default language, or else in the first there is."""
    return text.in_language(DEFAULT_LANGUAGE)


def missing(survey: Survey, language: str) -> list[Missing]:
    """What is not yet said in this language, in the order of the definition."""
    tag = canonical(language)
    return [Missing(place, original(text)) for place, text in texts(survey) if tag not in text.root]


def with_translations(survey: Survey, language: str, translations: Mapping[str, str]) -> Survey:
    """The survey with these wordings, by place, in this language; an empty one takes the wording away.

    Raises UnfitTranslation with every place that does not fit.
    """
    tag, present = canonical(language), by_place(survey)
    reasons = {place: why for place, said in translations.items() if (why := unfit(present.get(place), tag, said))}
    if reasons:
        raise UnfitTranslation(reasons)

    def translated(place: str, text: Text) -> Text:
        return _with(text, tag, translations[place]) if place in translations else text

    return with_texts(survey, translated)


def unfit(text: Text | None, language: str, wording: str) -> Said:
    """Why a wording can't stand for a text in a language; empty when it can."""
    if text is None:
        return marked("问卷中没有这个位置，可能题目已删除或改了代码")
    if not wording.strip():
        return marked("这是唯一的语言，不能为空") if set(text.root) <= {language} else ""
    wanted = Text.model_validate(original(text)).placeholders()
    given = Text.model_validate(wording).placeholders()
    if lost := sorted(wanted - given):
        return saying(marked("缺少 {lost}，它会换成前面的回答，必须保留"), lost=_braced(lost))
    if strange := sorted(given - wanted):
        return saying(marked("多了 {strange}，原文中没有"), strange=_braced(strange))
    return ""


def _braced(names: list[str]) -> Series:
    return Series(tuple(f"{{{name}}}" for name in names))


def _with(text: Text, tag: str, wording: str) -> Text:
    if text.root.get(tag, "") == wording:
        return text
    rest = {each: said for each, said in text.root.items() if each != tag}
    if not wording.strip():
        return Text.model_validate(rest)
    return Text.model_validate({each: wording if each == tag else text.root[each] for each in [*text.root, tag]})
