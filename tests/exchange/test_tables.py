"""Tables as other programs write them: the header found, the sheet chosen, the encoding judged, nothing invented."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from surveys.tables import Guide, Reading, Table, UnfitFile, look_into, opened_bytes
from surveys.tables import workbooks as workbooks_room
from surveys.tables.encodings import most_likely
from surveys.tables.old_errors import errors_by_sheet
from tests.support.exchange_files import OldError, old_workbook

HEADINGS = {"姓名", "电话", "部门", "满意度：速度", "满意度：态度"}
GUIDE = Guide(HEADINGS.__contains__)


def read(content: bytes, reading: Reading = Reading(), guide: Guide = GUIDE) -> tuple[Table, list[list[str]]]:  # noqa: B008
    """The table, and the cells of its rows."""
    with opened_bytes(content, reading, guide) as table:
        return table, [list(row.cells) for row in table.rows]


def workbook(fill: Callable[[Any], None]) -> bytes:
    """An .xlsx file that *fill* has filled."""
    book = Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet(*rows: list[Any], merged: tuple[str, ...] = ()) -> bytes:
    """An .xlsx file of one sheet."""

    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(row)
        for cells in merged:
            book.active.merge_cells(cells)

    return workbook(fill)


ABOVE = {
    "nothing": "",
    "a title": "2026年客户名单\n",
    "two titles, blank rows": "\n2026年客户名单,,\n制表：张三,,2026-03-05\n\n",
    "a title of two cells beside each other": "客户名单,,机密\n",
    "a note with quotes": '"说明：请勿改动表头\n第二行也是说明",,\n',
}


@pytest.mark.parametrize("above", ABOVE.values(), ids=list(ABOVE))
@pytest.mark.parametrize("below", ["", "（中文）,（11 位）,(代码)\n"], ids=["no units", "a row of units"])
def test_a_title_row_above_the_table_is_skipped(above: str, below: str) -> None:
    """And a row of units under the header; both are told, neither becomes data."""
    table, rows = read(f"{above}姓名,电话,部门\n{below}王,138,东\n李,139,西\n".encode())
    assert table.header == ("姓名", "电话", "部门") and rows == [["王", "138", "东"], ["李", "139", "西"]]
    assert len(table.passed_over) == bool(below) + {"": 0, "\n": 2}.get(above[:1], 1)


@pytest.mark.parametrize("above", ABOVE.values(), ids=list(ABOVE))
def test_a_title_is_skipped_where_no_heading_is_known(above: str) -> None:
    """By its width alone."""
    table, rows = read(f"{above}甲,乙,丙,丁,戊,己,庚\n1,2,3,4,5,6,7\n7,6,5,4,3,2,1\n".encode(), guide=Guide())
    assert table.header == ("甲", "乙", "丙", "丁", "戊", "己", "庚") and len(rows) == 2


def test_a_row_of_data_is_never_taken_for_the_header() -> None:
    """Not even one that holds words which are headings as well: then the header and all above it would be lost."""
    table, rows = read("甲,乙,丙\n1,2,3\n姓名,x,y\n".encode())
    assert table.header == ("甲", "乙", "丙") and len(rows) == 2
    table, _ = read("姓名,乙,丙\n电话,部门,3\n".encode())
    assert table.header == ("姓名", "乙", "丙")


def test_a_first_row_with_gaps_is_still_the_header() -> None:
    """A table whose columns are half unnamed has no title for that."""
    table, rows = read(b"a,,,d,\n1,2,3,4,5\n6,7,8,9,0\n", guide=Guide())
    assert table.header == ("a", "", "", "d", "") and len(rows) == 2


def test_the_header_is_where_the_person_says() -> None:
    table, rows = read("甲,乙\n丙,丁\n1,2\n".encode(), Reading(header_row=2))
    assert table.header == ("丙", "丁") and rows == [["1", "2"]] and [row.number for row in table.passed_over] == [1]
    with pytest.raises(UnfitFile, match="第 9 行是空的"):
        read("甲,乙\n1,2\n".encode(), Reading(header_row=9))


def test_a_header_over_two_rows_is_one() -> None:
    """Merged headings above name those under them; what is merged downwards stands once."""
    content = sheet(
        ["调查结果"], ["姓名", "满意度", None], [None, "速度", "态度"], ["王", 5, 4],
        merged=("A1:C1", "A2:A3", "B2:C2"),
    )  # fmt: skip
    table, rows = read(content)
    assert table.header == ("姓名", "满意度：速度", "满意度：态度") and rows == [["王", "5", "4"]]


def test_merged_cells_are_filled_downwards_and_refused_sideways() -> None:
    """What stands beside a merged cell is nothing that anyone has written there."""
    content = sheet(
        ["姓名", "电话", "部门"], ["王", 138, "东"], ["李", 139, None], ["合计", None, None], ["赵", 137, "西"],
        merged=("C2:C3", "A4:C4"),
    )  # fmt: skip
    with opened_bytes(content, guide=GUIDE) as table:
        rows = list(table.rows)
    assert [row.cells[2] for row in rows] == ["东", "东", "", "西"]
    assert [bool(row.problems(table.header, [1])) for row in rows] == [False, False, True, False]
    assert "合并" in str(rows[2].problems(table.header, [1])[0])


def test_an_error_of_a_formula_is_no_value() -> None:
    """In a workbook and in the CSV file made from it; only where its column matters."""
    content = sheet(["姓名", "电话"], ["#N/A", 138], ["王", "#REF!"])
    for each in (content, "姓名,电话\n#N/A,138\n王,#REF!\n".encode()):
        with opened_bytes(each, guide=GUIDE) as table:
            rows = list(table.rows)
        assert [bool(row.problems(table.header, [0])) for row in rows] == [True, False]
        assert "#REF!" in str(rows[1].problems(table.header, [1])[0])


def test_a_formula_without_a_result_is_no_empty_cell() -> None:
    """A program wrote it and nothing has ever calculated it; after Excel has, there would be a value."""
    with opened_bytes(sheet(["姓名", "电话"], ["王", "=1+1"], ["=A2", 138], ["李", 139]), guide=GUIDE) as table:
        rows = list(table.rows)
    assert [bool(row.problems(table.header, [0, 1])) for row in rows] == [True, True, False]
    assert "公式" in str(rows[0].problems(table.header, [1])[0])


def test_digits_that_a_workbook_has_lost_are_told() -> None:
    """Excel keeps fifteen; what it shows behind them are zeros that nobody wrote."""
    with opened_bytes(sheet(["姓名", "电话"], ["王", 3.3010219800101e17], ["李", 13812345678.0])) as table:
        lost, kept = table.rows
    assert "15 位" in str(lost.problems(table.header, [1])[0]) and not kept.problems(table.header, [1])
    assert kept.cells == ("李", "13812345678")


def test_hidden_sheets_are_chosen_only_by_name() -> None:
    """Of those that are seen, the one whose headings are known."""

    def fill(book: Any) -> None:
        book.active.title, book.active.sheet_state = "旧", "hidden"
        book.active.append(["姓名", "电话", "部门"])
        book.active.append(["隐", 1, 2])
        book.create_sheet("说明").append(["填表说明"])
        for row in (["姓名", "电话"], ["显", 1]):
            (book["数据"] if "数据" in book.sheetnames else book.create_sheet("数据")).append(row)

    content = workbook(fill)
    assert read(content)[1] == [["显", "1"]] and read(content)[0].other_sheets == ("说明",)
    assert read(content, Reading(sheet="旧"))[1] == [["隐", "1", "2"]]
    look = look_into(content, guide=GUIDE)
    assert [(each.title, each.hidden) for each in look.sheets] == [("旧", True), ("说明", False), ("数据", False)]
    with pytest.raises(UnfitFile, match="没有工作表“新”。工作表有：旧、说明、数据"):
        read(content, Reading(sheet="新"))


def test_an_old_workbook_is_read_too() -> None:
    """With its empty rows and columns where they are."""
    table, rows = read(old_workbook(名单=[["客户名单"], ["姓名", "电话"], ["王", "138"]]))
    assert table.header == ("姓名", "电话") and rows == [["王", "138"]]


@pytest.mark.parametrize("formula", [False, True], ids=["typed in", "of a formula"])
def test_an_error_in_an_old_workbook_is_no_value_either(formula: bool) -> None:
    """Told as in one of today; on whatever sheet, below empty rows, beyond all else; zeros and texts are values."""
    first = [["甲", "乙"], ["1", "2"]]
    second = [["姓名", "电话", "余额"], [OldError(0x2A, formula), "138", OldError(0x07, formula)], ["", "", ""],
              ["王", "139", "0", "", OldError(0x17, formula)]]  # fmt: skip
    content = old_workbook(甲=first, 客户=second)
    with opened_bytes(content, Reading(sheet="客户")) as table:
        rows = list(table.rows)
    assert [row.cells[:3] for row in rows if row.filled] == [("#N/A", "138", "#DIV/0!"), ("王", "139", "0")]
    told = [{at: str(why) for at, why in row.faults.items()} for row in rows if row.filled]
    assert list(told[0]) == [0, 2] and "#N/A" in told[0][0] and "#DIV/0!" in told[0][2]
    assert list(told[1]) == [4] and "#REF!" in told[1][4]
    with opened_bytes(content, Reading(sheet="甲")) as table:
        assert [row.faults for row in table.rows] == [{}]


@pytest.mark.parametrize(
    ("code", "text"),
    [(0x00, "#NULL!"), (0x07, "#DIV/0!"), (0x0F, "#VALUE!"), (0x17, "#REF!"), (0x1D, "#NAME?"), (0x24, "#NUM!"),
     (0x2A, "#N/A")],
)  # fmt: skip
def test_errors_of_old_workbooks_have_their_names(code: int, text: str) -> None:
    [found] = errors_by_sheet(old_workbook(一=[["a"], [OldError(code)]]))
    assert found == {(1, 0): text}


@pytest.mark.parametrize("cut", [0x1E, 0x80, 600, 1100, 1600])
def test_a_damaged_old_workbook_is_refused_at_once(cut: int) -> None:
    """Wherever it ends, and where its chains go round and round."""
    content = old_workbook(一=[["a"], ["b"]])
    with pytest.raises(UnfitFile, match="读不出来"):
        read(content[:cut])
    round_and_round = content[:512] + struct.pack("<128I", *[2] * 128) + content[1024:]
    with contextlib.suppress(UnfitFile):
        read(round_and_round)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("above", ["", "2026, 第一季度\n"], ids=["none", "with commas"])
def test_the_delimiter_is_that_of_the_table_and_not_of_its_title(delimiter: str, above: str) -> None:
    """Whatever stands in the cells: decimal commas, lists."""
    lines = [["姓名", "电话", "部门"], ["王", "1,5", "甲"], ["李", "2,5", "甲，乙"]]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in line] for line in lines]
    text = above + "\n".join(map(delimiter.join, quoted))
    assert read(text.encode())[1] == lines[1:]


def test_an_open_quotation_mark_does_not_hide_the_delimiter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could be read before it tells; then the row where the mark stands is named."""
    monkeypatch.setattr("surveys.tables.delimited.LONGEST_FIELD", 1000)
    with pytest.raises(UnfitFile, match="第 3 行"):
        read(('姓名,电话\n王,138\n李,"139\n' + "赵,137\n" * 500).encode())


def test_excel_s_own_word_on_the_delimiter_is_taken() -> None:
    table, rows = read("sep=;\n姓名;电话\n王;1,2,3\n".encode())
    assert rows == [["王", "1,2,3"]] and table.header_row == 2


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4,
        b"%PDF-1.7\n1 0 obj\n<<>>\n",
        b"\x7fELF" + bytes(2000),
        bytes(range(256)) * 20,
        b"{\\rtf1\\ansi hello}",
        b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table>",
        b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
    ],
    ids=["picture", "pdf", "program", "bytes", "rtf", "web page", "xml"],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    """A picture is no list with strange names."""
    with pytest.raises(UnfitFile, match="不是表格"):
        read(content)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And one that declares entities; before anything of it is read."""
    monkeypatch.setattr(workbooks_room, "LARGEST_UNPACKED", 10_000)
    (tmp_path / "large.xlsx").write_bytes(sheet(*[["x" * 50, number] for number in range(1000)]))
    with pytest.raises(UnfitFile, match="解压后太大"), workbooks_room.sheets_in(tmp_path / "large.xlsx"):
        pass
    monkeypatch.undo()
    file = io.BytesIO(sheet(["姓名"], ["王"]))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/evil.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(UnfitFile, match="DOCTYPE"):
        read(file.getvalue())


TEXTS = {
    "gb18030": ["姓名,电话\n王建国,138\n", "满意\n", "户名,地址\n闫翀骞,鄞州区\n", "name,phone\n王,1\n", "是\n否\n"],
    "cp950": [
        "姓名,電話\n王建國,138\n",
        "您最希望我們改進什麼？\n",
        "name,phone\n王大明,1\n",
        "是\n否\n",
        "臺北,高雄\n",
    ],
    "cp932": ["氏名,電話番号\n山田太郎,03\n", "とても良かったです\n", "はい\nいいえ\n", "お客様番号,部署\n"],
    "cp1252": ["Name;Straße\nMüller;Köln\n", "Prénom;Société\nAndré;Électricité\n", "Größe\n", "It’s good – thanks…\n"],
    "cp949": [
        "이름,전화,의견\n김철수,010,서비스가 매우 좋습니다\n",
        "정전이 자주 발생합니다\n",
        "매우 만족\n",
        "예\n아니오\n",
    ],
    "euc_jp": ["氏名,電話,コメント\n田中,03,対応がとても良かったです\n", "とても良かったです\n", "はい\nいいえ\n"],
    "cp1251": ["имя,отзыв\nИван,очень хорошо\nПётр,плохо работает\n", "Да\nНет\n", "ОТЗЫВ;ДАТА\n"],
    "cp1250": ["imię,uwagi\nŁukasz,bardzo dobra obsługa\nŻaneta,źle i długo\n", "Příjmení;Děkuji\nNovák;špatně\n"],
    "mac_roman": ["Name;Straße\nMüller;Köln\n", "Prénom;Société\nAndré;Électricité\n", "Größe\n", "Señor;año\n"],
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding, texts in TEXTS.items() for text in texts]
)
def test_an_encoding_is_judged_by_what_people_write(encoding: str, text: str) -> None:
    """Short files as well; every one of them would be something in the others."""
    assert most_likely(text.encode(encoding)).encoding == encoding
    assert encoding in ("gb18030", "cp950") or read(text.encode(encoding))[0].header


def test_a_doubtful_encoding_is_said_and_another_can_be_chosen() -> None:
    """One character may be anything; what was chosen holds."""
    look = look_into("好,1\n".encode("gb18030"))
    assert not look.encoding_sure and look.reading.encoding == "gb18030"
    chosen = look_into("好,1\n".encode("gb18030"), Reading(encoding="big5"))
    assert chosen.encoding_sure and chosen.table.header[0] != "好"
    with pytest.raises(UnfitFile, match="不能用编码“klingon”读"):
        look_into(b"a,b\n", Reading(encoding="klingon"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_unicode_in_every_form(encoding: str) -> None:
    """With or without its mark, as Excel's “Unicode text” with tabs."""
    assert read("姓名\t电话\n王\t138\n".encode(encoding))[1] == [["王", "138"]]
    assert look_into("姓名\t电话\n王\t138\n".encode(encoding)).encoding_sure


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    "text", ["姓名,留言\n张三,服务态度很好非常满意\n李四,这一次抢修一点也不及时\n", "意见\n" + "一切很好" * 900 + "\n"]
)
def test_unicode_without_letters_of_latin(encoding: str, text: str) -> None:
    """Also where hardly a zero byte stands between the characters, or one within them."""
    (there, rows), (meant, same) = read(text.encode(encoding)), read(text.encode())
    assert (there.header, rows) == (meant.header, same)
