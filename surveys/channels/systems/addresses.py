"""Which addresses a webhook may go to: public ones over https; others only in networks that the operator has named.

Whoever may set up a webhook must not reach through it what only this server can reach (SSRF, CWE-918). The name is
looked up once for each message, every address it has must be allowed, and the connection goes to the address that was
looked at: a name that answers otherwise the second time leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from surveys.localisation.language import marked
from surveys.localisation.wording import Message

NETWORKS = "XINSHENG_WEBHOOK_NETWORKS"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]


class ForbiddenAddress(ValueError):
    """A webhook may not go there; `args[0]` is a Message."""


def allowed_networks(environment: Mapping[str, str]) -> tuple[Network, ...]:
    """The operator's own networks that may be told; raises ValueError for what is no network."""
    return tuple(ipaddress.ip_network(each) for each in environment.get(NETWORKS, "").replace(",", " ").split())


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host; raises OSError."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def assert_fit(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of what can be an address of a webhook at all; raises ForbiddenAddress."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.fragment:
        raise ForbiddenAddress(Message(marked("请写完整的网址，以 https:// 开头，不含用户名")))
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def reachable_address(url: str, allowed: Sequence[Network], resolver: Resolver = resolve) -> str:
    """The one address that the message may go to; raises ForbiddenAddress, or OSError when there is none."""
    scheme, host, port = assert_fit(url)
    found = [ipaddress.ip_address(each.partition("%")[0]) for each in resolver(host, port)]
    if not found:
        raise OSError("no address")
    for each in found:
        named = any(each in network for network in allowed if network.version == each.version)
        if not named and not _is_public(each):
            inside = marked("这个网址在内网；要允许，请运维在 {name} 里写明网段")
            raise ForbiddenAddress(Message(inside, {"name": NETWORKS}))
        if scheme == "http" and not named:
            raise ForbiddenAddress(Message(marked("外网只发 https")))
    return str(found[0])


def _is_public(address: Address) -> bool:
    inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return inside.is_global and not inside.is_multicast and address.is_global
