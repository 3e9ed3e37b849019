"""Building a survey: every step gives another draft, can be undone, and leaves no reference in the air."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import editing
from surveys.definition.design_checks import faults
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.templates import TEMPLATES, read_definition
from surveys.editing import Draft, History, SettingKind
from surveys.organisation.subjects import SUBJECT_KINDS

LABELS = {"hall": "营业厅", "app": "网上国网", "none": "都没有"}
OPTIONS = [{"code": code, "label": label} for code, label in LABELS.items()]
IN_THE_HALL = {"item": "used", "value": "hall"}


def built() -> Draft:
    """A survey in which much refers to the first question."""
    data = {
        "code": "test", "title": "测试", "use": "测试", "overall": "csat", "subject": "used",
        "dimensions": [
            {"code": "waiting", "label": "等候", "weight": 0.5}, {"code": "speed", "label": "速度", "weight": 0.3},
            {"code": "words", "label": "告知", "weight": 0.2},
        ],
        "sections": [
            {"questions": [
                {"code": "used", "type": "single_choice", "title": "渠道", "options": OPTIONS},
                {"code": "csat", "type": "rating", "title": "您对{used}满意吗？"},
            ], "jumps": [{"if": {"item": "used", "value": "none"}, "to": "last"}]},
            {"code": "more", "questions": [
                {"code": "wait", "type": "rating", "title": "等候时间", "dimension": "waiting",
                 "show_if": {"all": [IN_THE_HALL, {"item": "csat", "is": "at_most", "value": 3}]}},
                {"code": "best", "type": "drop_down", "title": "最好的", "options": OPTIONS[:2],
                 "options_from": "used"},
            ]},
            {"code": "last", "questions": [{"code": "comment", "type": "long_text", "title": "意见"}]},
        ],
    }  # fmt: skip
    return editing.draft_from(data)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_draft_of_a_survey_is_that_survey(path: Path) -> None:
    """Opening and closing the builder changes nothing."""
    survey = read_definition(path)
    assert editing.finish_draft(Draft.of(survey)) == survey


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_a_new_question_is_ready_to_publish(type_name: str) -> None:
    """Each type comes worded in the languages of the survey, without a problem or a fault of design."""
    draft = editing.add_question(editing.new_draft("test", "测试"), type_name)
    survey = editing.finish_draft(draft)
    added = list(survey.questions())[-1]
    assert (added.type, added.code) == (type_name, type_name)
    assert set(added.title.root) == {"zh-Hans"}
    assert not [fault for fault in faults(survey) if not fault.hint and fault.place[:2] == ("sections", 0)]
    english = editing.reword_survey(draft, "title", "Test", "en")
    assert set(editing.add_question(english, type_name).question(f"{type_name}_2")["title"]) == {"zh-Hans", "en"}


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_every_setting_of_every_type_is_described(type_name: str) -> None:
    """The generated form knows each field of the model, by a name people understand."""
    described = {setting.name: setting for setting in editing.settings_of(type_name)}
    assert set(described) == set(QUESTION_TYPES[type_name].model_fields) - {"type"} - _fixed(type_name)
    assert all(setting.chinese and setting.english for setting in described.values())
    choices = [setting for setting in described.values() if setting.kind in (SettingKind.CHOICE, SettingKind.CHOICES)]
    assert all(setting.choices for setting in choices)


def _fixed(type_name: str) -> set[str]:
    return {"required"} if type_name == "statement" else set()


def test_settings_carry_their_limits_and_defaults() -> None:
    """So that the form refuses at once what the definition would refuse later."""
    points = {setting.name: setting for setting in editing.settings_of("rating")}["points"]
    assert (points.kind, points.minimum, points.maximum, points.default, points.whole) == (
        SettingKind.NUMBER,
        2,
        11,
        5,
        True,
    )
    look = {setting.name: setting for setting in editing.settings_of("rating")}["look"]
    assert [choice.chinese for choice in look.choices] == ["数字", "星星", "表情"]
    kinds = {setting.name: setting.kind for setting in editing.settings_of("single_choice")}
    assert kinds["options"] is SettingKind.OPTIONS and kinds["options_from"] is SettingKind.ITEM
    asks = [setting.name for setting in editing.part_settings("single_choice", "options")]
    assert asks == ["label", "asks_text", "exclusive", "call_outcome", "right", "show_if", "code"]


def test_surveys_sections_and_dimensions_are_described_too() -> None:
    """The same form serves them."""
    assert {"title", "introduction", "anonymous", "overall"} <= {each.name for each in editing.survey_settings()}
    assert {"title", "shuffle", "jumps", "show_if", "code"} == {each.name for each in editing.section_settings()}
    assert {"label", "weight", "code"} == {each.name for each in editing.dimension_settings()}
    assert {"label", "when", "limit", "code"} == {each.name for each in editing.quota_settings()}


def test_what_a_survey_or_a_fact_is_about_is_chosen_from_the_kinds() -> None:
    """In both languages; nobody has to know the code."""
    for settings in (editing.survey_settings(), editing.context_settings()):
        [about] = [each for each in settings if each.name == "about"]
        assert about.kind is SettingKind.CHOICE and [each.value for each in about.choices] == list(SUBJECT_KINDS)
        assert about.choices[0].chinese == "部门" and about.choices[0].english == "Department"


def test_quotas_are_set_and_go_with_what_they_count() -> None:
    """A new one counts everyone; one that has lost its condition goes, since it would count everyone; codes are new."""
    draft = editing.add_quota(editing.add_quota(built()))
    assert [(quota.code, quota.limit) for quota in editing.finish_draft(draft).quotas] == [
        ("quota", 100),
        ("quota_2", 100),
    ]
    draft = editing.change_quota(editing.change_quota(draft, "quota", "when", IN_THE_HALL), "quota", "limit", 30)
    assert "配额 1“配额 1” · 计入条件" in map(str, editing.references(draft, "used"))
    renamed = editing.change_question(draft, "used", "code", "channel")
    assert [set(quota.when.fields()) for quota in editing.finish_draft(renamed).quotas if quota.when] == [{"channel"}]
    for after in (
        editing.delete_question(draft, "used"), editing.delete_part(draft, "used", "options", "hall"),
        editing.delete_quota(draft, "quota"),
    ):  # fmt: skip
        assert [quota.code for quota in editing.finish_draft(after).quotas] == ["quota_2"]
        assert [each["code"] for each in editing.add_quota(after).data["quotas"]] == ["quota_2", "quota_3"]


def test_carrying_a_choice_forward_brings_its_options() -> None:
    """Those that were there can't have been chosen; undone in one step, and left alone where they fit already."""
    draft = editing.add_question(built(), "multiple_choice")
    code = draft.sections()[-1]["questions"][-1]["code"]
    after = editing.change_question(draft, code, "options_from", "used")
    offered = [each["code"] for each in after.question("used")["options"]]
    assert [each["code"] for each in after.question(code)["options"]] == offered
    assert str(after.note) == "选项已换成第 1 题的选项" and not editing.problems_of_draft(after)
    fewer = editing.delete_part(after, code, "options", offered[0])
    again = editing.change_question(fewer, code, "options_from", "used")
    assert [each["code"] for each in again.question(code)["options"]] == offered[1:] and not str(again.note)


def test_deleting_a_question_clears_what_refers_to_it_and_says_so() -> None:
    """Conditions, jumps, carried options, texts and roles; the rest of a condition stays."""
    draft = built()
    assert list(map(str, editing.references(draft, "used"))) == [
        "第 1 节 · 跳转 1 · 跳转条件",
        "第 3 题“等候时间” · 显示条件",
        "第 2 题“您对{used}满意吗？” · 题目",
        "被评价部门题",
        "第 4 题“最好的” · 选项来自",
    ]
    after = editing.delete_question(draft, "used")
    assert str(after.done) == "删除第 1 题"
    assert str(after.note).startswith("同时清除了对它的引用：第 1 节 · 跳转 1 · 跳转条件；")
    survey = editing.finish_draft(after)
    assert (survey.subject, survey.sections[0].jumps) == (None, ())
    assert survey.question("wait").show_if == survey.question("wait").show_if.model_validate(
        {"item": "csat", "is": "at_most", "value": 3}
    )
    assert str(survey.question("csat").title) == "您对…满意吗？"


def test_renaming_a_code_is_carried_to_all_references() -> None:
    """Nothing is lost and nothing is in the air."""
    after = editing.change_question(built(), "used", "code", "channel")
    survey = editing.finish_draft(after)
    assert (survey.subject, str(survey.question("csat").title)) == ("channel", "您对{channel}满意吗？")
    assert set(survey.question("wait").show_if.fields()) == {"channel", "csat"}
    assert editing.change_question(after, "channel", "code", "used").data == built().data


def test_deleting_an_option_clears_the_conditions_on_it() -> None:
    """And it is no longer offered where it was carried to."""
    after = editing.delete_part(built(), "used", "options", "hall")
    survey = editing.finish_draft(after)
    assert set(survey.question("wait").show_if.fields()) == {"csat"}
    assert [option.code for option in survey.question("best").parts()] == ["app"]
    assert "第 4 题“最好的” · 选项" in str(after.note)


def test_options_are_added_moved_and_renamed() -> None:
    """New ones stand before "other", with a code never used before."""
    draft = editing.add_question(built(), "single_choice")
    draft = editing.add_part(draft, "single_choice", "options", "短信")
    draft = editing.add_part(draft, "single_choice", "options")
    assert [part["code"] for part in draft.question("single_choice")["options"]] == [
        "hall", "phone", "online", "option", "option_2", "other",
    ]  # fmt: skip
    draft = editing.delete_part(draft, "single_choice", "options", "option")
    draft = editing.move_part(draft, "single_choice", "options", "option_2", -3)
    draft = editing.add_part(draft, "single_choice", "options")
    codes = [part["code"] for part in draft.question("single_choice")["options"]]
    assert codes == ["option_2", "hall", "phone", "online", "option_3", "other"]
    renamed = editing.change_part(built(), "used", "options", "hall", "code", "counter")
    assert editing.finish_draft(renamed).question("best").parts()[0].code == "counter"


def test_questions_move_through_sections() -> None:
    """Down out of one section into the next, and up again to where they were."""
    draft = editing.move_question_down(built(), "csat")
    assert [question["code"] for question in draft.data["sections"][1]["questions"]] == ["csat", "wait", "best"]
    assert str(draft.done) == "将第 2 题移到第 2 节"
    assert editing.move_question_up(draft, "csat").data == built().data
    assert editing.move_question_up(built(), "used") == built()
    assert editing.move_question_down(built(), "comment") == built()
    swapped = editing.move_question_down(built(), "used")
    assert [question["code"] for question in swapped.questions()][:2] == ["csat", "used"]
    assert any("在后面才问到" in problem.message for problem in editing.problems_of_draft(swapped))


def test_a_deleted_code_is_not_used_again() -> None:
    """Answers of an earlier version may stand under it."""
    draft = editing.add_question(built(), "nps")
    draft = editing.add_question(editing.delete_question(draft, "nps"), "nps")
    assert draft.question("nps_2")
    assert editing.duplicate_question(draft, "nps_2").question("nps_2_2")
    fresh = Draft.of(
        editing.finish_draft(built()), earlier=[editing.finish_draft(editing.add_question(built(), "ces"))]
    )
    assert editing.add_question(fresh, "ces").question("ces_2")


def test_another_type_keeps_what_fits() -> None:
    """Options stay options; what is lost is said."""
    after = editing.change_type(built(), "used", "drop_down")
    assert (
        editing.finish_draft(after).question("used").parts() == editing.finish_draft(built()).question("used").parts()
    )
    graded = editing.change_type(built(), "used", "rating")
    assert "选项" in str(graded.note)
    assert graded.question("used")["title"] == {"zh-Hans": "渠道"}


def test_sections_are_added_moved_and_deleted() -> None:
    """A section takes its questions and the jumps to it along."""
    draft = editing.add_section(built(), "补充")
    assert [str(problem.where) for problem in editing.problems_of_draft(draft)] == ["第 4 节“补充” · 题目"]
    assert editing.problems_of_draft(draft)[0].message == "至少要有一项"
    gone = editing.delete_section(built(), 2)
    assert str(gone.done) == "删除第 3 节（1 题）"
    assert editing.finish_draft(gone).sections[0].jumps == ()
    renamed = editing.change_section(built(), 2, "code", "final")
    assert editing.finish_draft(renamed).sections[0].jumps[0].to == "final"
    assert editing.move_section(built(), 1, 1).data["sections"][2]["code"] == "more"


def test_dimensions_keep_weights_that_add_up() -> None:
    """In the proportions they have, whatever is added, changed or deleted."""
    weights = [each["weight"] for each in editing.change_weight(built(), "waiting", 0.2).data["dimensions"]]
    assert weights == [0.2, 0.48, 0.32]
    assert [each["weight"] for each in editing.delete_dimension(built(), "waiting").data["dimensions"]] == [0.6, 0.4]
    assert str(editing.delete_dimension(built(), "waiting").note) == "第 3 题不再属于任何维度"
    grown = editing.add_dimension(built(), "环境").data["dimensions"]
    assert [each["weight"] for each in grown] == [0.375, 0.225, 0.15, 0.25]
    assigned = editing.assign(built(), ["csat", "wait"], "speed")
    assert [question.get("dimension") for question in assigned.questions()][:3] == [None, "speed", "speed"]
    assert str(assigned.done) == "将第 2、3 题归入维度“速度”"
    assert editing.rename_dimension(built(), "speed", "办理速度").data["dimensions"][1]["label"] == {
        "zh-Hans": "办理速度"
    }


@given(st.lists(st.floats(0, 1), min_size=1, max_size=14))
def test_balanced_weights_always_pass_the_check(weights: list[float]) -> None:
    """They add up to 1, and none is nought."""
    shares = editing.balance_weights(weights)
    assert abs(sum(shares) - 1) < 1e-9
    assert all(0 < share <= 1 for share in shares)


def test_undo_and_redo_go_through_the_steps_by_name() -> None:
    """A new step after an undo forgets what was undone; a step without change is none."""
    history = History(built())
    history = history.after(editing.delete_question(history.present, "comment"))
    history = history.after(editing.add_question(history.present, "nps", 0))
    assert str(history.to_undo) == "撤销：添加推荐意愿（NPS）题（第 3 题）"
    back = history.undo()
    assert (str(back.to_undo), str(back.to_redo)) == ("撤销：删除第 5 题", "重做：添加推荐意愿（NPS）题（第 3 题）")
    assert back.redo().present == history.present
    assert back.undo().present.data == built().data
    assert back.undo().undo() == back.undo()
    assert back.after(editing.add_question(back.present, "ces", 0)).to_redo is None
    assert back.after(back.present) == back


def asked(data: dict[str, Any], section: int = 0) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = data["sections"][section]["questions"]
    return questions


def quota(**settings: Any) -> dict[str, Any]:
    return {"code": "east", "label": "东", "limit": 30, **settings}


STEPS: list[Any] = [
    lambda draft, code, n: editing.add_question(draft, list(QUESTION_TYPES)[n % len(QUESTION_TYPES)], 0),
    lambda draft, code, n: editing.duplicate_question(draft, code),
    lambda draft, code, n: editing.delete_question(draft, code),
    lambda draft, code, n: editing.move_question_up(draft, code),
    lambda draft, code, n: editing.move_question_down(draft, code),
    lambda draft, code, n: editing.change_question(draft, code, "required", True),
    lambda draft, code, n: editing.change_question(draft, code, "code", f"renamed_{n}_{code}"[:40]),
    lambda draft, code, n: editing.change_type(draft, code, list(QUESTION_TYPES)[n % len(QUESTION_TYPES)]),
    lambda draft, code, n: editing.add_dimension(draft, "新维度"),
    lambda draft, code, n: editing.move_section(draft, n % len(draft.sections()), 1),
]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), max_size=12))
def test_any_steps_can_be_undone_and_never_touch_an_earlier_draft(steps: list[tuple[Any, int]]) -> None:
    """Each draft stands by itself, has a name for the undo button, and its codes differ."""
    history = History(built())
    before = copy.deepcopy(history.present.data)
    for step, n in steps:
        codes = [question["code"] for question in history.present.questions()]
        if not codes:
            break
        history = history.after(step(history.present, codes[n % len(codes)], n))
        assert str(history.present.done) or not history.past
        now = [question["code"] for question in history.present.questions()]
        assert len(now) == len(set(now))
        assert not any("用了不止一次" in problem.message for problem in editing.problems_of_draft(history.present))
    while history.past:
        history = history.undo()
    assert history.present.data == before


@pytest.mark.parametrize(
    ("change", "where", "message"),
    [
        (lambda d: asked(d)[1].pop("title"), "第 2 题 · 题目", "还没有填写"),
        (lambda d: asked(d)[1].update(points=20), "第 2 题“您对{used}满意吗？” · 分数点数", "不能大于 11"),
        (lambda d: asked(d)[1].update(title=" "), "第 2 题 · 题目", "文字是空的，请填写"),
        (lambda d: asked(d)[1].update(code="used"), "第 2 题", "题目代码“used”用了不止一次"),
        (lambda d: asked(d)[0].update(code="甲"), "第 1 题", "“甲”不能用作代码"),
        (lambda d: d["dimensions"][0].update(weight=0.9), "维度", "权重要么每个维度都有"),
        (lambda d: d.update(overall="comment"), "总体满意度题", "“comment”不是本问卷的评分题"),
        (lambda d: asked(d)[1].update(type="stars"), "第 2 题", "没有“stars”这种题型"),
        (lambda d: asked(d)[1].update(labels=["好"]), "第 2 题", "有 5 个分值，却写了 1 个含义"),
        (lambda d: d["sections"][0]["jumps"][0].update(to="nowhere"), "第 1 节 · 跳转 1", "没有代码为“nowhere”的节"),
        (lambda d: asked(d, 1)[0].update(show_if={"item": "wait", "value": 1}), "第 3 题", "“wait”不能决定自己"),
        (lambda d: d.update(quotas=[quota(when={"item": "x", "value": 1})]), "配额 1“东” · 计入条件", "没有“x”这道题"),
        (lambda d: d.update(quotas=[quota(limit=0)]), "配额 1“东” · 收多少份", "不能小于 1"),
        (lambda d: d.update(quotas=[quota(), quota()]), "配额 2“东”", "配额代码“east”用了不止一次"),
    ],
)  # fmt: skip
def test_problems_are_said_with_their_place_in_chinese(change: Any, where: str, message: str) -> None:
    """The designer reads where and what, not a traceback."""
    data = copy.deepcopy(dict(built().data))
    change(data)
    told = editing.problems_of_draft(Draft(data))
    assert any(str(each.where).startswith(where) and each.message.startswith(message) for each in told), told


def test_every_remark_of_the_definition_has_its_chinese() -> None:
    """A definition wrong in many ways is answered without a word of English."""
    wrong: list[dict[str, Any]] = [
        {"type": "slider", "minimum": 0, "maximum": 10, "by": 3}, {"type": "number", "minimum": 5, "maximum": 1},
        {"type": "date", "earliest": "x"}, {"type": "date", "earliest": "2026-02-30"},
        {"type": "time", "latest": "99:99"},
        {"type": "date", "earliest": "2026-02-02", "latest": "2026-01-01"}, {"type": "single_choice"},
        {"type": "single_choice", "options": [OPTIONS[0], OPTIONS[0]]},
        {"type": "matrix_rating", "rows": OPTIONS[:1] * 2},
        {"type": "matrix_single", "rows": OPTIONS, "choices": OPTIONS[:1] * 2},
        {"type": "ranking", "options": OPTIONS[:1] * 2},
        {"type": "multiple_choice", "options": OPTIONS, "at_least": 3, "at_most": 1},
        {"type": "multiple_choice", "options": OPTIONS, "at_least": 9},
        {"type": "single_choice", "options": [each | {"asks_text": True} for each in OPTIONS]},
        {"type": "rating", "points": "x"}, {"type": "rating", "show_if": {"item": "a", "link": "b"}},
        {"type": "rating", "show_if": {"item": "a"}},
        {"type": "rating", "show_if": {"item": "a", "is": "answered", "value": 1}},
        {"type": "rating", "look": "moons"}, {"type": "rating", "required": "maybe"}, {"type": "rating", "hight": 3},
        {"type": "file", "megabytes": 0}, {"type": "rating", "hint": ""}, {"type": "rating", "title": 5},
    ]  # fmt: skip
    for n, settings in enumerate(wrong):
        data = {**built().data, "sections": [{"questions": [{"code": f"q{n}", "title": "题", **settings}]}]}
        told = editing.problems_of_draft(Draft(data))
        assert told, settings
        for problem in told:
            assert any("一" <= letter <= "鿿" for letter in problem.message), (settings, problem.message)
