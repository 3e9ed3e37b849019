"""Small files that claim much: refused or read within bounds, whichever door they come by."""

from __future__ import annotations

import io
import resource
import struct
import threading
import zipfile
import zlib
from pathlib import Path

import pytest

from surveys import bounded_work
from surveys.bounded_work import WorkRefused, done_apart, work_of
from surveys.definition.questions import File, NotAcceptable
from surveys.file_kinds import sniff_kind
from surveys.intake.attachments import accept_file
from surveys.organisation.logo import UnfitLogo, logo_from
from surveys.tables import streamed_sheets
from surveys.tables.reading import look_into
from surveys.tables.rows import UnfitFile
from tests.attacks.hostile_workbooks import MAKERS, READERS, cost

MOST_OWN = 150  # MB more in the process that asked


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As outside of tests."""
    monkeypatch.setattr(bounded_work, "HERE", False)


SOME = {"all cells merged": 4_000, "one long text everywhere": 4_000, "700 MB of blanks": 700}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", SOME)
def test_the_process_that_asks_keeps_its_memory(name: str, reader: str) -> None:
    """The same bounds for a table, a definition and a sheet of translations; the process apart keeps to them too."""
    own, apart, _, said = cost(MAKERS[name][0](SOME[name]), reader)
    assert own < MOST_OWN and apart < bounded_work.MOST_MEMORY / 1e6
    assert said.startswith("refused") or reader == "table"


def hold_memory(_: object, out: io.BytesIO) -> None:
    """Work that takes more than it may."""
    out.write(bytes(800_000_000))


def never_end(*_: object) -> None:
    while True:
        pass


def write_much(_: object, out: io.BytesIO) -> None:
    while True:
        out.write(bytes(1 << 20))


def wait_for_turn(*_: object) -> None:
    """Work that does nothing."""


@pytest.mark.parametrize("work", [hold_memory, never_end, write_much])
def test_what_is_too_much_is_said(work: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory, time, what is written: one sentence, with the bounds in it."""
    name = f"{__name__}:{work.__name__}"  # type: ignore[attr-defined]
    with pytest.raises(WorkRefused) as refused:
        done_apart(name, b"", memory=600_000_000, seconds=2)
    assert "600 MB" in str(refused.value) and "2 秒" in str(refused.value)


def test_a_workbook_that_takes_too_long_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_sheets, "SECONDS", 1)
    with pytest.raises(UnfitFile, match="太大或太复杂"):
        look_into(MAKERS["a million rows"][0](150_000))


def test_one_person_s_files_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has one in hand is told to wait; another person is not."""
    monkeypatch.setattr(bounded_work, "LONGEST_WORK", 0.01)
    came: dict[str, str] = {}

    def try_as(person: str) -> None:
        work_of.set(person)
        try:
            done_apart(f"{__name__}:wait_for_turn", b"")
            came[person] = "done"
        except WorkRefused as refused:
            came[person] = str(refused)

    with bounded_work._turns["zhang"]:
        threads = [threading.Thread(target=try_as, args=[name]) for name in ("zhang", "li")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert came["li"] == "done" and "等它完成" in came["zhang"]


def png(width: int, height: int) -> bytes:
    """A picture of one colour that unpacks to what its size says."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes((width * 3 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_are_drawn_apart() -> None:
    """One too large is refused; a large one that may come is drawn without this process growing by its size."""
    question = File(code="photo", title="照片", megabytes=10)
    with pytest.raises(NotAcceptable, match="尺寸太大"):
        accept_file(question, "a.png", png(9000, 9000))
    with pytest.raises(UnfitLogo, match="尺寸太大"):
        logo_from(png(9000, 9000))

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drawn = accept_file(question, "a.png", png(7000, 7000))
    assert drawn.kind == "png"
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 100


def test_an_archive_with_an_endless_list_is_no_office_file(tmp_path: Path) -> None:
    """Its list of parts is not even read."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        for number in range(12_000):
            archive.writestr(f"word/{number}", "")
    assert sniff_kind(written.getvalue()) is None
