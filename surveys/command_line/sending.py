"""What came back of what was sent."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager
from pathlib import Path

from surveys.channels import UnfitSettings
from surveys.channels.bounces import bounce_in
from surveys.channels.mailboxes import ImapServer, Mailbox, UnreadableMailbox, folder
from surveys.channels.return_addresses import ReturnAddresses
from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.settings import secret_key


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "mailbox", type=Path, nargs="?", metavar="MAILBOX",
        help="mbox 文件或 Maildir 文件夹（不写则读取 IMAP_HOST 等环境变量指定的邮箱）",
    )  # fmt: skip


def _bounces(chosen: argparse.Namespace) -> int:
    """Every letter that is a bounce of ours is noted and marked as read; all others are left as they are."""
    keep, returns = store(), ReturnAddresses(secret_key(settings().secret_file))
    noted = others = 0
    try:
        with _opened(chosen.mailbox) as box:
            for name, letter in box.unread():
                bounce = bounce_in(letter, returns)
                if bounce is None:
                    others += 1
                    continue
                noted += keep.outbox.bounced(bounce.message, bounce.reason, bounce.detail)
                box.mark_read(name)
    except (UnfitSettings, UnreadableMailbox) as error:
        raise Failure(f"{error}") from error
    if noted:
        keep.accounts.record(BY, "read bounces", "outbox", f"{noted} bounced")
    print(f"退信 {noted} 封，已记到发送进度；其他邮件 {others} 封，原样保留。")
    return 0


def _opened(path: Path | None) -> AbstractContextManager[Mailbox]:
    return folder(path) if path is not None else ImapServer.from_environment(os.environ).opened()


COMMANDS = {"bounces": Command("读取退信邮箱，把退回的邮件记到发送进度", _bounces, _arguments)}
