"""Languages in which respondents would meet words of another."""

from __future__ import annotations

from collections.abc import Iterator

from surveys.definition.design_checks.fault import Finding
from surveys.definition.survey import Survey
from surveys.definition.text_places import place_words
from surveys.definition.translations.gaps import Gap, gaps
from surveys.localisation.language import marked, own_name
from surveys.localisation.wording import Message, Series, saying

FIRST_PLACES = 3


def untranslated(survey: Survey) -> Iterator[Finding]:
    """Each language the survey is partly written in."""
    mend = marked("到“翻译”里补上，没有补的地方会显示另一种语言")
    yield from ((("title",), describe_gap(survey, gap), mend) for gap in gaps(survey))


def describe_gap(survey: Survey, gap: Gap) -> Message:
    """How much a language lacks, and where first."""
    wording = marked("{language}缺 {count} 处（共 {total} 处文字）：{places}")
    if len(gap.lacking) > FIRST_PLACES:
        wording = marked("{language}缺 {count} 处（共 {total} 处文字）：{places} 等")
    places = tuple(place_words(survey, each.place) for each in gap.lacking[:FIRST_PLACES])
    return saying(
        wording, language=f"{own_name(gap.language)} ", count=len(gap.lacking), total=gap.total,
        places=Series(places, "；"),
    )  # fmt: skip
