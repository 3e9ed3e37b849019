"""The vectors of comments that were encoded before, and encoding more in the background; forgotten with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock, Thread

import numpy as np

from analysis.text.meaning.encoders import Encoder, Vectors

_MOST, _AT_ONCE = 20_000, 16


class KnownVectors:
    """At most *most* vectors by encoder and text, the least recently used forgotten first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = Lock()
        self._thread: Thread | None = None

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def share_known(self, encoder: Encoder, texts: Sequence[str]) -> float:
        """The share of the texts that have a vector."""
        with self._lock:
            return sum(_key(encoder, text) in self._known for text in texts) / len(texts) if texts else 1.0

    def of(self, encoder: Encoder, texts: Sequence[str]) -> Vectors | None:
        """The vectors of the texts, None as long as one is missing."""
        keys = [_key(encoder, text) for text in texts]
        with self._lock:
            if not all(key in self._known for key in keys):
                return None
            for key in keys:
                self._known.move_to_end(key)
            return np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, 1), dtype=np.float32)

    def begin(self, encoder: Encoder, texts: Sequence[str]) -> None:
        """Encode in the background what has no vector yet; one at a time, whoever asks meanwhile asks again."""
        with self._lock:
            if self.busy:
                return
            self._thread = Thread(target=self.encode, args=(encoder, tuple(texts)), name="encoder", daemon=True)
            self._thread.start()

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> None:
        """Encode what has no vector yet."""
        with self._lock:
            missing = list(dict.fromkeys(text for text in texts if _key(encoder, text) not in self._known))
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            found = encoder.vectors(part)
            with self._lock:
                self._known.update((_key(encoder, text), row) for text, row in zip(part, found, strict=True))
                while len(self._known) > self._most:
                    self._known.popitem(last=False)


def _key(encoder: Encoder, text: str) -> bytes:
    return blake2b(f"{encoder.name}\0{text}".encode(errors="surrogatepass"), digest_size=16).digest()


VECTORS = KnownVectors()
