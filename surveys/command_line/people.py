"""People in from a file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from surveys.clock import local_day, utc_now
from surveys.command_line.answers import rejections
from surveys.command_line.command import BY, Command, Failure, store
from surveys.exchange.tables import UnfitFile, opened_table
from surveys.people.columns import FIELDS, UnfitColumns, usual_targets
from surveys.people.contact import Contact, Secrecy
from surveys.people.importing import ImportSummary, SamePhone, Terms, import_people
from surveys.people.sight import RULES, Sight, rules_from

_EVERYTHING = Sight(None, Secrecy.TOP, plain=True)  # whoever may use the command line holds the database in hand


def _arguments(parser: argparse.ArgumentParser) -> None:
    fields = "、".join(f"{name}（{field.label}）" for name, field in FIELDS.items())
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV（UTF-8 或 GB18030）或 XLSX 文件，第一行是表头")
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="列=字段",
        help=f"这一列是哪个字段：{fields}，或属性 who.名称、does.名称、worth.名称（数字）",
    )  # fmt: skip
    parser.add_argument("--skip", nargs="+", action="extend", default=[], metavar="列", help="这些列不导入")
    parser.add_argument(
        "--same-phone", choices=tuple(SamePhone), type=SamePhone, default=SamePhone.DUPLICATE,
        help="同一电话、不同客户编号：duplicate 退回后来的（默认），household 都保存",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="只检查，不写入")
    parser.add_argument("--rejected", type=Path, metavar="FILE", help="把未收的行连同原因写到这个 CSV 文件")


def _import(chosen: argparse.Namespace) -> int:
    keep = store()
    rules = rules_from(keep.organisation.setting(RULES))
    terms = Terms(keep.organisation.departments(), _EVERYTHING, rules, local_day(utc_now()), chosen.same_phone)
    try:
        with opened_table(chosen.file) as table, rejections(chosen.rejected, table.header) as reject:
            targets = _targets(chosen, table.header, tuple(keep.contacts.attributes()))
            kept = _not_kept if chosen.check else partial(keep.contacts.keep, by=BY, action="import contacts")
            summary = import_people(keep.contacts, kept, targets, table, terms, reject)
    except UnfitFile as error:
        raise Failure(f"{chosen.file}：{error}。") from error
    except UnfitColumns as error:
        problems = "".join(f"\n  {problem}。" for problem in error.problems)
        raise Failure(f"{chosen.file}：列与字段对不上，没有导入{problems}") from error
    _tell(chosen, summary, [name for at, name in enumerate(table.header) if at not in targets])
    return 1 if summary.rejected and summary == ImportSummary(rejected=summary.rejected) else 0


def _not_kept(contacts: Sequence[Contact]) -> None:
    """What only a check does with them."""


def _targets(chosen: argparse.Namespace, header: Sequence[str], attributes: Sequence[str]) -> dict[int, str]:
    wished: dict[int, str] = {}
    for each in chosen.map:
        column, equals, target = each.rpartition("=")
        if not equals or column not in header:
            raise Failure(f"--map {each}：应写成 列=字段，列是表头中的一列：{'、'.join(header)}。")
        wished[header.index(column)] = target
    usual = usual_targets(header, attributes)
    skipped = {header.index(name) for name in chosen.skip if name in header}
    kept = {at: target for at, target in usual.items() if target not in wished.values()} | wished
    return {at: target for at, target in sorted(kept.items()) if at not in skipped}


def _tell(chosen: argparse.Namespace, summary: ImportSummary, left_out: list[str]) -> None:
    if left_out:
        print(f"没有导入的列：{'、'.join(name or '（无表头）' for name in left_out)}（用 --map 列=字段 指定）")
    print(
        f"{'可以新增' if chosen.check else '新增'} {summary.added:,} 人，更新 {summary.changed:,} 人，"
        f"没有变化 {summary.unchanged:,} 人，未收 {summary.rejected:,} 行。"
    )
    if summary.rejected and chosen.rejected:
        print(f"未收的行和原因：{chosen.rejected}")


COMMANDS = {"import-people": Command("从 CSV 或 XLSX 文件导入客户和员工", _import, _arguments)}
