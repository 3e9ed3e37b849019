"""What the sources of cases are called; a source that is added gets its names here."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.cases.case import Source
from surveys.cases.opinion_boxes import from_box
from surveys.console.kit import session
from surveys.console.kit.words import _
from surveys.localisation.language import marked

KINDS = {
    "phone": marked("来电"), "letter": marked("来信来函"), "visit": marked("来访"), "round_table": marked("座谈会"),
    "walk": marked("走访"), "reception_day": marked("接待日"), "box": marked("意见箱"), "survey": marked("答卷"),
    "key_account": marked("大客户预警"), "inspection": marked("检查"), "api": marked("其他系统"),
    "promise": marked("服务承诺"),
}  # fmt: skip


def source_names() -> dict[Source, str]:
    """The name of every source that has one; boxes by the names they were given."""
    return {from_box(each.code): each.name for each in session.store().boxes.all()}


def source_words(source: Source, names: Mapping[Source, str]) -> str:
    """Where a case came from."""
    return names.get(source) or _(KINDS.get(source.kind, source.kind))
