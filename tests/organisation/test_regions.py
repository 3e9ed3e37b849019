"""The organisation's places: imported with every bad row told, kept, and offered by questions of region."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from surveys.definition.questions import Place
from surveys.organisation.regions import UnfitPlaces, read_places
from surveys.storage import Store
from surveys.tables import UnfitFile
from tests.console.design.test_question_pages import FORM, ask, item, stored
from tests.support.front_door import visiting
from tests.support.rendered import Rendered

GOOD = "code,province,city,district\n330102,浙江,杭州,上城\n330103,浙江,杭州,下城\n33,浙江,,\n"


def places_from_csv(content: bytes) -> list[Place]:
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "regions.csv"
        path.write_bytes(content)
        return read_places(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_programs_save_it_here(encoding: str) -> None:
    """In either language of its heading; a path may end early; blank rows are passed over."""
    places = places_from_csv(GOOD.encode(encoding))
    assert [(each.code, each.path) for each in places] == [
        ("330102", ("浙江", "杭州", "上城")), ("330103", ("浙江", "杭州", "下城")), ("33", ("浙江",)),
    ]  # fmt: skip
    chinese = (
        GOOD.replace("code,province,city,district", "省份, 城市,区县,编码").splitlines()[0] + "\n浙江,杭州,,3301\n,,,\n"
    )
    assert places_from_csv(chinese.encode()) == [Place(code="3301", path=("浙江", "杭州"))]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    """Codes that Excel made numbers are codes all the same."""
    book = Workbook()
    for row in (("编码", "省份", "城市", "区县"), (330102, "浙江", "杭州", "上城"), ("33", "浙江", None, None)):
        book.active.append(row)
    book.save(tmp_path / "regions.xlsx")
    assert [each.code for each in read_places(tmp_path / "regions.xlsx")] == ["330102", "33"]


def test_every_bad_row_is_told() -> None:
    """With its line, all at once."""
    rows = [
        "code,province,city,district",
        "a b,浙江,,",
        "1,,,",
        "2,浙江,,上城",
        "3,浙江,杭州,",
        "3,浙江,宁波,",
        "4,浙江,杭州,",
    ]
    with pytest.raises(UnfitPlaces) as refusal:
        places_from_csv("\n".join(rows).encode())
    assert [(each.line, str(each.problem)[:4]) for each in refusal.value.rows] == [
        (2, "编码“a"), (3, "省份是空"), (4, "有区县，"), (6, "“3”在"), (7, "“浙江 "),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"code,name\n1,x", "province"),
        (b"\x00\x01\x02", "编码"),
        (b"code,province\n", "没有地区"),
        (b"code,province\n1,\xff\x80\x81\xff\x98\x90\n", "UTF-8"),
        (b"PK\x03\x04broken", "xlsx"),
        (b"code,province\n" + b"".join(b"%d,p%d\n" % (n, n) for n in range(6000)), "最多 5000"),
    ],
    ids=["empty", "no province", "not a text", "heading only", "garbled", "broken workbook", "endless"],
)
def test_what_is_no_list_is_refused(content: bytes, told: str) -> None:
    with pytest.raises((UnfitPlaces, UnfitFile), match=told):
        places_from_csv(content)


def test_a_new_list_takes_the_place_of_the_old_one(store: Store) -> None:
    """At once, for every reader."""
    assert store.organisation.places() == ()
    store.organisation.save_places(places_from_csv(GOOD.encode()), by="test")
    assert [each.code for each in store.organisation.places()] == ["33", "330102", "330103"]
    store.organisation.save_places([Place(code="x", path=("江苏",))], by="test")
    assert [each.path for each in store.organisation.places()] == [("江苏",)]


def test_a_question_of_region_offers_the_organisation_s_places(store: Store) -> None:
    """And takes nothing else; one that brings its own list keeps it."""
    store.organisation.save_places(places_from_csv(GOOD.encode()), by="test")
    own = {"type": "region", "code": "own", "title": "自带", "places": [{"code": "x", "path": ["江苏"]}]}
    ask(store, item("region"), own)
    with visiting(store) as browser:
        page = Rendered(browser.get(FORM).text)
        assert [each.value for each in page.controls if each.name == "own"] == ["", "x"]
        assert browser.post(FORM, data={**page.sent(), "item": "999999"}).status_code == 422
        assert browser.post(FORM, data=page.filled({"item": ["330103"]})).status_code == 200
    assert stored(store)[0].answers == {"item": "330103"}
