"""Every question type, wherever surveys go besides forms and files: keypads, checks, figures, other programs."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.exploring.items import items_of
from analysis.methods import methods_for
from surveys.definition.design_checks import faults
from surveys.definition.questions import QUESTION_TYPES, Measure
from surveys.definition.survey import Survey
from surveys.definition.versions.differences import differences
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.exchange.definitions.lowering import LOWERINGS, PLAINEST
from surveys.fieldwork.sms_and_ivr import entered_by_keys, entered_by_message
from tests.support.examples import EXAMPLES

EVERY_TYPE = pytest.mark.parametrize("name", QUESTION_TYPES)
UNMEASURED = {Measure.TEXT, Measure.DATE, Measure.RECORD}  # read, not counted

OWN_PURPOSES = {Measure.KANO: "expectation", Measure.BEST_WORST: "trade_offs"}  # what a single column can't tell


def asking(name: str, title: str = "题目") -> Survey:
    """One question of this type, and one of a number after it."""
    asked = {"type": name, "code": "item", "title": title, **EXAMPLES[name][0][0]}
    after = {"type": "nps", "code": "after", "title": "愿意推荐吗？"}
    sections = [{"questions": [asked, after]}]
    return Survey.model_validate({"code": "one", "title": "一题", "use": "测试", "sections": sections})


@EVERY_TYPE
def test_keys_and_messages_answer_it_or_pass_it_over(name: str) -> None:
    """What a number can't answer holds up nothing that it can: one key or two reach the next question."""
    survey = asking(name)
    entered = entered_by_keys(survey, ["1"])
    if "after" not in entered:
        assert survey.question("item").check(entered) is not None
        entered = entered_by_keys(survey, ["1", "1"])
    assert entered["after"] == ["1"]
    assert entered_by_message(survey, "1 1")["after"] == ["1"]


@EVERY_TYPE
def test_the_checks_of_design_say_something_of_it_or_nothing(name: str) -> None:
    """Never that they can't read it; in the words of a person."""
    for fault in faults(asking(name)):
        assert str(fault.what)


@EVERY_TYPE
def test_a_change_of_it_is_told(name: str) -> None:
    """Reworded, and turned into another type, by the names that the builder has for both."""
    [reworded] = differences(asking(name), asking(name, "换一种问法"))
    assert "换一种问法" in str(reworded.what)
    other = "long_text" if name != "long_text" else "number"
    told = " ".join(str(each.what) for each in differences(asking(name), asking(other)))
    assert QUESTION_TYPES[name].label in told and QUESTION_TYPES[other].label in told


@EVERY_TYPE
def test_what_is_measured_has_a_method(name: str) -> None:
    """Each column is an item of analysis under its own label; a number or a choice has a figure of its level."""
    survey = asking(name)
    found = items_of(survey, "zh-Hans")
    for column in survey.question("item").columns():
        item = next(each for each in found.values() if each.column.removeprefix("item:").endswith(column.name))
        assert item.label and item.measure == column.measure
        if column.measure not in UNMEASURED:
            purpose = OWN_PURPOSES.get(column.measure, "level")
            assert methods_for(item.measure, purpose), "no method tells its level"


@EVERY_TYPE
@pytest.mark.parametrize("form", ["xlsform", "surveyjs"])
def test_what_other_programs_see_of_it_is_its_own_type_or_a_loss_with_its_name(name: str, form: str) -> None:
    """It is never left out and never a plainer type unsaid."""
    write = DEFINITION_FORMATS[form].write
    assert write is not None
    survey = asking(name)
    data, losses = write(survey)
    named = {str(loss.what) for loss in losses}
    if name not in PLAINEST and name not in LOWERINGS:
        assert any(name in what for what in named)
    assert DEFINITION_FORMATS[form].read(data, "copy") == (survey, [])


def test_a_lowering_leads_to_a_type_that_there_is() -> None:
    known: dict[str, Any] = dict.fromkeys(PLAINEST) | LOWERINGS
    assert set(known) <= set(QUESTION_TYPES)
    assert {each.plainer for each in LOWERINGS.values()} <= set(known)
