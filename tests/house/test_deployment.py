"""The files for a server: shell that parses, a unit that keeps its promises, settings the product knows."""

from __future__ import annotations

import subprocess

import pytest

from tests.house.test_dependencies import dependencies
from tests.house.test_import_rules import ROOT

DEPLOY = ROOT / "deploy"
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("script", ["bundle", "install", "lock"])
def test_scripts_parse_and_may_be_run(script: str) -> None:
    subprocess.run(["sh", "-n", str(DEPLOY / script)], check=True)
    assert (DEPLOY / script).stat().st_mode & 0o111


def test_the_unit_shuts_the_server_in() -> None:
    """Own user, private files, a read-only system, a bound on memory, and time to end in."""
    lines = set((DEPLOY / "xinsheng.service").read_text("utf-8").splitlines())
    assert {
        "User=xinsheng", "UMask=0077", "ProtectSystem=strict", "StateDirectoryMode=0700", "NoNewPrivileges=yes",
        "KillSignal=SIGTERM",
    } <= lines  # fmt: skip
    assert any(line.startswith("MemoryMax=") for line in lines)


def test_the_nightly_backup_runs_as_the_server_does() -> None:
    """The same account and private files; the timer makes up for nights it was off."""
    lines = set((DEPLOY / "xinsheng-backup.service").read_text("utf-8").splitlines())
    assert {"User=xinsheng", "UMask=0077", "NoNewPrivileges=yes", "EnvironmentFile=/etc/xinsheng/environment"} <= lines
    assert any("-m surveys backup $BACKUP_OPTIONS" in line for line in lines)
    assert "Persistent=true" in (DEPLOY / "xinsheng-backup.timer").read_text("utf-8")


def test_what_is_built_for_a_bundle_is_locked_beside_its_source() -> None:
    """By the hash of the wheel, at its own version, and no other package's."""
    lock = "jieba==0.42.1 \\\n    --hash=sha256:aa\nflufl.bounce==6.0.0 \\\n    --hash=sha256:bb\n"
    found = dependencies.with_wheel(lock, "flufl_bounce-6.0.0-py3-none-any.whl", "cc")
    assert found == lock.replace("6.0.0 \\", "6.0.0 \\\n    --hash=sha256:cc \\")
    with pytest.raises(KeyError):
        dependencies.with_wheel(lock, "jieba-0.42.2-py3-none-any.whl", "cc")


def test_the_example_of_settings_names_known_ones() -> None:
    lines = (DEPLOY / "environment.example").read_text("utf-8").splitlines()
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert names and all(f"`{name}`" in README for name in names)


def test_a_bundle_is_for_machines_there_are() -> None:
    done = subprocess.run([str(DEPLOY / "bundle"), "sparc"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "x86_64 or aarch64" in done.stderr
