"""Works the outbox in the background: one thread for each channel, so that a slow one holds up no other.

Every message is sent at least once and carries the same id each time. All state is in the outbox: what was in hand
when the process died comes due again when its lease ends.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event

from surveys.channels.channel import Channel, ChannelDown, NotNow, Refused, SendingFailed, SendingTrouble
from surveys.channels.message import LinksOf, outgoing
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.profile import UNNAMED, Profile
from surveys.operations.worker import Lease, Worker
from surveys.storage.records.outbox import LEASE, LONGEST_WAIT, Claimed
from surveys.storage.sqlite.outbox import OutboxTable

MOST_TRIES = 10  # with the pauses below over about a day
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 6 * 3600.0  # seconds between tries of one message
DOWN_PAUSE, LONGEST_DOWN = 15.0, 15 * 60.0  # seconds that a channel rests
LONGEST_ASKED = LONGEST_WAIT.total_seconds()
LARGEST_BATCH = 50
SAFE_LEASE = LEASE - timedelta(minutes=1)  # longer than any try takes must be left

_log = logging.getLogger(__name__)


class Sender:
    """Sends what waits, by all channels."""

    def __init__(
        self, outbox: OutboxTable, channels: Mapping[str, Channel], links: LinksOf, *, clock: Clock = utc_now,
        chance: Callable[[], float] = random.random, pause: float = 2.0,
        profile: Callable[[], Profile] = lambda: UNNAMED,
    ) -> None:  # fmt: skip
        self._stopping = Event()
        self._pause = pause
        self.lines = {
            name: ChannelLine(name, channel, outbox, links, self._stopping, clock=clock, chance=chance, profile=profile)
            for name, channel in channels.items()
        }

    def workers(self, lease: Lease | None = None) -> list[Worker]:
        """One for each channel."""
        return [
            Worker(f"sender {name}", line.send_due, stopping=self._stopping, pause=self._pause, lease=lease)
            for name, line in self.lines.items()
        ]


class ChannelLine:
    """The messages of one channel, in the order they came due, no faster than the channel may."""

    def __init__(
        self, name: str, channel: Channel, outbox: OutboxTable, links: LinksOf, stopped: Event, *, clock: Clock,
        chance: Callable[[], float], profile: Callable[[], Profile] = lambda: UNNAMED,
    ) -> None:  # fmt: skip
        self.name, self._profile = name, profile
        self._channel, self._outbox, self._links, self._stopped = channel, outbox, links, stopped
        self._clock, self._chance = clock, chance
        self._spacing = 60.0 / channel.per_minute
        self._next = 0.0  # on the monotonic clock: when the next message may go
        self._downs = 0  # how often in a row the channel was found down
        self._rests_until = 0.0

    def send_due(self) -> int:
        """Send one batch of what is due; returns how many messages were settled."""
        if time.monotonic() < self._rests_until or not self._wait_for_turn():
            return 0
        taken_at = self._clock()
        batch = self._outbox.claim(self.name, self._batch(), now=taken_at)
        settled = 0
        try:
            for taken in batch:
                if not self._wait_for_turn() or self._clock() - taken_at > SAFE_LEASE or not self._deliver(taken):
                    break
                settled += 1
        finally:
            self._give_back(batch[settled:])
            self._channel.close()
        return settled

    def _batch(self) -> int:
        """As many as may go out in ten seconds."""
        return max(1, min(LARGEST_BATCH, int(10 / self._spacing)))

    def _wait_for_turn(self) -> bool:
        """Whether the next message may go; waits for its turn, False when the sender is to stop."""
        return not self._stopped.wait(max(0.0, self._next - time.monotonic()))

    def _deliver(self, taken: Claimed) -> bool:
        """Send one message and write down what became of it; False when the channel is down and it is still waiting."""
        late = taken.message.send_before is not None and self._clock() >= taken.message.send_before
        if late:
            return self._outbox.failed(taken, SendingTrouble.TOO_LATE) or True
        self._next = time.monotonic() + self._spacing
        try:
            self._send(taken)
        except ChannelDown as down:
            self._rest(down, taken)
            return False
        except Refused as refusal:
            self._note("refused", taken, refusal)
            self._outbox.failed(taken, refusal.reason, refusal.detail)
        except NotNow as delay:
            self._put_off(taken, delay)
        except Exception as error:
            self._put_off(taken, NotNow(SendingTrouble.UNKNOWN, type(error).__name__))
        else:
            self._outbox.sent(taken, now=self._clock())
        self._downs = 0
        return True

    def _send(self, taken: Claimed) -> None:
        message = taken.message
        try:
            ready = outgoing(message, self._links(message.invitation) if message.invitation else None)
        except (ValueError, LookupError):
            raise Refused(SendingTrouble.NO_LINK) from None
        self._channel.send(replace(ready, sender=self._profile()))

    def _put_off(self, taken: Claimed, delay: NotNow) -> None:
        self._note("not now", taken, delay)
        if taken.tries >= MOST_TRIES:
            self._outbox.failed(taken, delay.reason, delay.detail)
            return
        pause = self._jittered(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (taken.tries - 1)))
        self._outbox.postpone(taken, self._clock() + _at_least(pause, delay.wait), delay.reason, delay.detail)

    def _rest(self, down: ChannelDown, taken: Claimed) -> None:
        """Nothing is sent here for a while, longer each time in a row; the message keeps its place and its tries."""
        self._note("down", taken, down)
        self._downs += 1
        pause = _at_least(self._jittered(min(LONGEST_DOWN, DOWN_PAUSE * 2.0 ** (self._downs - 1))), down.wait)
        self._rests_until = time.monotonic() + pause.total_seconds()
        self._outbox.postpone(taken, self._clock(), down.reason, down.detail, counts=False)

    def _give_back(self, batch: Sequence[Claimed]) -> None:
        """What was taken and not tried; of one that was settled already nothing changes."""
        for taken in batch:
            self._outbox.postpone(taken, self._clock(), "", counts=False)

    def _jittered(self, seconds: float) -> float:
        """Half to one and a half times as long, so that many do not come back at the same moment."""
        return seconds * (0.5 + self._chance())

    def _note(self, what: str, taken: Claimed, error: SendingFailed) -> None:
        # The id leads to the message for those who may see it; neither address nor contents are in a log.
        _log.info("%s: %s %s (%s)", self.name, taken.message.id, what, error)


def _at_least(pause: float, asked: float | None) -> timedelta:
    return timedelta(seconds=max(pause, min(asked or 0.0, LONGEST_ASKED)))
