"""The plain pages as a browser meets them, over a test's own store."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import unescape
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from analysis.comments.listening import CommentListener
from surveys.accounts import Account, hashed_password, new_session_token, token_hash
from surveys.accounts.identity_provider import IdentityProvider
from surveys.definition.listening import Listener
from surveys.definition.templates import template
from surveys.intake.receipts import random_code
from surveys.operations.setup_code import new_setup_code
from surveys.permissions import Action, Role
from surveys.storage import Store
from surveys.web.cases.opinion_boxes import BoxPages
from surveys.web.forms.embed import EmbedPages
from surveys.web.forms.forms import FormPages
from surveys.web.forms.kiosk import TABLET_COOKIE, KioskPages
from surveys.web.forms.personal_links import PersonalPages
from surveys.web.forms.preview import PreviewPages
from surveys.web.forms.tasks import TaskPages
from surveys.web.monitoring.health import HealthPages
from surveys.web.protection.proxies import behind
from surveys.web.protection.rate_limits import Limits
from surveys.web.protection.sessions import SESSION_COOKIE
from surveys.web.rendering.own_routes import OwnRoutes
from surveys.web.rendering.page import exception_handlers
from surveys.web.staff.console_page import ConsolePage
from surveys.web.staff.own_sessions import SessionPages
from surveys.web.staff.paper_entry import PaperPages
from surveys.web.staff.phone_interviews import CallPages
from surveys.web.staff.print_material import HandingOutPages
from surveys.web.staff.sign_in import ConsoleGuard, SignInPages
from tests.support.event_loop import database_off_the_event_loop

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have a successor of httpx
    from starlette.testclient import TestClient

SECRET = b"a secret of thirty-two bytes, no"
PASSWORD = "correct horse"
NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


class Clock:
    """A clock that a test can set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def _nothing_to_draw() -> None: ...


PAGES = (
    ConsolePage("", "概览", "", Action.USE_CONSOLE, _nothing_to_draw),
    ConsolePage("results", "满意度", "", Action.VIEW_RESULTS, _nothing_to_draw),
    ConsolePage("accounts", "账号", "", Action.ADMINISTER_ACCOUNTS, _nothing_to_draw),
)
BEHIND = "what only the console knows"


class Visitor(TestClient):
    """A browser led by a form to its thanks or back to it; it tells of other redirects, for a test to see."""

    def request(self, *how: Any, **said: Any) -> Any:
        answer = super().request(*how, **said)
        if (
            answer.status_code == 303
            and "follow_redirects" not in _meant(said)
            and _END.search(answer.headers["location"])
        ):
            return super().request("GET", answer.headers["location"], headers=said.get("headers"))
        return answer


_END = re.compile(r"/thanks\?r=|[?&]_again=|\?new=|\?done=")


def _meant(said: dict[str, Any]) -> dict[str, Any]:
    """What a test says about redirects; what it leaves open is no wish."""
    return {name: value for name, value in said.items() if isinstance(value, bool)}


@contextmanager
def visiting(
    store: Store,
    clock: Clock | None = None,
    *,
    pages: tuple[ConsolePage, ...] = PAGES,
    load_sample: Callable[[], object] | None = None,
    secure: bool = False,
    proxies: tuple[str, ...] = (),
    limits: Limits | None = None,
    provider: IdentityProvider | None = None,
    listener: Listener | None = None,
) -> Iterator[TestClient]:
    """A browser at the running pages; a stand-in for the console tells its secret to whoever the guard lets pass.

    No page may ask the database on the event loop meanwhile.
    """
    clock = clock or Clock()
    forms = FormPages(store, SECRET, clock=clock, limits=limits, listener=listener or CommentListener(store))
    sign_in = SignInPages(store, SECRET, secure=secure, load_sample=load_sample, clock=clock, provider=provider)
    routes = [
        *forms.routes(),
        *PersonalPages(store, forms, clock=clock).routes(),
        *TaskPages(store, forms, SECRET, clock=clock).routes(),
        *CallPages(store, forms, SECRET, clock=clock).routes(),
        *KioskPages(store, forms, SECRET, secure=secure, clock=clock).routes(),
        *BoxPages(store, SECRET, clock=clock, limits=limits).routes(),
        *PreviewPages(store, SECRET, clock=clock).routes(),
        *sign_in.routes(),
        *SessionPages(store, SECRET, secure=secure, clock=clock).routes(),
        *HealthPages(store).routes(),
        *HandingOutPages(store, "https://ask.example", clock=clock).routes(),
        *PaperPages(store, SECRET, clock=clock).routes(),
        *EmbedPages(store, forms, ["https://www.example.cn"]).routes(),
    ]
    console = Mount("/", app=PlainTextResponse(BEHIND))
    app = Starlette(
        routes=[console],
        middleware=[
            *behind(proxies),
            Middleware(OwnRoutes, organisation=store.organisation, routes=routes, secure=secure),
            Middleware(ConsoleGuard, store=store, pages=pages, base_url="https://ask.example", clock=clock),
        ],
        lifespan=lambda _: forms.running(),
        exception_handlers=exception_handlers,
    )
    with (
        database_off_the_event_loop(),
        Visitor(app, f"http{'s' * secure}://testserver", follow_redirects=False) as browser,
    ):
        yield browser


def tablet_token(store: Store, touchpoint: str, now: datetime = NOW) -> str:
    """The token of a tablet newly enrolled for a touchpoint; its browser holds it as TABLET_COOKIE."""
    code, token = random_code(), new_session_token()
    store.kiosks.invite_tablet(touchpoint, token_hash(code), by="test", now=now)
    assert store.kiosks.enrol_tablet(touchpoint, token_hash(code), token_hash(token), now)
    return token


def be_tablet(browser: TestClient, store: Store, touchpoint: str) -> None:
    """Be a tablet at this touchpoint."""
    browser.cookies.set(TABLET_COOKIE, tablet_token(store, touchpoint))


@lru_cache
def _hash() -> str:
    return hashed_password(PASSWORD)


def add_account(store: Store, name: str, role: Role, departments: tuple[str, ...] = ()) -> Account:
    """An account with the password all accounts of the tests have."""
    return store.accounts.add(name, name, role, _hash(), departments, now=NOW)


def publish(store: Store, code: str, department: str | None = None) -> None:
    store.surveys.save_draft(template(code), department, by="test")
    store.surveys.publish(code, by="test")


def field(html: str, name: str) -> str:
    """The value of an input on a page; empty when there is none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return unescape(found[1]) if found else ""


def hidden(html: str) -> dict[str, str]:
    """What a browser sends along unseen."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {unescape(name): unescape(value) for name, value in pairs}


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html)
    return unescape(found[1]) if found else ""


def receipt(html: str) -> str:
    found = re.search(r"<b>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</b>", html)
    return found[1] if found else ""


def set_up(browser: TestClient, store: Store, **changes: str) -> Any:
    """Create the first administrator, boss, as whoever started the server; returns the page's answer."""
    code = new_setup_code(store) or ""
    fields = {"name": "boss", "password": PASSWORD, "again": PASSWORD, "code": code, **changes}
    return browser.post("/setup", data={**hidden(browser.get("/setup").text), **fields})


def sign_in(browser: TestClient, name: str, password: str = PASSWORD) -> int:
    """Sign in through the page; returns the status of the answer."""
    fields = {**hidden(browser.get("/login").text), "name": name, "password": password}
    return int(browser.post("/login", data=fields).status_code)


def be(browser: TestClient, store: Store, account: Account) -> None:
    """Be signed in without the way there; hashing passwords takes its time."""
    token = new_session_token()
    store.accounts.begin_session(account, token_hash(token), NOW)
    browser.cookies.set(SESSION_COOKIE, token)


def use_own_password(browser: TestClient, given: str, own: str) -> int:
    """Change a password on the page for it; returns the status of the answer."""
    fields = {**hidden(browser.get("/password").text), "current": given, "password": own, "again": own}
    return int(browser.post("/password", data=fields).status_code)
