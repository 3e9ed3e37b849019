"""A language model of the organisation's own, on a server that only plays one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.command_line import main
from analysis.text.language_model.labelling import LEAST_LABELLED, PROMPT_VERSION, advantage, sentiments_by
from surveys.comments import Sentiment
from surveys.settings import LanguageModelSettings, UnfitLanguageModel
from tests.support.fake_language_model import FakeModel, fake_model
from tests.support.usual_analyser import usual_analyser

NEGATIVE, NEUTRAL, POSITIVE = Sentiment
UNSURE = "师傅来了三次，第{}次找13812345678的人"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeModel]:
    (tmp_path / "key").write_text("geheim\n")
    with fake_model() as model:
        for name, value in (
            ("URL", model.url), ("MODEL", "qwen"), ("KEY_FILE", str(tmp_path / "key")), ("TIMEOUT", "1"),
        ):  # fmt: skip
            monkeypatch.setenv(f"XINSHENG_LLM_{name}", value)
        yield model


def judged(folder: Path, labels: list[str]) -> tuple[int, list[dict[str, str]]]:
    """What comes of a file of unsure comments, the first ones labelled like this, and two without a label."""
    source, out = folder / "in.csv", folder / "out.csv"
    rows = [[UNSURE.format(n), label] for n, label in enumerate([*labels, "", ""])] + [["服务很好，非常满意", ""]]
    with source.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["评论", "人工"], *rows])
    code = main(["comments", str(source), "--column", "评论", "--out", str(out), "--ask-model", "人工"])
    if not out.exists():
        return code, []
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return code, list(csv.DictReader(lines))


def test_the_comment_of_these_tests_is_unsure() -> None:
    """And isn't judged negative, as the fake model says."""
    found = usual_analyser().analyse([UNSURE.format(3)])[0]
    assert not found.sure and found.sentiment is not NEGATIVE


def test_a_better_model_judges_what_is_unsure(
    fake: FakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marked with model and prompt; sure comments and those that people labelled stay; numbers and cost are told."""
    code, rows = judged(tmp_path, ["负面"] * LEAST_LABELLED)
    assert code == 0
    asked = rows[LEAST_LABELLED : LEAST_LABELLED + 2]
    assert {(row["sentiment"], row["score"], row["judged_by"]) for row in asked} == {
        ("负面", "", f"qwen · {PROMPT_VERSION}")
    }
    assert {row["judged_by"] for row in [*rows[:LEAST_LABELLED], rows[-1]]} == {""}
    told = capsys.readouterr().out
    assert "95% 区间" in told and "已判断 2 / 2 条" in told and "4 次请求，28 个 token" in told
    assert fake.keys == ["Bearer geheim"] * 4 and "非常满意" not in fake.sent


def test_personal_data_is_masked_before_it_is_sent(fake: FakeModel, tmp_path: Path) -> None:
    """A telephone number in a comment never reaches the model."""
    judged(tmp_path, ["负面"] * LEAST_LABELLED)
    assert "师傅来了三次" in fake.sent and "13812345678" not in fake.sent


@pytest.mark.parametrize("labels", [["中性"] * LEAST_LABELLED, ["负面"] * (LEAST_LABELLED - 1), []])
def test_a_model_that_was_not_measured_better_judges_nothing(
    fake: FakeModel, tmp_path: Path, labels: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Worse, or better on too few: all stays as it was, and the others are not even sent."""
    code, rows = judged(tmp_path, labels)
    assert code == 0 and {row["judged_by"] for row in rows} == {""}
    assert "没有使用模型的判断" in capsys.readouterr().out
    assert UNSURE.format(len(labels))[:12] not in fake.sent


def test_nothing_is_sent_when_off(fake: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when it isn't asked for, nor without an address, which is said before anything is read."""
    source = tmp_path / "in.csv"
    source.write_text(f"评论\n{UNSURE.format(1)}\n", encoding="utf-8")
    assert main(["comments", str(source), "--column", "评论", "--out", str(tmp_path / "plain.csv")]) == 0
    monkeypatch.delenv("XINSHENG_LLM_URL")
    assert judged(tmp_path, ["负面"]) == (1, [])
    assert fake.asked == []


@pytest.mark.parametrize(
    ("status", "delay", "said"), [(500, 0.0, "回答 500"), (302, 0.0, "回答 302"), (200, 1.5, "1 秒内没有回答")]
)
def test_a_model_that_fails_is_told_and_changes_nothing(
    fake: FakeModel, tmp_path: Path, status: int, delay: float, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file stays as the analysis wrote it."""
    fake.status, fake.delay = status, delay
    code, rows = judged(tmp_path, ["负面"])
    assert code == 1 and said in capsys.readouterr().err
    assert len(rows) == 4 and "judged_by" not in rows[0]


class Says:
    """A model that always answers the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def answer(self, instructions: str, question: str) -> str:
        return self.text


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('好的：```[{"n": 2, "label": "正面"}]```', [None, POSITIVE]), ("不知道", [None, None]),
        ("[1, {", [None, None]),
        ('[{"n": 1, "label": "很好"}, {"n": 9, "label": "正面"}, {"n": "2", "label": "正面"}, 7]', [None, None]),
    ],
)  # fmt: skip
def test_only_labels_that_there_are_count(answer: str, found: list[Sentiment | None]) -> None:
    """Whatever else a model says stays without effect."""
    assert sentiments_by(Says(answer), ["甲", "乙"]) == found


def test_the_advantage_has_an_interval_that_few_comments_widen() -> None:
    """Three of four better; silence is what the analysis said."""
    few = advantage([POSITIVE] * 4, [NEGATIVE] * 4, [POSITIVE, POSITIVE, POSITIVE, None])
    many = advantage([POSITIVE] * 400, [NEGATIVE] * 400, [POSITIVE, POSITIVE, POSITIVE, None] * 100)
    assert few.difference == many.difference == 0.75 and few.high - few.low > 5 * (many.high - many.low)
    assert many.is_better and not few.is_better


@pytest.mark.parametrize(
    "environment",
    [
        {"XINSHENG_LLM_URL": "10.0.0.8"}, {"XINSHENG_LLM_URL": "http://10.0.0.8/v1"},
        {"XINSHENG_LLM_URL": "http://a:b@10.0.0.8/v1", "XINSHENG_LLM_MODEL": "m"},
        {"XINSHENG_LLM_URL": "http://10.0.0.8/v1", "XINSHENG_LLM_MODEL": "m", "XINSHENG_LLM_TIMEOUT": "0"},
        {"XINSHENG_LLM_URL": "http://10.0.0.8/v1", "XINSHENG_LLM_MODEL": "m", "XINSHENG_LLM_PRICE": "-1"},
    ],
)  # fmt: skip
def test_settings_that_cannot_serve_are_refused(environment: dict[str, str]) -> None:
    """No scheme, no model, a password in the address, no time, a price below nothing."""
    with pytest.raises(UnfitLanguageModel):
        LanguageModelSettings.from_environment(environment)
    assert LanguageModelSettings.from_environment({}) is None
