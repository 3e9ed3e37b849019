"""Whether pages may ask the organisation's language model: its address is set, and an administrator has allowed it."""

from __future__ import annotations

from typing import Protocol

from surveys.settings import LanguageModelSettings, UnfitLanguageModel

MODEL_SETTING = "language model"
ALLOWED = "on"


class SettingsOfSwitch(Protocol):
    """Where the organisation keeps its settings."""

    def setting(self, name: str) -> str | None: ...


def is_allowed(settings: SettingsOfSwitch) -> bool:
    """Whether an administrator has allowed it; nobody has until then."""
    return settings.setting(MODEL_SETTING) == ALLOWED


def model_in_use(settings: SettingsOfSwitch) -> LanguageModelSettings | None:
    """The model that pages may ask, None where there is none or it is not allowed."""
    if not is_allowed(settings):
        return None
    try:
        return LanguageModelSettings.from_environment()
    except (UnfitLanguageModel, OSError):
        return None
