"""Clients that send too much, too slowly, without a right, or hang up: each is dealt with before it costs anything."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.front import __main__ as front
from surveys.web.rendering import own_routes
from surveys.web.rendering.own_routes import OwnRoutes
from surveys.web.staff.upload_sums import MOST_UPLOADED, WINDOW, UploadSums
from tests.support.front_door import BEHIND, add_account, be, visiting

UPLOAD = "/_stcore/upload_file/a/b"


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.DESIGNER, 200), (Role.MANAGER, 200), (Role.AGENT, 403), (Role.STAFF, 403)],
)
def test_files_come_in_from_those_whose_pages_take_them(store: Store, role: Role, status: int) -> None:
    account = add_account(store, "wu", role)
    with visiting(store) as browser:
        assert browser.put(UPLOAD, content=b"x").status_code == 401
        be(browser, store, account)
        answer = browser.get(UPLOAD)
        assert answer.status_code == status and (answer.text == BEHIND) == (status == 200)


def test_a_session_sends_so_much_and_no_more(store: Store) -> None:
    """By what it claims, before a byte is read; another session is not held up."""
    boss = add_account(store, "boss", Role.ADMIN)
    with visiting(store) as browser:
        be(browser, store, boss)
        assert browser.put(UPLOAD, headers={"Content-Length": str(MOST_UPLOADED + 1)}).status_code == 413


def test_sums_are_by_session_and_end() -> None:
    now = [0.0]
    sums = UploadSums(now=lambda: now[0])
    assert sums.admit("a", MOST_UPLOADED) and not sums.admit("a", 1) and sums.admit("b", 1)
    now[0] = WINDOW
    assert sums.admit("a", 1)


async def taking(request: Request) -> Response:
    await request.body()
    return PlainTextResponse("taken")


class Nobody:
    """An organisation without a name."""

    def profile(self) -> Any:
        from surveys.localisation.profile import UNNAMED

        return UNNAMED


async def answered(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What an own route answers to a body that comes so and then no further."""
    sent: list[dict[str, Any]] = []
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        for message in coming:
            return message
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    app = OwnRoutes(PlainTextResponse("other"), organisation=Nobody(), routes=[Route("/own", taking, methods=["POST"])])
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/own",
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    return sent


PIECE = {"type": "http.request", "body": b"a=1", "more_body": True}


@pytest.mark.parametrize(
    "messages", [[PIECE], [PIECE, {"type": "http.disconnect"}]], ids=["stops coming", "the client hangs up"]
)
def test_a_body_that_never_ends_leaves_one_line(
    messages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And no traceback; whoever still listens is told that it took too long."""
    monkeypatch.setattr(own_routes, "LONGEST_PAUSE", 0.05)
    caplog.set_level(logging.INFO)
    sent = asyncio.run(answered(messages))
    assert [message["status"] for message in sent if "status" in message] == [408]
    assert [record.getMessage() for record in caplog.records if record.name == own_routes.__name__] == [
        "POST /own: the client hung up"
    ]
    assert not any(record.exc_info for record in caplog.records)


def test_a_whole_body_is_taken() -> None:
    sent = asyncio.run(answered([PIECE, {"type": "http.request", "body": b"", "more_body": False}]))
    assert sent[0]["status"] == 200


def test_headers_that_never_end_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is closed, whether nothing came or a part; one that has said all is left alone."""
    monkeypatch.setattr(front, "HEADERS_WITHIN", 0.2)

    async def app(_: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.6)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    async def said(by: bytes, port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(by)
        got = await reader.readline()
        writer.close()
        return got

    async def all_said() -> list[bytes]:
        import uvicorn

        config = uvicorn.Config(app, http=front.PatientProtocol, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            running = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started:
                await asyncio.sleep(0.01)
            got = await asyncio.gather(
                said(b"", port), said(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", port),
                said(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", port),
            )  # fmt: skip
            server.should_exit = True
            await running
        return got

    assert asyncio.run(all_said()) == [b"", b"", b"HTTP/1.1 200 OK\r\n"]


def test_the_api_looks_at_the_key_before_the_body(store: Store) -> None:
    """Without one, five megabytes and more are answered as soon as the headers are there."""
    from surveys.web.api import api

    mounted = api(store, b"a secret of thirty-two bytes, no", lambda *_: None)  # type: ignore[arg-type, return-value]

    async def asked() -> list[int]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            raise AssertionError("the body was read")

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "path": "/api/v1/surveys/a/responses", "root_path": "", "headers": [],
            "query_string": b"", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "client": None,
        }  # fmt: skip
        await mounted.handle({**scope, **mounted.matches(scope)[1]}, receive, send)  # type: ignore[arg-type]
        return [message["status"] for message in sent if "status" in message]

    assert asyncio.run(asked()) == [401]
