"""One message to one webhook: signed by Standard Webhooks, to an address that was looked at, without redirects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import httpx
import standardwebhooks

from surveys.channels.systems.addresses import (
    ForbiddenAddress,
    Network,
    Resolver,
    assert_fit,
    reachable_address,
    resolve,
)
from surveys.channels.systems.webhook import Delivery
from surveys.channels.webhook import retry_after

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_REFUSED = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 410})


class SendingResult(StrEnum):
    """What a try came to."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"  # nothing goes there until somebody looks at it


@dataclass(frozen=True)
class Tried:
    """What came of a try, and for how long the receiver asks to be left alone."""

    result: SendingResult
    detail: str
    wait: float | None = None


def deliver(
    delivery: Delivery, url: str, secret: str, now: datetime, allowed: Sequence[Network], *,
    resolver: Resolver = resolve, verify: bool | str = True,
) -> Tried:  # fmt: skip
    """Post the message; what the receiver says beyond its status is not read."""
    try:
        address = reachable_address(url, allowed, resolver)
        _, host, _ = assert_fit(url)
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=verify) as client:
            request = _request(delivery, url, host, address, secret, now)
            answer = client.send(request, stream=True)
            answer.close()
    except ForbiddenAddress:
        return Tried(SendingResult.REFUSED, "forbidden address")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        return Tried(SendingResult.LATER, type(error).__name__)
    return _told_by(answer, now)


def _told_by(answer: httpx.Response, now: datetime) -> Tried:
    detail = f"HTTP {answer.status_code}"
    if answer.is_success:
        return Tried(SendingResult.TAKEN, detail)
    if answer.status_code in _REFUSED:
        return Tried(SendingResult.REFUSED, detail)
    return Tried(SendingResult.LATER, detail, retry_after(answer.headers, now.timestamp()))


def _request(delivery: Delivery, url: str, host: str, address: str, secret: str, now: datetime) -> httpx.Request:
    """To the address itself; the name stands in the Host header, and is what the certificate must be for."""
    at = datetime.fromtimestamp(int(now.timestamp()), UTC)
    headers = {
        "content-type": "application/json; charset=utf-8", "user-agent": "xinsheng-webhooks",
        "host": httpx.URL(url).netloc.decode(), "webhook-id": delivery.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(secret).sign(delivery.id, at, delivery.body),
    }  # fmt: skip
    target = httpx.URL(url).copy_with(host=address)
    return httpx.Request(
        "POST", target, content=delivery.body.encode(), headers=headers, extensions={"sni_hostname": host}
    )
