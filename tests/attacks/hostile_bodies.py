"""Request bodies made to break something: hostile values in fields and in JSON, damaged encodings, too much of all."""

from __future__ import annotations

import copy
import json
import random
from typing import Any
from urllib.parse import quote_from_bytes

NASTY = [
    b"", b" ", b"4", b"na", b"-1", b"1e9", b"4.0", b"NaN", b"null", b"true", b"[]", b"{}", b"9" * 400, b"\x00",
    b"a\x00b",
    b"\xed\xa0\x80", b"\xff\xfe", b"\xf4\x90\x80\x80", "\u202e反向\u2066".encode(), "５".encode(), "\u0000".encode(),
    b"<script>alert(1)</script>", b"</textarea><script>alert(1)</script>", b'"><img src=x onerror=alert(1)>',
    b"'; DROP TABLE responses; --", b"' OR 1=1 --", b"{{ 7*7 }}{% raw %}", b"${7*7}", b"../../etc/passwd", b"%00%0d%0a",
    b"=cmd|' /C calc'!A0", b"a\r\nSet-Cookie: x=1", "一".encode() * 3000, b"\\ud800", b"__proto__", b"x" * 70_000,
]  # fmt: skip
OWN = [b"_token", b"_tp", b"_biz", b"_lang", b"_csrf", b"_asked", b"_switch", b"_link.tp", b"_link.x", b"id", b"a.b.c"]
ODD = [None, True, -1, 1e308, float("nan"), float("inf"), 10**400, "", "\x00", "\ud800", "<script>alert(1)</script>",
       "' OR 1=1 --", [], {}, [[[[]]]], {"": {"": ""}}, "x" * 70_000, "\u202e反向"]  # fmt: skip

Pairs = list[tuple[bytes, bytes]]


class Spoiler:
    """Spoils what a well-behaved visitor would send; the same seed spoils alike."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def form(self, fields: dict[str, list[str]]) -> tuple[bytes, bytes]:
        """(content type, body) of these fields with something wrong in them."""
        pairs = [(name.encode(), value.encode()) for name, values in fields.items() for value in values]
        for _ in range(self.draw.choice([1, 1, 1, 2, 5])):
            self._harm(pairs)
        return self.body(pairs)

    def _harm(self, pairs: Pairs) -> None:
        draw, where = self.draw, self.draw.randrange(max(1, len(pairs)))
        name, value = pairs[where] if pairs else (b"", b"")
        harm = draw.random()
        if harm < 0.6:
            pairs[where : where + 1] = [(name, self.nasty())]
        elif harm < 0.7:
            pairs[where : where + 1] = []
        elif harm < 0.8:
            pairs.insert(draw.randrange(len(pairs) + 1), (name, draw.choice([value, self.nasty()])))
        elif harm < 0.97:
            pairs.append((draw.choice(OWN + NASTY), self.nasty()))
        elif harm < 0.99:
            pairs += [(b"f%d" % number, b"1") for number in range(10_000)]
        else:
            pairs.append((name, b"x" * 10_000_000))

    def nasty(self) -> bytes:
        return self.draw.choice(NASTY) + self.draw.choice([b"", b"", self.draw.choice(NASTY)])

    def body(self, pairs: Pairs) -> tuple[bytes, bytes]:
        """(content type, body) of these fields; now and then damaged or called something else."""
        return self._multipart(pairs) if self.draw.random() < 0.3 else self._encoded(pairs)

    def _encoded(self, pairs: Pairs) -> tuple[bytes, bytes]:
        body = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs).encode()
        if self.draw.random() < 0.1:
            body = body.replace(b"%", self.draw.choice([b"%%", b"%u", b"%zz"]))
        other = self.draw.random() < 0.05
        return b"application/json" if other else b"application/x-www-form-urlencoded", body

    def _multipart(self, pairs: Pairs) -> tuple[bytes, bytes]:
        draw = self.draw
        disposition = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        a_file = b'; filename="a.exe"'
        parts = [disposition % (name, a_file if draw.random() < 0.03 else b"", value) for name, value in pairs]
        body = b"".join(parts) + b"--x--\r\n"
        if draw.random() < 0.3:  # broken off or damaged on the way
            cut = draw.randrange(len(body))
            body = body[:cut] + draw.choice([b"", b"\r\n--x", b"\x00", body[cut + 1 :]])
        charset = draw.choice([b"", b"", b"; charset=utf-7", b"; charset=idna", b"; charset=nonsense"])
        return b"multipart/form-data; boundary=x" + charset, body

    def document(self, sound: dict[str, Any]) -> bytes:
        """This JSON with something wrong in it: a value, a name, the depth, or the text itself."""
        made = copy.deepcopy(sound)
        spot: Any = made
        while isinstance(spot, (dict, list)) and spot:
            where = self.draw.choice(list(spot) if isinstance(spot, dict) else range(len(spot)))
            if not isinstance(spot[where], (dict, list)) or self.draw.random() < 0.2:
                spot[where] = self.draw.choice(ODD)
                break
            spot = spot[where]
        if self.draw.random() < 0.2:
            made[self.draw.choice(["id", "x", "__proto__", "\x00", "survey", "keys"])] = self.draw.choice(ODD)
        body = json.dumps(made).encode()
        if self.draw.random() < 0.15:
            cut = self.draw.randrange(len(body))
            body = body[:cut] + self.draw.choice([b"", b"\x00", b"\xff", b"[" * 100_000, body[cut + 1 :]])
        return body
