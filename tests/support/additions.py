"""What is added to a copy of the house as the README's recipes say: the files touched, and what must hold then.

Each addition is small and of no use; what it proves is that nothing but the files of its recipe had to be known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONSOLE_WORDS = "surveys/localisation/locale/en/LC_MESSAGES/console.po"
ANALYSIS_WORDS = "surveys/localisation/locale/en/LC_MESSAGES/analysis.po"
NAMED_IN_ENGLISH = "tests/console/test_console_language.py::test_what_pages_show_by_name_has_its_english"


@dataclass(frozen=True)
class Change:
    """In a file: *text* put before the first place where *before* stands, at its end where that is empty."""

    path: str
    text: str
    before: str = ""


@dataclass(frozen=True)
class Addition:
    """One thing added: its changes, and the tests over registries that must hold, with the least number of each."""

    name: str  # what stands in the names of the tests over it
    changes: tuple[Change, ...]
    contracts: Mapping[str, int] = field(default_factory=dict)  # least number of tests by file
    whole: tuple[str, ...] = ()  # tests over everything at once, as file::name

    @property
    def touched(self) -> set[str]:
        return {change.path for change in self.changes}


def english(catalogue: str = CONSOLE_WORDS, /, **words: str) -> Change:
    """Entries of a catalogue, the console's unless another is named."""
    lines = [f'\nmsgid "{chinese}"\nmsgstr "{meaning}"\n' for chinese, meaning in words.items()]
    return Change(catalogue, "".join(lines))


def apply(house: Path, addition: Addition) -> None:
    """Make the changes in the copy."""
    for change in addition.changes:
        path = house / change.path
        present = path.read_text("utf-8") if path.exists() else ""
        if change.before:
            assert change.before in present, f"{change.path}: no {change.before!r}"
            present = present.replace(change.before, change.text + change.before, 1)
        else:
            present += change.text
        path.unlink(missing_ok=True)
        path.write_text(present, encoding="utf-8")


_YES_NO = '''class YesNo(Question):
    """Yes or no."""

    type: Literal["yes_no"] = "yes_no"
    measure = Measure.NOMINAL
    label = "是非题"

    affirmed: Text = Text.model_validate({"zh-Hans": "是", "en": "Yes"})

    @property
    def offered(self) -> dict[str, Text]:
        return {"yes": self.affirmed, "no": Text.model_validate({"zh-Hans": "否", "en": "No"})}

    def read(self, entered: Entered) -> Answer | None:
        code = single(entered, self.code)
        if code and code not in self.offered:
            raise NotAcceptable("请从列出的选项中选择")
        return code or None

    def words(self, answer: Answer | None, language: str) -> str:
        return self.offered[answer].in_language(language) if answer in self.offered else ""

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, labels=self.offered),)


'''

_YES_NO_PAGE = """{% extends "questions/_group.html" %}
{% block role %} {% include "questions/_radio.html" %}{% endblock %}
{% block control %}
{% for code, label in q.offered.items() %}
<label class="opt"><input type="radio" name="{{ q.code }}" value="{{ code }}"{% if loop.first %} id="{{ q.code }}"{% endif %}{% if code in each.entered %} checked{% endif %}>{{ label|say }}</label>
{% endfor %}
{% endblock %}
"""  # noqa: E501

QUESTION_TYPE = Addition(
    "yes_no",
    (
        Change("surveys/definition/questions/choices.py", _YES_NO, "CHOICES: dict"),
        Change("surveys/definition/questions/choices.py", '    "yes_no": YesNo,\n', '    "single_choice": Sing'),
        Change("surveys/web/html/questions/yes_no.html", _YES_NO_PAGE),
        Change(
            "tests/support/examples.py",
            '    "yes_no": [({}, "no"), ({"affirmed": "对"}, "yes")],\n', '    "drop_down": [',
        ),
        Change(
            "survey_templates/self-check.yaml",
            "      - {code: checked, type: yes_no, title: {zh-Hans: 评分以前核对过记录吗？, en: "
            '"Were records checked before rating?"}, affirmed: {zh-Hans: 是, en: "Yes"}}\n',
            "      - code: evidence\n",
        ),
        Change("surveys/definition/setting_labels.py",
               '    "affirmed": Label("表示“是”的文字", "The word for yes"),\n', '    "points":'),
        english(是非题="Yes or no"),
    ),
    {
        "tests/definition/test_questions.py": 5,
        "tests/definition/test_type_everywhere.py": 6,
        "tests/definition/test_translations.py": 1,
        "tests/definition/test_versions.py": 1,
        "tests/editing/test_editing.py": 2,
        "tests/exchange/test_export_formats.py": 5,
        "tests/fieldwork/test_paper.py": 2,
        "tests/console/design/test_question_pages.py": 4,
        "tests/console/design/test_building.py": 1,
        "tests/localisation/test_language.py": 1,
    },
    (
        "tests/definition/test_template_library.py::test_every_question_type_has_its_place",
        "tests/exchange/test_exchange_round_trips.py::test_every_question_type_reads_back_equal",
        "tests/analysis/released/test_frames.py",
        NAMED_IN_ENGLISH,
    ),
)  # fmt: skip

_SLACK = '''"""A channel of Slack, by an incoming webhook."""

from __future__ import annotations

from typing import ClassVar

import httpx

from surveys.channels.message import Outgoing
from surveys.channels.robots import Robot


class Slack(Robot):
    """A channel of Slack; everybody in it reads the message."""

    label: ClassVar = "Slack"
    settings: ClassVar = "SLACK_WEBHOOK_URL, SLACK_PER_MINUTE"
    url_setting = "SLACK_WEBHOOK_URL"
    code_field = "code"
    usual_rate = 30
    largest = 30_000
    settings_wrong = frozenset[int]()
    too_fast = frozenset[int]()

    def request(self, message: Outgoing) -> httpx.Request:
        return httpx.Request("POST", self.url, json={"text": self.said(message)})
'''

CHANNEL = Addition(
    "slack",
    (
        Change("surveys/channels/slack.py", _SLACK),
        Change("surveys/channels/__init__.py", "from surveys.channels.slack import Slack\n",
               "from surveys.channels.sms"),
        Change("surveys/channels/__init__.py", '    "slack": Slack,\n', '    "sms": Sms,\n'),
        Change("README.md", "| `SLACK_WEBHOOK_URL` `SLACK_PER_MINUTE` | a channel of Slack | none; 30 |\n",
               "| `WECOM_WEBHOOK_URL`"),
    ),
    {"tests/channels/test_webhooks.py": 1, "tests/console/distribution/test_campaign_drafts.py": 1},
    ("tests/house/test_readme.py",),
)  # fmt: skip

_MEDIAN = '''def median_number(values: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """The middle of numbers without a scale, with the interval between two of them (Conover 1999, 3.2)."""
    given, reason = answers(values, -sys.float_info.max, sys.float_info.max)
    if reason is not None:
        return refuse("mean_number", reason, n=len(given))
    low, high = np.quantile(given, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate("mean_number", float(np.median(given)), float(low), float(high), len(given), "score")


'''

STATISTIC = Addition(
    "median_number",
    (
        Change("analysis/level/satisfaction.py", _MEDIAN, "def dimension_values("),
        Change("analysis/methods.py", "    median_number,\n", ")\nfrom analysis.monitoring.change_points"),
        Change("analysis/methods.py",
               '    "median_number": Method(saying("中位数"), "level", AMOUNT, median_number),\n',
               '    "design_top_two_box": Method('),
        english(ANALYSIS_WORDS, 中位数="median"),
    ),
    {
        "tests/analysis/telling/test_methods.py": 4,
        "tests/analysis/telling/test_telling.py": 5,
        "tests/analysis/telling/test_statistical_properties.py": 5,
    },
    ("tests/localisation/test_analysis_words.py::test_every_wording_of_the_analysis_is_in_the_catalogue",),
)  # fmt: skip

_TOP_BOX = '''def top_box(ratings: pd.Series, *, low: float = 1, high: float = 5, confidence: float = 0.95) -> Estimate:
    """Share of those who chose the highest point."""
    return replace(top_two_box(ratings, low=low, high=high, boxes=1, confidence=confidence), measure="top_box")


'''

_TOP_BOX_ENTRY = """    SurveyFigure(
        "top_box", saying("最高一档占比"), "最高一档占比",
        saying("看有多少人非常满意"), saying("选择最高一档的人数占比"),
        "share", _overall, top_box, _WILSON, headline=True, accepts=RATING,
    ),
"""

FIGURE = Addition(
    "top_box",
    (
        Change("analysis/level/satisfaction.py", _TOP_BOX, "def favourability("),
        Change("analysis/figures.py", "    top_box,\n", "    top_two_box,\n)"),
        Change("analysis/figures.py", _TOP_BOX_ENTRY, '    SurveyFigure(\n        "customer_effort"'),
        english(
            ANALYSIS_WORDS, 最高一档占比="top-box share", 看有多少人非常满意="tells how many are very satisfied",
            选择最高一档的人数占比="Those who chose the best answer, as a share",
        ),
    ),
    {
        "tests/analysis/telling/test_figures.py": 2,
        "tests/analysis/telling/test_methods.py": 4,
        "tests/analysis/telling/test_telling.py": 5,
        "tests/analysis/telling/test_statistical_properties.py": 5,
    },
    (
        "tests/analysis/telling/test_figures.py::test_page_and_api_have_every_figure_of_the_catalogue",
        "tests/localisation/test_analysis_words.py::test_every_wording_of_the_analysis_is_in_the_catalogue",
    ),
)  # fmt: skip

_PACKED = '''"""Answers as CSV, packed."""

from __future__ import annotations

import gzip
from pathlib import Path

from surveys.exchange.answers.columns import Layout
from surveys.exchange.answers.csv_files import write_csv
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Written


def write_packed(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """The table of `write_csv`, as gzip packs it."""
    written = write_csv(path, layout, responses, wanted)
    path.write_bytes(gzip.compress(path.read_bytes()))
    return written
'''

_UNPACKED = """def unpacked(path: Path) -> Path:
    plain = path.with_name("unpacked")
    plain.write_bytes(__import__("gzip").decompress(path.read_bytes()))
    return plain


"""

EXPORT_FORMAT = Addition(
    "packed",
    (
        Change("surveys/exchange/answers/packed.py", _PACKED),
        Change("surveys/exchange/answers/answer_export.py",
               "from surveys.exchange.answers.packed import write_packed\n",
               "from surveys.exchange.answers.parquet"),
        Change("surveys/exchange/answers/answer_export.py",
               '    "packed": Format("CSV (gzip)", "csv.gz", "application/gzip", write_packed),\n',
               '    "jsonl": Format('),
        Change("tests/exchange/test_export_formats.py",
               '    "packed": lambda path, versions: imported(unpacked(path), versions),\n',
               '    "jsonl": lambda path'),
        Change("tests/exchange/test_export_formats.py", _UNPACKED, "READERS: dict"),
    ),
    {"tests/exchange/test_export_formats.py": 27},
)  # fmt: skip

ROLE = Addition(
    "auditor",
    (
        Change("surveys/permissions.py", '    AUDITOR = "auditor"\n', '    STAFF = "staff"\n'),
        Change("surveys/permissions.py",
               '    Role.AUDITOR: RoleDescription(\n        marked("审计员"), _reaching(Scope.ALL, Action.USE_CONSOLE, '
               "Action.READ_AUDIT)\n    ),\n", "    Role.STAFF: RoleDescription("),
        Change("README.md", ""),  # its table is printed by `python -m surveys permissions`
        english(审计员="Auditor"),
    ),
    {
        "tests/house/test_permissions.py": 1,
        "tests/attacks/test_console_doors.py": 1,
        "tests/web/test_first_passwords.py": 1,
    },
    ("tests/house/test_permissions.py::test_the_readme_has_the_table_that_the_command_prints", NAMED_IN_ENGLISH),
)  # fmt: skip

_CLINIC = """# Topics of a clinic.
industry: clinic
label: 诊所
aspects:
  - code: doctors
    label: 医生
    terms: [医生, 大夫, 看诊, 问诊]
  - code: attitude
    label: 服务态度
    terms: [态度, 护士]
  - code: parking
    label: 停车
    terms: [停车, 车位]
  - code: price
    label: 价格
    terms: [价格, 药费]
"""

TOPIC_TREE = Addition(
    "clinic",
    (
        Change("data/text/topics/clinic.yaml", _CLINIC),
        english(诊所="Clinic", 医生="Doctors"),
    ),
    {"tests/text/test_aspects.py": 1, "tests/text/test_wishes.py": 1, "tests/text/test_industries.py": 1},
    (NAMED_IN_ENGLISH,),
)

_PERCENT = '''def _percent(field: ContextField, text: str) -> str:
    """A share of a hundred, with its sign or without."""
    return _read_by(lambda written: normalisation.number(written, ("%",)), text)


'''

CONTEXT_TYPE = Addition(
    "percent",
    (
        Change("surveys/definition/context/fields.py", '    PERCENT = "percent"\n', '    DATE = "date"\n'),
        Change("surveys/definition/context/kinds.py", _PERCENT, "def _date("),
        Change("surveys/definition/context/kinds.py",
               "    ContextType.PERCENT: FactKind(_percent, numeric=True),\n", "    ContextType.DATE: FactKind("),
        Change("surveys/definition/setting_labels.py",
               '    "type.percent": ("百分比", "Percentage"),\n', '    "type.date": ('),
        Change("tests/support/examples.py", '    "percent": ({}, "12 %", "12"),\n', '    "date": ({}, "2026年'),
    ),
    {"tests/definition/test_context.py": 4},
    ("tests/definition/test_context.py::test_every_type_can_be_read",),
)  # fmt: skip

_LOST = """code: lost-property
title: {zh-Hans: 失物招领回访, en: After lost property}
use:
  zh-Hans: 领回失物之后一天内。
  en: Within a day after lost property was collected.
introduction: {zh-Hans: 一个问题。, en: One question.}
thanks: {zh-Hans: 您的评价已收到。, en: We have received your rating.}
thanks_by_answer:
  - code: unhappy
    when: {item: csat, is: at_most, value: 2}
    text: {zh-Hans: 很抱歉没有让您满意，您的评价已经记录。, en: We are sorry. Your rating is recorded.}
overall: csat
dimensions:
  - {code: attitude, label: {zh-Hans: 服务态度, en: Courtesy}}
sections:
  - questions:
      - code: csat
        type: rating
        dimension: attitude
        title: {zh-Hans: 您对这次服务满意吗？, en: "How satisfied are you with this service?"}
        required: true
        low_label: {zh-Hans: 很不满意, en: Very dissatisfied}
        high_label: {zh-Hans: 很满意, en: Very satisfied}
"""

TEMPLATE = Addition(
    "lost-property",
    (Change("survey_templates/lost-property.yaml", _LOST),),
    {"tests/definition/test_template_library.py": 8, "tests/web/test_thanks.py": 1},
    ("tests/exchange/test_exchange_round_trips.py::test_every_template_reads_back_equal",),
)

_MANY_SURVEYS = '''def _many_surveys(view: InView) -> list[Notice]:
    """More surveys than anybody can keep in mind."""
    return [Notice("wait", "many", "many", "surveys", "look")] if len(view.records) > 50 else []


'''

ALERT = Addition(
    "many_surveys",
    (
        Change("analysis/pages/overview/alerts.py", _MANY_SURVEYS, "ALERTS: tuple"),
        Change("analysis/pages/overview/alerts.py", "ALERTS = (*ALERTS, _many_surveys)\n\n\n", "def asked("),
    ),
    {"tests/console/test_alerts.py": 2},
)

MINIMUM_GROUP = Addition(
    "minimum",
    (Change("surveys/anonymity.py", "MINIMUM_GROUP += 2\n", "MINIMUM_COMMENTS = "),),
    whole=("tests/organisation/test_minimums.py::test_the_smallest_group_is_written_down_once",),
)

THANKS_PAGE = Addition(
    "thanked",
    (Change("surveys/web/html/thanks.html", "<p>再会</p>\n", "{% if offer %}"),),
    whole=("tests/web/test_thanks.py::test_a_one_is_thanked_with_other_words_than_a_five",),
)

ADDITIONS: dict[str, Addition] = {
    "add a question type": QUESTION_TYPE,
    "add a channel": CHANNEL,
    "add a statistic": STATISTIC,
    "add a figure": FIGURE,
    "add an export format": EXPORT_FORMAT,
    "add a role": ROLE,
    "add an alert": ALERT,
    "add a topic tree": TOPIC_TREE,
    "add a type of context": CONTEXT_TYPE,
    "add a template": TEMPLATE,
    "change the minimum group": MINIMUM_GROUP,
    "change the thank-you page": THANKS_PAGE,
}
