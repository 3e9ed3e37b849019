"""Backups for places that are not ours: only who has the private key opens them; a drill tells if they are good."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.localisation.clock import utc_now
from surveys.operations.backup_standing import LATE, UNTRIED, backup_standing, note_backup
from surveys.operations.installation_secret import installation_secret
from surveys.storage import Store
from surveys.storage.sqlite.backups.encrypted import new_backup_key
from tests.conftest import submission

pytestmark = pytest.mark.dated
TOLD = "只在答卷里的一句话"


@pytest.fixture
def installed(published: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An installation with its secret, and an answer in it."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    installation_secret(published, published.path.with_suffix(".key"))
    published.responses.append([submission(1, answers={"csat": 4, "comment": TOLD})])
    return published


@pytest.fixture
def key(tmp_path: Path, installed: Store, capsys: pytest.CaptureFixture[str]) -> tuple[str, Path]:
    """Public key and the file of the private one, made by the command."""
    file = tmp_path / "elsewhere" / "backup.agekey"
    file.parent.mkdir()
    assert main(["backup-key", str(file)]) == 0
    said = capsys.readouterr().out
    return said.partition("公钥：")[2].split()[0], file


def made(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.zip.age"))


def test_what_is_made_for_a_key_comes_back_with_it(
    installed: Store, key: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Encrypted, drilled, and restored after an answer was lost; nothing readable is left beside it or the database."""
    recipient, identity = key
    folder = tmp_path / "other disk"
    assert main(["backup", "--to", str(folder), "--recipient", recipient]) == 0
    [backup] = made(folder)
    assert backup.stat().st_mode & 0o077 == 0
    named = [path for path in tmp_path.rglob("*") if path.name.startswith((".backup", "backup."))]
    leftovers = [path for path in named if path.is_file()]
    assert leftovers == [identity]
    assert all(TOLD.encode() not in path.read_bytes() for path in folder.iterdir())
    assert main(["drill", "--from", str(folder), "--identity", str(identity)]) == 0
    assert "1 份答卷" in capsys.readouterr().out
    installed.responses.withdraw("power-visit", f"{1:032x}", utc_now().date())
    assert installed.responses.amount("power-visit") == 0
    assert main(["restore", str(backup), "--identity", str(identity)]) == 0
    assert installed.responses.amount("power-visit") == 1


def test_nobody_else_opens_it(
    installed: Store, key: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not without a key, not with another, not the server itself; the data is then untouched."""
    assert main(["backup", "--to", str(tmp_path / "out"), "--recipient", key[0]]) == 0
    [backup] = made(tmp_path / "out")
    other = tmp_path / "other.agekey"
    other.write_text(new_backup_key().identity)
    before = installed.responses.amount("power-visit")
    capsys.readouterr()
    assert main(["restore", str(backup)]) == 1 and "--identity" in capsys.readouterr().err
    assert main(["restore", str(backup), "--identity", str(other)]) == 1 and "私钥" in capsys.readouterr().err
    assert main(["drill", str(backup), "--identity", str(other)]) == 1 and "演练失败" in capsys.readouterr().err
    assert main(["restore", str(backup), "--identity", str(backup)]) == 1 and "没有私钥" in capsys.readouterr().err
    assert installed.responses.amount("power-visit") == before


@pytest.mark.parametrize("with_checksum", [True, False])
def test_a_damaged_one_is_refused(installed: Store, key: tuple[str, Path], tmp_path: Path, with_checksum: bool) -> None:
    """By its checksum, without the key; and by the encryption itself."""
    assert main(["backup", "--to", str(tmp_path / "out"), "--recipient", key[0]]) == 0
    [backup] = made(tmp_path / "out")
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    if not with_checksum:
        backup.with_name(backup.name + ".sha256").unlink()
    assert main(["drill", str(backup), "--identity", str(key[1])]) == 1
    assert backup_standing(installed).drill is not None and backup_standing(installed).drill.why_not  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--to", "out"], "--recipient"),
        (["--recipient", "age1x"], "--to"),
        (["--to", "out", "--recipient", "age1nonsense"], "age1"),
        (["--to", "out", "--recipient", "AGE-SECRET-KEY-1QQQ"], "公钥"),
        (["one.db", "--to", "out", "--recipient", "age1x"], "文件名"),
    ],
)
def test_wrong_words_are_explained_and_write_nothing(
    installed: Store, tmp_path: Path, options: list[str], word: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["backup", *options]) == 1 and word in capsys.readouterr().err
    assert not made(tmp_path / "out") and not (tmp_path / "one.db").exists()


def test_a_key_is_never_written_over(key: tuple[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """With it would go all that was encrypted for it."""
    before = key[1].read_bytes()
    assert main(["backup-key", str(key[1])]) == 1 and "已存在" in capsys.readouterr().err
    assert key[1].read_bytes() == before and key[1].stat().st_mode & 0o077 == 0


def test_only_so_many_are_kept(installed: Store, key: tuple[str, Path], tmp_path: Path) -> None:
    """The newest by their names, with their checksums; files of others in the folder stay."""
    folder = tmp_path / "out"
    folder.mkdir()
    for day in range(1, 5):
        for ending in ("", ".sha256"):
            (folder / f"xinsheng-2020010{day}-000000.zip.age{ending}").write_text("older")
    (folder / "notes.txt").write_text("another's")
    assert main(["backup", "--to", str(folder), "--recipient", key[0], "--keep", "2"]) == 0
    assert len(made(folder)) == 2 and "20200104" in made(folder)[0].name
    assert len(list(folder.iterdir())) == 5


def test_a_drill_never_touches_the_secret(
    installed: Store, key: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when it is named by the settings, nor another one, nor when it is missing: none is made."""
    assert main(["backup", "--to", str(tmp_path / "out"), "--recipient", key[0]]) == 0
    secret = tmp_path / "secrets" / "own.key"
    secret.parent.mkdir()
    monkeypatch.setenv("XINSHENG_SECRET_FILE", str(secret))
    drill = ["drill", "--from", str(tmp_path / "out"), "--identity", str(key[1])]
    assert main(drill) == 1 and not list(secret.parent.iterdir())
    secret.write_bytes(other := os.urandom(32))
    assert main(drill) == 1 and secret.read_bytes() == other and len(list(secret.parent.iterdir())) == 1
    secret.write_bytes(own := installed.path.with_suffix(".key").read_bytes())
    assert main(drill) == 0 and secret.read_bytes() == own and len(list(secret.parent.iterdir())) == 1


def test_the_standing_says_what_to_mend(installed: Store, key: tuple[str, Path], tmp_path: Path) -> None:
    """Nothing made, made long ago, never tried, tried long ago; then nothing."""
    now = utc_now()
    assert [str(each) for each in backup_standing(installed).wrong(now)] == ["还没有备份过。"]
    note_backup(installed, "old", now - LATE - timedelta(days=1))
    said = [str(each) for each in backup_standing(installed).wrong(now)]
    assert len(said) == 2 and "3 天前" in said[0] and "演练" in said[1]
    assert main(["backup"]) == 0 and main(["drill"]) == 0
    assert backup_standing(installed).wrong(now) == []
    assert "演练" in str(backup_standing(installed).wrong(now + UNTRIED + timedelta(days=1))[1])
