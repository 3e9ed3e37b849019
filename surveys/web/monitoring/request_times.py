"""How long requests take until their answer begins, by the first part of an address: whose page it is stays unsaid."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import Message, Send

Observe = Callable[[str, str, str, float], object]
"""Told of each request: page, method, status as `2xx`, seconds."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
ELSEWHERE = "console"  # whatever is no page of ours: addresses of strangers must not become names


def timed(send: Send, page: str, method: str, observe: Observe) -> Send:
    """Sends, and has *observe* told when the answer begins."""
    began = time.perf_counter()

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            method_said = method if method in _METHODS else "other"
            observe(page, method_said, f"{message['status'] // 100}xx", time.perf_counter() - began)
        await send(message)

    return sending
