"""`python -m analysis`: the commands of those who analyse, in COMMANDS at the foot."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from analysis.command_line import assistants, comments, learning, reports, results, upkeep
from analysis.command_line.command import AnalysisCommand
from analysis.text.errors import UnusableInput

EXPECTED_ERRORS = (UnusableInput, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it worked, 1 when the input was wrong, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description="心声：分析")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.arguments(subparsers.add_parser(name, help=command.help))
    given = parser.parse_args(arguments)
    try:
        print(COMMANDS[given.command].run(given))
    except EXPECTED_ERRORS as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


COMMANDS: dict[str, AnalysisCommand] = {
    **comments.COMMANDS, **upkeep.COMMANDS, **learning.COMMANDS, **results.COMMANDS, **reports.COMMANDS,
    **assistants.COMMANDS,
}  # fmt: skip
