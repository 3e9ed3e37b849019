"""What calls for attention whatever the sentiment: risks, urgency, effort, emotions, with the words that say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.prefilter import Prefilter
from surveys.comments import Signal, SignalCode

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WINDOW = 500
_PARTS = ("said", "harmless", "settled")


class SignalsUnusable(UnusableInput):
    """The file of signals has mistakes; the message lists all of them."""


class _Wordings(NamedTuple):
    """One wording of a code: what says it, what reads like it and is harmless, and what settles a clause."""

    code: SignalCode
    said: re.Pattern[str]
    harmless: re.Pattern[str] | None
    settled: re.Pattern[str] | None

    def places(self, clause: str) -> Iterator[tuple[int, int]]:
        """Where in a clause it is said."""
        if not self.said.search(clause) or (self.settled and self.settled.search(clause)):
            return
        read = self.harmless.sub(_over, clause) if self.harmless else clause
        yield from (match.span() for match in self.said.finditer(read))


def _over(match: re.Match[str]) -> str:
    return "·" * len(match[0])


class SignalFinder:
    """Finds the signals of normalised comments, clause by clause."""

    def __init__(self, wordings: Sequence[_Wordings]) -> None:
        self._wordings = tuple(wordings)
        self._prefilter = Prefilter([each.said.pattern for each in wordings])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file of signals; raises SignalsUnusable with every mistake in it."""
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
        problems = [f"{path.name} · {problem}" for entry in raw["signals"] for problem in _problems(entry)]
        if problems:
            raise SignalsUnusable("\n".join(problems))
        return cls([wording for entry in raw["signals"] for wording in _wordings(entry)])

    def find(self, laid: ngrams.Batch, clauses: Clauses, originals: Sequence[str]) -> list[tuple[Signal, ...]]:
        """The signals of each comment, each code once, by the first words that say it."""
        units = clauses.of_places(len(laid.codes))
        possible = self._prefilter.candidates(self._prefilter.find(laid), units, len(clauses.starts))
        found: dict[int, dict[SignalCode, Signal]] = {}
        starts, ends, owners = clauses.starts.tolist(), clauses.ends.tolist(), clauses.owners.tolist()
        for clause, number in zip(possible.units.tolist(), possible.patterns.tolist(), strict=True):
            owner, wordings = owners[clause], self._wordings[number]
            own = found.setdefault(owner, {})
            if wordings.code not in own:
                begin, text = int(laid.starts[owner]), laid.joined[starts[clause] : ends[clause]][:_WINDOW]
                for since, until in wordings.places(text):
                    start, end = starts[clause] - begin + since, starts[clause] - begin + until
                    own[wordings.code] = Signal(wordings.code, start, end, originals[owner][start:end])
                    break
        return [tuple(found.get(number, {}).values()) for number in range(len(originals))]


def _problems(entry: Mapping[str, Any]) -> Iterator[str]:
    name = entry.get("code")
    if name not in set(SignalCode):
        yield f"没有“{name}”这种信号；有 {'、'.join(SignalCode)}"
    for setting in sorted(set(entry) - {"code", *_PARTS}):
        yield f"{name}：没有“{setting}”这个设置"
    for pattern in (each for part in _PARTS for each in entry.get(part) or ()):
        try:
            re.compile(pattern)
        except re.error as problem:
            yield f"{name}：表达式 {pattern!r} 有误（{problem}）"


def _wordings(entry: Mapping[str, Any]) -> Iterator[_Wordings]:
    said, *others = (entry.get(part) or () for part in _PARTS)
    harmless, settled = (re.compile("|".join(each)) if each else None for each in others)
    yield from (_Wordings(SignalCode(entry["code"]), re.compile(each), harmless, settled) for each in said)
