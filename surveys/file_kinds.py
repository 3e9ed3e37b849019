"""What a file really is, by its content and not by its name."""

from __future__ import annotations

import io
import zipfile

_LONGEST_LIST = 500_000  # bytes; of a large workbook it is some twenty thousand
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}


def sniff_kind(content: bytes) -> str | None:
    """What the content is, whatever its name says; None for all that is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"%PDF-"):
        return "pdf"
    return _office_kind(content) if content.startswith(b"PK\x03\x04") else None


def _list_claimed(content: bytes) -> int:
    """How many bytes an archive's list of its parts has, by what stands at its end; its reader takes them all."""
    end = content.rfind(b"PK\x05\x06")
    return int.from_bytes(content[end + 12 : end + 16], "little") if end >= 0 else 0


def _office_kind(content: bytes) -> str | None:
    """The kind of an Office file; None for other archives, for files with macros and for lists without an end."""
    if _list_claimed(content) > _LONGEST_LIST:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    found = {kind for folder, kind in _OFFICE_FOLDERS.items() if any(name.startswith(folder) for name in names)}
    return found.pop() if len(found) == 1 else None
