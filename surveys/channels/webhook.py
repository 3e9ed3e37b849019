"""Messages as HTTPS requests: what the SMS gateway and the chat robots share."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

import httpx

from surveys.channels.channel import ChannelDown, NotNow, Refused, SendingTrouble
from surveys.channels.message import Outgoing

TIMEOUT = httpx.Timeout(20.0, connect=8.0)
_LONGEST_ANSWER = 64 * 1024
_MISPLACED = frozenset({300, 301, 302, 303, 307, 308, 404, 405, 410})
_BUSY = frozenset({408, 425, 429, 503})

# It would write each address, and a robot's address is its secret.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

Seconds = Callable[[], float]  # since 1970, in UTC


class Webhook:
    """Posts one request a message; a subclass writes it and reads the answer."""

    def __init__(self, url: str, per_minute: float, *, clock: Seconds = time.time) -> None:
        self.url = url
        self.per_minute = per_minute
        self.clock = clock
        self._client: httpx.Client | None = None

    def request(self, message: Outgoing) -> httpx.Request:
        """The request that carries the message."""
        raise NotImplementedError

    def judge(self, answer: httpx.Response) -> None:
        """Raise SendingFailed when a successful status hides a failure."""

    def send(self, message: Outgoing) -> None:
        if self._client is None:
            self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        request = self.request(message)
        try:
            answer = self._client.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            self.close()
            raise ChannelDown(_why_unreachable(error), type(error).__name__) from None
        except httpx.HTTPError as error:  # perhaps taken over, perhaps not: the same id goes out again
            self.close()
            raise NotNow(SendingTrouble.UNREACHABLE, type(error).__name__) from None
        self._by_status(answer)
        self.judge(answer)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _by_status(self, answer: httpx.Response) -> None:
        status, detail = answer.status_code, f"HTTP {answer.status_code}"
        if answer.is_success:
            return
        wait = retry_after(answer.headers, self.clock())
        if status in (401, 403):
            raise ChannelDown(SendingTrouble.SIGN_IN, detail, wait=wait)
        if status in _MISPLACED:
            raise ChannelDown(SendingTrouble.MISPLACED, detail, wait=wait)
        if status in _BUSY:
            raise ChannelDown(SendingTrouble.BUSY, detail, wait=wait)
        if status >= 500:
            raise NotNow(SendingTrouble.BUSY, detail, wait=wait)
        raise self.refusal(answer)

    def refusal(self, answer: httpx.Response) -> Refused:
        """What a status of 400 and above says of this one message."""
        return Refused(SendingTrouble.REFUSED, f"HTTP {answer.status_code}")


def document(answer: httpx.Response) -> Mapping[str, object]:
    """The JSON object in an answer; empty when there is none."""
    if len(answer.content) > _LONGEST_ANSWER:
        return {}
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by the Retry-After header, as a number or a date (RFC 9110, 10.2.3); None without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def _why_unreachable(error: BaseException) -> SendingTrouble:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return SendingTrouble.UNTRUSTED
        cause = cause.__cause__ or cause.__context__
    return SendingTrouble.UNREACHABLE
