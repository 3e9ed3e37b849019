"""Reads a channel's settings from the environment; each mistake names its variable and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from surveys.channels.channel import UnfitSettings

_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def web_address(environment: Mapping[str, str], name: str) -> str | None:
    """An https address, or http on this machine; None when it is not set."""
    address = environment.get(name, "").strip()
    if not address:
        return None
    parts = urlsplit(address)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise UnfitSettings(f"{name}: write a whole address, such as https://gateway.example.cn/send")
    if parts.scheme == "http" and not on_this_machine(parts.hostname):
        raise UnfitSettings(f"{name}: use https://, so that contents and links can't be read on the way")
    return address


def on_this_machine(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    return host in _OWN_MACHINE


def rate(environment: Mapping[str, str], name: str, usual: float) -> float:
    """Messages a minute."""
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else usual
    except ValueError:
        value = 0.0
    if not 0 < value <= 100_000:
        raise UnfitSettings(f"{name}: {text!r} is no number of messages a minute, such as {usual:g}")
    return value


def port(environment: Mapping[str, str], name: str, usual: int) -> int:
    text = environment.get(name, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise UnfitSettings(f"{name}: {text!r} is no port, such as {usual}")
    return int(text)


def choice(environment: Mapping[str, str], name: str, options: tuple[str, ...], usual: str) -> str:
    text = environment.get(name, "").strip().lower() or usual
    if text not in options:
        raise UnfitSettings(f"{name}: {text!r} is none of {', '.join(options)}")
    return text


def require_setting(environment: Mapping[str, str], name: str, because: str) -> str:
    """A value that must be there when another is."""
    text = environment.get(name, "").strip()
    if not text:
        raise UnfitSettings(f"{name}: is not set, but {because}")
    return text
