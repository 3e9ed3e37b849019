"""What a column's heading names: an item, or one part of an item, however another program wrote it.

`2、您的性别：`, `Q2[SQ001]`, `group/q2/solar`, `Title [Row]`, `Which? - Selected Choice - Solar`, `2、—速度`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from surveys.definition.questions import Question
from surveys.exchange.answers.circumstances import CIRCUMSTANCES
from surveys.exchange.answers.columns import Layout
from surveys.exchange.sources import JOINT, SourceSystem

_NUMBERING = re.compile(r"\s*(?:q|第)?\s*(\d{1,3})\s*(?:题\s*[、.．:：]?|[、.．:：)）])\s*(?=\D|$)", re.IGNORECASE)
_KIND = re.compile(
    r"[\[［【(（](?:单选题?|多选题?|填空题?|量表题?|矩阵.{0,5}题?|排序题?|简答题?|必答题?|必填|选填|可多选|最[多少]选.{0,5}|"
    r"required|optional|select all that apply|single choice|multiple choice)[\]］】)）]\s*$",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^<>]{1,200}>")
_BRACKETED = re.compile(r"(?P<stem>.*?)\s*[\[［【(（〖](?P<part>.+?)[\]］】)）〗]\s*[.:：]?\s*")
_SEPARATORS = ("：", ":", " - ", "——", "—", "–", "/", "_", " | ", ". ", ".")
_CARRIED = re.compile(
    r"\s*(?:[—–\-]+|[\[［【(（](?=.+[\]］】)）]\s*[:：]?\s*$))\s*(?P<part>.+?)\s*[\]］】)）]?\s*[:：]?\s*"
)
_PLACE = re.compile(
    r"(?:rank(?:ing)?|rang(?:folge)?|classement|clasificación|posizione|排名|排序|名次|顺位|第)?(\d{1,2})"
    r"(?:位|名|项|顺位|选择|(?:st|nd|rd|th)?(?:choice|place)?)"
)
_CODE_AND_TEXT = re.compile(r"(?P<code>\w+(?:\[\w+\])?)\.\s+(?P<text>.+)", re.DOTALL)  # LimeSurvey's third form
_ALL_OF_IT = frozenset(("", "response", "selectedchoice", "openendedresponse", "open-endedresponse", "value", "选择"))
_WRITTEN = frozenset(
    ("other", "others", "text", "other-text", "othertext", "other(pleasespecify)", "otherpleasespecify", "其他", "其它",
     "其他(请注明)", "其他(请说明)", "其他(请填写)", "其他文本", "sonstiges", "autre", "comment", "_text")
)  # fmt: skip


def tight(text: str) -> str:
    """A text as it is compared: without numbering, kind of question, markup, blanks, and what ends it."""
    plain = _KIND.sub("", _TAGS.sub("", unicodedata.normalize("NFKC", text)))
    plain = _NUMBERING.sub("", plain, count=1) if _NUMBERING.match(plain) else plain
    return re.sub(r"\s+", "", plain).casefold().rstrip("：:*?？。.!！…_")


def answer_targets(layout: Layout) -> dict[str, str]:
    """Every name that a column of answers may be given, with its title for a person.

    They are the columns of an export, and what may stand together in one cell: the choices of a question or of a row.
    """
    named = {column.name for column in layout.answers}
    together: dict[str, str] = {}
    for item in layout.items.values():
        together |= {name: f"{item.title} #{place}" for place, name in enumerate(places(item), start=1)}
        labels = {part.code: str(part.label) for part in item.parts()}
        for name in packed_fields(item):
            if name not in named:
                row = labels.get(name.removeprefix(f"{item.code}."))
                together[name] = f"{item.title}：{row}" if row and name != item.code else str(item.title)
    return together | {column.name: column.title for column in layout.answers}


def packed_fields(question: Question) -> tuple[str, ...]:
    """The names under which several of its choices may stand together in one cell."""
    columns = {column.name for column in question.columns()}
    fields = tuple(name for name in question.fields() if name not in columns and not name.endswith("._text"))
    ranked = question.type == "ranking"
    return (question.code,) if ranked else fields if question.parts() else ()


def place_in(text: str) -> str:
    """The number of a place in a ranking, as `Rank 2`, `2nd choice` or `第2位` names it; what is none, as it is."""
    found = _PLACE.fullmatch(tight(text))
    return str(int(found[1])) if found else text


def places(question: Question) -> tuple[str, ...]:
    """The names of the columns in which a program writes a ranking by its places: which option came first, second."""
    count = len(question.parts()) if question.type == "ranking" else 0
    return tuple(f"{question.code}._{place}" for place in range(1, count + 1))


class Headings:
    """Finds what the columns of a table are, by the headings alone."""

    def __init__(self, layout: Layout, source: SourceSystem) -> None:
        self._layout, self._source = layout, source
        self._targets = answer_targets(layout)

    def targets(self, header: Sequence[str]) -> dict[int, str]:
        """Position by position what the columns are; two columns may have the same."""
        found: dict[int, str] = {}
        numbers: dict[str, str] = {}
        question = ""
        for at, name in enumerate(header):
            target = self.target(name, question, numbers)
            if target is not None:
                found[at] = target
                question = self._question_of(target) or question
                if number := _NUMBERING.match(name):
                    numbers.setdefault(number[1], question)
        return self._without_doubles(found)

    def target(self, name: str, before: str = "", numbers: Mapping[str, str] | None = None) -> str | None:
        """What one column is; *before* is the question of the column on its left."""
        if (told := self._source.circumstance(name)) is not None:
            return told
        if self._source.own(name):
            return None
        if (exact := self._exact.get(name.strip())) is not None:
            return exact
        suffix = self._source.text_suffix
        if suffix and name.endswith(suffix):
            stem = name.removesuffix(suffix).rpartition("/")[2]
            if (code := self._questions.get(tight(stem))) and (written := self._text(code)):
                return written
        for stem, part in _readings(name):
            if (code := self._questions.get(tight(stem))) and (target := self._part(code, part)):
                return target
        return self._carried(name, before, numbers or {})

    def _carried(self, name: str, before: str, numbers: Mapping[str, str]) -> str | None:
        """A part of the question to its left, which the heading names by its number or not at all."""
        number = _NUMBERING.match(name)
        rest = name[number.end() :] if number else name
        code = numbers.get(number[1], "") if number else before
        if found := _CARRIED.fullmatch(rest) or (_CARRIED.fullmatch("—" + rest) if number else None):
            if code:
                return self._part(code, found["part"]) if tight(found["part"]) else None
            owners = {owner for owner, parts in self._parts.items() if tight(found["part"]) in parts}
            return self._part(owners.pop(), found["part"]) if len(owners) == 1 and number else None
        return None

    def _part(self, code: str, part: str) -> str | None:
        plain = tight(part)
        if plain.startswith("selectedchoice-"):
            plain = plain.removeprefix("selectedchoice-")
        if plain in _ALL_OF_IT:
            return code if code in self._targets else None
        place = self._place(code, plain)
        if place is not None and (self._source.by_place or plain not in self._parts[code]):
            return place
        if plain in self._parts[code]:
            return self._parts[code][plain]
        item = self._layout.items[code]
        for at in [found.start() for found in re.finditer(r"[\-:：/_—]", plain)]:  # a row, then a choice of it
            row, choice = self._parts[code].get(plain[:at]), plain[at + 1 :]
            if row and (choice == "text" or choice == "other"):
                return self._text(code)
            if row and (of_row := self._choices(item).get(choice)) and f"{row}.{of_row}" in self._targets:
                return f"{row}.{of_row}"
        other = getattr(item, "other", None)
        written = _WRITTEN if other is None else {*_WRITTEN, *map(tight, other.label.root.values()), other.code}
        return self._text(code) if plain in written or plain.endswith(("-text", "_text")) else None

    def _place(self, code: str, plain: str) -> str | None:
        """The column of a ranking's place that a part such as `Rank 2` names."""
        target = f"{code}._{place_in(plain)}"
        return target if target in self._targets else None

    def _text(self, code: str) -> str | None:
        return f"{code}._text" if f"{code}._text" in self._targets else None

    def _choices(self, item: Question) -> dict[str, str]:
        choices = getattr(item, "choices", ())
        return {
            name: each.code for each in choices for name in (tight(each.code), *map(tight, each.label.root.values()))
        }

    def _question_of(self, target: str) -> str:
        code = target.partition(".")[0]
        return code if code in self._layout.items else ""

    def _without_doubles(self, found: dict[int, str]) -> dict[int, str]:
        """Where choices have a column each, the one with all of them is not needed; else the first of two is taken."""
        parted = {code for code, item in self._layout.items.items() if item.parts() and code in self._targets}
        there = set(found.values())
        split = {
            code
            for code in parted & there
            if code not in {column.name for column in self._layout.items[code].columns()}
            and any(target.startswith(f"{code}.") and not target.endswith("._text") for target in there)
        }
        return {at: target for at, target in found.items() if target not in split}

    @cached_property
    def _exact(self) -> dict[str, str]:
        """Every name a column of this product's own has, and the titles of items."""
        layout = self._layout
        titles = [
            (title.strip(), code)
            for code, item in layout.items.items()
            if code in self._targets
            for title in item.title.root.values()
        ]
        titles += [(column.title.strip(), column.name) for column in layout.answers if column.name not in layout.items]
        headings = {column.heading.strip(): column.name for column in layout.columns}
        names = (*self._targets, *CIRCUMSTANCES, *layout.facts)
        return self._of_facts | _unambiguous(titles) | headings | {name: name for name in names}

    @property
    def _of_facts(self) -> dict[str, str]:
        """Facts by their codes and labels in any language; a question of the same name goes before."""
        facts = self._layout.facts.items()
        return _unambiguous((words, name) for name, fact in facts for words in (fact.code, *fact.label.root.values()))

    @cached_property
    def _questions(self) -> dict[str, str]:
        """Items by their titles in any language and by their codes."""
        items = self._layout.items.items()
        titles = _unambiguous((tight(title), code) for code, item in items for title in item.title.root.values())
        return titles | {tight(code): code for code, _ in items} | {code: code for code, _ in items}

    @cached_property
    def _parts(self) -> dict[str, dict[str, str]]:
        """For each item its parts by label and code, and the target of each."""
        return {code: self._parts_of(item) for code, item in self._layout.items.items()}

    def _parts_of(self, item: Question) -> dict[str, str]:
        names = [
            (name, f"{item.code}.{part.code}")
            for part in item.parts()
            for name in (*map(tight, part.label.root.values()), part.code.casefold())
        ]
        named = [] if item.parts() else [column for column in item.columns() if column.title != item.title]
        names += [(tight(words), column.name) for column in named for words in column.title.root.values()]
        return {name: target for name, target in _unambiguous(names).items() if target in self._targets}


def _readings(heading: str) -> Iterator[tuple[str, str]]:
    """What may be the question in a heading and what its part, the likelier first."""
    above, joint, below = heading.partition(JOINT)
    if joint:
        yield above, below
        yield from _readings(below)
        yield from _readings(above)
        return
    yield heading, ""
    if found := _CODE_AND_TEXT.fullmatch(heading):
        yield from _readings(found["text"])
        yield from _readings(found["code"])
    if found := _BRACKETED.fullmatch(heading):
        yield found["stem"], found["part"]
    for separator in _SEPARATORS:
        for found in reversed(list(re.finditer(re.escape(separator), heading))):
            yield heading[: found.start()], heading[found.end() :]
    yield from _paths(heading)


def _paths(piece: str) -> Iterator[tuple[str, str]]:
    """A question within groups: `group/question/choice`."""
    steps = piece.split("/")
    if len(steps) > 1:
        yield steps[-1], ""
        yield steps[-2], steps[-1]


def _unambiguous(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The titles that only one target has; which of two is meant, no one could say."""
    distinct = dict.fromkeys(titles)
    times = Counter(title for title, _ in distinct)
    return {title: target for title, target in distinct if title and times[title] == 1}
