"""How fast answers are brought in while the table grows, by the product's own bulk path.

In rows a second of the processor, and as a ratio to the first ones: others use the machine, too.

`python -m tests.benchmarks append` fills up to 200,000; `APPEND_ROWS` names another number.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

from surveys.definition.templates import template
from surveys.intake.submission import Submission
from surveys.storage import Store

AT_ONCE = 10_000
SURVEYS = ("power-visit", "employee-satisfaction")  # one with names, where the order is kept, and an anonymous one


def main() -> None:
    rows = int(os.environ.get("APPEND_ROWS", "200000"))
    print("| survey | rows in the table | rows a second | of the first ones |\n| --- | --- | --- | --- |")
    for survey in SURVEYS:
        with tempfile.TemporaryDirectory() as folder:
            store = _store(Path(folder) / "append.db", survey)
            rates = list(_rates(store, survey, rows))
            store.close()
        for held, rate in rates:
            print(f"| {survey} | {held:,} | {rate:,.0f} | {rate / rates[0][1]:.2f} |")


def _store(path: Path, survey: str) -> Store:
    store = Store(path)
    store.surveys.save_draft(template(survey), None, by="bench")
    store.surveys.publish(survey, by="bench")
    return store


def _rates(store: Store, survey: str, rows: int) -> Iterator[tuple[int, float]]:
    """(rows held before, rows a second) at the beginning and after each fifth: the median of three batches."""
    chance, held = random.Random(7), 0
    while held <= rows:
        begun, times = held, []
        for _ in range(3):
            batch = [_submission(chance, survey) for _ in range(AT_ONCE)]
            start = process_time()
            store.responses.bring_in(batch)
            times.append(process_time() - start)
            held += AT_ONCE
        yield begun, AT_ONCE / median(times)
        while held < begun + rows // 5:
            store.responses.bring_in([_submission(chance, survey) for _ in range(AT_ONCE)])
            held += AT_ONCE


def _submission(chance: random.Random, survey: str) -> Submission:
    """As an import brings it: ten ratings, NPS, half with a comment, over 90 days."""
    day = date(2026, 3, 1) + timedelta(days=chance.randrange(90))
    answers: dict[str, object] = {f"q{number}": chance.randint(1, 5) for number in range(10)}
    answers["nps"] = chance.randint(0, 10)
    if chance.random() < 0.5:
        answers["comment"] = "师傅来得很快，讲解也清楚，就是电话不好打" * chance.randint(1, 3)
    return Submission(
        id=f"{chance.getrandbits(128):032x}", survey=survey, version=1, answers=answers, received_on=day,  # type: ignore[arg-type]
        received_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC) if survey == SURVEYS[0] else None,
        touchpoint=f"t{chance.randrange(40)}", department=f"d{chance.randrange(12)}",
        channel="import",
    )  # fmt: skip
