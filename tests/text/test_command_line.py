"""``python -m analysis comments`` and ``train``."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from analysis.command_line import main
from analysis.comments.organisation_analyser import (
    INDUSTRIES_SETTING,
    TOPICS_SETTING,
    as_setting,
    industries_as_setting,
)
from analysis.text.topics.arrangement import OwnTopic
from surveys.storage import Store

HEADER = ["编号", "评论"]
ROWS = [["1", "停电太久了"], ["2", ""], ["3", "抢修师傅很负责，\n辛苦了"], ["4", "无"]]


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_comments_of_a_file(tmp_path: Path, encoding: str) -> None:
    """One row out per row in, the original columns kept, in either usual encoding."""
    source, target = write(tmp_path / "in.csv", ROWS, encoding), tmp_path / "out.csv"
    assert main(["comments", str(source), "--column", "评论", "--out", str(target)]) == 0
    found = read(target)
    assert [row[0] for row in ROWS] == [row["编号"] for row in found]
    assert [row["sentiment"] for row in found] == ["负面", "中性", "正面", "中性"]
    assert all(0 <= float(row["score"]) <= 1 for row in found)
    first = json.loads(found[0]["aspects"])[0]
    assert {"reliability", "负面", "停电太久了"} <= set(first.values())


def test_progress_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How much of the file is read, and the number of comments; not on the standard output."""
    source = write(tmp_path / "in.csv", [[str(n), "停电太久了"] for n in range(4001)])
    assert main(["comments", str(source), "--column", "评论", "--out", str(tmp_path / "out.csv")]) == 0
    shown = capsys.readouterr()
    parts = [int(part) for part in re.findall(r"(\d+)%", shown.err)]
    assert parts == sorted(parts) and len(parts) == 3 and parts[0] < parts[-1] == 100
    assert "已分析 4001 条" in shown.err and "█" not in shown.out


def test_missing_column_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists the columns, and nothing is written."""
    source, target = write(tmp_path / "in.csv", ROWS), tmp_path / "out.csv"
    assert main(["comments", str(source), "--column", "comment", "--out", str(target)]) == 1
    assert "编号、评论" in capsys.readouterr().err
    assert not target.exists()


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clear sentence, not a stack trace."""
    assert main(["comments", str(tmp_path / "no.csv"), "--column", "评论", "--out", str(tmp_path / "out.csv")]) == 1
    assert "找不到文件" in capsys.readouterr().err


def test_the_input_is_not_overwritten(tmp_path: Path) -> None:
    """In and out must differ."""
    source = write(tmp_path / "in.csv", ROWS)
    assert main(["comments", str(source), "--column", "评论", "--out", str(source)]) == 1
    assert "停电太久了" in source.read_text("utf-8")


def test_train_rebuilds_weights_that_comments_can_use(tmp_path: Path) -> None:
    """Weights learned from a labelled file judge in its own language."""
    rows = [["1", f"西瓜{n}号甜"] for n in range(40)] + [["0", f"西瓜{n}号酸"] for n in range(40)]
    labelled, weights = write(tmp_path / "labelled.csv", rows), tmp_path / "own.npz"
    assert main(["train", str(labelled), "--text", "评论", "--label", "编号", "--out", str(weights)]) == 0
    card = weights.with_suffix(".md").read_text(encoding="utf-8")
    assert labelled.name in card and "准确率" in card and "权重说明" in card
    source, target = write(tmp_path / "in.csv", [["1", "这西瓜甜"], ["2", "那西瓜酸"]]), tmp_path / "out.csv"
    given = ["comments", str(source), "--column", "评论", "--out", str(target), "--weights", str(weights)]
    assert main(given) == 0
    sweet, sour = (float(row["score"]) for row in read(target))
    assert sweet > 0.5 > sour


def test_unknown_labels_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message lists what it did not understand and what it would."""
    labelled = write(tmp_path / "labelled.csv", [["五星", "好"]])
    given = ["train", str(labelled), "--text", "评论", "--label", "编号", "--out", str(tmp_path / "own.npz")]
    assert main(given) == 1
    assert "五星" in capsys.readouterr().err


def test_a_wrong_weight_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Any other file is recognised as not being weights."""
    source = write(tmp_path / "in.csv", ROWS)
    out = str(tmp_path / "out.csv")
    assert main(["comments", str(source), "--column", "评论", "--out", out, "--weights", str(source)]) == 1
    assert "权重" in capsys.readouterr().err


def test_own_topics_are_found(tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Read from its database; a database that is not there is named and none is made."""
    store.organisation.set(TOPICS_SETTING, as_setting([OwnTopic("own:班车", "班车", ("班车",))]))
    source, target = write(tmp_path / "in.csv", [["1", "班车太慢了"]]), tmp_path / "out.csv"
    given = ["comments", str(source), "--column", "评论", "--out", str(target), "--database"]
    assert main([*given, str(tmp_path / "xinsheng.db")]) == 0
    assert "own:班车" in read(target)[0]["aspects"]
    assert main([*given, str(tmp_path / "absent.db")]) == 1
    assert "absent.db" in capsys.readouterr().err and not (tmp_path / "absent.db").exists()


def test_the_industries_chosen_in_a_database_hold_unless_one_is_named(tmp_path: Path, store: Store) -> None:
    """By its topics comments are analysed; `--industry` goes before."""
    store.organisation.set(INDUSTRIES_SETTING, industries_as_setting(["bank"]))
    source, target = write(tmp_path / "in.csv", [["1", "取款机吞卡"]]), tmp_path / "out.csv"
    given = ["comments", str(source), "--column", "评论", "--out", str(target), "--database", str(store.path)]
    assert main(given) == 0 and "machines" in read(target)[0]["aspects"]
    assert main([*given, "--industry", "car"]) == 0 and "machines" not in read(target)[0]["aspects"]
