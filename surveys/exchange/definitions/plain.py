"""Definitions as the product itself keeps them: YAML and JSON, and the JSON Schema that describes both."""

from __future__ import annotations

import json
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from surveys.definition.conditions import Condition
from surveys.definition.consistency import inconsistencies
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.round_rules import BY_HAND, Every
from surveys.definition.survey import Survey
from surveys.definition.templates import as_yaml, parse_definition
from surveys.exchange.definitions.limits import checked_size, json_value, refuse
from surveys.exchange.definitions.losses import Loss
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
LARGEST_YAML = 1_000_000  # bytes; reading YAML is slow
MOST_NODES = 200_000  # nodes; a few lines of YAML can name each other into billions


def read_yaml(data: bytes, source: str) -> tuple[Survey, list[Loss]]:
    """The survey in a YAML file; raises UnfitDefinition with every problem. Nothing is ever lost."""
    if len(data) > LARGEST_YAML:
        refuse(
            source,
            saying(
                marked("有 {size:.1f} MB，YAML 最多 {most:.0f} MB；请改用 JSON"),
                size=len(data) / 1e6,
                most=LARGEST_YAML / 1e6,
            ),
        )
    checked_size(data, source)
    try:
        size = _unfolded(yaml.compose(data, yaml.SafeLoader), {})
    except RecursionError:
        size = MOST_NODES + 1
    except (yaml.YAMLError, ValueError):
        size = 0  # the parser says what is wrong
    if size > MOST_NODES:
        refuse(source, marked("嵌套太深，或锚点展开后过大；请检查是否为问卷定义"))
    return parse_definition(data, source), []


def _unfolded(node: yaml.Node | None, sizes: dict[int, int]) -> int:
    """How many nodes there are once every alias is replaced by what it names."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in sizes:
        sizes[id(node)] = MOST_NODES  # until it is known: an alias to what holds it never ends
        inside = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        sizes[id(node)] = min(1 + sum(_unfolded(part, sizes) for part in inside), 2 * MOST_NODES)
    return sizes[id(node)]


def read_json(data: bytes, source: str) -> tuple[Survey, list[Loss]]:
    """The survey in a JSON file; raises UnfitDefinition with every problem. Nothing is ever lost."""
    value = json_value(data, source)
    try:
        survey = Survey.model_validate(value)
    except ValidationError:
        survey = None
    if survey is not None and next(inconsistencies(survey), None) is None:
        return survey, []
    return parse_definition(json.dumps(value, ensure_ascii=False), source), []  # says all that is wrong with it


def write_yaml(survey: Survey) -> tuple[bytes, list[Loss]]:
    """The survey as YAML; nothing is lost."""
    return as_yaml(survey).encode(), []


def write_json(survey: Survey) -> tuple[bytes, list[Loss]]:
    """The survey as JSON; nothing is lost."""
    data = survey.model_dump(mode="json", by_alias=True, exclude_none=True)
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode(), []


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a definition, in YAML or JSON: every setting with its kind, its limits and what it is for."""
    schema = Survey.model_json_schema(by_alias=True, mode="validation")
    for name, definition in schema.get("$defs", {}).items():
        _describe(definition, _SHARED | _OWN.get(name, {}))
    _describe(schema, _SHARED | _OWN["Survey"])
    for name, kind in QUESTION_TYPES.items():
        definition = schema["$defs"][kind.__name__]
        definition["description"] = f"{kind.label}: {_first_line(kind)}"
        definition["properties"]["type"] |= {"const": name, "description": f"{kind.label}"}
        definition["required"] = ["type", *(each for each in definition.get("required", ()) if each != "type")]
    words = {"enum": [*(each.value for each in Every), BY_HAND], "type": "string"}
    schema["$defs"]["RoundRule"] = {"anyOf": [words, schema["$defs"]["RoundRule"]]}
    text = {"anyOf": [{"type": "string", "minLength": 1}, schema["$defs"]["Text"]]}
    schema["$defs"]["Text"] = text | {"description": "A text by language tag; a plain string is zh-Hans."}
    return {"$schema": SCHEMA, "title": "心声问卷定义 (Xinsheng survey definition)"} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _first_line(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _describe(definition: dict[str, Any], words: dict[str, str]) -> None:
    for name, setting in definition.get("properties", {}).items():
        if name in words:
            setting["description"] = words[name]


_SHARED = {
    "code": "Under which answers are kept; stays the same from version to version, so that trends go on.",
    "type": "The question type.",
    "title": "What is asked, or what stands above a section.",
    "hint": "What helps to answer, in smaller letters under the question.",
    "required": "Whether the form can't be sent without an answer.",
    "dimension": "Code of the dimension that this item measures.",
    "show_if": "Shown only when this holds for earlier answers and link values.",
    "options": "What can be chosen, in order.",
    "options_from": "Code of an earlier choice; only what was chosen there is offered.",
    "shuffle": "Whether the order is random; the order shown is kept with the answers.",
    "rows": "What is answered, one line each.",
    "choices": "What can be chosen in each row.",
    "label": "What people read.",
    "asks_text": "Whether what it is may be written beside it.",
    "exclusive": "Whether nothing else is chosen with it.",
    "call_outcome": "What has come of a phone interview when this is said; in other channels it means nothing.",
    "right": "Whether it is a right answer to a test question; of several choices all right ones and no other count.",
    "marks": "What the right answer to a test question is worth; left out, 1.",
    "at_least": "The fewest that may be chosen.",
    "at_most": "The most that may be chosen, ranked or sent.",
    "points": "How many points the scale has, counted from 1.",
    "look": "How the points are drawn.",
    "low_label": "What the lowest point means.",
    "high_label": "What the highest point means.",
    "labels": "What each point means, lowest first.",
    "not_applicable": "What it is called when the question does not concern the respondent; left out: never.",
    "minimum": "The least that is accepted.",
    "maximum": "The most that is accepted.",
    "by": "The step from one position to the next.",
    "unit": "What is counted.",
    "decimals": "How many decimal places are accepted.",
    "earliest": "The earliest that is accepted.",
    "latest": "The latest that is accepted.",
    "max_length": "The most characters that are accepted.",
    "pattern": "What kind of text is accepted.",
    "places": "The places on offer; left out, the organisation's list.",
    "parameter": "Under which name the link carries the value; left out, the question's code.",
    "accept": "Kinds of files that are accepted.",
    "megabytes": "The largest file that is accepted.",
    "agreement": "What stands beside the box to tick.",
    "per_set": "How many items stand together in a set; left out, three to five by their number.",
    "sets": "How many sets a respondent is asked; left out, so many that each item is shown three times or more.",
    "versions": "How many arrangements of the same design are given out by chance.",
    "best_label": "What stands over the column of the item that matters most.",
    "worst_label": "What stands over the column of the item that matters least.",
    "total": "What the shares add up to.",
    "weight": "Its share of the index; for all dimensions or for none, adding up to 1.",
    "questions": "What is asked, in order.",
    "jumps": "Where to go on after the section; the first that holds is taken.",
    "path": "From province to district.",
}
_OWN: dict[str, dict[str, str]] = {
    "Survey": {
        "code": "The survey's own name, used in its address.",
        "title": "What stands at the head of the form.",
        "use": "When to take this survey.",
        "introduction": "What respondents read first.",
        "thanks": "What they read when they are done.",
        "thanks_by_answer": "Thanks for some answers; the first whose condition holds takes the place of `thanks`.",
        "screened_out": "What those read whose answers are not asked for.",
        "quota_full": "What those read of whose kind there are enough answers.",
        "quotas": "How many answers of which kind are wanted; one that is too many is thanked and not kept.",
        "context": "Facts that come along with an answer; one that is not declared is refused.",
        "audience": "Who may open the form.",
        "anonymous": "Whether no one can tell whose answers are whose.",
        "overall": "Code of the item that holds overall satisfaction.",
        "subject": "Code of the item that names the department an answer is about.",
        "callback": "Code of the item in which who wishes to be contacted says how; what it says becomes a case.",
        "about": "The kind of subject that an answer is about, such as department or person.",
        "tasks": "By which rule its tasks are made when a round opens; left out, by hand.",
        "shuffle_sections": "Whether sections come in random order.",
        "rounds": "How often it is asked: week, month, quarter, half, year, hand, or a rule that recurs.",
        "dimensions": "The sides of the service that items measure.",
        "sections": "The parts of the form, in order.",
    },
    "RoundRule": {
        "every": "How long it is from one round to the next.",
        "first": "The day on which a round opens for the first time.",
        "days": "So long each round is open.",
    },
    "TaskRule": {
        "by": "Who fills it in about what.",
        "days": "So many days after they are made tasks are due.",
        "each": "How many subjects are drawn for each who fills it in.",
        "phases": "When participants are asked: before the session, after it, or three months later.",
        "among": "Which departments everyone rates; never their own, what it is part of or what is part of it.",
        "level": "The level of the tree they are of, 1 being departments that are part of no other.",
        "chosen": "Codes of the departments they are.",
        "file_date": "The date in staff files from which tasks are counted, such as who.joined.",
        "after": "So long after that date tasks are made.",
        "unit": "In what that time is counted.",
        "yearly": "Whether they are made again in each year.",
    },
    "Quota": {
        "code": "Under which its answers are counted, over all versions.",
        "label": "What those who watch the collection call it.",
        "when": "Which answers it counts; left out, all.",
        "limit": "How many answers are kept.",
    },
    "Thanks": {
        "code": "Its own name, by which versions are compared.",
        "when": "Whose answers lead to it, decided when all is answered.",
        "text": "What these people read.",
        "contact": "Whether they are asked if they wish to be contacted; who does becomes a case with a due day.",
        "link": "The page to which they can go on, beginning with https://.",
        "link_label": "The words on the button that leads there.",
    },
    "ContextField": {
        "code": "Its name at every door: parameter of a link, name in the API, heading of a column.",
        "type": "What it is.",
        "sources": "By which doors it may come; left out, by any.",
        "personal": "Whether it tells who somebody is.",
        "options": "The values of a choice.",
        "unit": "What a number counts.",
        "bands": "Where results begin a new band of numbers, in order.",
        "about": "Of which kind the subject is.",
        "coarse": "What alone is kept: the month or quarter of a date, the band of a number.",
    },
    "ContextOption": {"note": "What belongs to it, such as the papers needed."},
    "Jump": {"if": "When to jump; left out, always.", "to": "Code of a later section, or end, or screen_out."},
    Condition.__name__: {
        "item": "The answer field compared: a question's code, or code.row for one row.",
        "link": "The link value compared.",
        "is": "How it is compared.",
        "value": "What it is compared with; several for includes and one_of.",
        "all": "Holds when all of these do.",
        "any": "Holds when any of these does.",
        "not": "Holds when this does not.",
    },
}
