"""The forms behind a real port, and a real browser in front of them."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from surveys.localisation.clock import utc_now
from surveys.storage import Store
from surveys.web.cases.opinion_boxes import BoxPages
from surveys.web.forms.forms import FormPages
from surveys.web.forms.kiosk import TABLET_COOKIE, KioskPages
from surveys.web.forms.personal_links import PersonalPages
from surveys.web.rendering.page import exception_handlers
from surveys.web.staff.paper_entry import PaperPages
from surveys.web.staff.phone_interviews import CallPages
from tests.support.front_door import SECRET, tablet_token
from tests.support.serving import free_port

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@contextmanager
def served(store: Store, port: int = 0) -> Iterator[str]:
    """The address of the running forms: the same one again where a port is given."""
    forms = FormPages(store, SECRET)
    app = Starlette(
        routes=[
            *forms.routes(),
            *PersonalPages(store, forms).routes(),
            *CallPages(store, forms, SECRET).routes(),
            *KioskPages(store, forms, SECRET).routes(),
            *PaperPages(store, SECRET).routes(),
            *BoxPages(store, SECRET).routes(),
        ],
        lifespan=lambda _: forms.running(), exception_handlers=exception_handlers
    )  # fmt: skip
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def enrol_tablet(context: Any, store: Store, address: str, touchpoint: str = "repair-east") -> None:
    """Make a browser context a tablet of the touchpoint."""
    token = tablet_token(store, touchpoint, utc_now())
    context.add_cookies([{"name": TABLET_COOKIE, "value": token, "url": address}])


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped where none is installed."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()
