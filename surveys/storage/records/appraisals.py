"""What can go wrong with steps of an appraisal."""

from __future__ import annotations


class NotInThatState(ValueError):
    """Somebody's appraisal is not, or no more, where this step begins."""
