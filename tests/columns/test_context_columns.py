"""Facts that came along are columns of the answers: in frames, in the copy, through the gate, by filter and split."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies
from analysis.columns.originals import Originals
from analysis.columns.source import Slice
from analysis.facts import analysed_facts, breakdown_values, has_values
from analysis.frames import item_column, response_frame
from analysis.level.satisfaction import mean_score
from analysis.released.evidence import PlaceNames
from analysis.released.gate import gate_of
from analysis.released.parts import Column
from analysis.released.released_answers import ReleasedAnswers
from surveys.definition.survey import Survey
from surveys.storage import Store
from tests.conftest import submission

BUSINESS = {
    "code": "business", "type": "choice", "label": "业务",
    "options": [
        {"code": "new", "label": "新装"}, {"code": "none", "label": "没人办"}, {"code": "move", "label": "移表"},
    ],
}  # fmt: skip
HOURS = {"code": "hours", "type": "number", "label": "办结", "unit": "小时", "bands": [4, 24]}
GIVEN = [
    ({"business": "new", "hours": "2", "order": "1"}, 5), ({"business": "new", "hours": "4"}, 4),
    ({"business": "move", "hours": "30", "order": "3"}, 1), ({}, 3),
]  # fmt: skip


@pytest.fixture
def declaring(visit: Survey) -> Survey:
    data = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Survey.model_validate(data | {"context": [{"code": "order", "label": "工单"}, BUSINESS, HOURS]})


@pytest.fixture
def answered(store: Store, declaring: Survey) -> Store:
    store.surveys.save_draft(declaring, "service", by="test")
    store.surveys.publish("power-visit", by="test")
    kept = [
        replace(submission(n), context=context, answers={"csat": csat}) for n, (context, csat) in enumerate(GIVEN)
    ]  # fmt: skip
    store.responses.append(kept)
    return store


def view_of(store: Store) -> ReleasedAnswers:
    record = store.surveys.get("power-visit")
    breakdowns = gate_of(store).breakdowns(record)
    facts = {name: breakdown_values(each, "zh-Hans") for name, each in breakdowns.items() if has_values(each)}
    return gate_of(store).answers(record, None, PlaceNames(facts=facts))


def test_the_copy_says_what_the_stored_answers_say(answered: Store, declaring: Survey) -> None:
    """Numbers as numbers, texts as texts, missing where nothing came."""
    source = ColumnarAnswers(Copies(Originals(answered)))
    names = [f"context.{name}" for name in ("order", "business", "hours", "agent", "queue")]
    frame = response_frame(declaring, answered.responses.responses("power-visit"))
    copied = source.responses(Slice("power-visit"), ["response", *names])
    assert set(names) <= set(source.columns("power-visit"))
    assert copied.equals(frame[["response", *names]])
    assert copied["context.hours"].tolist()[:3] == [2, 4, 30] and copied["context.order"].isna().tolist()[1]


@pytest.mark.parametrize(
    ("column", "code", "n"),
    [("context.business", "new", 2), ("context.hours", "..4", 1), ("context.hours", "4..24", 1),
     ("context.hours", "24..", 1), ("context.order", "1", 1), ("context.order", "1' OR 'a'='a", 0)],
)  # fmt: skip
def test_answers_are_filtered_by_a_fact(answered: Store, column: str, code: str, n: int) -> None:
    source = ColumnarAnswers(Copies(Originals(answered)))
    assert len(source.responses(Slice("power-visit", where=((column, code),)), ["response"])) == n


@pytest.mark.parametrize("column", ['context.a" OR 1=1 --', "context.", "version", "context.A"])
def test_what_is_no_column_is_no_filter(answered: Store, column: str) -> None:
    source = ColumnarAnswers(Copies(Originals(answered)))
    with pytest.raises(ValueError, match="can't be filtered"):
        source.responses(Slice("power-visit", where=((column, "1"),)), ["response"])


def test_pages_split_by_labels_in_the_order_of_the_definition(answered: Store) -> None:
    """With those that nobody has; numbers in their bands."""
    view = view_of(answered)
    assert view.values("context.business") == ["新装", "没人办", "移表"]
    assert view.values("context.hours") == ["< 4 小时", "4 – 24 小时", "≥ 24 小时"]
    assert {"context.business", "context.hours"} <= set(view.kinds)


def test_several_filters_hold_at_once(answered: Store) -> None:
    view = view_of(answered).within(where={"context.business": "新装", "context.hours": "4 – 24 小时"})
    assert (view.n, view.segments["context.business"]) == (1, "新装")
    assert view.ask(mean_score, Column("csat"), low=1, high=5).n == 1


def test_what_almost_every_answer_has_another_value_of_is_not_offered(store: Store, declaring: Survey) -> None:
    store.surveys.save_draft(declaring, "service", by="test")
    store.surveys.publish("power-visit", by="test")
    store.responses.append([replace(submission(n), context={"order": f"WO-{n}"}) for n in range(70)])
    assert view_of(store).values("context.order") == []


def test_an_anonymous_survey_has_no_such_columns(declaring: Survey) -> None:
    assert analysed_facts(declaring.model_copy(update={"anonymous": True})) == {}


def test_a_question_of_the_same_name_has_a_column_of_its_own() -> None:
    assert item_column("context.crew") == "item:context.crew"


def test_a_changed_declaration_makes_the_copy_anew(answered: Store, declaring: Survey) -> None:
    """What is declared afterwards is found of answers that brought it before."""
    source = ColumnarAnswers(Copies(Originals(answered)))
    before: Any = source.responses(Slice("power-visit"), ["context.hours"])
    textual = declaring.model_copy(
        update={"context": tuple(each for each in declaring.context if each.code != "hours")}
    )
    answered.surveys.save_draft(textual, "service", by="test")
    answered.surveys.publish("power-visit", by="test")
    assert before["context.hours"].notna().sum() == 3
    assert "context.hours" not in source.columns("power-visit")
