"""What narrows answers in an address: the code of a round, and `name:code` pairs that have to hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query

from surveys.definition.breakdowns.breakdown import Breakdown, BreakdownKind
from surveys.definition.breakdowns.registry import part_asked
from surveys.fieldwork.rounds import round_of_code
from surveys.intake.answer_values import AnswerValues
from surveys.intake.submission import StoredResponse
from surveys.operations.result_breakdowns import answer_values
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
        "channel:sms, campaign:(its id), context.crew:7, contact.tier:A (of the person's file as it is now), or a "
        "question by its code: csat:5, services:solar (chosen), age:18..30 (a band of numbers); several have to hold "
        "together",
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


@dataclass(frozen=True)
class NarrowedAnswers:
    """What answers have to have: what a search is told, and what is looked for in what it finds."""

    search: dict[str, Any]
    rest: tuple[tuple[Breakdown, str], ...]
    values: AnswerValues

    def takes(self, response: StoredResponse) -> bool:
        return all(self.values.has(response, asked, code) for asked, code in self.rest)


def having(store: Store, record: SurveyRecord, where: Sequence[str]) -> NarrowedAnswers:
    """What answers have to have so that all of these hold; raises Problem for a name that narrows nothing.

    Names are those of the registry of breakdowns, an answer by the code of its question; a band of numbers is `18..30`.
    """
    survey, wanted, facts, chosen = record.survey, dict[str, Any](), dict[str, str](), dict[str, str]()
    versions = {number: store.surveys.version(record.code, number) for number in range(1, record.version + 1)}
    values = answer_values(store, survey, versions, record.opening.rounds)
    asked, rest = {each.code for each in survey.questions()}, list[tuple[Breakdown, str]]()
    for name, code in narrowed(where).items():
        found = part_asked(values.breakdowns, name, code)
        if name == "department":
            wanted["departments"] = with_below([code], parents_of(store.organisation.departments()))
        elif name in _PLACES:
            wanted[name] = code
        elif found is not None and not found[0].numeric and found[0].kind is BreakdownKind.FACT:
            facts[name.removeprefix(_OF_CONTEXT)] = code
        elif name in asked and (found is None or not found[0].numeric):
            chosen[name] = code
        elif found is not None:
            rest.append(_fit(*found))
        else:
            names = ", ".join(dict.fromkeys([*_PLACES, *(each.spoken for each in values.breakdowns.values())]))
            raise Problem(422, faults=[ApiFault(where="where", what=f"{name!r} narrows nothing; there is {names}")])
    return NarrowedAnswers({**wanted, "facts": facts, "chosen": chosen}, tuple(rest), values)


def _fit(asked: Breakdown, code: str) -> tuple[Breakdown, str]:
    """The breakdown and the code; raises Problem for a code that none of its values can have."""
    if asked.takes(code) or (asked.numeric and code.lstrip("-").replace(".", "", 1).isdigit()):
        return asked, code
    known = ", ".join(asked.options) or "bands such as 18..30, 60.. or ..18"
    raise Problem(422, faults=[ApiFault(where=asked.spoken, what=f"not to be had; there is {known}")])
