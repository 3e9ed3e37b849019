"""Files as they are met outside: odd, old, half filled in, and what becomes of them."""

from __future__ import annotations

import io
import json
import struct
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import load_workbook

from surveys.console.design.new_survey import formats_for
from surveys.definition.survey import Survey
from surveys.definition.templates import UnfitDefinition, all_templates
from surveys.exchange.definitions import DEFINITION_FORMATS, Loss
from surveys.organisation.departments import Department
from surveys.storage import Store
from tests.support.exchange_files import lss, old_workbook, workbook
from tests.support.front_door import visiting

HEADER = ["type", "name", "label", "hint", "relevant"]


def xlsform(*rows: list[Any], header: list[str] | None = None, **sheets: list[list[Any]]) -> tuple[Survey, list[Loss]]:
    """What is read of a workbook with these rows on its first sheet."""
    return read("xlsform", workbook(survey=[header or HEADER, *rows], **sheets))


def surveyjs(*elements: dict[str, Any], **settings: Any) -> tuple[Survey, list[Loss]]:
    """What is read of one page with these elements."""
    return read("surveyjs", json.dumps({"title": "T", "pages": [{"elements": list(elements)}], **settings}).encode())


def read(name: str, data: bytes) -> tuple[Survey, list[Loss]]:
    return DEFINITION_FORMATS[name].read(data, "foreign")


def told(losses: list[Loss]) -> list[str]:
    return [str(loss) for loss in losses]


def codes(survey: Survey) -> list[str]:
    return [question.code for question in survey.questions()]


@pytest.mark.parametrize(
    "rows",
    [
        [["begin group", "a", "Part"], ["text", "x", "X"], ["end group"], ["begin group", "b", "None"], ["end group"]],
        [["begin group", "a", "Part"], ["begin group", "b", "In"], ["end group"], ["text", "x", "X"], ["end group"]],
        [["begin repeat", "a", "Part"], ["end repeat"], ["text", "x", "X"]],
    ],
    ids=["last", "inner", "repeat"],
)
def test_an_empty_group_keeps_no_survey_out(rows: list[list[Any]]) -> None:
    """Wherever it stands."""
    assert "x" in codes(xlsform(*rows)[0])


@pytest.mark.parametrize("setting", ["label", "hint"])
@pytest.mark.parametrize("named", ["y", "x"], ids=["ahead", "itself"])
def test_a_text_that_refers_ahead_keeps_no_survey_out(setting: str, named: str) -> None:
    """In the question's title or its hint, of which the loss says which."""
    row = {"label": "One", "hint": "Say"} | {setting: f"About ${{{named}}}"}
    survey, losses = xlsform(["text", "x", row["label"], row["hint"]], ["text", "y", "Two"])
    assert codes(survey) == ["x", "y"]
    assert any(("标题" if setting == "label" else "提示") in line for line in told(losses))


def test_a_sheet_formatted_to_its_last_row_is_short() -> None:
    """Only rows with something in them count."""
    book = load_workbook(io.BytesIO(workbook(survey=[HEADER, ["text", "x", "X"]])))
    book["survey"].cell(1_048_576, 1).number_format = "@"
    file = io.BytesIO()
    book.save(file)
    assert codes(read("xlsform", file.getvalue())[0]) == ["x"]


def test_a_workbook_of_the_older_kind_is_read() -> None:
    """With its rows numbered as a spreadsheet numbers them."""
    survey, losses = read(
        "xlsform",
        old_workbook(
            Survey=[["type", "name", "label", "strange"], ["select_one yn", "again", "再来吗？", "?"]],
            choices=[["list name", "name", "label"], ["yn", "1", "是"], ["yn", "0", "否"]],
        ),
    )
    assert [option.code for option in survey.question("again").parts()] == ["1", "0"]
    assert str(survey.question("again").title) == "再来吗？"
    assert any("第 2 行（again）：“strange”：?" in line for line in told(losses))


@pytest.mark.parametrize("row", [0, 65_535])
def test_an_older_workbook_that_claims_a_vast_table_is_refused(row: int) -> None:
    """Cut off as well; nothing is taken down with it."""
    data = bytearray(old_workbook(survey=[HEADER, ["text", "x", "X"]]))
    at = data.index(struct.pack("<H", 0x0204))  # the first cell
    data[at + 4 : at + 8] = struct.pack("<HH", row, 65_535)
    for hostile in (bytes(data) if row else b"", bytes(data[:700]), bytes(data[:60])):
        with pytest.raises(UnfitDefinition):
            read("xlsform", hostile)


def test_half_a_character_can_be_saved(tmp_path: Any) -> None:
    """A sign stands for it, and whole characters stay."""
    element = b'{"type": "text", "name": "a", "title": "x\\ud83d \\ud83d\\ude00"}'
    survey, _ = read("surveyjs", b'{"title": "T", "elements": [' + element + b"]}")
    assert str(survey.question("a").title) == "x\ufffd 😀"
    store = Store(tmp_path / "x.db")
    store.organisation.save([Department("d", "部")], [])
    store.surveys.save_draft(survey, "d", by="t")


@pytest.mark.parametrize(
    "questions",
    [
        [{"type": "single_choice", "code": "k", "title": "Which?",
          "options": [{"code": "a", "label": "A"}, {"code": "other", "label": "Else"}]},
         {"type": "short_text", "code": "k_other", "title": title, "show_if": {"item": "k", "value": "other"}}]
        for title in ("Name it", {"en": "Please specify"})
    ] + [
        [{"type": "short_text", "code": "meta", "title": "Details"},
         {"type": "short_text", "code": "b", "title": "On {meta}", "show_if": {"item": "meta", "is": "answered"}}],
        [{"type": "short_text", "code": "a", "title": "What is ${Price} or ${a"},
         {"type": "single_choice", "code": "c", "title": "C", "options": [{"code": "x", "label": "${Y}"}]}],
    ],
    ids=["a text like the field of an option", "a text with its very words", "a reserved code", "a dollar sign"],
)  # fmt: skip
def test_what_other_programs_trip_over_is_written_round(questions: list[dict[str, Any]]) -> None:
    """The reference converter takes the workbook, and it reads back equal."""
    survey = Survey.model_validate({"code": "tricky", "title": "T", "use": "U", "sections": [{"questions": questions}]})
    assert_taken(survey)


def test_the_reference_converter_takes_every_template() -> None:
    """Not only some of them."""
    for survey in all_templates():
        assert_taken(survey)


def assert_taken(survey: Survey) -> None:
    convert = pytest.importorskip("pyxform.xls2xform").convert
    form = DEFINITION_FORMATS["xlsform"]
    assert form.write is not None
    data = form.write(survey)[0]
    convert(io.BytesIO(data))
    assert form.read(data, "copy")[0] == survey


def test_other_names_of_columns_are_known() -> None:
    """Those of earlier versions of the format, in either sheet."""
    survey, losses = xlsform(
        ["select_one yn", "again", "Again?"], ["text", "why", "Why?", "${again} = 'yes'"],
        header=["type", "name", "caption", "relevance"],
        choices=[["list name", "name", "caption"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
    )  # fmt: skip
    assert survey.question("why").show_if is not None
    assert [str(option.label) for option in survey.question("again").parts()] == ["Yes", "No"]
    assert not [line for line in told(losses) if "survey 表" in line or "choices 表" in line]


def test_of_two_columns_with_one_name_the_second_is_named_as_lost() -> None:
    """The first one counts."""
    survey, losses = xlsform(["text", "x", "First", "Second"], header=["type", "name", "label", "label"])
    assert str(survey.question("x").title) == "First"
    assert any("Second" in line for line in told(losses))


# What nobody sees is asked of nobody.

YES_NO = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


@pytest.mark.parametrize(
    "rows",
    [
        [["begin group", "g", "Inputs", "", "false()"], ["text", "ref", "R", "", "", "yes"], ["end group"]],
        [["text", "ref", "R", "", "false()", "yes"]],
        [["text", "ref", "R", "", "1 = 2 or 0", "yes"]],
        [["text", "ref", "R", "", "", "yes", "yes"]],
        [["begin group", "o", "Outer"], ["begin group", "g", "G", "", "not(true())"],
         ["text", "ref", "R", "", "", "yes"], ["end group"], ["end group"]],
    ],
    ids=["group", "row", "constants", "disabled", "inner group"],
)  # fmt: skip
def test_rows_never_shown_are_left_out_and_named(rows: list[list[Any]]) -> None:
    """Nor does a later condition lead to them: it is lost, and what it decided about is no longer required."""
    later = ["text", "x", "X", "", "${ref} = 'a'", "yes"]
    survey, losses = xlsform(*rows, later, header=[*HEADER, "required", "disabled"])
    assert codes(survey) == ["x"]
    assert not survey.question("x").required
    assert any("文件里从不显示" in line for line in told(losses))


def test_a_condition_that_no_answer_meets_leaves_its_question_out() -> None:
    """It asks for an option that isn't offered, so nobody is asked there either."""
    survey, losses = xlsform(
        ["select_one yn", "again", "Again?"], ["text", "x", "X", "", "${again} = 'perhaps'", "yes"],
        header=[*HEADER, "required"], choices=YES_NO,
    )  # fmt: skip
    assert codes(survey) == ["again"]
    assert "文件里从不显示" in told(losses)[0]


@pytest.mark.parametrize(
    "hidden",
    [
        {"type": "radiogroup", "name": "h", "choices": ["a", "b"], "visible": False, "isRequired": True},
        {"type": "panel", "name": "p", "visible": False, "elements": [{"type": "comment", "name": "h"}]},
        {"type": "rating", "name": "h", "visibleIf": "false", "isRequired": True},
        {"type": "panel", "name": "p", "visibleIf": "1 = 2", "elements": [{"type": "comment", "name": "h"}]},
    ],
    ids=["choice", "panel", "condition", "panel's condition"],
)
def test_elements_never_visible_are_left_out_and_named(hidden: dict[str, Any]) -> None:
    """With everything inside them."""
    survey, losses = surveyjs(hidden, {"type": "text", "name": "x"})
    assert codes(survey) == ["x"]
    assert "文件里从不显示" in told(losses)[0]


@pytest.mark.parametrize("kind", ["text", "number", "hidden"])
def test_a_hidden_value_comes_with_the_link_and_is_never_required(kind: str) -> None:
    """In each format; the loss says so."""
    element = {"type": "text", "inputType": kind, "name": "ref", "visible": False, "isRequired": True}
    survey, losses = surveyjs(element, {"type": "text", "name": "x"})
    rows = [["hidden", "ref", "R", "", "", "yes"], ["text", "x", "X"]]
    again, others = xlsform(*rows, header=[*HEADER, "required"])
    for found, lost in ((survey, losses), (again, others)):
        assert (found.question("ref").type, found.question("ref").required) == ("hidden", False)
        assert "改为选答" in "\n".join(told(lost)[:2])


def test_hidden_pages_options_rows_and_columns_are_left_out() -> None:
    """A page with nothing else, one option of three, one column of two."""
    data = {
        "title": "T",
        "pages": [
            {"elements": [{"type": "text", "name": "gone"}], "visible": False},
            {"elements": [
                {"type": "radiogroup", "name": "c", "choices": ["a", {"value": "b", "visible": False}, "c"]},
                {"type": "matrixdropdown", "name": "m", "rows": ["r", {"value": "s", "visibleIf": "false"}, "t"],
                 "columns": [{"name": "k", "choices": [1, 2]}, {"name": "l", "choices": [1, 2], "visible": False}]},
            ]},
        ],
    }  # fmt: skip
    survey, losses = read("surveyjs", json.dumps(data).encode())
    assert codes(survey) == ["c", "m_k"]
    assert [part.code for part in survey.question("c").parts()] == ["a", "c"]
    assert [part.code for part in survey.question("m_k").parts()][:2] == ["r", "t"]
    assert sum("文件里从不显示" in line for line in told(losses)) == 4


def question(qid: int, kind: str, title: str, **more: object) -> dict[str, object]:
    """A row of LimeSurvey's table of questions."""
    plain = {"qid": qid, "parent_qid": 0, "sid": 1, "gid": 1, "type": kind, "title": title, "question": title.upper()}
    return plain | {"question_order": qid, "language": "en", "mandatory": "N", "other": "N", "relevance": "1"} | more


def option(qid: int, code: str, words: str, **more: object) -> dict[str, object]:
    """A row of its table of answers."""
    return {"qid": qid, "code": code, "answer": words, "sortorder": 1, "language": "en", "scale_id": 0} | more


def limesurvey(*questions: dict[str, object], **tables: list[dict[str, object]]) -> tuple[Survey, list[Loss]]:
    """What is read of one group with these questions."""
    group: dict[str, object] = {"gid": 1, "sid": 1, "group_name": "G", "group_order": 0, "language": "en"}
    return read("limesurvey", lss({"groups": [group], "questions": list(questions)} | tables))


MOVED = [option(1, "Y", "Yes"), option(1, "N", "No")]


def test_hidden_questions_of_limesurvey_are_left_out_or_come_with_the_link() -> None:
    """By their attribute, and by a relevance of nothing."""
    hidden: list[dict[str, object]] = [{"qid": n, "attribute": "hidden", "value": "1"} for n in (1, 2)]
    survey, losses = limesurvey(
        question(1, "L", "moved", mandatory="Y"), question(2, "S", "ref", mandatory="Y"), question(3, "T", "why"),
        question(4, "T", "old", relevance="0", mandatory="Y"), answers=MOVED, question_attributes=hidden,
    )  # fmt: skip
    assert [(each.code, each.type, each.required) for each in survey.questions()] == [
        ("ref", "hidden", False), ("why", "long_text", False),
    ]  # fmt: skip
    assert sum("从不显示" in line for line in told(losses)) == 3


# Conditions that can be carried are; whoever may be asked in vain needn't answer.


@pytest.mark.parametrize(
    "relevant",
    ["selected(../again, 'yes')", "${again} = ‘yes’", "${again} = “yes”", "/data/again = 'yes'",
     "true() and ${again}='yes'",
     "current()/../again = 'yes'", "../../g/again = 'yes'", "${again} = 'yes' AND 1", "not(not(${again} = 'yes'))"],
)  # fmt: skip
def test_conditions_are_read_as_people_write_them(relevant: str) -> None:
    """By ways through the form, in curly quotes, beside what always holds."""
    survey, losses = xlsform(
        ["select_one yn", "again", "Again?"], ["text", "why", "Why?", "", relevant, "yes"],
        header=[*HEADER, "required"], choices=YES_NO,
    )  # fmt: skip
    shown = survey.question("why").show_if
    assert shown is not None and shown.holds({"again": ["yes"]}) and not shown.holds({"again": ["no"]})
    assert survey.question("why").required
    assert not any("条件" in line for line in told(losses))


@pytest.mark.parametrize(
    ("relevant", "asked"),
    [("count-selected(${m}) > 0", True), ("count-selected(${m}) >= 1", True), ("string-length(${m}) = 0", False)],
)
def test_how_much_is_chosen_may_be_asked_as_whether(relevant: str, asked: bool) -> None:
    """More than nothing is an answer."""
    survey, _ = xlsform(["select_multiple yn", "m", "M"], ["text", "x", "X", "", relevant], choices=YES_NO)
    shown = survey.question("x").show_if
    assert shown is not None
    assert shown.holds({"m": ["yes"]}) is asked
    assert shown.holds({}) is not asked


@pytest.mark.parametrize("relevant", ["${n} > 4", "${c} > ${a}", "count-selected(${a}) > 2", "${a} + 1 > 2"])
def test_what_lost_its_condition_is_no_longer_required(relevant: str) -> None:
    """Neither a question nor those of a group; the loss stands at the head of the list."""
    rows: list[list[Any]] = [["calculate", "n", "", "", "", "", "1 + 1"], ["integer", "a", "A"], ["integer", "c", "C"]]
    rows += [["text", "why", "Why?", "", relevant, "yes"], ["begin group", "g", "G", "", relevant]]
    rows += [["text", "in", "In", "", "", "yes"], ["end group"], ["text", "free", "Free", "", "", "yes"]]
    survey, losses = xlsform(*rows, header=[*HEADER, "required", "calculation"])
    assert [each.code for each in survey.questions() if each.required] == ["free"]
    assert told(losses)[0].endswith("；不设这个条件，改为选答")


def test_a_filter_of_options_becomes_their_conditions() -> None:
    """District by district; what no condition can say is named once."""
    choices = [["list_name", "name", "label", "area"], ["area", "n", "North", ""], ["area", "s", "South", ""],
               ["town", "t1", "Upton", "n"], ["town", "t2", "Downton", "s"],
               ["town", "t3", "Anyton", "all"]]  # fmt: skip
    filtered = "area=${where} or area='all'"
    rows = [["select_one area", "where", "Where?"], ["select_one town", "town", "Town?", filtered]]
    survey, losses = xlsform(*rows, header=["type", "name", "label", "choice_filter"], choices=choices)
    town = survey.question("town")
    assert [part.code for part in town.parts() if part.show_if is None or part.show_if.holds({"where": ["n"]})] == [
        "t1", "t3",
    ]  # fmt: skip
    assert not any("area" in line for line in told(losses))
    rows[1][3] = "area > ${where} + 1"
    survey, losses = xlsform(*rows, header=["type", "name", "label", "choice_filter"], choices=choices)
    assert all(part.show_if is None for part in survey.question("town").parts())
    assert sum("列出全部选项" in line for line in told(losses)) == 1


@pytest.mark.parametrize(
    ("visible_if", "shown", "not_shown"),
    [
        ("{flag}", {"flag": ["true"]}, {"flag": ["false"]}),
        ("!{flag}", {"flag": ["false"]}, {"flag": ["true"]}),
        ("{flag} = true", {"flag": ["true"]}, {"flag": ["false"]}),
        ("{uses} contains ['a']", {"uses": ["a", "b"]}, {"uses": ["b"]}),
        ("{uses} contains ['a', 'b']", {"uses": ["a", "b"]}, {"uses": ["a"]}),
        ("{uses} allof ['a', 'b']", {"uses": ["b", "a"]}, {"uses": ["a"]}),
        ("{uses} notcontains ['a', 'b']", {"uses": ["a"]}, {"uses": ["b", "a"]}),
        ("{USES} ANYOF ['a', 'b']", {"uses": ["b"]}, {"uses": ["c"]}),
        ("{panel.note}", {"note": ["x"]}, {}),
        ("{note} = undefined", {}, {"note": ["x"]}),
    ],
)
def test_what_surveyjs_says_of_flags_and_lists_is_carried(
    visible_if: str, shown: dict[str, list[str]], not_shown: dict[str, list[str]]
) -> None:
    """Names alone, several values at once, small and capital letters."""
    survey, losses = surveyjs(
        {"type": "boolean", "name": "flag"}, {"type": "checkbox", "name": "uses", "choices": ["a", "b", "c"]},
        {"type": "text", "name": "note"}, {"type": "text", "name": "x", "visibleIf": visible_if},
    )  # fmt: skip
    condition = survey.question("x").show_if
    assert condition is not None, told(losses)
    assert condition.holds(shown) and not condition.holds(not_shown)


def test_options_of_surveyjs_keep_their_conditions() -> None:
    """Of each, and of all at once."""
    survey, losses = surveyjs(
        {"type": "checkbox", "name": "uses", "choices": ["a", "b"]},
        {"type": "radiogroup", "name": "best", "choices": ["a", "b"], "choicesVisibleIf": "{uses} contains {item}"},
        {"type": "radiogroup", "name": "one", "choices": [{"value": "a", "visibleIf": "{uses} contains 'b'"}, "b"]},
    )
    for code in ("best", "one"):
        shown = survey.question(code).parts()[0].show_if
        assert shown is not None and shown.holds({"uses": ["a", "b"]}), told(losses)


def test_what_can_only_be_read_is_not_required() -> None:
    """What opens under a condition is shown under it."""
    survey, losses = surveyjs(
        {"type": "text", "name": "a"},
        {"type": "text", "name": "b", "readOnly": True, "isRequired": True},
        {"type": "text", "name": "c", "enableIf": "{a} notempty", "isRequired": True},
    )
    assert [each.code for each in survey.questions() if each.required] == ["c"]
    assert survey.question("c").show_if is not None
    assert any("只读" in line for line in told(losses))


@pytest.mark.parametrize(
    "relevance", ['((1X1X1.NAOK == "Y"))', "1X1X1 == 'Y'", "moved.NAOK = 'Y'", "moved.valueNAOK == 'Y'"]
)
def test_limesurvey_may_name_a_question_by_its_numbers(relevance: str) -> None:
    """Survey, group and question."""
    survey, losses = limesurvey(question(1, "L", "moved"), question(2, "S", "why", relevance=relevance), answers=MOVED)
    shown = survey.question("why").show_if
    assert shown is not None and shown.holds({"moved": ["Y"]}) and not shown.holds({"moved": ["N"]}), told(losses)


def test_older_conditions_stand_in_a_table_of_their_own() -> None:
    """Rows about one field are ways to hold, scenarios too; options of several are fields."""
    several = {"parent_qid": 2, "question": "Bus", "title": "bus", "question_order": 1, "scale_id": 0}
    cells = [
        (3, "1X1X1", "==", "Y", "1"), (3, "1X1X1", "==", "N", "1"), (3, "+1X1X2bus", "==", "Y", "1"),
        (4, "1X1X1", "==", " ", "1"), (4, "1X1X1", "!=", "N", "2"),
    ]  # fmt: skip
    conditions: list[dict[str, object]] = [
        {"cid": n, "qid": qid, "cqid": 1, "cfieldname": name, "method": method, "value": value, "scenario": scenario}
        for n, (qid, name, method, value, scenario) in enumerate(cells)
    ]
    survey, losses = limesurvey(
        question(1, "L", "moved", relevance=""), question(2, "M", "by"), question(3, "S", "why", relevance=""),
        question(4, "S", "more", relevance="1"),
        answers=MOVED, subquestions=[question(21, "T", "bus") | several], conditions=conditions,
    )  # fmt: skip
    why, more = survey.question("why").show_if, survey.question("more").show_if
    assert why is not None and more is not None, told(losses)
    assert why.holds({"moved": ["N"], "by": ["bus"]}) and not why.holds({"moved": ["N"]})
    assert more.holds({"moved": ["Y"]}) and more.holds({}) and not more.holds({"moved": ["N"]})


def test_quotas_of_limesurvey_are_kept() -> None:
    """With what those read who come too late; one whose condition is lost is no quota."""
    quotas: list[dict[str, object]] = [{"id": n, "sid": 1, "name": f"Q{n}", "qlimit": 10, "active": 1} for n in (1, 2)]
    survey, losses = limesurvey(
        question(1, "L", "moved"), answers=MOVED, quota=quotas,
        quota_members=[{"id": 1, "qid": 1, "quota_id": 1, "code": "Y"}],
        quota_languagesettings=[{"quotals_quota_id": 1, "quotals_language": "en", "quotals_message": "<p>Full</p>"}],
    )  # fmt: skip
    assert [(each.limit, each.counts({"moved": ["Y"]}), each.counts({"moved": ["N"]})) for each in survey.quotas] == [
        (10, True, False)
    ]
    assert survey.quota_full is not None and survey.quota_full.root == {"en": "Full"}
    assert "配额“Q2”" in told(losses)[0]


# Nothing is invented, and nothing vanishes unsaid.


def test_places_of_an_old_ranking_are_no_options() -> None:
    """Where answers are listed, the subquestions only say where to put them."""
    places = [question(n, "T", str(n)) | {"parent_qid": 1, "scale_id": 0} for n in (11, 12)]
    survey, _ = limesurvey(question(1, "R", "rk"), answers=[option(1, "A1", "Price"), option(1, "A2", "Speed")],
                           subquestions=places)  # fmt: skip
    assert [part.code for part in survey.question("rk").parts()] == ["A1", "A2"]


def test_an_array_without_rows_keeps_its_answers() -> None:
    """As a choice among them."""
    survey, losses = limesurvey(question(1, "F", "ar"), answers=[option(1, "A1", "Very good"), option(1, "A2", "Bad")])
    assert survey.question("ar").type == "single_choice"
    assert [str(part.label) for part in survey.question("ar").parts()] == ["Very good", "Bad"]
    assert any("没有行的矩阵" in line for line in told(losses))


def test_expressions_and_pictures_are_not_shown_raw() -> None:
    """The wordings that an expression chooses from stand for it, a picture's own words for the picture."""
    text = '<b>{if(age > 60, "Your last job", "Your job")}</b> at {age + 1}, {age}'
    picture = option(3, "A1", '<img src="/upload/red.png" alt="red">')
    survey, losses = limesurvey(
        question(1, "N", "age"), question(2, "S", "job", question=text), question(3, "L", "col"), answers=[picture]
    )
    assert survey.question("job").title.root["en"] == "Your last job / Your job at …, {age}"
    assert [str(part.label) for part in survey.question("col").parts()] == ["red"]
    assert sum("文字中的算式" in line for line in told(losses)) == 2


def test_comments_beside_options_become_a_question() -> None:
    """One for all of them."""
    part = question(11, "T", "a") | {"parent_qid": 1, "scale_id": 0, "question": "Bus"}
    survey, losses = limesurvey(question(1, "P", "m"), subquestions=[part])
    assert [(each.code, each.type) for each in survey.questions()] == [
        ("m", "multiple_choice"),
        ("m_comment", "long_text"),
    ]
    assert any("合为一道开放题" in line for line in told(losses))


def test_columns_to_write_in_are_asked_row_by_row() -> None:
    """No row and no option goes; a condition on the row is that of the cell."""
    columns = [
        {"name": "price", "title": "Price", "cellType": "text", "inputType": "number"},
        {"name": "kind", "title": "Kind", "cellType": "dropdown", "choices": ["x", "y"]},
        {"name": "why", "title": "Why", "cellType": "comment", "visibleIf": "{row.price} > 5"},
    ]
    rows = [{"value": "r1", "text": "One"}, {"value": "r2", "text": "Two"}]
    survey, losses = surveyjs(
        {"type": "matrixdropdown", "name": "goods", "title": "Goods", "rows": rows, "columns": columns}
    )
    assert [(each.code, each.type) for each in survey.questions()] == [
        ("goods_r1_price", "number"), ("goods_r2_price", "number"), ("goods_kind", "matrix_single"),
        ("goods_r1_why", "long_text"), ("goods_r2_why", "long_text"),
    ]  # fmt: skip
    assert survey.question("goods_r2_price").title.root == {"en": "Goods：Two：Price"}
    shown = survey.question("goods_r2_why").show_if
    assert shown is not None and shown.holds({"goods_r2_price": ["6"]}), told(losses)


def test_a_table_whose_rows_respondents_add_keeps_its_options() -> None:
    """Each column is asked once."""
    columns = [{"name": "role", "choices": ["p", "g"]}, {"name": "full", "cellType": "text"},
               {"name": "uses", "cellType": "checkbox"}]  # fmt: skip
    survey, losses = surveyjs({"type": "matrixdynamic", "name": "people", "columns": columns, "choices": ["a", "b"]})
    assert [(each.type, [part.code for part in each.parts()]) for each in survey.questions()] == [
        ("drop_down", ["p", "g"]), ("short_text", []), ("multiple_choice", ["a", "b"]),
    ]  # fmt: skip
    assert any("只问一次" in line for line in told(losses)), told(losses)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Thank **you**, <span style='color:red'>read</span>", "Thank you, read"), ("# Head", "Head"),
     ("_so_ *it* is", "so it is"), ("[here](https://a.example/b)", "here (https://a.example/b)"),
     ("2 * 3 * 4 < 5 & snake_case_name", "2 * 3 * 4 < 5 & snake_case_name"),
     ("<script>x</script>Hi<br>you", "Hi\nyou")],
)  # fmt: skip
def test_marks_of_phone_forms_are_no_text(written: str, shown: str) -> None:
    """In labels, hints and options; what only looks like marks stays."""
    survey, losses = xlsform(["note", "n", written], ["text", "x", "X", written])
    assert survey.question("n").title.root["en"] == shown
    hint = survey.question("x").hint
    assert hint is not None and hint.root["en"] == shown
    assert any("格式标记" in line for line in told(losses)) is (written != shown)


def test_tags_in_any_text_of_surveyjs_are_no_text() -> None:
    """Also in titles and options, which it shows as HTML on wish; a word in angle brackets is kept."""
    survey, losses = surveyjs(
        {"type": "radiogroup", "name": "k", "title": "Read <b>this</b><br>first",
         "choices": [{"value": 1, "text": "<i>One</i>"}, {"value": 2, "text": "a <name> & co"}]}
    )  # fmt: skip
    assert survey.question("k").title.root == {"en": "Read this\nfirst"}
    assert [str(part.label) for part in survey.question("k").parts()] == ["One", "a <name> & co"]
    assert any("格式标记" in line for line in told(losses))


# The list of losses.


def test_losses_that_change_the_survey_stand_first_and_alike_ones_in_one_line() -> None:
    """However long the file is."""
    rows: list[list[Any]] = [["text", f"Q{n}", f"<b>T{n}</b>", "", "", "w1"] for n in range(50)]
    rows.append(["text", "x", "X", "", "${Q1} + 1 > 2", ""])
    survey, losses = xlsform(*rows, header=[*HEADER, "appearance"])
    lines = told(losses)
    assert len(list(survey.questions())) == 51
    assert "条件" in lines[0]
    assert len(lines) < 8, lines
    assert any(line.startswith("survey 表第 2 行（Q0）、") and "等 50 处" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "label"), [("A.XLS", "XLSForm"), ("a.xlsx", "XLSForm"), ("a.lss", "LimeSurvey"), ("a.yml", "YAML")]
)
def test_a_file_is_known_by_its_ending(name: str, label: str) -> None:
    """Also the older one of workbooks, in capital letters too."""
    assert [each.label.partition("（")[0] for each in formats_for(name, b"")] == [label]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Read<p>A</p>\n<p style='x'>B</p>C", "Read\nA\nB\nC"),
        ("<ul>\n <li>bus</li>\n <li><p>tram</p></li>\n</ul>then", "• bus\n• tram\nthen"),
        ("<ol><li>bus<ul><li>fast</ul><li>tram</ol>", "1. bus\n• fast\n2. tram"),
        ("<table><tr><td>day</td><td>hour</td></tr><tr><td>1</td></tr></table>", "day hour\n1"),
        ('See <a href="https://a.example/?a=1&amp;b=2"><b>here</b></a>.', "See here (https://a.example/?a=1&b=2)."),
        ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
    ],
    ids=["paragraphs", "points", "numbers", "table", "link", "link that says where"],
)
def test_what_tags_say_is_said_in_lines(written: str, shown: str) -> None:
    """Paragraphs, lists and cells keep apart, a link keeps where it leads; written out again they are the same."""
    survey, _losses = surveyjs({"type": "html", "name": "n", "html": written}, {"type": "text", "name": "x"})
    assert survey.question("n").title.root == {"en": shown}
    write = DEFINITION_FORMATS["surveyjs"].write
    assert write is not None
    back, _losses = DEFINITION_FORMATS["surveyjs"].read(write(survey)[0], "copy")
    assert back.question("n").title.root == {"en": shown}


class Elements(HTMLParser):
    """What of a page could run: scripts, and the attributes of elements."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        places = ("href", "src", "action", "formaction", "style", "srcdoc")
        self.live += [f"{name}={value}" for name, value in attrs if name.startswith("on") or name in places]
        self.live += [tag] if tag in ("iframe", "object", "embed") else []

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.live.append(data)


ATTACKS = [
    "<script>alert(1)</script>Hi", "&lt;script&gt;alert(1)&lt;/script&gt;Hi", "<img src=x onerror=alert(1)>Hi",
    "<a href='javascript:alert(1)'>Hi</a>", "<a href=\"https://x.example/'onmouseover=alert(1)\">Hi</a>",
    "<svg/onload=alert(1)>Hi", "<<script>script>alert(1)<</script>/script>Hi", "<scr<script></script>ipt>alert(1)Hi",
    "&#60;img src=x onerror=alert(1)&#62;Hi", "<p title='\"><script>alert(1)</script>'>Hi", "[Hi](javascript:alert(1))",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_imported_text_runs_in_the_form(store: Store, attack: str) -> None:
    """Whatever its tags are, they reach a respondent as letters at most."""
    survey, _losses = surveyjs(
        {"type": "html", "name": "n", "html": attack},
        {"type": "radiogroup", "name": "k", "title": attack, "description": attack,
         "choices": [{"value": 1, "text": attack}]},
        {"type": "text", "name": "x", "title": attack},
    )  # fmt: skip
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")
    with visiting(store) as browser:
        page = browser.get(f"/s/{survey.code}").text
    assert "Hi" in page
    seen = Elements()
    seen.feed(page)
    assert not any("alert(1)" in each for each in seen.live)


@pytest.mark.parametrize("sign", ["≥", ">="])
def test_signs_of_a_word_processor_are_the_signs_they_stand_for(sign: str) -> None:
    for survey, losses in (
        xlsform(["integer", "age", "Age"], ["text", "why", "Why", None, f"${{age}} {sign} 18"]),
        surveyjs(
            {"type": "text", "inputType": "number", "name": "age", "title": "Age"},
            {"type": "text", "name": "why", "title": "Why", "visibleIf": f"{{age}} {sign} 18"},
        ),
    ):
        assert [question.show_if is not None for question in survey.questions()] == [False, True], told(losses)


@pytest.mark.parametrize("asked", ["y", "z"])
def test_a_condition_that_is_lost_is_said_in_words(asked: str) -> None:
    """Where it refers to its own question or one ahead; never as a program writes it."""
    losses = told(xlsform(["text", "y", "Y", None, f"${{{asked}}} = 'a'"], ["text", "z", "Z"])[1])
    assert any(f"“{asked}”为“a”" in each for each in losses) and not any("{'" in each for each in losses)
