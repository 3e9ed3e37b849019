"""Results by key for as long as there is room: worked out once, however many ask for them at the same moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class _Turn:
    """One key that is being worked out: who comes later waits for the first."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class SharedResults:
    """At most *most* results, the least recently used forgotten first; safe for many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._turns: dict[Hashable, _Turn] = {}
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What is known under *key*, else what *compute* gives; where it raises, the next one to ask tries again."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            turn = self._turns.setdefault(key, _Turn())
            turn.waiting += 1
        try:
            with turn.lock:
                with self._lock:
                    if key in self._known:
                        return self._known[key]
                result = compute()
                with self._lock:
                    self._known[key] = result
                    while len(self._known) > self._most:
                        self._known.popitem(last=False)
                return result
        finally:
            with self._lock:
                turn.waiting -= 1
                if not turn.waiting:
                    self._turns.pop(key, None)
