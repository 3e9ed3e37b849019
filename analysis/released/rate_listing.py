"""Response rates for those who don't read pages: as lines of text, and as figures for other systems."""

from __future__ import annotations

from typing import Any

from analysis.nonresponse.response_rates import ResponseRates


def rate_figures(found: ResponseRates) -> dict[str, Any]:
    """Everybody asked, by what came of it, and every rate that there is with interval and n."""
    return {
        "asked": found.asked, "eligible": found.eligible, "method": "AAPOR Standard Definitions, 10th edition (2023)",
        "dispositions": {each.value: amount for each, amount in found.dispositions.items()},
        "rates": [
            {"name": name, "value": each.value, "low": each.low, "high": each.high, "n": each.n}
            for name, each in found.rates.items() if each.ok
        ],
    }  # fmt: skip


def rate_listing(found: ResponseRates) -> str:
    """The same as lines apart by tabs: dispositions with their amounts, then rates."""
    told = rate_figures(found)
    amounts = (f"{name}\t{amount}" for name, amount in told["dispositions"].items() if amount)
    rates = ("\t".join([each["name"], *(f"{each[key]:.6g}" for key in _KEYS)]) for each in told["rates"])
    return "\n".join(["disposition\tn", *amounts, "", "\t".join(["rate", *_KEYS]), *rates])


_KEYS = ("value", "low", "high", "n")
