"""Exports of other survey systems: recognised by themselves, each column and answer as that system writes it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from surveys.definition.survey import Survey
from surveys.exchange.answers.answer_import import Destination, assert_complete, submissions
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.answers.column_mapping import (
    ColumnMapping,
    UnfitMapping,
    Wishes,
    answers_guide,
    column_mapping,
    usual_columns,
)
from surveys.exchange.answers.unknown_entries import unknown_entries
from surveys.exchange.rejections import RejectedRow
from surveys.exchange.sources import SOURCES, source_of
from surveys.exchange.sources.moments import as_iso, as_seconds
from surveys.intake.submission import Submission
from surveys.tables import Reading, opened_bytes

POINTS = zip(
    ("很不满意", "不满意", "一般", "满意", "很满意"),
    ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
    strict=True,
)
LABELS = [{"zh-Hans": zh, "en": en} for zh, en in POINTS]


def option(code: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"zh-Hans": zh, "en": en}} | more


OTHER = option("other", "其他", "Other", asks_text=True)
SURVEY = Survey.model_validate(
    {
        "code": "visit", "title": "回访", "use": "测试",
        "sections": [{"questions": [
            {"type": "rating", "code": "csat", "title": {"zh-Hans": "您满意吗？", "en": "How satisfied are you?"},
             "labels": LABELS},
            {"type": "single_choice", "code": "who", "title": {"zh-Hans": "您是", "en": "You are"},
             "options": [option("home", "居民", "A household"), option("firm", "企业", "A company"), OTHER]},
            {"type": "multiple_choice", "code": "topics", "title": {"zh-Hans": "您关心什么？", "en": "What matters?"},
             "options": [option("bill", "电费，账单", "Bills, fees"), option("repair", "抢修", "Repair"), OTHER]},
            {"type": "matrix_rating", "code": "rows", "title": {"zh-Hans": "请评价", "en": "Please rate"},
             "rows": [option("speed", "速度", "Speed"), option("care", "态度", "Courtesy")]},
            {"type": "ranking", "code": "order", "title": {"zh-Hans": "请排序", "en": "Please rank"},
             "options": [option("price", "价格", "Price"), option("quality", "质量", "Quality")]},
            {"type": "long_text", "code": "comment", "title": {"zh-Hans": "您的建议", "en": "Comments"}},
        ]}],
    }
)  # fmt: skip
DESTINATION = Destination({1: SURVEY}, 1, None, OrganisationLists([], [], date(2026, 12, 31)))
AT = datetime(2026, 3, 5, 6, 30, 5, tzinfo=UTC)
FULL = {
    "csat": 5,
    "who": "firm",
    "topics": {"chosen": ["bill", "other"], "other": "充电桩"},
    "rows": {"speed": 5, "care": 4},
    "comment": "好",
}


def brought(
    content: bytes, reading: Reading = Reading(), wishes: Wishes = Wishes()  # noqa: B008
) -> tuple[str, list[Submission], list[RejectedRow], ColumnMapping]:  # fmt: skip
    """The source that was recognised, the responses, the rows left out, and what the columns were taken for."""
    rejected: list[RejectedRow] = []
    with opened_bytes(content, reading, answers_guide(DESTINATION.layout, wishes.columns)) as table:
        mapping = column_mapping(table.header, DESTINATION.layout, wishes, source_of(table.source))
        assert_complete(DESTINATION, mapping, table.header)
        return table.source, list(submissions(DESTINATION, mapping, table, rejected.append)), rejected, mapping


def workbook(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


STAR = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
STARRED = [1, "2026/3/5 14:30:05", "123秒", "手机提交", "直接访问", "1.2.3.4(浙江-杭州)"]

EXPORTS = {
    "问卷星, texts": (
        "wenjuanxing",
        workbook(
            [*STAR, "1、您满意吗？", "2、您是：", "3、您关心什么？【多选题】", "4、请评价—速度", "4、—态度", "5、您的建议：", "总分"],
            [*STARRED, "很满意", "企业", "电费，账单┋其他〖充电桩〗", 5, 4, "好", 10],
        ),
    ),
    "问卷星, a column for each option": (
        "wenjuanxing",
        workbook(
            [*STAR, "1、您满意吗？", "2、您是", "3、您关心什么？(电费，账单)", "3、(抢修)", "3、(其他)", "第4题(速度)", "第4题(态度)", "5、您的建议"],
            [*STARRED, 5, "企业", 1, 0, "充电桩", 5, 4, "好"],
        ),
    ),
    "问卷星, a title above": (
        "wenjuanxing",
        workbook(
            ["回访问卷 答卷数据"],
            [*STAR, "1、您满意吗？", "2、您是", "3、您关心什么？", "4、请评价—速度", "4、请评价—态度", "5、您的建议"],
            [*STARRED, "5", "企业", "电费，账单┋其他〖充电桩〗", "5", "4", "好"],
        ),
    ),
    "Kobo, names": (
        "kobo",
        lines(
            "start;end;csat;a/who;a/topics;a/topics/bill;a/topics/repair;a/topics/other;a/topics_other;rows/speed;rows/care;comment;_id;_uuid;_submission_time;_index",
            "x;y;5;firm;bill other;1;0;1;充电桩;5;4;好;123;u;2026-03-05T06:30:05;1",
        ),
    ),
    "Kobo, choices together": (
        "kobo",
        lines(
            "start,end,csat,who,topics,topics_other,rows_speed,rows_care,comment,_id,_uuid,_submission_time,_index",
            "x,y,5,firm,bill other,充电桩,5,4,好,123,u,2026-03-05T06:30:05,1",
        ),
    ),
    "Kobo, labels": (
        "kobo",
        lines(
            'start,You are,How satisfied are you?,What matters?,"What matters?/Bills, fees",What matters?/Repair,What matters?/Other,topics_other,Please rate/Speed,Please rate/Courtesy,Comments,_uuid,_submission_time',
            'x,A company,Very satisfied,"Bills, fees Other",1,0,1,充电桩,5,4,好,u,2026-03-05T06:30:05',
        ),
    ),
    "LimeSurvey, codes": (
        "limesurvey",
        lines(
            "id,submitdate,lastpage,startlanguage,seed,csat,who,who[other],topics[bill],topics[repair],topics[other],rows[speed],rows[care],comment",
            "1,2026-03-05 14:30:05,3,zh,1,5,firm,,Y,,充电桩,5,4,好",
        ),
    ),
    "LimeSurvey, labels": (
        "limesurvey",
        lines(
            '"Response ID","Date submitted","Last page","Start language","Seed","How satisfied are you?","You are","What matters? [Bills, fees]","What matters? [Repair]","What matters? [Other]","Please rate [Speed]","Please rate [Courtesy]","Comments"',
            '1,2026-03-05 14:30:05,3,en,1,Very satisfied,A company,Yes,No,充电桩,5,4,好',
        ),
    ),
    "Google Forms": (
        "google-forms",
        lines(
            "Timestamp,How satisfied are you?,You are,What matters?,Please rate [Speed],Please rate [Courtesy],Comments",
            '2026/03/05 2:30:05 PM GMT+8,Very satisfied,A company,"Bills, fees, 充电桩",5,4,好',
        ),
    ),
    "Google Forms, in Chinese": (
        "google-forms",
        lines(
            "时间戳记,您满意吗？,您是,您关心什么？,请评价 [速度],请评价 [态度],您的建议",
            '2026/03/05 2:30:05 下午 GMT+8,很满意,企业,"电费，账单, 充电桩",5,4,好',
        ),
    ),
    "SurveyMonkey": (
        "surveymonkey",
        lines(
            "Respondent ID,Collector ID,Date Created,Date Modified,IP Address,Email Address,First Name,Last Name,Custom Data 1,How satisfied are you?,You are,,What matters?,,,Please rate,,Comments",
            ',,,,,,,,,Response,Response,Other (please specify),"Bills, fees",Repair,Other (please specify),Speed,Courtesy,Open-Ended Response',
            '1,2,03/05/2026 02:20:05 PM,03/05/2026 02:30:05 PM,1.1.1.1,,,,,Very satisfied,A company,,"Bills, fees",,充电桩,5,4,好',
        ),
    ),
    "Qualtrics": (
        "qualtrics",
        lines(
            "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,UserLanguage,Q1,Q2,Q3,Q3_3_TEXT,Q4_1,Q4_2,Q5",
            "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,User Language,How satisfied are you?,You are - Selected Choice,What matters? - Selected Choice,What matters? - Other - Text,Please rate - Speed,Please rate - Courtesy,Comments",
            ",".join(f'"{{""ImportId"":""QID{number}""}}"' for number in range(17)),
            '2026-03-05 14:28:00,2026-03-05 14:30:00,IP Address,1.1.1.1,100,123,True,2026-03-05 14:30:05,R_1,EN,Very satisfied,A company,"Bills, fees,Other",充电桩,5,4,好',
        ),
    ),
    "Qualtrics, a column for each choice": (
        "qualtrics",
        lines(
            "StartDate\tEndDate\tStatus\tProgress\tFinished\tRecordedDate\tResponseId\tQ1\tQ2\tQ3_1\tQ3_2\tQ3_3\tQ3_3_TEXT\tQ4_1\tQ4_2\tQ5",
            "Start Date\tEnd Date\tResponse Type\tProgress\tFinished\tRecorded Date\tResponse ID\tHow satisfied are you?\tYou are\tWhat matters? - Selected Choice - Bills, fees\tWhat matters? - Selected Choice - Repair\tWhat matters? - Selected Choice - Other\tWhat matters? - Other - Text\tPlease rate - Speed\tPlease rate - Courtesy\tComments",
            "2026-03-05 14:28:00\t2026-03-05 14:30:00\t0\t100\t1\t2026-03-05 14:30:05\tR_1\tVery satisfied\tA company\tBills, fees\t\tOther\t充电桩\t5\t4\t好",
        ).decode().encode("utf-16"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "content"), EXPORTS.values(), ids=list(EXPORTS))
def test_an_export_is_recognised_and_read(source: str, content: bytes) -> None:
    """Every answer, the moment it was given, and nothing that the other system wrote for itself."""
    recognised, [response], rejected, _ = brought(content)
    assert (recognised, dict(response.answers), rejected) == (source, FULL, [])
    assert response.received_at == AT and response.seconds in (None, 123)


@pytest.mark.parametrize(("source", "content"), EXPORTS.values(), ids=list(EXPORTS))
def test_every_recognised_system_has_a_name(source: str, content: bytes) -> None:
    """It is shown before anything is brought in; and can be denied."""
    assert str(SOURCES[source].label)
    with opened_bytes(content, Reading(source=""), answers_guide(DESTINATION.layout)) as table:
        assert table.source == ""


def test_answers_of_tencents_surveys_come_in_with_time_and_length() -> None:
    """Each choice stands in a column of its own, under the number and title of its question."""
    head = [
        "编号",
        "开始答题时间",
        "结束答题时间",
        "答题时长",
        "用户类型",
        "IP",
        "1.您满意吗？",
        "3.您关心什么？:电费，账单",
        "3.您关心什么？:抢修",
    ]
    row = ["7", "2026/3/5 14:28:02", "2026/3/5 14:30:05", "123", "微信", "1.1.1.1", "4", "", "抢修"]
    recognised, [response], rejected, _ = brought(workbook(head, row))
    assert (recognised, dict(response.answers), rejected) == ("tencent", {"csat": 4, "topics": ["repair"]}, [])
    assert (response.received_at, response.seconds) == (AT, 123)


def test_marks_for_no_answer_are_none() -> None:
    """Of 问卷星 and Kobo; in any other file the same words are an answer."""
    head = [*STAR, "1、您满意吗？", "2、您是", "3、您关心什么？", "5、您的建议"]
    _, responses, _, _ = brought(workbook(head, [*STARRED, "很满意", "(跳过)", "(空)", "(空)"]))
    assert [dict(each.answers) for each in responses] == [{"csat": 5}]
    _, responses, _, _ = brought(b"csat,who,comment,_uuid,_submission_time\n5,n/a,n/a,u,2026-03-05T06:30:05\n")
    assert [dict(each.answers) for each in responses] == [{"csat": 5}]
    _, responses, _, _ = brought("csat,comment\n5,(空)\n".encode())
    assert [dict(each.answers) for each in responses] == [{"csat": 5, "comment": "(空)"}]


def test_options_by_their_number_in_the_list_are_known_where_a_system_writes_them_so() -> None:
    """As 问卷星 does on request; a number beyond the list, or in another system's file, is no option."""
    head = [*STAR, "1、您满意吗？", "2、您是", "3、您关心什么？"]
    _, [response], _, _ = brought(workbook(head, [*STARRED, "4", "2", "1┋2"]))
    assert dict(response.answers) == {"csat": 4, "who": "firm", "topics": ["bill", "repair"]}
    _, responses, [rejected], _ = brought(workbook(head, [*STARRED, "4", "9", "1"]))
    assert not responses and "who" in str(rejected)
    _, responses, [rejected], _ = brought(b"csat,who\n5,2\n")
    assert not responses and "who" in str(rejected)


def test_an_order_of_preference_stands_in_one_cell() -> None:
    _, responses, _, _ = brought(workbook([*STAR, "5、请排序"], [*STARRED, "质量→价格"]))
    assert [dict(each.answers) for each in responses] == [{"order": ["quality", "price"]}]


_LIME = "id,submitdate,lastpage,startlanguage,seed,csat"
_LIME_WORDS = '"Response ID","Date submitted","Last page","Start language","Seed","How satisfied are you?"'
_LIME_BOTH = (
    "id. Response ID,submitdate. Date submitted,lastpage. Last page,startlanguage. Start language,seed. Seed,"
    "csat. How satisfied are you?,order[1]. Please rank [Rank 1],order[2]. Please rank [Rank 2]"
)
_LIME_CHINESE = "答复编号,提交日期,最后一页,起始语言,Seed,您满意吗？,请排序 [排序 1],请排序 [排序 2]"
_SENT = "1,2026-03-05 14:30:05,3,en,1,5"
_FORM, _SENT_FORM = "Timestamp,How satisfied are you?", "2026/03/05 2:30:05 PM GMT+8,5"
RANKED = {
    "LimeSurvey, codes": ("limesurvey", f"{_LIME},order[1],order[2]", f"{_SENT},quality,price"),
    "LimeSurvey, for statistics programs": ("limesurvey", f"{_LIME},order_1,order_2", f"{_SENT},quality,price"),
    "LimeSurvey, texts": (
        "limesurvey", f"{_LIME_WORDS},Please rank [Rank 1],Please rank [Rank 2]", f"{_SENT},Quality,Price",
    ),
    "LimeSurvey, codes and texts": ("limesurvey", _LIME_BOTH, f"{_SENT},Quality,Price"),
    "LimeSurvey, in Chinese": ("limesurvey", _LIME_CHINESE, f"{_SENT},质量,价格"),
    "Google Forms, places across": (
        "google-forms", f"{_FORM},Please rank [1st choice],Please rank [2nd choice]", f"{_SENT_FORM},Quality,Price",
    ),
    "Google Forms, places down": (
        "google-forms", f"{_FORM},Please rank [Price],Please rank [Quality]", f"{_SENT_FORM},2nd choice,1st choice",
    ),
    "any": ("", "csat,请排序：第2名,请排序：第1名", "5,价格,质量"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "head", "row"), RANKED.values(), ids=list(RANKED))
def test_an_order_of_preference_by_places(source: str, head: str, row: str) -> None:
    """A column for each place, with the option that stands there, or for each option, with its place."""
    recognised, [response], rejected, mapping = brought(lines(head, row))
    assert (recognised, rejected) == (source, [])
    assert dict(response.answers) == {"csat": 5, "order": ["quality", "price"]}
    assert "order" not in " ".join(mapping.unknown)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("quality,", "请排出全部"),
        ("quality,quality", "不止一个名次"),
        ("quality,speed", "列出的选项"),
        ("x,y", "列出的选项"),
    ],
    ids=["one place", "twice", "no option", "none"],
)
def test_an_order_that_is_none_is_told(cells: str, why: str) -> None:
    """Its row is left out whole; what was never ranked is no fault."""
    _, responses, [rejected], _ = brought(lines(f"{_LIME},order[1],order[2]", f"{_SENT},{cells}"))
    assert not responses and why in str(rejected)
    _, [response], rejected_too, _ = brought(lines(f"{_LIME},order[1],order[2]", f"{_SENT},,"))
    assert dict(response.answers) == {"csat": 5} and not rejected_too


def test_an_option_called_by_a_number_is_no_place_but_where_a_system_writes_places() -> None:
    """`order[1]` is the first place in LimeSurvey, and the option 1 in a file of this product's own."""
    ranking = {
        "type": "ranking",
        "code": "order",
        "title": "排序",
        "options": [option("1", "甲", "A"), option("2", "乙", "B")],
    }
    layout = Destination({1: _asking(ranking)}, 1, None, DESTINATION.organisation).layout
    assert usual_columns(["order.1", "order[2]"], layout) == {0: "order.1", 1: "order.2"}
    assert usual_columns(["order[1]", "order[2]"], layout, SOURCES["limesurvey"]) == {0: "order._1", 1: "order._2"}


def test_grids_of_google_forms() -> None:
    """Choices of a row together in its cell, a label may hold a comma; one choice in a row by its label."""
    many = {"type": "matrix_multiple", "code": "seen", "title": "Which applies?",
            "rows": [option("hall", "营业厅", "Hall"), option("line", "热线", "Hotline")],
            "choices": [option("quick", "快，准", "Quick, exact"), option("kind", "和气", "Kind")]}  # fmt: skip
    one = many | {"type": "matrix_single", "code": "best", "title": "Which is best?"}
    destination = Destination({1: _asking(many, one)}, 1, None, DESTINATION.organisation)
    heads = [f"{title} [{row}]" for title in ("Which applies?", "Which is best?") for row in ("Hall", "Hotline")]
    content = workbook(["Timestamp", *heads], ["2026/03/05 2:30:05 PM GMT+8", "Quick, exact, Kind", "Kind", "Kind",
                                               "Quick, exact"])  # fmt: skip
    with opened_bytes(content, Reading(), answers_guide(destination.layout)) as table:
        mapping = column_mapping(table.header, destination.layout, Wishes(), source_of(table.source))
        [response] = submissions(destination, mapping, table, lambda each: pytest.fail(str(each)))
    assert dict(response.answers) == {
        "seen": {"hall": ["quick", "kind"], "line": ["kind"]}, "best": {"hall": "kind", "line": "quick"},
    }  # fmt: skip


def _asking(*questions: dict[str, Any]) -> Survey:
    settings = {"code": "visit", "title": "回访", "use": "测试", "sections": [{"questions": list(questions)}]}
    return Survey.model_validate(settings)


@pytest.mark.parametrize(
    "content",
    [
        b"id,submitdate,lastpage,startlanguage,seed,csat\n1,,2,zh,1,5\n",
        b"StartDate,EndDate,Status,Progress,Finished,RecordedDate,ResponseId,csat\nx,x,Survey Preview,100,True,2026-03-05,R,5\n",
        b"StartDate,EndDate,Status,Progress,Finished,RecordedDate,ResponseId,csat\nx,x,IP Address,40,False,2026-03-05,R,5\n",
    ],
    ids=["LimeSurvey, not submitted", "Qualtrics, a preview", "Qualtrics, not finished"],
)
def test_what_was_not_sent_in_is_told_and_not_kept(content: bytes) -> None:
    """The respondent had not yet said that this is their answer."""
    _, responses, [rejected], _ = brought(content)
    assert not responses and "没有提交" in str(rejected)


def test_a_table_of_which_no_column_fits_is_refused() -> None:
    """Whole, with its headings; also when it tells of versions and days, and when every row is given a constant."""
    for content, wishes in (
        (workbook([*STAR, "1、别的题"], [*STARRED, 5]), Wishes()),
        (b"_version,_received_on\n1,2026-03-05\n", Wishes()),
        (b"a,b\n1,2\n", Wishes(constants={"csat": "5"})),
    ):
        with pytest.raises(UnfitMapping, match="没有一列是这份问卷的题目"):
            brought(content, wishes=wishes)


def test_a_row_with_only_what_every_row_is_given_is_no_response() -> None:
    """A constant is nobody's answer by itself."""
    content = workbook(["csat", "comment", "备注"], [5, "好", None], [None, None, "x"])
    _, [response], [rejected], _ = brought(content, wishes=Wishes(constants={"who": "home"}))
    assert response.answers["who"] == "home" and "一个答案也没有" in str(rejected)


def test_what_is_none_of_the_options_is_found_for_the_person_to_say() -> None:
    """Choices that stand together one by one; what was said of them holds, for parts of a cell as well."""
    content = workbook(
        [*STAR, "1、您满意吗？", "3、您关心什么？"], [*STARRED, "超赞", "抢修┋电价"], [*STARRED, "5", "电价"]
    )
    with opened_bytes(content, guide=answers_guide(DESTINATION.layout)) as table:
        mapping = column_mapping(table.header, DESTINATION.layout, Wishes(), source_of(table.source))
        found = unknown_entries(DESTINATION, mapping, table)
    assert {target: dict(entries) for target, entries in found.items()} == {"csat": {"超赞": 1}, "topics": {"电价": 2}}
    _, responses, rejected, _ = brought(
        content, wishes=Wishes(values={"csat": {"超赞": "5"}, "topics": {"电价": "bill"}})
    )
    assert [dict(each.answers) for each in responses] == [
        {"csat": 5, "topics": ["bill", "repair"]}, {"csat": 5, "topics": ["bill"]},
    ] and not rejected  # fmt: skip


def test_columns_of_one_name_matter_only_where_they_are_wanted() -> None:
    """Which of two is meant, a person says by its number; two that nobody wants are no hindrance."""
    _, [response], _, _ = brought("csat,备注,备注\n5,a,b\n".encode())
    assert response.answers == {"csat": 5}
    with pytest.raises(UnfitMapping, match="重复的列：csat"):
        brought(b"csat,csat\n5,4\n")
    _, [response], _, _ = brought(b"csat,csat\n5,4\n", wishes=Wishes(columns={"#2": "csat"}, left_out=[0]))
    assert response.answers == {"csat": 4}


@pytest.mark.parametrize(
    ("written", "month_first", "read"),
    [
        ("2026/3/5 14:30:05", None, "2026-03-05 14:30:05"),
        ("3/5/2026 2:30:05 PM", True, "2026-03-05 14:30:05"),
        ("3/5/2026", None, "3/5/2026"),
        ("25/3/2026", None, "2026-03-25"),
        ("3/25/2026", None, "2026-03-25"),
        ("05.03.2026 14:30", None, "2026-03-05 14:30:00"),
        ("46086", None, "2026-03-05"),
        ("46086.5", None, "2026-03-05 12:00:00"),
        ("2026/03/05 12:30:00 上午 GMT+8", None, "2026-03-05 00:30:00+08:00"),
        ("2026/3/5 2:30:00 下午 格林尼治标准时间+8", None, "2026-03-05 14:30:00+08:00"),
        ("2026/3/5 下午 2:30:00 [GMT+8]", None, "2026-03-05 14:30:00+08:00"),
        ("2026年3月5日 下午2:30", None, "2026-03-05 14:30:00"),
        ("昨天", None, "昨天"),
    ],
)
def test_days_as_other_programs_write_them(written: str, month_first: bool | None, read: str) -> None:
    """One that could be two days stays as it is, and its row is told."""
    assert as_iso(written, month_first=month_first) == read


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("123秒", "123"), ("2分3秒", "123"), ("00:02:03", "123"), ("123.4", "123"), ("x", "x"), ("", "")],
)
def test_durations_as_other_programs_write_them(written: str, seconds: str) -> None:
    assert as_seconds(written) == seconds
