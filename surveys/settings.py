"""The settings of an installation, read from the environment; the README lists them all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from time import monotonic, sleep

from surveys.private_files import private_folder


@dataclass(frozen=True)
class Settings:
    """Where things are and how the outside sees them."""

    database: Path
    secret_file: Path
    base_url: str = "http://localhost:8501"
    font: str | None = None
    proxies: tuple[str, ...] = ()  # addresses and networks whose word on who is behind them is taken
    embed_origins: tuple[str, ...] = ()  # websites that may show a form in a frame
    figures_age: timedelta = timedelta(seconds=30)  # so old results may be while answers come in
    log_format: str = "text"
    log_file: Path | None = None  # besides the standard error

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        database = Path(environment.get("XINSHENG_DB") or "data/xinsheng.db")
        return cls(
            database=database,
            secret_file=Path(environment.get("XINSHENG_SECRET_FILE") or database.with_suffix(".key")),
            base_url=(environment.get("XINSHENG_BASE_URL") or "http://localhost:8501").rstrip("/"),
            font=environment.get("XINSHENG_FONT") or None,
            proxies=_proxies(environment.get("XINSHENG_PROXIES") or ""),
            embed_origins=_origins(environment.get("XINSHENG_EMBED_ORIGINS") or ""),
            figures_age=_figures_age(environment.get("XINSHENG_FIGURES_AGE") or "30"),
            log_format=_log_format(environment.get("XINSHENG_LOG_FORMAT") or "text"),
            log_file=Path(text) if (text := environment.get("XINSHENG_LOG_FILE")) else None,
        )

    @property
    def secure(self) -> bool:
        """Whether cookies may insist on HTTPS."""
        return self.base_url.startswith("https://")


class UnfitLanguageModel(ValueError):
    """The address of a language model, its name or its time-out can't serve."""


@dataclass(frozen=True)
class TokenPrice:
    """What a million tokens cost the organisation, in yuan: those that are sent, and those that are written."""

    sent: float = 0.0
    written: float = 0.0

    def of(self, sent: int, written: int) -> float:
        """What so many tokens cost."""
        return (sent * self.sent + written * self.written) / 1e6

    @classmethod
    def from_text(cls, text: str) -> TokenPrice:
        """One price for both, or two with a blank between them; raises UnfitLanguageModel."""
        parts = text.split()
        if len(parts) not in (1, 2) or not all(re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", each) for each in parts):
            message = f"XINSHENG_LLM_PRICE: {text!r} is no price; write what a million tokens cost, such as 2 or 2 8"
            raise UnfitLanguageModel(message)
        return cls(float(parts[0]), float(parts[-1]))


@dataclass(frozen=True)
class LanguageModelSettings:
    """A language model that the organisation runs itself; there is none until its address is set."""

    url: str
    model: str
    key: str = ""
    timeout: float = 30.0
    price: TokenPrice = TokenPrice()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> LanguageModelSettings | None:
        """The settings, None where no address is set; raises UnfitLanguageModel."""
        url = (environment.get("XINSHENG_LLM_URL") or "").rstrip("/")
        if not url:
            return None
        if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#@]*)?", url):
            raise UnfitLanguageModel(f"XINSHENG_LLM_URL: {url!r} is no address; write one such as http://10.0.0.8:11434/v1")
        if not (model := environment.get("XINSHENG_LLM_MODEL")):
            raise UnfitLanguageModel("XINSHENG_LLM_MODEL: name the model that is to answer at XINSHENG_LLM_URL")
        seconds = environment.get("XINSHENG_LLM_TIMEOUT") or "30"
        if not re.fullmatch(r"[1-9][0-9]{0,2}", seconds):
            raise UnfitLanguageModel(f"XINSHENG_LLM_TIMEOUT: {seconds!r} is no whole number of seconds from 1 to 999")
        file = environment.get("XINSHENG_LLM_KEY_FILE")
        key = Path(file).read_text(encoding="utf-8").strip() if file else ""
        return cls(url, model, key, float(seconds), TokenPrice.from_text(environment.get("XINSHENG_LLM_PRICE") or "0"))


class UnfitAge(ValueError):
    """An entry of XINSHENG_FIGURES_AGE that is no number of seconds, or more than a minute."""


def _figures_age(text: str) -> timedelta:
    """How old results may be: within a minute, for what is withdrawn has to go from them. Raises UnfitAge."""
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > 60:
        raise UnfitAge(f"XINSHENG_FIGURES_AGE: {text!r} is no whole number of seconds from 0 to 60; write one, like 30")
    return timedelta(seconds=int(text))


class UnfitLogFormat(ValueError):
    """XINSHENG_LOG_FORMAT names no format there is."""


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise UnfitLogFormat(f"XINSHENG_LOG_FORMAT: {text!r} is no format; write text or json")
    return text


class UnfitProxy(ValueError):
    """An entry of XINSHENG_PROXIES that names no proxy, or everyone."""


def _proxies(text: str) -> tuple[str, ...]:
    """The addresses and networks in a list with blanks or commas between them; raises UnfitProxy."""
    return tuple(_proxy(each) for each in re.split(r"[\s,]+", text) if each)


def _proxy(entry: str) -> str:
    try:
        network = ip_network(entry)
    except ValueError as error:
        advice = "write an address such as 10.0.0.5 or a network such as 10.0.0.0/24"
        raise UnfitProxy(f"XINSHENG_PROXIES: {entry!r} is neither ({error}); {advice}") from None
    if network.prefixlen == 0:
        raise UnfitProxy(f"XINSHENG_PROXIES: {entry!r} is everyone, who could then pose as anyone; name your proxies")
    return entry


class UnfitOrigin(ValueError):
    """An entry of XINSHENG_EMBED_ORIGINS that names no website."""


def _origins(text: str) -> tuple[str, ...]:
    """The websites in a list with blanks or commas between them; raises UnfitOrigin."""
    origins = tuple(each.rstrip("/").lower() for each in re.split(r"[\s,]+", text) if each)
    for origin in origins:
        if not re.fullmatch(r"https?://(\*\.)?[a-z0-9.\-]{1,253}(:\d{1,5})?", origin):
            raise UnfitOrigin(f"XINSHENG_EMBED_ORIGINS: {origin!r} is no website; write it as https://www.example.cn")
    return origins


FINGERPRINT = "secret fingerprint"  # the setting of a database that says which secret it belongs to


def fingerprint(secret: bytes) -> str:
    """What tells one secret from another, and tells nothing of it."""
    return hashlib.blake2b(secret, digest_size=16, person=b"xinsheng-print").hexdigest()


class UnfitSecret(ValueError):
    """The secret file can't serve."""


def secret_key(path: Path) -> bytes:
    """The installation's secret, 32 random bytes; made on the first start, readable by its owner alone."""
    private_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = _key_in(path)
        if len(key) < 32:
            message = f"{path}: holds {len(key)} bytes instead of 32; restore it from your backup, or delete it"
            raise UnfitSecret(f"{message} (receipts given before can then no longer be matched)") from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        file.write(key := secrets.token_bytes(32))
    return key


def _key_in(path: Path) -> bytes:
    """What the file holds, giving another program that has just created it a moment to fill it."""
    deadline = monotonic() + 1
    while len(key := path.read_bytes()) < 32 and monotonic() < deadline:
        sleep(0.02)
    return key
