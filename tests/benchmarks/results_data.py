"""A survey of ten ratings, NPS and a comment, and as many made-up answers and findings as wanted, kept by the store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from surveys.comments import Aspect, CommentKind, Sentiment
from surveys.definition.survey import Survey
from surveys.intake.submission import Submission
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding

CODE = "bench"
DEPARTMENTS = tuple(f"d{n:02d}" for n in range(20))
FIRST_DAY, DAYS = date(2025, 1, 1), 600
BATCH = 10_000
_MODEL = "made-up"
_WORDS = (
    ("师傅来得很快，讲得清楚", CommentKind.PRAISE, Sentiment.POSITIVE, "抢修服务", "师傅来得很快"),
    ("等了很久才有人接电话", CommentKind.COMPLAINT, Sentiment.NEGATIVE, "电话服务", "等了很久"),
    ("希望中午也办业务", CommentKind.SUGGESTION, Sentiment.NEUTRAL, "营业时间", "中午也办业务"),
)


def survey() -> Survey:
    ratings = [
        {"type": "rating", "code": f"r{n}", "title": f"评分{n}", "dimension": "care" if n < 5 else "speed"}
        for n in range(10)
    ]
    rest = [{"type": "nps", "code": "nps", "title": "推荐"}, {"type": "long_text", "code": "say", "title": "意见"}]
    dimensions = [{"code": "care", "label": "态度"}, {"code": "speed", "label": "速度"}]
    values = {"code": CODE, "title": "基准", "use": "基准", "dimensions": dimensions}
    return Survey.model_validate(values | {"sections": [{"questions": [*ratings, *rest]}]})


def submissions(amount: int, *, seed: int = 7, day: date | None = None) -> Iterator[Submission]:
    """Made-up answers, one rating in ten left out, one in two with words of its own; of one *day* or of 600 days."""
    chance = random.Random(seed)  # the same answers each time
    for number in range(amount):
        answers: dict[str, object] = {f"r{n}": chance.randint(1, 5) for n in range(10) if chance.random() > 0.1}
        answers["nps"] = chance.randint(0, 10)
        if chance.random() < 0.5:
            answers["say"] = f"{chance.choice(_WORDS)[0]}，第{number}号"
        yield Submission(
            id=f"{chance.getrandbits(128):032x}", survey=CODE, version=1, answers=answers,  # type: ignore[arg-type]
            received_on=day or FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
            department=chance.choice(DEPARTMENTS), touchpoint=f"t{chance.randrange(100)}", district="城东",
        )  # fmt: skip


def findings(kept: Iterator[Submission], model: str = _MODEL) -> Iterator[CommentFinding]:
    """What an analyser of this version could say of the comments among these answers."""
    for each in kept:
        if text := each.answers.get("say"):
            _, kind, sentiment, label, evidence = next(row for row in _WORDS if text.startswith(row[0]))
            start = text.index(evidence)
            aspect = Aspect("topic", label, sentiment, start, start + len(evidence), evidence)
            yield CommentFinding(each.id, "say", model, text, kind, sentiment, 0.8, True, (aspect,))


def fill(database: Path, amount: int, model: str = _MODEL) -> Store:
    """A new store with so many responses and the findings of their comments, by the product's own bulk path."""
    store = Store(database)
    store.surveys.save_draft(survey(), None, by="bench")
    store.surveys.publish(CODE, by="bench")
    made = submissions(amount)
    while rows := list(islice(made, BATCH)):
        store.responses.append(rows)
        store.findings.save(findings(iter(rows), model))
    kept = store.responses.amount(CODE)
    assert kept == amount, f"{kept} of {amount} responses were kept"
    return store
