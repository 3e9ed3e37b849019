"""Survey definitions as files: all templates are fit, and an unfit file is told everything at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.definition.templates import (
    TEMPLATES,
    UnfitDefinition,
    as_yaml,
    parse_definition,
    problems_of,
    read_definition,
    template,
)

GOOD = """
code: short-visit
title: 回访
use: 试用
sections:
  - questions:
      - {code: csat, type: rating, title: 满意吗}
      - {code: topic, type: single_choice, title: 主题, options: [{code: a, label: 甲}, {code: b, label: 乙}]}
"""


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_template_is_ready_to_publish(path: Path) -> None:
    """No problem, the code is the file's name, it reads back equal, and it is worded in Chinese and English."""
    survey = read_definition(path)
    assert survey.code == path.stem
    assert parse_definition(as_yaml(survey), "copy") == survey
    assert not list(problems_of(path))
    for question in survey.questions():
        assert {"zh-Hans", "en"} <= set(question.title.root), question.code


def test_all_problems_are_told_at_once_with_place_and_remedy() -> None:
    """One look suffices to mend a file."""
    text = GOOD.replace("type: rating", "type: rating, hight: 3, points: 20").replace(
        "code: b, label", "code: a, label"
    )
    with pytest.raises(UnfitDefinition) as refusal:
        parse_definition(text.replace("use: 试用\n", ""), "visit.yaml")
    told = str(refusal.value).splitlines()
    assert len(told) == 4
    assert "visit.yaml · use: Field required; add it" in told
    assert 'visit.yaml · section 1 · question 1 (csat): there is no setting "hight"; did you mean "hint"?' in told
    assert any(line.startswith("visit.yaml · section 1 · question 1 (csat) · points: ") for line in told)
    assert any("option code a appears more than once; give each option its own" in line for line in told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("code: topic", "code: csat"), 'section 1 · question 2 (csat): question code "csat" is used more than once'),
        (("title: 满意吗", "title: 满意吗, dimension: repair"), 'no dimension "repair" is listed'),
        (("use: 试用", "use: 试用\noverall: topic"), 'overall: "topic" is not the code of a rating in this survey'),
        (("use: 试用", "use: 试用\nsubject: csat"), 'subject: "csat" is not the code of a single choice'),
        (
            ("use: 试用", "use: 试用\ndimensions: [{code: a, label: 甲, weight: 0.5}]"),
            "dimensions: weights are for every",
        ),
        (("type: rating", "type: rateing"), "choose one of single_choice"),
        (("title: 满意吗", "title: ' '"), "the text is empty; write what people are to read"),
        (("title: 满意吗", "title: [满意"), "is no valid YAML"),
    ],
    ids=["repeated code", "unknown dimension", "overall", "subject", "weights", "type", "empty", "broken"],
)
def test_what_fields_alone_cannot_show_is_found(change: tuple[str, str], told: str) -> None:
    """References between the parts of a definition are checked, and the message says how to mend them."""
    with pytest.raises(UnfitDefinition) as refusal:
        parse_definition(GOOD.replace(*change), "visit.yaml")
    assert told in str(refusal.value)


def test_an_unknown_template_names_those_there_are() -> None:
    """So that a slip of the pen is mended at once."""
    with pytest.raises(KeyError, match="power-visit"):
        template("power-vist")


def test_a_file_that_cannot_be_read_is_a_problem_like_others(tmp_path: Path) -> None:
    """No traceback for a wrong path, or for a picture."""
    assert [problem.place for problem in problems_of(tmp_path / "none.yaml")] == ["file"]
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    assert [problem.place for problem in problems_of(tmp_path / "picture.yaml")] == ["file"]


def test_another_encoding_is_named_as_the_problem() -> None:
    """Not taken for faulty indents."""
    with pytest.raises(UnfitDefinition, match="UTF-8"):
        parse_definition("code: visit\ntitle: 供电服务回访\n".encode("gb18030"), "visit.yaml")
