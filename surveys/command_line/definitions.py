"""Surveys as files: list the templates, check, compare and convert definitions, put one into the field."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.definition.design_checks.untranslated import describe_gap
from surveys.definition.survey import Survey
from surveys.definition.templates import UnfitDefinition, all_templates, problems_of, read_definition
from surveys.definition.translations import gaps
from surveys.definition.versions import differences
from surveys.exchange.definitions import DEFINITION_FORMATS, json_schema
from surveys.fieldwork.distribution import form_link
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.needed_subjects import lacking_subjects


def _templates(_: argparse.Namespace) -> int:
    for survey in all_templates():
        print(f"{survey.code}\t{survey.title}\t{survey.use}")
    return 0


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="问卷定义（YAML）")


def _check(chosen: argparse.Namespace) -> int:
    found = {file: list(problems_of(file)) for file in chosen.files}
    for file, problems in found.items():
        print(f"{file}：" + (f"发现 {len(problems)} 个问题" if problems else "没有问题"))
        for problem in problems:
            print(f"  {problem}")
    return 1 if any(found.values()) else 0


def _publish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="CODE|FILE", help="模板代码，或问卷定义文件（YAML）")
    parser.add_argument("--department", metavar="CODE", help="负责部门的代码")


def _publish(chosen: argparse.Namespace) -> int:
    survey, keep = _definition(chosen.survey), store(new=True)
    departments = [each.code for each in keep.organisation.departments()]
    if chosen.department is not None and chosen.department not in departments:
        raise Failure(f"没有部门“{chosen.department}”。现有部门：{'、'.join(departments) or '无'}。")
    if lacking := lacking_subjects(survey, keep.subjects, local_day(utc_now())):
        raise Failure(f"没有发布：{lacking}")
    keep.surveys.save_draft(survey, chosen.department, by=BY)
    version = keep.surveys.publish(survey.code, by=BY)
    for gap in gaps(survey):
        print(f"注意：{describe_gap(survey, gap)}")
    way = (
        "任务在“任务”中下发，填写人在 /my 看到"
        if by_task_alone(survey)
        else form_link(settings().base_url, survey.code)
    )
    print(f"已发布“{survey.title}”第 {version} 版：{way}")
    return 0


def _schema(_: argparse.Namespace) -> int:
    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0


def _convert_arguments(parser: argparse.ArgumentParser) -> None:
    readable, writable = list(DEFINITION_FORMATS), [name for name, each in DEFINITION_FORMATS.items() if each.write]
    parser.add_argument("file", type=Path, metavar="FILE", help="要转换的文件")
    parser.add_argument("out", type=Path, metavar="OUT", help="写到这个文件")
    parser.add_argument("--from", dest="source", choices=readable, default="yaml", help="原格式（默认 yaml）")
    parser.add_argument("--to", dest="target", choices=writable, default="yaml", help="新格式（默认 yaml）")


def _convert(chosen: argparse.Namespace) -> int:
    write = DEFINITION_FORMATS[chosen.target].write
    if write is None:  # pragma: no cover - the parser offers only formats that can be written
        raise Failure(f"不能写成 {chosen.target}。")
    try:
        survey, unread = DEFINITION_FORMATS[chosen.source].read(chosen.file.read_bytes(), chosen.file.name)
    except UnfitDefinition as error:
        raise _unfit(str(chosen.file), error, "没有转换") from error
    content, unwritten = write(survey)
    chosen.out.write_bytes(content)
    print(f"已写到 {chosen.out}。" + (f"有 {len(unread + unwritten)} 处不能原样带过去：" if unread + unwritten else ""))
    for loss in (*unread, *unwritten):
        print(f"  {loss}")
    return 0


def _compare_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="CODE|FILE", help="原来的定义")
    parser.add_argument("after", metavar="CODE|FILE", help="现在的定义")


def _compare(chosen: argparse.Namespace) -> int:
    found = differences(_definition(chosen.before), _definition(chosen.after))
    for difference in found:
        print(f"{difference.where}：{difference.what}")
    if not found:
        print("没有差别。")
    return 0


def _unfit(named: str, error: UnfitDefinition, outcome: str) -> Failure:
    problems = "".join(f"\n  {problem}" for problem in error.problems)
    return Failure(f"{named}：发现 {len(error.problems)} 个问题，{outcome}{problems}")


def _definition(named: str) -> Survey:
    templates = {survey.code: survey for survey in all_templates()}
    if named in templates:
        return templates[named]
    if not Path(named).exists():
        raise Failure(f"“{named}”既不是模板代码，也不是文件。模板有：{'、'.join(templates)}。")
    try:
        return read_definition(Path(named))
    except UnfitDefinition as error:
        raise _unfit(named, error, "没有采用") from error


COMMANDS = {
    "templates": Command("列出现成的问卷模板", _templates),
    "check": Command("检查问卷定义文件，一次列出全部问题", _check, _check_arguments),
    "compare": Command("用文字说明两份定义的差别", _compare, _compare_arguments),
    "convert": Command("在 YAML、JSON、XLSForm、SurveyJS、LimeSurvey 之间转换问卷定义", _convert, _convert_arguments),
    "schema": Command("输出问卷定义的 JSON Schema", _schema),
    "publish": Command("发布模板或问卷定义文件", _publish, _publish_arguments),
}
