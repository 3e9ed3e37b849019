"""The settings of a question type, described for a generated form; derived from the type's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from surveys.definition.context.fields import ContextField
from surveys.definition.questions import QUESTION_TYPES, ListedOption, Option
from surveys.definition.round_rules import BY_HAND, Every
from surveys.definition.setting_labels import VALUES, label_of
from surveys.definition.survey import Dimension, Quota, Section, Survey, Thanks
from surveys.localisation.language import gettext
from surveys.organisation.subjects import SUBJECT_KINDS


class SettingKind(StrEnum):
    """How a setting is entered."""

    TEXT = "text"  # one line, in several languages
    LONG_TEXT = "long text"
    WORD = "word"  # one line that is not translated: a code, a date, a parameter's name
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"  # several of a few
    OPTIONS = "options"
    ROWS = "rows"
    TEXTS = "texts"  # one text a point
    CONDITION = "condition"
    DIMENSION = "dimension"  # one of the survey's dimensions
    ITEM = "item"  # one of the survey's questions
    PLACES = "places"
    JUMPS = "jumps"
    QUOTAS = "quotas"
    CONTEXT = "context"
    VALUES = "values"  # of a fact: one a line
    BOUNDS = "bounds"  # numbers going up
    THANKS = "thanks"  # one text for each kind of answer


@dataclass(frozen=True)
class SettingChoice:
    """One value a setting can take."""

    value: str
    chinese: str
    english: str


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called and how it is entered."""

    name: str
    chinese: str
    english: str
    kind: SettingKind
    help: str = ""
    default: Any = None
    needed: bool = False  # can't be left empty
    whole: bool = False  # a number without decimals
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[SettingChoice, ...] = ()


_BY_NAME = {
    "hint": SettingKind.LONG_TEXT,
    "agreement": SettingKind.LONG_TEXT,
    "introduction": SettingKind.LONG_TEXT,
    "thanks": SettingKind.LONG_TEXT,
    "screened_out": SettingKind.LONG_TEXT,
    "quota_full": SettingKind.LONG_TEXT,
    "use": SettingKind.LONG_TEXT,
    "dimension": SettingKind.DIMENSION,
    "options_from": SettingKind.ITEM,
    "overall": SettingKind.ITEM,
    "subject": SettingKind.ITEM,
    "callback": SettingKind.ITEM,
    "rows": SettingKind.ROWS,
    "jumps": SettingKind.JUMPS,
    "quotas": SettingKind.QUOTAS,
    "thanks_by_answer": SettingKind.THANKS,
    "context": SettingKind.CONTEXT,
    "bands": SettingKind.BOUNDS,
    "rounds": SettingKind.CHOICE,
    "about": SettingKind.CHOICE,
}
_BY_WORD = {"rounds": (*(each.value for each in Every), BY_HAND)}  # settings that a word stands for
_KINDS = tuple(SettingChoice(code, each.label, gettext(each.label, "en")) for code, each in SUBJECT_KINDS.items())
_BY_MODEL = {"Text": SettingKind.TEXT, "Condition": SettingKind.CONDITION}
_BY_ENTRY = {
    "Text": SettingKind.TEXTS,
    "Option": SettingKind.OPTIONS,
    "ListedOption": SettingKind.OPTIONS,
    "Place": SettingKind.PLACES,
    "ContextOption": SettingKind.VALUES,
}
_BY_JSON_TYPE = {
    "boolean": SettingKind.SWITCH,
    "integer": SettingKind.NUMBER,
    "number": SettingKind.NUMBER,
    "string": SettingKind.WORD,
}
_STRUCTURE = {"type", "sections", "questions", "dimensions", "tasks"}  # edited by operations of their own
_IN_ORDER = ("title", "hint", "required", "dimension")
_LAST = ("show_if", "code")


def settings_of(type_name: str) -> list[Setting]:
    """The settings of a question type, the general ones first; raises KeyError for an unknown type."""
    return list(_settings(QUESTION_TYPES[type_name], type_name))


def survey_settings() -> list[Setting]:
    """The settings of a survey as a whole."""
    return list(_settings(Survey, "survey"))


def section_settings() -> list[Setting]:
    """The settings of a section."""
    return list(_settings(Section, "section"))


def dimension_settings() -> list[Setting]:
    """The settings of a dimension."""
    return list(_settings(Dimension, "dimension"))


def quota_settings() -> list[Setting]:
    """The settings of a quota."""
    return list(_settings(Quota, "quota"))


def thanks_settings() -> list[Setting]:
    """The settings of the thanks for one kind of answer."""
    return list(_settings(Thanks, "thanks"))


def context_settings() -> list[Setting]:
    """The settings of a fact that comes along with an answer."""
    return list(_settings(ContextField, "context"))


def part_settings(type_name: str, setting: str) -> list[Setting]:
    """The settings of one entry of a list: an option, a row or a column."""
    schema = QUESTION_TYPES[type_name].model_json_schema()
    entry = _model_name(schema["properties"][setting]["items"])
    found = _settings({"ListedOption": ListedOption, "Option": Option}[entry], "option")
    return [each for each in found if each.name != "show_if" or QUESTION_TYPES[type_name].parts_by_condition]


@lru_cache
def _settings(model: type[BaseModel], owner: str) -> tuple[Setting, ...]:
    schema = model.model_json_schema()
    defined = schema.get("$defs", {})
    needed = set(schema.get("required", ()))
    found = [
        _setting(name, owner, _resolved(each, defined), name in needed)
        for name, each in schema["properties"].items()
        if (name not in _STRUCTURE or owner == "context") and "const" not in each
    ]
    return tuple(sorted(found, key=lambda setting: _rank(setting.name)))


def _rank(name: str) -> int:
    if name in _IN_ORDER:
        return _IN_ORDER.index(name)
    return len(_IN_ORDER) + (1 + _LAST.index(name) if name in _LAST else 0)


def _resolved(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what is entered when something is: without "or nothing"; an enumeration by its values."""
    chosen = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    resolved = {**schema, **chosen}
    if enumeration := defined.get(_model_name(chosen), {}).get("enum"):
        resolved["enum"] = enumeration
    if several := defined.get(_model_name(chosen.get("items", {})), {}).get("enum"):
        resolved["items"] = {"enum": several}
    return resolved


def _setting(name: str, owner: str, schema: Mapping[str, Any], needed: bool) -> Setting:
    label = label_of(name, owner)
    entries = schema.get("items", {})
    values = schema.get("enum") or entries.get("enum") or _BY_WORD.get(name, ())
    choices = tuple(SettingChoice(value, *VALUES[f"{name}.{value}"]) for value in values)
    return Setting(
        name=name,
        chinese=label.chinese,
        english=label.english,
        kind=_kind(name, schema),
        help=label.help,
        default=schema.get("default"),
        needed=needed,
        whole=schema.get("type") == "integer",
        minimum=schema.get("minimum", schema.get("exclusiveMinimum")),
        maximum=schema.get("maximum"),
        choices=_KINDS if name == "about" else choices,
    )


def _kind(name: str, schema: Mapping[str, Any]) -> SettingKind:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if schema.get("enum"):
        return SettingKind.CHOICE
    if model := _model_name(schema):
        return _BY_MODEL[model]
    if schema.get("type") == "array":
        entry = schema["items"]
        return SettingKind.CHOICES if entry.get("enum") else _BY_ENTRY[_model_name(entry)]
    return _BY_JSON_TYPE[schema["type"]]


def _model_name(schema: Mapping[str, Any]) -> str:
    """The name of the model a schema refers to; empty when it is a plain value."""
    return str(schema.get("$ref", "")).rpartition("/")[2]
