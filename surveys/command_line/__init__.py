"""`python -m surveys`: the commands of those who run an installation, in COMMANDS at the foot."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from surveys.command_line import (
    answers,
    api_keys,
    audit,
    backups,
    campaigns,
    definitions,
    people,
    permissions,
    persons,
    python_client,
    retention,
    sending,
    serving,
)
from surveys.command_line.command import Command, Failure
from surveys.storage import StorageError
from surveys.storage.records.trouble import trouble


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; returns its exit code: 0 done, 1 not done, 2 wrongly called."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that can't show a character shows a mark instead of ending the command.
            stream.reconfigure(errors="replace")
    chosen = _parser().parse_args(arguments)
    try:
        return COMMANDS[chosen.command].run(chosen)
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
    except BrokenPipeError:  # whoever read the output has had enough; Python's own last flush must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Failure, OSError, StorageError) as error:
        print(_in_words(error), file=sys.stderr)
    return 1


def _in_words(error: Exception) -> str:
    known = trouble(error)
    if isinstance(error, OSError) and known:
        return f"{error.filename or '文件'}：{known}。"
    if isinstance(error, OSError):
        return f"{error.filename or '文件'}：无法读写（{error.strerror or error}）。请检查路径和权限。"
    if isinstance(error, StorageError) and known:
        return f"数据库无法使用：{known}。"
    if isinstance(error, StorageError):
        return f"数据库无法使用（{error}）。请检查 XINSHENG_DB 指向的文件，必要时用 restore 恢复备份。"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m surveys", description="心声：满意度调查平台的命令行")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.purpose, description=command.purpose))
    return parser


COMMANDS: dict[str, Command] = (
    definitions.COMMANDS
    | campaigns.COMMANDS
    | answers.COMMANDS
    | people.COMMANDS
    | persons.COMMANDS
    | api_keys.COMMANDS
    | permissions.COMMANDS
    | python_client.COMMANDS
    | audit.COMMANDS
    | sending.COMMANDS
    | backups.COMMANDS
    | retention.COMMANDS
    | serving.COMMANDS
)
