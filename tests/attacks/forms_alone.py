"""The forms and the store in a process of their own, without the console, so that it starts in a second."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette

from surveys.settings import secret_key
from surveys.storage import Store
from surveys.web.forms.forms import FormPages
from surveys.web.monitoring.health import HealthPages
from surveys.web.rendering.page import exception_handlers

_database = Path(os.environ["XINSHENG_DB"])
_store = Store(_database)
forms = FormPages(_store, secret_key(_database.with_suffix(".key")))
app = Starlette(
    routes=[*forms.routes(), *HealthPages(_store).routes()],
    lifespan=lambda _: forms.running(),
    exception_handlers=exception_handlers,
)
