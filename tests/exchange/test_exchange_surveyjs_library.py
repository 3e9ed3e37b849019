"""SurveyJS's own library reads what we write, and decides conditions as we do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from surveys.definition.conditions import Condition
from surveys.definition.survey import Survey
from surveys.definition.templates import all_templates
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.exchange.definitions.dialects import Named
from surveys.exchange.definitions.expression_writing import expression_of
from surveys.exchange.definitions.surveyjs.conditions import EXPRESSIONS
from surveys.exchange.definitions.surveyjs.words import LocalisedWords
from surveys.exchange.definitions.surveyjs.writing import SurveyJsPage
from tests.support.examples import EXAMPLES
from tests.support.random_surveys import conditions

BUILD = Path(__file__).parents[2] / "build" / "survey-core"
VERSION = "3.1.1"
MAIN = BUILD / "node_modules" / "survey-core"


@pytest.fixture(scope="module")
def library() -> Path:
    """survey-core in the build folder, fetched once."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are needed to run survey-core")
    if not (MAIN / "package.json").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        fetch = [npm, "install", "--prefix", str(BUILD), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run([*fetch, f"survey-core@{VERSION}"], check=True, capture_output=True, timeout=120)
        except (subprocess.SubprocessError, OSError):
            pytest.skip("survey-core can't be fetched from the npm registry")
    return MAIN


def asked(library: Path, surveys: list[Any], held: list[Any]) -> Any:
    """What the library says."""
    script = Path(__file__).parent / "exchange_probe.cjs"
    command = ["node", str(script), str(library)]
    text = json.dumps({"surveys": surveys, "conditions": held})
    run = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def written(survey: Survey) -> Any:
    write = DEFINITION_FORMATS["surveyjs"].write
    assert write is not None
    return json.loads(write(survey)[0])


def test_the_library_reads_every_template(library: Path) -> None:
    """No unknown property, every question under its code, and our own properties kept."""
    templates = all_templates()
    for survey, read in zip(templates, asked(library, list(map(written, templates)), [])["read"], strict=True):
        assert read["errors"] == []
        assert set(read["names"]) == {question.code for question in survey.questions()}
        assert read["kept"] == json.dumps(written(survey)).count("xinsheng") + 1


def test_the_library_reads_every_question_type(library: Path) -> None:
    """With every setting that the contract test knows, and shows the Chinese title."""
    title = {"zh-Hans": "题目", "en": "Title"}
    surveys = []
    for kind, examples in EXAMPLES.items():
        asked_so = [{"type": kind, "code": f"q{n}", "title": title} | each[0] for n, each in enumerate(examples)]
        data = {"code": "all-types", "title": "题", "use": "试", "sections": [{"questions": asked_so}]}
        surveys.append(written(Survey.model_validate(data)))
    for read in asked(library, surveys, [])["read"]:
        assert read["errors"] == []
        assert set(read["titles"]) <= {"题目"}


VALUES = ["a", "A-b", "1", "4", "11", "na", ""]


def test_the_library_decides_conditions_as_we_do(library: Path) -> None:
    """Every comparison, alone and combined, over answers of each kind."""
    found: list[tuple[str, dict[str, str], bool]] = []
    page = SurveyJsPage(LocalisedWords())
    page.names = {name: Named(name) for name in ("x", "y")}

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(conditions(["x", "y"]))
    def collect(data: dict[str, Any]) -> None:
        condition = Condition.model_validate(data)
        expression = expression_of(condition, EXPRESSIONS, page.named)
        for x in VALUES:
            answers = {name: value for name, value in (("x", x), ("y", "a")) if value}
            entered = {name: [value] for name, value in answers.items()}
            found.append((expression, answers, condition.holds(entered)))

    collect()
    held = asked(library, [], [[expression, answers] for expression, answers, _ in found])["held"]
    assert [each for each, theirs in zip(found, held, strict=True) if each[2] is not theirs] == []
