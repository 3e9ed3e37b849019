"""People in from a file."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from surveys.command_line.answers import rejections, values_of
from surveys.command_line.command import BY, Command, Failure, store
from surveys.command_line.reading import FILE_HELP, reading_arguments, reading_of, tell_reading
from surveys.exchange.answers.column_mapping import positions_of
from surveys.exchange.people.contact_columns import UnfitColumns, assert_fit, people_guide, usual_targets
from surveys.exchange.people.contact_fields import FIELDS, PARTS_OF_NAME
from surveys.exchange.people.contact_import import (
    ContactImportSummary,
    Keep,
    SamePhone,
    Terms,
    import_people,
    keep_none,
)
from surveys.exchange.people.contact_sources import CONTACT_SOURCES
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.staff.staff_logins import logins_of
from surveys.people.contact import Secrecy
from surveys.people.visibility import RULES, Sight, rules_from
from surveys.storage import Store
from surveys.storage.records.imports import ImportKind
from surveys.tables import Table, UnfitFile, opened_table

_EVERYTHING = Sight(None, Secrecy.TOP, plain=True)  # whoever may use the command line holds the database in hand


def _arguments(parser: argparse.ArgumentParser) -> None:
    fields = "、".join(f"{name}（{field.label}）" for name, field in (FIELDS | PARTS_OF_NAME).items())
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE_HELP)
    reading_arguments(parser, CONTACT_SOURCES)
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="列=字段",
        help=f"这一列是哪个字段：{fields}，或属性 who.名称、does.名称、worth.名称（数字）",
    )  # fmt: skip
    parser.add_argument(
        "--values",
        nargs="+",
        action="extend",
        default=[],
        metavar="字段:原值=值",
        help="换算，如 department:抢修=repair",
    )
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
    terms = Terms(
        keep.organisation.departments(),
        _EVERYTHING,
        rules,
        local_day(utc_now()),
        chosen.same_phone,
        values=values_of(chosen.values),
        logins=logins_of(keep, None),
    )
    try:
        attributes = tuple(keep.contacts.attributes())
        guide = people_guide(attributes, [each.rpartition("=")[0] for each in chosen.map])
        with (
            opened_table(chosen.file, reading_of(chosen), guide) as table,
            rejections(chosen.rejected, table.header) as reject,
        ):
            targets = _targets(chosen, table, attributes)
            assert_fit(targets)
            tell_reading(table, CONTACT_SOURCES)
            kept = keep_none if chosen.check else _keeping(keep, chosen.file.name)
            summary = import_people(keep.contacts, kept, targets, table, terms, reject)
    except UnfitFile as error:
        raise Failure(f"{chosen.file}：{error}。") from error
    except UnfitColumns as error:
        problems = "".join(f"\n  {problem}。" for problem in error.problems)
        raise Failure(f"{chosen.file}：列与字段对不上，没有导入{problems}") from error
    _tell(chosen, summary, [name for at, name in enumerate(table.header) if at not in targets])
    return 1 if summary.rejected and summary == ContactImportSummary(rejected=summary.rejected) else 0


def _keeping(keep: Store, file: str) -> Keep:
    batch = keep.imports.begin(ImportKind.PEOPLE, "", file, by=BY, now=utc_now())
    return partial(keep.contacts.keep, by=BY, action="import contacts", batch=batch)


def _targets(chosen: argparse.Namespace, table: Table, attributes: Sequence[str]) -> dict[int, str]:
    header = table.header
    wished: dict[int, str] = {}
    for each in chosen.map:
        column, equals, target = each.rpartition("=")
        at = positions_of(column, header)
        if not equals or not at:
            raise Failure(f"--map {each}：应写成 列=字段，列是表头中的一列：{'、'.join(header)}。")
        if len(at) > 1:
            raise Failure(f"--map {each}：有 {len(at)} 列都叫这个名字，请用 #列号 指定，如 #{at[0] + 1}。")
        wished[at[0]] = target
    usual = usual_targets(header, attributes, CONTACT_SOURCES.get(table.source))
    skipped = {at for name in chosen.skip for at in positions_of(name, header)}
    _assert_no_doubles(header, {at for at in usual if at not in wished and at not in skipped})
    kept = {at: target for at, target in usual.items() if target not in wished.values()} | wished
    return {at: target for at, target in sorted(kept.items()) if at not in skipped}


def _assert_no_doubles(header: Sequence[str], matter: Collection[int]) -> None:
    """Which of two columns of one name is meant, only a person can say."""
    twice = sorted({header[at] for at in matter if header.count(header[at]) > 1})
    if twice:
        raise Failure(f"表头有重复的列：{'、'.join(twice)}。请改名，或用 --map #列号=字段、--skip #列号 指定。")


def _tell(chosen: argparse.Namespace, summary: ContactImportSummary, left_out: list[str]) -> None:
    if left_out:
        print(f"没有导入的列：{'、'.join(name or '（无表头）' for name in left_out)}（用 --map 列=字段 指定）")
    print(
        f"{'可以新增' if chosen.check else '新增'} {summary.added:,} 人，更新 {summary.changed:,} 人，"
        f"没有变化 {summary.unchanged:,} 人，未收 {summary.rejected:,} 行。"
    )
    if summary.several:
        print(f"有 {summary.several:,} 行一格里有几个电话或邮箱，各只取一个（手机号优先）。")
    if summary.rejected and chosen.rejected:
        print(f"未收的行和原因：{chosen.rejected}")


COMMANDS = {"import-people": Command("从 CSV 或 XLSX 文件导入客户和员工", _import, _arguments)}
