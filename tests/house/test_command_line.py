"""`python -m surveys`: what administrators type, and what they are told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from surveys import server
from surveys.command_line import COMMANDS, main
from surveys.definition.templates import all_templates
from surveys.operations.setup_code import setup_code_fits
from surveys.organisation.departments import Department
from surveys.organisation.subjects import Subject
from surveys.permissions import Role
from surveys.sample_organisation import SAMPLE_UNTIL
from surveys.server import DEMO_PASSWORD, Address, demo_store, is_outdated, server_command, server_environment
from surveys.storage import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of its own for each test."""
    monkeypatch.setenv("XINSHENG_DB", str(tmp_path / "data" / "own.db"))
    monkeypatch.delenv("XINSHENG_BASE_URL", raising=False)
    return tmp_path / "data" / "own.db"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Address, Path]]:
    """Instead of a server: where it would have been started, and on which database."""
    starts: list[tuple[Address, Path]] = []
    monkeypatch.setattr("surveys.command_line.serving.start", lambda address, path: starts.append((address, path)) or 0)
    return starts


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` works and begins with the purpose."""
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name].purpose[:6] in capsys.readouterr().out


def test_templates_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """With code, title and when to take them."""
    assert main(["templates"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{each.code}\t{each.title}\t{each.use}" for each in all_templates()]


def test_check_tells_all_problems_of_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with place and remedy; one unfit file makes the exit code 1."""
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "code: Bad\ntitle: 题\nuse: 用\nsections:\n"
        "  - questions:\n      - {type: rating, code: a, title: 问, point: 4}\n", encoding="utf-8",
    )  # fmt: skip
    good = ROOT / "survey_templates" / "power-visit.yaml"
    assert main(["check", str(good)]) == 0
    assert main(["check", str(good), str(bad), str(tmp_path / "none.yaml")]) == 1
    told = capsys.readouterr().out
    assert f"{bad}：发现 2 个问题" in told
    assert 'section 1 · question 1 (a): there is no setting "point"; did you mean "points"?' in told
    assert "none.yaml：发现 1 个问题" in told


@pytest.mark.parametrize(
    "questions, problems",
    [
        ("[{type: rating, code: a, title: 问, point: 4}]", 1),
        ("[{type: single_choice, code: a, title: 问, options: [{code: '?', label: 甲}]}]", 1),
        ("[{type: single_choice, code: a, title: 问, options: []}]", 1),
        ("[]", 1),
    ],
    ids=["unfit question", "unfit option", "no options", "no questions"],
)
def test_a_list_of_unfit_entries_is_not_called_empty(
    questions: str, problems: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What only follows from another problem is left out; a list that is empty is told."""
    file = tmp_path / "survey.yaml"
    file.write_text(f"code: some-survey\ntitle: 题\nuse: 用\nsections:\n  - questions: {questions}\n", encoding="utf-8")
    assert main(["check", str(file)]) == 1
    told = capsys.readouterr().out
    assert f"发现 {problems} 个问题" in told
    assert ("at least 1 item" in told) == ("[]" in questions)


def test_publish(tmp_path: Path, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template by code or a file by name; the link is told, and again makes another version."""
    assert main(["publish", "power-visit"]) == 0
    assert "第 1 版：http://localhost:8501/s/power-visit" in capsys.readouterr().out
    assert main(["publish", str(ROOT / "survey_templates" / "power-visit.yaml")]) == 0
    assert "第 2 版" in capsys.readouterr().out
    assert Store(database).surveys.get("power-visit").live
    (tmp_path / "bad.yaml").write_text("code: x-y", encoding="utf-8")
    for unfit in (["nothing"], [str(tmp_path / "bad.yaml")], ["power-visit", "--department", "none"]):
        assert main(["publish", *unfit]) == 1
    told = capsys.readouterr().err
    assert "既不是模板代码，也不是文件" in told
    assert "title: Field required; add it" in told
    assert "没有部门“none”" in told


@pytest.mark.parametrize("code, where", [("department-review", "组织 → 部门"), ("site-inspection", "组织 → 对象")])
def test_publish_says_that_there_is_nothing_to_ask_about(
    code: str, where: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """And how that is mended; nothing is left behind. Once there is something, it tells where the tasks are."""
    assert main(["publish", code]) == 1
    assert where in capsys.readouterr().err and not Store(database).surveys.all()
    store = Store(database)
    store.organisation.save([Department("repair", "抢修部")])
    store.subjects.bring([Subject("site", "hall", "营业厅", "repair")], by="boss")
    assert main(["publish", code]) == 0
    told = capsys.readouterr().out
    assert "/my" in told and "/s/" not in told


def test_sample(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the database of the settings, without accounts unless a password is given."""
    assert main(["sample"]) == 0
    assert Store(database).accounts.all() == []
    assert main(["sample", "--password", "short"]) == 1
    assert "密码至少 12 位" in capsys.readouterr().err
    assert main(["sample", "--password", "a blue kettle sings"]) == 0
    assert "示例单位已经在了" in capsys.readouterr().out
    assert len(Store(database).accounts.all()) > 4


@pytest.mark.parametrize("where", [["--port", "99999"], ["--host", "no such host"]], ids=["port", "host"])
def test_an_address_that_can_not_be_listened_on(
    where: list[str], database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said as what it is, not as a port that is taken."""
    assert main(["serve", *where]) == 1
    told = capsys.readouterr().err
    assert where[1] in told and "不能在" in told and "已被占用" not in told


def test_serve(database: Path, started: list[tuple[Address, Path]], capsys: pytest.CaptureFixture[str]) -> None:
    """The address is told, and on an empty database what happens first."""
    port = free_port()
    assert main(["serve", "--port", str(port)]) == 0
    assert started == [(Address(port, "127.0.0.1"), database)]
    told = capsys.readouterr().out
    assert f"控制台：http://localhost:{port}/" in told
    code = told.partition(f"http://localhost:{port}/setup?code=")[2].partition(" ")[0]
    assert setup_code_fits(Store(database), code) and "只有本机能访问" in told


def test_serve_listens_to_others_only_when_told(
    started: list[tuple[Address, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every other way to start without a word on it keeps to this computer, too."""
    assert main(["serve", "--port", str(free_port()), "--host", "0.0.0.0"]) == 0
    assert started[0][0].host == "0.0.0.0" and "只有本机能访问" not in capsys.readouterr().out
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["address"] == Address(1).host == "127.0.0.1"


def test_a_set_up_code_is_given_until_there_is_an_account(
    database: Path, started: list[tuple[Address, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The one given last counts; afterwards neither the command nor the start tells one."""
    assert main(["setup-code"]) == 0
    code = capsys.readouterr().out.partition("/setup?code=")[2].partition(" ")[0]
    assert setup_code_fits(Store(database), code)
    Store(database).accounts.add("boss", "boss", Role.ADMIN, "-", now=datetime(2026, 11, 22, tzinfo=UTC))
    assert main(["setup-code"]) == 1 and "已经有账号了" in capsys.readouterr().err
    assert main(["serve", "--port", str(free_port())]) == 0 and "设置码" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_told(
    command: str, started: list[tuple[Address, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """With how to choose another; nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main([command, "--port", str(port)]) == 1
    assert f"端口 {port} 已被占用。请另选一个：--port {port + 1}" in capsys.readouterr().err
    assert started == []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_demo(tmp_path: Path, started: list[tuple[Address, Path]], capsys: pytest.CaptureFixture[str]) -> None:
    """On its own database: console, a sign-in for each role, three forms; only this computer can reach it."""
    port = free_port()
    demo = tmp_path / "demo.db"
    assert main(["demo", "--port", str(port), "--database", str(demo)]) == 0
    told = capsys.readouterr().out
    for line in (
        f"控制台：http://localhost:{port}/", "系统管理员：admin", "问卷设计员：designer", "部门管理者：manager",
        "话务员：agent", "员工：staff", DEMO_PASSWORD, f"http://localhost:{port}/s/power-visit?tp=repair-east",
    ):  # fmt: skip
        assert line in told
    assert told.count("/s/") == 3
    assert started == [(Address(port, "127.0.0.1"), demo)]


def test_demo_data_is_kept_until_asked(tmp_path: Path) -> None:
    """An older demo stays, with a hint, and is made anew only when that was asked for."""
    demo, today = tmp_path / "demo.db", date(2026, 11, 22)
    store = demo_store(demo, today)
    store.organisation.set("organisation", "改过的名字")
    later = today + timedelta(days=8)
    store = demo_store(demo, later)
    assert store.organisation.setting("organisation") == "改过的名字"
    assert not is_outdated(store, today + timedelta(days=7))
    assert is_outdated(store, later)
    store.close()
    store = demo_store(demo, later, fresh=True)
    assert store.organisation.setting("organisation") != "改过的名字"
    assert store.organisation.setting(SAMPLE_UNTIL) == later.isoformat()


def test_demo_never_removes_real_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database without the sample in it is not made anew."""
    Store(tmp_path / "real.db").organisation.set("organisation", "真实单位")
    assert main(["demo", "--no-serve", "--fresh", "--database", str(tmp_path / "real.db")]) == 1
    assert "不是演示数据" in capsys.readouterr().err
    assert Store(tmp_path / "real.db").organisation.setting("organisation") == "真实单位"


def test_the_server_gets_its_settings(tmp_path: Path) -> None:
    """What the environment says stays; the database is told by its whole path; the rest has defaults."""
    environment = server_environment(
        Address(8600), tmp_path / "own.db", {"XINSHENG_BASE_URL": "https://a.cn", "A": "1"}
    )
    assert environment["XINSHENG_BASE_URL"] == "https://a.cn"
    assert environment["XINSHENG_DB"] == str(tmp_path / "own.db")
    assert server_environment(Address(8600), tmp_path, {})["XINSHENG_BASE_URL"] == "http://localhost:8600"
    assert server_command(Address(8600))[-2:] == ["127.0.0.1", "8600"]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX lets a process take another's place")
def test_the_server_takes_this_process_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that Ctrl-C and every other signal reach it; it starts from the project's root."""
    calls: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server.os, "execve", lambda *call: calls.append(call))
    monkeypatch.setattr(server.subprocess, "call", lambda *_, **__: 0)
    server.start(Address(8600), tmp_path / "own.db")
    assert Path.cwd() == ROOT
    assert calls[0][1][:4] == [sys.executable, "-m", "surveys.web.front", "127.0.0.1"]


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_any_terminal_will_do(encoding: str) -> None:
    """What a terminal can't show becomes a mark; the command does its work all the same."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-m", "surveys", "templates"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert ("供电服务回访" if encoding != "ascii" else "?????") in done.stdout.decode(encoding)
    assert done.stderr == b""


def test_no_traceback_for_a_broken_database(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and what may help."""
    database.parent.mkdir()
    database.write_text("not a database at all " * 100)
    assert main(["export", "power-visit"]) == 1
    assert "数据库无法使用" in capsys.readouterr().err
