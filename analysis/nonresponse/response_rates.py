"""Response, cooperation, refusal and contact rates by AAPOR's Standard Definitions (10th edition, 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share_of
from surveys.fieldwork.dispositions import Disposition
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class ResponseRates:
    """Every rate by its short name (RR1–RR6, COOP1–COOP4, REF1–REF3, CON1–CON3), and what they are made of.

    `eligible`: which part of those of whom nothing is known is taken to be eligible (e); `asked`: everybody to whom
    anything went out.
    """

    rates: Mapping[str, Estimate]
    dispositions: Mapping[Disposition, int]
    eligible: float
    asked: int


def response_rates(found: Mapping[Disposition, int], *, break_offs_count: bool = False) -> ResponseRates:
    """All rates from counts of final dispositions, each with its Wilson interval.

    e is the part of the eligible among those whose eligibility is known (proportional allocation, CASRO 1982).
    *break_offs_count*: what was begun and never handed in is a partial interview (P) rather than a refusal.
    """
    n = {each: int(found.get(each, 0)) for each in Disposition}
    complete, broken = n[Disposition.COMPLETE], n[Disposition.BREAK_OFF]
    partial = broken if break_offs_count else 0
    refused = n[Disposition.REFUSED] + broken - partial
    other, no_contact = n[Disposition.OTHER], n[Disposition.NO_CONTACT]
    unknown = n[Disposition.NO_REPLY] + n[Disposition.UNDELIVERABLE]
    interviews = complete + partial
    known = interviews + refused + no_contact + other
    judged = known + n[Disposition.NOT_ELIGIBLE]
    eligible = known / judged if judged else 1.0
    bases = {"all": known + unknown, "e": known + eligible * unknown, "known": known}
    reached = interviews + refused + other
    parts: dict[str, tuple[int, float]] = {
        "RR1": (complete, bases["all"]), "RR2": (interviews, bases["all"]), "RR3": (complete, bases["e"]),
        "RR4": (interviews, bases["e"]), "RR5": (complete, bases["known"]), "RR6": (interviews, bases["known"]),
        "COOP1": (complete, reached), "COOP2": (interviews, reached), "COOP3": (complete, interviews + refused),
        "COOP4": (interviews, interviews + refused), "REF1": (refused, bases["all"]), "REF2": (refused, bases["e"]),
        "REF3": (refused, bases["known"]), "CON1": (reached, bases["all"]), "CON2": (reached, bases["e"]),
        "CON3": (reached, bases["known"]),
    }  # fmt: skip
    rates = {name: _rate(name, hits, base) for name, (hits, base) in parts.items()}
    return ResponseRates(rates, n, eligible, judged + unknown)


def _rate(name: str, hits: int, base: float) -> Estimate:
    """A share of a *base* that need not be whole, with the Wilson interval of so many."""
    if base <= 0:
        return refuse(name, saying("没有可以计算的人"))
    return replace(share_of(min(hits / base, 1.0), round(base), effective_n=base), measure=name)
