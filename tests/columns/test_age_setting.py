"""How old results may be is set by one variable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.settings import Settings, UnfitAge


@pytest.mark.parametrize(("text", "seconds"), [(None, 30), ("", 30), ("0", 0), ("60", 60)])
def test_seconds_up_to_a_minute(text: str | None, seconds: int) -> None:
    environment = {} if text is None else {"XINSHENG_FIGURES_AGE": text}
    assert Settings.from_environment(environment).figures_age == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["61", "-1", "1.5", "soon", "٣٠", "1000000"])
def test_anything_else_is_named(text: str) -> None:
    """Beyond a minute what is withdrawn would still be shown."""
    with pytest.raises(UnfitAge, match="XINSHENG_FIGURES_AGE: '"):
        Settings.from_environment({"XINSHENG_FIGURES_AGE": text})
