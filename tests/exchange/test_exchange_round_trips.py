"""What is written in another format reads back to the same survey, and other programs can read it as well."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.definition.templates import all_templates
from surveys.exchange.definitions import DEFINITION_FORMATS, json_schema
from tests.support.examples import EXAMPLES
from tests.support.random_surveys import surveys

TEMPLATES = all_templates()
WRITTEN = [name for name, form in DEFINITION_FORMATS.items() if form.write]
STEADY = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def round_trip(name: str, survey: Survey) -> Survey:
    """The survey read back from what was written; reading our own file loses nothing."""
    form = DEFINITION_FORMATS[name]
    assert form.write is not None
    data, _ = form.write(survey)
    back, losses = form.read(data, "copy")
    assert not [str(loss) for loss in losses]
    return back


def all_types() -> Survey:
    """Every question type, as in the contract test."""
    sections = [
        {
            "questions": [
                {"type": kind, "code": f"{kind}_{n}", "title": "题目"} | each[0] for n, each in enumerate(examples)
            ]
        }
        for kind, examples in EXAMPLES.items()
    ]
    return Survey.model_validate({"code": "all-types", "title": "全部题型", "use": "试用", "sections": sections})


@pytest.mark.parametrize("name", WRITTEN)
def test_every_template_reads_back_equal(name: str) -> None:
    """XLSForm and SurveyJS included: what they can't say stands in their extension room."""
    for survey in TEMPLATES[:3] if name == "yaml" else TEMPLATES:
        assert round_trip(name, survey) == survey


@pytest.mark.parametrize("name", WRITTEN)
def test_every_question_type_reads_back_equal(name: str) -> None:
    """With every setting that the contract test knows."""
    assert {question.type for question in all_types().questions()} == set(QUESTION_TYPES)
    assert round_trip(name, all_types()) == all_types()


@pytest.mark.parametrize("name", ["xlsform", "surveyjs"])
def test_random_surveys_read_back_equal(name: str) -> None:
    """Whatever conditions, jumps, languages and marks their texts hold."""
    form = DEFINITION_FORMATS[name]

    @STEADY
    @given(surveys())
    def holds(survey: Survey) -> None:
        assert form.write is not None
        back, _ = form.read(form.write(survey)[0], "copy")
        assert back == survey

    holds()


def test_what_only_we_can_read_is_named() -> None:
    """A designer sees which settings other programs won't show."""
    survey = next(each for each in TEMPLATES if each.code == "power-visit")
    for name in ("xlsform", "surveyjs"):
        write = DEFINITION_FORMATS[name].write
        assert write is not None
        told = [(str(loss.place), str(loss.what)) for loss in write(survey)[1]]
        assert any("题目 reliability" in place and what == "所属指标" for place, what in told)
        assert ("问卷", "用途说明") in told
        assert not any(("题目 csat" in place and what == "标题") or "题目 comment" in place for place, what in told)


def test_quotas_are_named_as_what_only_we_can_read() -> None:
    """Neither format has them; they come back all the same."""
    quota = {"code": "low", "label": "不满意", "when": {"item": "csat", "is": "at_most", "value": 2}, "limit": 30}
    survey = Survey.model_validate(TEMPLATES[0].model_dump(by_alias=True) | {"quotas": [quota], "quota_full": "满了"})
    survey = survey.model_copy(update={"code": "with-quotas"})
    for name in ("xlsform", "surveyjs"):
        form = DEFINITION_FORMATS[name]
        assert form.write is not None
        data, losses = form.write(survey)
        assert any(str(loss).startswith("问卷：配额；") for loss in losses)
        assert form.read(data, "copy")[0].quotas == survey.quotas


@pytest.mark.parametrize("name", ["xlsform", "surveyjs"])
def test_what_a_written_file_lacks_is_one_line_of_a_kind(name: str) -> None:
    """However many questions it is said of: no template has more than sixteen lines, nor two that say the same."""
    form = DEFINITION_FORMATS[name]
    assert form.write is not None
    for survey in TEMPLATES:
        losses = form.write(survey)[1]
        said = [(str(each.what), str(each.instead)) for each in losses]
        assert len(said) == len(set(said)) and len(said) <= 16, survey.code


def test_a_change_made_elsewhere_wins() -> None:
    """What another program changed is not undone by what we kept beside it."""
    survey = next(each for each in TEMPLATES if each.code == "power-visit")
    form = DEFINITION_FORMATS["surveyjs"]
    assert form.write is not None
    data = json.loads(form.write(survey)[0])
    csat, nps = data["pages"][0]["elements"][0], data["pages"][2]["elements"][0]
    csat["title"]["zh-cn"] = "您满意吗？"
    kept = nps.setdefault("xinsheng", {"set": {}})
    kept["set"]["required"] = ["00000000", False]
    nps["isRequired"] = True
    back, losses = form.read(json.dumps(data).encode(), "copy")
    assert str(back.question("csat").title) == "您满意吗？"
    assert back.question("nps").required
    assert [str(loss) for loss in losses] == ["题目 nps：扩展栏里的“必答”；在别的程序中改过，按改后的读"]


def test_pyxform_converts_what_we_write() -> None:
    """The reference converter of XLSForm takes every question type, and a template with conditions."""
    convert = pytest.importorskip("pyxform.xls2xform").convert
    write = DEFINITION_FORMATS["xlsform"].write
    assert write is not None
    logic = [survey for survey in TEMPLATES if survey.has_logic()][:4]
    for survey in (all_types(), *logic):
        converted = convert(io.BytesIO(write(survey)[0]))
        assert f'id="{survey.code}"' in converted.xform
    assert 'relevant="' in converted.xform


def test_the_schema_describes_every_template() -> None:
    """A standard validator accepts them all, and refuses a slip of the pen; every setting says what it is for."""
    jsonschema = pytest.importorskip("jsonschema")
    schema, write = json_schema(), DEFINITION_FORMATS["json"].write
    assert write is not None
    validator = jsonschema.Draft202012Validator(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    for survey in TEMPLATES[::4]:
        validator.validate(json.loads(write(survey)[0]))
    data = json.loads(write(TEMPLATES[0])[0])
    data["sections"][0]["questions"][0]["hight"] = 3
    assert not validator.is_valid(data)


def test_every_setting_in_the_schema_has_a_description() -> None:
    """So that an editor can show it."""
    schema = json_schema()
    models = [(name, each) for name, each in schema["$defs"].items() if "properties" in each] + [("Survey", schema)]
    settings_of = [(f"{name}.{key}", value) for name, each in models for key, value in each["properties"].items()]
    bare = [name for name, value in settings_of if "description" not in value]
    assert not bare


def test_a_code_that_ends_in_a_mark_stays() -> None:
    """A condition elsewhere asks for it by this name."""
    options = [{"code": "0-", "label": "零", "asks_text": True}, {"code": "0", "label": "另"}]
    question = {"type": "single_choice", "code": "which_", "title": "哪个", "options": options}
    sections = [{"questions": [question]}]
    survey = Survey.model_validate({"code": "marks", "title": "标", "use": "试", "sections": sections})
    assert [round_trip(name, survey) for name in ("xlsform", "surveyjs")] == [survey, survey]


def test_pyxform_converts_random_surveys() -> None:
    """Whatever stands in their texts and codes."""
    convert = pytest.importorskip("pyxform.xls2xform").convert
    write = DEFINITION_FORMATS["xlsform"].write
    assert write is not None

    @STEADY
    @given(surveys())
    def holds(survey: Survey) -> None:
        assert convert(io.BytesIO(write(survey)[0])).xform

    holds()
