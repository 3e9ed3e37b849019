"""What an error tells people is said in their language: no wording stands in it that no catalogue can know."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from errno import EACCES, EIO, ENOSPC, EROFS
from pathlib import Path

import pytest

from surveys.exchange.organisation.departments import departments_from
from surveys.exchange.organisation.lines import UnfitTable
from surveys.localisation.language import gettext, said
from surveys.localisation.wording import Message
from surveys.storage import Store
from surveys.storage.sqlite.backups.backup import UnfitBackup, back_up
from surveys.storage.sqlite.backups.shelf import Shelf
from surveys.storage.sqlite.connection import connect
from surveys.tables import opened_bytes
from surveys.web.staff import console_guard
from tests.console.test_console import Open, add_accounts, open_page, words, words_of_errors
from tests.storage.test_safekeeping import NOW

__all__ = ["open_page"]  # a fixture

_CHINESE = re.compile("[\u4e00-\u9fff]")
_ROOT = Path(console_guard.__file__).parents[2]
_ON_THE_COMMAND_LINE = ("command_line", "channels/mailboxes.py")  # which speaks Chinese alone


def _raised() -> Iterator[tuple[str, ast.AST]]:
    """Whatever stands in a `raise` of the product, with where it stands."""
    for path in sorted(_ROOT.rglob("*.py")):
        place = path.relative_to(_ROOT).as_posix()
        if not place.startswith(_ON_THE_COMMAND_LINE):
            tree = ast.parse(path.read_text())
            for each in (node for node in ast.walk(tree) if isinstance(node, ast.Raise)):
                yield from ((f"{place}:{each.lineno}", part) for part in ast.walk(each) if _is_text(part))


def _is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_no_error_is_put_together_where_it_is_raised() -> None:
    """Put together before it is said, it can't be translated; and what is raised whole has its English."""
    texts = [(place, part) for place, part in _raised() if _CHINESE.search(ast.unparse(part))]
    joined = [place for place, part in texts if isinstance(part, ast.JoinedStr)]
    unsaid = [
        (place, part.value)
        for place, part in texts
        if isinstance(part, ast.Constant) and gettext(str(part.value), "en") == part.value
    ]
    assert (joined, unsaid) == ([], []) and len(texts) > 50


def _spoilt(content: bytes) -> bytes:
    return content[:4000] + b"\xff" * 2000 + content[6000:]


def _packed(store: Store, name: str, **members: bytes) -> Path:
    path = store.path.with_name(name)
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def test_backups_that_can_t_be_used_say_why_in_english(store: Store, open_page: Open) -> None:
    """Brought in or restored: no database, another program's, a newer version's, a broken or empty ZIP file."""
    add_accounts(store)
    shelf = Shelf(store.path)
    folder = store.path.parent / "backups"
    folder.mkdir()
    (folder / "none.db").write_bytes(b"no database" * 900)
    other = connect(folder / "other.db")
    other.execute("CREATE TABLE a (b)")
    other.conn.close()
    back_up(store.path, folder / "newer.db")
    newer = connect(folder / "newer.db")
    last = "(SELECT max(name) FROM _sqlite_migrations)"
    newer.execute(f"UPDATE _sqlite_migrations SET name = 'm999_later' WHERE name = {last}")
    newer.conn.commit()
    newer.conn.close()
    app = open_page(store, "boss", "settings", tab="safekeeping", lang="en")
    for name, why in {"none.db": "no database, or damaged", "other.db": "no database of Xinsheng",
                      "newer.db": "made by a newer version (m999_later)"}.items():  # fmt: skip
        app.selectbox(key="backup to restore").set_value(name)
        app.text_input(key="restore word").input("restore")
        app.button(key="restore backup").click().run()
        told = words_of_errors(app).replace("\\", "")
        assert why in told and not _CHINESE.search(told), name
    for content in (b"PK\x03\x04broken", _packed(store, "a.zip", x=b"1").read_bytes()):
        with pytest.raises(UnfitBackup) as refused:
            shelf.bring(content, NOW)
        assert isinstance(refused.value.args[0], Message)
        assert not _CHINESE.search(said(refused.value.args[0], "en"))


@pytest.mark.parametrize(("number", "zh", "en"), [
    (ENOSPC, "磁盘满了", "disk is full"), (EROFS, "只读", "can't be written to"), (EACCES, "权限", "may not"),
    (EIO, "EIO", "EIO"),
])  # fmt: skip
def test_what_the_system_refuses_is_said_in_the_reader_s_language(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch, number: int, zh: str, en: str
) -> None:
    """Neither English in the Chinese console nor Chinese in the English one, nor a path of the server's."""

    def full(*_: object) -> str:
        raise OSError(number, "No space left", "/srv/secret")

    monkeypatch.setattr(Shelf, "add", full)
    add_accounts(store)
    for language, expected in (("zh-Hans", zh), ("en", en)):
        app = open_page(store, "boss", "settings", tab="safekeeping", lang=language)
        app.button(key="back up").click().run()
        told = words_of_errors(app)
        assert expected in told and "/srv/secret" not in told and "No space" not in told
        assert bool(_CHINESE.search(told)) is (language == "zh-Hans")


def test_missing_columns_are_named_in_the_reader_s_language(store: Store, open_page: Open) -> None:
    with opened_bytes("甲,乙\n1,2\n".encode()) as table, pytest.raises(UnfitTable) as refused:
        departments_from(table, [])
    assert not _CHINESE.search(said(refused.value.args[0], "en"))
    add_accounts(store)
    app = open_page(store, "boss", "accounts", tab="file", lang="en")
    app.file_uploader(key="file accounts").upload("a.csv", b"a,b\n1,2\n").run()
    assert "User name" in words_of_errors(app) and not _CHINESE.search(words_of_errors(app)), words(app)
