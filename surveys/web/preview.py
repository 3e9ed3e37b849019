"""`/preview/{survey}`: the form of a draft as respondents will see it, for those who design it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Role
from surveys.clock import Clock, utc_now
from surveys.definition import Survey
from surveys.editing import Draft, NotReady, delete_question, delete_section, finished
from surveys.intake import OpenForm
from surveys.storage import Store
from surveys.storage.surveys import UnknownSurvey
from surveys.web.asking import Asking, Entrance
from surveys.web.form_page import Filled, form_page
from surveys.web.page import Refusal, SignInNeeded, plain
from surveys.web.sessions import account_of
from surveys.web.signing import FormToken
from surveys.wording import DEFAULT_LANGUAGE

_DESIGNERS = (Role.ADMIN, Role.DESIGNER)
_MOST_LEFT_OUT = 50
# Not by a fragment of the address: that would scroll the builder as well, and take the focus from its fields.
_SHOWING = """
const name = new URLSearchParams(location.search).get("at") || "";
const at = document.querySelector('[data-q="' + CSS.escape(name) + '"]');
addEventListener("pageshow", () => { document.querySelector("button.go").disabled = true; });
addEventListener("load", () => {
    if (!at) return;
    scrollTo(0, at.getBoundingClientRect().top + scrollY - 70);
    if (at.animate) at.animate([{backgroundColor: "#DCEBE9"}, {backgroundColor: "transparent"}], 1200);
});
"""
_SHOWING_HASH = f"'sha256-{b64encode(hashlib.sha256(_SHOWING.encode()).digest()).decode()}'"
_SUBMIT, _NO_SUBMIT = b'<button class="go"', b'<button class="go" disabled'


class Shown(NamedTuple):
    """What of a draft can be shown; None when nothing can."""

    survey: Survey | None
    left_out: int = 0


class PreviewPages:
    """The forms' own page over a draft; nothing can be sent from it."""

    def __init__(self, store: Store, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route("/preview/{survey}", plain(self.preview, self._store.organisation.name), methods=["GET"])]

    async def preview(self, request: Request) -> Response:
        """The newest draft, else the newest version; questions that are not fit yet are left out."""
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if account.role not in _DESIGNERS:
            raise Refusal(403)
        draft = await anyio.to_thread.run_sync(self._draft, request.path_params["survey"])
        shown = shown_of(draft)
        if shown.survey is None:
            raise Refusal(404, "还没有可以预览的题目", "请先按左侧的提示补全题目，预览会随之出现。")
        language = request.query_params.get("lang") or DEFAULT_LANGUAGE
        code = request.path_params["survey"]
        asking = Asking(OpenForm(shown.survey, 0, None), Entrance(f"/s/{code}", code), shown.survey, language=language)
        notice = f"有 {shown.left_out} 道题还没有填写完整，预览中暂时略去。" if shown.left_out else ""
        filled = Filled(FormToken.new(0, self._clock()), notice=notice)
        return _without_sending(form_page(_uncompressed(request), self._secret, asking, filled))

    def _draft(self, code: str) -> Draft:
        saved = self._store.drafts.get(code)
        if saved is not None:
            return Draft(saved.data)
        try:
            return Draft.of(self._store.surveys.get(code).survey)
        except UnknownSurvey as error:
            raise Refusal(404, "没有找到这份问卷") from error


def shown_of(draft: Draft) -> Shown:
    """The survey of a draft without the questions and sections that are not fit yet."""
    for left_out in range(_MOST_LEFT_OUT):
        try:
            return Shown(finished(draft), left_out)
        except NotReady as refusal:
            fitter = _without_first(draft, refusal)
        if fitter is None:
            break
        draft = fitter
    return Shown(None)


def _without_first(draft: Draft, refusal: NotReady) -> Draft | None:
    """The draft without the last question that has a problem, or without an empty section; None when neither helps."""
    places = sorted({each.question for each in refusal.problems if each.question}, reverse=True)
    if places:
        section, place = places[0]
        return delete_question(draft, draft.data["sections"][section]["questions"][place]["code"])
    empty = [s for s, section in enumerate(draft.sections()) if not section.get("questions")]
    if empty and len(draft.sections()) > 1:
        return delete_section(draft, empty[-1])
    return None


def _uncompressed(request: Request) -> Request:
    """The same request from a browser that takes no compression, so that the page can be touched up."""
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-encoding"]
    return Request({**request.scope, "headers": headers})


def _without_sending(form: Response) -> Response:
    """The page without its way to be sent, and with the script that shows the question worked on."""
    policy = form.headers["Content-Security-Policy"].replace("form-action 'self'", "form-action 'none'")
    policy = policy.replace("script-src ", f"script-src {_SHOWING_HASH} ")
    script = f"<script>{_SHOWING}</script></body>".encode()
    body = bytes(form.body).replace(_SUBMIT, _NO_SUBMIT).replace(b"</body>", script)
    return Response(body, 200, {"Content-Security-Policy": policy, "Cache-Control": "no-store"}, "text/html")
