"""A font that really draws Chinese characters."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from analysis.text.errors import UnusableInput

_PROBES = ("电", "服", "满")
_PREFERRED = ("SansSC", "SansCJK", "wqy", "SourceHan", "Sans")
_ADVICE = (
    "请安装中文字体（例如 Debian/Ubuntu：apt-get install fonts-noto-cjk 或 fonts-wqy-microhei），"
    "或用环境变量 XINSHENG_FONT 指定字体文件"
)


class FontMissing(UnusableInput):
    """No font that draws Chinese; the message says what to install."""


def chinese_font(setting: str | None = None) -> Path:
    """The font file to draw Chinese with: *setting* if given, else the best installed one.

    Raises FontMissing when the named file does not draw Chinese or none is installed.
    """
    if setting:
        path = Path(setting)
        if not path.is_file():
            raise FontMissing(f"找不到字体文件 {setting}。{_ADVICE}")
        if not draws_chinese(path):
            raise FontMissing(f"字体 {setting} 不能显示中文。{_ADVICE}")
        return path
    found = next(filter(draws_chinese, _installed()), None)
    if found is None:
        raise FontMissing(f"没有找到中文字体。{_ADVICE}")
    return found


@cache
def draws_chinese(path: Path) -> bool:
    """Whether different Chinese characters look different: a font without them draws the same box for each."""
    try:
        font = ImageFont.truetype(str(path), 24)
    except OSError:
        return False
    pictures = {_picture(character, font) for character in _PROBES}
    return len(pictures) == len(_PROBES) and _picture(" ", font) not in pictures


def _picture(character: str, font: ImageFont.FreeTypeFont) -> bytes:
    canvas = Image.new("L", (40, 40))
    ImageDraw.Draw(canvas).text((4, 2), character, font=font, fill=255)
    return canvas.tobytes()


def _installed() -> Iterator[Path]:
    """The font files that fontconfig knows for Chinese, sans serif in regular weight first."""
    program = shutil.which("fc-list")
    if program is None:
        return iter(())
    listed = subprocess.run(  # noqa: S603 - a fixed command
        [program, ":lang=zh", "file"], capture_output=True, text=True, check=False, timeout=20
    )
    paths = {Path(line.strip().rstrip(":").strip()) for line in listed.stdout.splitlines() if line.strip()}
    return iter(sorted(paths, key=_rank))


def _rank(path: Path) -> tuple[int, bool, str]:
    name = path.stem.replace(" ", "")
    family = next((place for place, part in enumerate(_PREFERRED) if part.lower() in name.lower()), len(_PREFERRED))
    return family, "regular" not in name.lower(), str(path)
