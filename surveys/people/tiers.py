"""Customer tiers: by rules that the organisation sets, or by each one's share of an amount (Pareto)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.definition.conditions import Condition
from surveys.people.contact import Contact

TIERS = "tier rules"  # the setting that keeps them

TierName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class TierRule(BaseModel):
    """Everyone for whom the condition holds, and no earlier rule does, is of this tier."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: TierName
    when: Condition


class ShareBand(BaseModel):
    """A tier reaches down to where those in it and above make this share of the total (0–1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: TierName
    share: float = Field(gt=0, le=1)


class TierScheme(BaseModel):
    """How tiers come about: by rules, or by shares of one `worth.` attribute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[TierRule, ...] = ()
    amount: str = ""  # `worth.x`
    bands: tuple[ShareBand, ...] = (ShareBand(tier="A", share=0.8), ShareBand(tier="B", share=0.95))
    rest: TierName = "C"  # who is left over

    def tiers(self, contacts: Iterable[Contact]) -> dict[str, str]:
        """The tier by contact id."""
        return tiers_by_share(contacts, self) if self.amount else tiers_by_rule(contacts, self)


def tiers_by_rule(contacts: Iterable[Contact], scheme: TierScheme) -> dict[str, str]:
    """The first rule that holds decides; where none does, `rest`."""

    def tier(contact: Contact) -> str:
        fields = contact.fields()
        return next((rule.tier for rule in scheme.rules if rule.when.holds(fields)), scheme.rest)

    return {contact.id: tier(contact) for contact in contacts}


def tiers_by_share(contacts: Iterable[Contact], scheme: TierScheme) -> dict[str, str]:
    """From the largest amount down, each band is filled until its share of the total is reached.

    The fewest customers who make 80 % are so the first band of 0.8. Those with equal amounts are never parted: all
    of them are in the higher band. Whoever has no amount, or none above zero, is of the `rest`.
    """
    name = scheme.amount.partition(".")[2]
    amounts = {contact.id: float(contact.worth.get(name, 0)) for contact in contacts}
    total = sum(amount for amount in amounts.values() if amount > 0)
    ranked = sorted(amounts, key=lambda each: -amounts[each])
    tiers, before = dict[str, str](), 0.0
    for amount, group in groupby(ranked, key=amounts.__getitem__):
        equal = list(group)
        # A hair's breadth of rounding must not push the last customer of a band into the next.
        band = next((each.tier for each in scheme.bands if before < each.share * total * (1 - 1e-12)), scheme.rest)
        tiers |= dict.fromkeys(equal, band if amount > 0 else scheme.rest)
        before += amount * len(equal) if amount > 0 else 0
    return tiers


@dataclass(frozen=True)
class TierRow:
    """One tier in a summary: how many customers, and their part of the amount."""

    tier: str
    customers: int
    share_of_customers: float
    share_of_amount: float | None  # None where no amount is looked at


def summary(tiers: Mapping[str, str], contacts: Sequence[Contact], amount: str = "") -> list[TierRow]:
    """Each tier in the order of its name."""
    name = amount.partition(".")[2]
    worth = {each.id: max(float(each.worth.get(name, 0)), 0) for each in contacts} if amount else {}
    total, rows = sum(worth.values()), list[TierRow]()
    for tier in sorted(set(tiers.values())):
        inside = [contact for contact, has in tiers.items() if has == tier]
        part = sum(worth[each] for each in inside) / total if total else None
        rows.append(TierRow(tier, len(inside), len(inside) / len(tiers), part))
    return rows
