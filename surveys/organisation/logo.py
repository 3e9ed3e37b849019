"""An organisation's logo: drawn anew, small enough to stand in every form, and finer for print and mail."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from surveys.bounded_work import WorkRefused, done_apart
from surveys.file_kinds import sniff_kind
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000
SMALL_BYTES = 700  # a form may weigh 15 KB with everything
PRINTED = (720, 240)
_KINDS = ("png", "jpeg", "webp")
_HEIGHTS = (52, 44, 36, 28, 20, 14)
_WIDEST = 4  # times the height
_QUALITIES = (90, 75, 60, 45)


@dataclass(frozen=True)
class Logo:
    """The same picture twice, as data addresses."""

    small: str
    printed: str


class UnfitLogo(ValueError):
    """A picture that can't be a logo; the message is for who chose it."""

    def __init__(self, words: Said) -> None:
        super().__init__(Message(words, {}) if isinstance(words, str) else words)


def logo_from(content: bytes) -> Logo:
    """The same as `drawn_logo`, in a process of its own with bounds on memory and time. Raises UnfitLogo."""
    try:
        return Logo(**json.loads(done_apart("surveys.organisation.logo:write_logo", content, seconds=30)))
    except WorkRefused as refused:
        raise UnfitLogo(refused.said) from refused


def write_logo(content: IO[bytes], out: IO[bytes]) -> None:
    """The work that is done apart. Raises WorkRefused."""
    try:
        out.write(json.dumps(asdict(drawn_logo(content.read()))).encode())
    except UnfitLogo as error:
        raise WorkRefused(error.args[0]) from error


def drawn_logo(content: bytes) -> Logo:
    """The logo in a PNG, JPEG or WebP file, drawn anew: nothing else of the file is kept. Raises UnfitLogo."""
    from PIL import Image  # takes long to load, and is needed once

    if len(content) > MOST_BYTES:
        raise UnfitLogo(marked("徽标文件超过 5 MB，请缩小后再上传"))
    kind = sniff_kind(content)
    if kind not in _KINDS:
        raise UnfitLogo(marked("徽标请用 PNG、JPEG 或 WebP 图片；SVG 等格式请先另存为 PNG"))
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnfitLogo(marked("徽标的尺寸太大，请缩小后再上传"))
            drawn = picture.convert("RGBA")
    except UnfitLogo:
        raise
    except Exception:
        # Whatever a decoder trips over, it is a picture that can't be shown.
        raise UnfitLogo(marked("徽标图片打不开，请换一个文件")) from None
    box = drawn.getchannel("A").getbbox()
    if box is None:
        raise UnfitLogo(marked("徽标图片是全透明的，请换一个文件"))
    drawn = drawn.crop(box)
    return Logo(_address("webp", _small(drawn)), _address("png", _png(_within(drawn, *PRINTED))))


def _small(picture: Image) -> bytes:
    """The finest of the sizes and qualities that fits."""
    return next((each for each in _ever_smaller(picture) if len(each) <= SMALL_BYTES), b"") or _webp(
        _within(picture, 24, 12), quality=30
    )


def _ever_smaller(picture: Image) -> Iterator[bytes]:
    for height in _HEIGHTS:
        there = _within(picture, height * _WIDEST, height)
        yield _webp(there, lossless=True)
        for quality in _QUALITIES:
            yield _webp(there, quality=quality)


def _within(picture: Image, width: int, height: int) -> Image:
    from PIL.Image import Resampling

    share = min(width / picture.width, height / picture.height, 1)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return picture.resize(size, Resampling.LANCZOS)


def _webp(picture: Image, **how: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, format="webp", method=6, **how)
    return written.getvalue()


def _png(picture: Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, format="png", optimize=True)
    return written.getvalue()


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
