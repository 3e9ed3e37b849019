"""Backups of the database, and their way back."""

from __future__ import annotations

import argparse
import os
import sys
from errno import ENOENT
from pathlib import Path
from typing import Any

from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.localisation.clock import utc_now, zone
from surveys.operations.backup_standing import newest_backup, note_backup, note_drill, tried_to_restore
from surveys.operations.installation_secret import WHAT_BREAKS, accept_secret
from surveys.private_files import write_private
from surveys.storage import StorageError
from surveys.storage.sqlite.backups.backup import AlreadyThere, KeyNeeded, UnfitBackup, back_up, check_backup
from surveys.storage.sqlite.backups.encrypted import (
    NoIdentity,
    UnfitRecipient,
    back_up_encrypted,
    identities,
    is_encrypted,
    keep_newest_encrypted,
    new_backup_key,
    opened,
    recipients,
)
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.shelf import Shelf


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="备份写到这个文件；不写则放进数据库旁边的 backups 文件夹"
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="加密后写进这个文件夹（另一块盘、另一台机器）")
    parser.add_argument(
        "--recipient", action="append", default=[], metavar="age1…", help="为谁加密：公钥，可写多次；用 backup-key 生成"
    )
    parser.add_argument("--keep", type=_at_least_one, metavar="N", help="文件夹里只留最新的 N 份")
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("应是 1 以上的整数")
    return int(text)


def _backup(chosen: argparse.Namespace) -> int:
    database = settings().database
    if chosen.to is not None or chosen.recipient:
        return _backup_encrypted(database, chosen)
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
    _note(chosen.file.name)
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
    _note(name)
    print(f"已备份并校验：{shelf.place(name)}")
    for gone in shelf.keep_newest(keep) if keep is not None else ():
        print(f"已删除较早的备份：{gone}")
    return 0


def _backup_encrypted(database: Path, chosen: argparse.Namespace) -> int:
    if chosen.to is None or not chosen.recipient or chosen.file is not None:
        raise Failure("加密备份要同时写 --to FOLDER 和 --recipient 公钥，不写文件名。公钥用 backup-key 生成。")
    if not database.exists():
        raise Failure(f"没有数据库 {database}。请检查 XINSHENG_DB。")
    try:
        keys = recipients(chosen.recipient)
        made, size = back_up_encrypted(database, chosen.to, keys, utc_now().astimezone(zone()))
    except UnfitRecipient as error:
        raise Failure(f"“{error}”不是公钥：应以 age1 开头。私钥（AGE-SECRET-KEY-…）不要写在这里。") from error
    except UnfitBackup as error:
        raise Failure(f"{database}：{error}。没有写出备份，旧的备份都还在。") from error
    _note(made.name)
    print(f"已备份、校验并加密：{made}（{size / 1_000_000:.1f} MB）。只有持有私钥的人能打开。")
    for gone in keep_newest_encrypted(chosen.to, chosen.keep) if chosen.keep is not None else ():
        print(f"已删除较早的备份：{gone}")
    return 0


def _note(name: str) -> None:
    """What the overview tells of backups. The backup is there, also where it can't be noted."""
    try:
        kept = store(any_secret=True)
        note_backup(kept, name, utc_now())
        kept.accounts.record(BY, "backup", "database", name)
    except (StorageError, OSError) as error:
        print(f"注意：备份已写好，但没能记下它的时间（{type(error).__name__}）。", file=sys.stderr)


def _backup_key_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="私钥写到这个文件；写好后移到服务器以外的地方")


def _backup_key(chosen: argparse.Namespace) -> int:
    if chosen.file.exists():
        raise Failure(f"{chosen.file} 已存在，没有改动：丢了旧私钥，用它加密的备份就打不开了。")
    made = new_backup_key()
    write_private(chosen.file, f"# 公钥：{made.recipient}\n{made.identity}\n".encode())
    print(f"公钥：{made.recipient}")
    print(f"私钥在 {chosen.file}。请抄存两份到服务器以外的地方，再从服务器上删除；私钥丢失，用它加密的备份谁也打不开。")
    return 0


def _identity_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--identity", type=Path, metavar="FILE", help="加密备份的私钥文件")


def _identities(file: Path | None) -> list[Any]:
    try:
        return identities(file) if file is not None else []
    except NoIdentity as error:
        raise Failure(f"{error} 里没有私钥：应有一行以 AGE-SECRET-KEY- 开头。") from error


def _drill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="一份备份；不写则用最新的一份")
    parser.add_argument("--from", type=Path, dest="folder", metavar="FOLDER", help="加密备份所在的文件夹，用其中最新的")
    _identity_argument(parser)


def _drill(chosen: argparse.Namespace) -> int:
    """Bring a backup back in a room of its own; of the installation itself, it is only noted what came of it."""
    keys, place = _identities(chosen.identity), settings().secret_file
    backup = chosen.file or newest_backup(settings().database, chosen.folder)
    if backup is None:
        raise Failure("没有可以演练的备份：请先运行 backup，或写出文件名、--from FOLDER。")
    if not backup.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(backup))
    keep = store(any_secret=True) if settings().database.exists() else None
    found = tried_to_restore(backup, place, utc_now(), keys)
    if keep is not None:
        note_drill(keep, found, by=BY)
    if found.why_not:
        raise Failure(f"{backup}：演练失败：{found.why_not}。")
    print(f"演练成功：{backup} 能恢复并升级到这个版本，有 {found.answers} 份答卷、{found.files} 个文件。")
    print("校验和相符。" if found.sealed else "这份备份来自较早的版本，没有校验和。")
    fits = f"密钥 {place} 属于这份备份。", f"注意：密钥 {place} 不在或不属于这份备份，恢复时要用 --key。"
    print(fits[0] if found.own_key else fits[1])
    return 0 if found.own_key else 1


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写出的文件")
    parser.add_argument("--key", type=Path, help="备份当时的密钥文件；它会成为这里的密钥")
    parser.add_argument("--without-key", action="store_true", help=f"密钥已丢失，仍要恢复。{WHAT_BREAKS}")
    parser.add_argument("--without-files", action="store_true", help="缺少随答卷上传的文件时也恢复")
    _identity_argument(parser)


def _restore(chosen: argparse.Namespace) -> int:
    database = settings().database
    keys = _identities(chosen.identity)
    if not keys and chosen.file.exists() and is_encrypted(chosen.file):
        raise Failure(f"{chosen.file} 是加密的备份：请用 --identity 指出私钥文件。数据库没有改动。")
    try:
        if not keys:
            return _restore_plain(chosen, chosen.file, database)
        with opened(chosen.file, keys, database.parent) as plain:
            return _restore_plain(chosen, plain, database)
    except KeyNeeded as error:
        advice = f"密钥确实已丢失时加 --without-key。{WHAT_BREAKS}"
        raise Failure(f"{chosen.file}：{error}。数据库没有改动。{advice}") from error
    except UnfitBackup as error:
        raise Failure(f"{chosen.file}：{error}。数据库没有改动。") from error


def _restore_plain(chosen: argparse.Namespace, backup: Path, database: Path) -> int:
    key = chosen.key.read_bytes() if chosen.key else None
    checked = check_backup(backup, without_files=chosen.without_files)
    before = restore(
        backup, database, utc_now().astimezone(zone()), key=key, without_key=chosen.without_key,
        without_files=chosen.without_files,
    )  # fmt: skip
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
    signed = accept_secret(store(any_secret=True), place, by=BY)
    if signed is None:
        print(f"{place} 就是这个数据库的密钥，没有改动。")
        return 0
    print(f"已认可 {place} 为这个数据库的密钥。{WHAT_BREAKS}")
    state = "完整" if signed.whole else "在这之后断了，没有补签"
    print(f"审计记录到第 {signed.line} 条{state}；{signed.signatures} 个签名改用新密钥。{_NOT_PROVED}")
    print(f"请把这个哈希另记在别处：{signed.hash}")
    return 0


_NOT_PROVED = (
    "此前的记录是否被拿过旧密钥的人整段重写，从此只有另外记下的哈希能看出来（python -m surveys audit verify --head）。"
)


COMMANDS = {
    "backup": Command("备份数据库（可在使用中进行）", _backup, _backup_arguments),
    "restore": Command("用备份恢复数据库（可在使用中进行，恢复期间交来的答卷会丢失）", _restore, _restore_arguments),
    "backup-key": Command("生成加密备份用的一对密钥", _backup_key, _backup_key_arguments),
    "drill": Command("演练恢复：在别处试着恢复一份备份，不动现在的数据", _drill, _drill_arguments),
    "accept-secret": Command("原来的密钥丢失后，认可现在的密钥文件（没有就新建）", _accept_secret),
}
