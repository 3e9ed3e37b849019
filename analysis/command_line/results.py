"""What the answers of a survey say: `results`, `drivers` and `response-rates`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.command_line.command import AnalysisCommand, opened_store
from analysis.text.errors import UnusableInput

if TYPE_CHECKING:
    from analysis.released.released_answers import ReleasedAnswers
    from surveys.storage.records.responses import ResultsPart


def _part_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")
    parser.add_argument("--round", metavar="代号", help="只看这一轮，如 2026-Q4")
    parser.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="项=值",
        help="只看符合的答卷，几项须同时符合：channel=sms、department=east（连同下属）、campaign=编号、context.crew=7、"
        "contact.tier=A（现在的档案）、题目代号 csat=5、数值的区间 age=18..30",
    )  # fmt: skip


def _part(given: argparse.Namespace) -> ResultsPart:
    from surveys.storage.records.responses import ResultsPart

    pairs = [each.partition("=") for each in given.where]
    if unfit := [each for each, (name, _, code) in zip(given.where, pairs, strict=True) if not (name and code)]:
        raise UnusableInput(f"--where 要写成 项=值，如 channel=sms，而不是“{unfit[0]}”")
    return ResultsPart(given.round, {name.strip(): code.strip() for name, _, code in pairs})


@contextmanager
def _released(given: argparse.Namespace) -> Iterator[ReleasedAnswers]:
    """The answers that the part on the command line is of, in words where there are none."""
    from analysis.released.gate import gate_of
    from analysis.released.summary import part_of
    from surveys.storage.records.responses import NoSuchPart
    from surveys.storage.records.surveys import UnknownSurvey

    with opened_store(given.database) as store:
        try:
            record = store.surveys.get(given.survey)
            yield part_of(gate_of(store).answers(record), _part(given))
        except UnknownSurvey:
            raise UnusableInput(f"没有代码为“{given.survey}”的问卷") from None
        except NoSuchPart as error:
            raise UnusableInput(f"没有这样的“{error.what}”；可以是：{'、'.join(error.known) or '无'}") from None


def _results_arguments(parser: argparse.ArgumentParser) -> None:
    _part_arguments(parser)
    parser.add_argument("--by", metavar="项", help="再按这一项分开：touchpoint、channel、contact.tier、题目代号…")


def results(given: argparse.Namespace) -> str:
    """The figures of a survey as lines apart by tabs: value of --by, measure, item, n, value, low, high."""
    from analysis.released.summary import parts_by, summary

    with _released(given) as view:
        parts = dict(parts_by(view, given.by)) if given.by else {"": view}
        lines = ["by\tmeasure\titem\tn\tvalue\tlow\thigh"]
        for value, part in parts.items():
            for each in summary(part) if part is not None and part.n else []:
                ends = ("" if each[name] is None else f"{each[name]:.6g}" for name in ("value", "low", "high"))
                lines.append("\t".join([value, each["measure"], each["item"] or "", str(each["n"]), *ends]))
            if part is None or not part.n:
                lines.append(f"{value}\t\t\t0\t\t\t")
    return "\n".join(lines)


def _drivers_arguments(parser: argparse.ArgumentParser) -> None:
    _part_arguments(parser)


def drivers(given: argparse.Namespace) -> str:
    """What goes together with overall satisfaction: shares with reach and R², over all answers and by route."""
    from analysis.released.driver_listing import NoDrivers, driver_listing

    with _released(given) as view:
        try:
            return driver_listing(view)
        except NoDrivers as problem:
            raise UnusableInput(f"问卷“{problem}”没有总体满意度题，或有评分的维度不足两个") from None


def _rates_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")
    parser.add_argument("--partial", action="store_true", help="开始填写而没有交卷的算部分完成，不算中断")


def response_rates(given: argparse.Namespace) -> str:
    """What came of everybody who was asked by name, and rates by AAPOR's definitions, as lines apart by tabs."""
    from analysis.released.gate import gate_of
    from analysis.released.rate_listing import rate_listing
    from surveys.storage.records.surveys import UnknownSurvey

    with opened_store(given.database) as store:
        try:
            found = gate_of(store).response_rates(store.surveys.get(given.survey), break_offs_count=given.partial)
        except UnknownSurvey:
            raise UnusableInput(f"没有代码为“{given.survey}”的问卷") from None
    if found is None:
        raise UnusableInput("没有按名单邀请过人，或问卷是匿名的：算不出回收率")
    return rate_listing(found)


COMMANDS = {
    "results": AnalysisCommand("一份问卷的指标：按轮次、渠道、档案、题目等缩小范围或分开", _results_arguments, results),
    "drivers": AnalysisCommand("一份问卷的驱动因素：占比、用到的人、各种组合的 R²", _drivers_arguments, drivers),
    "response-rates": AnalysisCommand("问到的人最后怎样，和回收率（AAPOR 定义）", _rates_arguments, response_rates),
}
