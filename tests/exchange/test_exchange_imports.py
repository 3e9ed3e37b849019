"""Definitions of other programs: what is read, what becomes of the rest, and that no file can hurt."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.conditions import Condition
from surveys.definition.survey import Survey
from surveys.definition.templates import UnfitDefinition
from surveys.exchange.definitions import DEFINITION_FORMATS, Loss
from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.expressions import condition_in
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.limesurvey.reading import RELEVANCE
from surveys.exchange.definitions.surveyjs.conditions import EXPRESSIONS
from surveys.exchange.definitions.xlsform.conditions import XPATH
from tests.support.exchange_files import SURVEYJS, XLSFORM, lss, lss_tables, workbook

FOREIGN: dict[str, Callable[[], bytes]] = {
    "xlsform": lambda: workbook(**XLSFORM),
    "surveyjs": lambda: json.dumps(SURVEYJS).encode(),
    "limesurvey": lambda: lss(lss_tables()),
}


def read(name: str, data: bytes) -> tuple[Survey, list[Loss]]:
    return DEFINITION_FORMATS[name].read(data, "foreign")


def types(survey: Survey) -> dict[str, str]:
    return {question.code: question.type for question in survey.questions()}


def test_an_xlsform_becomes_a_survey() -> None:
    """Groups, tables, scales, conditions, limits and both languages."""
    survey, losses = read("xlsform", FOREIGN["xlsform"]())
    assert types(survey) == {
        "welcome": "statement", "csat": "rating", "topic": "drop_down", "topics": "multiple_choice", "order": "ranking",
        "minutes": "number", "slide": "slider", "items": "matrix_single", "why": "long_text", "day": "date",
        "photo": "file", "ok": "consent", "order_no": "hidden",
    }  # fmt: skip
    assert survey.question("topic").show_if == Condition(item="csat", compare="at_most", value=3)
    assert survey.question("topics").at_most == 2
    assert survey.question("minutes").maximum == 599
    assert survey.question("ok").title.root == {"zh-Hans": "同意“{topic}”", "en": "Agree"}
    assert [str(loss.what) for loss in losses] == [
        "问卷代码“follow_up”",
        "start：type=start，name=start",
        "文件没有用途说明",
    ]


def test_a_surveyjs_file_becomes_a_survey() -> None:
    """Pages, panels, special choices, validators, conditions and localised strings."""
    survey, losses = read("surveyjs", FOREIGN["surveyjs"]())
    assert types(survey) == {
        "csat": "rating", "nps": "nps", "topic": "single_choice", "more": "multiple_choice", "again": "multiple_choice",
        "items": "matrix_single", "mail": "short_text", "minutes": "number", "details": "statement", "why": "long_text",
        "again2": "single_choice", "order": "ranking", "pic": "single_choice", "photo": "file", "sign": "signature",
        "bye": "statement",
    }  # fmt: skip
    assert survey.question("again").options_from == "more"
    assert [option.code for option in survey.question("more").options if option.exclusive] == ["none"]
    assert survey.question("topic").options[1].label.root == {"zh-Hans": "抢修", "en": "Repair"}
    assert survey.question("why").show_if == survey.question("details").show_if
    assert [str(loss.what) for loss in losses][:2] == ["题目代码“Items”", "面板"]


def test_a_limesurvey_structure_becomes_a_survey() -> None:
    """Groups, subquestions, answers, wordings in their own tables, relevance."""
    survey, losses = read("limesurvey", FOREIGN["limesurvey"]())
    kinds = types(survey)
    assert kinds["items"] == kinds["two_1"] == kinds["more3"] == "matrix_single"
    assert (kinds["share"], kinds["speed"], kinds["order"], kinds["up"]) == (
        "constant_sum", "matrix_rating", "ranking", "file",
    )  # fmt: skip
    assert survey.anonymous
    assert str(survey.introduction) == "您好"
    shown = survey.question("speed").show_if
    assert shown is not None
    assert shown.holds({"more": ["S1", "S2"]})
    assert shown.holds({"items.S1": ["A1"]})
    assert not shown.holds({"more": ["S2"]})
    assert any(str(loss.what).startswith("计算题“计算”：") for loss in losses)


def test_an_older_limesurvey_structure_has_a_row_per_language() -> None:
    """Wordings then stand in the rows themselves."""
    tables = {
        "groups": [
            {"gid": 1, "group_name": name, "language": tag} for tag, name in (("zh-Hans", "服务"), ("en", "Service"))
        ],
        "questions": [
            {"qid": 5, "gid": 1, "type": "S", "title": "Q1", "question": words, "language": tag, "mandatory": "Y"}
            for tag, words in (("zh-Hans", "<b>姓名</b>"), ("en", "Name"))
        ],
    }
    survey, losses = read("limesurvey", lss(tables))
    assert survey.question("q1").title.root == {"zh-Hans": "姓名", "en": "Name"}
    assert {"格式标记：姓名", "题目代码“Q1”"} <= {str(loss.what) for loss in losses}


# Nothing is dropped silently: something unknown is put into each place in turn, and must be named.
STRANGE = "zz_strange"


def places(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside, but texts by locale, which hold languages."""
    if isinstance(value, dict) and "zh-cn" not in value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from places(inner)


def test_every_unknown_property_of_a_surveyjs_file_is_named() -> None:
    """On the survey, on pages, panels, elements, choices, rows and columns."""
    for n in range(len(list(places(SURVEYJS)))):
        data = copy.deepcopy(SURVEYJS)
        list(places(data))[n][STRANGE] = "1"
        _, losses = read("surveyjs", json.dumps(data).encode())
        assert [loss for loss in losses if STRANGE in str(loss.what)], n


@pytest.mark.parametrize("sheet", ["survey", "choices", "settings"])
def test_every_unknown_column_of_an_xlsform_is_named(sheet: str) -> None:
    """For each row of a question that fills it, once for a column of choices."""
    for n in range(1, len(XLSFORM[sheet])):
        rows = [list(row) + [None] * (len(XLSFORM[sheet][0]) - len(row)) for row in XLSFORM[sheet]]
        rows[0].append(STRANGE)
        rows[n].append("1")
        _, losses = read("xlsform", workbook(**(XLSFORM | {sheet: rows})))
        named = [loss for loss in losses if STRANGE in str(loss.what)]
        assert named, rows[n]


def test_an_unknown_sheet_is_named() -> None:
    """Such as a list kept beside the form."""
    _, losses = read("xlsform", workbook(**XLSFORM, notes=[["a"], ["b"]]))
    assert "工作表 notes：不属于问卷定义的工作表；略去" in map(str, losses)


def test_every_unknown_field_of_a_limesurvey_structure_is_named() -> None:
    """In every table that is read, and tables that are not."""
    for name in lss_tables().keys() - {"question_attributes"}:
        tables = lss_tables()
        tables[name] = [{**tables[name][0], STRANGE: "1"}, *tables[name][1:]]
        _, losses = read("limesurvey", lss(tables))
        assert [loss for loss in losses if STRANGE in str(loss.what)], name
    tables = lss_tables() | {"assessments": [{"id": 1}], "quota": [{"id": 1, "name": "Women"}]}
    tables["question_attributes"].append({"qid": "10", "attribute": STRANGE, "value": "5"})
    told = [str(loss) for loss in read("limesurvey", lss(tables))[1]]
    assert "assessments 表：1 行；没有对应的设置，略去" in told
    assert any("配额“Women”" in line for line in told)
    assert any(STRANGE in line for line in told)


@pytest.mark.parametrize(
    ("text", "dialect", "meant"),
    [
        ("${x} = 'a'", XPATH, {"item": "x", "value": "a"}),
        ("selected(${m}, 'a')", XPATH, {"item": "m", "is": "includes", "value": "a"}),
        ("${x} != ''", XPATH, {"item": "x", "is": "answered"}),
        ("not(${x} >= 3) or 5 <= ${x}", XPATH, {"any": [{"not": {"item": "x", "is": "at_least", "value": 3}},
                                                        {"item": "x", "is": "at_least", "value": 5}]}),
        ("${x} = 'a' or ${x} = 'b'", XPATH, {"item": "x", "is": "one_of", "value": ["a", "b"]}),
        ("{x} anyof ['a', 'b']", EXPRESSIONS, {"item": "x", "is": "one_of", "value": ["a", "b"]}),
        ("{m} contains 'a' and {x} notempty", EXPRESSIONS, {"all": [{"item": "m", "is": "includes", "value": "a"},
                                                                    {"item": "x", "is": "answered"}]}),
        ("x.NAOK ge 2 and !is_empty(x)", RELEVANCE, {"all": [{"item": "x", "is": "at_least", "value": 2},
                                                             {"not": {"item": "x", "is": "unanswered"}}]}),
    ],
)  # fmt: skip
def test_expressions_become_conditions(text: str, dialect: Any, meant: dict[str, Any]) -> None:
    """The common part of each language."""
    found = condition_in(text, dialect, lambda name: Target(name.partition(".")[0], many=name == "m"))
    assert found == meant
    Condition.model_validate(found)


@pytest.mark.parametrize(
    "text",
    ["count-selected(${x}) > 1", "${x} = ${y}", "today() > ${x}", "${x}", "${x} >= 'soon'", "(" * 500, "1 = 1",
     "${x} =", "${x} = 'a", "a" * 5000, "${x} = 'a' 'b'"],
    ids=["count", "two items", "today", "bare", "no number", "brackets", "constant", "cut off", "quote", "long",
         "rest"],
)  # fmt: skip
def test_what_no_condition_can_say_is_refused(text: str) -> None:
    """With a reason, for the line that names the loss."""
    with pytest.raises(Untranslatable, match=r"[\u4e00-\u9fff]"):
        condition_in(text, XPATH, Target)


@pytest.mark.parametrize(
    ("text", "dialect", "why"),
    [
        ("${x} =", XPATH, "“结尾”处缺少内容"),
        ("${x} = = 'a'", XPATH, "“=”处缺少内容"),
        ("(${x} = 'a' or ${y} = 'b'", XPATH, "缺少“)”"),
        ("{x} anyof ['a', 'b'", EXPRESSIONS, "缺少“]”"),
        ("${x} = 'a' 'b'", XPATH, "“'b'”处的写法没有对应的条件"),
        ("${x} = 'a", XPATH, "“'a”处的写法没有对应的条件"),
        ("${x} = ['a']", XPATH, "“[”处的写法没有对应的条件"),
        ("x ~ 'a'", RELEVANCE, "“~ 'a'”处的写法没有对应的条件"),
        ("(" * 40 + "${x} = 'a'" + ")" * 40, XPATH, "括号嵌套太深"),
        ("!" * 3000 + "{x}", EXPRESSIONS, "括号嵌套太深"),
    ],
    ids=["cut off", "twice", "no bracket", "open list", "rest", "quote", "list", "sign", "deep", "denied on and on"],
)  # fmt: skip
def test_where_an_expression_cannot_be_read_is_said(text: str, dialect: Any, why: str) -> None:
    """With the words that stand there, or what is missing."""
    with pytest.raises(Untranslatable) as refused:
        condition_in(text, dialect, Target)
    assert str(refused.value.args[0]) == why


def test_a_condition_that_cannot_be_carried_over_is_named() -> None:
    """And so is one about a later question."""
    rows = [*XLSFORM["survey"], ["text", "t1", "一", "1", None, None, "count-selected(${topics}) > 1"],
            ["text", "t2", "二 ${nowhere}", "2", None, None, "${t3} = 'x'"], ["text", "t3", "三", "3"]]  # fmt: skip
    survey, losses = read("xlsform", workbook(**(XLSFORM | {"survey": rows})))
    assert survey.question("t1").show_if is None
    assert survey.question("t2").show_if is None
    told = "\n".join(map(str, losses))
    assert (
        "survey 表第 21 行（t1）：条件“count-selected(${topics}) > 1”（函数 count-selected() 没有对应的条件）" in told
    )
    assert "题目 t2：显示条件" in told
    assert "文字中引用的“${nowhere}”" in told


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return file.getvalue()


def with_entities() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return file.getvalue()


ENTITIES = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))])
HOSTILE: list[tuple[str, str, Callable[[], bytes]]] = [
    ("xlsform", "zip bomb", bomb),
    ("xlsform", "entities in a workbook", with_entities),
    ("xlsform", "no workbook", lambda: b"PK\x03\x04 nothing"),
    ("xlsform", "no survey sheet", lambda: workbook(other=[["a"], ["b"]])),
    ("xlsform", "nothing to ask", lambda: workbook(survey=[["type", "name"], ["start", "start"]])),
    ("xlsform", "empty", lambda: b""),
    ("limesurvey", "entities", ENTITIES.encode),
    ("limesurvey", "entities in UTF-16", lambda: ENTITIES.encode("utf-16")),
    ("limesurvey", "deep", lambda: b"<a>" * 5_000),
    ("limesurvey", "cut off", lambda: lss(lss_tables())[:-200]),
    ("limesurvey", "another document", lambda: b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>"),
    ("limesurvey", "brackets", lambda: b"<" * 1_000_000),
    ("surveyjs", "100 MB", lambda: b"[" + b" " * 100_000_000),
    ("surveyjs", "deep", lambda: b"[" * 100_000),
    ("surveyjs", "quotes", lambda: b'{"a": "' + b'\\"' * 1_000_000),
    ("surveyjs", "a list", lambda: b"[]"),
    ("surveyjs", "nothing", lambda: b"{}"),
    ("surveyjs", "latin", lambda: b"\xff\xfa"),
    ("surveyjs", "too many", lambda: json.dumps({"elements": [{"type": "text", "name": "a"}] * 9_000}).encode()),
    ("surveyjs", "a long list", lambda: json.dumps(
        {"elements": [{"type": "dropdown", "name": "a", "choices": [f"a{'!' * n}" for n in range(5_001)]}]}).encode()),
    ("surveyjs", "one option again and again", lambda: json.dumps(
        {"elements": [{"type": "radiogroup", "name": "a", "choices": [0] * 1_900_000}]}).encode()),
    ("json", "deep", lambda: b"[" * 100_000),
    ("json", "wrong", lambda: b'{"code": 3}'),
    ("yaml", "aliases", ALIASES.encode),
    ("yaml", "deep", lambda: b"[" * 50_000),
    ("yaml", "large", lambda: b"a: b\n" * 400_000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "_", "data"), HOSTILE, ids=[f"{name}: {what}" for name, what, _ in HOSTILE])
def test_a_hostile_file_is_refused_in_words(name: str, _: str, data: Callable[[], bytes]) -> None:
    """At once, with the place and what to do, and never with a traceback."""
    with pytest.raises(UnfitDefinition) as refusal:
        read(name, data())
    assert all(problem.place and problem.message for problem in refusal.value.problems)
    assert not any("Error" in str(each.message) or "Unfit" in str(each.message) for each in refusal.value.problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.data())
def test_values_of_the_wrong_kind_are_losses(data: st.DataObject) -> None:
    """Wherever they stand in a SurveyJS file, the rest is read or the file refused."""
    survey = copy.deepcopy(SURVEYJS)
    holder = data.draw(st.sampled_from(list(places(survey))))
    holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(JSON)
    try:
        read("surveyjs", json.dumps(survey).encode())
    except UnfitDefinition as refusal:
        assert refusal.problems
