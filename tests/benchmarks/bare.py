"""The limit: a bare route that keeps what it is sent, with shared commits and the settings of the real database."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from surveys.intake.shared_commits import LARGEST_BATCH
from surveys.storage.sqlite.connection import connect

_path = os.environ.get("BARE_DATABASE")  # none: nothing is kept, to see what the client and the server alone can do
_waiting: asyncio.Queue[tuple[tuple[str, str], asyncio.Future[None]]] = asyncio.Queue()


async def take(request: Request) -> HTMLResponse:
    answers = dict(parse_qsl((await request.body()).decode()))
    if _path:
        kept = asyncio.get_running_loop().create_future()
        _waiting.put_nowait(((secrets.token_hex(16), json.dumps(answers, ensure_ascii=False)), kept))
        await kept
    return HTMLResponse("<p>谢谢</p>")


async def health(request: Request) -> HTMLResponse:
    return HTMLResponse("ok")


@asynccontextmanager
async def running(_: Starlette) -> AsyncIterator[None]:
    if not _path:
        yield
        return
    db = connect(Path(_path)).conn
    db.execute("CREATE TABLE answers (id TEXT PRIMARY KEY, answers TEXT) STRICT, WITHOUT ROWID")

    def commit(rows: list[tuple[str, str]]) -> None:
        with db:
            db.executemany("INSERT INTO answers VALUES (?, ?)", rows)

    async def write() -> None:
        thread, loop = ThreadPoolExecutor(max_workers=1), asyncio.get_running_loop()
        while True:
            batch = [await _waiting.get()]
            while not _waiting.empty() and len(batch) < LARGEST_BATCH:
                batch.append(_waiting.get_nowait())
            await loop.run_in_executor(thread, commit, [row for row, _ in batch])
            for _, kept in batch:
                kept.set_result(None)

    writer = asyncio.create_task(write())
    yield
    writer.cancel()


app = Starlette(routes=[Route("/s/{survey}", take, methods=["POST"]), Route("/healthz", health)], lifespan=running)
