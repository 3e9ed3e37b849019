"""Reads survey definitions from YAML, and says everything that is wrong with a file at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from surveys.definition.consistency import inconsistencies
from surveys.definition.context.fields import ContextField
from surveys.definition.questions import QUESTION_TYPES, Option
from surveys.definition.survey import Dimension, Quota, Section, Survey, Thanks
from surveys.localisation.wording import Said

TEMPLATES = Path(__file__).parents[2] / "survey_templates"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick, where libyaml is there


@dataclass(frozen=True)
class DefinitionProblem:
    """One thing wrong with a definition: where it stands, what it is, how to mend it."""

    place: Said
    message: Said

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class UnfitDefinition(ValueError):
    """A definition that can't be used; carries all its problems."""

    def __init__(self, source: str, problems: list[DefinitionProblem]) -> None:
        self.source, self.problems = source, problems
        super().__init__("\n".join(f"{source} · {problem}" for problem in problems))


def read_definition(path: Path) -> Survey:
    """The survey in a YAML file; raises UnfitDefinition with every problem, OSError when it can't be read."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, _state: int) -> Survey:
    """Read once as long as the file stays as it is."""
    return parse_definition(path.read_bytes(), path.name)


def parse_definition(text: str | bytes, source: str) -> Survey:
    """The survey in a YAML (or JSON) text; raises UnfitDefinition with every problem."""
    try:
        data = whole_characters(yaml.load(text, _LOADER))  # noqa: S506 - a safe loader
    except yaml.reader.ReaderError as error:
        problem = "is not in UTF-8 or holds control characters; save it as UTF-8 without them"
        raise UnfitDefinition(source, [DefinitionProblem("file", problem)]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnfitDefinition(source, [_yaml_problem(error)]) from error
    if not isinstance(data, dict):
        raise UnfitDefinition(source, [DefinitionProblem("file", "holds no mapping; begin with `code:` and `title:`")])
    try:
        survey = Survey.model_validate(data)
    except ValidationError as error:
        problems = [_problem(each, data) for each in causes(error.errors())]
        raise UnfitDefinition(source, problems) from error
    problems = [DefinitionProblem(_place(place, data), message) for place, message in inconsistencies(survey)]
    if problems:
        raise UnfitDefinition(source, problems)
    return survey


def whole_characters(value: Any) -> Any:
    """The same with a sign of its own for half a character, which no database or page can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [whole_characters(each) for each in value]
    if isinstance(value, dict):
        return {whole_characters(name): whole_characters(each) for name, each in value.items()}
    return value


def as_yaml(survey: Survey) -> str:
    """The definition as the YAML that `parse_definition` reads back to an equal survey."""
    data = survey.model_dump(mode="json", exclude_defaults=False, exclude_none=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def all_templates(folder: Path = TEMPLATES) -> list[Survey]:
    """Every template of the folder, by file name."""
    return [read_definition(path) for path in sorted(folder.glob("*.yaml"))]


def template(code: str, folder: Path = TEMPLATES) -> Survey:
    """The template with this code; raises KeyError naming those there are."""
    own = folder / f"{code}.yaml"  # as a rule a file is called as its survey
    if own.exists() and (survey := read_definition(own)).code == code:
        return survey
    templates = {survey.code: survey for survey in all_templates(folder)}
    if code not in templates:
        raise KeyError(f"no template {code!r}; there are {', '.join(templates)}")
    return templates[code]


def _yaml_problem(error: Exception) -> DefinitionProblem:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "file"
    return DefinitionProblem(
        place, f"is no valid YAML ({getattr(error, 'problem', None) or error}); check indents, colons and quotes"
    )


def _place(location: tuple[str | int, ...], data: Any) -> str:
    """`sections 1 · question 4 (csat) · scale`: counted from one, with the codes people know."""
    parts: list[str] = []
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            code = data.get("code") if isinstance(data, dict) else None
            parts[-1:] = [f"{(parts or ['entry'])[-1].removesuffix('s')} {step + 1}" + (f" ({code})" if code else "")]
        elif step not in QUESTION_TYPES:
            parts.append(str(step))
    return " · ".join(parts) or "file"


def causes(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those that only follow from another: a list whose entries are all unfit counts as empty."""
    for error in errors:
        place = error["loc"]
        inside = (other["loc"] for other in errors if len(other["loc"]) > len(place))
        if error["type"] != "too_short" or all(other[: len(place)] != place for other in inside):
            yield error


def _problem(error: ErrorDetails, data: dict[str, Any]) -> DefinitionProblem:
    location = error["loc"]
    # The discriminator's tag stands in the location of a question's errors, but not in the file.
    inside = tuple(step for step in location if step not in QUESTION_TYPES)
    if error["type"] == "extra_forbidden":
        return DefinitionProblem(_place(inside[:-1], data), _unknown_setting(str(location[-1]), location))
    message = error["msg"].removeprefix("Value error, ")
    remedy = _REMEDIES.get(error["type"], "").format(given=error["input"], types=", ".join(QUESTION_TYPES))
    return DefinitionProblem(_place(inside, data), f"{message}; {remedy}" if remedy else message)


_REMEDIES = {
    "missing": "add it",
    "union_tag_invalid": "choose one of {types}",
    "union_tag_not_found": "add `type:` with one of {types}",
    "string_pattern_mismatch": "{given!r} does not fit; use letters, digits and _, as the pattern says",
    "int_parsing": "write a whole number",
    "bool_parsing": "write true or false",
    "too_short": "add at least one",
}


def _unknown_setting(setting: str, location: tuple[str | int, ...]) -> str:
    known = list(_model_at(location).model_fields)
    near = difflib.get_close_matches(setting, known, n=1)
    return f'there is no setting "{setting}"; ' + (
        f'did you mean "{near[0]}"?' if near else f"the settings are {', '.join(known)}"
    )


def _model_at(location: tuple[str | int, ...]) -> type[BaseModel]:
    for step in reversed(location[:-1]):
        if step in QUESTION_TYPES:
            return Option if "options" in location else QUESTION_TYPES[str(step)]
    parts: dict[str, type[BaseModel]] = {
        "sections": Section, "dimensions": Dimension, "quotas": Quota, "thanks_by_answer": Thanks,
        "context": ContextField,
    }  # fmt: skip
    return parts.get(str(location[0]), Survey) if len(location) > 1 else Survey


def problems_of(path: Path) -> Iterator[DefinitionProblem]:
    """Every problem of a definition file; none when it is fit to publish."""
    try:
        read_definition(path)
    except UnfitDefinition as error:
        yield from error.problems
    except OSError as error:
        yield DefinitionProblem("file", f"can't be read ({error.strerror}); check the path")
