"""Turns of speech in survey comments, read by a small layer over table and rules."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.command_line import main
from analysis.text import Analyser
from analysis.text.learning.pragmatic_learning import TaughtTurn, learned, taught_comments
from analysis.text.places import DATA
from analysis.text.sentiment.pragmatics import Pragmatics, PragmaticsUnusable
from surveys.comments import CommentKind
from tests.support.usual_analyser import usual_analyser

FOLDER = DATA / "pragmatics"
LEAST_RIGHT = 0.78
LEAST_GAIN = 0.2


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


@pytest.fixture(scope="module")
def without() -> Analyser:
    return usual_analyser().with_pragmatics(Pragmatics.load(FOLDER, taught=False))


def right(analyser: Analyser, comments: list[TaughtTurn]) -> float:
    found = analyser.analyse([each.text for each in comments])
    return sum(one.sentiment is each.sentiment for one, each in zip(found, comments, strict=True)) / len(comments)


def test_comments_kept_apart_are_read_far_better(analyser: Analyser, without: Analyser) -> None:
    """Which the layer has not learned from; only how many are right is told."""
    kept, taught = taught_comments(FOLDER, "kept"), taught_comments(FOLDER, "taught")
    assert len(kept) + len(taught) >= 600 and len({each.industry for each in taught}) >= 8
    assert not {each.text for each in kept} & {each.text for each in taught}
    assert right(analyser, kept) >= max(LEAST_RIGHT, right(without, kept) + LEAST_GAIN)


def test_the_weights_are_what_the_comments_teach(analyser: Analyser, without: Analyser) -> None:
    """Nothing else is shipped: taught again they are the same."""
    again = learned(without, taught_comments(FOLDER, "taught")).weights
    assert again is not None and analyser.pragmatics.weights is not None
    assert np.abs(again - analyser.pragmatics.weights).max() < 0.05


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("交了钱没人管，这叫服务吗", "negative"), ("态度那是没话说", "positive"), ("周到那是谈不上的", "negative"),
        ("换了新线路以后再也没跳过闸", "positive"), ("等了一上午，结果说材料不对", "negative"),
        ("从没见过这么拖拉的单位", "negative"),
        ("从沒見過這麼拖拉的單位", "negative"),
        ("充电桩怎么申请", "neutral"), ("阶梯电价怎么算？", "neutral"), ("周末能办过户吗？", "neutral"),
        ("希望增加充电桩", "neutral"), ("无", "neutral"),
    ],
)  # fmt: skip
def test_turns_of_speech(analyser: Analyser, text: str, sentiment: str) -> None:
    """And what only looks like one is read as before."""
    assert analyser.analyse([text])[0].sentiment == sentiment


def test_score_and_kind_go_with_the_sentiment(analyser: Analyser) -> None:
    """Whatever the layer says; and long comments and those of another language are left alone."""
    texts = [each.text for each in taught_comments(FOLDER, "kept")]
    for found in analyser.analyse(texts):
        low, high = {"positive": (0.5, 1), "negative": (0, 0.5), "neutral": (0, 1)}[found.sentiment]
        assert low <= found.score <= high
        named = {CommentKind.PRAISE: "positive", CommentKind.COMPLAINT: "negative", CommentKind.STATEMENT: "neutral"}
        assert named.get(found.kind, found.sentiment) == found.sentiment


def test_cues_and_weights_must_belong_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says how to mend it, and doing so does."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "own"))
    (folder / "weights.json").write_text(json.dumps({"cues": ["other"], "weights": []}), encoding="utf-8")
    with pytest.raises(PragmaticsUnusable, match="python -m analysis pragmatics"):
        Pragmatics.load(folder)
    assert main(["pragmatics", "--folder", str(folder)]) == 0 and "留出的" in capsys.readouterr().out
    assert Pragmatics.load(folder).weights is not None


@pytest.mark.parametrize(
    "text", ["营业厅干净，师傅热情，一看就是老手", "缴费方便，速度一流，比跑大厅轻松", "办得很快，非常满意，可靠"]
)
def test_the_layer_leaves_a_clear_judgement_as_it_is(text: str) -> None:
    """A cue in plain praise is no turn: what outweighs the layer stands."""
    analyser = Analyser.load()
    plain = analyser.with_pragmatics(Pragmatics.load(DATA / "pragmatics", taught=False))
    assert analyser.analyse([text])[0].sentiment == plain.analyse([text])[0].sentiment == "positive"
