"""Answers out to a file, and from a file in."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, store
from surveys.command_line.reading import FILE_HELP, reading_arguments, reading_of, tell_reading
from surveys.definition.survey import offering
from surveys.exchange.answers.answer_export import FORMATS, Format, NotHeldByFormat
from surveys.exchange.answers.answer_import import Destination, ImportSummary, assert_complete, import_answers
from surveys.exchange.answers.circumstances import OrganisationLists, as_day
from surveys.exchange.answers.codebook import CODE_BOOKS
from surveys.exchange.answers.column_mapping import (
    RECEIVED,
    ColumnMapping,
    UnfitMapping,
    Wishes,
    answers_guide,
    column_mapping,
    positions_of,
)
from surveys.exchange.answers.columns import Layout, marking_uncounted
from surveys.exchange.answers.delivery import DoesNotFit, ExportRequest, Shape, Values
from surveys.exchange.answers.selection import FILTERS, ExportSelection, UnfitSelection
from surveys.exchange.rejections import REPORT_ENCODING, RejectedRow, report_writer
from surveys.exchange.sources import SOURCES, source_of
from surveys.intake.answer_values import AnswerValues
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.result_breakdowns import answer_values
from surveys.operations.uncounted import with_uncounted
from surveys.storage import Store
from surveys.storage.records.imports import ImportKind
from surveys.storage.records.surveys import UnknownSurvey
from surveys.tables import UnfitFile, opened_table


def _destination(keep: Store, code: str) -> Destination:
    try:
        record = keep.surveys.get(code)
    except UnknownSurvey as error:
        there = "、".join(each.code for each in keep.surveys.all()) or "无"
        raise Failure(f"没有问卷“{code}”。现有问卷：{there}。可以先用 publish 发布模板。") from error
    places = keep.organisation.places()
    versions = {number: offering(keep.surveys.version(code, number), places) for number in range(1, record.version + 1)}
    organisation = OrganisationLists(
        keep.organisation.departments(), keep.organisation.touchpoints(), local_day(utc_now()), keep.subjects.names,
        record.opening.rounds,
    )
    answered = bool(keep.responses.amount(code))
    return Destination(versions, record.version, record.department, organisation, answered)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("--format", choices=tuple(FORMATS), default="csv", help="文件格式（默认 csv）")
    parser.add_argument(
        "--shape", choices=tuple(Shape), type=Shape, default=Shape.WIDE,
        help="wide：每份答卷一行（默认）；long：每个作答的格一行",
    )  # fmt: skip
    parser.add_argument(
        "--values", choices=tuple(Values), type=Values,
        help="取值写成代码、文字，或两者都要（默认：xlsx 两者各一张表，csv 代码）",
    )  # fmt: skip
    parser.add_argument("--from", dest="first", type=_a_day, metavar="日期", help="只要这一天起收到的，如 2026-01-31")
    parser.add_argument("--to", dest="last", type=_a_day, metavar="日期", help="只要到这一天为止收到的")
    parser.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="项=值",
        help=f"只要符合的答卷，同一项可给几个值；项：{'、'.join(FILTERS)}、随答信息的列、题目代号（数值写成 18..30）、"
        "campaign（邀请活动的编号）、contact.tier、contact.who.行业 一类的档案属性；部门连同下属",
    )  # fmt: skip
    parser.add_argument(
        "--columns", nargs="+", action="extend", default=[], metavar="列",
        help="只要这些列：题目代号，或 _received_on 一类；答卷编号总在",
    )  # fmt: skip
    parser.add_argument("--uncounted", action="store_true", help="连同不计入的答卷，多一列 _uncounted 写明理由")
    parser.add_argument("--out", type=Path, metavar="FILE", help="写到这个文件（默认写到标准输出）")
    parser.add_argument(
        "--code-book",
        type=Path,
        metavar="FILE",
        help=f"另写一份编码表（{'、'.join(f'.{kind}' for kind in CODE_BOOKS)}）",
    )


def _export(chosen: argparse.Namespace) -> int:
    kind, keep = FORMATS[chosen.format], store()
    destination = _destination(keep, chosen.survey)
    if destination.survey.anonymous:
        raise Failure("匿名问卷不导出逐份答卷，以免认出作答的人；结果请看控制台的“满意度”。没有写出文件。")
    whole = marking_uncounted(destination.layout) if chosen.uncounted else destination.layout
    values = answer_values(keep, destination.survey, destination.versions, whole.rounds)
    selection, matched = _selection(chosen, whole, values), set[tuple[str, str]]()
    layout = selection.layout(whole)
    wanted = _wanted(kind, chosen)
    if chosen.code_book is not None:
        _write_code_book(chosen.code_book, layout)
    with _whole_file(chosen.out) as path:
        try:
            found = with_uncounted(keep, chosen.survey) if chosen.uncounted else keep.responses.responses(chosen.survey)
            responses = selection.of(found, whole, matched, values)
            written = kind.write(path, layout, responses, wanted)
        except DoesNotFit as error:
            raise Failure(f"{error}（--format csv）。没有写出文件。") from error
    detail = f"{written.responses} responses as {chosen.format}"
    keep.accounts.record(BY, "export answers", chosen.survey, detail)
    print(f"已导出 {written.responses:,} 份答卷" + (f"：{chosen.out}" if chosen.out else "。"), file=sys.stderr)
    for note in (*written.notes, *selection.unmatched(matched)):
        print(f"注意：{note}。", file=sys.stderr)
    return 0


def _a_day(text: str) -> date:
    day = as_day(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-01-31")
    return day


def _selection(chosen: argparse.Namespace, layout: Layout, values: AnswerValues) -> ExportSelection:
    where: dict[str, set[str]] = {}
    for pair in chosen.where:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Failure(f"--where 要写成 项=值，如 district=城东，而不是“{pair}”。没有写出文件。")
        where.setdefault(name.strip(), set()).add(value.strip())
    asked = {name: frozenset(values) for name, values in where.items()}
    try:
        return ExportSelection(chosen.first, chosen.last, asked, tuple(chosen.columns)).checked(layout, values)
    except UnfitSelection as error:
        raise Failure(f"{error}。没有写出文件。") from error


def _wanted(kind: Format, chosen: argparse.Namespace) -> ExportRequest:
    if chosen.out is None and not kind.readable and sys.stdout.isatty():
        raise Failure(f"{kind.label} 不能显示在终端上，请用 --out 文件.{kind.extension} 指定文件。")
    try:
        return kind.wanted(chosen.shape, chosen.values)
    except NotHeldByFormat as error:
        raise Failure(f"{error}。") from error


def _write_code_book(file: Path, layout: Layout) -> None:
    kind = file.suffix.removeprefix(".").lower()
    if kind not in CODE_BOOKS:
        raise Failure(f"{file}：编码表的扩展名应是 {'、'.join(f'.{each}' for each in CODE_BOOKS)}。")
    with _whole_file(file) as path:
        CODE_BOOKS[kind](path, layout)


@contextmanager
def _whole_file(out: Path | None) -> Iterator[Path]:
    """A file to write that becomes *out*, or goes to standard output, only when it is whole."""
    folder = out.resolve().parent if out else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as room:
        path = Path(room) / "answers"
        yield path
        if out is not None:
            path.replace(out)
        else:
            with path.open("rb") as file:
                sys.stdout.flush()
                shutil.copyfileobj(file, sys.stdout.buffer)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE_HELP)
    reading_arguments(parser, SOURCES)
    parser.add_argument("--map", nargs="+", action="extend", default=[], metavar="列=题目", help="这一列回答这道题")
    parser.add_argument("--skip", nargs="+", action="extend", default=[], metavar="列", help="这些列不导入")
    parser.add_argument("--constant", nargs="+", action="extend", default=[], metavar="题目=值", help="每行都填这个值")
    parser.add_argument(
        "--values", nargs="+", action="extend", default=[], metavar="题目:原值=值", help="换算，如 csat:1=5,0=1"
    )
    parser.add_argument("--date", metavar="列", help="收到日期所在的列（默认记为今天）")
    parser.add_argument("--rejected", type=Path, metavar="FILE", help="把未收的行连同原因写到这个 CSV 文件")


def _import(chosen: argparse.Namespace) -> int:
    wishes, keep = _wishes(chosen), store()
    destination = _destination(keep, chosen.survey)
    record = keep.surveys.get(chosen.survey)
    if not (record.live or record.closed):  # a draft may still change under its answers
        raise Failure(f"问卷“{chosen.survey}”还是草稿。请先发布，再导入答卷。")
    try:
        guide = answers_guide(destination.layout, wishes.columns)
        with opened_table(chosen.file, reading_of(chosen), guide) as table:
            wishes = replace(wishes, left_out=[at for name in chosen.skip for at in positions_of(name, table.header)])
            mapping = column_mapping(table.header, destination.layout, wishes, source_of(table.source))
            assert_complete(destination, mapping, table.header)
            tell_reading(table, SOURCES)
            batch = keep.imports.begin(ImportKind.ANSWERS, chosen.survey, chosen.file.name, by=BY, now=utc_now())
            bring_in = partial(keep.responses.bring_in, batch=batch)
            with rejections(chosen.rejected, table.header) as reject:
                summary = import_answers(bring_in, destination, mapping, table, reject)
    except UnfitFile as error:
        raise Failure(f"{chosen.file}：{error}。") from error
    except UnfitMapping as error:
        problems = "".join(f"\n  {problem}。" for problem in error.problems)
        raise Failure(f"{chosen.file}：列与题目对不上，没有导入{problems}") from error
    counts = f"{summary.kept} kept, {summary.already_there} already there, {summary.rejected} rejected"
    keep.accounts.record(BY, "import answers", chosen.survey, counts)
    _tell(chosen, summary, mapping)
    return 1 if summary.rejected and not summary.kept + summary.already_there else 0


def _tell(chosen: argparse.Namespace, summary: ImportSummary, mapping: ColumnMapping) -> None:
    if mapping.unknown:
        print(f"没有导入的列：{'、'.join(name or '（无表头）' for name in mapping.unknown)}（用 --map 列=题目 指定）")
    print(f"新增 {summary.kept:,} 份，已有 {summary.already_there:,} 份，未收 {summary.rejected:,} 行。")
    if summary.rejected and chosen.rejected:
        print(f"未收的行和原因：{chosen.rejected}")


@contextmanager
def rejections(path: Path | None, header: tuple[str, ...]) -> Iterator[Callable[[RejectedRow], None]]:
    """Tells of each rejected row on the terminal, and writes it to a file where asked."""

    def tell(rejected: RejectedRow) -> None:
        print(rejected, file=sys.stderr)

    if path is None:
        yield tell
        return
    with path.open("w", encoding=REPORT_ENCODING, errors="replace", newline="") as file:
        writer = report_writer(file, header)

        def write(rejected: RejectedRow) -> None:
            tell(rejected)
            writer.writerow(rejected.cells)

        yield write


def _wishes(chosen: argparse.Namespace) -> Wishes:
    columns = dict(_pair(each, "--map", "列=题目") for each in chosen.map)
    if chosen.date is not None:
        columns[chosen.date] = RECEIVED
    constants = dict(_pair(each, "--constant", "题目=值") for each in chosen.constant)
    return Wishes(columns, constants, values_of(chosen.values))


def values_of(written: Sequence[str]) -> dict[str, dict[str, str]]:
    """What entries mean, by their column, of `csat:1=5,0=1`."""
    values: dict[str, dict[str, str]] = {}
    for each in written:
        target, _, pairs = each.partition(":")
        meanings = (_pair(pair, "--values", "题目:原值=值,原值=值") for pair in pairs.split(","))
        values.setdefault(target, {}).update(meanings)
    return values


def _pair(text: str, option: str, shape: str) -> tuple[str, str]:
    left, equals, right = text.rpartition("=") if option == "--map" else text.partition("=")
    if not (left and equals):
        raise Failure(f"{option} {text}：应写成 {option} {shape}。")
    return left.strip(), right.strip()


COMMANDS = {
    "import": Command("从 CSV 或 XLSX 文件导入已有的答卷", _import, _import_arguments),
    "export": Command(f"把答卷导出为 {'、'.join(each.label for each in FORMATS.values())}", _export, _export_arguments),
}
