"""What a sub-command is, and what all of them share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from surveys import anonymity
from surveys.localisation.profile import follow
from surveys.operations.installation_secret import installation_secret
from surveys.private_files import shut_to_others
from surveys.settings import Settings, UnfitSecret
from surveys.storage import Store

BY = "command line"  # stands in the audit trail where the console puts an account


class Failure(Exception):
    """What went wrong and how to mend it, in words for the administrator."""


@dataclass(frozen=True)
class Command:
    """A sub-command: its purpose, what it does (`run` returns the exit code), its arguments."""

    purpose: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def settings() -> Settings:
    return Settings.from_environment()


def store(*, new: bool = False, any_secret: bool = False) -> Store:
    """The database named by the settings; made when there is none only where *new* says so, so that a slip of the pen
    in a path is not answered by an empty database. Its secret must be there, unless *any_secret* will do."""
    database = settings().database
    if not new and not database.exists():
        raise Failure(f"没有数据库 {database}。请检查 XINSHENG_DB；要新建，请用 serve 启动，或用 sample 加入示例。")
    opened = Store(database)
    for line in shut_to_others(database, settings().secret_file):
        print(line, file=sys.stderr)
    if not any_secret:
        try:
            installation_secret(opened, settings().secret_file)
        except UnfitSecret as error:
            opened.close()
            raise Failure(str(error)) from error
    follow(opened.organisation.profile)
    anonymity.follow(opened.organisation.minimums)
    return opened
