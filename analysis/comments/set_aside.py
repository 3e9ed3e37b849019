"""Comments that no share counts, and why: so that the number of comments read adds up to that of comments written."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.estimates import Language, Words
from surveys.comments import CommentKind

# What is said of each kind that `opinions.with_content` leaves out, in this order.
_WHY: Mapping[str, Words] = {
    CommentKind.NO_CONTENT: Words("{count} 份没有内容", "{count} say nothing"),
    CommentKind.OTHER_LANGUAGE: Words("{count} 份是其他语言", "{count} are in another language"),
}


def set_aside(comments: pd.DataFrame) -> dict[str, int]:
    """How many responses have only comments that are left out, by the reason of their first one."""
    if "kind" not in comments.columns:
        return {}
    out = comments["kind"].isin(list(_WHY))
    alone = comments[out & ~comments["response"].isin(comments.loc[~out, "response"])].drop_duplicates("response")
    counts = alone["kind"].value_counts()
    return {why: int(counts[why]) for why in _WHY if why in counts.index}


def set_aside_words(counts: Mapping[str, int], language: Language) -> str:
    """另有 71 份没有内容、3 份是其他语言，不计入; empty where nothing was left out."""
    parts = [_WHY[why].spoken(language).format(count=count) for why, count in counts.items() if count]
    if not parts:
        return ""
    if language == "zh":
        return f"另有 {'、'.join(parts)}，不计入"
    return f"{' and '.join(parts)} and are not counted"
