"""A captcha without a third party: the browser works for a moment, or, without scripts, a person adds two numbers.

Its task is the form's own signed token, so that nothing has to be kept: it holds for one survey, for as long as the
token does, and for one answer, because whatever is sent again with the same token is the same answer. A form that a
browser brings back with the token it was begun under is worked out anew for that token.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from surveys.definition.questions import Entered
from surveys.web.forms.form_data import one
from surveys.web.protection.signing import FormToken

BITS = 15  # about 33,000 tries: under a second on a desk, one to three on a weak phone, while its owner is answering
_LONGEST = 12


@dataclass(frozen=True)
class Puzzle:
    """For a script: a number that hashes with *task* to *bits* leading zeros. For a person: a sum."""

    task: str
    first: int
    second: int
    bits: int = BITS

    @classmethod
    def of(cls, secret: bytes, survey: str, token: FormToken) -> Puzzle:
        """The puzzle of this form. The sum is for people; who writes a program for it is held back by the limits."""
        digest = hmac.digest(secret, f"puzzle:{survey}:{token.nonce}".encode(), "sha256")
        return cls(token.text(secret, survey), 11 + digest[0] % 89, 2 + digest[1] % 8)

    def solved(self, given: Entered) -> bool:
        """Whether one of the two ways was gone."""
        work, answer = (unicodedata.normalize("NFKC", one(given, name)).strip() for name in ("_work", "_sum"))
        return self._worked(work) or answer == str(self.first + self.second)

    def _worked(self, work: str) -> bool:
        if not (work.isascii() and work.isdigit() and len(work) <= _LONGEST):
            return False
        digest = hashlib.sha256(f"{self.task}{work}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> (32 - self.bits) == 0
