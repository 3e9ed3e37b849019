"""Everything an anonymous survey gives out, by pages, rounds, API and files, put together: no sum of few comes out.

What the gate hands to any figure is listened to as it leaves: which answers are in it, item by item, and in which
pairs of items. Whatever page, table, file or system it is for, a figure is a sum over these and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.level.satisfaction import RatedDimension, dimension_scores, mean_score
from analysis.released import anonymous
from analysis.released.gate import gate_of
from analysis.released.parts import Column, When, columns_of
from analysis.released.released_rows import AnonymousRows
from analysis.released.summary import results_of
from surveys.anonymity import MINIMUM_GROUP
from surveys.api_keys import ApiScope, new_key
from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api import api
from tests.attacks.test_subtracted_views import few_behind
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import SECRET

__all__ = ["open_page"]
pytestmark = pytest.mark.dated
SURVEY, ITEMS = "power-visit", ("csat", "nps")
NARROWED = {
    "channel": "link", "campaign": "x", "contact.tier": "A", "contact.who.类别": "企业", "context.crew": "7",
    "q-csat": "1", "q-nps": "0", "touchpoint": "城东抢修队", "district": "城东", "round ": "2020-01",
}  # fmt: skip
"""What results of named surveys are narrowed by, as it stands in addresses; of an anonymous one nothing of it holds."""
PARTS = ("explore", "crosstab", "drivers", "quality")
"""Of the page 分析, those that cut and cross the most."""


class Overheard:
    """Which answers were in each figure that left the gate, by item; pairs of items as those who answered both."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.figures: set[tuple[tuple[str, ...], frozenset[str]]] = set()
        columns = AnonymousRows.columns

        def listening(rows: AnonymousRows, names: Sequence[str], when: When) -> pd.DataFrame:
            frame = columns(rows, names, when)
            found = rows._found if when is When.NOW else rows._before
            if found is not None and len(frame):
                self._take(frame.set_axis(rows._rows_of(found)["response"], axis=0))
            return frame

        patch.setattr(AnonymousRows, "columns", listening)

    def _take(self, frame: pd.DataFrame) -> None:
        there = [name for name in frame.columns if name in ITEMS]
        for chosen in [*((name,) for name in there), *combinations(there, 2)]:
            complete = frame[list(chosen)].notna().all(axis=1)
            if complete.any():
                self.figures.add((chosen, frozenset(frame.index[complete])))

    def small_groups(self) -> list[tuple[int, ...]]:
        """Of a figure of two items both sums are known over those who answered both."""
        people = sorted({each for _, who in self.figures for each in who})
        blocks = [np.array(list(self._lines(item, people)), dtype=float) for item in ITEMS]
        return few_behind(blocks, len(people))

    def _lines(self, item: str, people: Sequence[str]) -> Iterator[list[bool]]:
        """Each figure once for each item it has, so that each item's sum stands by itself."""
        for chosen, who in sorted(self.figures, key=repr):
            for summed in chosen:
                yield [summed == item and person in who for person in people]


@pytest.fixture
def asked_monthly(store: Store, visit: Survey) -> Store:
    """An anonymous survey of four departments in a tree, asked each month, with accounts that see parts of it."""
    tree = [Department(code, code, parent="top" if code != "c" else "a") for code in "abc"]
    store.organisation.save([Department("top", "top"), *tree])
    secret = visit.model_copy(update={"anonymous": True, "rounds": RoundRule(every=Every.MONTH)})
    store.surveys.save_draft(secret, None, by="test")
    store.surveys.publish(SURVEY, by="test")
    add_accounts(store)
    for name, departments in (("chief", ("top",)), ("lead", ("a",))):
        store.accounts.add(name, name, Role.MANAGER, "no password", departments, now=utc_now())
    return store


def answer(store: Store, chance: random.Random, first: int, n: int) -> None:
    """From some weeks on both sides of a turn of the month; some leave a question out, some answer all alike."""
    today = local_day(utc_now())
    turn = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    for number in range(first, first + n):
        day = min(today - timedelta(days=1), turn + timedelta(days=chance.randint(-9, 9)))
        left_out = chance.choice([(), (), (), ("nps",), ("csat",)])
        answers = {"csat": chance.randint(1, 5), "nps": chance.randint(0, 10), "comment": "好"}
        one = submission(
            number, received_on=day, received_at=None, touchpoint=None, district=None,
            department=chance.choice(["a", "a", "b", "b", "b", "c", None]),
            answers={code: each for code, each in answers.items() if code not in left_out},
        )  # fmt: skip
        store.responses.bring_in([one])


def look_at_pages(store: Store, open_page: Open, rounds: Sequence[str]) -> None:
    """Of results, by every account that has them, the last round too; of the analysis by who sees all."""
    for account in ("boss", "chief", "lead"):
        words(open_page(store, account, "results", survey=SURVEY))
    words(open_page(store, "boss", "results", survey=SURVEY, round=rounds[-1] if rounds else ""))
    for part in PARTS:
        words(open_page(store, "boss", "analysis", survey=SURVEY, part=part))


def look_at_pairs(store: Store, open_page: Open, chance: random.Random, looks: int) -> None:
    """Two at once, as a filter and as what a table is split by: the same figures as without."""
    whole = words(open_page(store, "boss", "results", survey=SURVEY))
    scope = next(line for line in whole.splitlines() if "范围：" in line)
    for _ in range(looks):
        pair = dict(chance.sample(sorted(NARROWED.items()), 2))
        told = words(open_page(store, "boss", "results", survey=SURVEY, **pair, heat=next(iter(pair))))
        assert scope in told, pair
        query = {**pair, "part": "crosstab", "banner": ",".join(pair)}
        table = words(open_page(store, "boss", "analysis", survey=SURVEY, **query))
        assert "匿名问卷不按分组交叉" in table


def refused_by_the_interface(system: TestClient, chance: random.Random, looks: int) -> None:
    """Alone and in pairs, to narrow and to split."""
    known = [(name.removeprefix("q-"), value) for name, value in NARROWED.items()]
    for _ in range(looks):
        pair = chance.sample(known, 2)
        where = [f"{name}:{value}" for name, value in pair]
        for query in ({"where": where}, {"where": where[0]}, {"by": pair[1][0]}, {"where": where[1], "by": pair[0][0]}):
            assert system.get(f"/surveys/{SURVEY}/results", params=query).status_code == 422, query


def ask_the_interface(system: TestClient, rounds: Sequence[str]) -> int:
    """For the whole, each round, each department and each of them in each round."""
    looks = 0
    for code in [None, *rounds]:
        for department in [None, *"abc", "top"]:
            where = {} if department is None else {"where": f"department:{department}"}
            answered = system.get(f"/surveys/{SURVEY}/results", params=where | ({"round": code} if code else {}))
            assert answered.status_code in (200, 422)
            ns = [each["n"] for each in answered.json().get("figures", ())]
            assert all(n == 0 or n >= MINIMUM_GROUP for n in ns)
            looks += 1
    return looks


@pytest.fixture
def system(asked_monthly: Store) -> TestClient:
    key, secret = new_key("all", frozenset(ApiScope), local_day(utc_now()))
    asked_monthly.api_keys.add(key, by="test")
    app = Starlette(routes=[api(asked_monthly, SECRET, results_of(gate_of(asked_monthly)))])
    return TestClient(app, "http://testserver/api/v1", headers={"Authorization": f"Bearer {secret}"})


def test_pages_rounds_and_interfaces_together_tell_nothing_of_few(
    asked_monthly: Store, open_page: Open, system: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after more have answered and some have taken their answers back; and nothing else is given out."""
    chance, overheard = random.Random(7), Overheard(monkeypatch)
    answer(asked_monthly, chance, 0, 34)
    rounds = gate_of(asked_monthly).answers(asked_monthly.surveys.get(SURVEY)).rounds()
    look_at_pages(asked_monthly, open_page, rounds)
    looks = ask_the_interface(system, rounds)
    answer(asked_monthly, chance, 100, 3)
    for number in (2, 11):
        assert asked_monthly.responses.withdraw(SURVEY, f"{number:032x}", local_day(utc_now()))
    words(open_page(asked_monthly, "boss", "results", survey=SURVEY))
    looks += ask_the_interface(system, rounds)
    look_at_pairs(asked_monthly, open_page, chance, 4)
    refused_by_the_interface(system, chance, 20)
    assert looks >= 20 and len(overheard.figures) > 6, "something is shown at all"
    assert overheard.small_groups() == []
    for fact in ("context.crew:7", "touchpoint:repair-east", "district:城东", "channel:link", "subject:a"):
        assert system.get(f"/surveys/{SURVEY}/results", params={"where": fact}).status_code == 422
    assert system.get(f"/surveys/{SURVEY}/responses").status_code == 403
    kept = words(open_page(asked_monthly, "boss", "collection", survey=SURVEY))
    assert "匿名问卷不导出逐份答卷" in kept and "生成文件" not in kept


def test_the_attack_hears_what_batches_alone_leave_open(asked_monthly: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule that those who count together answered the same questions."""
    release = anonymous.release
    monkeypatch.setattr(anonymous, "release", lambda rows, today, minimum, *_: release(rows, today, minimum))
    overheard = Overheard(monkeypatch)
    day = local_day(utc_now()) - timedelta(days=20)
    alike = {"received_on": day, "received_at": None, "touchpoint": None, "district": None, "department": "a"}
    both = [submission(n, answers={"csat": 4, "nps": 9}, **alike) for n in range(19)]
    asked_monthly.responses.bring_in([*both, submission(19, answers={"csat": 1}, **alike)])
    seen = gate_of(asked_monthly).answers(asked_monthly.surveys.get(SURVEY))
    both_together = {"both": RatedDimension("both", ITEMS, 0, 10)}
    seen.ask(mean_score, Column("csat"))
    seen.ask(dimension_scores, columns_of(both_together), both_together)
    assert overheard.small_groups() == [(19,)]
