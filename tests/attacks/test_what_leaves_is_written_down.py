"""Whatever leaves the installation by a signed-in person or a key of another system is in the audit trail.

Every address and every button for a file is looked at: a new one has to be put on one side or the other.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from starlette.applications import Starlette

from surveys.api_keys import ApiScope
from surveys.cases.opinion_boxes import Box
from surveys.command_line import main
from surveys.definition.survey import Survey
from surveys.intake.attachments import Evidence
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api.application import api
from tests.conftest import submission
from tests.console.test_console import Open, open_page
from tests.support.front_door import SECRET, Clock, TestClient, add_account, sign_in, visiting
from tests.web.test_api import key_for

__all__ = ["open_page"]  # a fixture

ROOT = Path(__file__).parents[2]
TAKEN = {
    "/poster/power-visit": "take print material", "/cards/power-visit?tp=repair-east": "take print material",
    "/paper/power-visit": "take print material", "/qr/power-visit.svg": "take print material",
    "/qr/power-visit.png?tp=repair-east": "take print material", "/box/advice/poster": "take print material",
}  # fmt: skip
READ = {"/surveys/power-visit/responses": "read answers by api", "/surveys/power-visit/results": "read results by api",
        "/surveys/power-visit/drivers": "read results by api",
        "/surveys/power-visit/response-rates": "read results by api"}  # fmt: skip
ELSEWHERE = {  # tested below, with the calls, and with the API of cases
    "/evidence/{key}", "/call/{call}/number", "/cases", "/cases/{case}", "/cases/{case}/steps",
}  # fmt: skip
NOTHING_LEAVES = {
    "forms and what respondents see of their own": {
        "/s/{survey}", "/s/{survey}/thanks", "/s/{survey}/withdraw", "/k/{touchpoint}", "/k/{touchpoint}/enrol",
        "/k/worker.js", "/prize/{survey}", "/box/{box}", "/case", "/case/{code}", "/i/{token}", "/i/{token}/draft",
        "/i/{token}/stop", "/i/{token}/mine", "/t/{key}", "/t/{key}/draft", "/embed/{survey}", "/embed/{survey}/thanks",
        "/preview/{survey}", "/notice/{of}/{number}",
    },
    "the way in, and one's own": {
        "/login", "/login/code", "/login/oidc", "/logout", "/password", "/setup", "/two-step", "/sessions", "/my",
        "/my/{task}", "/my/appraisal/{appraisal}", "/my/quality",
        "/call", "/call/{call}", "/call/{call}/outcome", "/typing/{survey}",
    },
    "what an API key hands in, or what is asked and no answer": {
        "/events", "/tasks", "/ivr", "/sms", "/responses", "/responses/batch", "/surveys",
        "/surveys/{survey}", "/subjects/{kind}", "/subjects/{kind}/{code}/retire",
    },
    "numbers of the machine": {"/healthz", "/readyz", "/metrics"},
}  # fmt: skip


def addresses() -> set[str]:
    """What the plain pages and the API answer to, as their programs say it."""
    programs = [path.read_text("utf-8") for path in (ROOT / "surveys/web").rglob("*.py")]
    of_pages = re.compile(r'Route\(\s*"(/[^"]+)"|\("(/[a-z-]+)", "(?:GET|POST)"|@router\.(?:get|post)\(\s*"(/[^"]+)"')
    return {next(filter(None, found)) for text in programs for found in of_pages.findall(text)}


def without_values(place: str) -> str:
    return place.partition("?")[0].replace("power-visit", "{survey}").replace("advice", "{box}")


def test_every_address_was_looked_at() -> None:
    found = addresses()
    assert len(found) > 35, "the look through the programs finds them"
    known = {without_values(re.sub(r"\.(svg|png)", ".{kind}", place)) for place in (*TAKEN, *READ)} | ELSEWHERE
    assert found == known.union(*NOTHING_LEAVES.values())


def test_every_button_for_a_file_tells_who_takes_it() -> None:
    """In one place: no page gives a file by itself."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for room in ("surveys", "analysis") for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "download_button"
    }  # fmt: skip
    assert callers == {"surveys/console/kit/downloads.py"}


@pytest.fixture
def handed_out(published: Store) -> Store:
    """With an administrator, a touchpoint, an opinion box and an answer with a photo."""
    add_account(published, "boss", Role.ADMIN)
    published.organisation.save(
        [Department("repair", "抢修")], [Touchpoint("repair-east", "城东抢修", "repair")]
    )  # fmt: skip
    published.boxes.save(Box("advice", "建议", "repair", ("其他",)), by="boss")
    return published


class NoFigures:
    """Results of a survey that has none to tell."""

    def __call__(self, *_: object) -> list[dict[str, Any]]:
        return []

    def split(self, *_: object) -> dict[str, list[dict[str, Any]]]:
        return {}

    def drivers(self, *_: object) -> dict[str, Any]:
        return {"n": 0, "r_squared": None, "by_use": None, "method": "", "drivers": [], "left_out": {}}

    def response_rates(self, *_: object, **__: object) -> dict[str, Any]:
        return {"asked": 0, "eligible": 1, "method": "", "dispositions": {}, "rates": []}


def written(store: Store) -> list[tuple[str, str, str]]:
    return [(line.account, line.action, line.object) for line in store.accounts.audit(5)]


@pytest.mark.parametrize(("place", "action"), TAKEN.items())
def test_print_material_is_written_down(handed_out: Store, place: str, action: str) -> None:
    with visiting(handed_out) as browser:
        sign_in(browser, "boss")
        assert browser.get(place).status_code == 200
    thing = "advice" if "advice" in place else "power-visit"
    assert ("boss", action, thing) in written(handed_out)


def test_a_photo_is_written_down(handed_out: Store) -> None:
    key = handed_out.uploads.keep(Evidence("a.png", "png", b"picture"), "power-visit", "f" * 32, None, "2026-11-22")
    handed_out.responses.append([submission(1, files=(key,))])
    with visiting(handed_out) as browser:
        sign_in(browser, "boss")
        assert browser.get(f"/evidence/{key}").status_code == 200
    assert "see evidence" in {action for _, action, _ in written(handed_out)}


@pytest.mark.parametrize(("place", "action"), READ.items())
def test_what_another_system_reads_is_written_down_once_a_day(
    handed_out: Store, visit: Survey, place: str, action: str
) -> None:
    """With the name of the system; asking every minute floods nothing."""
    clock = Clock()
    app = Starlette(routes=[api(handed_out, SECRET, NoFigures(), clock=clock)])
    with TestClient(app, base_url="http://testserver/api/v1") as system:
        key, text = key_for(handed_out, clock, *ApiScope)
        system.headers["Authorization"] = f"Bearer {text}"
        for _ in range(3):
            assert system.get(place).status_code == 200
        assert [line for line in written(handed_out) if line[1] == action] == [
            (f"api: {key.system}", action, "power-visit")
        ]
        clock.passes(days=1)
        assert system.get(place).status_code == 200
    assert len([line for line in written(handed_out) if line[1] == action]) == 2


def test_a_backup_by_command_is_written_down(
    handed_out: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(handed_out.path))
    assert main(["backup", str(tmp_path / "copy.db")]) == 0
    assert ("command line", "backup", "database") in written(handed_out)


def test_a_file_of_its_own_name_is_written_down(handed_out: Store, open_page: Open) -> None:
    """By what the browser asks for when the button is pressed: not before, and by whoever is signed in."""
    from surveys.console.kit import downloads

    told: list[tuple[str, str]] = []
    given: list[object] = []

    class Shown:
        session_state: ClassVar = {downloads._TITLE: "组织", downloads._TOLD: lambda *words: told.append(words)}

        @staticmethod
        def download_button(_: str, content: object, *more: object, **named: object) -> None:
            given.append(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloads, "st", Shown)
        downloads.offer_file("下载", b"content", "regions.csv", "text/csv")
        downloads.offer_file("下载", lambda: b"made", "people.csv", "text/csv")
    assert not told
    assert [each() for each in given if callable(each)] == [b"content", b"made"]
    assert told == [("组织", "regions.csv"), ("组织", "people.csv")]
