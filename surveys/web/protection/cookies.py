"""Cookies for this host alone: behind TLS their names say so to the browser, which then takes them from nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

_PREFIX = "__Host-"  # RFC 6265bis: secure, of the whole host, of no other; a neighbouring host can't plant one


def cookie_of(cookies: Mapping[str, str], name: str) -> str | None:
    """What the browser holds under this name; a protected one before one that anybody might have planted."""
    protected = cookies.get(_PREFIX + name)
    return cookies.get(name) if protected is None else protected


def set_cookie(response: Response, name: str, value: str, *, secure: bool, max_age: int | None = None) -> None:
    """Give the browser a cookie that no script reads and no other site sends along."""
    full = _PREFIX + name if secure else name
    response.set_cookie(full, value, max_age, path="/", httponly=True, samesite="lax", secure=secure)


def drop_cookie(response: Response, name: str, *, secure: bool) -> None:
    """Take it back, under either name."""
    for each in (name, *([_PREFIX + name] if secure else [])):
        response.delete_cookie(each, path="/", secure=secure, httponly=True, samesite="lax")
