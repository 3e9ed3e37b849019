"""Forms in one process, the console in another behind it: one address, and neither falls with the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Close
from websockets.sync.client import connect

from surveys.accounts import new_session_token, token_hash
from surveys.definition.templates import template
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.front.console_process import SOCKET
from surveys.web.front.console_proxy import passed_on
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.console_client import console_client
from tests.support.front_door import add_account
from tests.support.serving import ROOT, WAYS, free_port, serving

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere one process serves both")


def asking(folder: Path) -> Store:
    """A database with a survey in the field and an administrator."""
    store = Store(folder / "front.db")
    store.surveys.save_draft(template("power-visit"), None, by="designer")
    store.surveys.publish("power-visit", by="designer")
    add_account(store, "boss", Role.ADMIN)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = asking(tmp_path)
    yield store
    store.close()


@dataclass(frozen=True)
class Served:
    """What stands behind a running front, and where."""

    store: Store
    address: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One front for the tests that leave it standing; ended by SIGTERM it leaves neither console nor socket behind."""
    store = asking(tmp_path_factory.mktemp("front"))
    with serving(store.path, WAYS["surveys serve"]) as address:
        yield Served(store, address)
        socket = socket_of(store.path)
        assert socket.is_socket()
    assert have_ended(store.path) and not socket.parent.exists()
    store.close()


def session(store: Store) -> str:
    account, token = store.accounts.named("boss"), new_session_token()
    assert account is not None
    store.accounts.begin_session(account, token_hash(token), utc_now())
    return token


def processes(database: Path) -> list[tuple[int, bool]]:
    """Every process that serves this database, and whether it is the console behind a front."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if f"XINSHENG_DB={database}".encode() in environment and (b"uvicorn" in command or b"web.front" in command):
            found.append((int(folder.name), b"web.front.console" in command))
    return found


def console_of(database: Path) -> int:
    return next(pid for pid, console in processes(database) if console)


def test_forms_and_console_stand_at_one_address(served: Served) -> None:
    """Pages, contents and the live connection come through; what is no address of ours is none by this way either."""
    token = session(served.store)
    with httpx.Client(base_url=served.address, timeout=60) as client:
        assert client.get("/s/power-visit").status_code == 200
        assert client.get("/").headers["location"].startswith("/login")
        assert client.get("/nothing-here").status_code == 404
        assert client.get("/media/anything").status_code == 401
        assert client.get("/s/power-visit").headers["x-content-type-options"] == "nosniff"
        client.cookies.set(SESSION_COOKIE, token)
        assert "console_words" not in client.get("/").text and "心声" in client.get("/").text
        port = int(served.address.rsplit(":", 1)[1])
        with console_client(port, token) as console:
            assert console.run("") > 0 and "等您处理".encode() in console.seen
        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"])  # type: ignore[list-item]


def test_nothing_of_one_visitor_goes_along_with_the_next(served: Served) -> None:
    """Neither the cookies that came with a request nor those that its answer set."""
    token = session(served.store)
    for cookies in ({SESSION_COOKIE: token}, {}, {SESSION_COOKIE: token}, {}):
        page = httpx.get(f"{served.address}/audit", cookies=cookies, timeout=60)
        assert page.status_code == (200 if cookies else 303)
    first, second = (httpx.get(f"{served.address}/login", timeout=60) for _ in range(2))
    assert first.cookies and second.cookies and dict(first.cookies) != dict(second.cookies)
    assert len(second.headers.get_list("date")) == 1


def socket_of(database: Path) -> Path:
    """Where the console behind a front listens."""
    environment = Path(f"/proc/{console_of(database)}/environ").read_bytes().split(b"\0")
    return Path(os.fsdecode(dict(each.partition(b"=")[::2] for each in environment)[SOCKET.encode()]))


def test_the_console_is_behind_the_front_alone(served: Served) -> None:
    """Its socket lies where only this user may look, and neither process listens on any other port."""
    socket = socket_of(served.store.path)
    assert socket.is_socket() and socket.parent.stat().st_mode & 0o077 == 0


def test_forms_go_on_without_the_console_and_it_comes_back(served: Served) -> None:
    store = served.store
    with httpx.Client(base_url=served.address, timeout=60) as client:
        died = console_of(store.path)
        os.kill(died, signal.SIGKILL)
        assert client.get("/s/power-visit").status_code == 200
        end = time.monotonic() + 60
        while (answer := client.get("/login")).status_code != 200 and time.monotonic() < end:
            assert answer.status_code == 503 and "请过一会儿再试" in answer.text
            time.sleep(0.2)
        assert answer.status_code == 200 and console_of(store.path) != died


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_both_end_together(store: Store, how: signal.Signals) -> None:
    """However the front ends, no console is left behind that goes on sending messages; SIGTERM ends `served`."""
    with serving(store.path, WAYS["surveys serve"]):
        front = next(pid for pid, console in processes(store.path) if not console)
        os.kill(front, how)
        assert have_ended(store.path)


def have_ended(database: Path) -> bool:
    """Whether within a minute no process serves this database any more."""
    end = time.monotonic() + 60
    while processes(database) and time.monotonic() < end:
        time.sleep(0.1)
    return not processes(database)


def test_what_a_client_says_of_itself_is_not_passed_on(served: Served) -> None:
    """Six wrong passwords, each under another made-up address: the console knows that it was one client."""
    with httpx.Client(base_url=served.address, timeout=60) as client:
        field = client.get("/login").text.partition('name="_csrf" value="')[2].partition('"')[0]
        fields = {"_csrf": field, "name": "boss", "password": "wrong"}
        forged = [{"x-forwarded-for": f"203.0.113.{n}", "forwarded": f"for=203.0.113.{n}"} for n in range(6)]
        told = [client.post("/login", data=fields, headers=headers).status_code for headers in forged]
    assert told == [401] * 5 + [429]


def test_large_files_pass_through(served: Served) -> None:
    """A body in pieces reaches the console as it was sent; here one that it refuses for who sends it."""
    token = session(served.store)
    with httpx.Client(base_url=served.address, timeout=60) as client:
        client.cookies.set(SESSION_COOKIE, token)
        pieces = (b"x" * 65_536 for _ in range(160))
        answer = client.put("/_stcore/upload_file/none/none", content=pieces)
        assert answer.status_code in (400, 403)  # Streamlit's own: no such session
        assert client.get("/login").status_code in (200, 303)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1005, 1006, 1008, 1011, 1013, 1015, 4000])
def test_what_the_console_closed_by_can_be_told_the_browser(code: int | None) -> None:
    """A console that was killed closes by no code that may be sent: the front would fail on it."""
    told = passed_on(code)
    Close(told, "").check()
    assert told == (1001 if code in (None, 1005, 1006, 1015) else code)


def test_a_second_server_of_the_same_forms_is_refused_with_the_reason(served: Served) -> None:
    """By the command and by the server itself, under another name of the file too; the first goes on."""
    other_name = served.store.path.with_name("link.db")
    other_name.symlink_to(served.store.path)
    serve = [sys.executable, "-m", "surveys", "serve", "--port", str(free_port())]
    front = [sys.executable, "-m", "surveys.web.front", "127.0.0.1", str(free_port())]
    for command, path, reason in ((serve, served.store.path, "写锁不排队"), (front, other_name, "are served already")):
        environment = os.environ | {"XINSHENG_DB": str(path), "XINSHENG_SECRET_FILE": str(path.with_name("front.key"))}
        refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert refused.returncode == 1 and reason in refused.stderr
        [(holder, _)] = [each for each in processes(served.store.path) if not each[1]]
        assert str(holder) in refused.stderr
    assert httpx.get(f"{served.address}/s/power-visit", timeout=60).status_code == 200
    other_name.unlink()


def test_a_killed_server_leaves_the_forms_to_the_next(tmp_path: Path) -> None:
    """Whatever the file says that it left behind."""
    store = asking(tmp_path)
    program = "import os, sys; from pathlib import Path; from surveys.storage import Store\n"
    program += "print(Store(Path(sys.argv[1])).take_forms(), flush=True); os.kill(os.getpid(), 9)"
    taken = subprocess.run([sys.executable, "-c", program, store.path], cwd=ROOT, capture_output=True, text=True)
    assert taken.stdout == "None\n" and taken.returncode == -signal.SIGKILL
    second = Store(store.path)
    assert store.take_forms() is None and second.take_forms() == os.getpid()
    store.close()
    assert second.take_forms() is None
    second.close()
