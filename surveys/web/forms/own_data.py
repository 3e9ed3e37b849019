"""What is kept of somebody who was invited, behind their own link: to be looked at, and to be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Text
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.form_data import one, read_form
from surveys.web.rendering.page import language_of, page, plain

_TITLE = marked("我们保存了您的什么信息")
_SURE = marked("确认撤回？")
_DONE = {
    "all": marked("您的答卷已经删除，不再计入结果。"),
    "personal": marked("您的姓名、联系方式、文字、照片和随链接带来的信息已经删除，打分和选择题留在结果里。"),
    "draft": marked("没填完的内容已经删除。"),
}


@dataclass(frozen=True)
class GivenAnswer:
    """One answer as its author reads it."""

    day: str
    notice: str | None
    said: list[tuple[Text, str]]


class OwnDataPages:
    """Routes `/i/{token}/mine`. Who has the link is the person who was invited, as for the form behind it."""

    def __init__(
        self, store: Respondents, invited: Callable[[Request], Awaitable[Invitation]], *, clock: Clock = utc_now
    ) -> None:  # fmt: skip
        self._store, self._invited, self._clock = store, invited, clock
        self._letterhead = store.organisation.profile

    def routes(self) -> list[Route]:
        return [
            Route("/i/{token}/mine", plain(self.show, self._letterhead), methods=["GET"]),
            Route("/i/{token}/mine", plain(self.take, self._letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Everything that hangs on this invitation; of an anonymous survey why there is nothing to be shown."""
        return await self._page(request, await self._invited(request))

    async def take(self, request: Request) -> Response:
        """First asks back, because what is deleted doesn't come back."""
        invitation = await self._invited(request)
        given = await read_form(request, largest=16 * 1024)
        what, sure = one(given, "what"), one(given, "sure")
        if what not in _DONE:
            return await self._page(request, invitation)
        if not sure:
            return await self._page(request, invitation, asked=what)
        await anyio.to_thread.run_sync(self._take_back, invitation, what)
        return await self._page(request, invitation, done=_DONE[what])

    def _take_back(self, invitation: Invitation, what: str) -> None:
        if what in ("all", "draft"):
            self._store.invitations.forget_unfinished(invitation.id)
        for response in [] if what == "draft" or invitation.anonymous else self._answers(invitation):
            if what == "personal":
                self._store.responses.withdraw_consent(invitation.survey, response.id)
            else:
                self._store.responses.withdraw(invitation.survey, response.id, local_day(self._clock()))

    def _answers(self, invitation: Invitation) -> list[StoredResponse]:
        return self._store.responses.of_contact(invitation.survey, invitation.contact)

    async def _page(self, request: Request, invitation: Invitation, asked: str = "", done: str = "") -> Response:
        kept = await anyio.to_thread.run_sync(self._kept, invitation, language_of(request))
        answer = page(
            request, "own_data.html", title=_SURE if asked else _TITLE, asked=asked, done=done, invitation=invitation,
            address=f"/i/{request.path_params['token']}", **kept,
        )  # fmt: skip
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _kept(self, invitation: Invitation, language: str) -> dict[str, Any]:
        """What the page shows, read together."""
        survey = self._store.surveys.get(invitation.survey).survey
        labels = {each.code: each.label for each in survey.context}
        found = [] if invitation.anonymous else self._answers(invitation)
        return {
            "survey": survey, "draft": self._store.invitations.unfinished(invitation.id) is not None,
            "facts": [(labels.get(code, code), value) for code, value in sorted(invitation.context.items())],
            "answers": [_told(each, survey, language) for each in found],
        }  # fmt: skip


def _told(response: StoredResponse, survey: Survey, language: str) -> GivenAnswer:
    """In the words of the questions; what is asked no more stands under its code."""
    questions = {each.code: each for each in survey.questions()}
    said = [
        (questions[code].title, questions[code].words(answer, language)) if code in questions
        else (Text({"zh-Hans": code}), str(answer))
        for code, answer in response.answers.items()
    ]  # fmt: skip
    return GivenAnswer(response.received_on.isoformat(), response.notice, [each for each in said if each[1]])
