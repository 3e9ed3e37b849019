"""The files for a server: shell that parses, a unit that keeps its promises, settings the product knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_the_units_are_read_by_systemd(tmp_path: Path) -> None:
    """Every setting parses, where systemd is there to say so; what they start is a stand-in."""
    if (verifier := shutil.which("systemd-analyze")) is None:
        pytest.skip("no systemd here")
    for unit in ("xinsheng.service", "xinsheng-backup.service", "xinsheng-backup.timer"):
        text = (DEPLOY / unit).read_text("utf-8").replace("/opt/xinsheng/.venv/bin/python", sys.executable)
        (tmp_path / unit).write_text(text, "utf-8")
    units = [str(tmp_path / unit) for unit in ("xinsheng.service", "xinsheng-backup.service", "xinsheng-backup.timer")]
    done = subprocess.run([verifier, "verify", *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and str(tmp_path) not in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("says", "prints", "word"),
    [("3.11", "/home/me/python", "may not look"), ("3.11", "/root/.pyenv", "may not look"), ("3.8", "/usr", "Python")],
)
def test_a_python_that_will_not_do_is_said_before_anything_is_changed(
    tmp_path: Path, says: str, prints: str, word: str
) -> None:
    """Of another version, or in a home, which the unit hides: nothing is made for an account or a program yet."""
    bundle = tmp_path / "bundle"
    (bundle / "deploy").mkdir(parents=True)
    shutil.copy(DEPLOY / "install", bundle / "deploy" / "install")
    (bundle / "PYTHON_VERSION").write_text("3.11\n")
    stand_ins = {
        "id": "echo 0", "sha256sum": "exit 0",
        **dict.fromkeys(("useradd", "mkdir", "install"), f"touch {tmp_path}/touched"),
        "python": f'case "$2" in *version_info*) echo {says} ;; *base_prefix*) echo {prints} ;; esac',
    }  # fmt: skip
    for name, line in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    found = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHON": "python"}
    command = ["sh", str(bundle / "deploy" / "install")]
    done = subprocess.run(command, env=os.environ | found, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and word in done.stderr and not (tmp_path / "touched").exists()
