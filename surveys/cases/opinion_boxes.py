"""Opinion boxes: a place to write to, and what it asks. What is written becomes a case."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from surveys.cases.case import LONGEST_TEXT, Source
from surveys.definition.questions import File, Question
from surveys.definition.questions.choices import ListedOption, SingleChoice
from surveys.definition.questions.entries import LongText, ShortText
from surveys.definition.survey import Section, Survey
from surveys.localisation.language import catalogues, gettext, marked
from surveys.localisation.wording import Text

KIND = "box"  # among the sources of cases
CODE = re.compile(r"[a-z][a-z0-9\-]{1,39}")
CATEGORIES = (marked("投诉"), marked("建议"), marked("咨询"), marked("表扬"), marked("其他"))
MOST_CATEGORIES = 12


@dataclass(frozen=True)
class Box:
    """A place to write to; its messages are the business of one department until they are handed on."""

    code: str
    name: str
    department: str
    categories: tuple[str, ...] = CATEGORIES
    open: bool = True


@lru_cache(maxsize=256)
def survey_of(box: Box) -> Survey:
    """What the box asks, as a form: what it is about, the text, photos, and how to be reached for those who wish."""
    questions: list[Question] = []
    if box.categories:
        options = tuple(
            ListedOption(code=category_code(name), label=_said(name) if name in CATEGORIES else _same(name))
            for name in box.categories
        )
        questions.append(SingleChoice(code="category", title=_said(_CATEGORY), required=True, options=options))
    questions += [
        LongText(code="text", title=_said(_TEXT), required=True, max_length=LONGEST_TEXT),
        File(code="photos", title=_said(_PHOTOS), accept=("image",), at_most=3, megabytes=8),
        ShortText(code="contact", title=_said(_CONTACT), hint=_said(_CONTACT_HINT), max_length=100),
    ]
    return Survey(
        code=f"box-{box.code}", title=_same(box.name), use=_same(box.name), introduction=_said(_INTRODUCTION),
        sections=(Section(questions=tuple(questions)),),
    )  # fmt: skip


def from_box(code: str) -> Source:
    """The source of the cases that come of a box."""
    return Source(KIND, code)


def category_of(box: Box, option: object) -> str:
    """The name of the category that was chosen."""
    return next((name for name in box.categories if category_code(name) == option), "")


def category_code(category: str) -> str:
    """By its name, not its place: a form that was opened before the list was changed must not mean another one."""
    return f"c{hashlib.blake2b(category.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


def unfit(box: Box, taken: Sequence[str] = ()) -> list[str]:
    """What keeps a box from being set up, in words; nothing when it is fit."""
    return [
        words
        for wrong, words in [
            (not CODE.fullmatch(box.code), marked("代号用小写字母开头，只含小写字母、数字和 -，2 到 40 个字符。")),
            (box.code in taken, marked("这个代号已经有了，请换一个。")),
            (not 0 < len(box.name) <= 40, marked("请填写名称，最多 40 个字。")),
            (len(box.categories) > MOST_CATEGORIES, marked("类别最多 12 个。")),
            (any(len(each) > 20 for each in box.categories), marked("每个类别最多 20 个字。")),
        ]
        if wrong
    ]


def _same(name: str) -> Text:
    """A name that is the organisation's own in every language. Braces in it are letters, not a place for an answer."""
    return Text.model_validate(dict.fromkeys(catalogues(), name.replace("{", "｛").replace("}", "｝")))


def _said(wording: str) -> Text:
    """The product's own words, in every language it speaks."""
    return Text.model_validate({language: gettext(wording, language) for language in catalogues()})


_INTRODUCTION = marked("您的话会直接送到负责的部门。提交后得到一个查询码，凭它可以查看处理进展和答复。")
_CATEGORY = marked("您要反映的是")
_TEXT = marked("请写下您的意见")
_PHOTOS = marked("照片")
_CONTACT = marked("怎样联系您")
_CONTACT_HINT = marked("不留也可以凭查询码查看答复；留下的联系方式只有处理的人能看到。")
