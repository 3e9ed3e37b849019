"""What a browser submitted: the fields of a form, and its files where some are expected; within limits."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from surveys.definition.questions import Entered
from surveys.web.rendering.page import Refusal

LARGEST_BODY = 2 * 1024 * 1024
MOST_FIELDS = 1000

Fields = dict[str, list[str]]


def one(fields: Entered, name: str) -> str:
    """The first value of a field; empty when it was not sent."""
    return next(iter(fields.get(name, ())), "")


async def read_form(request: Request, *, largest: int = LARGEST_BODY) -> Fields:
    """The fields of a submitted form; refuses what is too large or no form at all."""
    body = await _body(request, largest)
    kind = _media_type(request)
    try:
        if kind == "multipart/form-data":
            return (await _multipart(request, _once(body)))[0]
        if kind == "application/x-www-form-urlencoded" or not body:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
            return _gathered(pairs)
    except (MultiPartException, ValueError, KeyError) as error:
        raise Refusal(400) from error
    raise Refusal(400)


async def entered_with_files(
    request: Request, *, largest: int, most_files: int
) -> tuple[Fields, dict[str, list[UploadFile]]]:  # fmt: skip
    """The fields and the files of a submitted form; large files wait on disk, not in memory."""
    if _media_type(request) != "multipart/form-data":
        return await read_form(request), {}
    try:
        return await _multipart(request, _limited(request, largest), most_files)
    except (MultiPartException, ValueError, KeyError) as error:
        raise Refusal(400) from error


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _gathered(pairs: Iterable[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


async def _body(request: Request, largest: int) -> bytes:
    return b"".join([chunk async for chunk in _limited(request, largest)])


async def _limited(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    """The body. One that is too large is read to its end, within reason: who still sends does not hear an answer."""
    length = request.headers.get("content-length", "")
    farthest = max(4 * largest, 16 * LARGEST_BODY)
    if length.isascii() and length.isdigit() and int(length[:12]) > farthest:
        raise Refusal(413)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= largest:
            yield chunk
        elif size > farthest:
            break
    if size > largest:
        raise Refusal(413)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _multipart(
    request: Request, body: AsyncGenerator[bytes, None], most_files: int = 0
) -> tuple[Fields, dict[str, list[UploadFile]]]:  # fmt: skip
    parser = MultiPartParser(
        request.headers, body, max_files=most_files, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY
    )
    form = await parser.parse()
    fields: Fields = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            # An exotic charset may decode to lone surrogates, which no page could show again.
            fields.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
        else:
            files.setdefault(name, []).append(value)
    return fields, files
