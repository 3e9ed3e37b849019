"""Comments in their authors' words, with the passages that matter marked. They are hostile text until escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup, escape

from surveys.comments import Sentiment

SHEET = Markup(
    "<style>"
    ".xs-quote {border-left: 3px solid var(--xs-edge); margin: .5rem 0; padding: .2rem 0 .2rem .8rem;"
    " line-height: 1.75; overflow-wrap: anywhere; white-space: pre-wrap}"
    ".xs-quote mark {background: var(--xs-complaint); color: inherit; padding: 0 .1rem; border-radius: 2px}"
    ".xs-quote mark.praise {background: var(--xs-praise)}"
    ".xs-quote mark.plain {background: var(--xs-plain)}"
    ".xs-comment {border-bottom: 1px solid var(--xs-line); padding: .55rem 0 .7rem}"
    ".xs-comment .meta {color: var(--xs-soft); font-size: .82rem; line-height: 1.9}"
    "</style>"
)
THEIRS = Markup('<span lang="zh">{}</span>')
"""Words of the comments, in whatever language the page is."""
_TONES: dict[str, str] = {Sentiment.NEGATIVE: "complaint", Sentiment.POSITIVE: "praise"}


class Passage(NamedTuple):
    """Characters *start* to *end* of a comment."""

    start: int
    end: int
    sentiment: str = Sentiment.NEGATIVE


def highlight(text: str, passages: Iterable[Passage]) -> Markup:
    """The text as safe HTML with its passages marked; of two that overlap the first one counts."""
    parts, at = Markup(""), 0
    for start, end, sentiment in sorted(passages):
        if not at <= start < end <= len(text):
            continue
        tone = _TONES.get(sentiment, "plain")
        parts += escape(text[at:start]) + Markup('<mark class="{}">{}</mark>').format(tone, text[start:end])
        at = end
    return parts + escape(text[at:])


def quote(text: str, passages: Iterable[Passage]) -> Markup:
    """The marked text as a quotation."""
    return Markup('<div class="xs-quote">{}</div>').format(highlight(text, passages))
