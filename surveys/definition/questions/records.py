"""What is kept rather than measured: files, consent, signatures; and statements, which ask nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from surveys.definition.conditions import Entered
from surveys.definition.questions.question import Answer, AnswerColumn, Cell, Measure, NotAcceptable, Question, single
from surveys.localisation.wording import Text

LONGEST_SIGNATURE = 60_000  # characters of a drawn path


class File(Question):
    """Photos or documents. The web edge stores each upload first; an answer lists their keys."""

    type: Literal["file"] = "file"
    measure = Measure.RECORD
    label = "照片或文件"
    seconds = 25

    accept: Annotated[tuple[Literal["image", "pdf", "office"], ...], Field(min_length=1)] = ("image",)
    at_most: Annotated[int, Field(ge=1, le=10)] = 3
    megabytes: Annotated[float, Field(gt=0, le=20)] = 8

    def read(self, entered: Entered) -> Answer | None:
        keys = [value.strip() for value in entered.get(self.code, ()) if value.strip()]
        if len(keys) > self.at_most:
            raise NotAcceptable("最多上传 {most} 个文件", most=self.at_most)
        if any(not re.fullmatch(r"[0-9a-f]{32}", key) for key in keys):
            raise NotAcceptable("文件没有传上来，请重新选择")
        return keys or None

    def when_missing(self) -> str:
        return "请选择文件"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        return {self.code: list(answer)} if answer else {}

    def words(self, answer: Answer | None, language: str) -> str:
        return "；".join(answer or ())

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {self.code: ";".join(answer)} if answer else {}

    def from_cells(self, cells: Mapping[str, Cell]) -> Answer | None:
        return self.read({self.code: str(cells.get(self.code) or "").split(";")})


class Consent(Question):
    """Agreement to a text; a required one must be given before the form is sent."""

    type: Literal["consent"] = "consent"
    measure = Measure.RECORD
    label = "知情同意"

    agreement: Text = Text.model_validate({"zh-Hans": "我已阅读并同意", "en": "I have read this and agree"})

    def read(self, entered: Entered) -> Answer | None:
        value = single(entered, self.code)
        if value not in ("", "yes"):
            raise NotAcceptable("请勾选以表示同意")
        return value or None

    def when_missing(self) -> str:
        return "请勾选以表示同意"

    def words(self, answer: Answer | None, language: str) -> str:
        return self.agreement.in_language(language) if answer else ""

    def columns(self) -> tuple[AnswerColumn, ...]:
        return (AnswerColumn(self.code, self.title, self.measure, labels={"yes": self.agreement}),)


class Signature(Question):
    """A signature drawn on the screen, or the name typed where drawing is not possible."""

    type: Literal["signature"] = "signature"
    measure = Measure.RECORD
    label = "签名"
    seconds = 15

    def fields(self) -> tuple[str, ...]:
        return (self.code, f"{self.code}.name")

    def read(self, entered: Entered) -> Answer | None:
        strokes, name = single(entered, self.code), " ".join(single(entered, f"{self.code}.name").split())
        if strokes:
            # Only what a pen does: move and line, in whole units; it is drawn again as the path of a picture.
            if len(strokes) > LONGEST_SIGNATURE or not re.fullmatch(r"(M\d{1,4} \d{1,4}(L\d{1,4} \d{1,4})*)+", strokes):
                raise NotAcceptable("签名没有传上来，请重新签名")
            return {"strokes": strokes}
        if len(name) > 40:
            raise NotAcceptable("最多 {limit} 字，现在是 {length} 字", limit=40, length=len(name))
        return {"name": name} if name else None

    def when_missing(self) -> str:
        return "请签名"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        fields = {"strokes": self.code, "name": f"{self.code}.name"}
        return {fields[part]: [value] for part, value in (answer or {}).items()}

    def words(self, answer: Answer | None, language: str) -> str:
        signed = {"zh-Hans": "（已签名）", "zh-Hant": "（已簽名）"}.get(language, "(signed)")
        return (answer or {}).get("name", signed if answer else "")

    def columns(self) -> tuple[AnswerColumn, ...]:
        name = Text.model_validate({"zh-Hans": "签名（姓名）", "en": "Signature (name)"})
        return (
            AnswerColumn(self.code, self.title, self.measure),
            AnswerColumn(f"{self.code}.name", name, self.measure),
        )

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {name: values[0] for name, values in self.entered_from(answer).items()}


class Statement(Question):
    """Something to read; asks nothing."""

    type: Literal["statement"] = "statement"
    measure = Measure.RECORD
    label = "说明文字"
    seconds = 2
    required: Literal[False] = False

    def fields(self) -> tuple[str, ...]:
        return ()

    def read(self, entered: Entered) -> Answer | None:
        return None

    def columns(self) -> tuple[AnswerColumn, ...]:
        return ()


RECORDS: dict[str, type[Any]] = {"file": File, "consent": Consent, "signature": Signature, "statement": Statement}
