"""What people of the sample organisation write: phrases with slots, put together so that they rarely repeat."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

PHRASES = Path(__file__).parent.parent.parent / "data" / "sample" / "phrases.yaml"

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def _phrases() -> dict[str, Any]:
    return dict(yaml.safe_load(PHRASES.read_text(encoding="utf-8")))


class Voices:
    """Comments by dimension and sentiment ("complaint", "praise", "suggestion"), drawn with the given source."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._phrases = _phrases()

    def customer(self, dimension: str, sentiment: str, district: str) -> str:
        """What a customer says about one dimension."""
        phrases = self._phrases["customers"][dimension][sentiment]
        return self._whole(sentiment, self._rng.choice(phrases), {"district": district})

    def weak_spot(self, district: str) -> str:
        """What customers say where repair is slow: the complaint, and mostly the cause that is known only there."""
        complaint = self.customer("repair", "complaint", district)
        if self._rng.random() < 0.25:
            return complaint
        return self._filled(self._rng.choice(self._phrases["weak_spot"]), {"complaint": complaint.rstrip("。！!，")})

    def mixed(self, good: str, bad: str, district: str) -> str:
        """Praise for one dimension and a complaint about another."""
        customers, where = self._phrases["customers"], {"district": district}
        praise = self._filled(self._rng.choice(customers[good]["praise"]), where)
        complaint = self._filled(self._rng.choice(customers[bad]["complaint"]), where)
        return self._rng.choice(self._phrases["mixed"]).format(praise=praise, complaint=complaint)

    def nothing(self) -> str:
        """An entry that says nothing, as many write into a comment."""
        return str(self._rng.choice(self._phrases["null_answers"]))

    def colleague(self, department: str) -> str:
        """What staff of other departments say about this one."""
        return self._filled(self._rng.choice(self._phrases["colleagues"][department]), {}) + "。"

    def company(self, sentiment: str) -> str:
        """What a key account says."""
        return self._filled(self._rng.choice(self._phrases["companies"][sentiment]), {}) + "。"

    def _whole(self, sentiment: str, phrase: str, where: dict[str, str]) -> str:
        opening = self._rng.choice(self._phrases["openings"][sentiment])
        return opening + self._filled(phrase, where) + self._rng.choice(self._phrases["endings"][sentiment])

    def _filled(self, phrase: str, where: dict[str, str]) -> str:
        slots = self._phrases["slots"]
        return _SLOT.sub(lambda found: where.get(found[1]) or self._rng.choice(slots[found[1]]), phrase)
