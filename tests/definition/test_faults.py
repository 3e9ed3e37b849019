"""Known faults of design are found, with the place and how to mend it; good wording raises no alarm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from surveys.definition.design_checks import FAULTS, HINTS, Fault, faults, longest_minutes, minutes
from surveys.definition.survey import Survey
from surveys.definition.templates import TEMPLATES, read_definition


def survey(*questions: dict[str, Any], **settings: Any) -> Survey:
    plain = {"type": "rating", "title": "您满意吗？"}
    asked = [{"code": f"q{n}"} | plain | each for n, each in enumerate(questions, start=1)]
    data = {"code": "test", "title": "测试", "use": "测试", "sections": [{"questions": asked}], **settings}
    return Survey.model_validate(data)


def found(tested: Survey, kind: str) -> list[Fault]:
    return [fault for fault in faults(tested) if fault.kind == kind]


def options(*labels: str) -> list[dict[str, Any]]:
    return [{"code": f"o{n}", "label": label} for n, label in enumerate(labels)]


BAD_WORDING = {
    "double_barrelled": [
        "工作人员的态度和效率满意吗？",
        "营业厅的环境与秩序",
        "电费计量准确，账单清楚",
        "停电抢修到得快、修得好",
        "故障响应快，恢复供电及时",
        "办电材料以及流程",
        "客服人员热情而且专业",
        "收费标准及办理时限清楚",
        "沟通清楚，态度友善",
        "环境整洁、标识清楚",
        "您对这次服务满意吗？工作人员是不是热情？",
    ],
    "leading": [
        "您对我们优质的服务满意吗？",
        "难道您不觉得停电变少了吗？",
        "大家都认为缴费更方便了，您呢？",
        "您一定愿意再次选择我们吗？",
        "您对糟糕的服务环境怎么看？",
    ],
    "absolute": ["工作人员总是热情", "从不让客户多跑", "问题每次都能解决", "账单完全准确"],
    "double_negation": ["您不是不了解电价吧？", "没有不满意的地方", "工作人员不会不理睬您", "服务无不周到"],
    "jargon": ["您对业扩报装的速度满意吗？", "本次工单处理得如何？", "您所在台区的电压正常吗？", "请给出您的 NPS 评分"],
    "over_long": ["请您回忆最近一年里每一次接受服务的经过，再综合考虑各方面的情况，对我们说一说您是不是满意？"],
}

GOOD_WORDING = {
    "double_barrelled": [
        "您对我们的服务有什么意见和建议？",
        "对意见和建议的回复",
        "工作人员热情、有耐心",
        "与您沟通的态度",
        "收入与付出相称",
        "和它打交道让我安心",
        "工作人员态度温和",
        "恢复供电及时",
        "到达是否及时",
        "增容、变更等业务的办理速度",
        "交付的工作准确、完整",
        "总体来说，您对这次服务满意吗？",
        "您有多愿意向亲友和同事推荐我们？",
        "与合同一致",
        "投诉和建议的渠道",
        "您满意吗？是很满意、满意，还是很不满意？",
        "办理结果与承诺相符",
        "并网手续的速度",
        "客户经理懂业务，能解决实际问题",
        "停电以后，恢复供电及时",
        "普及用电知识的效果",
        "您参与活动的感受",
        "这次抢修（含到场和处理）的速度",
    ],
    "leading": ["您对我们的服务满意吗？", "您是否愿意再次选择我们？", "服务的质量"],
    "absolute": ["问题解决的程度", "在一定程度上改善了", "工作人员热情"],
    "double_negation": [
        "有没有不满意的地方？",
        "是不是按时到达？",
        "您满意不满意？",
        "没有不明收费",
        "工作人员不错",
        "不能解决的问题",
    ],
    "jargon": ["网上国网 App 的使用感受", "您对停电通知满意吗？"],
    "over_long": ["您对这次服务满意吗？（如果您最近一年内多次接受过服务，请只考虑最近的一次，不要考虑以前的情况）"],
}


@pytest.mark.parametrize(("kind", "title"), [(kind, title) for kind, all_ in BAD_WORDING.items() for title in all_])
def test_faulty_wording_is_found(kind: str, title: str) -> None:
    """With the question it is in, and how to mend it."""
    [fault] = found(survey({"title": title}), kind)
    assert str(fault.where).startswith("第 1 题“")
    assert fault.what and fault.mend and not fault.hint


@pytest.mark.parametrize(("kind", "title"), [(kind, title) for kind, all_ in GOOD_WORDING.items() for title in all_])
def test_good_wording_raises_no_alarm(kind: str, title: str) -> None:
    """Fixed terms, prepositions and words that contain a joining character are let pass."""
    assert not found(survey({"title": title}), kind)


def test_rows_are_read_like_questions_and_open_questions_are_not_judged() -> None:
    """One may comment on two things at once, but not rate them."""
    rows = options("服务态度", "速度和质量")
    assert [fault.place for fault in found(survey({"type": "matrix_rating", "rows": rows}), "double_barrelled")] == [
        ("sections", 0, "questions", 0, "rows", 1, "label")
    ]
    assert not found(survey({"type": "long_text", "title": "您对态度和效率有什么看法？"}), "double_barrelled")
    assert not found(survey({"title": "您对工单处理满意吗？"}, audience="staff"), "jargon")


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (["很不满意", "不满意", "一般", "满意", "很满意"], ""),
        (["不满意", "一般", "满意"], ""),
        (["很不同意", "不同意", "同意", "很同意"], ""),
        (["远低于期望", "低于期望", "与期望相符", "高于期望", "远超期望"], ""),
        (["差", "一般", "良好", "优秀", "卓越好"], "选择不对称：正面 3 个，负面 1 个"),
        (["不满意", "基本满意", "满意", "很满意"], "选择不对称：正面 3 个，负面 1 个"),
        (["很不满意", "一般", "不满意", "满意", "很满意"], "正中的“不满意”不是中间态度"),
    ],
)
@pytest.mark.parametrize("type_name", ["rating", "single_choice"])
def test_a_scale_gives_both_sides_the_same_room(type_name: str, labels: list[str], fault: str) -> None:
    """Whether it is a rating, or a choice with the same words."""
    scale = {"labels": labels, "points": len(labels)} if type_name == "rating" else {"options": options(*labels)}
    told = [str(each.what) for each in found(survey({"type": type_name, **scale}), "unbalanced_scale")]
    assert (len(told), all(what.startswith(fault) for what in told)) == (bool(fault), True)


@pytest.mark.parametrize(
    ("low", "high", "fault"),
    [
        ("很不满意", "很满意", ""),
        ("很低", "很高", ""),
        ("完全不愿意", "非常愿意", ""),
        ("很满意", "很不满意", "最低分写的是好的一端"),
        ("满意", "很满意", "在同一边"),
        ("很不满意", None, "只写了一端的含义"),
        (None, None, ""),
    ],
)
def test_the_ends_of_a_scale_are_opposites(low: str | None, high: str | None, fault: str) -> None:
    """And the better end has the higher score."""
    told = found(survey({"low_label": low, "high_label": high}), "one_sided_ends")
    assert fault in str(told[0].what) if fault else not told


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (["0–5 分钟", "5–10 分钟", "10 分钟以上"], "重叠，5 两处都能选"),
        (["0–4 次", "5–9 次", "10 次及以上"], ""),
        (["10 分钟以内", "10–30 分钟", "30 分钟以上"], ""),
        (["5 次及以下", "5–10 次", "10 次以上"], "重叠，5 两处都能选"),
        (["1–3 次", "6–9 次", "10 次以上"], "之间有空档"),
        (["0–4 次", "5–9 次"], "没有大于 9 的选项"),
        (["1 万至 10 万元", "10 万至 100 万元", "100 万元以上"], "重叠，10 万 两处都能选"),
        (["1 万至 10 万（不含）元", "10 万至 100 万（不含）元", "100 万元及以上"], ""),
        (["不到 1 年", "1 年至 3 年", "4 至 10 年", "超过 10 年"], ""),
        (["营业厅", "电话", "95598"], ""),
        (["0–4 次", "5 次以上", "记不清"], ""),
    ],
)
def test_each_number_has_its_place_in_one_range(labels: Sequence[str], fault: str) -> None:
    """Overlaps and gaps are found; what usage leaves open (以内、以上) is let pass."""
    told = found(survey({"type": "single_choice", "options": options(*labels)}), "unfit_ranges")
    assert fault in str(told[0].what) if fault else not told


def test_an_option_that_was_added_and_not_named_is_found() -> None:
    """The number it was added with tells a respondent nothing; one that means something is let be."""
    labels = options("营业厅", "选项 2", "选项 2 号窗口", "其他")
    choice = {"type": "single_choice", "title": "渠道？", "options": labels}
    grid = {"type": "matrix_rating", "title": "各方面", "rows": options("态度", "行 2")}
    places = [fault.place[-3:] for fault in found(survey(choice, grid), "unnamed_part")]
    assert places == [("options", 1, "label"), ("rows", 1, "label")]


def test_faults_of_the_whole_are_found() -> None:
    """Long grids, much to write, the overall question last."""
    rows = options(*(f"第{n}项" for n in range(8)))
    assert str(found(survey({"type": "matrix_rating", "rows": rows}), "long_matrix")[0].what).startswith("矩阵有 8 行")
    assert not found(survey({"type": "matrix_rating", "rows": rows[:7]}), "long_matrix")
    comment = {"type": "long_text", "required": True}
    assert not found(survey(comment), "required_open_questions")
    assert len(found(survey(comment, comment), "required_open_questions")) == 1
    detail = {"title": "等候时间", "dimension": "waiting"}
    dimensions = [{"code": "waiting", "label": "等候"}]
    late = survey(detail, {"code": "overall"}, overall="overall", dimensions=dimensions)
    assert found(late, "overall_after_details")[0].place == ("sections", 0, "questions", 1)
    early = survey({"code": "overall"}, detail, overall="overall", dimensions=dimensions)
    assert not found(early, "overall_after_details")


def test_personal_data_need_consent_and_have_no_place_in_an_anonymous_survey() -> None:
    """A question about the telephone service asks for no number."""
    phone = {"type": "short_text", "title": "您的联系电话", "pattern": "phone"}
    name = {"type": "short_text", "title": "您的姓名"}
    service = {"type": "long_text", "title": "您对电话服务有什么建议？"}
    consent = {"type": "consent", "title": "用于回访"}
    assert len(found(survey(phone, name, service), "personal_without_consent")) == 2
    assert not found(survey(consent, phone, name), "personal_without_consent")
    anonymous = survey(consent, phone, service, {"type": "hidden", "parameter": "account"}, anonymous=True)
    places = [fault.place for fault in found(anonymous, "identifying_in_anonymous")]
    assert places == [("sections", 0, "questions", 1), ("sections", 0, "questions", 3)]
    assert not found(survey(consent, phone), "identifying_in_anonymous")


def test_hints_come_after_warnings_and_are_marked() -> None:
    """They are questions to the designer, not faults."""
    listed = {"type": "multiple_choice", "title": "方面", "options": options(*"甲乙丙丁戊己")}
    item = {"title": "态度和效率", "dimension": "attitude"}
    told = faults(survey(listed, item, dimensions=[{"code": "attitude", "label": "态度"}]))
    assert [(fault.kind, fault.hint) for fault in told] == [
        ("double_barrelled", False), ("missing_other", True), ("missing_not_applicable", True),
    ]  # fmt: skip
    closed = listed | {"options": options(*"甲乙丙丁戊", "以上都不是")}
    assert not found(survey(closed), "missing_other")
    assert set(FAULTS) >= HINTS


def test_the_time_is_that_of_the_longest_way() -> None:
    """A jump is a way past; what hangs on a condition counts half for a typical respondent."""
    long = [{"code": f"c{n}", "type": "long_text", "title": "意见"} for n in range(20)]
    sections = [
        {"questions": [{"code": "csat", "type": "rating", "title": "满意吗"}]},
        {"questions": long, "show_if": {"item": "csat", "is": "at_most", "value": 2}},
    ]
    tested = Survey.model_validate({"code": "test", "title": "测试", "use": "测试", "sections": sections})
    assert longest_minutes(tested) == pytest.approx((5 + 3 / 8 + 20 * (20 + 2 / 8)) / 60)
    assert minutes(tested) == pytest.approx((5 + 3 / 8 + 10 * (20 + 2 / 8)) / 60)
    assert str(found(tested, "too_long")[0].where) == "问卷"
    sections[0]["jumps"] = [{"if": {"item": "csat", "value": 5}, "to": "end"}, {"to": "screen_out"}]
    ended = Survey.model_validate({"code": "test", "title": "测试", "use": "测试", "sections": sections})
    assert longest_minutes(ended) == longest_minutes(tested)
    assert minutes(ended) < minutes(tested)


# Alarms over the library that were looked at and are left: what they say is right, and there is a reason to keep it.
LEFT: dict[tuple[str, str], str] = {
    ("call-monitoring", "overall_after_details"): "a score card sums up what was heard",
    ("manager-360", "overall_after_details"): "an appraisal sums up its eight items",
}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_library_raises_only_alarms_that_were_looked_at(path: Path) -> None:
    """A template with a warning is reworded, or the reason to leave it stands above."""
    template = read_definition(path)
    told = [str(fault) for fault in faults(template) if not fault.hint and (template.code, fault.kind) not in LEFT]
    assert not told
