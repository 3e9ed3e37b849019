"""The README speaks of the house as it stands."""

from __future__ import annotations

import re
import shlex
import tomllib
from itertools import chain
from pathlib import Path

import pytest

import analysis.command_line as analysis_commands
from surveys.command_line import COMMANDS as SURVEYS_COMMANDS
from surveys.command_line import _parser as surveys_parser
from surveys.command_line import main as surveys_main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
NAMED = re.findall(r"`((?:surveys|analysis|tests|data|survey_templates)/[\w./-]*)`", README)
PATHS = sorted({each for each in NAMED if not each.endswith(".db")})


@pytest.mark.parametrize("path", PATHS)
def test_what_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_what_the_statement_on_security_points_at_is_there() -> None:
    """A table that says where something is tried must not outlive the trial."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = set(re.findall(r"`((?:surveys|tests|deploy|survey_templates)/[\w./-]+)`", text))
    assert len(named) > 30 and sorted(each for each in named if not (ROOT / each).exists()) == []
    assert set(re.findall(r"`python -m surveys ([a-z-]+)", text)) <= set(SURVEYS_COMMANDS)


@pytest.mark.parametrize("house", ["surveys", "analysis"])
def test_every_room_is_named_and_every_room_named_is_there(house: str) -> None:
    table = README.partition(f"Inside `{house}/`")[2].partition("\n\n")[2].partition("\n\n")[0]
    named = {name.rstrip("/") for line in table.splitlines() for name in re.findall(r"`(\w+/)`", line.split("|")[1])}
    rooms = {each.name for each in (ROOT / house).iterdir() if each.is_dir() and not each.name.startswith(("_", "."))}
    assert named == rooms


def test_every_library_and_every_extra_is_named() -> None:
    """What an installation brings, and what can be added; of the tools of the tests only those that say something."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    extras.pop("dev")
    lines = [*(ROOT / "requirements.txt").read_text("utf-8").split(), *chain.from_iterable(extras.values())]
    table = README.partition("## What it is built on")[2].partition("## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.count("|") > 2]
    named = {name.strip() for cell in cells for name in cell.split(",")}
    assert {line.partition("==")[0] for line in lines} - named == set()
    assert [extra for extra in extras if f"the extra `{extra}`" not in table] == []


BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
COMMANDS = [shlex.split(line) for line in LINES if line.startswith("python -m ")]
# What needs no file of the reader's own, in the README's order; the others are read by their parser alone.
RUN = ("templates", "check", "publish", "export", "convert", "schema", "api-key", "invite", "backup", "restore")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_of_the_readme_is_understood(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words and options are those of the parser."""
    _python, _m, module, name, *rest = command
    if module == "surveys":
        assert surveys_parser().parse_args([name, *rest]).command == name
        return
    known = analysis_commands.COMMANDS[name]
    monkeypatch.setitem(analysis_commands.COMMANDS, name, known._replace(run=lambda given: ""))
    assert analysis_commands.main([name, *rest]) == 0


def test_the_commands_of_the_readme_work_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody types them who follows the README with nothing but the project."""
    monkeypatch.setenv("XINSHENG_DB", str(tmp_path / "own.db"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "survey_templates").symlink_to(ROOT / "survey_templates")
    run = [command[3:] for command in COMMANDS if command[2] == "surveys" and command[3] in RUN]
    assert {command[0] for command in run} == set(RUN)
    for command in run:
        assert surveys_main(command) == 0, command
    assert {"answers.xlsx", "part.csv", "visit.xlsx", "backup.db"} <= {each.name for each in tmp_path.iterdir()}


def test_every_make_word_of_the_readme_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", README)) | {"demo", "test"} <= targets
