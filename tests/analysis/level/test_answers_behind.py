"""A figure leads to the answers behind it, and a tapped word to its comments: exactly those, within the gate."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.level.answers_behind import behind, name_value, value_names
from analysis.pages.drill_down import exact
from analysis.pages.sampling import weighting
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.administration.audit_wordings import detail_in_words
from surveys.console.kit import downloads
from surveys.fieldwork.calls import CallQueue
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.results.test_analysis_page import expecting
from tests.console.test_console import Open, add_accounts, open_page, sample, words
from tests.console.test_taking import bodies
from tests.fieldwork.test_campaigns import people, started
from tests.support.front_door import publish

__all__ = ["expecting", "open_page", "sample"]  # fixtures


def leads(app: AppTest, path: str = "/answers") -> list[tuple[str, dict[str, str]]]:
    """Each thing on a page that leads to *path*: what it shows, and what it asks for."""
    found = re.findall(r'<a class="xs-lead" href="([^"]*)"[^>]*>(.*?)</a>', "\n".join(bodies(app)), re.S)
    parts = [(re.sub("<[^>]*>", "", shown), urlsplit(unescape(address))) for address, shown in found]
    return [(shown, dict(parse_qsl(each.query))) for shown, each in parts if each.path == path]


def amount_shown(app: AppTest) -> int:
    counted = re.search(r"<b>共 (\d+) 份答卷</b>", "\n".join(bodies(app)))
    return int(counted[1]) if counted else 0


def test_answers_are_found_by_what_they_say() -> None:
    """Numbers and codes alike; no value means answered at all."""
    numbers, codes = pd.Series([1.0, 5.0, None, 4.0]), pd.Series(["a", None, "b", "a"])
    assert behind(numbers).tolist() == [True, True, False, True]
    assert behind(numbers, ["4", "5"]).tolist() == [False, True, False, True]
    assert behind(codes, ["a"]).tolist() == [True, False, False, True]
    assert behind(codes, ["nope"]).sum() == 0
    assert value_names(numbers) == ["1", "4", "5"] and name_value(0.5) == "0.5"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("", {}), ("results", {"period": "90"}), ("results", {"period": "7"}), ("improvement", {"period": "all"}),
        ("analysis", {"period": "90", "item": "csat"}), ("analysis", {"part": "crosstab", "period": "90"}),
        ("results", {"period": "custom", "from": "2020-01-01", "to": "2020-01-02"}),
    ],
)  # fmt: skip
def test_every_number_leads_to_as_many_answers_as_it_says(
    sample: Store, open_page: Open, page: str, query: dict[str, str]
) -> None:  # fmt: skip
    """Followed one by one, also within a segment, for some values only, and over a time of one's own."""
    found = leads(open_page(sample, "admin", page, **query))
    counted = [(int(shown.removeprefix("n=")), asked) for shown, asked in found if shown.removeprefix("n=").isdigit()]
    assert counted or query.get("period") == "custom" or page in ("improvement", "analysis")
    for n, asked in counted[:: max(1, len(counted) // 8)]:
        app = open_page(sample, "admin", "answers", **asked)
        assert amount_shown(app) == n, asked
        assert not app.warning, asked


def test_a_share_leads_to_those_it_counts(sample: Store, open_page: Open) -> None:
    """The share of the two best ratings: so many of the answers to the question."""
    found = leads(open_page(sample, "admin", "results", period="90"))
    share, asked = next(each for each in found if each[0].endswith("%"))
    part = amount_shown(open_page(sample, "admin", "answers", **asked))
    whole = amount_shown(open_page(sample, "admin", "answers", **{k: v for k, v in asked.items() if k != "value"}))
    assert round(100 * part / whole, 1) == float(share.removesuffix("%"))


def test_a_manager_is_led_to_the_own_department_only(sample: Store, open_page: Open) -> None:
    """The same address shows fewer answers, and no touchpoint of another department."""
    query = {"survey": "power-visit", "period": "all"}
    whole, own = (amount_shown(open_page(sample, name, "answers", **query)) for name in ("admin", "manager"))
    assert 0 < own < whole
    app = open_page(sample, "manager", "answers", **query, touchpoint="城中营业厅")
    assert app.warning and "城中营业厅" not in "\n".join(bodies(app))


@pytest.mark.parametrize("name", ["agent", "staff-repair"])
def test_who_may_not_read_rows_gets_no_page_of_them(sample: Store, open_page: Open, name: str) -> None:
    """Whatever address is typed."""
    app = open_page(sample, name, "answers", survey="power-visit", question="csat", value="1")
    assert not leads(app) and "份答卷</b>" not in "\n".join(bodies(app))


@pytest.mark.parametrize("page", ["results", "improvement", "analysis", "answers"])
def test_figures_of_an_anonymous_survey_lead_nowhere_and_say_why(sample: Store, open_page: Open, page: str) -> None:
    """No row is shown to anybody, whatever is asked for in the address."""
    code = next(each.code for each in sample.surveys.all() if each.survey.anonymous and (each.live or each.closed))
    app = open_page(sample, "admin", page, survey=code, question="csat", value="1", period="all")
    assert not leads(app)
    text = words(app)
    assert "不逐份展示" in text or "为保护匿名" in text or "还没有答卷" in text
    assert amount_shown(app) == 0 and "可疑之处" not in text


@pytest.mark.dated
def test_personal_data_is_masked_among_answers(published: Store, open_page: Open) -> None:
    """Until somebody who may see it unmasks it; text is shown as text."""
    add_accounts(published)
    today = local_day(utc_now())
    given = {"csat": 1, "comment": "<script>x</script>请打我电话13800001111"}
    code = published.surveys.all()[0].code
    published.responses.append([submission(received_on=today - timedelta(days=1), answers=given, department="service")])
    shown = "\n".join(bodies(open_page(published, "boss", "answers", survey=code, period="all")))
    assert "&lt;script&gt;" in shown and "13800001111" not in shown and "＊＊＊" in shown


def read_by(store: Store, name: str) -> list[tuple[str, str, str]]:
    """What the audit trail says of an account's reading, the newest first."""
    kinds = ("read answers", "download answers")
    return [
        (each.action, each.object, each.detail)
        for each in store.accounts.audit()
        if each.account == name and each.action in kinds
    ]


def test_who_reads_answers_one_by_one_is_written_down_once_a_look(
    sample: Store, open_page: Open
) -> None:  # fmt: skip
    """Not when the page is drawn again; another page of them, or the words unmasked, is another look."""
    before = read_by(sample, "manager")
    app = open_page(sample, "manager", "answers", survey="power-visit", period="all")
    look = ("read answers", "power-visit", "20 responses")
    assert read_by(sample, "manager") == [look, *before]
    app.run()
    assert read_by(sample, "manager") == [look, *before]
    app.number_input(key="page").set_value(2).run()
    assert read_by(sample, "manager") == [look, look, *before]
    app.toggle(key="masking").set_value(False).run()
    assert read_by(sample, "manager")[0] == ("read answers", "power-visit", "20 responses, words unmasked")
    line = next(each for each in sample.accounts.audit() if each.account == "manager")
    assert detail_in_words(line.detail) == "20 份答卷，留言没有遮住个人信息"


def test_taking_answers_along_is_written_down_with_the_kind_of_file(
    sample: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever a file of them is asked for, and not before."""
    offered: list[tuple[str, Callable[[], bytes]]] = []
    monkeypatch.setattr(downloads, "offer", lambda kinds: offered.extend((each[1], each[3]) for each in kinds))
    open_page(sample, "manager", "answers", survey="power-visit", period="all")
    before = read_by(sample, "manager")
    files = {ending: write() for ending, write in offered}
    assert set(files) == {"csv", "xlsx"} and all(files.values())
    assert sorted(read_by(sample, "manager")[: -len(before)]) == [
        ("download answers", "power-visit", f"20 responses as {kind}") for kind in ("csv", "xlsx")
    ]  # fmt: skip


def test_the_newest_answers_are_written_down_as_read_too(sample: Store, open_page: Open) -> None:
    """They stand on the page of what is collected, as typed."""
    before = read_by(sample, "manager")
    open_page(sample, "manager", "collection", survey="power-visit")
    read = read_by(sample, "manager")
    assert len(read) == len(before) + 1
    assert re.fullmatch(r"\d+ responses, words unmasked", read[0][2])


def test_no_reading_is_written_down_where_nothing_is_shown(sample: Store, open_page: Open) -> None:
    """An anonymous survey, and a choice that no answer fits."""
    before = read_by(sample, "manager")
    code = next(each.code for each in sample.surveys.all() if each.survey.anonymous and (each.live or each.closed))
    open_page(sample, "manager", "answers", survey=code, period="all")
    long_ago = {"period": "custom", "from": "2020-01-01", "to": "2020-01-02"}
    open_page(sample, "manager", "answers", survey="power-visit", **long_ago)
    assert read_by(sample, "manager") == before


@pytest.mark.parametrize("key", ["term", "topic"])
def test_a_tapped_word_shows_its_comments_right_there(sample: Store, open_page: Open, key: str) -> None:
    """Above the list of all comments, counted, with the word marked; the choice stays in the address."""
    value = {"term": "停电", "topic": "repair"}[key]
    app = open_page(sample, "admin", "comments", period="all", **{key: value})
    shown = bodies(app)
    at = next((i for i, body in enumerate(shown) if 'role="status"' in body), None)
    assert at is not None, value
    assert re.search(r"的留言：[1-9]\d* 条", shown[at]) and "<mark" in shown[at]
    assert app.query_params[key] == value
    assert at < next(i for i, body in enumerate(shown) if "xs-comment" in body and '<div class="xs-comment' in body)


def test_a_word_that_nobody_wrote_is_told(sample: Store, open_page: Open) -> None:
    """It is no view of anything."""
    app = open_page(sample, "admin", "comments", term="<b>无此词</b>")
    assert app.warning and not any('role="status"' in each for each in bodies(app))


def test_complaints_of_an_aspect_lead_to_exactly_these(sample: Store, open_page: Open) -> None:
    """A count in the table of aspects is the number of comments in the list it leads to."""
    app = open_page(sample, "admin", "comments", period="all")
    counted = [(int(n), asked) for n, asked in leads(app, "/comments") if n.isdigit() and "tone" in asked]
    assert counted
    for n, asked in counted[:3]:
        listed = open_page(sample, "admin", "comments", **asked)
        said = next(each.value for each in listed.caption if "共" in each.value)
        assert int(re.search(r"共 (\d+) 条", said)[1]) >= n  # type: ignore[index]
        assert not listed.warning


def followed(store: Store, open_page: Open, name: str, found: list[tuple[str, dict[str, str]]]) -> None:
    """Each count that leads anywhere leads to as many answers."""
    counted = [(int(shown), asked) for shown, asked in found if shown.isdigit()]
    assert counted
    for n, asked in counted:
        app = open_page(store, name, "answers", **asked)
        assert amount_shown(app) == n and not app.warning, asked


@pytest.mark.parametrize("code", ["kano-services", "expectation-gap"])
def test_figures_of_expectations_lead_to_their_answers(expecting: Store, open_page: Open, code: str) -> None:
    """Those of a feature, of one in a district, and of a dimension."""
    query = {"survey": code, "part": "expectation", "period": "all"}
    followed(expecting, open_page, "boss", leads(open_page(expecting, "boss", "analysis", **query)))


def test_stated_importance_leads_to_those_who_said_so(published: Store, open_page: Open) -> None:
    """Where one question asks it; those who left it out are not among them."""
    add_accounts(published)
    publish(published, "property-service")
    survey = published.surveys.get("property-service").survey
    pairs = [each.code for each in survey.questions() if each.type == "importance_satisfaction"]
    chance = random.Random(3)
    published.responses.append([
        Submission(
            id=f"{number:032x}", survey=survey.code, version=1, received_on=date(2026, 11, 1),
            answers={str(survey.overall): 1 + number % 5} | {
                code: {"importance": chance.randint(3, 5), "satisfaction": 1 + (number + chance.randint(0, 1)) % 5}
                for code in pairs[:: 1 + (number % 10 == 0)]
            },
        )
        for number in range(120)
    ])  # fmt: skip
    query = {"survey": survey.code, "part": "drivers", "period": "all"}
    found = leads(open_page(published, "boss", "analysis", **query))
    stated = [each for each in found if each[1].get("question", "").endswith("importance")]
    followed(published, open_page, "boss", stated)


def test_weighted_figures_lead_to_the_answers_that_were_weighted(
    sample: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question's, and those of each category of the population."""

    def population(view: ReleasedAnswers, selection: SelectionInView) -> pd.DataFrame:
        places = view.values("district")
        return pd.DataFrame({"column": "区域", "category": places, "people": [100 + n for n in range(len(places))]})

    monkeypatch.setattr(weighting, "_population", population)
    found = leads(open_page(sample, "admin", "analysis", survey="power-visit", part="weights", period="all"))
    assert {"district" in asked for _, asked in found} == {True, False}
    followed(sample, open_page, "admin", found)


def test_a_count_that_leads_to_other_answers_leads_nowhere(expecting: Store, open_page: Open) -> None:
    """It would be taken for the answers it counts."""
    view = cast(ReleasedAnswers, SimpleNamespace(anonymous=False))
    assert exact(view, 3, "q", 2) == 3


@pytest.mark.dated
@pytest.mark.parametrize("anonymous", [False, True])
def test_what_counts_people_leads_to_the_answers_of_its_survey(
    published: Store, open_page: Open, anonymous: bool
) -> None:  # fmt: skip
    """Campaigns and lists of calls; of an anonymous survey they lead nowhere."""
    add_accounts(published)
    people(published, 12)
    queue = CallQueue("q", "回访", "power-visit")
    published.calls.open_queue(queue, [each.id for each in published.contacts.all()], by="test", now=utc_now())
    if anonymous:
        survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
        published.surveys.save_draft(survey, "service", by="test")
        published.surveys.publish(survey.code, by="test")
    started(published)
    for page, shown in (("campaigns", "看这份问卷的答卷"), ("calls", "回访")):
        found = leads(open_page(published, "boss", page))
        assert found == ([] if anonymous else [(shown, {"survey": "power-visit", "period": "all"})])
