"""Exports of 30 questions at 10,000, 100,000 and 1,000,000 responses: seconds, peak memory, and how both grow."""

from __future__ import annotations

import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from surveys.definition.survey import Survey
from surveys.exchange.answers.answer_export import FORMATS
from surveys.intake.submission import Submission
from surveys.storage import Store
from tests.benchmarks.serving import ROOT

RUNS = {10_000: 5, 100_000: 5, 1_000_000: 1}
# At a million rows a workbook takes a quarter of an hour; its growth is seen before.
TOO_LONG = {("xlsx", 1_000_000)}
BATCH = 10_000
COMMENTS = ("师傅来得很快，讲得清楚", "等了很久才有人接电话", "", "窗口少，排队长；\n希望中午也办业务", "没有意见")


def survey() -> Survey:
    """Twenty ratings, four choices, three multiple choices, two numbers and an open comment."""
    options = [{"code": f"o{n}", "label": f"选项{n}"} for n in range(5)]
    questions = [{"type": "rating", "code": f"r{n}", "title": f"评分{n}"} for n in range(20)]
    questions += [{"type": "single_choice", "code": f"s{n}", "title": f"单选{n}", "options": options} for n in range(4)]
    questions += [
        {"type": "multiple_choice", "code": f"m{n}", "title": f"多选{n}", "options": options} for n in range(3)
    ]
    questions += [{"type": "number", "code": f"n{n}", "title": f"数值{n}"} for n in range(2)]
    questions += [{"type": "long_text", "code": "comment", "title": "意见"}]
    sections = [{"questions": questions}]
    return Survey.model_validate({"code": "bench", "title": "导出", "use": "导出", "sections": sections})


def responses(amount: int) -> Iterator[Submission]:
    """Made-up answers, one in ten left out."""
    chance = random.Random(7)  # the same answers each time
    for number in range(amount):
        answers: dict[str, object] = {f"r{n}": chance.randint(1, 5) for n in range(20) if chance.random() > 0.1}
        answers |= {f"s{n}": f"o{chance.randrange(5)}" for n in range(4)}
        answers |= {f"m{n}": [f"o{each}" for each in sorted(chance.sample(range(5), 2))] for n in range(3)}
        answers |= {"n0": chance.randint(0, 9999), "n1": chance.random()}
        if words := chance.choice(COMMENTS):
            answers["comment"] = words
        day = date(2026, 1, 1) + timedelta(days=number % 300)
        yield Submission(
            id=hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest(),
            survey="bench",
            version=1,
            answers=answers,
            received_on=day,
        )  # type: ignore[arg-type]


def main() -> None:
    """One table: each format at each size, in a process of its own."""
    print("| format | responses | seconds | peak MB | file MB | seconds against ten times fewer |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        before: dict[str, float] = {}
        for amount, runs in RUNS.items():
            database = Path(folder) / f"{amount}.db"
            _fill(database, amount)
            for name in FORMATS:
                if (name, amount) in TOO_LONG:
                    continue
                out = Path(folder) / f"out.{name}"
                taken = [_export(database, name, out) for _ in range(runs)]
                seconds = statistics.median(each for each, _ in taken)
                memory = statistics.median(each for _, each in taken)
                growth = f"× {seconds / before[name]:.1f}" if name in before else ""
                size = out.stat().st_size / 1e6
                print(f"| {name} | {amount:,} | {seconds:.2f} | {memory:.0f} | {size:.1f} | {growth} |", flush=True)
                before[name] = seconds
                out.unlink()
            database.unlink()


def _fill(database: Path, amount: int) -> None:
    store = Store(database)
    store.surveys.save_draft(survey(), None, by="bench")
    store.surveys.publish("bench", by="bench")
    waiting: list[Submission] = []
    for each in responses(amount):
        waiting.append(each)
        if len(waiting) == BATCH:
            store.responses.append(waiting)
            waiting = []
    kept = store.responses.amount("bench")
    store.close()
    assert kept == amount, f"{kept} of {amount} responses were kept"


def _export(database: Path, name: str, out: Path) -> tuple[float, float]:
    """Seconds and megabytes at most of `python -m surveys export`, from its start to its end."""
    command = [sys.executable, "-m", "surveys", "export", "bench", "--format", name, "--out", str(out)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"XINSHENG_DB": str(database)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the export to {name} failed")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024
