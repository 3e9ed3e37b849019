"""The console in Chinese and in English: every wording is translated, and English pages say nothing in Chinese."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from analysis.charts.charts import dimension_chart, heat_chart, net_promoter_chart
from analysis.charts.time_charts import trend_chart
from analysis.differences.comparison import segment_cells
from analysis.frames import MENTIONS
from analysis.improvement.priorities import improvement_areas
from analysis.level.satisfaction import RatedDimension, mean_score
from analysis.monitoring.trends import weekly_trend
from surveys.accounts import UnfitPassword, hashed_password
from surveys.comments import SENTIMENT_LABELS
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.setting_labels import LABELS
from surveys.definition.templates import UnfitDefinition, all_templates
from surveys.definition.versions import comparable_items, differences, is_correction
from surveys.editing import History, add_question, change_question, new_draft, problems_of_draft
from surveys.editing.comparisons import COMPARISONS
from surveys.exchange.answers.answer_import import Destination, submissions
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.answers.column_mapping import UnfitMapping, Wishes, column_mapping
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.exchange.definitions.extension import SETTINGS
from surveys.exchange.rejections import RejectedRow
from surveys.localisation.language import gettext, in_words, said
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.people.masking import masked_name
from surveys.permissions import Role
from surveys.storage import Store
from surveys.tables import Row, Table
from tests.console.test_console import (
    ADMINISTERING,
    COLLECTING,
    READING,
    TEACHING,
    Open,
    add_accounts,
    open_page,
    press,
    sample,
    words,
    words_of_errors,
)

__all__ = ["open_page", "sample"]  # fixtures

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "app.py",
    *sorted((ROOT / "surveys" / "console").rglob("*.py")),
    *sorted((ROOT / "analysis" / "pages").glob("*.py")),
]
CATALOGUE = ROOT / "surveys" / "localisation" / "locale" / "en" / "LC_MESSAGES" / "console.po"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]")
_WORDS = re.compile(r"[\u4e00-\u9fff]{3}")
PLACEHOLDER = re.compile(r"\{[a-z_]*(?::[^}]*)?\}|\\\d|\*\*")
_TERM = re.compile(r'^\s*(?:(?:content|body): ")?\S+ \d+"?$', re.MULTILINE)  # a term of the comments, with its count
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)  # not any bytes of a chart between two brackets
_BYTES = re.compile(r'"(?:[ !#-\[\]-~]|\\.)*"')  # as they are printed: in ASCII alone, a quotation mark in them escaped
_IN_CHINESE = re.compile(r"<span lang=\\?[\"']zh\\?[\"']>[^<]*</span>")  # marked as such: a word of the comments
OWN_NAMES = {"中文 / English", "简体中文", "繁體中文", "中文"}  # languages are called by their own names


def spoken(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Every Chinese wording in a program: line, wording, and whether it is translated or marked for it."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(each) for node in ast.walk(tree) for each in _docstring(node)}
    marked = {id(each) for node in ast.walk(tree) if _translates(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        wording = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if CHINESE.search(wording) and id(node) not in silent and wording not in OWN_NAMES:
            yield getattr(node, "lineno", 0), wording, id(node) in marked


def _docstring(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr):
            yield first.value


def _translates(node: ast.AST) -> bool:
    """A call of `_` or `marked` on a plain wording; one with values in it could never be found in the catalogue."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "marked")
    return named and not any(isinstance(each, ast.JoinedStr) for each in ast.walk(node))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_wording_of_the_console_has_its_english(path: Path) -> None:
    """Inside of `_()` or `marked()`, and in the catalogue."""
    for line, wording, marked in spoken(path):
        assert marked, f"{path.name}:{line}: put into _(): {wording!r}"
        assert gettext(wording, "en") != wording, f"{path.name}:{line}: no English for {wording!r}"


def test_translations_keep_the_values_and_are_in_english() -> None:
    """The same placeholders, groups and bold type; no Chinese left."""
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            if message.id:
                there, here = (sorted(PLACEHOLDER.findall(str(each))) for each in (message.id, message.string))
                assert there == here, message.id
                assert message.string and not CHINESE.search(str(message.string)), message.id


def vocabulary() -> list[str]:
    """What pages show by the name that other modules and the topic files give it."""
    topics = [yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / "data" / "text" / "topics").glob("*.yaml")]
    settings = [label.help for label in LABELS.values() if label.help]
    kinds = [kind.label for kind in QUESTION_TYPES.values()]
    labels = [name for file in topics for name in (file["label"], *(each["label"] for each in file["aspects"]))]
    names = [*COMPARISONS.values(), *SETTINGS.values()]
    return [*SENTIMENT_LABELS.values(), *(role.label for role in Role), *labels, *settings, *kinds, *names]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_empty_choice_of_several_is_not_prompted_in_english(path: Path) -> None:
    """Streamlit's own words for it are English in every language."""
    calls = [each for each in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(each, ast.Call)]
    asked = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "multiselect"]
    assert [each.lineno for each in asked if "placeholder" not in {word.arg for word in each.keywords}] == []


def test_what_pages_show_by_name_has_its_english() -> None:
    """Roles, sentiments, topics of comments, question types and their settings, comparisons."""
    assert not [word for word in vocabulary() if gettext(word, "en") == word]


def test_an_unfit_password_is_refused_in_both_languages() -> None:
    """The error carries its wording, so that each page says it in its own language."""
    with pytest.raises(UnfitPassword) as refused:
        hashed_password("short")
    assert str(refused.value) == "密码至少 12 位"
    assert said(refused.value.args[0], "en") == "A password needs at least 12 characters"


def test_reasons_and_charts_are_told_in_english() -> None:
    """What the analysis words itself follows the language it is given."""
    scores = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=60).repeat(4)})
    numbers = np.random.default_rng(1)
    scores = scores.assign(response=[str(n) for n in scores.index], district=numbers.choice(["East", "West"], 240))
    scores["repair"] = np.where(scores["district"] == "East", 2.0, 4.0) + numbers.integers(0, 2, 240)
    scores["overall"] = scores["repair"]
    comments = pd.DataFrame({"response": ["1", "2"], "item": "c", "text": "slow", "score": 0.1})
    comments = comments.assign(sentiment="negative")
    mentions = comments.assign(aspect="repair", label="Repair", start=0, end=4)[list(MENTIONS[:-1])]
    areas = improvement_areas(
        scores, {"repair": RatedDimension("Repair", ["repair"], 1, 5)}, "overall", comments, mentions,
        minimum_comments=1,
        draws=20,
    )  # fmt: skip
    assert areas[0].hot_spot is not None
    assert areas[0].reasons and not CHINESE.search("".join(in_words(each, "en") for each in areas[0].reasons))
    estimate = mean_score(scores["repair"])
    trend = weekly_trend(scores["repair"], scores["day"], mean_score)
    charts = [
        dimension_chart({"Repair": estimate}, language="en"),
        trend_chart(trend, title="Rate", language="en"),
        net_promoter_chart(5, 3, 2, language="en"),
        heat_chart(segment_cells(scores["repair"], scores["district"], scores["district"]), language="en"),
    ]
    for chart in charts:
        assert not CHINESE.search(json.dumps(chart.to_dict(), ensure_ascii=False, default=str))


# The pages


def theirs(store: Store) -> list[str]:
    """What the organisation and its customers wrote themselves, the longest first."""
    found: set[str] = {account.display_name for account in store.accounts.all()}
    organisation = store.organisation
    for place in (*organisation.departments(), *organisation.touchpoints()):
        found |= {value for value in vars(place).values() if isinstance(value, str)}
    for each in (one for kind in SUBJECT_KINDS for one in store.subjects.of_kind(kind)):
        found |= {each.name, *(value for values in each.attributes.values() for value in values)}
    for record in store.surveys.all():
        found |= set(_texts(json.loads(record.survey.model_dump_json())))
        for finding in store.findings.of(record.code):
            found |= {finding.text, *(word for each in finding.aspects for word in (each.label, each.evidence))}
    for contact in store.contacts.all():
        attributes = contact.who | contact.does | contact.worth
        found |= {contact.name, masked_name(contact.name), *attributes, *_texts(attributes), contact.tier}
    for campaign in store.campaigns.all():
        found |= set(_texts(campaign.plan.model_dump(mode="json")))
    found |= {each.title for each in (*store.plans.all(), *store.plans.measures())}
    found |= {words for each in store.indicators.all() for words in (each.name, each.promise)}
    found |= {words for each in store.lessons.all() for words in (each.title, each.happened, each.cause, each.helped)}
    found = {text for text in found if CHINESE.search(text)}  # a bare number of theirs stands in our words, too
    found |= {text.replace("\n", "\\n") for text in found}  # as it stands in a printed protocol buffer
    return sorted(found - set(vocabulary()), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


def drawn(app: AppTest) -> str:
    """All that stands on the page, what charts, fields and links say included."""
    protos = "\n".join(str(element.proto) for block in (app.main, app.sidebar) for element in block)
    readable = _BYTES.sub(lambda found: _decoded(found[0]), protos)
    everything = _IN_CHINESE.sub("", f"{words(app)}\n{readable}")
    return unescape(_TAG.sub("", everything))


def _decoded(text: str) -> str:
    """Text as it was before a protocol buffer was printed."""
    escaped = text.encode("ascii").decode("unicode_escape", "replace")
    return escaped.encode("latin-1", "replace").decode("utf-8", "replace")


def left_in_chinese(app: AppTest, store: Store) -> list[str]:
    """What the page says itself in Chinese."""
    said_here = drawn(app)
    for text in theirs(store):
        said_here = said_here.replace(text, "")
    said_here = _TERM.sub("", said_here)
    for name in sorted(OWN_NAMES, key=len, reverse=True):
        said_here = said_here.replace(name, "")
    # The numbers of a chart travel as bytes, in which any sign can be read; its words stand there in whole.
    return [line for line in said_here.splitlines() if (_WORDS if "\ufffd" in line else CHINESE).search(line)]


@pytest.mark.parametrize(
    "page",
    ["", *COLLECTING, *READING, *TEACHING, "calls", "surveys", "sending", *ADMINISTERING],
    ids=lambda page: page or "start",
)
def test_a_page_in_english_says_nothing_in_chinese(sample: Store, open_page: Open, page: str) -> None:
    """Names, titles without a translation, comments and their words are the organisation's and its customers'."""
    app = open_page(sample, "admin", page, lang="en")
    assert not app.exception
    left = left_in_chinese(app, sample)
    assert not left, left[:10]


def test_the_same_look_finds_what_is_in_chinese(sample: Store, open_page: Open) -> None:
    """Headings, charts and fields are all read by the test above."""
    left = "\n".join(left_in_chinese(open_page(sample, "admin", "results"), sample))
    for wording in ("每周走势", "推荐者（9–10）", "近 30 天", "贬损者（0–6）"):
        assert wording in left, wording


@pytest.mark.parametrize("survey", ["department-review"])
@pytest.mark.parametrize("page", READING)
def test_an_anonymous_survey_in_english(sample: Store, open_page: Open, page: str, survey: str) -> None:
    """What is said about withholding is translated as well."""
    assert not left_in_chinese(open_page(sample, "admin", page, lang="en", survey=survey), sample)


@pytest.mark.parametrize(
    "page", ["", *COLLECTING, *READING, *TEACHING, "calls", "surveys"], ids=lambda page: page or "start"
)
def test_an_empty_organisation_in_english(store: Store, open_page: Open, page: str) -> None:
    """Where there is nothing yet, the advice is in English."""
    app = open_page(add_accounts(store), "boss", page, lang="en")
    assert not app.exception and not left_in_chinese(app, store)


# The switch


def test_the_language_stays_from_page_to_page(sample: Store, open_page: Open) -> None:
    """Chosen once; the next page is in it without being told by its address, and back again."""
    app = open_page(sample, "admin")
    assert "您好" in app.title[0].value and "lang" not in app.query_params
    app.segmented_control(key="lang").set_value("en").run()
    assert app.title[0].value.startswith("Welcome") and app.query_params["lang"] in ("en", ["en"])
    app.query_params.clear()
    app._page_hash = calc_hash("audit")
    assert app.run().title[0].value == "Audit"
    app.segmented_control(key="lang").set_value("zh-Hans").run()
    assert app.title[0].value == "审计"


def test_the_chosen_language_is_kept_with_the_account(store: Store, open_page: Open) -> None:
    """A later visit, whose address names none, is in it; a link in another language does not change what is kept."""
    app = open_page(add_accounts(store), "boss")
    app.segmented_control(key="lang").set_value("en").run()
    kept = store.accounts.named("boss")
    assert kept is not None and kept.language == "en"
    assert open_page(store, "boss").title[0].value.startswith("Welcome")
    assert "您好" in open_page(store, "boss", lang="zh-Hans").title[0].value
    assert open_page(store, "maker").title[0].value.endswith("您好"), "everyone has their own"
    assert open_page(store, "boss").title[0].value.startswith("Welcome")


def test_an_unknown_language_is_ignored(sample: Store, open_page: Open) -> None:
    """The console speaks Chinese unless it is told otherwise."""
    assert "您好" in open_page(sample, "admin", lang="xx").title[0].value


def test_two_sessions_do_not_share_a_language(sample: Store, open_page: Open) -> None:
    """What one reader's session computed and kept is said in the other's language."""
    for language, expected, other in (("en", "Hot spot: district", "热点："), ("zh-Hans", "热点：区域", "Hot spot")):
        shown = words(open_page(sample, "admin", "improvement", lang=language))
        assert expected in shown and other not in shown


def test_a_refusal_is_said_in_english(store: Store, open_page: Open) -> None:
    """Also what the rules behind the page refuse."""
    app = open_page(add_accounts(store), "boss", "accounts", lang="en")
    for label, value in (("User name", "newcomer"), ("Name", "New"), ("Initial password", "short")):
        next(box for box in app.text_input if box.label == label).input(value)
    app.multiselect[0].select("repair")
    press(app, "Add")
    assert words_of_errors(app) == "A password needs at least 12 characters."


# What is said about a survey in the making


def wordings(folder: str) -> Iterator[str]:
    """What the rooms behind the builder say: whatever is marked, and what faults yield as it is."""
    room = ROOT / "surveys" / folder
    for path in sorted(room.glob("*.py") if folder == "." else room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if "design_checks" in path.parts and isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                yield from (each.value for each in node.value.elts if isinstance(each, ast.Constant))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "marked":
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))


ROOMS = [
    "editing", "definition", "fieldwork", "intake", "exchange", "tables", "cases", "organisation", "people",
    "operations", "localisation", ".",
]  # fmt: skip


@pytest.mark.parametrize("folder", ROOMS)
def test_what_is_said_of_a_draft_has_its_english(folder: str) -> None:
    """Steps to undo, faults, differences and corrections, what files can't hold, rows that are left out."""
    found = [each for each in wordings(folder) if isinstance(each, str) and CHINESE.search(each)]
    assert found and not [each for each in found if gettext(each, "en") == each]


def test_steps_and_problems_are_told_in_english() -> None:
    """The names of settings and types in them as well; a survey's own words stay as they are."""
    draft = add_question(new_draft("visit", "Visit"), "nps")
    history = History(draft).after(change_question(draft, "nps", "required", True))
    assert in_words(history.to_undo or "", "en") == "Undo: Change question 2: Required"
    assert "Add a question of type Recommendation (NPS)" in in_words(draft.done, "en")
    [problem] = problems_of_draft(change_question(draft, "nps", "title", None))
    assert (in_words(problem.where, "en"), problem.in_language("en")) == ("Question 2  · Question", "Field required")


LOSSY = {
    "lss": b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
    "surveyjs": json.dumps(
        {
            "title": "Visit",
            "foo": 1,
            "elements": [
                {"type": "text", "name": "A b", "title": "Why", "visibleIf": "age({x}) > 3", "inputType": "color"},
                {"type": "matrixdropdown", "name": "m", "title": "M", "rows": ["r"], "columns": [{"name": "c"}]},
                {"type": "paneldynamic", "name": "p", "title": "P", "elements": [{"type": "text", "name": "t"}]},
                {"type": "signaturepad9", "name": "s", "title": "S"},
            ],
        }
    ).encode(),
}


def test_losses_and_refusals_of_files_are_told_in_english() -> None:
    """Reading what is foreign, writing what a format can't hold, refusing what is none."""
    _, losses = DEFINITION_FORMATS["surveyjs"].read(LOSSY["surveyjs"], "visit.json")
    assert len(losses) > 5
    for example in all_templates()[:6]:
        for name in ("xlsform", "surveyjs"):
            losses += DEFINITION_FORMATS[name].write(example)[1]
    for loss in losses:
        told = [in_words(each, "en") for each in (loss.place, loss.what, loss.instead)]
        assert not CHINESE.search(re.sub(r"“.*”|: .*", "", " ".join(told))), told
    for name, content in {"limesurvey": LOSSY["lss"], "xlsform": b"PK", "surveyjs": b"{", "json": b"{" * 100}.items():
        with pytest.raises(UnfitDefinition) as refused:
            DEFINITION_FORMATS[name].read(content, "file")
        for problem in refused.value.problems:
            assert not CHINESE.search(in_words(problem.place, "en") + in_words(problem.message, "en")), problem


def test_differences_and_what_is_no_correction_are_told_in_english() -> None:
    """Settings, types, conditions and yes and no as well; the surveys' own words stay as they are."""
    before, after = (example for example in all_templates() if example.code in ("power-visit", "new-connection"))
    found = [*differences(before, after), *differences(after, before)]
    told = [in_words(each.said, "en") for each in found]
    told += [in_words(why, "en") for why in is_correction(before, after).reasons]
    told += [in_words(each.why, "en") for each in comparable_items(before, after)]
    left = [line for line in told if CHINESE.search(re.sub(r"“[^”]*”", "", line))]
    assert len(told) > 40 and not left, left[:5]


def test_reasons_for_a_row_left_out_are_told_in_english() -> None:
    """What the question's own check says as well."""
    survey = next(each for each in all_templates() if each.code == "power-visit")
    destination = Destination({1: survey}, 1, None, OrganisationLists([], [], date(2026, 1, 1)))
    table = Table(("_received_on", "_department", "csat"), iter([Row(2, ("2999-01-01", "{x}", "很"))]))
    mapping = column_mapping(table.header, destination.layout, Wishes())
    rejected: list[RejectedRow] = []
    assert not list(submissions(destination, mapping, table, rejected.append))
    told = [in_words(reason, "en") for reason in rejected[0].reasons]
    assert "_department: There is no department “{x}”; add it first" in told
    assert len(told) > 2 and not CHINESE.search(re.sub(r"\(很\)", "", " ".join(told))), told
    with pytest.raises(UnfitMapping) as refused:
        column_mapping(("a", "a"), destination.layout, Wishes({"b": "nowhere"}))
    assert not [each for each in refused.value.problems if CHINESE.search(in_words(each, "en"))]
