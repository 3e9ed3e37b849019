"""`/embed/{survey}`: a survey's form in a frame of websites that the administrator has listed, and of no others."""

from __future__ import annotations

import re
from collections.abc import Sequence

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.definition import Audience
from surveys.storage import Store
from surveys.web.asking import Entrance
from surveys.web.forms import FormPages
from surveys.web.page import Endpoint, Refusal, plain

_OWN = "frame-ancestors 'self'"


class EmbedPages:
    """The open form under another address, whose policy lets the listed *origins* frame it."""

    def __init__(self, store: Store, forms: FormPages, origins: Sequence[str]) -> None:
        self._store, self._forms, self._origins = store, forms, origins

    def routes(self) -> list[Route]:
        name = self._store.organisation.name
        return [
            Route("/embed/{survey}", self._framed(plain(self.show, name)), methods=["GET"]),
            Route("/embed/{survey}", self._framed(plain(self.take, name)), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return _beside(await self._forms.show_at(request, await self._entrance(request)))

    async def take(self, request: Request) -> Response:
        return _beside(await self._forms.take_at(request, await self._entrance(request)))

    async def _entrance(self, request: Request) -> Entrance:
        survey = request.path_params["survey"]
        form = await anyio.to_thread.run_sync(self._store.responses.open_form, survey)
        if form is not None and form.survey.audience is Audience.STAFF:
            raise Refusal(403)  # who is signed in here must not be told to a page of someone else's
        return Entrance(f"/embed/{survey}", survey)

    def _framed(self, endpoint: Endpoint) -> Endpoint:
        """With the policy for frames, whatever the answer is: a closed survey says so in its frame too."""

        async def answer(request: Request) -> Response:
            response = await endpoint(_uncompressed(request))
            policy = response.headers.get("Content-Security-Policy", "")
            response.headers["Content-Security-Policy"] = policy.replace(_OWN, " ".join([_OWN, *self._origins]))
            return response

        return answer


def _uncompressed(request: Request) -> Request:
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-encoding"]
    return Request({**request.scope, "headers": headers}, request.receive)


def _beside(response: Response) -> Response:
    """Links to pages that no frame may show open beside it."""
    body = re.sub(rb'<a (?=[^>]*href="/s/)', b'<a target="_blank" rel="noopener" ', bytes(response.body))
    response.body = body
    response.headers["content-length"] = str(len(body))
    return response
