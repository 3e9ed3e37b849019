"""Versions: what changed in words, what may be compared, what is a mere correction of typing errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys import editing
from surveys.definition.survey import Survey
from surveys.definition.translations import texts, with_texts, with_translations
from surveys.definition.versions import (
    answers_fit,
    comparable_items,
    differences,
    group_by_place,
    is_correction,
    misfits,
)
from surveys.editing import Draft
from surveys.localisation.wording import Text
from tests.editing.test_editing import STEPS, built
from tests.support.examples import EXAMPLES

BEFORE = editing.finish_draft(built())


def after(*steps: Callable[[Draft], Draft]) -> Survey:
    draft = Draft.of(BEFORE)
    for step in steps:
        draft = step(draft)
    return editing.finish_draft(draft)


def told(*steps: Callable[[Draft], Draft]) -> list[str]:
    return [str(each) for each in differences(BEFORE, after(*steps))]


STEPS_IN_WORDS: list[tuple[Callable[[Draft], Draft], list[str]]] = [
    (lambda d: editing.add_question(d, "nps", 0), ["第 3 题“您有多愿意向亲友推荐我们的服…”：新增推荐意愿（NPS）题"]),
    (lambda d: editing.move_question(d, "best", 1, 0), ["第 3 题“最好的”：由第 4 题移来"]),
    (lambda d: editing.move_question(d, "wait", 2, 0), ["第 4 题“等候时间”：由第 3 题移来"]),
    (lambda d: editing.reword_question(d, "comment", "title", "建议"), ["第 5 题“建议”：题目由“意见”改为“建议”"]),
    (
        lambda d: editing.reword_question(d, "comment", "title", "Comment", "en"),
        ["第 5 题“意见”：添加了题目（en）“Comment”"],
    ),
    (
        lambda d: editing.change_question(d, "csat", "points", 10),
        ["第 2 题“您对{used}满意吗？”：分数点数由“5”改为“10”"],
    ),
    (
        lambda d: editing.change_question(d, "csat", "required", True),
        ["第 2 题“您对{used}满意吗？”：必答由“否”改为“是”"],
    ),
    (lambda d: editing.change_type(d, "comment", "short_text"), ["第 5 题“意见”：题型由“开放意见”改为“单行文字”"]),
    (lambda d: editing.add_part(d, "used", "options", "短信"), ["第 1 题“渠道”：添加了选项“短信”"]),
    (
        lambda d: editing.reword_part(d, "used", "options", "app", "App"),
        ["第 1 题“渠道”：选项“网上国网”的文字由“网上国网”改为“App”"],
    ),
    (lambda d: editing.move_part(d, "used", "options", "app", 1), ["第 1 题“渠道”：选项的顺序有变化"]),
    (
        lambda d: editing.change_question(
            d, "wait", "show_if", {"not": {"item": "csat", "is": "at_least", "value": 4}}
        ),
        [
            "第 3 题“等候时间”：显示条件由““渠道”为“营业厅”，且“您对{used}满意吗？”不大于 3”"
            "改为“不满足（“您对{used}满意吗？”不小于 4）”"
        ],
    ),
    (
        lambda d: editing.change_section(d, 0, "jumps", [{"to": "end", "if": {"item": "used", "value": "app"}}]),
        ["第 1 节：跳转由“若“渠道”为“都没有”，跳到“last””改为“若“渠道”为“网上国网”，结束”"],
    ),
    (
        lambda d: editing.change_weight(d, "waiting", 0.2),
        [
            "维度“等候”：权重由“0.5”改为“0.2”",
            "维度“速度”：权重由“0.3”改为“0.48”",
            "维度“告知”：权重由“0.2”改为“0.32”",
        ],
    ),
    (lambda d: editing.rename_dimension(d, "speed", "快慢"), ["维度“快慢”：维度名称由“速度”改为“快慢”"]),
    (lambda d: editing.assign(d, ["wait"], "speed"), ["第 3 题“等候时间”：所属维度由“等候”改为“速度”"]),
    (editing.add_quota, ["问卷：添加了配额“配额 1”"]),
    (
        lambda d: editing.change_survey(d, "quota_full", {"zh-Hans": "名额已满"}),
        ["问卷：添加了名额已满时的结束语“名额已满”"],
    ),
    (lambda d: editing.change_survey(d, "anonymous", True), ["问卷：匿名由“否”改为“是”"]),
    (
        lambda d: editing.change_survey(d, "audience", "staff"),
        ["问卷：填写对象由“客户（有链接的人）”改为“员工（登录后填写）”"],
    ),
]


@pytest.mark.parametrize(("step", "words"), STEPS_IN_WORDS)
def test_each_change_is_said_where_it_is(step: Callable[[Draft], Draft], words: list[str]) -> None:
    """One line for one change, in words the designer knows."""
    assert told(step) == words


def test_a_quota_that_is_changed() -> None:
    """Its limit and what it counts, under its name."""
    before = editing.add_quota(Draft.of(BEFORE))
    changed = editing.change_quota(before, "quota", "when", {"item": "csat", "is": "at_most", "value": 2})
    changed = editing.change_quota(changed, "quota", "limit", 30)
    assert [str(each) for each in differences(editing.finish_draft(before), editing.finish_draft(changed))] == [
        "问卷：配额“配额 1”的计入条件由“无”改为““您对{used}满意吗？”不大于 2”",
        "问卷：配额“配额 1”的收多少份由“100”改为“30”",
    ]


def test_a_section_that_goes_takes_its_questions_along() -> None:
    """The jump to it goes as well."""
    assert told(lambda draft: editing.delete_section(draft, 2)) == [
        "第 1 节：跳转由“若“渠道”为“都没有”，跳到“last””改为“无”",
        "原第 3 节：删除这一节",
        "原第 5 题“意见”：删除",
    ]


def test_a_section_that_moves_is_said_once() -> None:
    """Not once for each of its questions."""
    back = editing.change_section(Draft.of(BEFORE), 0, "jumps", None)
    changed = editing.finish_draft(editing.move_section(back, 1, 1))
    assert [str(each) for each in differences(editing.finish_draft(back), changed)] == ["第 2 节：由第 3 节移来"]


def test_differences_are_grouped_by_place() -> None:
    """All that concerns one question stands together."""
    changed = after(
        lambda d: editing.change_question(d, "csat", "required", True),
        lambda d: editing.change_question(d, "csat", "points", 7),
        lambda d: editing.change_survey(d, "anonymous", True),
    )
    places = group_by_place(differences(BEFORE, changed))
    assert {str(place): len(changes) for place, changes in places.items()} == {
        "问卷": 1,
        "第 2 题“您对{used}满意吗？”": 2,
    }


EDITS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), max_size=8)


def edited(steps: list[tuple[Any, int]]) -> Survey:
    """The survey after random steps; what makes it unfit is given up."""
    draft = Draft.of(BEFORE)
    for step, n in steps:
        codes = [question["code"] for question in draft.questions()]
        further = step(draft, codes[n % len(codes)], n)
        draft = draft if editing.problems_of_draft(further) else further
    return editing.finish_draft(draft)


@given(EDITS)
def test_there_are_no_differences_exactly_when_versions_are_equal(steps: list[tuple[Any, int]]) -> None:
    """In either direction."""
    changed = edited(steps)
    assert bool(differences(BEFORE, changed)) is (changed != BEFORE)
    assert bool(differences(changed, BEFORE)) is (changed != BEFORE)


@given(EDITS, st.data())
def test_a_correction_never_touches_what_answers_stand_on(steps: list[tuple[Any, int]], data: st.DataObject) -> None:
    """Fields, columns and conditions are the same; whatever was edited besides is refused."""
    base = edited(steps)
    where = data.draw(st.sampled_from([place for place, _ in texts(base)]))

    def corrected(place: str, text: Text) -> Text:
        return Text.model_validate({tag: f"{words}。" for tag, words in text.root.items()}) if place == where else text

    mended = with_texts(base, corrected)
    assert is_correction(base, mended)
    for one, other in zip(base.questions(), mended.questions(), strict=True):
        assert one.fields() == other.fields()
        assert [column.name for column in one.columns()] == [column.name for column in other.columns()]
        assert one.show_if == other.show_if
    assert all(item.comparable for item in comparable_items(base, mended))
    assume(base != BEFORE)
    verdict = is_correction(BEFORE, base)
    if verdict:
        assert [question.fields() for question in base.questions()] == [each.fields() for each in BEFORE.questions()]
    else:
        assert all(reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("before", "now", "fits"),
    [
        ("您对这次服务满意吗？", "您对这次服务满意吗", True),
        ("您对这此服务满意吗？", "您对这次服务满意吗？", True),
        ("工作人员热情耐心", "工作人员热情、耐心", True),
        ("您对这次服务满意吗？", "您对这次服务不满意吗？", False),
        ("最近 3 个月", "最近 6 个月", False),
        ("工作人员热情", "工作人员非常热情", False),
        ("抢修速度", "账单清楚", False),
        ("Are you satisfied?", "Are you dissatisfied?", False),
        ("How satisfied are you with the sevice?", "How satisfied are you with the service?", True),
    ],
)
def test_only_typing_errors_are_corrections(before: str, now: str, fits: bool) -> None:
    """A turned meaning is refused with both wordings."""
    first = after(lambda d: editing.reword_question(d, "comment", "title", before))
    second = with_texts(first, lambda place, text: Text.model_validate(now) if text.root["zh-Hans"] == before else text)
    verdict = is_correction(first, second)
    assert bool(verdict) is fits
    assert fits or now in str(verdict.reasons[0])


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (lambda d: editing.change_question(d, "csat", "required", True), "必答由“否”改为“是”"),
        (lambda d: editing.add_question(d, "nps"), "新增推荐意愿（NPS）题"),
        (lambda d: editing.move_part(d, "used", "options", "app", 1), "选项的顺序有变化"),
        (lambda d: editing.reword_question(d, "csat", "hint", "请打分"), "添加了原来没有的文字“请打分”"),
        (lambda d: editing.reword_question(d, "csat", "title", "您满意吗？"), "放入的内容变了"),
        (lambda d: editing.change_question(d, "wait", "show_if", None), "显示条件"),
    ],
)
def test_what_is_more_than_a_correction_is_refused_with_the_reason(step: Callable[[Draft], Draft], why: str) -> None:
    """So that answers before and after stay answers to the same questions."""
    verdict = is_correction(BEFORE, after(step))
    assert not verdict
    assert any(why in str(reason) for reason in verdict.reasons)


def test_a_translation_may_come_in_while_the_survey_is_in_the_field() -> None:
    """It changes nothing for those who have answered."""
    assert is_correction(BEFORE, with_translations(BEFORE, "en", {"questions.comment.title": "Comments"}))


@pytest.mark.parametrize(
    ("step", "item", "comparable", "why"),
    [
        (lambda d: editing.change_question(d, "csat", "points", 10), "csat", False, "分数点数改了"),
        (lambda d: editing.change_type(d, "csat", "slider"), "csat", False, "题型由“评分”改为“滑块”"),
        (lambda d: editing.add_part(d, "used", "options", "短信"), "used", False, "选项有增减"),
        (lambda d: editing.add_question(d, "nps"), "nps", False, "新增"),
        (lambda d: editing.delete_question(d, "best"), "best", False, "已删除"),
        (lambda d: editing.reword_part(d, "used", "options", "app", "电话"), "used", False, "选项的含义改了"),
        (lambda d: editing.change_question(d, "wait", "show_if", None), "wait", True, "显示条件改了"),
        (lambda d: editing.reword_question(d, "wait", "title", "排队多久"), "wait", True, "措辞改了"),
        (lambda d: editing.move_question(d, "best", 1, 0), "best", True, ""),
        (lambda d: editing.change_question(d, "wait", "dimension", None), "wait", True, ""),
        (lambda d: editing.reword_question(d, "csat", "high_label", "满意"), "csat", False, "最高分的含义改了"),
    ],
)
def test_items_are_followed_on_the_same_scale_only(
    step: Callable[[Draft], Draft], item: str, comparable: bool, why: str
) -> None:
    """And what speaks against it is said, also where it is only a caution."""
    [found] = [each for each in comparable_items(BEFORE, after(step)) if each.item == item]
    assert (found.comparable, why in str(found.why), bool(found.why)) == (comparable, True, bool(why))


def test_rows_of_a_grid_are_items_of_their_own() -> None:
    """A row more leaves the others comparable; comments are not followed at all."""
    grid = after(lambda d: editing.add_question(d, "matrix_rating"))
    wider = editing.finish_draft(editing.add_part(Draft.of(grid), "matrix_rating", "rows", "环境"))
    verdicts = {each.item: each.comparable for each in comparable_items(grid, wider)}
    assert verdicts["matrix_rating.attitude"] is True
    assert verdicts["matrix_rating.row"] is False
    assert "comment" not in verdicts


def test_answers_are_held_against_a_version() -> None:
    """Each answer must be one that its question accepts."""
    assert answers_fit({"csat": 4, "used": "hall"}, BEFORE)
    found = misfits({"csat": 9, "used": "post", "gone": 1}, BEFORE)
    assert {code: str(why) for code, why in found.items()} == {
        "csat": "“9”不是这道评分题的答案", "used": "“post”不是这道单选题的答案", "gone": "这一版没有这道题",
    }  # fmt: skip


@pytest.mark.parametrize("type_name", EXAMPLES)
def test_answers_of_every_type_fit_their_own_question(type_name: str) -> None:
    """And something quite different does not."""
    for settings, answer in EXAMPLES[type_name]:
        question = {"code": "q", "type": type_name, "title": "题", **settings}
        version = Survey.model_validate(
            {"code": "test", "title": "测试", "use": "测试", "sections": [{"questions": [question]}]}
        )
        assert answers_fit({"q": answer}, version)
        assert not answers_fit({"q": [["?"]]}, version)
