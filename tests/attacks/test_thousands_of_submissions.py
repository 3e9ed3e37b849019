"""Thousands of submissions made to break something: no 500, nothing kept that the survey does not allow.

A thousand by default; `XINSHENG_HOSTILE=10000` for as many as you like. Each run draws others and says its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections import Counter
from urllib.parse import quote_from_bytes

from starlette.applications import Starlette

from surveys.storage import Store
from surveys.templates import template
from surveys.web.forms import FormPages
from surveys.web.page import exception_handlers
from surveys.web.signing import FormToken
from tests.front_door import NOW, SECRET, Clock, publish

MANY = int(os.environ.get("XINSHENG_HOSTILE", "1000"))
SURVEYS = ["power-visit", "department-review", "key-account"]
NASTY = [
    b"", b" ", b"4", b"na", b"-1", b"1e9", b"4.0", b"NaN", b"null", b"true", b"[]", b"{}", b"9" * 400, b"\x00",
    b"a\x00b",
    b"\xed\xa0\x80", b"\xff\xfe", b"\xf4\x90\x80\x80", "\u202e反向\u2066".encode(), "５".encode(), "\u0000".encode(),
    b"<script>alert(1)</script>", b"</textarea><script>alert(1)</script>", b'"><img src=x onerror=alert(1)>',
    b"'; DROP TABLE responses; --", b"' OR 1=1 --", b"{{ 7*7 }}{% raw %}", b"${7*7}", b"../../etc/passwd", b"%00%0d%0a",
    b"=cmd|' /C calc'!A0", b"a\r\nSet-Cookie: x=1", "一".encode() * 3000, b"\\ud800", b"__proto__", b"x" * 70_000,
]  # fmt: skip
OWN = [b"_token", b"_tp", b"_biz", b"_lang", b"_csrf", b"_asked", b"_switch", b"_link.tp", b"_link.x", b"id", b"a.b.c"]


class Attacker:
    """Makes up one request after the other."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._fields = {
            code: [name.encode() for each in template(code).questions() for name in each.fields()] for code in SURVEYS
        }

    def request(self) -> tuple[str, bytes, bytes]:
        """(survey, content type, body)."""
        draw, survey = self._draw, self._draw.choice(SURVEYS)
        pairs = [(name, self._value()) for name in self._fields[survey] if draw.random() < 0.7]
        pairs += [(draw.choice(OWN + NASTY), self._value()) for _ in range(draw.randrange(4))]
        if draw.random() < 0.9:
            token = FormToken.new(draw.choice([1] * 9 + [0, 99]), NOW).text(SECRET, survey)
            pairs.insert(0, (b"_token", token.encode()))
        if draw.random() < 0.01:
            pairs += [(b"f%d" % number, b"1") for number in range(10_000)]
        if draw.random() < 0.005:
            pairs.append((b"comment", b"x" * 10_000_000))
        return survey, *(self._multipart(pairs) if draw.random() < 0.3 else self._encoded(pairs))

    def _value(self) -> bytes:
        draw = self._draw
        usual = draw.choice([b"1", b"2", b"4", b"5", b"na", b"yes", b"repair"])
        return usual if draw.random() < 0.85 else draw.choice(NASTY) + draw.choice([b"", b"", draw.choice(NASTY)])

    def _encoded(self, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        body = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs).encode()
        if self._draw.random() < 0.1:
            body = body.replace(b"%", self._draw.choice([b"%%", b"%u", b"%zz"]))
        other = self._draw.random() < 0.05
        return b"application/json" if other else b"application/x-www-form-urlencoded", body

    def _multipart(self, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        draw = self._draw
        disposition = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        a_file = b'; filename="a.exe"'
        parts = [disposition % (name, a_file if draw.random() < 0.03 else b"", value) for name, value in pairs]
        body = b"".join(parts) + b"--x--\r\n"
        if draw.random() < 0.3:  # broken off or damaged on the way
            cut = draw.randrange(len(body))
            body = body[:cut] + draw.choice([b"", b"\r\n--x", b"\x00", body[cut + 1 :]])
        charset = draw.choice([b"", b"", b"; charset=utf-7", b"; charset=idna", b"; charset=nonsense"])
        return b"multipart/form-data; boundary=x" + charset, body


async def answered(app: Starlette, survey: str, kind: bytes, body: bytes) -> tuple[int, bytes]:
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"x"), (b"content-type", kind), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http", "method": "POST", "path": f"/s/{survey}", "query_string": b"", "headers": headers,
        "http_version": "1.1", "scheme": "http", "server": ("x", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)  # type: ignore[misc,return-value]


async def attack(store: Store, attacker: Attacker) -> Counter[int]:
    forms = FormPages(store, SECRET, clock=Clock())
    app = Starlette(routes=forms.routes(), exception_handlers=exception_handlers)
    statuses = Counter[int]()
    async with forms.running():
        for _ in range(MANY):
            survey, kind, body = attacker.request()
            status, page = await answered(app, survey, kind, body)
            statuses[status] += 1
            assert status in (200, 400, 403, 404, 413, 422, 429), (status, survey, kind, body[:2000])
            assert b"Traceback" not in page and b"<script>alert" not in page and b"<img src=x" not in page
    return statuses


def test_nothing_breaks_and_nothing_unfit_is_kept(store: Store) -> None:
    """Every answer is a page for people; every kept answer is one its question gives for some entry."""
    for code in SURVEYS:
        publish(store, code)
    seed = random.randrange(10**9)
    print("seed", seed)
    statuses = asyncio.run(attack(store, Attacker(seed)))
    print(dict(statuses))
    kept = [each for code in SURVEYS for chunk in store.responses.responses(code) for each in chunk]
    assert kept and statuses[422] and statuses[400]  # the attack reached every part
    for response in kept:
        survey = template(response.survey)
        for item, answer in response.answers.items():
            question = survey.question(item)
            assert question.check(question.entered_from(answer)) == answer
        assert response.touchpoint is None or response.touchpoint == "repair-east"
    with sqlite3.connect(store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
