"""What wants the reader's attention, as one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analysis.pages.overview import duties, in_the_field, installation
from analysis.pages.overview.notices import InView, Notice

OWN: tuple[Callable[[InView], list[Notice]], ...] = (duties.cases, duties.plans, duties.forms_to_fill)
"""What somebody has to do even where no survey is in the field."""

ALERTS: tuple[Callable[[InView], list[Notice]], ...] = (
    installation.guessing, installation.clock, *OWN, installation.safekeeping, installation.unnamed, duties.rounds,
    in_the_field.quiet, in_the_field.drafts, duties.late_tasks, installation.holidays,
)  # fmt: skip


def asked(alerts: Sequence[Callable[[InView], list[Notice]]], view: InView) -> list[Notice]:
    """All that they find, each with the name of the alert that found it."""
    return [replace(notice, alert=alert.__name__) for alert in alerts for notice in alert(view)]
