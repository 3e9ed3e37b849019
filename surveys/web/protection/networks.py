"""What counts as one address: an IPv4 address, of IPv6 the /64 that a customer has as a whole."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network, as 203.0.113.7/32 or 2001:db8:1:2::/64; the address as it came where it is none."""
    parsed = _parsed(address)
    if parsed is None:
        return address
    return f"{parsed}/32" if parsed.version == 4 else f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def network_of_client(request: Request) -> str:
    """The network a request comes from; empty where the server knows none."""
    return network_of(request.client.host) if request.client else ""


@lru_cache(maxsize=4096)
def is_own_machine(address: str) -> bool:
    """Whether it is this computer itself, or no address at all: that says nothing of who is behind it."""
    parsed = _parsed(address)
    return parsed is None or parsed.is_loopback


def names_own_machine(address: str) -> bool:
    """Whether a web address is of this computer alone: no proxy stands before it."""
    host = urlsplit(address).hostname or ""
    return host == "localhost" or (_parsed(host) is not None and is_own_machine(host))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text names; one of IPv4 also where a socket for both kinds writes it as ::ffff:203.0.113.7."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
