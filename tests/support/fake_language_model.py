"""A server that only plays a language model, and keeps what it was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any


class FakeModel:
    """Answers every comment with one label, and keeps what it was sent."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Callable[[Any], str] = lambda comments: json.dumps(
            [{"n": each["n"], "label": "负面"} for each in comments], ensure_ascii=False
        )
        self.status, self.delay = 200, 0.0
        self.drip = 0  # bytes sent at a time, 0.2 seconds apart
        self.usage: dict[str, int] = {"total_tokens": 7}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["content-length"])))
                fake.asked.append(said)
                fake.keys.append(self.headers["authorization"])
                sleep(fake.delay)
                content = fake.answer(asked_of(said))
                told = {"choices": [{"message": {"content": content}}], "usage": fake.usage}
                self.send_response(fake.status)
                self.end_headers()
                fake.write(self.wfile, json.dumps(told).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def sent(self) -> str:
        return "".join(each["messages"][1]["content"] for each in self.asked)

    def write(self, out: Any, body: bytes) -> None:
        """Send an answer; who no longer waits for it has hung up."""
        with suppress(OSError):
            for start in range(0, len(body), self.drip or len(body)):
                out.write(body[start : start + (self.drip or len(body))])
                out.flush()
                sleep(0.2 if self.drip else 0)


def asked_of(said: dict[str, Any]) -> Any:
    """What a question holds: comments as JSON, or plain words."""
    question = said["messages"][1]["content"]
    try:
        return json.loads(question)
    except ValueError:
        return question


@contextmanager
def fake_model() -> Iterator[FakeModel]:
    """One that serves until the end of the block."""
    model = FakeModel()
    try:
        yield model
    finally:
        model.server.shutdown()
        model.server.server_close()
