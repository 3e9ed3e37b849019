"""A hash table over many 64-bit keys, looked up for whole arrays of them at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Slots:
    """An open-addressing hash table over 64-bit keys, looked up for many keys at once."""

    def __init__(self, keys: Keys) -> None:
        bits = max(4, int(len(keys) * 2.5).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, dtype=np.uint64)
        self._rows = np.full(1 << bits, -1, dtype=np.int32)
        self._reach = self._place(keys)

    def _home(self, keys: Keys) -> npt.NDArray[np.int64]:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)

    def _place(self, keys: Keys) -> int:
        """Put every key in the first free slot from its home on; the longest way any had to go."""
        rows, slots, reach = np.arange(len(keys)), self._home(keys), 1
        while len(rows):
            free = self._rows[slots] < 0
            _, first = np.unique(slots[free], return_index=True)
            chosen = np.flatnonzero(free)[first]
            self._keys[slots[chosen]] = keys[rows[chosen]]
            self._rows[slots[chosen]] = rows[chosen]
            left = np.ones(len(rows), dtype=bool)
            left[chosen] = False
            rows, slots = rows[left], (slots[left] + 1) & self._mask
            reach += 1
        return reach

    def rows(self, keys: Keys) -> npt.NDArray[np.int32]:
        """For each key its row in the array the table was made of, or -1."""
        slots = self._home(keys)
        found = self._rows[slots]
        astray = np.flatnonzero((found >= 0) & (self._keys[slots] != keys))
        found[astray] = -1
        for _ in range(self._reach):
            if not len(astray):
                break
            slots[astray] = (slots[astray] + 1) & self._mask
            here = self._rows[slots[astray]]
            match = (here >= 0) & (self._keys[slots[astray]] == keys[astray])
            found[astray[match]] = here[match]
            astray = astray[(here >= 0) & ~match]
        return found
