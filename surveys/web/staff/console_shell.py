"""The page that carries the console: Streamlit's own, made to speak the console's language and bear its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from html import escape
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surveys.localisation.language import gettext, marked
from surveys.localisation.wording import DEFAULT_LANGUAGE

_WEB = Path(__file__).parent.parent
_WORDS = json.dumps(
    json.loads((_WEB.parent / "localisation/locale/streamlit.zh-Hans.json").read_text("utf-8")), ensure_ascii=False
).replace("<", "\\u003c")
_SCRIPT = f"const CONSOLE_WORDS = {_WORDS};" + (_WEB / "html" / "console_words.js").read_text("utf-8")
_NAME = marked("心声")
_NO_SCRIPT = marked("管理后台需要 JavaScript，请在浏览器里打开它。")


def shell(html: str, name: str) -> str:
    """Streamlit's page with the product's name and language, and the words of its widgets."""
    html = html.replace('<html lang="en">', '<html lang="zh-CN">', 1)
    html = html.replace("<title>Streamlit</title>", f"<title>{escape(name)}</title>", 1)
    before, _, rest = html.partition("<noscript>")
    _old, closed, after = rest.partition("</noscript>")
    told = "".join(f"<p>{escape(gettext(_NO_SCRIPT, language))}</p>" for language in (DEFAULT_LANGUAGE, "en"))
    html = f"{before}<noscript>{told}</noscript>{after}" if closed else html
    return html.replace("<head>", f"<head><script>{_SCRIPT}</script>", 1)


class ConsoleShell:
    """ASGI middleware around Streamlit: changes the page under each of *paths*, and nothing else."""

    def __init__(self, app: ASGIApp, *, paths: Collection[str], name: Callable[[], str | None]) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].strip("/") not in self._paths:
            await self._app(scope, receive, send)
            return
        plain = [(key, value) for key, value in scope["headers"] if key not in _CONDITIONS]
        name = await anyio.to_thread.run_sync(self._name) or _NAME
        await self._app({**scope, "headers": plain}, receive, _Changed(send, name))


_CONDITIONS = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class _Changed:
    """Holds the page back until it is whole."""

    def __init__(self, send: Send, name: str) -> None:
        self._send, self._name = send, name
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = shell(self._body.decode("utf-8"), self._name).encode() if self._body else b""
        headers = MutableHeaders(raw=list(start["headers"]))
        for stale in ("etag", "last-modified"):
            del headers[stale]
        if body:
            headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and headers.get("content-type", "").startswith("text/html")
