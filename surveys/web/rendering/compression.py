"""Pages made small for the way: what many pages have in common is compressed once for all of them."""

from __future__ import annotations

import zlib
from functools import lru_cache

_LEVEL = 6  # gives up 1 % of size for half the time of 9
_GZIP = 16 + zlib.MAX_WBITS
_END_OF_HEAD = b"</head>"


def pack_page(page: bytes) -> bytes:
    """The page as a browser takes it with `Content-Encoding: gzip`; its head is compressed once for all its pages."""
    end = page.find(_END_OF_HEAD)
    beginning, packer = _begun(page[:end] if end > 0 else b"")
    packer = packer.copy()
    return beginning + packer.compress(page[max(end, 0) :]) + packer.flush()


@lru_cache(maxsize=128)
def _begun(head: bytes) -> tuple[bytes, zlib._Compress]:
    """The head in compressed form, and a packer that goes on from there."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(head) + packer.flush(zlib.Z_SYNC_FLUSH), packer


class Stencil:
    """A page with a gap for one short word, compressed but for the gap: filling it in costs next to nothing.

    The word stands in the stream as it is, as a stored block (RFC 1951, 3.2.4) between two compressed ones; the
    checksum of the whole goes on from that of the beginning (RFC 1952, 2.3.1).
    """

    def __init__(self, before: bytes, after: bytes) -> None:
        self._before, self._after = before, after
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._packed_before = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._packed_after = packer.compress(after) + packer.flush()
        self._checksum = zlib.crc32(before)

    def filled(self, word: bytes) -> bytes:
        """The page with this word, of at most 65,535 bytes, in its gap."""
        return self._before + word + self._after

    def packed(self, word: bytes) -> bytes:
        """The same with `Content-Encoding: gzip`."""
        size = len(word)
        stored = b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + word
        checksum = zlib.crc32(self._after, zlib.crc32(word, self._checksum))
        whole = (len(self._before) + size + len(self._after)) & 0xFFFFFFFF
        end = checksum.to_bytes(4, "little") + whole.to_bytes(4, "little")
        return self._packed_before + stored + self._packed_after + end
