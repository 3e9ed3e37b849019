"""Opinion boxes: what people write in, the case it becomes, and the answer they can look up with their code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from surveys.definition import Section, Survey
from surveys.intake import response_id
from surveys.language import marked
from surveys.questions import File, Question
from surveys.questions.choices import ListedOption, SingleChoice
from surveys.questions.entries import LongText, ShortText
from surveys.wording import Text

CODE = re.compile(r"[a-z][a-z0-9\-]{1,39}")
CATEGORIES = ("投诉", "建议", "咨询", "表扬", "其他")
MOST_CATEGORIES = 12
LONGEST_TEXT = 2000
LONGEST_REPLY = 2000


class CaseState(StrEnum):
    """Where a case stands, as its author sees it."""

    RECEIVED = "received"
    WORKED_ON = "worked_on"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    CaseState.RECEIVED: marked("已收到"),
    CaseState.WORKED_ON: marked("处理中"),
    CaseState.ANSWERED: marked("已答复"),
    CaseState.CLOSED: marked("已结束"),
}


@dataclass(frozen=True)
class Box:
    """A place to write to; its messages are the business of one department until they are handed on."""

    code: str
    name: str
    department: str
    categories: tuple[str, ...] = CATEGORIES
    open: bool = True


@dataclass(frozen=True)
class Case:
    """One message with what became of it. Its look-up code is known to its author alone."""

    id: str
    box: str
    department: str
    category: str
    text: str
    contact: str
    received_at: datetime
    state: CaseState = CaseState.RECEIVED
    reply: str = ""
    answered_on: date | None = None
    flags: tuple[str, ...] = ()


def case_id(code: str) -> str:
    """Where the case with this look-up code is kept; the code itself is kept nowhere."""
    return response_id("case", code)


def survey_of(box: Box) -> Survey:
    """What the box asks, as a form: what it is about, the text, photos, and how to be reached for those who wish."""
    questions: list[Question] = []
    if box.categories:
        options = tuple(ListedOption(code=f"c{n}", label=_same(name)) for n, name in enumerate(box.categories))
        questions.append(SingleChoice(code="category", title=_CATEGORY, required=True, options=options))
    questions += [
        LongText(code="text", title=_TEXT, required=True, max_length=LONGEST_TEXT),
        File(code="photos", title=_PHOTOS, accept=("image",), at_most=3, megabytes=8),
        ShortText(code="contact", title=_CONTACT, hint=_CONTACT_HINT, max_length=100),
    ]
    return Survey(
        code=f"box-{box.code}", title=_same(box.name), use=_same(box.name), introduction=_INTRODUCTION,
        sections=(Section(questions=tuple(questions)),),
    )  # fmt: skip


def category_of(box: Box, option: object) -> str:
    """The name of the category that was chosen."""
    return dict(zip((f"c{n}" for n in range(len(box.categories))), box.categories, strict=True)).get(str(option), "")


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
    """A name that is the organisation's own in every language."""
    return Text.model_validate({"zh-Hans": name, "en": name})


def _texts(chinese: str, english: str) -> Text:
    return Text.model_validate({"zh-Hans": chinese, "en": english})


_INTRODUCTION = _texts(
    "您的话会直接送到负责的部门。提交后得到一个查询码，凭它可以查看处理进展和答复。",
    "What you write goes straight to those in charge. You get a code to look up progress and answer with.",
)
_CATEGORY = _texts("您要反映的是", "What is it about?")
_TEXT = _texts("请写下您的意见", "Please tell us")
_PHOTOS = _texts("照片", "Photos")
_CONTACT = _texts("联系方式", "How can we reach you?")
_CONTACT_HINT = _texts(
    "不留也可以凭查询码查看答复；留下的联系方式只有处理的人能看到。",
    "You can look up the answer without it; only those who deal with your case see it.",
)
