"""How good and how fast the text analysis is, on labelled public comments beside the repository.

Prints one table per question. Sets that are absent are left out; SnowNLP is measured too when it is installed.
The shipped weights have seen neither waimai nor the test part of the shopping set; "left out" rows train anew.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from analysis.text import Analyser, ngrams
from analysis.text.lexicon import Lexicon
from analysis.text.normalise import normalised
from analysis.text.places import DATA
from analysis.text.share import corrected_share
from analysis.text.topics import TopicFinder, load_topics
from analysis.text.training import Counts, Recipe, count, fit, raw_scores

COMMENTS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "comments"
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Print every figure that can be measured here."""
    if not COMMENTS.is_dir():
        print(f"no labelled comments at {COMMENTS}: only speed, size and odd input are measured")
    analyser = Analyser.load()
    questions = [sentiment, left_out_categories, probes, found_aspects, aspect_polarity, speed, size, odd_input]
    for question in questions:
        print(f"\n{(question.__doc__ or '').splitlines()[0]}", flush=True)
        for row in question(analyser):
            print("  " + row, flush=True)


def sentiment(analyser: Analyser) -> Iterator[str]:
    """Sentiment with the shipped weights (table alone; with rules; with the share of positives re-estimated)"""
    for name, frame in labelled_sets():
        texts, labels = frame["review"].astype(str).tolist(), frame["label"].to_numpy()
        table = table_probabilities(analyser, texts)
        ruled = np.array([found.score for found in analyser.analyse(texts)])
        for way, scores in (("table", table), ("rules", ruled), ("share", corrected_share(table).probabilities)):
            yield f"{name:8} {way:6} n={len(labels):6} {quality(labels, scores)}"
        long = np.array([len(text) > 40 for text in texts])
        cost = accuracy(labels[long], table[long]) - accuracy(labels[long], ruled[long])
        yield f"{name:8} cost of the rules on comments of more than 40 characters: {100 * cost:+.2f} points"


def labelled_sets() -> Iterator[tuple[str, pd.DataFrame]]:
    if (COMMENTS / "shopping.csv").is_file():
        shopping = pd.read_csv(COMMENTS / "shopping.csv")
        yield "shopping", shopping[shopping["split"] == "test"]
    if (COMMENTS / "waimai.csv").is_file():
        yield "waimai", pd.read_csv(COMMENTS / "waimai.csv")


def table_probabilities(analyser: Analyser, texts: Sequence[str]) -> Floats:
    laid = ngrams.batch(normalised(texts))
    scores = analyser.table.scores(laid, analyser.table.character_weights(laid))
    return analyser.table.calibration.probability(scores)


def quality(labels: Floats, scores: Floats) -> str:
    surest = np.argsort(-np.abs(scores - 0.5))[: int(0.8 * len(scores))]
    return (
        f"accuracy {accuracy(labels, scores):.4f}  macro-F1 {macro_f1(labels, scores > 0.5):.4f}  "
        f"AUC {area_under_curve(labels, scores):.4f}  ECE {calibration_error(labels, scores):.3f}  "
        f"share of positives off by {100 * abs(scores.mean() - labels.mean()):.1f} points  "
        f"surest 80 % {accuracy(labels[surest], scores[surest]):.4f}"
    )


def accuracy(labels: Floats, scores: Floats) -> float:
    return float(((scores > 0.5) == labels).mean())


def macro_f1(labels: npt.NDArray[np.generic], found: npt.NDArray[np.generic]) -> float:
    """The mean over the classes of 2·hits / (labelled + found)."""
    both = [((labels == c) & (found == c)).sum() for c in np.unique(labels)]
    each = [(labels == c).sum() + (found == c).sum() for c in np.unique(labels)]
    return float(np.mean(2 * np.array(both) / np.array(each)))


def area_under_curve(labels: Floats, scores: Floats) -> float:
    """Mann-Whitney: how often a positive comment scores above a negative one."""
    positives = int((labels == 1).sum())
    negatives = len(labels) - positives
    ranks = rankdata(scores)[labels == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(labels: Floats, scores: Floats, bins: int = 10) -> float:
    """The mean distance of score and share of positives over ten bins of equal width."""
    inside = np.minimum((scores * bins).astype(int), bins - 1)
    parts = [(inside == b) for b in range(bins) if (inside == b).any()]
    return float(sum(part.mean() * abs(scores[part].mean() - labels[part].mean()) for part in parts))


def left_out_categories(analyser: Analyser) -> Iterator[str]:
    """Each shopping category left out in turn: trained on the training rows of the others, tested on all its rows"""
    if not (COMMENTS / "shopping.csv").is_file():
        return
    frame, recipe = pd.read_csv(COMMENTS / "shopping.csv"), Recipe()
    texts, labels = frame["review"].astype(str).tolist(), frame["label"].to_numpy(dtype=np.float64)
    counts = count(texts, recipe.least_texts, frame["category"].tolist(), Lexicon.load(DATA / "lexicon.tsv"))
    training, found = (frame["split"] == "train").to_numpy(), []
    for category in np.unique(counts.domains):
        aside = counts.domains == category
        scores = _scores_without(counts, labels, training & ~aside, aside, recipe)
        found.append(accuracy(labels[aside], 1 / (1 + np.exp(-scores))))
        auc = area_under_curve(labels[aside], scores)
        yield f"{category}  n={aside.sum():6} accuracy {found[-1]:.4f}  AUC {auc:.4f}"
    yield f"mean accuracy {np.mean(found):.4f}"


def _scores_without(
    counts: Counts, labels: Floats, training: npt.NDArray[np.bool_], aside: npt.NDArray[np.bool_], recipe: Recipe
) -> Floats:
    model = fit(counts.rows(training), labels[training], recipe)
    return raw_scores(counts.rows(aside), model, recipe)


def probes(analyser: Analyser) -> Iterator[str]:
    """Hand-written probes, three classes"""
    from tests.test_text_probes import LATER_PROBES, PROBES

    for name, probes_ in (("own probes    ", PROBES), ("later probes  ", LATER_PROBES)):
        own = [probe for group in probes_.values() for probe in group]
        yield f"{name}  {_right(analyser, own)}/{len(own)}"
    if (path := COMMENTS / "probes_examples.tsv").is_file():
        frame = pd.read_csv(path, sep="\t", quoting=3)
        given = list(zip(frame["text"], frame["label"], strict=True))
        yield f"given examples  {_right(analyser, given)}/{len(given)}"


def _right(analyser: Analyser, labelled: Sequence[tuple[str, str]]) -> int:
    found = analyser.analyse([text for text, _ in labelled])
    return sum(analysis.sentiment == label for analysis, (_, label) in zip(found, labelled, strict=True))


def found_aspects(analyser: Analyser) -> Iterator[str]:
    """Aspects found by the topic list alone (cars: the list was tuned on even ids, restaurants on even rows)"""
    for name, rows in (("car", car_rows()), ("restaurant", restaurant_rows())):
        if rows is None:
            continue
        finder = TopicFinder(load_topics(DATA / "topics" / f"{name}.yaml"))
        for part, chosen in (("all", rows), ("not tuned on", rows[rows["unseen"]])):
            found = [
                {mention.code for mention in finder.mentions(text)} for text in normalised(chosen["text"].tolist())
            ]
            gold = [set(given) for given in chosen["aspects"]]
            yield f"{name:10} {part:12} n={len(chosen):5} {_set_quality(gold, found)}"


def _set_quality(gold: Sequence[set[str]], found: Sequence[set[str]]) -> str:
    codes = sorted(set().union(*gold))
    hits = np.array([sum(code in g and code in f for g, f in zip(gold, found, strict=True)) for code in codes])
    given = np.array([sum(code in g for g in gold) for code in codes])
    said = np.array([sum(code in f for f in found) for code in codes])
    return f"micro-F1 {2 * hits.sum() / (given + said).sum():.4f}  macro-F1 {np.mean(2 * hits / (given + said)):.4f}"


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


def aspect_polarity(analyser: Analyser) -> Iterator[str]:
    """Polarity of given aspects, macro-F1 over three classes; the comment's own where the aspect was not found"""
    for name, rows in (("car", car_rows()), ("restaurant", restaurant_rows())):
        if rows is None:
            continue
        for part, chosen in (("all", rows), ("not tuned on", rows[rows["unseen"]])):
            gold, said = _polarities_of(Analyser.load(name), chosen)
            yield f"{name:10} {part:12} n={len(gold):6} macro-F1 {macro_f1(gold, said):.4f}"


def _polarities_of(analyser: Analyser, rows: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each given aspect the labelled polarity and the one found, as -1, 0 and 1."""
    values, gold, said = {"负面": -1, "中性": 0, "正面": 1}, [], []
    for found, given in zip(analyser.analyse(rows["text"]), rows["aspects"], strict=True):
        balance = {code: 0 for code in given if any(aspect.aspect == code for aspect in found.aspects)}
        for aspect in found.aspects:
            if aspect.aspect in balance:
                balance[aspect.aspect] += values[aspect.sentiment]
        gold += given.values()
        said += [int(np.sign(balance.get(code, values[found.sentiment]))) for code in given]
    return np.array(gold), np.array(said)


def speed(analyser: Analyser) -> Iterator[str]:
    """Comments per second, one process, best of three"""
    sets = {"about 25 characters": made_up_comments(25), "about 130 characters": made_up_comments(130)}
    for name, texts in sets.items():
        segmenting = per_second(lambda texts=texts: [analyser.segmenter.cut(text) for text in texts], len(texts))
        table = per_second(lambda texts=texts: table_probabilities(analyser, texts), len(texts))
        whole = per_second(lambda texts=texts: analyser.analyse(texts), len(texts))
        bare = f"bare {analyser.segmenter.name} {segmenting:,.0f}"
        yield f"{name}: sentiment {table:,.0f}  whole pipeline {whole:,.0f}  {bare}"
    try:
        from snownlp import SnowNLP  # type: ignore[import-not-found]
    except ImportError:
        yield "SnowNLP is not installed: not measured"
        return
    texts = sets["about 25 characters"][:200]
    yield f"SnowNLP, about 25 characters: {per_second(lambda: [SnowNLP(text).sentiments for text in texts], 200):,.0f}"


def made_up_comments(length: int, n: int = 4000) -> list[str]:
    """Comments of about *length* characters put together from ready clauses."""
    draw = random.Random(length)
    clauses = [
        "停电没有提前通知", "抢修师傅来得很快", "电费比上个月多了一倍", "营业厅排队太久", "网上国网很方便",
        "态度不太好",
        "建议多设几个窗口", "电表好像走得快", "客服耐心解释了", "我家住在城东", "价格有点贵", "问题解决了",
    ]  # fmt: skip
    return ["，".join(draw.choice(clauses) for _ in range(max(1, round(length / 8.5)))) for _ in range(n)]


def per_second(work: Callable[[], object], n: int) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
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


def odd_input(analyser: Analyser) -> Iterator[str]:
    """Odd input: 100,000 random texts from the whole of Unicode, half surrogates included"""
    draw, raised = random.Random(11), 0
    for _ in range(100):
        texts = ["".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(12))) for _ in range(1000)]
        try:
            analyser.analyse(texts)
        except Exception:
            raised += 1
    yield f"{raised} of 100 batches of 1,000 raised"


if __name__ == "__main__":
    main()
