"""What the plain pages share: rendering, security headers, pages for what went wrong."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from surveys.definition.questions import Option
from surveys.intake.attachments import file_types
from surveys.localisation.language import (
    catalogues,
    choose_language,
    gettext,
    in_words,
    marked,
    own_name,
    usual_language,
)
from surveys.localisation.profile import UNNAMED, Profile, presenting
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Text
from surveys.storage.records.trouble import trouble
from surveys.web.rendering.compression import pack_page
from surveys.web.rendering.inline_assets import inline_assets
from surveys.web.rendering.language_switch import address_in_language

_WORTH_COMPRESSING = 500
_LARGE, _A_YEAR = "large", 365 * 24 * 3600
TALKING_HOME = "connect-src 'self'"  # for scripts that send to this installation by themselves

Endpoint = Callable[[Request], Awaitable[Response]]
Words = str | Message  # said in the page's language where they are shown

_log = logging.getLogger(__name__)
_HTML = Path(__file__).parent.parent / "html"


class Refusal(Exception):
    """A request that is answered with a page saying why not; the words are for the person at the screen."""

    def __init__(
        self, status: int, title: Words = "", advice: Words = "", *, wait: int | None = None,
        way: tuple[str, Words] | None = None,
    ) -> None:  # fmt: skip
        """*way*: an address of ours that leads on, and what the link to it says."""
        super().__init__(status)
        self.status = status
        self.title = title
        self.advice = advice
        self.wait = wait
        self.way = way


class SignInNeeded(Exception):
    """Only for people who are signed in; they are led to the sign-in page and back."""


class _Trimmed(FileSystemLoader):
    """Templates without their indentation: it is for their readers, not for a phone's data plan."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, fresh = super().get_source(environment, template)
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE), name, fresh


@pass_context
def _say(context: Context, thing: Text | Message | str) -> str:
    """What people are to read, in the page's language, with earlier answers put in where a question stands."""
    language = context["language"]
    words = in_words(thing, language)
    each = context.get("each")
    if each is None or not isinstance(thing, Text) or not thing.placeholders():
        return words

    def spot(name: str, _: str) -> str:
        return Markup('<span data-fill="{}">{}</span>').format(name, each.words(name, language))

    return Markup(Text.model_construct(root={language: str(escape(words))}).filled(spot))  # noqa: S704  escaped above


def _coded(options: Iterable[Option]) -> list[tuple[str, Text]]:
    return [(option.code, option.label) for option in options]


@pass_context
def _gettext(context: Context, wording: str) -> str:
    return gettext(wording, context["language"])


_environment = Environment(
    loader=_Trimmed(_HTML),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
_environment.filters["say"] = _say
_environment.filters["coded"] = _coded
_environment.globals["_"] = _gettext
_environment.filters["own_name"] = own_name
_environment.filters["file_types"] = file_types


def _policy(sheet_hash: str, script_hash: str | None, *more: str) -> str:
    """Nothing but what stands in the page itself; frames only from this installation, for previews."""
    return "; ".join([
        "default-src 'none'", f"style-src {sheet_hash}", *([f"script-src {script_hash}"] if script_hash else []),
        "img-src data:", *more, "form-action 'self'", "frame-ancestors 'self'", "base-uri 'none'",
    ])  # fmt: skip


def page(
    request: Request, template: str, *, status: int = 200, sheets: Sequence[str] = ("style.css",),
    scripts: Sequence[str] = (), headers: Mapping[str, str] | None = None, allowing: Sequence[str] = (), **values: Any,
) -> Response:  # fmt: skip
    """A rendered page, compressed when the browser takes it. Its answer is for one person and not to be kept.

    *allowing* adds to the page's policy what its scripts may do: `TALKING_HOME`.
    """
    large = large_type(request)
    usual: dict[str, Any] = {"language": language_of(request), "profile": profile_of(request), "large": large}
    values = usual | values
    html, policy = drawn(template, sheets=sheets, scripts=scripts, allowing=allowing, **values)
    body = html.encode("utf-8", "replace")
    small = takes_gzip(request) and len(body) > _WORTH_COMPRESSING
    response = answer(pack_page(body) if small else body, policy, small=small, status=status, headers=headers)
    if _LARGE in request.query_params:  # a choice of looks, remembered for all forms of this installation
        response.set_cookie(_LARGE, "1" if large else "0", max_age=_A_YEAR, samesite="lax")
    return response


def large_type(request: Request) -> bool:
    """Whether letters are to be large: by the address, or as it was chosen before in this browser."""
    return (request.query_params.get(_LARGE) or request.cookies.get(_LARGE)) == "1"


def language_of(request: Request) -> str:
    """The language the page speaks."""
    return getattr(request.state, "language", DEFAULT_LANGUAGE)


def profile_of(request: Request) -> Profile:
    """Whose letterhead the page bears."""
    return getattr(request.state, "profile", None) or UNNAMED


def takes_gzip(request: Request) -> bool:
    """Whether the browser reads compressed pages."""
    return "gzip" in request.headers.get("accept-encoding", "")


def drawn(
    template: str, *, sheets: Sequence[str] = ("style.css",), scripts: Sequence[str] = (),
    allowing: Sequence[str] = (), language: str, profile: Profile = UNNAMED, **values: Any,
) -> tuple[str, str]:  # fmt: skip
    """A page as text, and the policy under which it is to be shown."""
    sheet, sheet_hash = inline_assets(tuple(sheets), profile.palette)
    script, script_hash = inline_assets(tuple(scripts)) if scripts else ("", None)
    brought: dict[str, Any] = {
        "language": language, "in_language": in_language(language), "sheet": sheet, "script": script,
        "profile": profile, "organisation": profile.shown_name, "large": False,
    }  # fmt: skip
    html = _environment.get_template(template).render(brought | values)
    return html, _policy(sheet_hash, script_hash, *allowing)


def answer(
    body: bytes, policy: str, *, small: bool, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:  # fmt: skip
    """The answer with a page in it; *small*: it is compressed, here, so that an outer layer leaves it alone."""
    said = {
        "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store", "Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if small else {}),
    }  # fmt: skip
    return Response(body, status, said | dict(headers or {}), media_type="text/html")


_WRONG = {
    400: (marked("没能读懂这次请求"), marked("可能是网络中断，或页面放得太久。请返回上一页，刷新后再试一次。")),
    403: (marked("您不能查看这个页面"), marked("您的账号没有这个页面的权限。如果工作需要，请联系系统管理员。")),
    404: (marked("没有找到这个页面"), marked("请检查网址是否完整；如果是扫码或点链接来的，请向提供的人确认。")),
    405: (marked("这个地址不接受这种操作"), marked("请返回上一页，从页面上的按钮重新操作。")),
    410: (marked("这份问卷已经结束"), marked("感谢您愿意告诉我们。如有问题要反映，请直接联系我们的工作人员。")),
    413: (marked("提交的内容太大"), marked("请按返回键回到上一页，缩短文字后再提交；已填写的内容通常还在。")),
    429: (marked("操作太频繁"), marked("请稍等片刻再试。")),
    500: (marked("系统出了点问题"), marked("不是您的操作有误。请过一会儿再试；如果一直这样，请告诉工作人员。")),
    503: (marked("系统暂时不可用"), marked("请过一会儿再试。")),
}


def in_language(language: str | None) -> str:
    """What an address ends with to go on in this language."""
    return f"?lang={language}" if language and language != usual_language() else ""


def error_page(
    request: Request, status: int, title: Words = "", advice: Words = "", *, wait: int | None = None,
    template: str = "error.html", **more: Any,
) -> Response:  # fmt: skip
    """A page that says what went wrong and what to do about it; *template* may say *more*."""
    usual_title, usual_advice = _WRONG.get(status, _WRONG[500 if status >= 500 else 400])
    headers = {"Retry-After": str(wait)} if wait is not None else None
    title, advice = title or usual_title, advice or usual_advice
    return page(request, template, status=status, headers=headers, code=status, title=title, advice=advice, **more)


def plain(endpoint: Endpoint, letterhead: Callable[[], Profile]) -> Endpoint:
    """The endpoint under the organisation's name, with a page for every way it can fail."""

    async def answered(request: Request) -> Response:
        try:
            told = request.scope.get("state", {}).get("profile")  # by the guard of the door, where there is one
            request.state.profile = told or await anyio.to_thread.run_sync(letterhead)
        except Exception as error:
            return failure_page(request, error)
        with presenting(request.state.profile):
            return await _answered(endpoint, request)

    return answered


async def _answered(endpoint: Endpoint, request: Request) -> Response:
    try:
        request.state.language = choose_language(request.query_params.get("lang", ""), catalogues())
        return await endpoint(request)
    except Refusal as refusal:
        return error_page(request, refusal.status, refusal.title, refusal.advice, wait=refusal.wait, way=refusal.way)
    except SignInNeeded:
        return sign_in_first(request)
    except (HTTPException, ClientDisconnect):
        raise
    except Exception as error:
        return failure_page(request, error)


def failure_page(request: Request, error: Exception) -> Response:
    """What is said of an error nobody has caught: of trouble with disk or database what it is, and to come back."""
    log_failure(request, error)
    known = trouble(error)
    return error_page(request, 503, advice=known, wait=30) if known else error_page(request, 500)


def log_failure(request: Request, error: Exception) -> None:
    """Where it failed and how; never the message, which may quote what someone wrote, nor the link of a person."""
    place = "".join(traceback.format_tb(error.__traceback__))
    known = f" ({trouble(error)})" if trouble(error) else ""
    _log.error("%s %s: %s%s\n%s", request.method, _address(request), type(error).__name__, known, place)


def _address(request: Request) -> str:
    """Where it was, without what stands in the address itself: a personal link is a secret."""
    route = request.scope.get("route")
    return str(getattr(route, "path", request.url.path))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith(("/_stcore", "/static/", "/media/")):  # read by programs
        return Response(status_code=status)
    return error_page(request, status)


# For the application: so that an unknown address or a wrong method is answered by a page too.
exception_handlers = dict.fromkeys((400, 403, 404, 405, 413, 500), _http_error)


def see(address: str) -> Response:
    """Go on at this address of ours, by GET."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def local_path(address: str) -> str | None:
    """The address if it leads to a page of this installation; None if it could lead anywhere else."""
    # Browsers read \ as / and drop control characters, so both could turn a path into another host's address.
    fit = address.startswith("/") and not address.startswith("//") and not re.search(r"[\\\x00-\x20\x7f]", address)
    return address if fit and len(address) <= 1000 else None


def sign_in_first(request: Request) -> Response:
    """To the sign-in page, which leads back here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = "/login?next=" + quote(here if request.method in ("GET", "HEAD") else "/", safe="")
    return see(address_in_language(to, choose_language(request.query_params.get("lang", ""), catalogues())))
