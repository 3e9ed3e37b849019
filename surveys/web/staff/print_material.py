"""What is printed and hung up: the poster of a survey or an opinion box, and QR codes as files."""

from __future__ import annotations

from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.cases.opinion_boxes import Box
from surveys.fieldwork.distribution import Poster, box_poster, form_link, poster, qr_png, qr_svg
from surveys.fieldwork.tasks.doors import BY_TASK, by_task_alone
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.language import marked
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Action
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.page import Refusal, SignInNeeded, page, plain, profile_of

CARDS_PER_SHEET = 8


class HandingOutPages:
    """Poster and QR code, for those who give surveys out."""

    def __init__(self, store: Respondents, base_url: str, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._base_url = base_url
        self._clock = clock

    def routes(self) -> list[Route]:
        return [
            Route("/poster/{survey}", plain(self.poster, self._store.organisation.profile), methods=["GET"]),
            Route("/box/{box}/poster", plain(self.box_poster, self._store.organisation.profile), methods=["GET"]),
            Route("/cards/{survey}", plain(self.cards, self._store.organisation.profile), methods=["GET"]),
            Route("/qr/{survey}.{kind}", plain(self.code, self._store.organisation.profile), methods=["GET"]),
        ]

    async def poster(self, request: Request) -> Response:
        """An A4 sheet to print; with `?dept=` one for each touchpoint of a department."""
        record, shown = await anyio.to_thread.run_sync(self._posters, request)
        return page(
            request, "poster.html", sheets=["poster.css"], scripts=["poster.js"], posters=shown, live=record.live,
            title=f"海报 · {shown[0].title}",
        )  # fmt: skip

    async def box_poster(self, request: Request) -> Response:
        """An A4 sheet that leads to an opinion box."""
        box, shown = await anyio.to_thread.run_sync(self._box_poster, request)
        return page(
            request, "poster.html", sheets=["poster.css"], scripts=["poster.js"], posters=[shown], live=box.open,
            title=f"海报 · {box.name}",
        )  # fmt: skip

    def _box_poster(self, request: Request) -> tuple[Box, Poster]:
        account = self._handing_out(request)
        box = self._store.boxes.get(request.path_params["box"])
        if box is None:
            raise Refusal(404, marked("没有找到这个意见箱"))
        if not account.sees(box.department):
            raise Refusal(403)
        self._note(request, box.code, "")
        return box, box_poster(box, self._base_url, profile_of(request).name)

    async def cards(self, request: Request) -> Response:
        """Table cards, several to an A4 sheet: one for each touchpoint of a department, or a sheet of the same."""
        record, shown = await anyio.to_thread.run_sync(self._posters, request)
        copies = shown if len(shown) > 1 else shown * CARDS_PER_SHEET
        return page(
            request, "cards.html", sheets=["cards.css"], scripts=["poster.js"], cards=copies, live=record.live,
            per_sheet=CARDS_PER_SHEET, title=f"台卡 · {shown[0].title}",
        )  # fmt: skip

    def _posters(self, request: Request) -> tuple[SurveyRecord, list[Poster]]:
        record, touchpoint = self._asked_for(request)
        places: list[Touchpoint | None] = [*self._of_department(request)] or [touchpoint]
        self._note(request, record.code, ", ".join(place.code for place in places if place))
        issuer = profile_of(request).name
        return record, [poster(record.survey, self._base_url, issuer, place) for place in places]

    async def code(self, request: Request) -> Response:
        """The QR code as a file, for one's own print."""
        kind = request.path_params["kind"]
        if kind not in ("svg", "png"):
            raise Refusal(404)
        record, touchpoint = await anyio.to_thread.run_sync(self._asked_for, request)
        place = touchpoint.code if touchpoint else None
        await anyio.to_thread.run_sync(self._note, request, record.code, place or "")
        link = form_link(self._base_url, record.code, place)
        content = qr_png(link) if kind == "png" else _file(qr_svg(link))
        name = quote("-".join(filter(None, [record.code, place])), safe="")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}.{kind}", "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'",
        }  # fmt: skip
        return Response(content, 200, headers, "image/png" if kind == "png" else "image/svg+xml")

    def _handing_out(self, request: Request) -> Account:
        account = account_of(request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if not account.may(Action.DISTRIBUTE):
            raise Refusal(403)
        return account

    def _note(self, request: Request, thing: str, places: str) -> None:
        """Write down who takes print material along, of what and for which touchpoints."""
        account = self._handing_out(request)
        self._store.accounts.record(account.name, "take print material", thing, places[:200])

    def _asked_for(self, request: Request) -> tuple[SurveyRecord, Touchpoint | None]:
        """The survey, and the touchpoint it is for; refuses what is another department's."""
        account = self._handing_out(request)
        try:
            record = self._store.surveys.get(request.path_params["survey"])
        except UnknownSurvey:
            raise Refusal(404, "没有找到这份问卷") from None
        if by_task_alone(record.survey):
            raise Refusal(403, *BY_TASK)
        code = request.query_params.get("tp")
        touchpoint = self._store.organisation.touchpoint(code) if code else None
        if code and touchpoint is None:
            raise Refusal(404, "没有找到这个触点", "请在“组织”页查看触点的编码。")
        whose = touchpoint.department if touchpoint else request.query_params.get("dept") or record.department
        if not account.may_for(Action.DISTRIBUTE, whose):
            raise Refusal(403)
        return record, touchpoint

    def _of_department(self, request: Request) -> list[Touchpoint]:
        """The touchpoints of the department asked for; empty when none was."""
        department = request.query_params.get("dept")
        if not department:
            return []
        places = [each for each in self._store.organisation.touchpoints() if each.department == department]
        if not places:
            raise Refusal(404, "这个部门还没有触点", "请在“组织”页新增触点，再打印海报。")
        return places


def _file(element: str) -> bytes:
    """An SVG element as a file of its own, which must name its language."""
    return element.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()
