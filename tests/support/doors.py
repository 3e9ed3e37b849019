"""An installation that begins with nothing, used through the doors that people and systems have, on any day one likes.

The clock of the whole program is set, as by `XINSHENG_CLOCK`; pages are drawn as the console draws them, forms and the
sign-in answer as a browser meets them, other systems call the API with a key that was made on its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope
from surveys.definition.questions import Question
from surveys.localisation import clock
from surveys.localisation.clock import utc_now
from surveys.operations.scheduler import Scheduler, links_of
from surveys.settings import Settings, secret_key
from surveys.storage import Store
from surveys.web.api.application import api
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.console.test_console import Open, press, signed_in, words
from tests.support.front_door import TestClient, heading, hidden, receipt, set_up, visiting

MORNING = datetime(2026, 11, 3, 2, tzinfo=UTC)  # ten o'clock here
BASE = "https://ask.example"


class Doors:
    """One installation and its administrator, boss, who made it with the code of the first start."""

    def __init__(self, store: Store, open_page: Open, patch: pytest.MonkeyPatch, moment: datetime = MORNING) -> None:
        self.store, self._open_page, self._patch = store, open_page, patch
        patch.setenv("XINSHENG_DB", str(store.path))
        self._ahead = moment - datetime.now(UTC)
        self.passes()
        with visiting(store, utc_now) as browser:  # type: ignore[arg-type]
            set_up(browser, store)
        self.secret = secret_key(Settings.from_environment().secret_file)
        self._key = ""

    def passes(self, **amount: float) -> None:
        """Let time go by, for everything in this process."""
        self._ahead += timedelta(**amount)
        self._patch.setattr(clock, "_AHEAD", self._ahead)

    def page(self, name: str, who: str = "boss", **query: str) -> AppTest:
        return self._open_page(self.store, who, name, **query)

    # Set-up

    def import_table(self, kind: str, table: str) -> None:
        """Departments, touchpoints, accounts … from a file, on the page of the organisation or of accounts."""
        app = self.page("accounts" if kind == "accounts" else "organisation")
        app.file_uploader(key=f"file {kind}").upload(f"{kind}.csv", table.encode(), "text/csv").run()
        app.button(key=f"bring {kind}").click().run()
        assert "新增" in words(app), words(app)

    def choose_passwords(self) -> None:
        """Everybody has changed the password that they were given; that page has tests of its own."""
        for each in self.store.accounts.all():
            if each.password_given:
                self.store.accounts.set_password(each.name, each.password_hash, by=each.name)

    def import_subjects(self, kind: str, table: str) -> None:
        """Key accounts, sites, courses … from a file, on the page of the organisation."""
        app = self.page("organisation", tab="subjects", kind=kind)
        app.file_uploader(key=f"file subjects-{kind}").upload("subjects.csv", table.encode(), "text/csv").run()
        app.button(key=f"bring subjects-{kind}").click().run()
        assert "新增" in words(app), words(app)

    def import_people(self, table: str) -> None:
        """Customers or staff from a file."""
        app = self.page("people")
        app.file_uploader(key="people file").upload("people.csv", table.encode(), "text/csv").run()
        press(app, "导入")
        assert "未收 0 行" in words(app), words(app)

    def publish(self, survey: str, department: str = "service") -> None:
        """A template, from the gallery."""
        app = self.page("surveys", tab="gallery")
        app.session_state[f"publish {survey} open"] = True
        app.run()
        next(box for box in app.selectbox if box.label == "归属部门").select(department)
        press(app, "发布")
        assert self.store.surveys.get(survey).live, words(app)

    def campaign(self, survey: str, name: str, *, event: str = "", exempt: str = "") -> AppTest:
        """Invite by text message, at once or an hour after an event; returns the page once it has begun."""
        app = self.page("campaigns")
        app.text_input(key="plan.name").input(name)
        app.selectbox(key="plan.survey").select(survey)
        app.selectbox(key="plan.channel").select("sms")
        if event:
            app.radio(key="plan.when").set_value("event").run()
            app.text_input(key="plan.event").input(event)
            app.number_input(key="plan.after").set_value(1)
        app.text_input(key="plan.exempt").input(exempt)
        press(app, "存为草稿并检查")
        [made] = [each for each in self.store.campaigns.all() if each.plan.name == name]
        if any(each.key == "campaign" for each in app.selectbox):
            app.selectbox(key="campaign").select(made.id).run()
        press(app, "开始邀请")
        return app

    # Other systems

    @contextmanager
    def system(self) -> Iterator[TestClient]:
        """A system with a key that the administrator made for it."""
        if not self._key:
            app = self.page("interfaces")
            app.text_input[0].input("业务系统")
            app.multiselect[0].set_value(list(ApiScope))
            press(app, "新建密钥")
            [self._key] = [each.value for each in app.code]
        routes = [api(self.store, self.secret, results_of(gate_of(self.store)), clock=utc_now)]
        with TestClient(Starlette(routes=routes), "http://testserver/api/v1") as client:
            client.headers["Authorization"] = f"Bearer {self._key}"
            yield client

    def event(self, number: str, kind: str, **more: Any) -> dict[str, Any]:
        """What the system that reports it is answered."""
        body = {"id": number, "kind": kind, "occurred_at": utc_now().isoformat()}
        known = {"customer_number": number, "phone": f"138{int(number):08d}"}
        with self.system() as system:
            answer = system.post("/events", json=body | {"customer": known} | more)
        assert answer.status_code == 202, answer.text
        told: dict[str, Any] = answer.json()
        return told

    # Answers

    def work(self) -> None:
        """What the program does by itself."""
        Scheduler(self.store, clock=utc_now, base_url=BASE, secret=self.secret).run_due()

    def answer(self, address: str, who: str = "", **typed: str) -> None:
        """Fill a form in; what is entered may bring up further questions, answered with what they take first."""
        with visiting(self.store, utc_now) as browser:  # type: ignore[arg-type]
            if who:
                browser.cookies.set(SESSION_COOKIE, signed_in(self.store, who))
            page = browser.get(address)
            assert page.status_code == 200, page.text
            given: dict[str, Any] = dict(typed)
            for _turn in range(3):
                came = browser.post(address, data=hidden(page.text) | given)
                if receipt(came.text):
                    break
                page = came
            assert receipt(came.text), re.findall(r"第 \d+ 题：[^<]*", came.text) or heading(came.text)

    def answer_messages(self, **typed: str) -> int:
        """Send what waits, and answer each by the link in the message; returns how many."""
        links, answered = links_of(self.store, self.secret, BASE, clock=utc_now), 0
        for each in self.store.outbox.claim("sms", 1000, now=utc_now()):
            found = links(each.message.invitation or "")
            assert found is not None and self.store.outbox.sent(each, now=utc_now())
            self.answer(found.link.removeprefix(BASE), **typed)
            answered += 1
        return answered

    # Results

    def told(self, survey: str, where: str, value: str, round_code: str = "") -> int | None:
        """How many answers the figures of a part are of, as another system reads; None where it may not."""
        asked = {"where": f"{where}:{value}"} | ({"round": round_code} if round_code else {})
        with self.system() as system:
            answer = system.get(f"/surveys/{survey}/results", params=asked)
        if answer.status_code == 422:
            print(answer.text)
            return None
        assert answer.status_code == 200, answer.text
        return max((each["n"] for each in answer.json()["figures"]), default=0)

    def rounds(self, survey: str) -> list[str]:
        """The codes of the rounds that have answers."""
        return [code for code, each in self.store.rounds.counts(survey).items() if each.answers]


def required(questions: Iterator[Question]) -> dict[str, str]:
    """A middling answer to each question that must be answered and takes a number."""
    return {each.code: "4" for each in questions if getattr(each, "required", False)}
