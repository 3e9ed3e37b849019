"""All that people meet who answer: forms by link, by name, at a counter, by telephone, in a frame; opinion boxes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from starlette.routing import BaseRoute

from surveys.definition.listening import Listener
from surveys.localisation.clock import utc_now
from surveys.operations.backup_standing import backup_standing
from surveys.operations.clock_watch import clock_trouble
from surveys.operations.installation import Installation
from surveys.web.cases.opinion_boxes import BoxPages
from surveys.web.forms.embed import EmbedPages
from surveys.web.forms.forms import FormPages
from surveys.web.forms.kiosk import KioskPages
from surveys.web.forms.personal_links import PersonalPages
from surveys.web.forms.tasks import TaskPages
from surveys.web.monitoring.health import Check, HealthPages
from surveys.web.monitoring.metrics import MetricsPages
from surveys.web.protection.networks import names_own_machine
from surveys.web.staff.phone_interviews import CallPages


class RespondentPages:
    """Their routes over one store. `running` must be entered before the first form is taken.

    *ready*: what besides the database has to stand before people are sent here, by name. *listener* reads comments
    while they are answered; without one no form listens.
    """

    def __init__(
        self, installation: Installation, ready: Mapping[str, Check] | None = None, listener: Listener | None = None
    ) -> None:  # fmt: skip
        store, secret, settings = installation.store, installation.secret, installation.settings
        self._forms = FormPages(store, secret, secure=settings.secure, listener=listener)
        # Behind a proxy that is not listed, everybody seems to be on this machine.
        known = bool(settings.proxies) or names_own_machine(settings.base_url)
        self.metrics = MetricsPages(
            store.workload, store.api_keys, beyond_doubt=known, backup=lambda: backup_standing(store).newest
        )  # fmt: skip
        self._pages = (
            self._forms,
            PersonalPages(store, self._forms),
            TaskPages(store, self._forms, secret),
            CallPages(store, self._forms, secret),
            KioskPages(store, self._forms, secret, secure=settings.secure),
            BoxPages(store, secret, secure=settings.secure),
            EmbedPages(store, self._forms, settings.embed_origins),
            HealthPages(store, ready=ready, remark=lambda: clock_trouble(store, utc_now())),
            self.metrics,
        )

    def routes(self) -> list[BaseRoute]:
        return [route for pages in self._pages for route in pages.routes()]

    def running(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, answers are taken."""
        return self._forms.running()
