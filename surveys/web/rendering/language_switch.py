"""The same page in another language: addresses that keep all else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request

from surveys.localisation.language import catalogues, usual_language


def address_in_language(address: str, language: str) -> str:
    """An address of ours in this language; the one that all pages speak unasked is not named."""
    parts = urlsplit(address)
    asked = [each for each in parse_qsl(parts.query, keep_blank_values=True) if each[0] != "lang"]
    named = [] if language == usual_language() else [("lang", language)]
    return urlunsplit(parts._replace(query=urlencode([*asked, *named])))


def other_languages(request: Request, language: str, **kept: str) -> dict[str, str]:
    """This page's address in each language of the product but its own, by tag; *kept* are its fields worth keeping."""
    here = f"{request.url.path}?{urlencode({name: value for name, value in kept.items() if value})}"
    return {tag: address_in_language(here, tag) for tag in catalogues() if tag != language}
