"""Why a campaign is not changed, and whom it would ask beside others."""

from __future__ import annotations

from dataclasses import dataclass


class UnknownCampaign(LookupError):
    """There is no campaign of this id."""


class CampaignNotNow(RuntimeError):
    """A campaign can't be brought from the state it is in to the one wished for."""


@dataclass(frozen=True)
class AskedAround:
    """Who is asked around a moment: the files, and the keys of the addresses in them."""

    contacts: frozenset[str]
    addresses: frozenset[str]
