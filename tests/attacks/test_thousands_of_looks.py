"""Looks at an anonymous survey by whoever may, drawn at random over pages, reports, systems and assistants, together.

A hundred pairs by default, two thousand with `XINSHENG_HOSTILE=10000` (`make nightly`); what the gate lets out is put
together as in `test_views_across_pages`. Every other day people answer, and take their answers back.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from analysis.assistants.desk import AssistantDesk, Unanswerable
from analysis.assistants.installed import desk_of
from analysis.released.gate import gate_of
from analysis.reports.order import ALL_TIME, ReportOrder, Unreportable
from analysis.reports.stored_material import made_report
from surveys.accounts.saved_views import SavedView
from surveys.anonymity import MINIMUM_GROUP
from surveys.localisation.clock import SET_CLOCK, local_day, utc_now
from surveys.storage import Store
from tests.attacks.test_reports_together import KINDS, figures_in
from tests.attacks.test_views_across_pages import SURVEY, Overheard, answer, asked_monthly, system
from tests.conftest import submission
from tests.console.test_console import Open, open_page, words

__all__ = ["asked_monthly", "open_page", "system"]
pytestmark = pytest.mark.dated
LOOKS = int(os.environ.get("XINSHENG_HOSTILE", "500")) // 5  # pairs
TURNS = 4  # between them more answer
PAGES_IN = 40  # one look of so many is a page drawn to the end: they take the longest
DEPARTMENTS = ("a", "b", "c", "top", "a/*", "top/*")
READERS = ("boss", "chief", "lead")
QUESTIONS = (AssistantDesk.get_figures, AssistantDesk.what_changed, AssistantDesk.improvement_areas,
             AssistantDesk.search_comments, AssistantDesk.list_breakdowns)  # fmt: skip


class Attacker:
    """One who may look as everybody, and draws what to look at next."""

    def __init__(self, store: Store, open_page: Open, system: TestClient, chance: random.Random) -> None:
        self.store, self.open_page, self.system, self.chance = store, open_page, system, chance
        self.shown: Counter[str] = Counter()
        self.rounds = list(gate_of(store).answers(store.surveys.get(SURVEY)).rounds())

    def look(self) -> None:
        """At two things of one kind, so that they can be subtracted."""
        drawn = self.chance.random()
        kind: Callable[[], bool] = self.by_system if drawn < 0.4 else self.by_assistant if drawn < 0.8 else self.report
        if drawn < 1 / PAGES_IN:
            kind = self.page
        for _ in range(2):
            self.shown[kind.__name__] += kind()

    def department(self) -> str:
        return self.chance.choice(DEPARTMENTS[:4])

    def when(self) -> str | None:
        return self.chance.choice([None, *self.rounds])

    def by_system(self) -> bool:
        where, when = self.chance.choice([None, self.department()]), self.when()
        query = {} if where is None else {"where": f"department:{where}"}
        asked = query | ({} if when is None else {"round": when}) | self.chance.choice([{}, {"by": "department"}])
        path = self.chance.choice(["results", "drivers"])
        told = self.system.get(f"/surveys/{SURVEY}/{path}", params=asked)
        assert told.status_code in (200, 422)
        return told.status_code == 200

    def by_assistant(self) -> bool:
        where = self.chance.choice([None, {"department": self.department()}, {"touchpoint": "x"}, {"q-csat": "1"}])
        asked: Mapping[str, object] = {} if where is None else {"where": where}
        question = self.chance.choice(QUESTIONS)
        try:
            if question is AssistantDesk.list_breakdowns:
                question(desk_of(self.store), SURVEY)
            else:
                days = self.chance.choice([7, 30, 400])
                question(desk_of(self.store), SURVEY, round_code=self.when(), days=days, **asked)  # type: ignore[operator]
        except Unanswerable:
            return False
        return True

    def report(self) -> bool:
        when = self.chance.choice([ALL_TIME, *self.rounds, "30", "2026"])
        order = ReportOrder(self.chance.choice(KINDS), SURVEY, when, self.chance.choice(["", *DEPARTMENTS[:4]]))
        reader = self.store.accounts.named(self.chance.choice(READERS))
        try:
            made = made_report(self.store, gate_of(self.store), order, reader, local_day(utc_now()))
        except Unreportable:
            return False
        assert all(not each.estimate.ok or each.estimate.n >= MINIMUM_GROUP for each in figures_in(made)), order
        return True

    def page(self) -> bool:
        """Comparisons, the map of touchpoints, saved views and the pages of results, with anything in the address."""
        two = ",".join(self.chance.sample(DEPARTMENTS, 2))
        query = self.chance.choice([
            {"part": self.chance.choice(["compare", "map", "explore", "drivers", "self"])},
            {"touchpoint": "repair-east"},
            {"part": "compare", "versus": "department", "sides": two},
            {"part": "compare", "versus": "round", "sides": ",".join(self.rounds[:2])},
        ])  # fmt: skip
        page = "analysis" if "part" in query else "results"
        words(self.open_page(self.store, self.chance.choice(READERS), page, survey=SURVEY, **query))
        return True


def arrive(store: Store, chance: random.Random, first: int, day: date) -> None:
    """Answers come as of the day on which they come, through every door."""
    for number in range(first, first + chance.randint(3, 12)):
        left_out = chance.choice([(), (), (), ("nps",), ("csat",)])
        answers = {"csat": chance.randint(1, 5), "nps": chance.randint(0, 10), "comment": "好"}
        kept = {code: each for code, each in answers.items() if code not in left_out}
        department = chance.choice(["a", "a", "b", "b", "b", "c", None])
        one = submission(number, received_on=day, received_at=None, touchpoint=None, district=None,
                         department=department, answers=kept)  # fmt: skip
        store.responses.bring_in([one])


def test_looks_of_all_kinds_together_tell_nothing_of_few(
    asked_monthly: Store, open_page: Open, system: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was looked at in whatever order, before and after answers came and went."""
    seed = random.SystemRandom().randrange(10**6)
    chance, overheard = random.Random(seed), Overheard(monkeypatch)
    today = local_day(utc_now())
    answer(asked_monthly, chance, 0, 60)
    view = SavedView("all", "analysis", {"survey": SURVEY, "part": "compare", "versus": "department"}, "chief", "")
    asked_monthly.saved_views.keep(view, by="chief")
    attacker = Attacker(asked_monthly, open_page, system, chance)
    for turn in range(TURNS):
        for _ in range(LOOKS // TURNS):
            attacker.look()
        gone = chance.sample(range(15 * turn, 15 * turn + 15), 2)
        assert all(asked_monthly.responses.withdraw(SURVEY, f"{each:032x}", today) for each in gone)
        arrive(asked_monthly, chance, 100 * (turn + 1), today)
        today += timedelta(days=2)
        monkeypatch.setenv(SET_CLOCK, f"{today}T10:00")
    assert all(attacker.shown[kind] for kind in ("by_system", "by_assistant", "report")), attacker.shown
    assert len(overheard.figures) > 3, "something is shown at all"
    assert overheard.small_groups() == [], f"seed {seed}: {attacker.shown}"
