"""All that people meet who answer: forms by link, by name, at a counter, by telephone, in a frame; opinion boxes."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from starlette.routing import BaseRoute

from surveys.operations.installation import Installation
from surveys.web.cases.opinion_boxes import BoxPages
from surveys.web.forms.embed import EmbedPages
from surveys.web.forms.forms import FormPages
from surveys.web.forms.kiosk import KioskPages
from surveys.web.forms.personal_links import PersonalPages
from surveys.web.monitoring.health import HealthPages
from surveys.web.staff.phone_interviews import CallPages


class RespondentPages:
    """Their routes over one store. `running` must be entered before the first form is taken."""

    def __init__(self, installation: Installation) -> None:
        store, secret, settings = installation.store, installation.secret, installation.settings
        self._forms = FormPages(store, secret, secure=settings.secure)
        self._pages = (
            self._forms,
            PersonalPages(store, self._forms),
            CallPages(store, self._forms, secret),
            KioskPages(store, self._forms, secret, secure=settings.secure),
            BoxPages(store, secret, secure=settings.secure),
            EmbedPages(store, self._forms, settings.embed_origins),
            HealthPages(store),
        )

    def routes(self) -> list[BaseRoute]:
        return [route for pages in self._pages for route in pages.routes()]

    def running(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, answers are taken."""
        return self._forms.running()
