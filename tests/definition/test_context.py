"""Declared context: what a survey may take along, how each type is read, and what no anonymous survey declares."""

from __future__ import annotations

import re
from typing import Any

import pytest

from analysis.facts import breakdown_values, fact_column
from surveys.definition.breakdowns.registry import breakdowns_of
from surveys.definition.consistency import inconsistencies
from surveys.definition.context.declared import USUAL, declared, facts_given, facts_to_keep
from surveys.definition.context.fields import ContextSource, ContextType
from surveys.definition.context.kinds import KINDS, UnfitFact, read_fact
from surveys.definition.survey import Survey
from surveys.definition.templates import as_yaml, parse_definition
from surveys.definition.translations.languages import missing
from surveys.definition.versions.differences import differences
from surveys.editing import Draft, add_fact, change_fact, delete_fact, finish_draft, problems_of_draft
from surveys.editing.settings import context_settings
from surveys.exchange.answers.columns import OF_CONTEXT, ColumnKind, layout_of
from surveys.exchange.definitions import DEFINITION_FORMATS
from tests.support.examples import FACTS as EXAMPLES_OF_FACTS

FACTS: list[dict[str, Any]] = [
    {"code": "order", "label": {"zh-Hans": "工单", "en": "Order"}, "personal": True},
    {
        "code": "business", "type": "choice", "label": {"zh-Hans": "业务", "en": "Business"},
        "options": [
            {"code": "new", "label": {"zh-Hans": "新装", "en": "New"}, "note": {"zh-Hans": "身份证"}},
            {"code": "move", "label": {"zh-Hans": "移表", "en": "Move"}},
        ],
    },
    {"code": "hours", "type": "number", "label": "办结小时", "unit": "小时", "bands": [1, 24], "sources": ["event"]},
    {"code": "agreed", "type": "date", "label": "约定日期"},
    {"code": "team", "type": "subject", "label": "班组", "about": "department"},
]  # fmt: skip


def survey_with(visit: Survey, *facts: dict[str, Any], **changes: Any) -> Survey:
    data = visit.model_dump(mode="json", by_alias=True, exclude_none=True) | changes
    return Survey.model_validate(data | {"context": list(facts)})


@pytest.fixture
def declaring(visit: Survey) -> Survey:
    return survey_with(visit, *FACTS)


@pytest.mark.parametrize(
    ("code", "written", "kept"),
    [
        ("order", " WO-1 ", "WO-1"), ("business", "move", "move"), ("business", "新装", "new"),
        ("business", "MOVE", "move"), ("hours", "3.50 小时", "3.5"), ("agreed", "2026年1月5日", "2026-01-05"),
        ("team", "repair", "repair"),
    ],
)  # fmt: skip
def test_a_fact_is_kept_in_one_way_of_writing(declaring: Survey, code: str, written: str, kept: str) -> None:
    assert read_fact(declared(declaring)[code], written) == kept


@pytest.mark.parametrize(
    ("code", "written"), [("business", "别的"), ("hours", "很久"), ("agreed", "昨天"), ("order", "x" * 101)]
)
def test_what_is_no_value_of_a_fact_is_refused(declaring: Survey, code: str, written: str) -> None:
    with pytest.raises(UnfitFact):
        read_fact(declared(declaring)[code], written)


def test_every_type_can_be_read() -> None:
    assert set(KINDS) == set(ContextType) == set(EXAMPLES_OF_FACTS)


def of_type(visit: Survey, kind: str) -> tuple[Survey, str, str]:
    """A survey that declares one fact of a type, a value of it as written, and as kept."""
    settings, written, kept = EXAMPLES_OF_FACTS[kind]
    return survey_with(visit, {"code": "told", "type": kind, "label": "随答"} | settings), written, kept


@pytest.mark.parametrize("kind", list(ContextType))
def test_a_fact_of_each_type_is_declared_and_comes_by_every_door(visit: Survey, kind: str) -> None:
    survey, written, kept = of_type(visit, kind)
    assert not list(inconsistencies(survey))
    for source in ContextSource:
        found = facts_given(survey, {"told": written}, source, lambda _: {kept: "抢修部"})
        assert found.kept == {"told": kept} and not found.faults
    assert facts_to_keep(survey, {"told": kept}) == {"told": kept}  # read again it stays
    assert read_fact(declared(survey)["told"], " ") == ""


@pytest.mark.parametrize("kind", list(ContextType))
def test_a_fact_of_each_type_comes_back_from_every_format(visit: Survey, kind: str) -> None:
    survey, _, _ = of_type(visit, kind)
    for form in (each for each in DEFINITION_FORMATS.values() if each.write):
        read, _ = form.read(form.write(survey)[0], "test")
        assert read.context == survey.context


@pytest.mark.parametrize("kind", list(ContextType))
def test_the_builder_offers_each_type_of_fact_by_name(visit: Survey, kind: str) -> None:
    [types] = [setting for setting in context_settings() if setting.name == "type"]
    [choice] = [each for each in types.choices if each.value == kind]
    assert choice.chinese and choice.english and choice.chinese != choice.english
    draft = add_fact(Draft.of(visit))
    code = draft.data["context"][0]["code"]
    for name, value in {"type": kind, **EXAMPLES_OF_FACTS[kind][0]}.items():
        draft = change_fact(draft, code, name, value)
    assert finish_draft(draft).context[0].type == kind


@pytest.mark.parametrize("kind", list(ContextType))
def test_exports_and_analysis_agree_which_facts_are_numbers(visit: Survey, kind: str) -> None:
    survey, _, kept = of_type(visit, kind)
    [column] = [each for each in layout_of({1: survey}).columns if each.name == f"{OF_CONTEXT}told"]
    analysed = fact_column(declared(survey)["told"], [kept])
    assert (column.kind is ColumnKind.NUMBER) == (analysed.dtype == "float64") == KINDS[ContextType(kind)].numeric
    assert analysed.notna().all()


def test_undeclared_unfit_and_foreign_facts_are_named(declaring: Survey) -> None:
    given = {"order": "1", "shoe": "42", "business": "none", "hours": "2"}
    found = facts_given(declaring, given, ContextSource.LINK, lambda _: {})
    assert found.kept == {"order": "1"} and sorted(found.faults) == ["business", "hours", "shoe"]
    assert "order" in str(found.faults["shoe"])


@pytest.mark.parametrize(
    ("written", "kept"), [("repair", "repair"), ("REPAIR", "repair"), ("抢修部", "repair"), ("x", None), ("同名", None)]
)
def test_a_subject_is_one_that_there_is(visit: Survey, written: str, kept: str | None) -> None:
    """By its code, however its letters are written, or by the name that it alone has."""
    known = {"department": {"repair": "抢修部", "a": "同名", "b": "同名"}}
    field = {"code": "told", "type": "subject", "label": "随答", "about": "department"}
    found = facts_given(survey_with(visit, field), {"told": written}, ContextSource.LINK, known.__getitem__)
    assert found.kept == ({"told": kept} if kept else {}) and bool(found.faults) is (kept is None)


def test_a_survey_that_declares_nothing_takes_the_usual_facts(visit: Survey) -> None:
    assert declared(visit) == USUAL
    assert facts_to_keep(visit, {"order": "1", "colour": "red"}) == {"order": "1"}


def test_what_the_door_knows_itself_is_kept_undeclared(declaring: Survey) -> None:
    """Agent and list of a call, the number in the other system; what the survey leaves out of the rest is not."""
    given = {"agent": "8012", "queue": "回访", "reference": "A-1", "crew": "一班", "business": "new"}
    assert facts_to_keep(declaring, given) == {"agent": "8012", "queue": "回访", "reference": "A-1", "business": "new"}
    assert facts_to_keep(declaring, given, anonymous=True) == {}


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        ({"code": "tp", "label": "x"}, "known of every answer"),
        ({"code": "kind", "type": "choice", "label": "x"}, "needs options"),
        ({"code": "who", "type": "subject", "label": "x"}, "needs its kind"),
        ({"code": "free", "label": "x", "bands": [1]}, "for the type number alone"),
        ({"code": "hours", "type": "number", "label": "x", "bands": [5, 1]}, "put them in order"),
    ],
)
def test_an_unfit_declaration_says_what_to_mend(visit: Survey, fact: dict[str, Any], what: str) -> None:
    [(place, said)] = inconsistencies(survey_with(visit, fact))
    assert place[:2] == ("context", 0) and what in said


def test_two_facts_of_one_name_are_refused(visit: Survey) -> None:
    [(place, said)] = inconsistencies(survey_with(visit, FACTS[0], FACTS[0]))
    assert place == ("context", 1) and "more than once" in said


@pytest.mark.parametrize("fact", [FACTS[0], FACTS[2], FACTS[3], FACTS[1] | {"personal": True},
                                  FACTS[1] | {"sources": ["event"]}, FACTS[4] | {"about": "person"}])  # fmt: skip
def test_an_anonymous_survey_declares_nothing_near_unique(visit: Survey, fact: dict[str, Any]) -> None:
    said = [what for _, what in inconsistencies(survey_with(visit, fact, anonymous=True))]
    assert said and all("an anonymous survey can't take it" in each for each in said)


def test_an_anonymous_survey_takes_a_choice_of_few(visit: Survey) -> None:
    survey = survey_with(visit, FACTS[1], anonymous=True)
    assert not list(inconsistencies(survey))
    assert facts_to_keep(survey, {"business": "new", "agent": "8012", "order": "1"}) == {"business": "new"}


def test_a_declaration_survives_files_of_our_own_and_translation(declaring: Survey) -> None:
    assert parse_definition(as_yaml(declaring), "test") == declaring
    assert "context.hours.label" in {each.place for each in missing(declaring, "en")}
    assert "context.business.options.new.note" in {each.place for each in missing(declaring, "en")}


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_a_declaration_comes_back_from_every_format(declaring: Survey, name: str) -> None:
    written, _ = DEFINITION_FORMATS[name].write(declaring)
    read, _ = DEFINITION_FORMATS[name].read(written, "test")
    assert read.context == declaring.context


def test_a_change_of_the_declaration_is_told_of_versions(visit: Survey, declaring: Survey) -> None:
    renamed = survey_with(visit, FACTS[0] | {"label": "维修单"}, *FACTS[1:4])
    told = "\n".join(map(str, differences(declaring, renamed)))
    assert "维修单" in told and "班组" in told


def test_facts_are_declared_step_by_step(visit: Survey) -> None:
    draft = add_fact(Draft.of(visit))
    code = draft.data["context"][0]["code"]
    draft = change_fact(change_fact(draft, code, "type", "number"), code, "bands", [1, 24])
    [fact] = finish_draft(draft).context
    assert (fact.type, fact.bands) == (ContextType.NUMBER, (1, 24))
    assert finish_draft(delete_fact(draft, code)).context == ()


# Kept coarsely

BY = {
    "month": {"code": "moved", "type": "date", "label": "入住日期", "coarse": "month", "sources": ["link"]},
    "quarter": {"code": "moved", "type": "date", "label": "入住日期", "coarse": "quarter"},
    "band": {"code": "hours", "type": "number", "label": "小时", "unit": "小时", "bands": [1, 24], "coarse": "band"},
}


@pytest.mark.parametrize(
    ("way", "written", "kept"),
    [
        ("month", "2026年1月5日", "2026-01"), ("quarter", "2026-12-31", "2026-Q4"),
        ("quarter", "2026-01-01", "2026-Q1"),
        ("band", "0.5", "..1"), ("band", "1", "1..24"), ("band", "24 小时", "24.."), ("band", "-3", "..1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("anonymous", [True, False])
def test_what_is_kept_coarsely_has_lost_the_rest(
    visit: Survey, way: str, written: str, kept: str, anonymous: bool
) -> None:
    """By every door; read again it stays as it is, and an anonymous survey may take it."""
    survey = survey_with(visit, BY[way], anonymous=anonymous)
    assert not list(inconsistencies(survey))
    [name] = declared(survey)
    assert facts_given(survey, {name: written}, ContextSource.LINK, lambda _: {}).kept == {name: kept}
    assert facts_to_keep(survey, {name: written}) == facts_to_keep(survey, {name: kept}) == {name: kept}


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        (BY["month"] | {"coarse": "band"}, "no way to keep the type date"),
        (BY["band"] | {"bands": []}, "needs bands"),
        (FACTS[0] | {"coarse": "month", "personal": False}, "no way to keep the type text"),
        (BY["month"] | {"personal": True}, "it tells of a person"),
        (BY["month"] | {"sources": ["contact"]}, "it comes with something that is known of one person"),
    ],
)
def test_coarseness_makes_nothing_else_fit(visit: Survey, fact: dict[str, Any], what: str) -> None:
    assert any(what in said for _, said in inconsistencies(survey_with(visit, fact, anonymous=True)))


def test_a_band_is_a_name_in_files_and_results(visit: Survey) -> None:
    """No number can be had back from it."""
    survey = survey_with(visit, BY["band"])
    [column] = [each for each in layout_of({1: survey}).context if each.name == f"{OF_CONTEXT}hours"]
    [fact] = survey.context
    assert column.kind is ColumnKind.TEXT and list(fact_column(fact, ["1..24", None]).dropna()) == ["1..24"]
    named = breakdowns_of(survey.model_copy(update={"anonymous": False}))[f"context.{fact.code}"]
    assert breakdown_values(named, "zh-Hans").names["1..24"] == "1 – 24 小时"


@pytest.mark.parametrize(
    "fact",
    [FACTS[0], FACTS[2], BY["month"] | {"coarse": "band"}, BY["band"] | {"bands": []}, {"code": "tp", "label": "x"},
     {"code": "kind", "type": "choice", "label": "x"}, {"code": "who", "type": "subject", "label": "x"},
     FACTS[1] | {"sources": ["event"]}, {"code": "free", "label": "x", "bands": [1], "personal": True}],
)  # fmt: skip
def test_the_builder_says_in_chinese_what_is_wrong_with_a_fact(visit: Survey, fact: dict[str, Any]) -> None:
    data = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    found = problems_of_draft(Draft(data | {"context": [fact], "anonymous": True}))
    assert found and all(re.search(r"[\u4e00-\u9fff]", each.message) for each in found)
