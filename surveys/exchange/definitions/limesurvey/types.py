"""LimeSurvey's question types as questions of ours: one reader per type letter, listed at the foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import ImportedDraft, Settings
from surveys.exchange.definitions.limesurvey.document import LimeSurveyRow
from surveys.exchange.definitions.limesurvey.texts import plain_words
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.lowering import is_scale, scale_settings
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

Text = dict[str, str]

_YES = {"zh-Hans": "是", "en": "Yes"}
_NO = {"zh-Hans": "否", "en": "No"}
_FIXED: dict[str, tuple[tuple[str, Text], ...]] = {
    "Y": (("Y", _YES), ("N", _NO)),
    "G": (("M", {"zh-Hans": "男", "en": "Male"}), ("F", {"zh-Hans": "女", "en": "Female"})),
    "C": (("Y", _YES), ("U", {"zh-Hans": "不确定", "en": "Uncertain"}), ("N", _NO)),
    "E": (("I", {"zh-Hans": "增加", "en": "Increase"}), ("S", {"zh-Hans": "不变", "en": "Same"}),
          ("D", {"zh-Hans": "减少", "en": "Decrease"})),
}  # fmt: skip
_OTHER = {"zh-Hans": "其他", "en": "Other"}


def text_of_row(row: LimeSurveyRow, column: str) -> Text | None:
    """The wordings of a column as plain text; formatting is lost with a line."""
    text: Text = {}
    for language, words in row.words.get(column, {}).items():
        if plain := plain_words(row.met, words):
            text[language] = plain
    return text or None


@dataclass
class LimeSurveyQuestion:
    """One question of the file with its subquestions, its answers and its attributes."""

    draft: ImportedDraft
    row: LimeSurveyRow
    inner: list[LimeSurveyRow]
    answers: list[LimeSurveyRow]
    attributes: Met

    @property
    def name(self) -> str:
        return self.row.met.text("title") or f"q{self.row.met.data.get('qid', '')}"

    def name_as(self, name: str, target: Target) -> None:
        """Let a name of the file mean this field, also as `.NAOK`, `.code`, `.value` and `.shown`."""
        fields = [name]
        if name == self.name or name.startswith(f"{self.name}_"):
            fields.append(self._field + name.removeprefix(self.name).removeprefix("_"))
        for each in fields:
            for suffix in ("", ".NAOK", ".code", ".value", ".shown", ".valueNAOK"):
                self.draft.targets[f"{each}{suffix}"] = target

    @property
    def _field(self) -> str:
        """How the answers' table calls it: survey, group and question by number."""
        return "X".join(str(self.row.met.data.get(name, "")) for name in ("sid", "gid", "qid"))

    def common(self, name: str | None = None, title: Text | None = None, target: Target | None = None) -> Settings:
        """Code, title, hint and whether it must be answered."""
        met = self.row.met
        code = self.draft.question_code(name or self.name, met.place)
        target = target or Target("")
        self.name_as(name or self.name, replace(target, field=code))
        text = title or text_of_row(self.row, "question")
        required = met.flag("mandatory") if met.data.get("mandatory") != "S" else bool(met.take("mandatory"))
        settings = {"code": code, "title": text, "hint": text_of_row(self.row, "help"), "required": required}
        return settings | ({"shuffle": True} if self.attributes.flag("random_order", "answer_order_random") else {})

    def listed(
        self, rows: Sequence[LimeSurveyRow], column: str, scale: str = "0"
    ) -> tuple[list[Settings], dict[str, str]]:
        """Rows of the file as options or rows, and their codes by the file's."""
        mine = [row for row in rows if (row.met.data.get("scale_id") or "0") == scale]
        self.draft.assert_not_too_many(len(mine), self.row.met.place)
        names = {row.met.text("code", "title") or "": row for row in reversed(mine)}
        in_order = [name for name in dict.fromkeys(row.met.text("code", "title") or "" for row in mine) if name]
        codes = self.draft.part_codes(in_order, self.row.met.place)
        parts = [
            {"code": code, "label": text_of_row(names[name], column) or {"en": name}} for name, code in codes.items()
        ]
        for part, name in zip(parts, codes, strict=True):
            if (relevance := names[name].met.data.get("relevance", "1")) != "1":
                self.draft.show(part, names[name].met.place, names[name].met.text("relevance") or relevance)
        return parts, {name: code for name, code in codes.items() if name != code}

    def rows(self, scale: str = "0") -> list[Settings]:
        """The subquestions as rows."""
        return self.listed(self.inner, "question", scale)[0]


def _other(asked: LimeSurveyQuestion, options: list[Settings]) -> None:
    if asked.row.met.flag("other"):
        label = asked.attributes.take("other_replace_text")
        options.append({"code": "other", "label": label if isinstance(label, dict) else _OTHER, "asks_text": True})


def _list(kind: str) -> Callable[[LimeSurveyQuestion], Iterator[Settings]]:
    def read(asked: LimeSurveyQuestion) -> Iterator[Settings]:
        options, strange = asked.listed(asked.answers, "answer")
        settings = asked.common(target=Target("", {**strange, "-oth-": "other"})) | {"type": kind}
        _other(asked, options)
        asked.name_as(f"{asked.name}_other", Target(f"{settings['code']}._text"))
        yield settings | {"options": options}
        if asked.row.met.data.get("type") == "O":
            asked.row.met.lose(marked("附带意见栏的单选"), marked("意见栏改为一道开放题"))
            yield _comment(asked, settings)

    return read


def _comment(asked: LimeSurveyQuestion, settings: Settings) -> Settings:
    """What may be written beside the options of a question."""
    said_so = {"zh-Hans": "：说明", "zh-Hant": "：說明"}
    title = {
        language: words + said_so.get(language, ": comment") for language, words in (settings["title"] or {}).items()
    }
    comment = {"type": "long_text", "title": title or None, "hint": None, "required": False}
    return asked.common(f"{asked.name}_comment") | comment


def _fixed(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    asked.row.met.skip("other")
    options = [{"code": code, "label": label} for code, label in _FIXED[asked.row.met.data["type"]]]
    yield asked.common() | {"type": "single_choice", "options": options}


def _multiple(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    """Each option is a variable of its own there, which holds Y when it is chosen."""
    options, strange = asked.listed(asked.inner, "question")
    settings = asked.common() | {"type": "multiple_choice"}
    _other(asked, options)
    exclusive = str(asked.attributes.take("exclude_all_others") or "").split(";")
    values = {code: value for value, code in strange.items()}
    for option in options:
        name = values.get(option["code"], option["code"])
        option |= {"exclusive": True} if name in exclusive else {}
        asked.name_as(f"{asked.name}_{name}", Target(settings["code"], many=True, member=option["code"]))
    bounds = {"at_least": asked.attributes.whole("min_answers"), "at_most": asked.attributes.whole("max_answers")}
    yield settings | {"options": options} | {name: bound for name, bound in bounds.items() if bound}
    if asked.row.met.data.get("type") == "P":
        asked.row.met.lose(marked("各选项的意见栏"), marked("合为一道开放题"))
        yield _comment(asked, settings)


def _ranking(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    if asked.answers:  # then the subquestions are only the places to put them
        for row in asked.inner:
            row.met.skip(*row.met.data)
    options, _ = asked.listed(asked.answers or asked.inner, "answer" if asked.answers else "question")
    yield asked.common() | {"type": "ranking", "options": options, "at_most": asked.attributes.whole("max_answers")}


def _points(points: int) -> Callable[[LimeSurveyQuestion], Iterator[Settings]]:
    def read(asked: LimeSurveyQuestion) -> Iterator[Settings]:
        if not asked.inner:
            yield asked.common(target=Target("", whole=True)) | {"type": "rating", "points": points}
            return
        settings = asked.common()
        yield settings | {"type": "matrix_rating", "points": points, "rows": _named_rows(asked, settings)}

    return read


def _named_rows(asked: LimeSurveyQuestion, settings: Settings, target: Target | None = None) -> list[Settings]:
    target = target or Target("", whole=True)
    rows, strange = asked.listed(asked.inner, "question")
    values = {code: value for value, code in strange.items()}
    for row in rows:
        name = f"{asked.name}_{values.get(row['code'], row['code'])}"
        asked.name_as(name, Target(f"{settings['code']}.{row['code']}", target.values, target.many, target.whole))
    return rows


def _array(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    """Rows that choose from the same answers; answers that count from 1 make a rating."""
    choices, strange = asked.listed(asked.answers, "answer")
    if not asked.inner:
        asked.row.met.lose(marked("没有行的矩阵"), marked("改为单选题"))
        yield asked.common(target=Target("", strange)) | {"type": "single_choice", "options": choices}
        return
    settings = asked.common()
    rows = _named_rows(asked, settings, Target("", strange))
    codes = [choice["code"] for choice in choices]
    found = scale_settings(choices) if is_scale(codes, 1) and 2 <= len(codes) <= 11 else {}
    if found and "labels" not in found:
        yield settings | {"type": "matrix_rating", "rows": rows} | found
        return
    yield settings | {"type": "matrix_single", "rows": rows, "choices": choices}


def _fixed_array(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    choices = [{"code": code, "label": label} for code, label in _FIXED[asked.row.met.data["type"]]]
    settings = asked.common()
    yield settings | {"type": "matrix_single", "rows": _named_rows(asked, settings, Target("")), "choices": choices}


def _dual(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    """Two scales over the same rows: one matrix each."""
    asked.row.met.lose(marked("双标度矩阵"), marked("改为两道矩阵题"))
    title = text_of_row(asked.row, "question") or {}
    for scale, header in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
        choices, _ = asked.listed(asked.answers, "answer", scale)
        head = asked.attributes.take(header)
        heading = head if isinstance(head, dict) else {}
        words = {each: "：".join(filter(None, (title.get(each), heading.get(each)))) for each in {**title, **heading}}
        settings = asked.common(f"{asked.name}_{int(scale) + 1}", words)
        for row in asked.inner:
            name = row.met.data.get("title", "")
            asked.name_as(f"{asked.name}_{name}_{scale}", Target(f"{settings['code']}.{name}"))
        yield settings | {"type": "matrix_single", "rows": asked.rows(), "choices": choices}


def _cells(kind: str) -> Callable[[LimeSurveyQuestion], Iterator[Settings]]:
    """A table to fill in: one question per cell."""

    def read(asked: LimeSurveyQuestion) -> Iterator[Settings]:
        rows, columns = asked.rows("0"), asked.rows("1")
        asked.row.met.lose(
            saying(marked("{rows} 行 {columns} 列的填空表"), rows=len(rows), columns=len(columns)),
            marked("每格改为一道题"),
        )
        title = text_of_row(asked.row, "question") or {}
        for row in rows:
            for column in columns:
                words = {
                    each: "：".join(filter(None, (title.get(each), row["label"].get(each), column["label"].get(each))))
                    for each in {**title, **row["label"], **column["label"]}
                }
                name = f"{asked.name}_{row['code']}_{column['code']}"
                yield asked.common(name, words) | {"type": kind}

    return read


def _lines(kind: str) -> Callable[[LimeSurveyQuestion], Iterator[Settings]]:
    """Several lines under one title: one question each; numbers that add up to a fixed sum stay together."""

    def read(asked: LimeSurveyQuestion) -> Iterator[Settings]:
        total = asked.attributes.whole("equals_num_value") if kind == "number" else None
        if total:
            settings = asked.common()
            yield settings | {"type": "constant_sum", "rows": _named_rows(asked, settings), "total": total}
            return
        asked.row.met.lose(saying(marked("{count} 行填空"), count=len(asked.inner)), marked("每行改为一道题"))
        title = text_of_row(asked.row, "question") or {}
        for row in asked.inner:
            label = text_of_row(row, "question") or {}
            words = {each: "：".join(filter(None, (title.get(each), label.get(each)))) for each in {**title, **label}}
            name = f"{asked.name}_{row.met.text('title') or ''}"
            yield asked.common(name, words or None) | {"type": kind}

    return read


def _simple(kind: str, **limits: str) -> Callable[[LimeSurveyQuestion], Iterator[Settings]]:
    def read(asked: LimeSurveyQuestion) -> Iterator[Settings]:
        asked.row.met.skip("other")
        settings: dict[str, Any] = {ours: asked.attributes.number(theirs) for ours, theirs in limits.items()}
        if kind == "number":
            whole = asked.attributes.flag("num_value_int_only")
            settings["decimals"] = 0 if whole else 6
        suffix = asked.attributes.take("suffix") if kind == "number" else None
        settings |= {"unit": suffix} if isinstance(suffix, dict) else {}
        found = {name: value for name, value in settings.items() if value is not None}
        yield asked.common() | {"type": kind} | found

    return read


def _statement(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    settings = asked.common()
    yield {name: settings[name] for name in ("code", "title", "hint")} | {"type": "statement"}


def _upload(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    most, size = asked.attributes.whole("max_num_of_files"), asked.attributes.number("max_filesize")
    kinds = str(asked.attributes.take("allowed_filetypes") or "").replace(" ", "").split(",")
    known = {"image": {"png", "gif", "jpg", "jpeg", "webp"}, "pdf": {"pdf"},
             "office": {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods"}}  # fmt: skip
    accept = [name for name, endings in known.items() if endings & set(kinds)]
    strange = {kind for kind in kinds if kind} - set().union(*known.values())
    if strange:
        asked.row.met.lose(
            saying(marked("文件种类 {kinds}"), kinds=quote_value(", ".join(sorted(strange)))),
            marked("按图片、PDF、办公文档读"),
        )
    found: Settings = {"accept": accept or list(known), "at_most": min(most or 1, 10)}
    yield asked.common() | {"type": "file"} | found | ({"megabytes": size / 1000} if size else {})


def _unasked(asked: LimeSurveyQuestion) -> Iterator[Settings]:
    names = {"*": marked("计算题"), "I": marked("语言切换")}
    kind = names[asked.row.met.data["type"]]
    for row in (asked.row, *asked.inner, *asked.answers):
        row.drop(kind, marked("由系统完成，略去"))
    return iter(())


TYPES: dict[str, Callable[[LimeSurveyQuestion], Iterator[Settings]]] = {
    "L": _list("single_choice"), "!": _list("drop_down"), "O": _list("single_choice"),
    "Y": _fixed, "G": _fixed, "C": _fixed_array, "E": _fixed_array,
    "M": _multiple, "P": _multiple, "R": _ranking,
    "5": _points(5), "A": _points(5), "B": _points(10),
    "F": _array, "H": _array, "1": _dual, ";": _cells("short_text"), ":": _cells("number"),
    "K": _lines("number"), "Q": _lines("short_text"),
    "N": _simple("number", minimum="min_num_value_n", maximum="max_num_value_n"),
    "S": _simple("short_text", max_length="maximum_chars"),
    "T": _simple("long_text", max_length="maximum_chars"), "U": _simple("long_text", max_length="maximum_chars"),
    "D": _simple("date"), "X": _statement, "|": _upload, "*": _unasked, "I": _unasked,
}  # fmt: skip
