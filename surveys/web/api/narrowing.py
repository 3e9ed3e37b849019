"""What narrows answers in an address: the code of a round, and `name:code` pairs that have to hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from surveys.definition.context.declared import declared
from surveys.fieldwork.rounds import round_of_code
from surveys.organisation.department_tree import parents_of, with_below
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord
from surveys.web.api.problems import ApiFault, Problem

RoundCode = Annotated[
    str | None, Query(alias="round", max_length=60, description="The code of a round, such as 2026-Q4 or 2026-11")
]
Where = Annotated[
    tuple[str, ...],
    Query(
        max_length=10,
        description="name:code, such as touchpoint:hall-east, department:east (with all below it), subject:hall, "
        "or context.crew:7; several have to hold together",
    ),
]
_PLACES = ("touchpoint", "district", "business_type", "channel", "subject")
_OF_CONTEXT = "context."


def narrowed(where: Sequence[str]) -> dict[str, str]:
    """What has to hold by name; raises Problem where one is no `name:code`."""
    parts = [each.partition(":") for each in where]
    if unfit := [text for text, (name, _colon, code) in zip(where, parts, strict=True) if not (name and code)]:
        raise Problem(422, faults=[ApiFault(where="where", what=f"{each!r} is no name:code") for each in unfit])
    return {name: code for name, _colon, code in parts}


def in_round(record: SurveyRecord, code: str | None) -> dict[str, Any]:
    """What a search for the answers of a round has to say; raises Problem where there is no such round."""
    if code is None:
        return {}
    rounds = record.opening.rounds
    if code in {each.code for each in rounds.kept}:
        return {"round": code}
    found = round_of_code(rounds.rule, code)
    if found is None:
        there = ", ".join(each.code for each in rounds.kept) or "those of the calendar"
        raise Problem(422, faults=[ApiFault(where="round", what=f"no such round of this survey; there is {there}")])
    return {"round": code, "first": found.first, "last": found.last}


def having(store: Store, record: SurveyRecord, where: Sequence[str]) -> dict[str, Any]:
    """What a search for answers has to say so that all of these hold; raises Problem for a name that narrows nothing.

    Names are those of places, `context.` and a declared fact, or the code of a question.
    """
    wanted, facts, chosen = dict[str, Any](), dict[str, str](), dict[str, str]()
    known, asked = declared(record.survey), {each.code for each in record.survey.questions()}
    for name, code in narrowed(where).items():
        if name == "department":
            wanted["departments"] = with_below([code], parents_of(store.organisation.departments()))
        elif name in _PLACES:
            wanted[name] = code
        elif name.removeprefix(_OF_CONTEXT) in known and name.startswith(_OF_CONTEXT):
            facts[name.removeprefix(_OF_CONTEXT)] = code
        elif name in asked:
            chosen[name] = code
        else:
            names = ", ".join(["department", *_PLACES, *(f"{_OF_CONTEXT}{each}" for each in known), *sorted(asked)])
            raise Problem(422, faults=[ApiFault(where="where", what=f"{name!r} narrows nothing; there is {names}")])
    return {**wanted, "facts": facts, "chosen": chosen}
