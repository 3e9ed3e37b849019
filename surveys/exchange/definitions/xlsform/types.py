"""How XLSForm's types and ours correspond; both directions read these tables."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.exchange.definitions.lowering import PLAINEST
from surveys.localisation.language import marked

# Our types that XLSForm has; the others are lowered to these.
NATIVE = PLAINEST
READ_BACK = (*NATIVE, "rating", "nps")  # a list that looks like a scale is read as one

SELECTS = {"select_one": "single_choice", "select_multiple": "multiple_choice", "rank": "ranking"}

# What other spellings of the same type are in use.
ALIASES = {
    "select one": "select_one", "select1": "select_one", "select_one_from": "select_one",
    "select one from": "select_one",
    "select multiple": "select_multiple", "select all that apply": "select_multiple",
    "select all that apply from": "select_multiple", "select multiple from": "select_multiple",
    "begin group": "begin_group", "end group": "end_group", "begin repeat": "begin_repeat", "end repeat": "end_repeat",
    "int": "integer", "string": "text", "trigger": "acknowledge", "photo": "image", "datetime": "dateTime",
    "select one external": "select_one_external",
}  # fmt: skip


@dataclass(frozen=True)
class Plain:
    """A row that is one question: its type and appearance there, its type here, and settings it implies."""

    theirs: str
    ours: str
    appearance: str | None = None
    implied: tuple[tuple[str, object], ...] = ()


# Looked through from the top: the first that fits the type and an appearance is taken, in both directions.
PLAIN: tuple[Plain, ...] = (
    Plain("integer", "number"),
    Plain("decimal", "number", implied=(("decimals", 6),)),
    Plain("text", "long_text", "multiline"),
    Plain("text", "short_text"),
    Plain("date", "date"),
    Plain("time", "time"),
    Plain("note", "statement"),
    Plain("image", "signature", "signature"),
    Plain("image", "file", implied=(("accept", ["image"]), ("at_most", 1))),
    Plain("file", "file", implied=(("accept", ["image", "pdf", "office"]), ("at_most", 1))),
    Plain("acknowledge", "consent"),
    Plain("hidden", "hidden"),
    Plain("range", "slider"),
)

# Types without a counterpart that are still asked, as something near.
NEAR = {
    "dateTime": ("date", marked("改为日期题，不含时刻")),
    "geopoint": ("short_text", marked("改为单行文字题，不取定位")),
    "geotrace": ("short_text", marked("改为单行文字题，不取定位")),
    "geoshape": ("short_text", marked("改为单行文字题，不取定位")),
    "barcode": ("short_text", marked("改为单行文字题，不扫码")),
    "email": ("short_text", marked("改为单行文字题")),
    "select_one_external": ("short_text", marked("选项在文件之外，改为单行文字题")),
    "select_one_from_file": ("short_text", marked("选项在文件之外，改为单行文字题")),
    "select_multiple_from_file": ("short_text", marked("选项在文件之外，改为单行文字题")),
}

# Rows that a device fills in by itself, or that only compute.
UNASKED = {"start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "audit",
           "start-geopoint", "calculate", "csv-external", "xml-external", "background-audio",
           "osm"}  # fmt: skip

LISTED_LOOKS = ("minimal", "autocomplete", "search")  # appearances of a list that is searched
OTHER = {"code": "other", "label": {"zh-Hans": "其他", "en": "Other"}, "asks_text": True}
SPECIFY = {"zh-Hans": "请说明", "zh-Hant": "請說明", "en": "Please specify"}

# Names that other programs keep for themselves.
RESERVED = {"meta", "data", "audit", "instanceid", "instance_id", "entity", "__entity"}

LIKERT = ("rating", "nps", "ces")
