"""How fast the text analysis is beside the bare segmenter and SnowNLP, how much memory it takes, and odd input."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.text import Analyser
from analysis.text.places import DATA
from analysis.text.segmentation.words import JiebaSegmenter, domain_words
from tests.benchmarks.bench_text import table_probabilities
from tests.benchmarks.comment_sets import made_up_comments, real_comments

_OF_SNOWNLP = 200
_ODD = 100_000
_PEAK = "[int(l.split()[1]) // 1024 for l in open('/proc/self/status') if l.startswith('VmHWM')][0]"


def main() -> None:
    """Print every figure."""
    analyser = Analyser.load()
    for question in (speed, size, many_rows, odd_input):
        print(f"\n{(question.__doc__ or '').splitlines()[0]}", flush=True)
        for row in question(analyser):
            print("  " + row, flush=True)


def speed(analyser: Analyser) -> Iterator[str]:
    """Comments per second of processor time, one process, best of three; in brackets as a multiple of a peer"""
    slow = JiebaSegmenter(domain_words(DATA / "words.txt"))
    dense = ((f"every clause names a topic, {length}", made_up_comments(length)) for length in (25, 130))
    for name, texts in (*real_comments(), *dense):
        bare = per_second(lambda texts=texts: [analyser.segmenter.cut(text) for text in texts], len(texts))
        jieba = per_second(lambda texts=texts: [slow.cut(text) for text in texts[:1000]], 1000)
        table = per_second(lambda texts=texts: table_probabilities(analyser, texts), len(texts))
        whole = per_second(lambda texts=texts: analyser.analyse(texts), len(texts))
        yield (
            f"{name}: bare {analyser.segmenter.name} {bare:,.0f}  bare jieba {jieba:,.0f}  "
            f"whole pipeline {whole:,.0f} ({whole / bare:.2f} of bare)  sentiment only {table:,.0f}"
            f"{_beside_snownlp(texts, table, 1 / (1 / jieba + 1 / table))}"
        )


def _beside_snownlp(texts: list[str], ours: float, after_jieba: float) -> str:
    """Sentiment needs no words of ours; *after_jieba* is with jieba cutting first, as the pipeline does with it."""
    try:
        from snownlp import SnowNLP  # type: ignore[import-untyped]
    except ImportError:
        return ""
    few = texts[:_OF_SNOWNLP]
    theirs = per_second(lambda: [SnowNLP(text).sentiments for text in few], len(few))
    return f" ({ours / theirs:,.0f} times SnowNLP; {after_jieba / theirs:,.0f} with cutting by jieba)"


def per_second(work: Callable[[], object], n: int) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return n / best


def size(analyser: Analyser) -> Iterator[str]:
    """Load time, memory and weights"""
    program = (
        "import time; begin=time.perf_counter(); from analysis.text import Analyser; a=Analyser.load();"
        "loaded=time.perf_counter()-begin; a.analyse(['停电太久']); from pathlib import Path;"
        "peak=[l.split()[1] for l in Path('/proc/self/status').read_text().splitlines() if l.startswith('VmHWM')];"
        "print(f'{loaded:.2f} s; peak', *(f'{int(p)/1024:.0f} MB' for p in peak))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    yield f"a new process loads in {done.stdout.strip()} after its first comment"
    yield f"weights {(DATA / 'weights.npz').stat().st_size / 1e6:.2f} MB, {len(analyser.table.keys):,} n-grams"


def many_rows(analyser: Analyser) -> Iterator[str]:
    """Rows of a CSV file through the command line: memory must not grow with their number"""
    texts = made_up_comments(25, 1000)
    with tempfile.TemporaryDirectory() as folder:
        for rows in (10_000, 200_000):
            source = Path(folder) / "in.csv"
            with source.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([["text"], *([texts[n % len(texts)]] for n in range(rows))])
            yield f"{rows:,} rows: {_through_the_command_line(source)}"


def _through_the_command_line(source: Path) -> str:
    given = ["comments", str(source), "--column", "text", "--out", str(source.with_name("out.csv"))]
    program = f"from analysis.command_line import main; main({given!r}); print({_PEAK})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return f"peak {done.stdout.split()[-1]} MB"


def odd_input(analyser: Analyser) -> Iterator[str]:
    """Odd input: texts from Hypothesis, all of Unicode with half surrogates"""
    seen = raised = 0

    @settings(max_examples=_ODD // 100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.text(st.characters(exclude_categories=()), max_size=30), min_size=100, max_size=100))
    def run(texts: list[str]) -> None:
        nonlocal seen, raised
        seen += len(texts)
        try:
            analyser.analyse(texts)
        except Exception:
            raised += 1

    run()
    yield f"{raised} of {seen:,} texts, given a hundred at a time, raised"


if __name__ == "__main__":
    main()
