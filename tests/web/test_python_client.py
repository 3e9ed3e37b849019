"""The client for Python is written from the OpenAPI document; the README's example of an order system runs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient

from surveys.command_line import main
from surveys.command_line.python_client import method_name, python_client
from surveys.storage import Store
from tests.web.test_api import GIVEN, clock, system

__all__ = ["clock", "system"]
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.fixture
def client_module(system: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The written module, whose clients reach the interface of the test."""
    module = ModuleType("xinsheng_client")
    exec(compile(python_client(system.get("/openapi.json").json()), "xinsheng_client.py", "exec"), module.__dict__)
    first = module.Xinsheng.__init__

    def reaching(self: Any, address: str, key: str) -> None:
        first(self, "http://testserver", system.headers["Authorization"].removeprefix("Bearer "), client=system)

    module.Xinsheng.__init__ = reaching
    module.Xinsheng.__exit__ = lambda *_: None
    monkeypatch.setitem(sys.modules, "xinsheng_client", module)
    yield module


def test_every_operation_has_a_method(system: TestClient, client_module: ModuleType) -> None:
    paths = system.get("/openapi.json").json()["paths"]
    wanted = {method_name(path, verb) for path, verbs in paths.items() for verb in verbs}
    assert len(wanted) == sum(len(verbs) for verbs in paths.values())
    assert wanted <= set(dir(client_module.Xinsheng))


def test_answers_are_handed_in_and_read(client_module: ModuleType) -> None:
    ask = client_module.Xinsheng("", "")
    answer = {"survey": "power-visit", "answers": GIVEN, "touchpoint": "repair-east"}
    assert ask.post_responses(answer, idempotency_key="1")["outcome"] == "accepted"
    assert len(ask.get_survey_responses("power-visit", limit=5)["responses"]) == 1
    assert ask.get_survey("power-visit")["code"] == "power-visit"


def test_what_is_refused_is_told_with_its_faults(client_module: ModuleType) -> None:
    ask = client_module.Xinsheng("", "")
    with pytest.raises(client_module.Refused) as refused:
        ask.post_responses({"survey": "power-visit", "answers": {"csat": 99}}, idempotency_key="1")
    assert refused.value.status == 422 and refused.value.faults
    with pytest.raises(client_module.Refused) as missing:
        ask.get_survey("../surveys")
    assert missing.value.status == 404


def test_the_example_of_an_order_system_runs(client_module: ModuleType, published: Store) -> None:
    """As it stands in the README; sent twice, as after a crash, it changes nothing."""
    [example] = re.findall(r"### From an order system\n.*?```python\n(.*?)```", README, re.DOTALL)
    for _ in range(2):
        exec(compile(example, "README.md", "exec"), {"__name__": "example"})
    assert len(published.cases.all()) == 1


def test_the_command_writes_it(system: TestClient, tmp_path: Path) -> None:
    document, out = tmp_path / "openapi.json", tmp_path / "xinsheng_client.py"
    document.write_bytes(system.get("/openapi.json").content)
    assert main(["python-client", str(document), "--out", str(out)]) == 0
    names = {each.name for each in ast.walk(ast.parse(out.read_text("utf-8"))) if isinstance(each, ast.ClassDef)}
    assert names == {"Refused", "Xinsheng"}
    (tmp_path / "no.json").write_text("{}", "utf-8")
    assert main(["python-client", str(tmp_path / "no.json"), "--out", str(out)]) == 1
