"""Surveys as files: list the templates, check a definition, put one into the field."""

from __future__ import annotations

import argparse
from pathlib import Path

from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.definition import Survey
from surveys.distribution import form_link
from surveys.templates import UnfitDefinition, all_templates, problems_of, read_definition


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
    survey, keep = _definition(chosen.survey), store()
    departments = [each.code for each in keep.organisation.departments()]
    if chosen.department is not None and chosen.department not in departments:
        raise Failure(f"没有部门“{chosen.department}”。现有部门：{'、'.join(departments) or '无'}。")
    keep.surveys.save_draft(survey, chosen.department, by=BY)
    version = keep.surveys.publish(survey.code, by=BY)
    print(f"已发布“{survey.title}”第 {version} 版：{form_link(settings().base_url, survey.code)}")
    return 0


def _definition(named: str) -> Survey:
    templates = {survey.code: survey for survey in all_templates()}
    if named in templates:
        return templates[named]
    if not Path(named).exists():
        raise Failure(f"“{named}”既不是模板代码，也不是文件。模板有：{'、'.join(templates)}。")
    try:
        return read_definition(Path(named))
    except UnfitDefinition as error:
        problems = "".join(f"\n  {problem}" for problem in error.problems)
        raise Failure(f"{named}：发现 {len(error.problems)} 个问题，没有发布{problems}") from error


COMMANDS = {
    "templates": Command("列出现成的问卷模板", _templates),
    "check": Command("检查问卷定义文件，一次列出全部问题", _check, _check_arguments),
    "publish": Command("发布模板或问卷定义文件", _publish, _publish_arguments),
}
