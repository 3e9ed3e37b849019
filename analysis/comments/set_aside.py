"""Comments that no share counts, and why: so that the number of comments read adds up to that of comments written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

import pandas as pd

from surveys.comments import CommentKind
from surveys.localisation.wording import Message, saying

# What is said of each kind that `opinions.with_content` leaves out, in this order.
_WHY: Mapping[str, Message] = {
    CommentKind.NO_CONTENT: saying("{count} 份没有内容"),
    CommentKind.OTHER_LANGUAGE: saying("{count} 份是其他语言"),
}


def set_aside(comments: pd.DataFrame) -> dict[str, int]:
    """How many responses have only comments that are left out, by the reason of their first one."""
    if "kind" not in comments.columns:
        return {}
    out = comments["kind"].isin(list(_WHY))
    alone = comments[out & ~comments["response"].isin(comments.loc[~out, "response"])].drop_duplicates("response")
    counts = alone["kind"].value_counts()
    return {why: int(counts[why]) for why in _WHY if why in counts.index}


def set_aside_words(counts: Mapping[str, int]) -> Message | None:
    """另有 71 份没有内容、3 份是其他语言，不计入; None where nothing was left out."""
    parts = [replace(_WHY[why], values={"count": count}) for why, count in counts.items() if count]
    if not parts:
        return None
    return saying(
        "另有 {parts}，不计入", parts=reduce(lambda one, two: saying("{one}、{two}", one=one, two=two), parts)
    )
