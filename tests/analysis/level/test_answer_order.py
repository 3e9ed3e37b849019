"""Answers stand in the order in which they were offered, what nobody chose among them, what is offered no more last."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pandas as pd
import pytest

from analysis.answer_order import MOST_LISTED, in_order, list_options, plain_code
from analysis.differences.banners import banner_table, marks_of, members_of
from analysis.differences.comparison import segment_cells
from analysis.differences.crosstabs import count_table
from analysis.differences.groups import games_howell
from analysis.differences.segments import score_cells
from analysis.exploring import Selection, explore
from analysis.exploring.items import items_of
from analysis.frames import response_frame
from analysis.level.satisfaction import RatedDimension, choice_shares
from surveys.definition.questions import Place
from surveys.definition.survey import Survey, offering
from surveys.definition.versions import with_dropped_options
from surveys.exchange.answers.codebook import code_book
from surveys.exchange.answers.columns import layout_of
from surveys.localisation.ordering import natural
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.exchange.test_export_formats import asking
from tests.support.random_answers import stored

__all__ = ["open_page"]  # a fixture

AGES = ["under_18", "18_30", "31_50", "over_50", "other"]
LABELS = ["18岁以下", "18–30岁", "31–50岁", "50岁以上", "其他"]


def choosing(codes: list[str], labels: list[str], *, type: str = "single_choice", code: str = "age") -> dict[str, Any]:  # noqa: A002
    options = [{"code": each, "label": label} for each, label in zip(codes, labels, strict=True)]
    return {"type": type, "code": code, "options": options}


@pytest.mark.parametrize(
    "names",
    [
        ["2", "9", "10", "apple"],
        ["-5", "0", "1.5", "10"],
        ["第1营业厅", "第2营业厅", "第10营业厅"],
        ["第一营业厅", "第二营业厅", "第三营业厅", "第十营业厅", "第十二营业厅", "第二十一营业厅", "第一百零五营业厅"],
        ["1月", "2月", "10月", "12月"],
        ["2025-12", "2026-2", "2026-10"],
        ["1号线 2站", "1号线 10站", "2号线 1站"],
        ["９号", "10号"],
        ["城东", "城西"],
    ],
    ids=["numbers", "signs", "halls", "numerals", "months", "years", "twice", "full width", "words"],
)
def test_names_are_listed_by_the_numbers_in_them(names: list[str]) -> None:
    """Whatever order they come in; a name of a thousand digits is no trouble either."""
    mixed = random.Random(3).sample(names, len(names))
    assert sorted(mixed, key=natural) == names
    assert natural("9" * 5000) != natural("九" * 5000)


def test_options_stand_as_defined_and_strangers_last() -> None:
    assert in_order(["10", "2", "b"], ["b", "a"]) == ["b", "a", "2", "10"]
    assert plain_code(1234567.0) == "1234567" and plain_code(1234568.0) != plain_code(1234567.0)
    many = [str(each) for each in range(MOST_LISTED + 1)]
    assert list_options(many, ["7", "30"]) == (["7", "30"], MOST_LISTED - 1) and list_options(many[1:], []) == (
        many[1:],
        0,
    )


def test_a_crosstab_has_every_option_in_the_order_of_the_definition() -> None:
    """18岁以下 first although its letters come last; nobody chose 31–50, which is said with its share of 0."""
    answers = pd.Series(["over_50"] * 6 + ["under_18"] * 5 + [None, "18_30"])
    members = members_of(pd.DataFrame({"hall": ["10号厅", "2号厅"] * 6 + ["2号厅"]}))
    table = banner_table(answers.notna(), marks_of(answers, AGES), members)
    assert list(table.cells.index) == AGES
    assert list(members.columns) == ["hall · 2号厅", "hall · 10号厅"]
    unchosen = table.cells.loc["31_50", "total"]
    assert (unchosen.value, unchosen.n) == (0.0, 12) and unchosen.high > 0


def test_points_of_a_scale_count_upwards_and_gaps_stay() -> None:
    assert list(marks_of(pd.Series([10.0, 2.0, 1.0]), [str(each) for each in range(11)]).columns) == [
        str(each) for each in range(11)
    ]
    assert list(marks_of(pd.Series([10.0, 2.0, 1.0, None])).columns) == ["1", "2", "10"]
    counts = count_table(pd.Series([10.0, 2.0, 1.0]), pd.Series(["乙2", "乙10", None]), options=["1", "2", "3", "10"])
    assert list(counts.index) == ["1", "2", "3", "10"] and list(counts.columns) == ["乙2", "乙10"]


def test_shares_of_options_stand_as_defined() -> None:
    found = choice_shares(pd.Series(["other", "other", "over_50", None]), options=AGES)
    assert list(found) == AGES and found["other"].value == pytest.approx(2 / 3) and found["18_30"].value == 0
    survey = asking(choosing(AGES, LABELS))
    item = items_of(survey, "zh-Hans")["age"]
    frame = pd.DataFrame({"age": ["other", "other", "over_50"]})
    assert list(explore("choice_shares", item, Selection(frame, None, {}, None))) == AGES


@pytest.mark.parametrize(
    "question, codes",
    [
        ({"type": "rating", "points": 5, "low_label": "差", "high_label": "好", "not_applicable": "没有接触"}, "12345"),
        ({"type": "nps"}, [str(each) for each in range(11)]),
        ({"type": "slider", "minimum": 0, "maximum": 100}, ()),
        ({"type": "short_text"}, ()),
        ({"type": "number"}, ()),
    ],
    ids=["rating", "nps", "slider", "text", "number"],
)
def test_what_can_be_answered_is_known_where_it_can_be_listed(question: dict[str, Any], codes: Any) -> None:
    """Every point of a scale, also those without words; a slider's hundred steps are no list."""
    assert items_of(asking({"code": "it", **question}), "zh-Hans")["it"].codes == tuple(codes)


def test_segments_are_listed_by_the_numbers_in_them() -> None:
    """In heat maps, tables of cells and comparisons of groups."""
    halls = pd.Series(["10号厅", "9号厅", "2号厅"] * 8)
    values = pd.Series([3.0, 4.0, 5.0] * 7 + [4.0, 5.0, 4.0])
    cells = score_cells(pd.DataFrame({"q": values}), halls, {"d": RatedDimension("维度", ["q"], 1, 5)})
    assert list(cells["row"]) == ["2号厅", "9号厅", "10号厅"]
    assert list(segment_cells(values, halls, halls)["row"].unique()) == ["2号厅", "9号厅", "10号厅"]
    assert next((pair.first, pair.second) for pair in games_howell(values, halls)) == ("2号厅", "9号厅")


FIRST = asking(
    choosing(["wechat", "hall", "fax"], ["微信", "营业厅", "传真"], code="way"),
    choosing(["wechat", "fax"], ["微信", "传真"], type="multiple_choice", code="ways"),
    {"type": "matrix_single", "code": "grid", "rows": [{"code": "a", "label": "甲"}],
     "choices": [{"code": "yes", "label": "是"}, {"code": "maybe", "label": "也许"}]},
)  # fmt: skip
NEWEST = asking(
    choosing(["hall", "app", "wechat"], ["营业厅", "手机", "微信"], code="way"),
    choosing(["app", "wechat"], ["手机", "微信"], type="multiple_choice", code="ways"),
    {"type": "matrix_single", "code": "grid", "rows": [{"code": "a", "label": "甲"}],
     "choices": [{"code": "no", "label": "否"}, {"code": "yes", "label": "是"}]},
)  # fmt: skip


def test_what_only_an_older_version_offered_comes_last_and_says_so() -> None:
    """In the order of the newest version otherwise, and worded as it words it."""
    items = items_of(with_dropped_options(NEWEST, [FIRST]), "zh-Hans")
    assert items["way"].codes == ("hall", "app", "wechat", "fax")
    assert list((items["way"].options or {}).values()) == ["营业厅", "手机", "微信", "传真（旧选项）"]
    assert items["grid.a"].codes == ("no", "yes", "maybe")
    assert [column for column in items if column.startswith("ways.")] == ["ways.app", "ways.wechat", "ways.fax"]
    assert items["ways.fax"].label.endswith("传真（旧选项）")
    assert with_dropped_options(NEWEST, [NEWEST]) == NEWEST


def test_an_option_counts_only_where_it_was_offered() -> None:
    """Who was never offered the app has not refused it."""
    responses = [
        stored(id=f"{1:032x}", version=1, answers={"ways": ["fax"]}),
        stored(id=f"{2:032x}", version=2, answers={"ways": ["app"]}),
    ]
    versions = {2: NEWEST, 1: FIRST}
    frame = response_frame(with_dropped_options(NEWEST, [FIRST]), [responses], versions)
    marks = {name: frame[f"ways.{name}"].tolist() for name in ("app", "wechat", "fax")}
    assert str(marks) == str({"app": [float("nan"), 1.0], "wechat": [0.0, 0.0], "fax": [1.0, float("nan")]})


def test_value_labels_of_an_export_stand_as_defined() -> None:
    """The newest version's list, then what it dropped; points of a scale by value and 不适用 last."""
    older = asking({"type": "rating", "code": "score", "points": 7, "not_applicable": "没有接触",
                    "labels": ["一", "二", "三", "四", "五", "六", "七"]})  # fmt: skip
    newer = asking({"type": "rating", "code": "score", "points": 5, "low_label": "差", "high_label": "好",
                    "not_applicable": "没有接触"})  # fmt: skip
    [scale] = code_book(layout_of({1: older, 2: newer}))[-1:]
    assert list(scale["labels"]) == ["1", "2", "3", "4", "5", "6", "7", "na"]
    book = {each["column"]: each["labels"] for each in code_book(layout_of({1: FIRST, 2: NEWEST}))}
    assert list(book["way"]) == ["hall", "app", "wechat", "fax"]
    assert [label["zh-Hans"] for label in book["way"].values()] == ["营业厅", "手机", "微信", "传真（旧选项）"]


def test_places_are_named_where_answers_are_read() -> None:
    """The list is the organisation's, so the definition alone names none."""
    survey = offering(asking({"type": "region", "code": "place"}), (Place(code="330102", path=("浙江", "杭州")),))
    assert items_of(survey, "zh-Hans")["place"].options == {"330102": "浙江 杭州"}
    assert layout_of({1: survey}).answers[0].label("330102") == "浙江 杭州"


@pytest.fixture
def asked_twice(store: Store) -> Store:
    """A survey of two versions with answers to both, at two touchpoints."""
    add_accounts(store)
    for version in (FIRST, NEWEST):
        store.surveys.save_draft(version, None, by="test")
        store.surveys.publish(version.code, by="test")
    answers = [{"way": "fax"}, {"way": "wechat"}, {"way": "hall"}, {"way": "hall"}]
    store.responses.append([
        submission(
            number, survey="everything", version=1 + number % 2, answers=each, received_on=date(2026, 11, 1),
            received_at=None, district=["2区", "10区"][number // 2 % 2],
        )
        for number, each in enumerate(answers * 5)
        if number % 2 == 0 or each["way"] != "fax"
    ])  # fmt: skip
    return store


def test_the_page_lists_every_option_and_marks_the_dropped(asked_twice: Store, open_page: Open) -> None:
    """Of the question chosen; the app, which nobody chose, stands between."""
    shown = words(open_page(asked_twice, "boss", "analysis", survey="everything", part="crosstab", period="all"))
    order = [shown.index(f">{label}</td>") for label in ("营业厅", "手机", "微信", "传真（旧选项）")]
    assert order == sorted(order)
    assert shown.index("2区 (A)") < shown.index("10区 (B)")


def test_what_was_written_is_not_crossed(store: Store, open_page: Open) -> None:
    """A phone number in a field of text is no answer to be counted, and nothing to be shown to everyone."""
    add_accounts(store)
    survey: Survey = asking({"type": "short_text", "code": "phone"}, choosing(AGES, LABELS))
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish(survey.code, by="test")
    store.responses.append([
        submission(n, survey="everything", answers={"phone": f"1380000111{n % 2}", "age": AGES[0]},
                   received_at=None, district="东西"[n % 2])
        for n in range(6)
    ])  # fmt: skip
    app = open_page(store, "boss", "analysis", survey="everything", part="crosstab", period="all")
    assert "13800001110" not in words(app) and "18岁以下" in words(app)
    assert not app.exception
