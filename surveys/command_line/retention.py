"""What has been kept for as long as was set: looked at, and removed at once instead of by and by."""

from __future__ import annotations

import argparse

from surveys.command_line.command import BY, Command, store
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.retention import remove_what_is_over, what_is_over
from surveys.storage.records.retention import PURPOSES


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="store_true", help="现在就删除；不写则只列出")


def _retention(chosen: argparse.Namespace) -> int:
    keep, today = store(), local_day(utc_now())
    due = what_is_over(keep, today)
    for each in due:
        label, of = PURPOSES[each.purpose].label, f" · {each.survey}" if each.survey else ""
        print(f"{label}{of}：{each.count} 条，{each.before} 以前")
    for hold in keep.retention.holds():
        print(f"暂停自动删除：{hold.survey or '全部'}，自 {hold.since}，{hold.reason}")
    if not due:
        print("没有到期的数据。期限在“设置 → 保存期限”里设。")
    elif chosen.remove:
        gone = 0
        while portion := remove_what_is_over(keep, today, by=BY):
            gone += portion
        print(f"已删除或归档 {gone} 条。较早的备份里仍有，直到备份被删除。")
    return 0


COMMANDS = {"retention": Command("列出或删除保存期限已到的数据", _retention, _arguments)}
