"""Answers in the order in which they were offered, those that nobody gave among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from surveys.localisation.ordering import natural

MOST_LISTED = 40  # options, before a table names no more what nobody chose


def in_order(given: Iterable[object], options: Sequence[str] = ()) -> list[str]:
    """All *options* as the definition lists them, then whatever else was *given*, in natural order."""
    others = {plain_code(each) for each in given} - set(options)
    return [*options, *sorted(others, key=natural)]


def list_options(options: Sequence[str], given: Iterable[object]) -> tuple[list[str], int]:
    """The *options* that a table names, and how many it leaves out.

    All of them; of a list longer than `MOST_LISTED`, as that of a country's districts, those that were *given*.
    """
    if len(options) <= MOST_LISTED:
        return list(options), 0
    chosen = {plain_code(each) for each in given}
    named = [each for each in options if each in chosen]
    return named, len(options) - len(named)


def plain_code(answer: object) -> str:
    """A point of a scale without its decimal point, a code as it is."""
    return f"{answer:.15g}" if isinstance(answer, float) else str(answer)
