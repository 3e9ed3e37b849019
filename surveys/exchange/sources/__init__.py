"""Programs whose exports are known: what wrote a table, and how its columns and answers are to be understood."""

from surveys.exchange.sources.source import CHOSEN, JOINT, UNCHOSEN, Manner, SourceSystem
from surveys.exchange.sources.systems import SOURCES

ANY = SourceSystem("", lambda rows: None, Manner((";", "；", "┋", "|", "、", ",", "，", "\n"), written=(("〖", "〗"),)))
"""Of a table that could be from anywhere."""


def source_of(name: str) -> SourceSystem:
    """The source of this name; ANY for one that is none."""
    return SOURCES.get(name, ANY)


__all__ = ["ANY", "CHOSEN", "JOINT", "SOURCES", "UNCHOSEN", "Manner", "SourceSystem", "source_of"]
