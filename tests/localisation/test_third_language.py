"""A language of the console is a catalogue file: with one more of it, a manager's pages speak one language more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shutil import copytree

import pandas as pd
import pytest
from babel.messages.pofile import read_po, write_po
from streamlit.testing.v1 import AppTest

from analysis.charts.charts import dimension_chart, heat_chart, importance_chart, net_promoter_chart
from analysis.charts.time_charts import control_chart, trend_chart
from analysis.differences.comparison import segment_cells
from analysis.drivers.drivers import relative_weights
from analysis.explanations import EXPLANATIONS
from analysis.level.satisfaction import mean_score
from analysis.monitoring.control_charts import xmr_chart
from analysis.monitoring.trends import weekly_trend
from surveys.localisation import language as languages
from surveys.localisation.language import console_languages, gettext, own_name
from surveys.storage import Store
from tests.console.test_console import Open, open_page, sample, texts
from tests.console.test_console_language import CHINESE, _texts, theirs

__all__ = ["open_page", "sample"]  # fixtures

NEW = "el"
# Every Latin letter of an English wording as a letter that no other language of the product has.
_LETTERS = str.maketrans(
    {chr(first + at): chr(other + at) for first, other in ((65, 0x10A0), (97, 0x10D0)) for at in range(26)}
)
# What is no word: values put in, groups of a replacement, marks and icons, days as a clock writes them.
_SIGNS = re.compile(r"(\{[^}]*\}|\\\d|</?[a-z][^>]*>|:material/\w+:|\]\([^)]*\)|%[a-zA-Z]|https?://\S+)")
# Latin on a page in any language: signs of statistics, formats of files, and names of methods, which are citations.
LATIN = {
    "PNG", "SVG", "CSV", "NPS", "EWMA", "CUSUM", "XmR", "Kano", "Cliff", "Hedges", "xlsx", "Excel", "ACSI", "ECSI",
    "CCSI", "HTMT", "GoF", "AVE", "CFI", "RMSEA", "SRMR", "TLI", "Holm", "Better", "Worse", "Cramér",
}  # fmt: skip


def in_the_new_language(english: str) -> str:
    return "".join(part if at % 2 else part.translate(_LETTERS) for at, part in enumerate(_SIGNS.split(english)))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The product with a folder of catalogues more, and nothing else."""
    folder = tmp_path_factory.mktemp("product") / "locale"
    copytree(languages._LOCALES, folder)
    (folder / NEW / "LC_MESSAGES").mkdir(parents=True)
    for path in (folder / "en" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id:
                message.string = in_the_new_language(str(message.string))
        with (folder / NEW / "LC_MESSAGES" / path.name).open("wb") as file:
            write_po(file, catalogue)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(languages, "_LOCALES", folder)
        _forget()
        yield
    _forget()


def _forget() -> None:
    for kept in (languages.catalogues, languages.console_languages, languages._catalogue):
        kept.cache_clear()


@pytest.mark.parametrize("part", ["results", "improvement", *[f"analysis:{part}" for part in (
    "explore", "crosstab", "drivers", "expectation", "index", "loyalty", "watch", "weights", "quality", "planning",
)]])  # fmt: skip
def test_a_managers_page_in_a_third_language(sample: Store, open_page: Open, spoken: None, part: str) -> None:
    """Nothing is left in Chinese or English but what the organisation and its customers wrote."""
    page, _, opened = part.partition(":")
    app = open_page(sample, "admin", page, lang=NEW, **({"part": opened} if opened else {}))
    left = left_untranslated(app, sample)
    assert not left, left[:5]


@pytest.mark.parametrize(("language", "wording"), [("en", "Week by week"), ("zh-Hans", "每周走势")])
def test_the_same_look_finds_what_is_not_translated(
    sample: Store, open_page: Open, spoken: None, language: str, wording: str
) -> None:
    """Otherwise it would prove nothing."""
    assert any(
        wording in line for line in left_untranslated(open_page(sample, "admin", "results", lang=language), sample)
    )


def left_untranslated(app: AppTest, store: Store) -> list[str]:
    """The lines of a page with Chinese or Latin words in them that are no data."""
    assert not app.exception
    said = "\n".join(read(app))
    for text in written(store):
        said = said.replace(text, "")
    return [line for line in said.splitlines() if CHINESE.search(line) or latin(line)]


def latin(line: str) -> set[str]:
    """The Latin words, without those that stand so in any language; BCD are columns that a cell is higher than."""
    found = set(re.findall(r"[A-Za-zÀ-ÿ]{3,}", line)) - LATIN
    return {word for word in found if not re.fullmatch("[A-J]+", word)}


# Styles, quotations, tags, and characters that an address writes as numbers.
_NOT_READ = re.compile(r"<style>.*?</style>|</?mark[^>]*>()|<[^>]*>|:material/\w+:", re.DOTALL)


def read(app: AppTest) -> Iterator[str]:
    """What people read of a page; not the codes of what is chosen, nor the formulas and calls for the expert."""
    for block in (app.main, app.sidebar):
        for element in block:
            if element.type == "code":
                yield from (found[1] for found in re.finditer(r"^([^\d,()_:]+): ", element.value, re.MULTILINE))
                continue
            codes = {str(getattr(element, "value", ""))} if hasattr(element, "options") else set()
            for text in set(texts(element)) - codes:
                yield from _NOT_READ.sub(lambda found: "\n" if found[1] is None else "", text).splitlines()


def written(store: Store) -> list[str]:
    """What the organisation and its customers wrote, the longest first; the methods of statistics are citations."""
    found = {text for record in store.surveys.all() for text in _texts(record.survey.model_dump(mode="json"))}
    found |= {*theirs(store), *EXPLANATIONS, *(own_name(tag) for tag in console_languages()), "中文"}
    return sorted((each for each in found if CHINESE.search(each) or len(each) > 3), key=len, reverse=True)


def test_charts_in_a_third_language(spoken: None) -> None:
    """Titles, legends and what is shown when they are pointed at."""
    scores = pd.DataFrame({"q": [4.0, 5.0, 3.0, 2.0] * 30, "z": [5.0, 3.0, 4.0, 1.0] * 30})
    days = pd.Series(pd.date_range("2026-01-01", periods=60).repeat(2)).reset_index(drop=True)
    trend = weekly_trend(scores["q"], days, mean_score)
    place = pd.Series(["7", "8"] * 60)
    both = {code: mean_score(scores[code]) for code in scores}
    charts = [
        dimension_chart(both, language=NEW),
        trend_chart(trend, title="", language=NEW),
        net_promoter_chart(5, 3, 2, language=NEW),
        heat_chart(segment_cells(scores["q"], place, place), language=NEW),
        importance_chart(both, relative_weights(scores, scores.sum(axis=1)), {"q": "1", "z": "2"}, language=NEW),
        control_chart(xmr_chart(trend["value"]), title="", language=NEW),
    ]  # fmt: skip
    for chart in charts:
        spec = chart.to_dict()
        read = [*words_of(spec["datasets"]), *titles(spec)]
        assert read and not [each for each in read if CHINESE.search(each) or re.search("[A-Za-z]{3}", each)], read


def titles(part: object) -> Iterator[str]:
    """What a chart's description has people read: titles, and names of its colours."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "title" and isinstance(value, str))
        domain = part.get("domain")
        yield from (name for name in (domain if isinstance(domain, list) else ()) if isinstance(name, str))
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from titles(each)


def words_of(datasets: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    """The words in a chart's data; days stand there as ISO writes them."""
    for rows in datasets.values():
        yield from (value for row in rows for value in row.values() if isinstance(value, str) and "T00:" not in value)


def test_what_a_catalogue_lacks_is_said_in_english(spoken: None) -> None:
    """To readers of anything but Chinese."""
    catalogue = languages._catalogue(NEW)
    assert len(catalogue) == len(languages._catalogue("en")) and gettext("满意度", NEW) not in (
        "满意度",
        "Satisfaction",
    )
    path = languages._LOCALES / NEW / "LC_MESSAGES" / "console.po"
    whole = path.read_bytes()
    try:
        path.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n', "utf-8")
        _forget()
        assert gettext("改进", NEW) == gettext("改进", "en") != "改进"
    finally:
        path.write_bytes(whole)
        _forget()
