"""How good the text analysis is, on labelled public comments beside the repository, with its peers in the same run.

Prints one table per question. Sets that are absent are left out; SnowNLP is measured too when it is installed.
The shipped weights have seen neither waimai nor the test part of the shopping set; "left out" rows train anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.text import Analyser
from analysis.text.learning.counting import count
from analysis.text.learning.fitting import Recipe, fit, raw_scores
from analysis.text.learning.local_learning import learn_layer
from analysis.text.learning.pragmatic_learning import taught_comments
from analysis.text.places import DATA
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.lexicon import Lexicon
from analysis.text.sentiment.share import corrected_share
from analysis.text.topics.topics import TopicFinder, load_topics
from surveys.comments import BY_LABEL
from tests.benchmarks.comment_sets import COMMENTS, car_rows, labelled_sets, restaurant_rows
from tests.benchmarks.measures import Floats, accuracy, area_under_curve, macro_f1, quality
from tests.support.unseen_probes import UNSEEN_PROBES
from tests.text.test_probes import LATER_PROBES, PROBES

_OF_SNOWNLP = 1500
BANDS = (0, 10, 20, 30, 40, float("inf"))
"""The lengths of comments that the rules are measured on one by one."""


def main() -> None:
    """Print every figure that can be measured here."""
    if not COMMENTS.is_dir():
        print(f"no labelled comments at {COMMENTS}: only the probes are measured")
    analyser = Analyser.load()
    questions = [
        sentiment, plain_linear, snownlp, left_out_categories, probes,
        found_aspects, learned_aspects, aspect_polarity,
    ]  # fmt: skip
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
        yield from _cost_of_rules(name, texts, labels, table, ruled)


def _cost_of_rules(name: str, texts: Sequence[str], labels: Floats, table: Floats, ruled: Floats) -> Iterator[str]:
    lengths = np.array([len(text) for text in texts])
    for low, high in pairwise(BANDS):
        rows = (lengths > low) & (lengths <= high)
        if not rows.any():
            continue
        cost = accuracy(labels[rows], table[rows]) - accuracy(labels[rows], ruled[rows])
        words = f"more than {low:.0f}" if np.isinf(high) else f"{low + 1:.0f} to {high:.0f}"
        yield f"{name:8} rules cost {100 * cost:+.2f} points on the {rows.sum():5} comments of {words} characters"


def plain_linear(analyser: Analyser) -> Iterator[str]:
    """Peer: a plain linear model (character n-grams, naive-Bayes-weighted logistic regression) on the same rows"""
    if not (COMMENTS / "shopping.csv").is_file():
        return
    shopping = pd.read_csv(COMMENTS / "shopping.csv")
    known = shopping[shopping["split"] == "train"]
    sets = [(name, frame) for name, frame in labelled_sets()]
    texts = [*known["review"].astype(str), *(text for _, frame in sets for text in frame["review"].astype(str))]
    owner = np.repeat(np.arange(len(sets) + 1), [len(known), *(len(frame) for _, frame in sets)])
    counts, recipe = count(texts, Recipe().least_texts), Recipe()
    model = fit(counts.rows(owner == 0), known["label"].to_numpy(dtype=np.float64), recipe)
    for number, (name, frame) in enumerate(sets, 1):
        scores = 1 / (1 + np.exp(-raw_scores(counts.rows(owner == number), model, recipe)))
        yield f"{name:8} n={len(frame):6} {quality(frame['label'].to_numpy(), scores)}"


def snownlp(analyser: Analyser) -> Iterator[str]:
    """Peer: SnowNLP on a random part of the same rows (its own training text overlaps with the shopping set)"""
    try:
        from snownlp import SnowNLP  # type: ignore[import-untyped]
    except ImportError:
        yield "SnowNLP is not installed: not measured"
        return
    for name, frame in labelled_sets():
        part = frame.sample(_OF_SNOWNLP, random_state=1)
        scores = np.array([SnowNLP(text).sentiments if text.strip() else 0.5 for text in part["review"].astype(str)])
        yield f"{name:8} n={len(part):6} {quality(part['label'].to_numpy(), scores)}"
    three = ["positive" if score > 0.6 else "negative" if score < 0.4 else "neutral" for score in
             (SnowNLP(text).sentiments for text, _ in UNSEEN_PROBES)]  # fmt: skip
    right = sum(found == label for found, (_, label) in zip(three, UNSEEN_PROBES, strict=True))
    yield f"unseen probes, neutral from .4 to .6: {right}/{len(UNSEEN_PROBES)}"


def table_probabilities(analyser: Analyser, texts: Sequence[str]) -> Floats:
    laid = ngrams.batch(normalise_texts(texts))
    scores = analyser.table.scores(laid, analyser.table.character_weights(laid))
    return analyser.table.calibration.probability(scores)


def left_out_categories(analyser: Analyser) -> Iterator[str]:
    """Each shopping category left out in turn: trained on the training rows of the others, tested on all its rows"""
    if not (COMMENTS / "shopping.csv").is_file():
        return
    (categories, labels, scores), found = left_out(), []
    for category in np.unique(categories):
        aside = categories == category
        found.append(accuracy(labels[aside], 1 / (1 + np.exp(-scores[aside]))))
        auc = area_under_curve(labels[aside], scores[aside])
        yield f"{category}  n={aside.sum():6} accuracy {found[-1]:.4f}  AUC {auc:.4f}"
    yield f"mean accuracy {np.mean(found):.4f}"


@lru_cache(maxsize=1)
def left_out() -> tuple[npt.NDArray[np.object_], Floats, Floats]:
    """Category, label and raw score of each shopping comment, scored by a model that has not seen its category."""
    frame, recipe = pd.read_csv(COMMENTS / "shopping.csv"), Recipe()
    texts, labels = frame["review"].astype(str).tolist(), frame["label"].to_numpy(dtype=np.float64)
    counts = count(texts, recipe.least_texts, frame["category"].tolist(), Lexicon.load(DATA / "lexicon.tsv"))
    training, scores = (frame["split"] == "train").to_numpy(), np.zeros(len(frame))
    for category in np.unique(counts.domains):
        aside = counts.domains == category
        model = fit(counts.rows(training & ~aside), labels[training & ~aside], recipe)
        scores[aside] = raw_scores(counts.rows(aside), model, recipe)
    return counts.domains, labels, scores


def probes(analyser: Analyser) -> Iterator[str]:
    """Hand-written probes, three classes; the unseen ones are by another hand than the rules'"""
    for name, groups in (("own probes    ", PROBES), ("later probes  ", LATER_PROBES)):
        own = [probe for group in groups.values() for probe in group]
        yield f"{name}  {_right(analyser, own)}/{len(own)}"
    yield f"unseen probes   {_right(analyser, UNSEEN_PROBES)}/{len(UNSEEN_PROBES)}"
    kept = [(each.text, each.sentiment) for each in taught_comments(DATA / "pragmatics", "kept")]
    yield f"turns of speech {_right(analyser, kept)}/{len(kept)} (kept apart; by the hand that wrote the cues)"
    yield from _when_sure(analyser)
    if (path := COMMENTS / "probes_examples.tsv").is_file():
        frame = pd.read_csv(path, sep="\t", quoting=3)
        given = [(text, BY_LABEL[label]) for text, label in zip(frame["text"], frame["label"], strict=True)]
        yield f"given examples  {_right(analyser, given)}/{len(given)}"


def _when_sure(analyser: Analyser) -> Iterator[str]:
    found = analyser.analyse([text for text, _ in UNSEEN_PROBES])
    right = np.array([one.sentiment == label for one, (_, label) in zip(found, UNSEEN_PROBES, strict=True)])
    sure = np.array([one.sure for one in found])
    ways = f"right when sure {right[sure].mean():.0%}, else {right[~sure].mean():.0%}"
    yield f"unseen probes   {sure.mean():.0%} sure, {ways}"


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
                {mention.code for mention in finder.mentions(text)} for text in normalise_texts(chosen["text"].tolist())
            ]
            gold = [set(given) for given in chosen["aspects"]]
            yield f"{name:10} {part:12} n={len(chosen):5} {_set_quality(gold, found)}"


def learned_aspects(analyser: Analyser) -> Iterator[str]:
    """Aspects with the layer that learns from corrections: taught with 7,500 car texts, measured on the others"""
    rows = car_rows()
    if rows is None:
        return
    finder = TopicFinder(load_topics(DATA / "topics" / "car.yaml"))
    texts, gold = normalise_texts(rows["text"].tolist()), [frozenset(given) for given in rows["aspects"]]
    listed = [frozenset(mention.code for mention in finder.mentions(text)) for text in texts]
    order = np.random.default_rng(0).permutation(len(texts)).tolist()
    known, new = order[:7500], order[7500:]
    layer, measured = learn_layer(*([each[n] for n in known] for each in (texts, gold, listed)))
    said = [_relearned(listed[n], dict(layer.changes(texts[n], listed[n]))) for n in new]
    yield f"used for {len(layer.models)} of {len(measured)} aspects"
    for name, found in (("list alone", [set(listed[n]) for n in new]), ("with the layer", said)):
        yield f"{name:15} n={len(new):5} {_set_quality([set(gold[n]) for n in new], found)}"


def _relearned(listed: frozenset[str], changes: dict[str, bool]) -> set[str]:
    return {code for code in listed if changes.get(code, True)} | {code for code, there in changes.items() if there}


def _set_quality(gold: Sequence[set[str]], found: Sequence[set[str]]) -> str:
    codes = sorted(set().union(*gold))
    hits = np.array([sum(code in g and code in f for g, f in zip(gold, found, strict=True)) for code in codes])
    given = np.array([sum(code in g for g in gold) for code in codes])
    said = np.array([sum(code in f for f in found) for code in codes])
    return f"micro-F1 {2 * hits.sum() / (given + said).sum():.4f}  macro-F1 {np.mean(2 * hits / (given + said)):.4f}"


def aspect_polarity(analyser: Analyser) -> Iterator[str]:
    """Polarity of given aspects, macro-F1 over three classes; the comment's own where the aspect was not found

    The head for cars has learned from the even ones.
    """
    for name, rows in (("car", car_rows()), ("restaurant", restaurant_rows())):
        if rows is None:
            continue
        for part, chosen in (("all", rows), ("not tuned on", rows[rows["unseen"]])):
            gold, said = _polarities_of(Analyser.load(name), chosen)
            yield f"{name:10} {part:12} n={len(gold):6} macro-F1 {macro_f1(gold, said):.4f}"
    yield _polarity_in_probes(analyser)


def _polarity_in_probes(analyser: Analyser) -> str:
    """Of the unseen probes in which one topic is found, how often it is spoken of as the whole is."""
    values, gold, said = {"negative": -1, "neutral": 0, "positive": 1}, [], []
    for found, (_, label) in zip(analyser.analyse([text for text, _ in UNSEEN_PROBES]), UNSEEN_PROBES, strict=True):
        if len({aspect.aspect for aspect in found.aspects}) == 1:
            gold.append(values[label])
            said.append(int(np.sign(sum(values[aspect.sentiment] for aspect in found.aspects))))
    right, score = np.equal(gold, said).mean(), macro_f1(np.array(gold), np.array(said))
    return f"unseen probes with one topic n={len(gold):6} macro-F1 {score:.4f}  accuracy {right:.3f}"


def _polarities_of(analyser: Analyser, rows: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each given aspect the labelled polarity and the one found, as -1, 0 and 1."""
    values, gold, said = {"negative": -1, "neutral": 0, "positive": 1}, [], []
    for found, given in zip(analyser.analyse(rows["text"]), rows["aspects"], strict=True):
        balance = {code: 0 for code in given if any(aspect.aspect == code for aspect in found.aspects)}
        for aspect in found.aspects:
            if aspect.aspect in balance:
                balance[aspect.aspect] += values[aspect.sentiment]
        gold += given.values()
        said += [int(np.sign(balance.get(code, values[found.sentiment]))) for code in given]
    return np.array(gold), np.array(said)


if __name__ == "__main__":
    main()
