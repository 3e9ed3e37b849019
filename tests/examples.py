"""Settings and an answer for every question type: what the contract tests run over."""

from __future__ import annotations

from typing import Any

_OPTIONS = [{"code": "bill", "label": "电费账单"}, {"code": "repair", "label": {"zh-Hans": "抢修", "en": "Repair"}}]

EXAMPLES: dict[str, list[tuple[dict[str, Any], Any]]] = {
    "single_choice": [({"options": _OPTIONS}, "repair")],
    "multiple_choice": [({"options": _OPTIONS}, ["bill", "repair"]), ({"options": _OPTIONS, "at_most": 1}, ["repair"])],
    "rating": [({"not_applicable": "没有接触"}, 4), ({"not_applicable": "没有接触"}, "na"), ({"points": 11}, 11)],
    "nps": [({}, 0), ({}, 10)],
    "short_text": [({}, "0013800001111")],
    "long_text": [({}, "第一行\n第二行 😀，=1+1")],
}
