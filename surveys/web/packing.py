"""Pages made small for the way: the head, in which sheet and icon stand, is compressed once for all its pages."""

from __future__ import annotations

import zlib
from functools import lru_cache

_LEVEL = 6  # gives up 1 % of size for half the time of 9
_GZIP = 16 + zlib.MAX_WBITS
_END_OF_HEAD = b"</head>"


def packed(page: bytes) -> bytes:
    """The page as a browser takes it with `Content-Encoding: gzip`."""
    end = page.find(_END_OF_HEAD)
    beginning, packer = _begun(page[:end] if end > 0 else b"")
    packer = packer.copy()
    return beginning + packer.compress(page[max(end, 0) :]) + packer.flush()


@lru_cache(maxsize=128)
def _begun(head: bytes) -> tuple[bytes, zlib._Compress]:
    """The head in compressed form, and a packer that goes on from there."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(head) + packer.flush(zlib.Z_SYNC_FLUSH), packer
