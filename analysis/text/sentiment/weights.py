"""The trained table: one weight per character n-gram, added up over a text.

The model is additive on purpose: a score is the sum of what its n-grams say, so every score can be
explained character by character. Looking up is done for a whole batch of texts at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.key_table import Slots

Floats = npt.NDArray[np.float32]


class WeightsUnreadable(UnusableInput):
    """The file is not a weight table of this program."""


@dataclass(frozen=True)
class Calibration:
    """Turns a raw score into a probability: ``1 / (1 + exp(-(slope · score + offset)))`` (Platt, 1999)."""

    slope: float = 1.0
    offset: float = 0.0

    def log_odds(self, score: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The log odds of positive for raw scores of any shape."""
        return np.asarray(self.slope * score + self.offset, dtype=np.float64)

    def raw(self, log_odds: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The raw scores that have these log odds."""
        return np.asarray((log_odds - self.offset) / self.slope, dtype=np.float64)

    def probability(self, score: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The calibrated probability of positive for raw scores of any shape."""
        logit = np.clip(self.log_odds(score), -30.0, 30.0)
        return np.asarray(1.0 / (1.0 + np.exp(-logit)), dtype=np.float64)


class WeightTable:
    """N-gram weights with their bias, length correction and calibration."""

    def __init__(
        self, keys: ngrams.Keys, weights: Floats, *, bias: float, power: float, calibration: Calibration
    ) -> None:
        self.keys = keys
        self.weights = weights
        self.bias = bias
        self.power = power
        self.calibration = calibration
        self._slots = Slots(keys)
        self._longest = ngrams.longest(keys)
        self._padded = np.append(weights, np.float32(0.0)).astype(np.float32)

    @property
    def version(self) -> str:
        """Changes whenever a weight or a setting changes."""
        digest = hashlib.sha256(self.keys.tobytes() + self.weights.astype(np.float16).tobytes())
        digest.update(json.dumps(self._settings(), sort_keys=True).encode())
        return digest.hexdigest()[:12]

    def _settings(self) -> dict[str, str | float]:
        slope, offset = self.calibration.slope, self.calibration.offset
        return {"bias": self.bias, "power": self.power, "slope": slope, "offset": offset}

    def character_weights(self, batch: ngrams.Batch) -> Floats:
        """What each character of the batch adds, the weight of an n-gram shared by its characters."""
        added = np.zeros(len(batch.codes), dtype=np.float32)
        for n, keys, places in batch.grams[: self._longest]:
            share = self._padded[self._slots.rows(keys)] / np.float32(n)
            for shift in range(n):
                added[places + shift] += share
        return added

    def scale(self, lengths: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """What sums over texts of these lengths are multiplied with, so that long texts do not shout."""
        return np.asarray((4.0 * lengths + 8.0) ** -self.power, dtype=np.float64)

    def scores(self, batch: ngrams.Batch, added: Floats) -> npt.NDArray[np.float64]:
        """One raw score per text: above zero for positive."""
        sums = np.add.reduceat(added, batch.starts) if len(batch.starts) else np.zeros(0)
        return sums * self.scale(batch.lengths) + self.bias

    def save(self, path: Path) -> None:
        """Write the table as one compressed .npz file."""
        with path.open("wb") as out:
            self.write(out)

    def write(self, out: IO[bytes], **beside: str | float) -> None:
        """Write the table, and what else is to be known of it, as one compressed .npz file."""
        np.savez_compressed(
            out,
            keys=self.keys,
            weights=self.weights.astype(np.float16),
            settings=np.array(json.dumps(self._settings() | beside, sort_keys=True)),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table that :meth:`save` wrote; raises WeightsUnreadable with the reason."""
        return cls.read(path, path)[0]

    @classmethod
    def read(cls, source: IO[bytes] | Path, name: Path) -> tuple[Self, dict[str, Any]]:
        """The table that was written, and all that is known of it; raises WeightsUnreadable with *name*."""
        try:
            with np.load(source, allow_pickle=False) as stored:
                settings = json.loads(str(stored["settings"]))
                keys, weights = stored["keys"], stored["weights"].astype(np.float32)
            calibration = Calibration(settings["slope"], settings["offset"])
            table = cls(keys, weights, bias=settings["bias"], power=settings["power"], calibration=calibration)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
            raise WeightsUnreadable(f"{name}: 不是可用的权重文件（{problem}）") from problem
        return table, settings
