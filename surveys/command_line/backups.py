"""Backups of the database, and their way back."""

from __future__ import annotations

import argparse
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.localisation.clock import utc_now, zone
from surveys.storage.sqlite.backups.backup import AlreadyThere, UnfitBackup, back_up, restore
from surveys.storage.sqlite.backups.files import beside


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="备份写到这个文件")
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")


def _backup(chosen: argparse.Namespace) -> int:
    database = settings().database
    try:
        size, files = back_up(database, chosen.file, overwrite=chosen.force)
    except AlreadyThere as error:
        raise Failure(f"{chosen.file} 已存在。另选一个文件，或加 --force 覆盖（正在使用的数据库不能覆盖）。") from error
    except UnfitBackup as error:
        raise Failure(f"{database}：{error}。没有写出备份。") from error
    print(f"已备份并校验：{chosen.file}（{size / 1_000_000:.1f} MB）")
    if files:
        print(f"随答卷上传的文件 {files} 个：{beside(chosen.file)}（恢复时放在备份旁边）")
    print(f"回执码依赖密钥文件 {settings().secret_file}，请另外妥善保存一份。")
    return 0


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写出的文件")


def _restore(chosen: argparse.Namespace) -> int:
    database = settings().database
    try:
        before = restore(chosen.file, database, utc_now().astimezone(zone()))
    except UnfitBackup as error:
        raise Failure(f"{chosen.file}：{error}。数据库没有改动。") from error
    store().accounts.record(BY, "restore", "database", chosen.file.name)
    print(f"已恢复到 {database}。所有人需要重新登录。")
    if before is not None:
        print(f"恢复前的状态保存在 {before}。")
    return 0


COMMANDS = {
    "backup": Command("备份数据库（可在使用中进行）", _backup, _backup_arguments),
    "restore": Command("用备份恢复数据库（可在使用中进行，恢复期间交来的答卷会丢失）", _restore, _restore_arguments),
}
