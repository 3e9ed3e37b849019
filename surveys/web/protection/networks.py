"""What counts as one address: an IPv4 address, of IPv6 the /64 that a customer has as a whole."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network, as 203.0.113.7/32 or 2001:db8:1:2::/64; the address as it came where it is none."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return f"{parsed}/32" if parsed.version == 4 else f"{ip_address(int(parsed) >> 64 << 64)}/64"


def network_of_client(request: Request) -> str:
    """The network a request comes from; empty where the server knows none."""
    return network_of(request.client.host) if request.client else ""


@lru_cache(maxsize=4096)
def is_own_machine(address: str) -> bool:
    """Whether it is this computer itself, or no address at all: that says nothing of who is behind it."""
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return True


def names_own_machine(address: str) -> bool:
    """Whether a web address is of this computer alone: no proxy stands before it."""
    host = urlsplit(address).hostname or ""
    return host == "localhost" or (host != "" and _is_address(host) and is_own_machine(host))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
