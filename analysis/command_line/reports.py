"""Reports of a survey as files: `report`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.command_line.command import AnalysisCommand, opened_store
from analysis.text.errors import UnusableInput


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    from analysis.reports.kinds import REPORT_KINDS, About
    from surveys.localisation.language import console_languages

    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("--out", required=True, type=Path, metavar="report.docx", help="写到哪里；按扩展名决定格式")
    named = [code for code, each in REPORT_KINDS.items() if each.about is not About.CUSTOMER]
    parser.add_argument("--kind", choices=named, default="full", help="哪一种报告；默认 full")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--round", metavar="代号", help="只看这一轮，如 2026-Q4；与上一轮比较")
    when.add_argument("--days", type=int, metavar="天数", help="只看最近这么多天；与之前同样长的时间比较")
    when.add_argument("--year", type=int, metavar="年份", help="只看这一年，如 2026")
    parser.add_argument("--unit", default="", metavar="代码", help="只看这个部门（连同下属）")
    parser.add_argument("--language", choices=console_languages(), default="zh-Hans", help="报告的语言")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")


def report(given: argparse.Namespace) -> str:
    """Make a report and write it in the format that the file's name ends with."""
    from analysis.released.gate import gate_of
    from analysis.reports.formats import REPORT_FORMATS
    from analysis.reports.order import ALL_TIME, ReportOrder, Unreportable
    from analysis.reports.stored_material import made_report
    from surveys.localisation.clock import local_day, utc_now

    wanted = REPORT_FORMATS.get(given.out.suffix.removeprefix(".").lower())
    if wanted is None:
        endings = "、".join(f".{each}" for each in REPORT_FORMATS)
        raise UnusableInput(f"文件名要以 {endings} 之一结尾，而不是 {given.out.name}")
    when = str(given.round or given.days or given.year or ALL_TIME)
    order = ReportOrder(given.kind, given.survey, when, given.unit, "", given.language)
    with opened_store(given.database) as store:
        try:
            made = made_report(store, gate_of(store), order, None, local_day(utc_now()))
        except Unreportable as problem:
            raise UnusableInput(str(problem)) from None
        given.out.write_bytes(wanted.write(made))
    return f"“{made.title}”已写入 {given.out}"


COMMANDS = {"report": AnalysisCommand("一份问卷的报告：网页、Word 或 Excel", _report_arguments, report)}
