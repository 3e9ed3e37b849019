"""What an organisation has changed of its topics, step by step, so that any step can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from analysis.comments.organisation_analyser import own_topics
from analysis.text.topics.arrangement import OwnTopic

HISTORY_SETTING = "comment topics history"
_KEPT = 30


@dataclass(frozen=True)
class TopicChange:
    """The topics *before* and *after* a change, as the setting keeps them, and its day. Not by whom: the audit trail
    has that, and forgets people who are to be forgotten."""

    on: str
    before: str
    after: str


def with_change(kept: str | None, change: TopicChange) -> str:
    """The history as the setting keeps it, with one more change; the oldest fall out of it."""
    return json.dumps([*json.loads(kept or "[]"), asdict(change)][-_KEPT:], ensure_ascii=False)


def changes_of(change: TopicChange) -> Iterator[tuple[str, OwnTopic | None, OwnTopic | None]]:
    """The label of each topic that is another than before, and what it was and is; None where it had no change."""
    before, after = ({each.code: each for each in own_topics(kept)} for kept in (change.before, change.after))
    for code in {**before, **after}:
        was, now = before.get(code), after.get(code)
        if was != now:
            told = now or was
            yield (told.label if told else code), was, now
