"""The product's own words in the reader's language: gettext catalogues, whose keys are the Chinese wordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from surveys.localisation.profile import present
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Said, Series, Text

_LOCALES = Path(__file__).parent / "locale"
_ELSEWHERE = "en"  # for readers of a language we have no catalogue of, unless they read Chinese


def marked(wording: str) -> str:
    """The same wording, marked for translation where it is defined; it is translated where it is shown."""
    return wording


def gettext(wording: str, language: str, context: str = "") -> str:
    """The wording in *language*; the Chinese one where there is no other."""
    return _catalogue(language).get(_key(wording, context), wording)


def _key(wording: str, context: str) -> str:
    """What a catalogue finds a wording by, as gettext's compiled ones do."""
    return f"{context}\x04{wording}" if context else wording


def said(message: Message, language: str) -> str:
    """A message in *language*, with the values in it as well."""
    values = {
        name: in_words(value, language) if isinstance(value, Text | Message | Series) else value
        for name, value in message.values.items()
    }
    return gettext(message.wording, language, message.context).format(**values)


def in_words(thing: Said, language: str) -> str:
    """Whatever people are to read, in *language*."""
    if isinstance(thing, Text):
        return thing.in_language(language)
    if isinstance(thing, Series):
        parts = (in_words(each, language) if isinstance(each, Said) else str(each) for each in thing.parts)
        return gettext(thing.joint, language).join(parts)
    return said(thing, language) if isinstance(thing, Message) else gettext(thing, language)


def own_name(language: str) -> str:
    """What a language calls itself: 简体中文, English."""
    try:
        name = Locale.parse(language, sep="-").get_display_name() or language
    except (UnknownLocaleError, ValueError):
        return language
    return {"zh-Hans": "简体中文", "zh-Hant": "繁體中文"}.get(language, name)


def choose_language(wish: str, offered: Iterable[str], preferences: str = "") -> str:
    """The language to speak: the one wished for if offered, else by the browser's *preferences*, else the usual one."""
    known = {each.lower(): each for each in offered}
    for tag in (wish, *_in_order(preferences)):
        if tag.lower() in known:
            return known[tag.lower()]
    usual = known.get(usual_language().lower()) or known.get(DEFAULT_LANGUAGE.lower())
    return usual or next(iter(known.values()), DEFAULT_LANGUAGE)


def usual_language() -> str:
    """The language of pages whose reader has chosen none: the organisation's."""
    tag = present().language
    return tag if tag in catalogues() else DEFAULT_LANGUAGE


def _in_order(preferences: str) -> list[str]:
    """The tags of an Accept-Language header, most wanted first; of a regional tag also the plain one."""
    if not preferences:
        return []
    weighed: list[tuple[float, str]] = []
    for part in preferences.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    tags = [tag for _, tag in sorted(weighed, key=lambda each: each[0])]
    return [each for tag in tags for each in (tag, _plain(tag))]


def _plain(tag: str) -> str:
    language, *rest = tag.lower().split("-")
    if language != "zh":
        return language
    return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(rest) else DEFAULT_LANGUAGE


@lru_cache
def catalogues() -> list[str]:
    """The languages the product itself speaks, Chinese first."""
    return [DEFAULT_LANGUAGE, *sorted(path.name for path in _LOCALES.iterdir() if path.is_dir())]


@lru_cache
def console_languages() -> list[str]:
    """The languages of the console, Chinese first: those with a catalogue of its words."""
    return [tag for tag in catalogues() if tag == DEFAULT_LANGUAGE or (_folder(tag) / "console.po").exists()]


def _folder(language: str) -> Path:
    return _LOCALES / language / "LC_MESSAGES"


@lru_cache(maxsize=64)
def _catalogue(language: str) -> Mapping[str, str]:
    """Translations by Chinese wording, read from the catalogues of this language or of the nearest one there is."""
    if language == DEFAULT_LANGUAGE:
        return {}
    if language not in catalogues():  # asked of the folder's list, so that no name leads out of it
        nearest = _plain(language) if _plain(language) in catalogues() else _ELSEWHERE
        return _catalogue(nearest) if nearest != language else {}
    said: dict[str, str] = {}
    if _plain(language) not in (_ELSEWHERE, DEFAULT_LANGUAGE, "zh-Hant"):
        said |= _catalogue(_ELSEWHERE)  # what a catalogue lacks
    for path in sorted(_folder(language).glob("*.po")):
        with path.open("rb") as file:
            messages = [each for each in read_po(file) if each.id and each.string and not each.fuzzy]
        said |= {_key(str(each.id), each.context or ""): str(each.string) for each in messages}
    return said
