"""Starts the application's server, and makes the sample organisation ready for `make demo`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from errno import EADDRINUSE
from pathlib import Path

from surveys.fieldwork.distribution import form_link
from surveys.sample_organisation import ACCOUNTS, SAMPLE_UNTIL, TOUCHPOINTS, load_sample_organisation
from surveys.storage import Store

ROOT = Path(__file__).parent.parent
DEMO_DATABASE = Path("data/demo.db")
DEMO_PASSWORD = "xinsheng-demo"  # noqa: S105 – printed for everyone to see; the demo listens on this computer only
OUTDATED = timedelta(days=7)
LOOPBACK = "127.0.0.1"  # only this computer, unless somebody says otherwise


class PortTaken(OSError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} is taken; choose another with --port")


class NotADemo(ValueError):
    """The file is no demo database, so it is not thrown away."""


@dataclass(frozen=True)
class Address:
    """Where the server listens: on this computer alone, unless told."""

    port: int
    host: str = LOOPBACK

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"


def assert_free(address: Address) -> None:
    """Raises PortTaken when the server could not listen there."""
    with socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET) as probe:
        if os.name == "posix":  # elsewhere this option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            if error.errno != EADDRINUSE:
                raise
            raise PortTaken(address.port) from error


def server_environment(address: Address, database: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment the server is started in: what is set stays, apart from the database."""
    defaults = {"XINSHENG_BASE_URL": address.base_url, "PYTHONUTF8": "1"}
    defaults["FORWARDED_ALLOW_IPS"] = ""  # uvicorn's own list would hold this machine; ours is XINSHENG_PROXIES
    return defaults | {**environment, "XINSHENG_DB": str(database.resolve())}


def server_command(address: Address) -> list[str]:
    """Forms and console in a process each, where there are socket files to join them by; else both in one."""
    if os.name != "posix":
        listening = ["--server.port", str(address.port), "--server.address", address.host]
        return [sys.executable, "-m", "streamlit", "run", "app.py", *listening]
    return [sys.executable, "-m", "surveys.web.front", address.host, str(address.port)]


def start(address: Address, database: Path) -> int:
    """Run the server until it ends; on POSIX it takes this process's place, so that every signal reaches it."""
    command, environment = server_command(address), server_environment(address, database)
    sys.stdout.flush()
    if os.name == "posix":
        os.chdir(ROOT)
        os.execve(command[0], command, environment)  # noqa: S606 – no shell is wanted
    return subprocess.call(command, env=environment, cwd=ROOT)  # noqa: S603 – a command of our own


def demo_store(path: Path, today: date, *, fresh: bool = False) -> Store:
    """The demo's database with the sample organisation in it; made anew when *fresh*. Raises NotADemo."""
    if fresh and path.exists():
        _remove_demo(path)
    store = Store(path)
    load_sample_organisation(store, today, password=DEMO_PASSWORD)
    return store


def _remove_demo(path: Path) -> None:
    store = Store(path)
    is_demo = store.organisation.setting(SAMPLE_UNTIL) is not None
    store.close()
    if not is_demo:
        raise NotADemo(str(path))
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        file.unlink(missing_ok=True)


def is_outdated(store: Store, today: date) -> bool:
    """Whether the sample's answers end so long ago that views of recent weeks look empty."""
    until = store.organisation.setting(SAMPLE_UNTIL)
    return until is not None and today - date.fromisoformat(until) > OUTDATED


def demo_guide(base_url: str) -> str:
    """What someone needs to click through the demo: the console, a sign-in for each role, three forms."""
    roles: dict[str, str] = {}
    for account in ACCOUNTS:
        roles.setdefault(account.role.label, f"{account.name}（{account.display_name}）")
    signs_in = "\n".join(f"  {label}：{name}" for label, name in roles.items())
    links = [
        ("供电服务回访", form_link(base_url, "power-visit")),
        (f"供电服务回访 · {TOUCHPOINTS[4].name}", form_link(base_url, "power-visit", TOUCHPOINTS[4].code)),
        ("大客户满意度", form_link(base_url, "key-account")),
    ]
    forms = "\n".join(f"  {title}：{link}" for title, link in links)
    return f"控制台：{base_url}/\n登录账号（密码都是 {DEMO_PASSWORD}）：\n{signs_in}\n问卷链接：\n{forms}"
