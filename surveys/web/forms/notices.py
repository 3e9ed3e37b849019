"""What people are told of the use of their personal information: a page for each version, to which a form links."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.fieldwork.privacy_notices import notice_named
from surveys.localisation.clock import local_day
from surveys.localisation.language import choose_language, marked
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.storage.records.protocols import Respondents
from surveys.web.rendering.page import Refusal, page, plain

_TITLE = marked("个人信息怎样使用")


class NoticePages:
    """Every version that was ever given, by the name that answers keep of it; nobody has to sign in."""

    def __init__(self, store: Respondents) -> None:
        self._notices = store.privacy_notices
        self._letterhead = store.organisation.profile

    def routes(self) -> list[Route]:
        return [Route("/notice/{of}/{number}", plain(self.show, self._letterhead), methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One version, in the language that was chosen, where it has that."""
        named = notice_named("{of}/{number}".format(**request.path_params))
        notice = await anyio.to_thread.run_sync(self._notices.get, *named) if named else None
        if notice is None or notice.text is None:
            raise Refusal(404)
        tongues = list(notice.text.root)
        language = choose_language(request.query_params.get("lang", ""), tongues) if tongues else DEFAULT_LANGUAGE
        request.state.language = language
        paragraphs = [each.strip() for each in notice.text.in_language(language).splitlines() if each.strip()]
        return page(
            request, "notice.html", title=_TITLE, notice=notice, paragraphs=paragraphs,
            day=local_day(notice.since).isoformat(),
        )  # fmt: skip
