"""Settings and answers for every question type, and facts of every type: what the contract tests run over."""

from __future__ import annotations

from typing import Any

_OPTIONS: list[dict[str, Any]] = [
    {"code": "bill", "label": "电费账单"},
    {"code": "repair", "label": {"zh-Hans": "抢修", "en": "Repair"}},
    {"code": "hall", "label": "营业厅"},
]
_COMPARED = [*_OPTIONS, {"code": "phone", "label": "客服电话"}]
_FIRST_SET = {"s8407ec": {"best": "bill", "worst": "hall"}}
_WITH_OTHER = [*_OPTIONS, {"code": "other", "label": "其他", "asks_text": True}]
_WITH_NONE = [*_OPTIONS, {"code": "none", "label": "都没有", "exclusive": True}]
_PLACES = [{"code": "330102", "path": ["浙江", "杭州", "上城"]}, {"code": "330103", "path": ["浙江", "杭州", "下城"]}]
_NA = {"not_applicable": "没有接触"}

EXAMPLES: dict[str, list[tuple[dict[str, Any], Any]]] = {
    "single_choice": [
        ({"options": _OPTIONS}, "repair"),
        ({"options": _WITH_OTHER}, {"chosen": "other", "other": "=1+1 充电桩"}),
        ({"options": _WITH_OTHER}, "other"),
    ],
    "drop_down": [({"options": _OPTIONS}, "hall")],
    "multiple_choice": [
        ({"options": _OPTIONS}, ["bill", "repair"]),
        ({"options": _OPTIONS, "at_most": 1}, ["repair"]),
        ({"options": _WITH_OTHER}, {"chosen": ["bill", "other"], "other": "电动车"}),
        ({"options": _WITH_NONE, "at_least": 2}, ["none"]),
    ],
    "ranking": [({"options": _OPTIONS}, ["hall", "bill", "repair"]), ({"options": _OPTIONS, "at_most": 1}, ["repair"])],
    "rating": [(_NA, 4), (_NA, "na"), ({"points": 11, "look": "stars"}, 11)],
    "nps": [({}, 0), ({}, 10)],
    "ces": [({}, 7)],
    "slider": [({}, 0), ({"minimum": -10, "maximum": 10, "by": 5}, -5)],
    "matrix_single": [({"rows": _OPTIONS, "choices": _OPTIONS}, {"bill": "hall", "hall": "bill"})],
    "matrix_multiple": [({"rows": _OPTIONS, "choices": _OPTIONS}, {"bill": ["bill", "hall"], "repair": ["hall"]})],
    "matrix_rating": [({"rows": _OPTIONS} | _NA, {"bill": 5, "repair": "na"})],
    "constant_sum": [({"rows": _OPTIONS}, {"bill": 70, "repair": 30, "hall": 0})],
    "best_worst": [
        ({"options": _COMPARED}, _FIRST_SET),
        ({"options": _COMPARED, "sets": 4, "versions": 2, "best_label": "最想要"}, _FIRST_SET),
    ],
    "importance_satisfaction": [(_NA, {"importance": 5, "satisfaction": 2})],
    "expectation_perception": [({"points": 7}, {"expectation": 6, "perception": 7})],
    "kano": [({}, {"functional": "like", "dysfunctional": "live_with"})],
    "number": [({}, 0), ({"minimum": -5, "maximum": 5, "decimals": 2}, -2.25), ({}, 120000)],
    "date": [({"earliest": "2026-01-01"}, "2026-11-22")],
    "time": [({}, "18:30")],
    "short_text": [
        ({}, "0013800001111"),
        ({"pattern": "phone"}, "13800001111"),
        ({"pattern": "email"}, "a@example.com"),
        ({"pattern": "customer_number"}, "0012345678"),
    ],
    "long_text": [({}, "第一行\n第二行 😀，=1+1")],
    "region": [({"places": _PLACES}, "330103")],
    "hidden": [({}, "WO-20261122-0001")],
    "file": [({}, ["0" * 32, "a" * 32])],
    "consent": [({}, "yes")],
    "signature": [({}, {"strokes": "M10 10L12 14L20 18M30 30"}), ({}, {"name": "张三"})],
    "statement": [({}, None)],
}

# Of each type of context: its settings, a value as somebody writes it, and as it is kept.
FACTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "text": ({}, " WO-1 ", "WO-1"),
    "choice": ({"options": [{"code": "new", "label": {"zh-Hans": "新装", "en": "New"}}]}, "新装", "new"),
    "number": ({"unit": "小时"}, "3.50 小时", "3.5"),
    "date": ({}, "2026年1月5日", "2026-01-05"),
    "subject": ({"about": "department"}, "repair", "repair"),
}
