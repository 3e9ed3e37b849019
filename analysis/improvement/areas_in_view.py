"""The areas to improve of the answers in view, asked for in one way wherever they are shown."""

from __future__ import annotations

from dataclasses import replace

from analysis.figures import overall_scale
from analysis.frames import item_column, rated_dimensions
from analysis.improvement.priorities import SEGMENTS, ImprovementArea, improvement_areas
from analysis.released.parts import Comments, Kinds, Mentions, When, columns_of
from analysis.released.released_answers import ReleasedAnswers


def areas_in_view(view: ReleasedAnswers, language: str) -> list[ImprovementArea]:
    """The ranked areas of what is in view, their labels in *language*."""
    overall, dimensions = overall_scale(view.record.survey), rated_dimensions(view.record.survey, language)
    item, segments = item_column(overall.code) if overall else "", () if view.anonymous else SEGMENTS
    now, before = (
        replace(columns_of(dimensions, item, "day", *segments, when=when), ids=True) for when in (When.NOW, When.BEFORE)
    )
    return view.ask(
        improvement_areas,
        now,
        dimensions,
        item,
        Comments(Kinds.ALL),
        Mentions(language),
        previous=before if view.before else None,
        segments=segments,
        minimum_scores=view.minimums.group,
        minimum_comments=view.minimums.comments if view.anonymous else 1,
    )
