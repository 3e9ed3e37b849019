"""Sentiment that adapts to a survey's own comments, without a label."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from analysis.command_line import main
from analysis.text import Analyser
from analysis.text.learning.adaptation import LEAST_COMMENTS, adapted
from analysis.text.learning.survey_comments import LEAST_RATINGS, RatedComment, adapt, drawn, side_of
from analysis.text.segmentation import ngrams
from analysis.text.sentiment.adapted import AdaptedTable
from analysis.text.sentiment.weights import WeightsUnreadable
from tests.support.usual_analyser import usual_analyser

GOOD, BAD = "珐琅纹", "锔钉痕"
"""Words that the shipped weights have no opinion of."""


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


def comments(n: int = 400) -> list[str]:
    """Comments in which one unknown word goes with praise and another with blame."""
    draw = random.Random(1)
    praise, blame = ["很满意", "质量不错", "非常喜欢", "服务热情"], ["太差了", "很失望", "质量太烂", "态度恶劣"]
    return [
        f"{GOOD}的东西{draw.choice(praise)}，第{n % 7}次" if n % 2 else f"{BAD}的东西{draw.choice(blame)}，第{n % 5}次"
        for n in range(n)
    ]


def learned(analyser: Analyser, texts: list[str], share: float | None = None) -> AdaptedTable:
    found = adapted(texts, analyser.table, share=share)
    assert found is not None
    return found


def scores(analyser: Analyser, texts: list[str]) -> list[float]:
    return [found.score for found in analyser.analyse(texts)]


def test_words_of_the_survey_are_learned(analyser: Analyser) -> None:
    """What goes with praise there is praise by itself, and the words shown for a score say so."""
    own = learned(analyser, comments())
    laid = ngrams.batch([GOOD, BAD])
    good, bad = np.add.reduceat(own.own.character_weights(laid), laid.starts)
    assert good > 1 and bad < -1
    after = analyser.with_adapted(own)
    [found] = after.analyse([f"{BAD}的东西，第二次买来放在家里的柜子上面给大家看，昨天才到货"])
    assert any(each.weight < 0 and set(each.word) & set(BAD) for each in found.words)
    assert after.version != analyser.version


def test_the_share_of_positives_is_kept_or_that_of_the_ratings(analyser: Analyser) -> None:
    """Over the comments that it was learned from, without the rules."""
    texts = [text + "，东西放在家里的柜子上面给大家看看" for text in comments()]
    for share in (0.3, 0.7):
        found = scores(analyser.with_adapted(learned(analyser, texts, share)), texts)
        assert np.mean(found) == pytest.approx(share, abs=0.03)


def test_aspects_are_judged_as_before(analyser: Analyser) -> None:
    """Words of a topic that is mostly blamed must not look like blame."""
    texts = [f"营业厅{text}" for text in comments()]
    after = analyser.with_adapted(learned(analyser, texts))
    assert [found.aspects for found in after.analyse(texts)] == [found.aspects for found in analyser.analyse(texts)]


def test_too_few_teach_nothing(analyser: Analyser) -> None:
    """Nor do many without content, or many alike."""
    assert adapted(comments(LEAST_COMMENTS - 1), analyser.table) is None
    assert adapt(analyser, [RatedComment(str(n), "无") for n in range(1000)]) is None
    assert adapted(["很好"] * 500, analyser.table) is None


def test_nothing_is_learned_that_fewer_than_the_smallest_group_wrote(analyser: Analyser) -> None:
    """However often one of them wrote it."""
    own = [RatedComment(str(n), text) for n, text in enumerate(comments())]
    few = [RatedComment(f"few {n % 9}", f"{text}，我是饕餮铺老板") for n, text in enumerate(comments(90))]
    found = adapt(analyser, [*own, *few], least_authors=10)
    assert found is not None
    grams = {ngrams.gram_of(key) for key in found.own.keys.tolist()}
    assert GOOD in grams and not any(set("饕餮铺老板") & set(gram) for gram in grams)


def test_it_is_kept_as_it_was_and_always_the_same(analyser: Analyser) -> None:
    """Whatever the order in which the comments come; a file of something else is refused."""
    given = [RatedComment(str(n), text, n % 2) for n, text in enumerate(comments())]
    one, other = (adapt(analyser, drawn(each)) for each in (given, given[::-1]))
    assert one is not None and other is not None
    again = AdaptedTable.from_bytes(one.to_bytes())
    assert one.version == other.version == again.version and again.comments == 400
    assert scores(analyser.with_adapted(again), [GOOD]) == pytest.approx(
        scores(analyser.with_adapted(one), [GOOD]), abs=0.01
    )
    with pytest.raises(WeightsUnreadable):
        AdaptedTable.from_bytes(b"no table")


def test_sides_of_a_scale() -> None:
    """The middle is on neither; what is off the scale is no rating."""
    assert [side_of(each, 1, 5) for each in (1, 3, 4, 5, 0, None)] == [0, 0.5, 1, 1, None, None]
    assert [side_of(each, 0, 10) for each in (4.5, 5, 6)] == [0, 0.5, 1]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("评论", "评分"), *rows])
    return path


def read(path: Path) -> list[float]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [float(row["score"]) for row in csv.DictReader(lines)]


def test_a_file_is_adapted_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the ratings beside the comments the share of positives goes with these."""
    rows = [(text + "，东西放在家里的柜子上面给大家看看", "5" if n % 4 else "2") for n, text in enumerate(comments())]
    assert len(rows) > LEAST_RATINGS
    source, target = write(tmp_path / "in.csv", rows), tmp_path / "out.csv"
    given = ["comments", str(source), "--column", "评论", "--out", str(target)]
    means = []
    for more in ([], ["--adapt"], ["--adapt", "--rating", "评分"]):
        assert main([*given, *more]) == 0
        means.append(np.mean(read(target)))
    assert "400 条" in (said := capsys.readouterr().err) and "以评分为准" in said
    assert means[2] == pytest.approx(0.75, abs=0.03) and means[1] < 0.6


def test_what_is_no_rating_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its row, and how to say another scale; nothing is written. Few comments are said to be too few."""
    source, target = write(tmp_path / "in.csv", [("很好", "9"), ("很差", "满意"), ("一般", "")]), tmp_path / "out.csv"
    given = ["comments", str(source), "--column", "评论", "--out", str(target), "--adapt", "--rating", "评分"]
    assert main(given) == 1
    said = capsys.readouterr().err
    assert "第 2 行“9”" in said and "第 3 行“满意”" in said and "--scale" in said and not target.exists()
    write(source, [("很好", "9"), ("一般", "")])
    assert main([*given, "--scale", "10", "1"]) == 1 and not target.exists()
    assert main([*given, "--scale", "0", "10"]) == 0 and "不足 150 条" in capsys.readouterr().err
    assert main([*given[:-3], "--rating", "评分"]) == 1
