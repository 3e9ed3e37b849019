"""Whatever results are narrowed and split by: the same answers by page, crosstab, export, interface and command.

A table of ways in by breakdowns, alone and several at once, over two rounds, with values that nobody has, and on an
empty database.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.command_line import main as analysis_main
from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope, new_key
from surveys.command_line import main
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.web.api import api
from tests.console.test_console import Open, add_accounts, open_page, press, words
from tests.support.breakdowns import CODE, PEOPLE, amount, answered, facts_of_answer
from tests.support.front_door import SECRET

__all__ = ["open_page"]
pytestmark = pytest.mark.dated

WHERE: dict[str, dict[str, str]] = {
    "channel": {"channel": "sms"}, "campaign": {"campaign": "?"}, "tier": {"contact.tier": "A"},
    "department subtree": {"department": "top"}, "department": {"department": "east"},
    "touchpoint": {"touchpoint": "w"},
    "fact": {"context.crew": "z"}, "band of a fact": {"context.hours": "4..24"},
    "attribute": {"contact.who.类别": "企业"}, "band of an attribute": {"contact.worth.年电量": "500..1500"},
    "question": {"trade": "shop"}, "rating": {"csat": "5"}, "several choices": {"uses": "heat"},
    "band of a number": {"age": "25..40"}, "number without bounds": {"bill": "50..120"},
    "an option that nobody chose": {"trade": "nobody"}, "a value that nobody has": {"context.crew": "idle"},
    "several at once": {"channel": "sms", "contact.tier": "A", "trade": "home", "age": "21..42", "context.crew": "a"},
    "kinds at once": {"campaign": "?", "contact.who.类别": "居民", "uses": "solar"},
}  # fmt: skip
CASES = pytest.mark.parametrize("where", WHERE.values(), ids=WHERE)


@pytest.fixture
def full(store: Store) -> Store:
    return add_accounts(answered(store))


@pytest.fixture
def system(full: Store) -> TestClient:
    return _system(full)


def _system(store: Store) -> TestClient:
    key, secret = new_key("all", frozenset(ApiScope), local_day(utc_now()))
    store.api_keys.add(key, by="test")
    app = Starlette(routes=[api(store, SECRET, results_of(gate_of(store)))])
    return TestClient(app, "http://testserver/api/v1", headers={"Authorization": f"Bearer {secret}"})


def _filled(store: Store, where: dict[str, str]) -> dict[str, str]:
    campaign = next(code for code, name in store.campaigns.names(CODE).items() if name == "秋季回访")
    return {name: campaign if code == "?" else code for name, code in where.items()}


def _in_address(where: dict[str, str]) -> dict[str, str]:
    """As the pages write it: answers by their columns, places and departments by their names."""
    names = {"top": "总部", "east": "城东所", "w": "西厅"}
    found = {}
    for name, code in where.items():
        if name == "uses":
            found[f"q-uses.{code}"] = "1"
        elif name in ("csat", "trade", "age", "bill"):
            found[f"q-{name}"] = code
        else:
            found[name] = names.get(code, code)
    return found


@CASES
def test_pages_are_narrowed_by_their_address(full: Store, open_page: Open, where: dict[str, str]) -> None:
    """Of results, areas, answers and crosstabs; nothing of the address is in vain, and it survives a second look."""
    query, n = {"survey": CODE, "period": "all", **_in_address(_filled(full, where))}, amount(where)
    for page, more in (("results", {}), ("improvement", {}), ("answers", {}), ("analysis", {"part": "crosstab"})):
        app = open_page(full, "boss", page, **query, **more)
        told = words(app)
        assert "这里没有" not in told and f"{n} 份答卷" in told if n else "所选范围内没有答卷" in told, (page, query)
        for name in _in_address(where):
            assert app.query_params[name] in (query[name], [query[name]]), "it stands in the address still"
        assert page != "results" or not n or f"{n} 份答卷" in words(app.run())


@CASES
@pytest.mark.parametrize("in_round", [False, True], ids=["all rounds", "one round"])
def test_the_interface_gives_figures_and_answers_of_the_same_part(
    full: Store, system: TestClient, where: dict[str, str], in_round: bool
) -> None:
    this_round = facts_of_answer(0)["round"]
    told = [f"{name}:{code}" for name, code in _filled(full, where).items()]
    query = {"where": told, **({"round": this_round} if in_round else {})}
    n = amount(where | ({"round": this_round} if in_round else {}))
    found = system.get(f"/surveys/{CODE}/results", params=query)
    assert found.status_code == 200, found.text
    assert found.json()["figures"][0]["n"] == n
    responses = system.get(f"/surveys/{CODE}/responses", params=query)
    assert responses.status_code == 200 and len(responses.json()["responses"]) == n, responses.text


@CASES
def test_commands_export_and_sum_up_the_same_part(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    where: dict[str, str],
) -> None:  # fmt: skip
    monkeypatch.setenv("XINSHENG_DB", str(full.path))
    pairs = [f"{name}={code}" for name, code in _filled(full, where).items()]
    out, n = tmp_path / "part.csv", amount(where)
    assert main(["export", CODE, "--where", *pairs, "--out", str(out)]) == 0
    assert len(list(csv.DictReader(out.open(encoding="utf-8-sig")))) == n
    capsys.readouterr()
    assert analysis_main(["results", CODE, "--database", str(full.path), "--where", *pairs]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert int(lines[1][3]) == n


SPLIT: dict[str, dict[str, dict[str, str]]] = {
    "channel": {"link": {"channel": "link"}, "phone": {"channel": "phone"}, "sms": {"channel": "sms"}},
    "contact.tier": {"A": {"contact.tier": "A"}, "B": {"contact.tier": "B"}},
    "department": {"east": {"department": "east"}, "top": {}},
    "context.crew": {code: {"context.crew": code} for code in ("z", "idle", "a")},
    "context.hours": {code: {"context.hours": code} for code in ("..4", "4..24", "24..")},
    "contact.who.类别": {each: {"contact.who.类别": each} for each in ("企业", "居民")},
    "trade": {code: {"trade": code} for code in ("shop", "nobody", "home")},
    "uses": {code: {"uses": code} for code in ("solar", "heat")},
    "age": {code: {"age": code} for code in ("..25", "25..50", "50..75", "75..")},
}


@pytest.mark.parametrize("by", SPLIT)
def test_results_are_split_in_the_order_of_the_definition(system: TestClient, by: str) -> None:
    """With the values that nobody has; within another part too."""
    for where in ({}, {"district": "城东"}):
        query = {"by": by, "where": [f"{name}:{code}" for name, code in where.items()]}
        found = system.get(f"/surveys/{CODE}/results", params=query)
        assert found.status_code == 200, found.text
        parts = {each["value"]: each["figures"][0]["n"] if each["figures"] else 0 for each in found.json()["split"]}
        assert {value: parts.get(value, 0) for value in SPLIT[by]} == {
            value: amount({**where, **part}) for value, part in SPLIT[by].items()
        }
        order = [each for each in parts if each in SPLIT[by]]
        assert by in ("department", "contact.tier", "contact.who.类别") or order == list(SPLIT[by])


def test_numbers_that_nobody_cut_lie_in_bands(system: TestClient) -> None:
    """Near the quartiles of what there is: every answer in one of them."""
    for by in ("bill", "contact.worth.年电量"):
        parts = system.get(f"/surveys/{CODE}/results", params={"by": by}).json()["split"]
        ns = {each["value"]: each["figures"][0]["n"] if each["figures"] else 0 for each in parts}
        assert len(ns) == 4 and all(ns.values())
        assert sum(ns.values()) == amount({by: "0.."}) and {value: amount({by: value}) for value in ns} == ns


def test_a_part_is_never_widened_by_what_it_is_split_by(system: TestClient) -> None:
    """Of a part of one value the others have nothing; of a department those below it have theirs."""
    def split(where: str, by: str) -> dict[str, int]:
        parts = system.get(f"/surveys/{CODE}/results", params={"by": by, "where": where}).json()["split"]
        return {each["value"]: each["figures"][0]["n"] if each["figures"] else 0 for each in parts}

    assert {each for each, n in split("channel:sms", "channel").items() if n} == {"sms"}
    assert split("department:east", "department") == {"east": 12, "top": 0}
    assert split("department:top", "department") == {"east": 12, "top": PEOPLE, "west": 12}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("contact.who.住址:街1", "narrows nothing"), ("trade:rain", "rain"), ("uses:rain", ""), ("age:old", "18..30"),
        ("weather:rain", "narrows nothing"), ("contact.tier", "no name:code"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused_in_words(system: TestClient, wrong: str, told: str) -> None:
    """Also personal data of files, of which no figure is made."""
    refused = system.get(f"/surveys/{CODE}/results", params={"where": wrong})
    assert refused.status_code == 422 and refused.json()["faults"]


@pytest.mark.parametrize(
    "wrong", [{"q-trade": "rain"}, {"q-weather": "1"}, {"contact.tier": "Z"}, {"channel": "pigeon"}, {"q-age": "old"}],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_in_an_address_is_told(full: Store, open_page: Open, wrong: dict[str, str]) -> None:
    """And everything else is shown."""
    told = words(open_page(full, "boss", "results", survey=CODE, period="all", **wrong))
    [value] = wrong.values()
    assert value in told and f"{PEOPLE} 份答卷" in told


def test_an_address_says_the_same_in_another_language(full: Store, open_page: Open) -> None:
    """By codes; names are understood in whichever language they were written."""
    for written in ("z", "丙班", "Crew C"):
        app = open_page(full, "boss", "results", survey=CODE, period="all", lang="en", **{"context.crew": written})
        told = words(app)
        assert "Crew C" in told and app.query_params["context.crew"] in ("z", ["z"])


def test_a_crosstab_is_split_by_several_of_any_kind(full: Store, open_page: Open) -> None:
    """Options in the order of the definition, also those nobody chose; who narrows and splits at once has both."""
    query = {"banner": "q-trade,contact.tier,channel,q-uses.heat,q-age", "crossed": "csat", "q-speed": "1"}
    app = open_page(full, "boss", "analysis", survey=CODE, period="all", part="crosstab", **query)
    told = words(app)
    heads = ["商铺", "没有人选", "居民"]
    places = [told.find(f"{head} (") for head in heads]
    assert all(place >= 0 for place in places) and places == sorted(places)
    assert "n=0" in told and "25 – 50" in told and "选了" in told and "短信" in told
    assert f"{amount({'speed': '1'})} 份答卷" in told


def test_only_what_differs_is_offered(full: Store, open_page: Open) -> None:
    """No place or attribute with one value; every question with options, whatever was chosen."""
    app = open_page(full, "boss", "results", survey=CODE, period="all")
    keys = {each.key for each in app.selectbox}
    assert {"channel", "district", "touchpoint", "department", "context.crew"} <= keys and "business_type" not in keys
    [more] = [each for each in app.multiselect if each.key == "narrow"]
    assert any("行业" in each for each in more.options) and any("客户等级" in each for each in more.options)
    assert not any("住址" in each for each in more.options)


def test_the_page_of_exports_takes_the_same_part(full: Store, open_page: Open) -> None:
    query = {"export.by": "contact.tier,age", "export.by.contact.tier": "A", "export.by.age": "25..50"}
    app = open_page(full, "boss", "collection", survey=CODE, **{"export.kind": "csv"}, **query)
    assert not app.exception
    press(app, "生成文件")
    table = list(csv.DictReader(io.StringIO(app.session_state["export.made"].content.decode("utf-8-sig"))))
    assert len(table) == amount({"contact.tier": "A", "age": "25..50"})


def test_a_file_counts_as_it_is_now(full: Store, system: TestClient) -> None:
    """Another tier moves the answer; a level of secrecy, or the end of the file, takes it out."""
    def n() -> int:
        return int(system.get(f"/surveys/{CODE}/results", params={"where": "contact.tier:A"}).json()["figures"][0]["n"])

    before = n()
    full.contacts.set_tiers({"c0": "A"}, by="test")
    assert n() == before + 1
    full.contacts.delete("c0", by="test")
    assert n() == before


def test_an_empty_database_is_narrowed_by_nothing(store: Store, open_page: Open) -> None:
    """No survey, then a survey without answers: pages say so, and the interface has figures of none."""
    add_accounts(store)
    for page in ("results", "improvement", "answers", "analysis"):
        words(open_page(store, "boss", page, **{"q-trade": "shop", "channel": "sms"}))
    answered(store)
    with store._connections.writing() as db:
        db.execute("DELETE FROM arrivals")
        db.execute("DELETE FROM responses")
    for page in ("results", "improvement", "answers", "analysis"):
        assert "还没有" in words(open_page(store, "boss", page, survey=CODE, **{"q-trade": "shop"}))
    found = _system(store).get(f"/surveys/{CODE}/results", params={"where": "trade:shop", "by": "context.crew"})
    assert found.status_code == 200 and found.json()["figures"][0]["n"] == 0
    assert [each["value"] for each in found.json()["split"]] == ["z", "idle", "a"]
