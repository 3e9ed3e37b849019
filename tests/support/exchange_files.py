"""Definition files as other programs write them, in small: each thing a reader meets stands in one of them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

Table = Sequence[Sequence[Any]]


def workbook(**sheets: Table) -> bytes:
    """An .xlsx file with these sheets, the first row of each being its header."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


XLSFORM = {
    "survey": [
        ["type", "name", "label::中文 (zh-Hans)", "label::English (en)", "hint::English (en)", "required", "relevant",
         "constraint", "appearance", "parameters"],
        ["start", "start"],
        ["note", "welcome", "您好", "Hello"],
        ["begin group", "visit", "本次服务", "This visit", None, None, None, None, "field-list"],
        ["select_one agree", "csat", "满意吗？", "Satisfied?", "1 to 5", "yes", None, None, "likert"],
        ["select_one topic or_other", "topic", "主题", "Topic", None, None, "${csat} <= 3", None, "minimal"],
        ["select_multiple topic", "topics", "还有", "More", None, None,
         "selected(${topic}, 'bill') or not(${csat} > 3)", "count-selected(.) <= 2", None, "randomize=true"],
        ["rank topic", "order", "排序", "Rank"],
        ["integer", "minutes", "等了几分钟？", "Minutes", None, None, None, ". >= 0 and . < 600"],
        ["range", "slide", "滑块", "Slide", None, None, None, None, None, "start=0 end=10 step=2"],
        ["begin_group", "items", "请评价", "Rate", None, None, "${minutes} > 5", None, "table-list"],
        ["select_one agree", "items_speed", "快", "Fast", None, "yes"],
        ["select_one agree", "items_care", "细", "Careful", None, "yes"],
        ["end_group"],
        ["end group"],
        ["text", "why", "为什么？", "Why?", None, None, "${topics} != ''", "string-length(.) <= 300", "multiline"],
        ["date", "day", "哪天？", "Which day?", None, None, None, ". >= date('2026-01-01')"],
        ["image", "photo", "照片", "Photo"],
        ["acknowledge", "ok", "同意“${topic}”", "Agree"],
        ["hidden", "order_no", "工单号", "Order"],
    ],
    "choices": [
        ["list_name", "name", "label::中文 (zh-Hans)", "label::English (en)"],
        *[["agree", n, f"{n} 分", f"{n} points"] for n in range(1, 6)],
        ["topic", "bill", "账单", "Bill"],
        ["topic", "repair", "抢修", "Repair"],
    ],
    "settings": [["form_title", "form_id", "default_language"], ["回访", "follow_up", "中文 (zh-Hans)"]],
}  # fmt: skip

SURVEYJS: dict[str, Any] = {
    "locale": "zh-cn",
    "title": {"default": "Follow-up", "zh-cn": "回访"},
    "description": "请花一分钟",
    "completedHtml": "谢谢！",
    "pages": [
        {
            "name": "page1",
            "title": "本次服务",
            "elements": [
                {"type": "rating", "name": "csat", "title": "满意吗？", "isRequired": True, "rateCount": 5,
                 "rateMax": 5, "minRateDescription": "不满意", "maxRateDescription": "满意", "rateType": "stars"},
                {"type": "rating", "name": "nps", "title": "推荐吗？", "rateMin": 0, "rateMax": 10},
                {"type": "radiogroup", "name": "topic", "title": "主题", "visibleIf": "{csat} <= 3", "hasOther": True,
                 "choices": ["bill", {"value": "repair", "text": {"default": "Repair", "zh-cn": "抢修"}}]},
                {"type": "checkbox", "name": "more", "title": "还有", "hasNone": True, "noneText": "没有",
                 "choices": ["a", "b", {"value": "c", "visibleIf": "{csat} = 1"}], "maxSelectedChoices": 2},
                {"type": "tagbox", "name": "again", "choicesFromQuestion": "more",
                 "choicesFromQuestionMode": "selected"},
                {"type": "matrix", "name": "Items", "title": "请评价", "eachRowRequired": True, "isRequired": True,
                 "columns": [1, 2, 3], "rows": [{"value": "speed", "text": "快"}, "care"]},
                {"type": "text", "name": "mail", "title": "邮箱", "inputType": "email"},
                {"type": "text", "name": "minutes", "title": "几分钟", "inputType": "number", "min": 0, "max": 600},
                {"type": "panel", "name": "details", "title": "详情",
                 "visibleIf": "{Items.speed} = 1 or {more} contains 'a'",
                 "elements": [{"type": "comment", "name": "why", "title": "为什么？{topic}", "maxLength": 300}]},
                {"type": "boolean", "name": "again2", "title": "还来吗？",
                 "visibleIf": "{minutes} > 5 and {nps} notempty"},
                {"type": "ranking", "name": "order", "title": "排序", "choices": ["a", "b"]},
                {"type": "imagepicker", "name": "pic", "title": "选图", "choices": ["x", "y"]},
                {"type": "file", "name": "photo", "title": "照片", "acceptedTypes": "image/*", "maxSize": 5000000},
                {"type": "signaturepad", "name": "sign", "title": "签名"},
                {"type": "html", "name": "bye", "html": "再见"},
            ],
        }
    ],
}  # fmt: skip


def lss(tables: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    """A LimeSurvey survey structure with these tables."""
    parts = ["<?xml version='1.0' encoding='UTF-8'?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>"]
    parts.append("<DBVersion>623</DBVersion><languages><language>zh-Hans</language></languages>")
    for name, rows in tables.items():
        cells = ("".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows)
        parts.append(f"<{name}><rows>{''.join(f'<row>{each}</row>' for each in cells)}</rows></{name}>")
    return "".join([*parts, "</document>"]).encode()


_QUESTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("csat", "5", "满意吗？", "1"), ("topic", "L", "主题", "csat.NAOK <= 3"),
    ("more", "M", "还有", "topic.NAOK == 'A1'"),
    ("items", "F", "请评价", "1"), ("speed", "A", "逐项", "more_S1.NAOK == 'Y' || !is_empty(items_S1)"),
    ("minutes", "N", "几分钟？", "1"), ("why", "T", "为什么？<br>{topic}", "1"), ("day", "D", "哪天？", "1"),
    ("yes", "Y", "还来吗？", "1"), ("bye", "X", "再见", "1"), ("order", "R", "排序", "1"), ("share", "K", "分配", "1"),
    ("names", "Q", "姓名", "1"), ("two", "1", "双标度", "1"), ("cells", ";", "填空", "1"), ("drop", "!", "下拉", "1"),
    ("up", "|", "照片", "1"), ("sex", "G", "性别", "1"), ("more3", "E", "变化", "1"), ("sum", "*", "计算", "1"),
)  # fmt: skip


def lss_tables() -> dict[str, list[dict[str, object]]]:
    """The tables of a structure with most question types."""
    ids = {code: str(n) for n, (code, *_) in enumerate(_QUESTIONS, start=10)}
    parts = {
        "more": "M",
        "items": "F",
        "speed": "A",
        "share": "K",
        "names": "Q",
        "two": "1",
        "cells": ";",
        "more3": "E",
    }
    inner = [
        {"qid": f"{ids[code]}{n}", "parent_qid": ids[code], "gid": "1", "type": kind, "title": f"S{n}", "scale_id": 0,
         "question_order": n, "relevance": "1"} for code, kind in parts.items() for n in (1, 2)
    ]  # fmt: skip
    inner.append(inner[-3] | {"qid": "999", "title": "C1", "scale_id": 1})
    lists = [
        (code, scale)
        for code in ("topic", "items", "order", "two", "drop")
        for scale in ((0, 1) if code == "two" else (0,))
    ]
    answers = [
        {"aid": f"{ids[code]}{n}{scale}", "qid": ids[code], "code": f"A{n}", "sortorder": n, "assessment_value": 0,
         "scale_id": scale} for code, scale in lists for n in (1, 2)
    ]  # fmt: skip
    words = [{"qid": ids[code], "question": text, "language": "zh-Hans"} for code, _, text, _ in _QUESTIONS]
    words += [{"qid": row["qid"], "question": f"项目 {row['title']}", "language": "zh-Hans"} for row in inner]
    return {
        "surveys": [{"sid": 1, "language": "zh-Hans", "anonymized": "Y", "format": "G"}],
        "surveys_languagesettings": [
            {"surveyls_survey_id": 1, "surveyls_language": "zh-Hans", "surveyls_title": "回访",
             "surveyls_welcometext": "<p>您好</p>", "surveyls_endtext": "谢谢"}
        ],
        "groups": [{"gid": 1, "sid": 1, "group_order": 1, "grelevance": "1"}],
        "group_l10ns": [{"gid": 1, "group_name": "本次服务", "language": "zh-Hans"}],
        "questions": [
            {"qid": ids[code], "parent_qid": 0, "sid": 1, "gid": 1, "type": kind, "title": code, "other": "N",
             "mandatory": "Y" if code == "csat" else "N", "question_order": n, "relevance": relevance, "encrypted": "N"}
            for n, (code, kind, _, relevance) in enumerate(_QUESTIONS)
        ],
        "subquestions": inner,
        "answers": answers,
        "question_l10ns": words,
        "answer_l10ns": [
            {"aid": row["aid"], "answer": f"答案 {row['code']}", "language": "zh-Hans"} for row in answers
        ],
        "question_attributes": [{"qid": ids["share"], "attribute": "equals_num_value", "value": "100"}],
    }  # fmt: skip


@dataclass(frozen=True)
class OldError:
    """A cell of an .xls file that holds an error: typed in by its number, or the result of a formula."""

    code: int
    formula: bool = False


def old_workbook(**sheets: Table) -> bytes:
    """An .xls file with these sheets of texts and errors: BIFF8 records in a compound file, as Excel until 2003."""
    begun = [_record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0)) for kind in (0x05, 0x10)]
    bodies = [begun[1] + b"".join(_labels(rows)) + _record(0x0A, b"") for rows in sheets.values()]
    at = len(begun[0]) + sum(len(_bound(title, 0)) for title in sheets) + 4
    bounds = b""
    for title, body in zip(sheets, bodies, strict=True):
        bounds += _bound(title, at)
        at += len(body)
    return _compound(begun[0] + bounds + _record(0x0A, b"") + b"".join(bodies))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _bound(title: str, at: int) -> bytes:
    return _record(0x85, struct.pack("<IBBBB", at, 0, 0, len(title), 1) + title.encode("utf-16-le"))


def _labels(rows: Table) -> Iterator[bytes]:
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if isinstance(text, OldError) and text.formula:  # its result, and the formula =NA()
                result = bytes((2, 0, text.code, 0, 0, 0, 0xFF, 0xFF))
                yield _record(0x0006, struct.pack("<HHH", r, c, 0) + result + bytes(6) + b"\x03\0\x41\x0a\0")
                continue
            if isinstance(text, OldError):
                yield _record(0x0205, struct.pack("<HHHBB", r, c, 0, text.code, 1))
                continue
            yield _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text), 1) + text.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream, named Workbook; its first sector is the table, its second the directory."""
    stream = stream.ljust(4096, b"\0")  # shorter ones stand elsewhere
    sectors = -(-len(stream) // 512)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return head.ljust(512, b"\xff") + table + folder.ljust(512, b"\0") + stream.ljust(512 * sectors, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
