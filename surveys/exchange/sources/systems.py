"""The programs whose exports are known again by themselves, each in one place. SOURCES at the foot.

They are asked in this order; the first whose header is there is the one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from surveys.exchange.sources.source import JOINT, Manner, SourceSystem, first_with, plain_head
from surveys.localisation.language import marked
from surveys.tables.headers import Head, names_in
from surveys.tables.reading import OWN, own_head
from surveys.tables.rows import Row

# 问卷星: `1、您的性别`, rows of a matrix after a dash, choices joined by ┋, an order by →.
_WENJUANXING = frozenset(
    (
        "序号",
        "提交答卷时间",
        "所用时间",
        "来源",
        "来源详情",
        "来自ip",
        "总分",
        "用户id",
        "ip",
        "省份",
        "城市",
        "来自渠道",
    )
)

_TENCENT_SIGNS = frozenset(("开始答题时间", "结束答题时间", "答题时长"))
_TENCENT = _TENCENT_SIGNS | frozenset(
    ("编号", "语言", "清洗数据结果", "智能清洗数据无效概率", "地理位置国家和地区", "地理位置省", "地理位置市",
     "用户类型", "用户id", "昵称", "自定义字段", "ip", "ua", "referrer", "中奖时间", "中奖结果")
)  # fmt: skip

# KoboToolbox and ODK: columns that the server adds to every submission.
_KOBO = frozenset(("_uuid", "_submission_time", "_validation_status", "_submitted_by", "__version__", "_index", "_id",
                   "_notes", "_status", "_tags", "meta/instanceid", "formhub/uuid", "instanceid", "instancename",
                   "meta-instanceid", "submissiondate", "submitterid", "submittername", "attachmentspresent",
                   "attachmentsexpected", "reviewstate", "deviceid", "edits", "formversion", "key"))  # fmt: skip
_KOBO_SIGNS = frozenset(("_uuid", "_submission_time", "_validation_status", "meta/instanceid", "formhub/uuid",
                         "meta-instanceid", "submissiondate", "__version__"))  # fmt: skip

_LIMESURVEY = frozenset(
    ("submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl")
)
_LIMESURVEY_WORDS = frozenset(
    ("response id", "date submitted", "last page", "start language", "seed", "date started", "date last action",
     "ip address", "referrer url", "antwort id", "datum abgeschickt", "letzte seite", "start-sprache",
     "答复编号", "提交日期", "最后一页", "起始语言", "答卷 id", "id de la réponse", "date de soumission",
     "dernière page", "langue de départ")
)  # fmt: skip

_GOOGLE = frozenset(("timestamp", "时间戳记", "时间戳", "時間戳記", "zeitstempel", "horodateur", "marca temporal"))

_SURVEYMONKEY = frozenset(
    ("respondent id", "collector id", "date created", "date modified", "ip address", "email address", "first name",
     "last name", "custom data 1", "respondentid", "collectorid", "startdate", "enddate", "start date", "end date")
)  # fmt: skip
_SURVEYMONKEY_IDS = frozenset(("respondent id", "respondentid"))
_OPEN = re.compile(r"(open-ended )?response|开放式回答|回答|réponse( libre)?|antwort|respuesta", re.IGNORECASE)

_QUALTRICS = frozenset(("startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished",
                        "recordeddate", "responseid", "recipientlastname", "recipientfirstname", "recipientemail",
                        "externalreference", "externaldatareference", "locationlatitude", "locationlongitude",
                        "distributionchannel", "userlanguage", "start date", "end date", "response type",
                        "recorded date", "response id"))  # fmt: skip
_IMPORT_ID = re.compile(r'\s*\{\s*"?\'?ImportId', re.IGNORECASE)


def _wenjuanxing(rows: Sequence[Row]) -> Head | None:
    return plain_head(frozenset(("提交答卷时间", "所用时间", "来源详情", "来自ip")), least=2)(rows)


def _google(rows: Sequence[Row]) -> Head | None:
    """The time of each answer stands first."""
    head = plain_head(_GOOGLE, least=1)(rows)
    return head if head is not None and head.names[0].strip().lower() in _GOOGLE else None


def _surveymonkey(rows: Sequence[Row]) -> Head | None:
    """Questions stand in the first row, over the first of their columns; what each column is, in the second."""
    at = first_with(rows, _SURVEYMONKEY_IDS, frozenset(("collector id", "collectorid", "date created")))
    if at is None or at + 1 >= len(rows):
        return None
    questions, parts = names_in(rows[at]), names_in(rows[at + 1])
    asked = [" ".join(name.split()).lower() not in _SURVEYMONKEY for name in questions]
    if not parts or any(part and not own for part, own in zip(parts, asked, strict=False)):
        return Head(questions, rows[at].number, rows[at].number)  # the condensed form has one row
    names, question = list[str](), ""
    for column in range(max(len(questions), len(parts))):
        above = questions[column] if column < len(questions) else ""
        below = parts[column] if column < len(parts) else ""
        question = above or question
        own = not below or _OPEN.fullmatch(below.strip())
        names.append(question if own else f"{question}{JOINT}{below}")
    return Head(tuple(names), rows[at].number, rows[at + 1].number)


def _qualtrics(rows: Sequence[Row]) -> Head | None:
    """Names of variables in the first row, questions in the second, the identifiers of both in the third."""
    at = first_with(rows, _QUALTRICS, frozenset(("responseid", "response id", "progress", "finished")), least=4)
    if at is None:
        return None
    names, last = list(names_in(rows[at])), at
    under = [names_in(row) for row in rows[at + 1 : at + 3]]
    ids = next((n for n, cells in enumerate(under) if cells and all(_IMPORT_ID.match(c) for c in cells if c)), None)
    if ids == 1 or (ids is None and under and _repeats(names, under[0])):
        texts = under[0]
        names = [_both(name, texts[n] if n < len(texts) else "") for n, name in enumerate(names)]
    last = at + ids + 1 if ids is not None else at + int(names != list(names_in(rows[at])))
    return Head(tuple(names), rows[at].number, rows[last].number)


def _repeats(names: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a row says in words what the names above it are: `RecordedDate`, `Recorded Date`."""
    tight = [re.sub(r"\W", "", text).lower() for text in texts]
    alike = sum(re.sub(r"\W", "", name).lower() == text for name, text in zip(names, tight, strict=False) if text)
    return alike >= 3


def _both(name: str, text: str) -> str:
    own = name.strip().lower() in _QUALTRICS
    return name if own or not text or text == name else f"{name}{JOINT}{text}"


_NO = frozenset(("0", "false", "no", "否", "falsch", "faux"))

SOURCES: dict[str, SourceSystem] = {
    OWN: SourceSystem(marked("心声的导出"), own_head, Manner(strict=True)),
    "qualtrics": SourceSystem(
        "Qualtrics",
        _qualtrics,
        Manner(joints=(",",), missing=frozenset(("-99", "-50")), text_chooses=True),
        {"recordeddate": "_received_at", "recorded date": "_received_at", "duration (in seconds)": "_seconds"},
        {"finished": _NO, "status": frozenset(("survey preview", "survey test", "spam", "1", "2", "8")),
         "response type": frozenset(("survey preview", "survey test", "spam", "1", "2", "8"))},
        _QUALTRICS,
        month_first=True,
    ),
    "surveymonkey": SourceSystem(
        "SurveyMonkey",
        _surveymonkey,
        Manner(joints=(",",), text_chooses=True),
        dict.fromkeys(("date modified", "enddate", "end date"), "_received_at"),
        {},
        _SURVEYMONKEY,
        month_first=True,
    ),
    "wenjuanxing": SourceSystem(
        marked("问卷星"),
        _wenjuanxing,
        Manner(
            joints=("┋", "→", "|"),
            missing=frozenset(("(跳过)", "（跳过）", "(空)", "（空）", "-3", "-2", "-3.0", "-2.0")),
            by_position=True,
            written=(("〖", "〗"), ("[", "]"), ("(", ")"), ("（", "）"), ("|", "")),
        ),
        {"提交答卷时间": "_received_at", "所用时间": "_seconds"},
        {},
        _WENJUANXING,
    ),
    "tencent": SourceSystem(
        marked("腾讯问卷"),
        plain_head(_TENCENT_SIGNS, least=2),
        Manner(joints=("┋", "|", ";"), missing=frozenset(("(跳过)", "(空)", "未作答"))),
        {"结束答题时间": "_received_at", "答题时长": "_seconds"},
        {},
        _TENCENT,
    ),
    "limesurvey": SourceSystem(
        "LimeSurvey",
        plain_head(
            _LIMESURVEY | _LIMESURVEY_WORDS,
            frozenset(("lastpage", "startlanguage", "last page", "start language", "letzte seite", "start-sprache",
                       "最后一页", "起始语言", "dernière page", "langue de départ")),
            least=3,
        ),
        Manner(missing=frozenset(("n/a", "1980-01-01 00:00:00", "1980-01-01")), text_chooses=True,
               named={"-oth-": "other"}),
        {"submitdate": "_received_at", "date submitted": "_received_at", "datum abgeschickt": "_received_at",
         "提交日期": "_received_at", "date de soumission": "_received_at"},
        dict.fromkeys(("submitdate", "date submitted", "datum abgeschickt", "提交日期", "date de soumission"),
                      frozenset(("",))),
        _LIMESURVEY | _LIMESURVEY_WORDS | {"id", "token"},
        by_place=True,
    ),
    "kobo": SourceSystem(
        "KoboToolbox / ODK",
        plain_head(_KOBO, _KOBO_SIGNS, least=2),
        Manner(joints=(" ", ";"), missing=frozenset(("n/a",)), text_chooses=True),
        {"_submission_time": "_received_at", "submissiondate": "_received_at"},
        {},
        _KOBO | {"start", "end", "today", "username", "phonenumber", "simserial", "subscriberid"},
        text_suffix="_other",
        utc=True,
    ),
    "google-forms": SourceSystem(
        marked("Google 表单"),
        _google,
        Manner(joints=(",", ";"), free_other=True),
        dict.fromkeys(_GOOGLE, "_received_at"),
        {},
        _GOOGLE | {"email address", "username", "score", "电子邮件地址", "用户名", "分数"},
    ),
}  # fmt: skip
