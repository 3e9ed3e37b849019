"""Forms of those who sign in, or are about to: each is tied to the browser that it was given to."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from surveys.web.forms.form_data import read_form
from surveys.web.protection import cookies
from surveys.web.protection.sessions import (
    SESSION_COOKIE,
    VISIT_COOKIE,
    csrf_field,
    csrf_fits,
    new_visit,
    visit_fits,
)  # fmt: skip
from surveys.web.rendering.language_switch import other_languages
from surveys.web.rendering.page import Refusal, language_of, page

_EXPIRED = "这一页打开得太久，请再试一次。如果浏览器禁用了 Cookie，请先允许本站使用。"


class GuardedForms:
    """Gives such forms out, and reads what comes back."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._secret = secret
        self._secure = secure

    async def sent_by_us(self, request: Request) -> dict[str, str]:
        """The fields of a form that came from our own page; refuses any other."""
        given = {name: values[0] for name, values in (await read_form(request, largest=64 * 1024)).items()}
        cookie = cookies.cookie_of(request.cookies, SESSION_COOKIE)
        visit = cookies.cookie_of(request.cookies, VISIT_COOKIE)
        field = given.get("_csrf", "")
        by_visit = visit_fits(self._secret, visit) and csrf_fits(self._secret, visit, field)
        elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if elsewhere or not (by_visit or csrf_fits(self._secret, cookie, field)):
            raise Refusal(403, "请从本站的页面操作", _EXPIRED)
        return given

    def page(self, request: Request, template: str, title: str, status: int = 200, **values: Any) -> Response:
        """A page with a form tied to this browser: by its session when there is one, else by a visit cookie."""
        session = cookies.cookie_of(request.cookies, SESSION_COOKIE)
        visit = cookies.cookie_of(request.cookies, VISIT_COOKIE)
        fresh = None if visit_fits(self._secret, visit) else new_visit(self._secret)
        bound = session if session and values.get("account") else fresh or visit or ""
        csrf = csrf_field(self._secret, bound)
        languages = other_languages(request, language_of(request), next=str(values.get("next", "")))
        shown: dict[str, Any] = {"name": "", "next": "", "problem": "", "account": None, "csrf": csrf}
        shown |= {"languages": languages} | values
        response = page(request, template, status=status, title=title, **shown)
        if fresh and bound == fresh:
            self.set_cookie(response, VISIT_COOKIE, fresh)
        return response

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        cookies.set_cookie(response, name, value, secure=self._secure)
