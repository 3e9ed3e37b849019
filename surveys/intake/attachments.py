"""Files that respondents add to their answers: what they really are, whether they may come in, what is kept of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from surveys.bounded_work import WorkRefused, done_apart
from surveys.definition.questions import File, NotAcceptable
from surveys.file_kinds import sniff_kind
from surveys.localisation.wording import Message, Text

# Kinds of file and their media types, by what a question accepts.
MEDIA_TYPES: dict[str, dict[str, str]] = {
    "image": {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"},
    "pdf": {"pdf": "application/pdf"},
    "office": {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    },
}
_NAMES = {"jpeg": ".jpg,.jpeg"}
_ACCEPTED = {
    "image": {"zh-Hans": "JPG、PNG、WebP 图片", "en": "JPG, PNG or WebP pictures"},
    "pdf": {"zh-Hans": "PDF", "en": "PDF"},
    "office": {"zh-Hans": "Word、Excel、PowerPoint 文件", "en": "Word, Excel or PowerPoint files"},
}

MOST_PIXELS = 51_000_000  # phones take 8192 × 6144
LONGEST_SIDE = 4096  # what a page or a report can show; phones take more
LONGEST_NAME = 120
_LONGEST_DRAWING = 20  # seconds of the processor


@dataclass(frozen=True)
class Evidence:
    """A file as it is kept: its kind by content, and the name it came under."""

    name: str
    kind: str
    content: bytes

    @property
    def media_type(self) -> str:
        return media_type(self.kind)


def media_type(kind: str) -> str:
    """The media type of a kind of file."""
    return next(types[kind] for types in MEDIA_TYPES.values() if kind in types)


def file_types(accepted: Sequence[str]) -> str:
    """What a file field offers to choose: names and media types."""
    kinds = [kind for group in accepted for kind in MEDIA_TYPES[group]]
    return ",".join([*(_NAMES.get(kind, f".{kind}") for kind in kinds), *map(media_type, kinds)])


def accept_file(question: File, name: str, content: bytes) -> Evidence:
    """The file as it may be kept for this question; raises NotAcceptable."""
    if len(content) > question.megabytes * 1_000_000:
        raise NotAcceptable("文件超过 {megabytes} MB，请选小一些的", megabytes=f"{question.megabytes:g}")
    if not content:
        raise NotAcceptable("文件是空的，请重新选择")
    kind = sniff_kind(content)
    allowed = {each for group in question.accept for each in MEDIA_TYPES[group]}
    if kind is None or kind not in allowed:
        raise NotAcceptable("只能上传 {kinds}", kinds=_kinds_in_words(question.accept))
    if kind in MEDIA_TYPES["image"]:
        content = redrawn_apart(content, kind)
    return Evidence(_plain_name(name), kind, content)


def redrawn_apart(content: bytes, kind: str) -> bytes:
    """The same as `redrawn`, in a process of its own with bounds on memory and time; raises NotAcceptable."""
    try:
        return done_apart("surveys.intake.attachments:write_redrawn", content, kind, seconds=_LONGEST_DRAWING)
    except WorkRefused as refused:
        said = refused.said if isinstance(refused.said, Message) else Message(str(refused.said))
        raise NotAcceptable(said.wording, **said.values) from refused


def write_redrawn(content: IO[bytes], out: IO[bytes], kind: str) -> None:
    """The work that is done apart. Raises WorkRefused."""
    try:
        out.write(redrawn(content.read(), kind))
    except NotAcceptable as error:
        raise WorkRefused(error.message) from error


def redrawn(content: bytes, kind: str) -> bytes:
    """The same picture, upright, and nothing else: no place, no camera, no preview, nothing behind its end.

    Raises NotAcceptable for what can't be drawn, or would fill the memory.
    """
    from PIL import Image, ImageOps  # takes long to load, and most surveys ask for no pictures

    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAcceptable("图片的尺寸太大，请缩小后再上传")
            # First, for what is turned is copied; and without a gap, so that a decoder makes it smaller itself.
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert("RGBA" if "A" in upright.getbands() and kind != "jpeg" else "RGB")
    except NotAcceptable:
        raise
    except Exception:
        # Whatever a decoder trips over, it is a picture that can't be shown.
        raise NotAcceptable("图片打不开，请重新选择") from None
    clean.info.clear()
    drawn = io.BytesIO()
    clean.save(drawn, format=kind, quality=88)
    return drawn.getvalue()


def _plain_name(name: str) -> str:
    """The name without folders and unprintable letters, kept for those who fetch the file."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:] or "file"


def _kinds_in_words(accept: Sequence[str]) -> Text:
    return Text.model_validate(
        {
            "zh-Hans": "、".join(_ACCEPTED[each]["zh-Hans"] for each in accept),
            "en": ", ".join(_ACCEPTED[each]["en"] for each in accept),
        }
    )
