"""What a format can't say, kept in its own extension room as the difference to what it does say.

The difference lists settings by path, each with a short mark of what the format itself said when it was written. When
the file was changed by another program since, the mark no longer fits, and the change wins over what was kept here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.exchange.definitions.losses import Ledger, quote_value
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying

NAME = "xinsheng"  # the property or column that holds it

Settings = dict[str, Any]
Flat = dict[str, Any]

SETTINGS = {
    "type": "题型", "title": "标题", "hint": "提示", "required": "必答", "dimension": "所属指标", "show_if": "显示条件",
    "options": "选项", "rows": "行", "choices": "列", "options_from": "沿用前题选项", "shuffle": "随机顺序",
    "jumps": "跳转", "use": "用途说明", "introduction": "开场白", "thanks": "结束语", "screened_out": "甄别结束语",
    "quota_full": "名额已满结束语", "quotas": "配额", "thanks_by_answer": "按回答不同的结束语", "text": "文字",
    "audience": "答卷对象", "anonymous": "匿名", "overall": "总体满意度题", "subject": "被评部门题",
    "callback": "请求联系题",
    "shuffle_sections": "部分随机顺序", "rounds": "轮次",
    "dimensions": "指标", "code": "代码", "places": "地区表", "unit": "单位",
    "look": "外观", "labels": "各点标签", "low_label": "低端标签", "high_label": "高端标签",
    "not_applicable": "“不适用”", "max_length": "字数上限", "pattern": "格式", "total": "合计", "points": "点数",
    "at_least": "最少项数", "at_most": "最多项数", "agreement": "同意文字", "parameter": "链接参数名",
    "accept": "文件种类", "megabytes": "文件大小", "decimals": "小数位数", "minimum": "最小值", "maximum": "最大值",
    "earliest": "最早", "latest": "最晚", "by": "步长", "asks_text": "可填文字", "exclusive": "与其他选项互斥",
    "call_outcome": "电话访问中算作", "right": "正确答案", "marks": "分值",
    "contact": "问要不要联系", "link": "去往的网页", "link_label": "按钮文字",
    "label": "文字", "context": "随答信息", "about": "评价对象", "tasks": "任务规则",
}  # fmt: skip


def setting_name(setting: str) -> Said:
    """A setting by its name for people."""
    return Message(SETTINGS[setting]) if setting in SETTINGS else setting


@dataclass(frozen=True)
class Extension:
    """The type that is meant, when the format shows a plainer one; and settings by path: (mark, value)."""

    type: str | None = None
    settings: Mapping[str, tuple[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.type or self.settings)

    def as_data(self) -> dict[str, Any]:
        """The plain form that stands in the file."""
        kept = {"type": self.type} if self.type else {}
        return kept | ({"set": {path: list(pair) for path, pair in self.settings.items()}} if self.settings else {})

    def as_text(self) -> str:
        """The same for a cell, in which `${` would begin a reference."""
        return json.dumps(self.as_data(), ensure_ascii=False, separators=(",", ":")).replace("${", "\\u0024{")


def read_extension(data: object, place: Said, ledger: Ledger) -> Extension:
    """The extension in a property (a mapping) or a cell (its text); what is no extension is a loss."""
    if data is None:
        return Extension()
    try:
        value: Any = json.loads(data) if isinstance(data, str) else data
        settings = {path: (str(mark), now) for path, (mark, now) in value.get("set", {}).items()}
        if set(value) - {"type", "set"}:
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError):
        ledger.lose(
            place, saying(marked("扩展栏 {name}：{data}"), name=NAME, data=quote_value(data)), marked("读不懂，略去")
        )
        return Extension()
    return Extension(value.get("type") if isinstance(value.get("type"), str) else None, settings)


def difference(said_natively: Settings, meant: Settings) -> dict[str, tuple[str, Any]]:
    """What must be set, and over what, to make the one the other; None removes. Lists that both have go by code."""
    whole = {
        name for name in {*said_natively, *meant} if not (_coded(said_natively.get(name)) and _coded(meant.get(name)))
    }
    before, after = _flat(said_natively, whole), _flat(meant, whole)
    paths = [path for path in (*before, *after) if before.get(path) != after.get(path)]
    return {path: (_mark(before.get(path)), after.get(path)) for path in dict.fromkeys(paths)}


def restore_settings(said_natively: Settings, extension: Extension, place: Said, ledger: Ledger) -> Settings:
    """The settings meant; where the file was changed elsewhere since, the change stays and is noted."""
    whole = {path: pair for path, pair in extension.settings.items() if "/" not in path}
    settings = _put(dict(said_natively), whole, place, ledger)
    inner = {path: pair for path, pair in extension.settings.items() if "/" in path}
    return _unflat(_put(_flat(settings), inner, place, ledger), place, ledger)


def _put(flat: Flat, kept: Mapping[str, tuple[str, Any]], place: Said, ledger: Ledger) -> Flat:
    for path, (mark, value) in kept.items():
        if flat.get(path) == value:
            continue
        if _mark(flat.get(path)) != mark:
            ledger.lose(
                place,
                saying(marked("扩展栏里的“{path}”"), path=path_words(path)),
                marked("在别的程序中改过，按改后的读"),
            )
        elif value is None:
            flat.pop(path, None)
        else:
            flat[path] = value
    return flat


def path_words(path: str) -> Said:
    """`选项 other · 可填文字`: a path as people read it."""
    first, _, rest = path.partition("/")
    name = setting_name(first)
    if not rest:
        return name
    code, _, setting = rest.partition("/")
    if not code:
        return saying(marked("{name}的清单"), name=name)
    return saying("{name} {code} · {setting}", name=name, code=code, setting=setting_name(setting))


def _flat(settings: Settings, whole: Collection[str] = ()) -> Flat:
    """By path; a list of coded things becomes its order and the settings of each, unless it is to stay whole."""
    flat: Flat = {}
    for name, value in settings.items():
        if value is None:
            continue
        if name in whole or not _coded(value):
            flat[name] = value
            continue
        flat[f"{name}/"] = [each["code"] for each in value]
        flat.update({f"{name}/{each['code']}/{key}": inner for each in value for key, inner in each.items()})
    return flat


def _coded(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and isinstance(each.get("code"), str) for each in value)
        and len({each["code"] for each in value}) == len(value)
    )


def _unflat(flat: Flat, place: Said, ledger: Ledger) -> Settings:
    parts: dict[str, dict[str, Settings]] = {}
    for path, value in flat.items():
        name, _, rest = path.partition("/")
        code, _, setting = rest.partition("/")
        if setting:
            parts.setdefault(name, {}).setdefault(code, {})[setting] = value
    for path in _strays(flat):
        ledger.lose(
            place, saying(marked("扩展栏里的“{path}”"), path=path_words(path)), marked("所属的一项已不在，略去")
        )
    plain = {path: value for path, value in flat.items() if "/" not in path}
    lists = {path[:-1]: value for path, value in flat.items() if path.endswith("/") and isinstance(value, list)}
    return plain | {name: [parts.get(name, {}).get(str(code), {}) for code in order] for name, order in lists.items()}


def _strays(flat: Flat) -> Iterator[str]:
    for path in flat:
        name, _, rest = path.partition("/")
        if rest and rest.partition("/")[0] not in (flat.get(f"{name}/") or ()):
            yield path


def _mark(value: object) -> str:
    """A short fingerprint; empty for what is not there."""
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
