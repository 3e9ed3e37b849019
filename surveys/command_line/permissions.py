"""Who may do what, as a table."""

from __future__ import annotations

import argparse

from surveys.command_line.command import Command
from surveys.permissions import table


def _show(_: argparse.Namespace) -> int:
    print(table(), end="")
    return 0


COMMANDS = {"permissions": Command("列出各角色可以做什么", _show)}
