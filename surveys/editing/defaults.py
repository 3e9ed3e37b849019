"""What a new question says and offers before anyone has changed it: wording that could be published as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surveys.definition.plain_data import Data
from surveys.definition.questions import QUESTION_TYPES
from surveys.localisation.wording import DEFAULT_LANGUAGE

Pair = tuple[str, str]  # in Chinese and in English

_SATISFIED: list[Pair] = [
    ("很不满意", "Very dissatisfied"),
    ("不满意", "Dissatisfied"),
    ("一般", "Neutral"),
    ("满意", "Satisfied"),
    ("很满意", "Very satisfied"),
]
_ENDS = {"low_label": _SATISFIED[0], "high_label": _SATISFIED[-1]}
_ASPECTS: dict[str, Pair] = {
    "attitude": ("服务态度", "Courtesy"),
    "speed": ("办理速度", "Speed"),
    "information": ("信息告知", "Information"),
}
_CHANNELS: dict[str, Pair] = {
    "hall": ("营业厅", "Service hall"),
    "phone": ("客服电话", "Telephone"),
    "online": ("线上渠道", "Online"),
}
_TIMES: dict[str, Pair] = {"rarely": ("很少", "Rarely"), "sometimes": ("有时", "Sometimes"), "often": ("经常", "Often")}
_IMPROVEMENTS: dict[str, Pair] = {
    "outages": ("停电更少", "Fewer outages"),
    "repair": ("抢修更快", "Faster repairs"),
    "notice": ("停电提前通知", "Notice before outages"),
    "bills": ("账单更易懂", "Clearer bills"),
    "online": ("更多业务线上办", "More services online"),
    "staff": ("服务态度更好", "More courteous staff"),
    "phone": ("客服电话更快接通", "Calls answered sooner"),
}
OTHER: Pair = ("其他", "Other")

_DEFAULTS: dict[str, dict[str, Any]] = {
    "single_choice": {
        "title": ("您这次是通过哪种渠道办理的？", "How did you contact us this time?"),
        "options": _CHANNELS,
        "other": True,
    },
    "multiple_choice": {
        "title": ("您希望我们改进哪些方面？（可多选）", "What should we improve? (choose any)"),
        "options": _ASPECTS,
        "other": True,
    },
    "drop_down": {
        "title": ("您这次办理的是哪项业务？", "What was it about this time?"),
        "options": {
            "inquiry": ("咨询查询", "Inquiry"),
            "repair": ("故障报修", "Fault report"),
            "payment": ("缴费", "Payment"),
        },
        "other": True,
    },
    "ranking": {
        "title": ("请按对您的重要程度排序", "Please rank by importance to you"),
        "options": _ASPECTS,
    },
    "rating": {
        "title": ("您对这次服务满意吗？", "How satisfied are you with this service?"),
        "labels": _SATISFIED,
    },
    "nps": {
        "title": ("您有多愿意向亲友推荐我们的服务？", "How likely are you to recommend us to family and friends?"),
        "low_label": ("非常不愿意", "Not at all likely"),
        "high_label": ("非常愿意", "Extremely likely"),
    },
    "ces": {
        "title": ("我们让您很容易地办成了这件事", "We made it easy for you to get this done"),
        "low_label": ("很不同意", "Strongly disagree"),
        "high_label": ("很同意", "Strongly agree"),
    },
    "slider": {
        "title": ("请拖动滑块，为这次服务打分", "Please move the slider to score this service"),
        "unit": ("分", "points"),
        **_ENDS,
    },
    "matrix_single": {
        "title": ("您对以下各方面的感受如何？", "How was each of these?"),
        "rows": _ASPECTS,
        "choices": {"poor": ("较差", "Poor"), "fair": ("一般", "Fair"), "good": ("较好", "Good")},
    },
    "matrix_multiple": {
        "title": ("您通过哪些渠道办理过以下业务？", "Which channels have you used for each of these?"),
        "rows": {"inquiry": ("咨询查询", "Inquiry"), "payment": ("缴费", "Payment")},
        "choices": _CHANNELS,
    },
    "matrix_rating": {
        "title": ("请对以下各方面的满意程度打分", "Please rate your satisfaction with each of these"),
        "rows": _ASPECTS,
        **_ENDS,
    },
    "constant_sum": {
        "title": ("请把 100 分按重要程度分给以下各方面", "Please share out 100 points by importance"),
        "rows": _ASPECTS,
        "unit": ("分", "points"),
    },
    "best_worst": {
        "title": (
            "下面每一组里，您最看重哪一项改进，最不看重哪一项？",
            "In each set: which improvement matters most to you, and which least?",
        ),
        "options": _IMPROVEMENTS,
    },
    "importance_satisfaction": {
        "title": ("服务态度", "Courtesy"),
        "low_label": ("很低", "Very low"),
        "high_label": ("很高", "Very high"),
    },
    "expectation_perception": {
        "title": ("办理速度", "Speed"),
        "low_label": ("很低", "Very low"),
        "high_label": ("很高", "Very high"),
    },
    "kano": {"title": ("用手机随时查看办理进度", "Following the progress on your phone")},
    "number": {"title": ("您等候了多长时间？", "How long did you wait?"), "unit": ("分钟", "minutes"), "minimum": 0},
    "date": {"title": ("您是哪一天接受服务的？", "On which day were you served?")},
    "time": {"title": ("服务人员几点到达的？", "At what time did the staff arrive?")},
    "short_text": {"title": ("请用一句话说明您办理的事项", "In one line, what was it about?")},
    "long_text": {"title": ("您对我们的服务有什么意见和建议？", "What comments or suggestions do you have?")},
    "region": {"title": ("您所在的地区", "Your region")},
    "hidden": {"title": ("链接带来的信息", "Value from the link")},
    "file": {"title": ("请上传现场照片", "Please add photos of the site")},
    "consent": {
        "title": (
            "您的回答只用于改进服务，不向他人提供；您可以随时要求删除。",
            "Your answers are used only to improve our service and are not passed on; you may ask for their deletion.",
        )
    },
    "signature": {"title": ("请签名确认", "Please sign to confirm")},
    "statement": {
        "title": ("请结合您最近一次接受服务的感受回答以下问题。", "Please answer with your latest contact in mind.")
    },
}
_UNNAMED: dict[str, Any] = {  # for a type that has no wording of its own here
    "title": ("请回答这个问题", "Please answer this question"),
    "options": _ASPECTS,
    "choices": _TIMES,
    "rows": _ASPECTS,
}


def new_question(type_name: str, code: str, languages: Sequence[str]) -> Data:
    """A question of this type, ready to publish, worded in the languages given; raises KeyError for no type."""
    fields = QUESTION_TYPES[type_name].model_fields
    needed = {name: _UNNAMED[name] for name, field in fields.items() if field.is_required() and name in _UNNAMED}
    settings = needed | _DEFAULTS.get(type_name, {})
    other = settings.pop("other", False)
    question = {"code": code, "type": type_name} | {
        name: _worded(value, languages) for name, value in settings.items() if name in fields
    }
    if other:
        question["options"].append({"code": "other", "label": text(OTHER, languages), "asks_text": True})
    return question


def text(pair: Pair, languages: Sequence[str]) -> dict[str, str]:
    """A wording in those of the languages that it is known in; always in the default one."""
    known = {DEFAULT_LANGUAGE: pair[0], "en": pair[1]}
    return {tag: wording for tag, wording in known.items() if tag == DEFAULT_LANGUAGE or tag in languages}


def _worded(value: Any, languages: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return [{"code": code, "label": text(pair, languages)} for code, pair in value.items()]
    if isinstance(value, list):
        return [text(pair, languages) for pair in value]
    return text(value, languages) if isinstance(value, tuple) else value
