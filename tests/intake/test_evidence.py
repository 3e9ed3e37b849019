"""Files that come with answers: what they are, what is kept of them, who gets them, and when they go."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from surveys.definition.questions import QUESTION_TYPES, File, NotAcceptable
from surveys.file_kinds import sniff_kind
from surveys.intake import attachments
from surveys.intake.attachments import accept_file, redrawn
from surveys.permissions import Role
from surveys.storage import Store
from tests.console.design.test_question_pages import FORM, MUST, ask, item, stored
from tests.support.front_door import NOW, Clock, TestClient, add_account, be, hidden, receipt, visiting
from tests.support.rendered import Rendered


def picture(kind: str = "jpeg", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind, **more)
    return drawn.getvalue()


def office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
PDF = b"%PDF-1.7\n%%EOF"


def question(**settings: Any) -> File:
    found = QUESTION_TYPES["file"].model_validate({"code": "item", "title": "照片", **settings})
    assert isinstance(found, File)
    return found


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("jpeg"), "jpeg"),
        (picture("png"), "png"),
        (picture("webp"), "webp"),
        (picture("gif"), None),
        (PDF, "pdf"),
        (DOCX, "docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (office("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (office("a.txt"), None),
        (b"PK\x03\x04broken", None),
        (b"<svg onload=alert(1)>", None),
        (b"<!doctype html><script>", None),
        (b"MZ\x90\x00", None),
        (b"", None),
    ],
    ids=[
        "jpeg", "png", "webp", "gif", "pdf", "docx", "xlsx", "pptx", "macros", "zip", "torn", "svg", "html", "exe",
        "empty",
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_is(content: bytes, kind: str | None) -> None:
    """Not what its name says; pictures that move, macros and programs are none of it."""
    assert sniff_kind(content) == kind


def test_a_picture_is_drawn_again_without_its_place() -> None:
    """Upright, as large, and without camera, place, comments, or what was hung behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    sent = picture(size=(40, 30), exif=exif, comment=b"SecretComment") + b"SecretTail"
    assert b"SecretCamera" in sent
    kept = redrawn(sent, "jpeg")
    with Image.open(io.BytesIO(kept)) as clean:
        assert clean.size == (30, 40) and not clean.getexif() and "exif" not in clean.info
    assert b"Secret" not in kept


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_words_hidden_in_other_pictures_go_too(kind: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Location", "Secret")
    sent = picture(kind, pnginfo=note) if kind == "png" else picture(kind, xmp=b"<x>Secret</x>")
    assert b"Secret" in sent and b"Secret" not in redrawn(sent, kind)


@pytest.mark.parametrize(
    ("settings", "name", "content", "told"),
    [
        ({}, "a.jpg", PDF, "只能上传 JPG"),
        ({"accept": ["pdf"]}, "a.pdf", picture(), "只能上传 PDF"),
        ({}, "a.jpg", b"\xff\xd8\xff" + b"x" * 99, "图片打不开"),
        ({}, "a.jpg", picture()[:200], "图片打不开"),
        ({}, "a.png", b"", "空的"),
        ({"megabytes": 0.0001}, "a.jpg", picture(), "超过 0.0001 MB"),
    ],
    ids=["another kind", "a picture", "no picture", "cut off", "empty", "too large"],
)
def test_an_unfit_file_is_refused_in_words(settings: dict[str, Any], name: str, content: bytes, told: str) -> None:
    with pytest.raises(NotAcceptable, match=told):
        accept_file(question(**settings), name, content)


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what its head says, before it is drawn."""
    monkeypatch.setattr(attachments, "MOST_PIXELS", 1000)
    with pytest.raises(NotAcceptable, match="尺寸太大"):
        redrawn(picture(size=(40, 30)), "jpeg")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("门口.jpg", "门口.jpg"),
        ("..\\..\\x\\a.jpg", "a.jpg"),
        ("/etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("", "file"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    """Without folders or line breaks."""
    assert accept_file(question(), name, picture()).name == kept


def send(browser: TestClient, *contents: bytes, **fields: str) -> Any:
    files = [("item", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)]
    return browser.post(FORM, data={**hidden(browser.get(FORM).text), **fields}, files=files)


def on_disk(store: Store) -> list[Path]:
    return [path for path in (store.path.parent / "uploads").rglob("*") if path.is_file()]


def test_too_many_and_unfit_files_are_told_beside_the_question(store: Store) -> None:
    """The good one before a bad one stays; a bad one is never on disk."""
    ask(store, item("file", at_most=2))
    with visiting(store) as browser:
        many = send(browser, picture(), picture(), picture())
        assert many.status_code == 422 and "最多上传 2 个文件" in many.text and not on_disk(store)
        mixed = send(browser, picture(), PDF)
        assert "只能上传 JPG" in mixed.text and len(Rendered(mixed.text).sent()["item"]) == len(on_disk(store)) == 1


def test_keys_of_another_form_are_not_taken(store: Store) -> None:
    """Guessed or seen elsewhere: the answer is without them."""
    ask(store, item("file"), MUST)
    with visiting(store) as browser:
        theirs = Rendered(send(browser, picture()).text).sent()["item"]
        assert send(browser, must="有", item=theirs[0]).status_code == 200
        assert send(browser, must="有", item="0" * 32).status_code == 200
    assert [response.answers for response in stored(store)] == [{"must": "有"}] * 2


def test_a_hidden_question_takes_no_files(store: Store) -> None:
    """What is not asked is not kept, not even for a moment."""
    ask(store, MUST, item("file", show_if={"item": "must", "value": "是"}))
    with visiting(store) as browser:
        assert send(browser, picture(), must="否").status_code == 200
    assert not on_disk(store)


def test_files_are_for_those_who_see_the_answer(store: Store) -> None:
    """Signed in, of that department or over all of them; as an attachment that no browser runs."""
    ask(store, item("file"))
    store.surveys.close("try", by="test")
    survey = store.surveys.get("try").survey.model_copy(update={"code": "ours"})
    store.surveys.save_draft(survey, "repair", by="test")
    store.surveys.publish("ours", by="test")
    people = {
        "boss": add_account(store, "boss", Role.ADMIN),
        "ours": add_account(store, "ours", Role.MANAGER, ("repair",)),
        "theirs": add_account(store, "theirs", Role.MANAGER, ("service",)),
        "staff": add_account(store, "staff", Role.STAFF, ("repair",)),
    }
    with visiting(store) as browser:
        fields = hidden(browser.get("/s/ours").text)
        browser.post("/s/ours", data=fields, files={"item": ("门 口.jpg", picture(), "image/jpeg")})
        [response] = [each for chunk in store.responses.responses("ours") for each in chunk]
        address = f"/evidence/{response.answers['item'][0]}"
        assert browser.get(address).status_code == 303
        statuses = {}
        for name, account in people.items():
            be(browser, store, account)
            statuses[name] = browser.get(address).status_code
        assert statuses == {"boss": 200, "ours": 200, "theirs": 403, "staff": 403}
        be(browser, store, people["boss"])
        answer = browser.get(address)
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E9%97%A8")
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff" and sniff_kind(answer.content) == "jpeg"
        bad = ["0" * 32, "%00", "x"]
        assert [browser.get(f"/evidence/{key}").status_code for key in bad] == [404] * 3
    seen = [(line.account, line.object) for line in store.accounts.audit() if line.action == "see evidence"]
    mark = str(response.answers["item"][0])[:8]
    assert seen == [("boss", mark), ("ours", mark), ("boss", mark)]  # who looked, and at what
    with pytest.raises(FileNotFoundError):
        store.uploads.content("../xinsheng.db")


def test_what_belongs_to_no_answer_goes_after_a_day(store: Store) -> None:
    """Left behind by a form never sent; what came with an answer goes at once when that is taken back."""
    clock = Clock()
    ask(store, item("file"), MUST)
    with visiting(store, clock) as browser:
        send(browser, picture())
        code = receipt(send(browser, picture(), must="撤回").text)
        send(browser, picture(), must="留下")
        asked = browser.post(f"{FORM}/withdraw", data={"receipt": code})
        browser.post(f"{FORM}/withdraw", data=hidden(asked.text))
        assert len(on_disk(store)) == 2
    assert store.uploads.remove_orphans(NOW - timedelta(hours=1)) == 0
    clock.passes(hours=25)
    with visiting(store, clock):
        [kept] = on_disk(store)
    assert kept.name in {key for response in stored(store) for key in response.answers["item"]}


def test_an_anonymous_file_has_no_name_and_no_hour(store: Store) -> None:
    """What its author called it may say who that is."""
    ask(store, item("file"), anonymous=True)
    with visiting(store) as browser:
        browser.post(
            FORM, data=hidden(browser.get(FORM).text), files={"item": ("张三的家.jpg", picture(), "image/jpeg")}
        )
    [response] = stored(store)
    upload = store.uploads.get(response.answers["item"][0])
    assert upload is not None and upload.name == "file.jpeg"
    assert "张三".encode() not in store.path.read_bytes()


def test_files_are_private_to_the_service(store: Store) -> None:
    """Beside the database, readable by its owner alone."""
    ask(store, item("file"))
    with visiting(store) as browser:
        send(browser, picture())
    [path] = on_disk(store)
    assert path.parent.name == path.name[:2] and len(path.name) == 32
    assert path.stat().st_mode & 0o077 == 0


def test_a_form_without_file_questions_takes_none(store: Store) -> None:
    """And no more than its usual size."""
    ask(store, MUST)
    with visiting(store) as browser:
        assert send(browser, picture(), must="有").status_code == 400
        assert send(browser, b"x" * 3_000_000, must="有").status_code == 413


def test_more_than_the_questions_allow_is_refused(store: Store) -> None:
    """Some files too many are told on the form and not kept; what no person chooses is not even read."""
    ask(store, item("file", at_most=1, megabytes=1))
    with visiting(store) as browser:
        assert send(browser, b"x" * 3_500_000).status_code == 413
        few = send(browser, *[picture()] * 5)
        assert few.status_code == 422 and "最多上传 1 个文件" in few.text
        assert send(browser, *[b"x"] * 50).status_code == 400
    assert not on_disk(store)


MEASURED = """
import io, re, sys
from pathlib import Path
from PIL import Image
from surveys.intake.attachments import redrawn
most = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
given = sys.stdin.buffer.read()
before, drawn = most(), redrawn(given, sys.argv[1])
print(most() - before, *Image.open(io.BytesIO(drawn)).size)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells how much memory was taken")
@pytest.mark.parametrize(("kind", "megabytes"), [("jpeg", 350), ("png", 450)])
def test_the_largest_picture_of_a_phone_takes_little_memory(kind: str, megabytes: int) -> None:
    """It is made smaller before anything else; lying on its side, it is turned all the same."""
    turned = Image.Exif()
    turned[0x0112] = 6
    given = picture(kind, (8192, 6144), exif=turned)
    told = subprocess.run([sys.executable, "-c", MEASURED, kind], input=given, capture_output=True, check=True).stdout
    grown, width, height = map(int, told.split())
    assert grown < megabytes and (width, height) == (3072, 4096)
