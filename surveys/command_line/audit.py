"""The audit trail, held against its own chain, its older part moved into archives, and those read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, store
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.audit_archive import (
    ArchiveCheck,
    archive_audit,
    archive_folder,
    archived_lines,
    check_archives,
    latest_day,
)
from surveys.storage.records.accounts import AuditCheck
from surveys.storage.records.audit_archives import NothingToArchive, TooYoung, UnfitArchive


def _arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="verify|archive|read")
    verify = what.add_parser("verify", help="核对每一条记录、签名和归档")
    verify.add_argument("--head", metavar="HASH", help="以前记下的链尾；它必须还在链上，否则有记录被整段换掉")
    verify.add_argument("--folder", type=Path, help="归档所在的文件夹；写出后，缺少任何一份归档都算不完整")
    archive = what.add_parser("archive", help="把某天以前的记录移到归档文件里（至少留六个月）")
    archive.add_argument("--before", type=_day, required=True, metavar="YYYY-MM-DD", help="这一天以前的记录")
    archive.add_argument("--folder", type=Path, help="写到这个文件夹（默认在数据库旁边的 audit-archive）")
    read = what.add_parser("read", help="核对并列出一份归档里的记录")
    read.add_argument("file", type=Path, metavar="FILE", help="归档文件")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("应写成 2026-01-31 这样的日期") from None


def _run(chosen: argparse.Namespace) -> int:
    return _WHAT[chosen.what](chosen)


def _verify(chosen: argparse.Namespace) -> int:
    keep = store()
    archives = check_archives(keep, chosen.folder or archive_folder(keep))
    head = None if chosen.head in archives.heads else chosen.head
    found = keep.accounts.check_audit(head)
    problems = [*map(_in_words, found.problems), *(f"{name}：{why}" for name, why in archives.wrong)]
    if chosen.folder is not None:
        problems += [f"缺少归档 {each.file_name}" for each in archives.missing]
    if problems:
        raise Failure(f"审计记录对不上：{'；'.join(problems)}。请与备份比较，查明是谁改动了数据库或归档。")
    _tell(found, archives)
    return 0


def _tell(found: AuditCheck, archives: ArchiveCheck) -> None:
    print(f"审计记录完整：{found.lines} 条，{found.anchors} 个签名。")
    if found.archived:
        print(f"之前的 {found.archived} 条已归档，核对了 {len(archives.good)} 份归档。")
    for each in archives.missing:
        print(f"注意：归档 {each.file_name} 不在文件夹里，没有核对；放在别处时用 --folder 指出。")
    print(f"链尾 {found.head or '（还没有记录）'}；请记在别处，下次用 --head 核对。")


def _in_words(problem: str) -> str:
    kind, _, number = problem.partition(" ")
    return {
        "line": f"第 {number} 条被改过，或之前有记录被删",
        "anchor": f"第 {number} 条的签名不对（被删、被重写，或换过密钥）",
        "segment": f"从第 {number} 条起的归档，记下的首尾或签名不对",
        "head": "记下的链尾不在链上",
    }[kind]


def _archive(chosen: argparse.Namespace) -> int:
    keep, today = store(), local_day(utc_now())
    try:
        path = archive_audit(keep, chosen.before, chosen.folder or archive_folder(keep), by=BY, today=today)
    except TooYoung as error:
        raise Failure(f"记录至少要留六个月：--before 最晚写 {latest_day(today)}。没有归档。") from error
    except NothingToArchive as error:
        raise Failure(f"没有 {chosen.before} 以前的记录，没有归档。") from error
    except UnfitArchive as error:
        raise Failure(f"没有归档：{error}。") from error
    print(f"已归档并核对：{path}。请另存一份到服务器以外的地方；它不在备份里。")
    return 0


def _read(chosen: argparse.Namespace) -> int:
    """Whoever was erased since stands there under a pseudonym, as in the trail."""
    keep = store()
    try:
        lines = list(archived_lines(keep, chosen.file))
    except UnfitArchive as error:
        raise Failure(f"{chosen.file}：{error}。") from error
    for each in lines:
        print("\t".join(str(value) for value in each))
    return 0


_WHAT: dict[str, Callable[[argparse.Namespace], int]] = {"verify": _verify, "archive": _archive, "read": _read}
COMMANDS = {"audit": Command("核对审计记录有没有被改动，归档旧的记录", _run, _arguments)}
