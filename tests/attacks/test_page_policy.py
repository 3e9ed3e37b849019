"""What every page for respondents may load and run: only what stands in it, by its hash; nothing from elsewhere."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from urllib.parse import urlsplit

from surveys.definition.survey import Audience
from surveys.definition.templates import all_templates
from surveys.permissions import Role
from surveys.storage import Store
from tests.attacks.open_doors import doors, everything_open, visitors
from tests.support.front_door import TestClient, tablet_token, visiting

LOADS = {"src", "href", "action", "formaction", "data", "poster", "srcset", "background", "ping"}
STRICT = {
    "default-src": {"'none'"}, "img-src": {"data:", "'self'"}, "connect-src": {"'self'"}, "worker-src": {"'self'"},
    "form-action": {"'self'", "'none'"}, "base-uri": {"'none'"}, "frame-src": {"'self'"},
}  # fmt: skip
OTHERS = [
    "/i/unknown", "/s/nothing", "/s/power-visit/withdraw", "/case", "/my", "/k/nowhere", "/s/department-review",
    "/login", "/nothing", "/preview/power-visit",
]  # fmt: skip
FRAMED_BY = {"'self'", "https://www.example.cn"}


class _Found(HTMLParser):
    """Scripts, sheets and everything that names another address or would run by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inlined: dict[str, list[str]] = {"script": [], "style": []}
        self.addresses: list[str] = []
        self.run_by_themselves: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag if tag in self.inlined and dict(attrs).get("type") != "application/json" else ""
        if self._in:
            self.inlined[tag].append("")
        for name, value in attrs:
            self.addresses += [value or ""] if name in LOADS else []
            self.run_by_themselves += [f"{tag} {name}"] if name == "style" or name.startswith("on") else []

    def handle_data(self, data: str) -> None:
        if self._in:
            self.inlined[self._in][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in = ""


def assert_strict(answer) -> None:  # type: ignore[no-untyped-def]
    """The page's policy allows what stands in it and nothing else; it leads nowhere by itself."""
    page, where = _Found(answer.text), str(answer.url)
    directives = {
        name: set(values) for name, *values in map(str.split, answer.headers["content-security-policy"].split(";"))
    }
    assert directives["default-src"] == {"'none'"} and directives["base-uri"] == {"'none'"}, where
    assert directives.pop("frame-ancestors") <= FRAMED_BY, where
    for tag, texts in page.inlined.items():
        hashes = {f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts if text}
        assert directives.pop(f"{tag}-src", set()) == hashes, (where, tag)
    assert all(values <= STRICT[name] for name, values in directives.items()), (where, directives)
    assert not page.run_by_themselves, where
    leading_out = [
        each for each in page.addresses if urlsplit(each).netloc or urlsplit(each).scheme not in ("", "data")
    ]
    assert not leading_out, (where, leading_out)
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "same-origin"


def test_every_page_a_respondent_meets(store: Store) -> None:
    """Forms of every type, links, kiosk, box, case, prize, call, paper; thanks and refusals too."""
    ways, seen = doors(tokens := everything_open(store), tablet_token(store, "repair-east")), 0
    with visitors(store) as browsers:
        for door in ways:
            address, fields = door.knock(browsers[door.visitor])
            for answer in _answers(browsers[door.visitor], address, fields):
                if answer.headers.get("content-type", "").startswith("text/html"):
                    assert_strict(answer)
                    seen += 1
        for address in (f"/i/{tokens[0]}", f"/i/{tokens[-1]}/stop", *OTHERS):
            answer = browsers[None].get(address, follow_redirects=True)
            assert answer.headers["content-type"].startswith("text/html"), address
            assert_strict(answer)
        assert_strict(browsers[None].put("/s/power-visit"))
        assert_strict(browsers[Role.DESIGNER].get("/preview/power-visit"))
    assert seen > 2 * len(ways)


def _answers(browser: TestClient, address: str, fields: dict[str, list[str]]):  # type: ignore[no-untyped-def]
    """The page itself, what comes back for an empty form, for one that can't be read, for a good one, and again."""
    yield browser.get(address)
    yield browser.post(address, data={name: value for name, value in fields.items() if name.startswith("_")})
    yield browser.post(address, content=b"{", headers={"Content-Type": "application/json"})
    yield browser.post(address, data=fields)
    yield browser.post(address, data=fields)


def test_the_form_of_every_template_in_every_language(store: Store) -> None:
    """Its sheet names no other file either."""
    surveys = [each for each in all_templates() if each.audience is not Audience.STAFF]
    for survey in surveys:
        store.surveys.save_draft(survey, None, by="test")
        store.surveys.publish(survey.code, by="test")
    with visiting(store) as browser:
        for survey in surveys:
            for language in ("zh-Hans", "zh-Hant", "en"):
                answer = browser.get(f"/s/{survey.code}?lang={language}")
                assert answer.status_code == 200
                assert_strict(answer)
                assert not re.search(r"@import|url\((?!['\"]?(data:|#))", answer.text), survey.code
