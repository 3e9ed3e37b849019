"""How a file that is brought in is to be read: the options that every such command has, and what is told of it."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from dataclasses import replace

from surveys.exchange.sources import SourceSystem
from surveys.tables import ENCODINGS, Reading, Table

FILE_HELP = "CSV、XLSX 或 XLS 文件；表头、编码和工作表会自动识别，也可以用下面的选项指定"
_NONE = "none"


def reading_arguments(parser: argparse.ArgumentParser, sources: Collection[str] = ()) -> None:
    """Options to say what else would be found out."""
    parser.add_argument("--sheet", metavar="工作表", help="读这张工作表（默认：看得见的、最像的一张）")
    parser.add_argument("--header-row", type=int, metavar="行号", help="表头在这一行（默认自动识别）")
    parser.add_argument("--encoding", metavar="编码", help=f"CSV 的编码（默认自动识别）：{'、'.join(ENCODINGS)}")
    if sources:
        parser.add_argument(
            "--source", choices=(*sources, _NONE), help="文件由哪个系统导出（默认自动识别；none 表示不是其中任何一个）"
        )


def reading_of(chosen: argparse.Namespace) -> Reading:
    """What the options say."""
    source = getattr(chosen, "source", None)
    reading = Reading(chosen.sheet, chosen.header_row, chosen.encoding, source)
    return replace(reading, source="") if source == _NONE else reading


def tell_reading(table: Table, sources: Mapping[str, SourceSystem]) -> None:
    """What was recognised, where it was more than a header in the first row."""
    if table.source in sources:
        print(f"识别为：{sources[table.source].label}。")
    if table.other_sheets:
        print(f"读的是工作表“{table.sheet}”；没有读：{'、'.join(table.other_sheets)}（用 --sheet 指定）。")
    if table.header_row > 1:
        print(f"表头在第 {table.header_row} 行。")
    if table.passed_over:
        numbers = "、".join(str(row.number) for row in table.passed_over)
        print(f"不是数据、没有导入的行：第 {numbers} 行（可以用 --header-row 指定表头）。")
