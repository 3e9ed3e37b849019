"""Whether the computer's clock can be believed: held against a clock nobody sets, and against what was noted before.

Sessions, due messages and ends of campaigns hang on it. After a jump back, what was due by the wrong clock is due
again at once; after a leap ahead, nothing in the background is done for a while that could not be undone.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store

TOLERATED = timedelta(minutes=2)  # time servers set clocks by less
LEAP = timedelta(days=1)  # ahead: so far nothing but a wrong clock goes
DOUBTED = timedelta(hours=1)  # so long somebody has to look before the leap is believed
TOLD_FOR = timedelta(days=2)
PAUSE_SECONDS = 10.0
_NOTE_EVERY = timedelta(hours=1)
_JUMP, _SEEN = "clock jump", "clock seen"  # settings of the database

_BACK = marked("服务器的时钟往回拨了 {amount}；请检查时间同步。登录照常；到期的邮件和短信会照常发出。")
_AHEAD = marked("服务器的时钟往前跳了 {amount}；请检查时间同步。")
_PAUSED = marked("服务器的时钟往前跳了 {amount}，先停一小时不发邀请、不结束批次；请检查时间同步。")
_BEHIND = marked("服务器的时钟比上次运行时还早 {amount}；请检查时间同步或主板电池。")
_DAYS, _HOURS, _MINUTES = marked("{count} 天"), marked("{count} 小时"), marked("{count} 分钟")

_log = logging.getLogger(__name__)


def steady_seconds() -> float:
    """Seconds that pass whatever the clock is set to, also while the computer sleeps, where the system counts those."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class ClockWatch:
    """Looks now and then. One for each process that works in the background."""

    def __init__(
        self, store: Store, *, clock: Clock = utc_now, steady: Callable[[], float] = steady_seconds
    ) -> None:  # fmt: skip
        self._store, self._clock, self._steady = store, clock, steady
        self._last = (clock(), steady())
        self._doubted_until: float | None = None
        self._noted: datetime | None = None
        self._looking = Lock()
        self._stopping = Event()

    def worker(self) -> Worker:
        """Looks in the background."""
        return Worker("clock", self.look, stopping=self._stopping, pause=PAUSE_SECONDS)

    def look(self) -> int:
        """Compare, and act on a jump; always 0, for there is never more to do."""
        with self._looking:
            now, steady = self._clock(), self._steady()
            by = (now - self._last[0]) - timedelta(seconds=steady - self._last[1])
            self._last = (now, steady)
            if abs(by) > TOLERATED:
                self._jumped(by, now, steady)
            self._note(now)
        return 0

    @property
    def doubtful(self) -> bool:
        """Whether the clock has just leapt ahead: what can't be undone waits."""
        self.look()
        return self._doubted_until is not None and self._steady() < self._doubted_until

    def patient(self, lease: Lease) -> Lease:
        """The same lease, not to be had while the clock is in doubt."""
        return _PatientLease(self, lease)

    def _jumped(self, by: timedelta, now: datetime, steady: float) -> None:
        self._doubted_until = steady + DOUBTED.total_seconds() if by > LEAP else None
        kind = "back" if by < timedelta() else "paused" if by > LEAP else "ahead"
        self._tell(kind, by, now)
        if kind == "back":
            self._store.outbox.set_back(now, -by)

    def _note(self, now: datetime) -> None:
        """Note the time, so that the next start can be held against it; and at the first look compare with the last."""
        if self._noted is None:
            before = self._store.organisation.setting(_SEEN)
            if before is not None and datetime.fromisoformat(before) - now > TOLERATED:
                self._tell("behind", now - datetime.fromisoformat(before), now)
                self._store.outbox.set_back(now, datetime.fromisoformat(before) - now)
        if self._noted is None or abs(now - self._noted) >= _NOTE_EVERY:
            self._noted = now
            self._store.organisation.set(_SEEN, now.isoformat(timespec="seconds"))

    def _tell(self, kind: str, by: timedelta, now: datetime) -> None:
        told = {"kind": kind, "seconds": round(abs(by).total_seconds()), "at": now.isoformat(timespec="seconds")}
        self._store.organisation.set(_JUMP, json.dumps(told))
        _log.warning("%s", _words(told))


class _PatientLease:
    def __init__(self, watch: ClockWatch, lease: Lease) -> None:
        self._watch, self._lease = watch, lease

    def hold(self, job: str) -> bool:
        return not self._watch.doubtful and self._lease.hold(job)

    def release(self, job: str) -> None:
        self._lease.release(job)


def clock_trouble(store: Store, now: datetime) -> Message | None:
    """What is to be said of the clock, for two days after it jumped."""
    kept = store.organisation.setting(_JUMP)
    if kept is None:
        return None
    told = json.loads(kept)
    since = now - datetime.fromisoformat(told["at"]).astimezone(UTC)
    return _words(told) if timedelta() <= since < TOLD_FOR else None


def _words(told: dict[str, object]) -> Message:
    wording = {"back": _BACK, "ahead": _AHEAD, "paused": _PAUSED, "behind": _BEHIND}[str(told["kind"])]
    return saying(wording, amount=_amount(int(str(told["seconds"]))))


def _amount(seconds: int) -> Message:
    for unit, wording in ((86_400, _DAYS), (3_600, _HOURS)):
        if seconds >= unit:
            return saying(wording, count=seconds // unit)
    return saying(_MINUTES, count=max(1, seconds // 60))
