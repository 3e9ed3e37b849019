"""The settings of an installation, read from the environment; the README lists them all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where things are and how the outside sees them."""

    database: Path
    secret_file: Path
    base_url: str = "http://localhost:8501"
    font: str | None = None
    proxies: tuple[str, ...] = ()  # addresses and networks whose word on who is behind them is taken

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        database = Path(environment.get("XINSHENG_DB") or "data/xinsheng.db")
        return cls(
            database=database,
            secret_file=Path(environment.get("XINSHENG_SECRET_FILE") or database.with_suffix(".key")),
            base_url=(environment.get("XINSHENG_BASE_URL") or "http://localhost:8501").rstrip("/"),
            font=environment.get("XINSHENG_FONT") or None,
            proxies=tuple(environment.get("XINSHENG_PROXIES", "").replace(",", " ").split()),
        )

    @property
    def secure(self) -> bool:
        """Whether cookies may insist on HTTPS."""
        return self.base_url.startswith("https://")


class UnfitSecret(ValueError):
    """The secret file can't serve."""


def secret_key(path: Path) -> bytes:
    """The installation's secret, 32 random bytes; made on the first start, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) < 32:
            message = f"{path}: holds {len(key)} bytes instead of 32; restore it from your backup, or delete it"
            raise UnfitSecret(f"{message} (receipts given before can then no longer be matched)") from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        file.write(key := secrets.token_bytes(32))
    return key
