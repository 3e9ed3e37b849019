"""The page for one's own questions of the data, run without a browser."""

from __future__ import annotations

import random
from datetime import date

import pytest

from surveys.definition.questions import Question
from surveys.intake.submission import Submission
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, sample, words
from tests.console.test_console_language import left_in_chinese
from tests.support.front_door import publish

__all__ = ["open_page", "sample"]  # fixtures

PARTS = ["explore", "crosstab", "drivers", "expectation", "index", "loyalty", "watch", "weights", "quality", "planning"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_drawn_and_speaks_english(sample: Store, open_page: Open, part: str) -> None:
    """For the power company's survey over all time; nothing of it is left in Chinese, the expert's view included."""
    app = open_page(sample, "manager", "analysis", part=part, period="all", lang="en")
    assert not app.exception
    # The numbers of a chart travel as bytes, in which any sign can be read.
    left = [line for line in left_in_chinese(app, sample) if "\x00" not in line and "\ufffd" not in line]
    assert not left, left[:10]


def test_a_question_is_offered_what_fits_it(sample: Store, open_page: Open) -> None:
    """A share has its interval and n in a sentence, and formula, source and call behind it."""
    app = open_page(sample, "manager", "analysis", period="all")
    shown = words(app)
    assert "95% 区间" in shown and "n=" in shown and "Wilson (1927)" in shown
    assert "驱动因素" in shown and "多组差异" in shown


@pytest.mark.parametrize("part", PARTS)
def test_an_anonymous_survey_is_neither_split_nor_watched(sample: Store, open_page: Open, part: str) -> None:
    """Whatever is asked, answers are not split by place or time."""
    anonymous = [each for each in sample.surveys.all() if each.survey.anonymous and (each.live or each.closed)]
    if not anonymous:
        pytest.skip("the sample organisation has no anonymous survey")
    app = open_page(sample, "admin", "analysis", survey=anonymous[0].code, part=part)
    assert not app.exception
    labels = [each.label for each in app.get("button_group")] + [each.label for each in app.multiselect]
    assert "按" not in labels


def test_the_period_in_view_cuts_no_baseline(sample: Store, open_page: Open) -> None:
    """Seven days are no series: what is watched are all weeks, so that the verdict is the same whatever is chosen."""
    shown = [words(open_page(sample, "manager", "analysis", part="watch", period=each)) for each in ("7", "all")]
    verdicts = [each[each.index("误报按全单位一共算") :].split("给统计人员看")[0] for each in shown]
    assert verdicts[0] == verdicts[1] and "判断" in verdicts[0]


def answer(question: Question, chance: random.Random) -> object:
    """A rating from 3 to 5, or one for each row."""
    rows = getattr(question, "rows", None)
    return {row.code: chance.randint(3, 5) for row in rows} if rows else chance.randint(3, 5)


@pytest.fixture(scope="module")
def loyal(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The survey of satisfaction and loyalty with answers."""
    store = Store(tmp_path_factory.mktemp("loyal") / "loyal.db")
    add_accounts(store)
    publish(store, "satisfaction-loyalty")
    survey = store.surveys.get("satisfaction-loyalty").survey
    chance = random.Random(5)
    rated = {each.code: each for each in survey.questions() if each.type in ("rating", "matrix_rating")}
    store.responses.append([
        Submission(
            id=f"{number:032x}", survey=survey.code, version=1, received_on=date(2026, 11, 1),
            answers={code: answer(each, chance) for code, each in rated.items()},
        )
        for number in range(120)
    ])  # fmt: skip
    return store


@pytest.mark.parametrize("part", PARTS)
def test_every_part_bears_another_survey(loyal: Store, open_page: Open, part: str) -> None:
    app = open_page(loyal, "boss", "analysis", survey="satisfaction-loyalty", part=part, period="all")
    assert not app.exception and "nan" not in words(app).lower()


def test_loyalty_is_shown_beside_satisfaction(loyal: Store, open_page: Open) -> None:
    """Three facets and four groups, each with interval and n."""
    shown = words(open_page(loyal, "boss", "analysis", survey="satisfaction-loyalty", part="loyalty", period="all"))
    assert all(name in shown for name in ("情感忠诚", "行为忠诚", "满意但不忠诚", "95% 区间", ">120</td>"))


def test_flagged_answers_are_weighed_and_not_deleted(loyal: Store, open_page: Open) -> None:
    """Results with them stand beside results without them, and all answers are still there."""
    shown = words(open_page(loyal, "boss", "analysis", survey="satisfaction-loyalty", part="quality", period="all"))
    assert "任一标记" in shown or "少于 8 道" in shown
    assert loyal.responses.amount("satisfaction-loyalty") == 120


def test_planning_says_how_many_to_invite(sample: Store, open_page: Open) -> None:
    """385 answers for ± 5 points, and 1,284 invitations at three in ten."""
    app = open_page(sample, "manager", "analysis", part="planning", period="all")
    assert ">385</td>" in words(app) and ">1284</td>" in words(app)
    next(each for each in app.number_input if each.label.startswith("客户总数")).set_value(1000).run()
    assert ">278</td>" in words(app)


def test_stated_importance_stands_beside_the_derived(tmp_path_factory: pytest.TempPathFactory, open_page: Open) -> None:
    """Each dimension with both figures, their intervals and ranks, where the survey asks how important things are."""
    store = Store(tmp_path_factory.mktemp("stated") / "stated.db")
    add_accounts(store)
    publish(store, "property-service")
    survey, chance = store.surveys.get("property-service").survey, random.Random(3)
    pairs = [each.code for each in survey.questions() if each.type == "importance_satisfaction"]
    submissions = []
    for number in range(200):
        mood = chance.randint(1, 3)
        answers: dict[str, object] = {
            code: {"importance": chance.randint(3, 5), "satisfaction": min(5, mood + chance.randint(0, 2))}
            for code in pairs
        }
        assert survey.overall is not None
        answers[survey.overall] = min(5, mood + chance.randint(0, 2))
        submissions.append(
            Submission(
                id=f"{number:032x}", survey=survey.code, version=1, received_on=date(2026, 11, 1), answers=answers
            )  # type: ignore[arg-type]
        )
    store.responses.append(submissions)
    shown = words(open_page(store, "boss", "analysis", survey="property-service", part="drivers", period="all"))
    assert "说的重要与算的重要" in shown and ">200</td>" in shown


@pytest.fixture(scope="module")
def expecting(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A Kano survey and one of expectations, each with answers from two districts."""
    store = Store(tmp_path_factory.mktemp("expecting") / "expecting.db")
    add_accounts(store)
    chance = random.Random(7)
    for code, kind in (("kano-services", "kano"), ("expectation-gap", "expectation_perception")):
        publish(store, code)
        survey = store.surveys.get(code).survey
        asked = [each.code for each in survey.questions() if each.type == kind]
        store.responses.append([
            Submission(
                id=f"{number:016x}{code[:8].encode().hex()}", survey=code, version=1, received_on=date(2026, 11, 1),
                district="城东" if number % 2 else "城西", answers={each: pair(kind, chance) for each in asked},
            )
            for number in range(100)
        ])  # fmt: skip
    return store


def pair(kind: str, chance: random.Random) -> dict[str, object]:
    """Nine in ten take the feature for granted; experience falls short of expectation by one or two points."""
    if kind == "kano":
        return {"functional": "must_be" if chance.random() < 0.9 else "like", "dysfunctional": "dislike"}
    return {"expectation": chance.randint(4, 5), "perception": chance.randint(2, 3)}


def test_what_is_taken_for_granted_is_found_from_answers_as_they_are_stored(expecting: Store, open_page: Open) -> None:
    """Every feature with its category and both coefficients; then one by district."""
    shown = words(open_page(expecting, "boss", "analysis", survey="kano-services", part="expectation", period="all"))
    assert "基本属性" in shown and "样本不足" not in shown and ">100<" in shown
    assert "−100.0%" in shown and "城东" in shown and ">50<" in shown


def test_gaps_are_weighed_and_their_reliability_is_said(expecting: Store, open_page: Open) -> None:
    """Each dimension with its interval and n; a survey without such questions is told what it would take."""
    shown = words(open_page(expecting, "boss", "analysis", survey="expectation-gap", part="expectation", period="all"))
    assert "感受减期望" in shown and "加权差距" in shown and "差距的信度" in shown and ">100<" in shown


def test_groups_left_out_of_a_comparison_are_named(published: Store, open_page: Open) -> None:
    """A place with a single answer can't be compared: the page names it with its number of answers."""
    store = add_accounts(published)
    places = ["城东"] * 20 + ["城西"] * 20 + ["城南"]
    store.responses.append([
        submission(n, answers={"csat": 3 + n % 3, "repair": 5, "bill": 4}, district=place, touchpoint=None)
        for n, place in enumerate(places)
    ])  # fmt: skip
    app = open_page(store, "boss", "analysis", part="explore", purpose="groups", split="district", period="all")
    assert not app.exception and "没有参加比较（不足 2 份）：城南（n=1）" in words(app)
    app = open_page(store, "boss", "improvement", period="all")
    assert not app.exception and "区域 城南（n=1）" in words(app)
