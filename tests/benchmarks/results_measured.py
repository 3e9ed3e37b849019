"""Measures the columnar copy of one filled database, and pandas beside it: `python -m tests.benchmarks.results_measured
DATABASE ours|pandas` prints seconds and megabytes as JSON.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pandas as pd

from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies
from analysis.columns.exporter import Exporter
from analysis.columns.originals import Originals
from analysis.columns.source import Slice
from analysis.comments.listing import Wanted
from analysis.monitoring.trends import Period
from analysis.released.gate import Gate
from analysis.released.stored_evidence import StoredEvidence
from analysis.released.summary import summary
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.benchmarks.results_data import CODE, submissions, survey

AGE = timedelta(seconds=30)
ARRIVING, A_SECOND, IDLE = 60, 50, 20  # seconds, answers, seconds
FIGURES = ("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "nps")
SOME = ("d01", "d02", "d03")
LATE = date(2026, 3, 1)


def main() -> None:
    database, whose = sys.argv[1:]
    found = {"ours": ours, "pandas": with_pandas}[whose](Path(database))
    found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def timed(found: dict[str, float], name: str, act: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    result = act()
    found[name] = time.perf_counter() - begun
    return result


def ours(database: Path) -> dict[str, float]:
    store = Store(database)
    copies = Copies(Originals(store))
    source, found = ColumnarAnswers(copies, age=AGE), dict[str, float]()
    timed(found, "build from nothing", lambda: copies.rebuilt(CODE))
    whole, filtered = Slice(CODE), Slice(CODE, departments=SOME, first=LATE)
    timed(found, "all ratings", lambda: source.responses(whole, ["day", "department", *FIGURES]))
    timed(found, "filter change", lambda: means(source.responses(filtered, FIGURES)))
    timed(found, "department × week", lambda: by_week(source.counts(whole, ["department", "day", "nps"])))
    timed(found, "crosstab", lambda: source.counts(whole, ["r0", "r1"]).pivot(index="r0", columns="r1", values="n"))
    timed(found, "comments", lambda: (source.comments(whole), source.mentions(whole)))
    timed(found, "comments of the filter", lambda: (source.comments(filtered), source.mentions(filtered)))
    through_the_gate(store, source, found)
    exporter = Exporter(copies, AGE, start=0)
    worker = exporter.worker()
    worker.start()
    found["idle CPU %"] = 100 * processor_share(lambda: time.sleep(IDLE))
    found["newness"] = newness(store, source)
    worker.stop()
    store.close()
    return found


def through_the_gate(store: Store, source: ColumnarAnswers, found: dict[str, float]) -> None:
    """What a page asks: the headline figures, those of a period in one district, and the first comments."""
    gate, record = Gate(source, StoredEvidence(store)), store.surveys.get(CODE)
    timed(found, "gate, headline figures", lambda: summary(gate.answers(record)))
    late = Period(pd.Timestamp(LATE), pd.Timestamp(LATE) + pd.Timedelta(days=90))
    timed(found, "gate, filter change", lambda: summary(gate.answers(record).within(late, where={"district": "城东"})))
    timed(found, "gate, comments", lambda: gate.answers(record).comment_list(Wanted(), "zh-Hans"))


def processor_share(act: Callable[[], object]) -> float:
    begun, used = time.perf_counter(), time.process_time()
    act()
    return (time.process_time() - used) / (time.perf_counter() - begun)


def newness(store: Store, source: ColumnarAnswers) -> float:
    """The age of what is read at worst, in seconds, while answers of today arrive: an answer waits at most so long."""
    came: list[tuple[float, int]] = [(time.perf_counter(), store.responses.amount(CODE))]

    def arrive() -> None:
        for second in range(ARRIVING):
            store.responses.append(list(submissions(A_SECOND, seed=1000 + second, day=local_day(utc_now()))))
            came.append((time.perf_counter(), came[-1][1] + A_SECOND))
            time.sleep(max(0.0, came[0][0] + second + 1 - time.perf_counter()))

    arriving = Thread(target=arrive)
    arriving.start()
    worst = 0.0
    while arriving.is_alive():
        seen = int(source.counts(Slice(CODE), [])["n"].sum())
        missed = [moment for moment, amount in list(came) if amount > seen]
        worst = max([worst, *(time.perf_counter() - moment for moment in missed)])
        time.sleep(1)
    return worst


def with_pandas(database: Path) -> dict[str, float]:
    """The same figures the usual way: the table read as a whole, documents parsed, then grouped."""
    found: dict[str, float] = {}
    frame = timed(found, "build from nothing", lambda: read(database))
    timed(found, "all ratings", lambda: frame[["received_on", "department", *FIGURES]].copy())
    chosen = frame["department"].isin(SOME) & (frame["received_on"] >= LATE.isoformat())
    timed(found, "filter change", lambda: means(frame[chosen][list(FIGURES)]))
    counted = frame.rename(columns={"received_on": "day"})
    timed(found, "department × week", lambda: by_week(
        counted.groupby(["department", "day", "nps"], dropna=False).size().rename("n").reset_index()
    ))  # fmt: skip
    timed(found, "crosstab", lambda: pd.crosstab(frame["r0"], frame["r1"]))
    comments = timed(found, "comments", lambda: read_comments(database))
    own = frame["id"][chosen]
    timed(found, "comments of the filter", lambda: comments[comments["response"].isin(own)])
    return found


def read(database: Path) -> pd.DataFrame:
    with sqlite3.connect(database) as connection:
        query = "SELECT id, answers, received_on, department, touchpoint FROM responses WHERE survey = ?"
        frame = pd.read_sql(query, connection, params=[survey().code])
    items = pd.DataFrame([json.loads(answers) for answers in frame.pop("answers")], index=frame.index)
    return pd.concat([frame, items], axis=1)


def read_comments(database: Path) -> pd.DataFrame:
    with sqlite3.connect(database) as connection:
        rows = pd.read_sql("SELECT response, item, finding FROM findings", connection)
    return pd.concat([rows, pd.DataFrame([json.loads(each) for each in rows.pop("finding")])], axis=1)


def means(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.agg(["count", "mean"])


def by_week(counts: pd.DataFrame) -> pd.DataFrame:
    """n and mean of NPS ratings by department and week, from counts by day and value."""
    week = pd.to_datetime(counts["day"]).dt.to_period("W")
    rated = counts.dropna(subset="nps")
    sums = (rated["nps"] * rated["n"]).groupby([rated["department"], week]).sum()
    return pd.DataFrame({"n": rated["n"].groupby([rated["department"], week]).sum(), "sum": sums})


if __name__ == "__main__":
    main()
