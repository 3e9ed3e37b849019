"""The labelled public comments beside the repository, and comments put together for measuring speed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.places import DATA
from analysis.text.topics.topics import load_topics

COMMENTS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "comments"


def labelled_sets() -> Iterator[tuple[str, pd.DataFrame]]:
    if (COMMENTS / "shopping.csv").is_file():
        shopping = pd.read_csv(COMMENTS / "shopping.csv")
        yield "shopping", shopping[shopping["split"] == "test"]
    if (COMMENTS / "waimai.csv").is_file():
        yield "waimai", pd.read_csv(COMMENTS / "waimai.csv")


def car_rows() -> pd.DataFrame | None:
    """One row per text with ``aspects``: code → -1, 0, 1, and ``unseen``."""
    path = COMMENTS / "cars_aspects.csv"
    if not path.is_file():
        return None
    codes = {topic.label: topic.code for topic in load_topics(DATA / "topics" / "car.yaml")}
    rows = [
        {"text": group["content"].iloc[0], "unseen": bool(number % 2), "aspects": _polarities(group, codes)}
        for number, group in pd.read_csv(path).groupby("content_id")
    ]
    return pd.DataFrame(rows)


def _polarities(group: pd.DataFrame, codes: dict[str, str]) -> dict[str, int]:
    return {codes[subject]: value for subject, value in zip(group["subject"], group["sentiment_value"], strict=True)}


def restaurant_rows() -> pd.DataFrame | None:
    """The same for the restaurant reviews."""
    path = COMMENTS / "asap_sample.csv"
    if not path.is_file():
        return None
    frame = pd.read_csv(path)
    aspects = [
        {code: int(value) for code, value in row.items() if value != -2} for _, row in frame.iloc[:, 3:].iterrows()
    ]
    return pd.DataFrame({"text": frame["reviewbody"], "unseen": np.arange(len(frame)) % 2 == 1, "aspects": aspects})


def made_up_comments(length: int, n: int = 4000) -> list[str]:
    """Comments of about *length* characters put together from ready clauses."""
    draw = random.Random(length)
    clauses = [
        "停电没有提前通知", "抢修师傅来得很快", "电费比上个月多了一倍", "营业厅排队太久", "网上国网很方便",
        "态度不太好",
        "建议多设几个窗口", "电表好像走得快", "客服耐心解释了", "我家住在城东", "价格有点贵", "问题解决了",
    ]  # fmt: skip
    return ["，".join(draw.choice(clauses) for _ in range(max(1, round(length / 8.5)))) for _ in range(n)]


def real_comments() -> Iterator[tuple[str, list[str]]]:
    """Public comments of about 25 and about 130 characters, 4,000 of each; none where the sets are absent."""
    for file, about, least, most in (("waimai.csv", 25, 15, 38), ("shopping.csv", 130, 100, 170)):
        if (COMMENTS / file).is_file():
            texts = pd.read_csv(COMMENTS / file)["review"].astype(str)
            chosen = texts[texts.str.len().between(least, most)].sample(4000, random_state=1, replace=True)
            yield f"{file} about {about}", chosen.tolist()
