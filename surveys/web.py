"""What the plain pages share: rendering, security headers, reading what was entered, pages for what went wrong."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import traceback
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from surveys.wording import DEFAULT_LANGUAGE, Text

LARGEST_BODY = 2 * 1024 * 1024
MOST_FIELDS = 1000
_WORTH_COMPRESSING = 500

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)
_HTML = Path(__file__).parent / "html"


class Refusal(Exception):
    """A request that is answered with a page saying why not; the words are for the person at the screen."""

    def __init__(self, status: int, title: str = "", advice: str = "", *, wait: int | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.title = title
        self.advice = advice
        self.wait = wait


class SignInNeeded(Exception):
    """Only for people who are signed in; they are led to the sign-in page and back."""


class _Trimmed(FileSystemLoader):
    """Templates without their indentation: it is for their readers, not for a phone's data plan."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, fresh = super().get_source(environment, template)
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE), name, fresh


@pass_context
def _say(context: Context, text: Text) -> str:
    return text.in_language(context["language"])


_environment = Environment(
    loader=_Trimmed(_HTML),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
_environment.filters["say"] = _say


def _inlined(name: str) -> str:
    """A sheet or script as it stands in the page: without comments and line indents."""
    text = re.sub(r"/\*.*?\*/", "", (_HTML / name).read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    return re.sub(r"\s*([{};,>])\s*|(?<=:)\s+", r"\1", text) if name.endswith(".css") else text


def _hash(text: str) -> str:
    return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


_INLINED = {path.name: _inlined(path.name) for path in _HTML.glob("*.*s*") if path.suffix in {".css", ".js"}}
_HASHES = {name: _hash(text) for name, text in _INLINED.items()}


def _policy(sheet: str, script: str | None) -> str:
    """Nothing but what stands in the page itself; frames only from this installation, for previews."""
    return "; ".join([
        "default-src 'none'", f"style-src {_HASHES[sheet]}", *([f"script-src {_HASHES[script]}"] if script else []),
        "img-src data:", "form-action 'self'", "frame-ancestors 'self'", "base-uri 'none'",
    ])  # fmt: skip


def page(
    request: Request, template: str, *, status: int = 200, sheet: str = "style.css", script: str | None = None,
    headers: Mapping[str, str] | None = None, **values: Any,
) -> Response:  # fmt: skip
    """A rendered page, compressed when the browser takes it. Its answer is for one person and not to be kept."""
    assets = {"sheet": Markup(_INLINED[sheet]), "script": Markup(_INLINED[script]) if script else ""}  # noqa: S704
    defaults = {"language": DEFAULT_LANGUAGE, "organisation": getattr(request.state, "organisation", None) or "心声"}
    body = _environment.get_template(template).render(defaults | assets | values).encode("utf-8", "replace")
    answer = {
        "Content-Security-Policy": _policy(sheet, script), "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Vary": "Accept-Encoding",
    }  # fmt: skip
    if len(body) > _WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        # Compressed here, an outer layer leaves the body alone; level 6 gives up 1 % of size for half the time.
        body = gzip.compress(body, 6, mtime=0)
        answer["Content-Encoding"] = "gzip"
    return Response(body, status, answer | dict(headers or {}), media_type="text/html")


_WRONG = {
    400: ("没能读懂这次请求", "可能是网络中断，或页面放得太久。请返回上一页，刷新后再试一次。"),
    403: ("您不能查看这个页面", "您的账号没有这个页面的权限。如果工作需要，请联系系统管理员。"),
    404: ("没有找到这个页面", "请检查网址是否完整；如果是扫码或点链接来的，请向提供的人确认。"),
    405: ("这个地址不接受这种操作", "请返回上一页，从页面上的按钮重新操作。"),
    410: ("这份问卷已经结束", "感谢您愿意告诉我们。如有问题要反映，请直接联系我们的工作人员。"),
    413: ("提交的内容太大", "请按返回键回到上一页，缩短文字后再提交；已填写的内容通常还在。"),
    429: ("操作太频繁", "请稍等片刻再试。"),
    500: ("系统出了点问题", "不是您的操作有误。请过一会儿再试；如果一直这样，请告诉工作人员。"),
    503: ("系统暂时不可用", "请过一会儿再试。"),
}


def error_page(
    request: Request, status: int, title: str = "", advice: str = "", *, wait: int | None = None
) -> Response:  # fmt: skip
    """A page that says what went wrong and what to do about it."""
    usual_title, usual_advice = _WRONG.get(status, _WRONG[500 if status >= 500 else 400])
    headers = {"Retry-After": str(wait)} if wait is not None else None
    title, advice = title or usual_title, advice or usual_advice
    return page(request, "error.html", status=status, headers=headers, code=status, title=title, advice=advice)


def plain(endpoint: Endpoint, letterhead: Callable[[], str | None]) -> Endpoint:
    """The endpoint under the organisation's name, with a page for every way it can fail."""

    async def answer(request: Request) -> Response:
        try:
            request.state.organisation = letterhead()
            return await endpoint(request)
        except Refusal as refusal:
            return error_page(request, refusal.status, refusal.title, refusal.advice, wait=refusal.wait)
        except SignInNeeded:
            return sign_in_first(request)
        except (HTTPException, ClientDisconnect):
            raise
        except Exception as error:
            log_failure(request, error)
            return error_page(request, 500)

    return answer


def log_failure(request: Request, error: Exception) -> None:
    """Where it failed and how; never the message, which may quote what someone wrote."""
    place = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s %s: %s\n%s", request.method, request.url.path, type(error).__name__, place)


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
    return see("/login?next=" + quote(here if request.method in ("GET", "HEAD") else "/", safe=""))


async def entered(request: Request, *, largest: int = LARGEST_BODY) -> dict[str, list[str]]:
    """The fields of a submitted form; refuses what is too large or no form at all."""
    body = await _body(request, largest)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            pairs = await _multipart(request, body)
        elif kind == "application/x-www-form-urlencoded" or not body:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        else:
            raise Refusal(400)
    except (MultiPartException, ValueError, KeyError) as error:
        raise Refusal(400) from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


async def _body(request: Request, largest: int) -> bytes:
    """The body. One that is too large is read to its end, within reason: who still sends does not hear an answer."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:12]) > 16 * largest:
        raise Refusal(413)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= largest:
            chunks.append(chunk)
        elif size > 16 * largest:
            break
    if size > largest:
        raise Refusal(413)
    return b"".join(chunks)


async def _multipart(request: Request, body: bytes) -> list[tuple[str, str]]:
    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, once(), max_files=0, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY)
    form = await parser.parse()
    # An exotic charset may decode to lone surrogates, which no page could show again.
    return [(name, str(value).encode("utf-8", "replace").decode()) for name, value in form.multi_items()]
