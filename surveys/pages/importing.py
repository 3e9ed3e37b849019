"""Answers out as files, and answers given elsewhere in."""

from __future__ import annotations

from surveys.storage.surveys import SurveyRecord


def draw_export(record: SurveyRecord) -> None:
    """Nothing yet."""


def draw_import(record: SurveyRecord) -> None:
    """Nothing yet."""
