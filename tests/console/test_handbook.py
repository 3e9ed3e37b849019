"""The handbook: help on every page for everybody who sees it, in every language, naming only pages that are there."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from surveys.console.kit.handbook.texts import handbook, help_on
from surveys.localisation.language import console_languages
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.permissions import Action, Role
from surveys.storage import Store
from surveys.web.staff.console_page import ConsolePage
from tests.attacks.test_console_doors import pages
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page", "pages"]
LANGUAGES = sorted(console_languages())
_TO_HELP = re.compile(r'href="(/help[^"]*)"')


def places(pages: tuple[ConsolePage, ...]) -> dict[str, ConsolePage]:
    return {page.path or "start": page for page in pages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_help_and_every_page_named_is_there(pages: tuple[ConsolePage, ...], language: str) -> None:
    """No page without help, no help without a page, no dead link."""
    written, known = handbook(language), places(pages)
    assert set(written) == set(known)
    for place, paragraphs in written.items():
        assert {page for each in paragraphs for page in each.pages} <= set(known) - {place}, place


def test_all_languages_say_the_same_to_the_same_readers() -> None:
    """As many paragraphs, each for the same action, naming the same pages; and written in the language they are for."""
    first = handbook(DEFAULT_LANGUAGE)
    for language in LANGUAGES:
        for place, paragraphs in handbook(language).items():
            told = [(each.action, set(each.pages)) for each in paragraphs]
            assert told == [(each.action, set(each.pages)) for each in first[place]], (language, place)
    in_chinese = re.compile("[\u4e00-\u9fff]")
    english = [each.words for paragraphs in handbook("en").values() for each in paragraphs]
    assert "en" in LANGUAGES and not [each for each in english if in_chinese.search(each)]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_help_on_every_page_it_sees(pages: tuple[ConsolePage, ...], role: Role) -> None:
    """What is for an action is for those alone who have it; each such action is one that some reader lacks."""
    for place, page in places(pages).items():
        if page.action in role.grants:
            told = help_on(place, role.grants, DEFAULT_LANGUAGE)
            assert told, place
            assert all(each.action is None or each.action in role.grants for each in told)
    kept_back = {each.action for every in handbook(DEFAULT_LANGUAGE).values() for each in every if each.action}
    assert kept_back <= set(Action) and kept_back - set(Role.STAFF.grants)


@pytest.mark.parametrize("name, language", [("boss", ""), ("boss", "en"), ("head", ""), ("voice", ""), ("hand", "en")])
def test_every_page_leads_to_its_help(
    store: Store, open_page: Open, pages: tuple[ConsolePage, ...], name: str, language: str
) -> None:
    """On an empty database: the link of each page the account may open, and the help that it opens."""
    account = add_accounts(store).accounts.named(name)
    assert account is not None
    asked = {"lang": language} if language else {}
    for place, page in places(pages).items():
        if not account.may(page.action):
            continue
        app = open_page(store, name, page.path, **asked)
        bodies = [each.proto.body for each in app.get("html")]
        [link] = {found for body in bodies for found in _TO_HELP.findall(body)}
        query = dict(parse_qsl(urlsplit(link.replace("&amp;", "&")).query))
        assert query["on"] == place
        opened = open_page(store, name, "help", **query)
        told = words(opened)
        shown = help_on(place, account.role.grants, language or DEFAULT_LANGUAGE)
        assert not opened.exception and all(re.split(r"\[\[|\*", each.words)[0] in told for each in shown)


def test_nobody_is_told_how_to_do_what_they_may_not(store: Store, open_page: Open) -> None:
    """A manager reads nothing of approvals; of a page that is not theirs there is no help."""
    add_accounts(store)
    assert "由提出人以外的人批准" in words(open_page(store, "boss", "help", on="plans"))
    assert "由提出人以外的人批准" not in words(open_page(store, "head", "help", on="plans"))
    told = words(open_page(store, "head", "help", on="settings"))
    assert "匿名最小分组（只能往上调）" not in told and "一页看四件事" in told
