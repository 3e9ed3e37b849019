"""Backups of the database, and their way back."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.localisation.clock import utc_now, zone
from surveys.operations.installation_secret import WHAT_BREAKS, accept_secret
from surveys.settings import FINGERPRINT, fingerprint
from surveys.storage import Store
from surveys.storage.sqlite.backups.backup import (
    AlreadyThere,
    KeyNeeded,
    UnfitBackup,
    back_up,
    check_backup,
    restore,
)
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.shelf import Shelf


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="备份写到这个文件；不写则放进数据库旁边的 backups 文件夹"
    )
    parser.add_argument("--keep", type=_at_least_one, metavar="N", help="backups 文件夹里只留最新的 N 份")
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("应是 1 以上的整数")
    return int(text)


def _backup(chosen: argparse.Namespace) -> int:
    database = settings().database
    if chosen.file is None:
        return _backup_on_shelf(database, chosen.keep)
    if chosen.keep is not None:
        raise Failure("--keep 只用于 backups 文件夹：请不要同时写文件名。")
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


def _backup_on_shelf(database: Path, keep: int | None) -> int:
    shelf = Shelf(database)
    try:
        name = shelf.add(utc_now().astimezone(zone()))
    except UnfitBackup as error:
        raise Failure(f"{database}：{error}。没有写出备份，旧的备份都还在。") from error
    print(f"已备份并校验：{shelf.place(name)}")
    for gone in shelf.keep_newest(keep) if keep is not None else ():
        print(f"已删除较早的备份：{gone}")
    return 0


def _drill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写出的文件")


def _drill(chosen: argparse.Namespace) -> int:
    """Bring a backup back in a room of its own; the installation itself is not touched."""
    try:
        checked = check_backup(chosen.file)
    except UnfitBackup as error:
        raise Failure(f"{chosen.file}：演练失败：{error}。") from error
    with tempfile.TemporaryDirectory() as room:
        tried = Store(shutil.copy(chosen.file, Path(room) / "drill.db"))
        amount = sum(tried.responses.amount(each.code) for each in tried.surveys.all())
        known, place = tried.organisation.setting(FINGERPRINT), settings().secret_file
        tried.close()
    fits = known is None or (place.exists() and fingerprint(place.read_bytes()) == known)
    print(f"演练成功：{chosen.file} 能恢复并升级到这个版本，有 {amount} 份答卷。")
    print("校验和相符。" if checked else "这份备份来自较早的版本，没有校验和。")
    print(f"密钥 {place} 属于这份备份。" if fits else f"注意：密钥 {place} 不在或不属于这份备份，恢复时要用 --key。")
    return 0 if fits else 1


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写出的文件")
    parser.add_argument("--key", type=Path, help="备份当时的密钥文件；它会成为这里的密钥")
    parser.add_argument("--without-key", action="store_true", help=f"密钥已丢失，仍要恢复。{WHAT_BREAKS}")
    parser.add_argument("--without-files", action="store_true", help="缺少随答卷上传的文件时也恢复")


def _restore(chosen: argparse.Namespace) -> int:
    database = settings().database
    key = chosen.key.read_bytes() if chosen.key else None
    try:
        checked = check_backup(chosen.file, without_files=chosen.without_files)
        before = restore(
            chosen.file, database, utc_now().astimezone(zone()), key=key, without_key=chosen.without_key,
            without_files=chosen.without_files,
        )  # fmt: skip
    except KeyNeeded as error:
        advice = f"密钥确实已丢失时加 --without-key。{WHAT_BREAKS}"
        raise Failure(f"{chosen.file}：{error}。数据库没有改动。{advice}") from error
    except UnfitBackup as error:
        raise Failure(f"{chosen.file}：{error}。数据库没有改动。") from error
    store().accounts.record(BY, "restore", "database", chosen.file.name)
    print(f"已恢复到 {database}。所有人需要重新登录。")
    if key is not None:
        print(f"密钥 {settings().secret_file} 已换成这份备份的；正在运行的服务请重新启动。")
    if not checked:
        print("这份备份来自较早的版本，没有校验和，只检查了文件结构。")
    if before is not None:
        print(f"恢复前的状态保存在 {before}。")
    return 0


def _accept_secret(chosen: argparse.Namespace) -> int:
    place = settings().secret_file
    if accept_secret(store(any_secret=True), place, by=BY):
        print(f"已认可 {place} 为这个数据库的密钥。{WHAT_BREAKS}")
    else:
        print(f"{place} 就是这个数据库的密钥，没有改动。")
    return 0


COMMANDS = {
    "backup": Command("备份数据库（可在使用中进行）", _backup, _backup_arguments),
    "restore": Command("用备份恢复数据库（可在使用中进行，恢复期间交来的答卷会丢失）", _restore, _restore_arguments),
    "drill": Command("演练恢复：在别处试着恢复一份备份，不动现在的数据", _drill, _drill_arguments),
    "accept-secret": Command("原来的密钥丢失后，认可现在的密钥文件（没有就新建）", _accept_secret),
}
