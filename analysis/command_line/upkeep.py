"""What those who run an installation look after: `columns` and `sentences`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.command_line.command import AnalysisCommand, opened_store


def _columns_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="从头重建")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")


def columns(given: argparse.Namespace) -> str:
    """Say how the columnar copy of each survey stands, brought up to date or made from nothing."""
    from analysis.columns.copies import Copies
    from analysis.columns.originals import Originals
    from analysis.columns.standing import standing

    with opened_store(given.database) as store:
        return standing(Copies(Originals(store)), rebuild=given.rebuild)


def _sentences_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "列出各分析页可能说的每一句话和说它的条件，以制表符分隔"


def sentences(given: argparse.Namespace) -> str:
    """Every sentence that pages of results can say, with its condition."""
    from analysis.interpretation.said_when import possible_sentences, table

    return table(possible_sentences())


COMMANDS = {
    "columns": AnalysisCommand("答卷的列式副本：更新并列出，或从头重建", _columns_arguments, columns),
    "sentences": AnalysisCommand("各分析页可能说的每一句话，和说它的条件", _sentences_arguments, sentences),
}
