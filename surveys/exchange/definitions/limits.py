"""Refuses files that are made to hurt: too large, unpacking to too much, nested too deep, XML that defines entities."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any, NoReturn
from xml.etree import ElementTree

from surveys.definition.templates import DefinitionProblem, UnfitDefinition, whole_characters
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying

FILE = marked("文件")
LARGEST_FILE = 10_000_000  # bytes; the largest real definitions are under two million
LARGEST_UNPACKED = 50_000_000
MOST_PARTS = 1_000  # files in a workbook
DEEPEST = 60

_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def refuse(source: str, message: Said, place: Said = FILE) -> NoReturn:
    """Raise UnfitDefinition with one problem."""
    raise UnfitDefinition(source, [DefinitionProblem(place, message)])


def checked_size(data: bytes, source: str) -> bytes:
    """The same bytes; raises UnfitDefinition when there are too many, or none."""
    if len(data) > LARGEST_FILE:
        refuse(
            source,
            saying(
                marked("有 {size:.0f} MB，最多 {most:.0f} MB；请去掉图片等附件，或拆成几份问卷"),
                size=len(data) / 1e6,
                most=LARGEST_FILE / 1e6,
            ),
        )
    if not data.strip():
        refuse(source, marked("是空的；请重新导出"))
    return data


def json_value(data: bytes, source: str) -> Any:
    """The value in a JSON file; raises UnfitDefinition."""
    text = _decoded(checked_size(data, source), source)
    if _depth(text) > DEEPEST:
        refuse(source, saying(marked("嵌套超过 {most} 层；请检查是否为问卷定义"), most=DEEPEST))
    try:
        return whole_characters(json.loads(text))
    except (ValueError, RecursionError) as error:
        refuse(source, saying(marked("不是有效的 JSON（{error}）；请重新导出，或检查逗号与引号"), error=error))


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        refuse(source, marked("不是 UTF-8 文本；请另存为 UTF-8 编码"))


def _depth(text: str) -> int:
    """How deep brackets nest, outside strings."""
    most = depth = 0
    for found in re.finditer(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', text, re.DOTALL):  # never goes back over a character
        bracket = found[0]
        depth += (bracket in "[{") - (bracket in "]}") if len(bracket) == 1 else 0
        most = max(most, depth)
    return most


def xml_root(data: bytes, source: str) -> ElementTree.Element:
    """The root of an XML file without entities of its own; raises UnfitDefinition."""
    parser = ElementTree.XMLParser(target=_PlainTree())  # noqa: S314  _PlainTree stops at the first declaration
    try:
        parser.feed(checked_size(data, source))
        root: ElementTree.Element = parser.close()
    except _Hostile as found:
        refuse(source, str(found))
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        refuse(source, saying(marked("不是有效的 XML（{error}）；请重新导出"), error=error))
    return root


class _Hostile(Exception):
    """XML that does what no survey needs; the message says what."""


class _PlainTree(ElementTree.TreeBuilder):
    """Builds the tree of a plain file, and stops before any declared entity could unfold."""

    depth = 0

    def doctype(self, *_: object) -> NoReturn:
        raise _Hostile(marked("含有 DOCTYPE 声明，问卷文件用不到它；请重新导出"))

    def start(self, tag: Any, attrs: Any) -> ElementTree.Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Hostile(saying(marked("嵌套超过 {most} 层；请检查是否为问卷定义"), most=DEEPEST))
        return super().start(tag, attrs)

    def end(self, tag: Any) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag)


def checked_workbook(data: bytes, source: str) -> io.BytesIO:
    """The workbook's bytes as a file, when what it unpacks to stays within bounds; raises UnfitDefinition."""
    try:
        with zipfile.ZipFile(io.BytesIO(checked_size(data, source))) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                refuse(
                    source,
                    saying(
                        marked("解压后超过 {most:.0f} MB；请只保留问卷本身的工作表"),
                        most=LARGEST_UNPACKED / 1e6,
                    ),
                )
            for part in parts:
                _check_part(archive, part, source)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, NotImplementedError, OSError):
        refuse(source, marked("不是有效的 .xlsx 文件；请在 Excel 中另存为 .xlsx"))
    return io.BytesIO(data)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: str) -> None:
    with archive.open(part) as unpacked:
        content = unpacked.read(part.file_size + 1)  # a part may be larger than it says
    if len(content) > part.file_size:
        refuse(source, marked("压缩包的内容与目录不符；请在 Excel 中另存为 .xlsx"))
    if part.filename.endswith((".xml", ".rels")) and _ENTITIES.search(content):
        refuse(source, marked("含有 DOCTYPE 或 ENTITY 声明，工作簿用不到它们；请在 Excel 中另存为 .xlsx"))
