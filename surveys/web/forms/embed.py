"""`/embed/{survey}`: a survey's form in a frame of websites that the administrator has listed, and of no others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.storage.records.protocols import Respondents
from surveys.web.forms.copied import copied_code
from surveys.web.forms.entrances import EmbeddedForm, Entrance
from surveys.web.forms.forms import FormPages
from surveys.web.rendering.page import Endpoint, plain

_OWN = "frame-ancestors 'self'"


class EmbedPages:
    """The open form under another address, whose policy lets the listed *origins* frame it."""

    def __init__(self, store: Respondents, forms: FormPages, origins: Sequence[str]) -> None:
        self._store, self._forms, self._origins = store, forms, origins

    def routes(self) -> list[Route]:
        name = self._store.organisation.profile
        return [
            Route("/embed/{survey}", self._framed(plain(self.show, name)), methods=["GET"]),
            Route("/embed/{survey}", self._framed(plain(self.take, name)), methods=["POST"]),
            Route("/embed/{survey}/thanks", self._framed(plain(self.thanks, name)), methods=["GET"]),
            Route("/embed/{survey}/thanks", self._framed(plain(self.take_offer, name)), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return _beside(await self._forms.show_at(request, _entrance(request)))

    async def take(self, request: Request) -> Response:
        return _beside(await self._forms.take_at(request, _entrance(request)))

    async def thanks(self, request: Request) -> Response:
        return _beside(await self._forms.thanks.show(request))

    async def take_offer(self, request: Request) -> Response:
        return _beside(await self._forms.thanks.take_offer(request))

    def _framed(self, endpoint: Endpoint) -> Endpoint:
        """With the policy for frames, whatever the answer is: a closed survey says so in its frame too."""

        async def answer(request: Request) -> Response:
            response = await endpoint(_uncompressed(request))
            if policy := response.headers.get("Content-Security-Policy"):
                response.headers["Content-Security-Policy"] = policy.replace(_OWN, " ".join([_OWN, *self._origins]))
            return response

        return answer


def _entrance(request: Request) -> Entrance:
    survey = copied_code(request.path_params["survey"])
    return EmbeddedForm(f"/embed/{survey}", survey)


def _uncompressed(request: Request) -> Request:
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-encoding"]
    return Request({**request.scope, "headers": headers}, request.receive)


def _beside(response: Response) -> Response:
    """Links to pages that no frame may show open beside it."""
    body = re.sub(rb'<a (?=[^>]*href="/s/)', b'<a target="_blank" rel="noopener" ', bytes(response.body))
    response.body = body
    response.headers["content-length"] = str(len(body))
    return response
