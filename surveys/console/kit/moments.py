"""Fields in which a moment is entered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import streamlit as st

from surveys.console.kit.words import _
from surveys.localisation.clock import zone


def moment_fields(label: str, at: datetime | None, usual: time, key: str) -> datetime | None:
    """A day, which may be left empty, and a time of it."""
    local = at.astimezone(zone()) if at else None
    left, right = st.columns(2)
    day: date | None = left.date_input(
        _("{what}日期（可不填）").format(what=label), local.date() if local else None, key=f"{key} day"
    )
    hour = right.time_input(_("{what}时间").format(what=label), local.time() if local else usual, key=f"{key} hour")
    if day is None:
        return None
    if local and (day, hour.replace(second=0)) == (local.date(), local.time().replace(second=0)):
        return at  # to the second as it was
    return datetime.combine(day, hour, zone()).astimezone(UTC)
