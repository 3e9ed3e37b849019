"""One person's data: found, copied for them, erased; and the erasure of an account."""

from __future__ import annotations

import argparse
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, store
from surveys.localisation.clock import utc_now
from surveys.operations.person_data import KINDS, amounts, copy_of, found
from surveys.private_files import write_private
from surveys.storage import Store

_BACKUPS = "备份里还有这些数据，直到那些备份被删除。"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=["find", "export", "erase", "erase-account"], metavar="find|export|erase|erase-account",
        help="查找；导出全部个人信息；删除全部个人信息；抹去一个账号的名字",
    )  # fmt: skip
    parser.add_argument(
        "who", metavar="WHO", help="find：姓名、客户编号或电话；export、erase：档案号；erase-account：账号名"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="export：写到这个 .zip 文件")
    parser.add_argument("--yes", action="store_true", help="erase：确认删除，不能撤销")


def _person(chosen: argparse.Namespace) -> int:
    return {"find": _find, "export": _export, "erase": _erase, "erase-account": _erase_account}[chosen.what](chosen)


def _find(chosen: argparse.Namespace) -> int:
    contacts = found(store(), chosen.who)
    for each in contacts:
        print(f"{each.id}  {each.name}  {each.customer_number}  {each.phone}".rstrip())
    if not contacts:
        raise Failure(f"没有找到“{chosen.who}”的档案。")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    if chosen.out is None:
        raise Failure("请用 --out 写出要写到哪个 .zip 文件。")
    if chosen.out.exists():
        raise Failure(f"{chosen.out} 已存在，没有覆盖；请另选一个文件。")
    keep = _known(chosen.who)
    write_private(chosen.out, copy_of(keep, chosen.who, utc_now(), by=BY))
    print(f"已写出 {chosen.out}，只交给本人。")
    return 0


def _erase(chosen: argparse.Namespace) -> int:
    keep = _known(chosen.who)
    if not chosen.yes:
        _tell(amounts(keep, chosen.who))
        raise Failure("以上将全部删除，不能撤销。确认请加 --yes。没有改动。")
    _tell(keep.persons.erase(chosen.who, by=BY))
    print(f"已删除。{_BACKUPS}")
    return 0


def _erase_account(chosen: argparse.Namespace) -> int:
    keep = store()
    if keep.accounts.named(chosen.who) is None:
        raise Failure(f"没有账号“{chosen.who}”。")
    if not chosen.yes:
        raise Failure(f"账号“{chosen.who}”会停用，名字从各处抹去，不能撤销。确认请加 --yes。没有改动。")
    print(f"已抹去，今后叫 {keep.persons.erase_account(chosen.who, by=BY)}。{_BACKUPS}")
    return 0


def _known(contact: str) -> Store:
    keep = store()
    if keep.contacts.get(contact) is None:
        raise Failure(f"没有档案号“{contact}”。用 person find 查找。")
    return keep


def _tell(counts: dict[str, int]) -> None:
    for kind, times in counts.items():
        if times:
            print(f"{KINDS[kind]}：{times}")


COMMANDS = {"person": Command("一个人的全部个人信息：查找、导出、删除", _person, _arguments)}
