"""Where the shipped lexicons and weights are."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data" / "text"
