"""Whether mail and text messages go out, tried on oneself."""

from __future__ import annotations

from surveys.console.distribution import outbox
from surveys.console.kit import look
from surveys.console.kit.words import _


def draw() -> None:
    """How each channel stands, and a message to oneself; how it is set up stays outside of every page."""
    look.soft(_("服务器、账号和密码只在服务器的环境变量里设置，这里不显示，也不记录。"))
    outbox.draw_channels()
