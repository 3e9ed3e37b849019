"""Systems of an organisation, each walked on an empty database from its set-up over two rounds to a result by subject.

Through the doors that people have: subjects and accounts are entered, the survey published, tasks make themselves or
come from a file or another system, are filled in at `/my` or by a personal link. To add a system, add a function to
`SYSTEMS`: it sets everything up, walks both rounds, and tells for each subject how many answers it has by round. What
another system reads of each subject and round is held against that.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.accounts import Account, new_session_token, token_hash
from surveys.api_keys import ApiScope
from surveys.definition.questions import Question
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.exchange.task_requests import requests_in, task_of
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.fieldwork.tasks.task import Task, task_address
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.operations.tasks import give_out, propose, rule_of, task_desk
from surveys.organisation.department_tree import parents_of, with_below
from surveys.organisation.departments import Department
from surveys.organisation.subjects import Subject
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.tables import opened_bytes
from surveys.web.api.application import api
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.front_door import SECRET, Clock, TestClient, add_account, hidden, publish, receipt, visiting
from tests.web.test_api import key_for

TREE = [
    Department("head", "公司"), Department("repair", "配网抢修部", "head"), Department("service", "营销服务部", "head"),
    Department("crew", "抢修一班", "repair"),
]  # fmt: skip


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return file.getvalue()


PHOTO = _photo()


def _about(response: StoredResponse) -> str:
    return response.subject or ""


@dataclass
class Place:
    """An organisation that begins with nothing, and the day it is there."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    people: dict[str, Account] = field(default_factory=dict)

    def hire(self, name: str, *departments: str, role: Role = Role.STAFF) -> Account:
        self.people[name] = add_account(self.store, name, role, departments)
        return self.people[name]

    def enter(self, *subjects: Subject) -> None:
        self.store.subjects.bring(subjects, by="boss")

    def work(self) -> None:
        """What the scheduler does by itself."""
        Scheduler(self.store, clock=self.clock, base_url="https://ask.example").run_due()

    def tasks(self, survey: str) -> list[Task]:
        return self.store.tasks.all(TaskSearch(survey), local_day(self.clock()), limit=-1)

    def fill_all(self, survey: str) -> int:
        """Everybody signs in, finds their tasks at `/my` and fills them in; outsiders by their links."""
        done = 0
        for account in self.people.values():
            with self._signed_in(account) as browser:
                mine = [each for each in self.tasks(survey) if each.account == account.id and not each.done]
                addresses = [f"/t/{each.id}" for each in mine]
                listed = browser.get("/my").text
                assert all(each in listed for each in addresses)
                done += sum(self.fill(browser, each, survey) for each in addresses)
        return done

    def fill(self, browser: TestClient, address: str, survey: str) -> bool:
        """Fill a form in with the first valid answer to each question; the receipt must come."""
        page, asked = browser.get(address).text, list(self.store.surveys.get(survey).survey.questions())
        given = answers_to(asked)
        photos = {each.code: ("hall.png", PHOTO, "image/png") for each in asked if each.type == "file"}
        answer = browser.post(address, data={**hidden(page), **given}, files=photos or None).text
        if not receipt(answer):  # answers brought up further questions
            answer = browser.post(address, data={**hidden(answer), **given}).text
        assert receipt(answer), re.findall(r"第 \d+ 题：[^<]*", answer)
        return True

    @contextmanager
    def _signed_in(self, account: Account) -> Iterator[TestClient]:
        with visiting(self.store, self.clock) as browser:
            token = new_session_token()
            self.store.accounts.begin_session(account, token_hash(token), self.clock())
            browser.cookies.set(SESSION_COOKIE, token)
            yield browser

    def visit_all(self, survey: str, invited: set[str]) -> None:
        """Everybody who was invited since follows their personal link."""
        for campaign in self.store.campaigns.all():
            for each in self.store.invitations.of_campaign(campaign.id):
                if each.id not in invited:
                    invited.add(each.id)
                    with visiting(self.store, self.clock) as browser:
                        self.fill(browser, f"/i/{link_token(SECRET, each.id)}", survey)

    def told(self, survey: str, where: str, code: str, round_code: str) -> int | None:
        """How many answers the figures of a part and round are of, as another system reads; None where it may not."""
        results = api(self.store, SECRET, results_of(gate_of(self.store)), clock=self.clock)
        with TestClient(Starlette(routes=[results]), base_url="http://testserver/api/v1") as system:
            _, key = key_for(self.store, self.clock, ApiScope.RESULTS_READ)
            system.headers["Authorization"] = f"Bearer {key}"
            asked = {"where": f"{where}:{code}", "round": round_code}
            answer = system.get(f"/surveys/{survey}/results", params=asked)
        if answer.status_code == 422:
            return None
        return max((each["n"] for each in answer.json()["figures"]), default=None)

    def by_subject(self, survey: str, named: Callable[[StoredResponse], str] = _about) -> dict[str, Counter[str]]:
        """How many answers each subject has, by round."""
        found: dict[str, Counter[str]] = {}
        rounds = self.store.surveys.get(survey).opening.rounds
        for chunk in self.store.responses.responses(survey):
            for each in chunk:
                code = rounds.code_of(each.round, each.received_on)
                found.setdefault(named(each), Counter())[code] += 1
        return found


# What is answered to questions of a type that must be answered.
_ANSWERS: dict[str, Callable[[Question], object]] = {
    "rating": lambda _: 4, "slider": lambda _: 80, "date": lambda _: "2026-11-20", "time": lambda _: "09:30",
    "single_choice": lambda each: each.parts()[0].code, "drop_down": lambda each: each.parts()[0].code,
    "multiple_choice": lambda each: [each.parts()[0].code], "signature": lambda _: {"name": "张三"},
    "matrix_rating": lambda each: {part.code: 4 for part in each.parts()},
    "matrix_single": lambda each: {row.code: "met" for row in each.rows},  # type: ignore[attr-defined]
    "short_text": lambda _: "无", "long_text": lambda _: "无",
}  # fmt: skip


def answers_to(questions: Iterable[Question]) -> dict[str, list[str]]:
    """The fields of a form in which all is answered that must be."""
    fields: dict[str, list[str]] = {}
    for each in questions:
        if getattr(each, "required", False) and each.type in _ANSWERS:
            fields |= {name: list(values) for name, values in each.entered_from(_ANSWERS[each.type](each)).items()}
    return fields


Walked = dict[str, Counter[str]]


def s2_departments_and_steps(place: Place) -> Walked:
    """Steps rate those before and after them, quarter by quarter."""
    place.enter(
        Subject("step", "accept", "受理", "service", {"successor": ("survey",)}),
        Subject("step", "survey", "勘查", "repair", {"successor": ("connect",)}),
        Subject("step", "connect", "接电", "crew"),
    )  # fmt: skip
    publish(place.store, "process-step")
    return rounds_of(place, "process-step", days=100)


def s3_appraisal(place: Place) -> Walked:
    """Raters are proposed, confirmed and given tasks; an outside expert gets a personal link."""
    publish(place.store, "manager-360")
    place.store.contacts.keep([Contact("expert", "专家", phone="13800001111")], by="boss")
    record = place.store.surveys.get("manager-360")
    for _ in range(2):
        place.work()
        desk = task_desk(place.store, record, by="boss", now=place.clock())
        rule = rule_of(place.store, record)
        assert rule is not None and not [each for each in place.tasks(record.code) if each.round == desk.round]
        proposed = propose(place.store, record, rule, (), by="boss", now=place.clock()).tasks
        give_out(place.store, SECRET, [each for each in proposed if each.subject == "chief"], by="boss")
        with opened_bytes("填写人,对象,关系\n13800001111,chief,外部专家\n".encode()) as table:
            asked = [task_of(desk, each) for _, each in requests_in(table, desk.takes)]
        give_out(place.store, SECRET, asked, by="boss")
        place.fill_all(record.code)
        with visiting(place.store, place.clock) as browser:
            place.fill(browser, task_address(asked[0], SECRET), record.code)
        place.clock.passes(days=366)
    place.store.responses.settle(date.max)
    kept = [each for chunk in place.store.responses.responses(record.code) for each in chunk]
    relations = Counter(each.context["relation"] for each in kept)
    assert relations == {"superior": 2, "subordinate": 4, "self": 2, "external": 2, "peer": 2}
    return place.by_subject(record.code)


def s4_agent_quality(place: Place) -> Walked:
    """Each listener draws agents, other ones each month."""
    place.enter(*(Subject("agent", f"a{n}", f"座席{n}", "service") for n in range(6)))
    publish(place.store, "call-monitoring")
    place.store.task_plans.choose("call-monitoring", None, (place.people["li"].id,), by="boss")
    return rounds_of(place, "call-monitoring", days=31)


def s8_results_by_tier(place: Place) -> Walked:
    """Customers are asked twice; what tier they were of comes along, also when they rise between."""
    tier = {"code": "tier", "label": "等级", "sources": ["contact"]}
    survey = Survey.model_validate(template("power-visit").model_dump(exclude_none=True, by_alias=True) | {
        "context": [tier], "rounds": "quarter"})  # fmt: skip
    place.store.surveys.save_draft(survey, "service", by="boss")
    place.store.surveys.publish(survey.code, by="boss")
    tiers, invited = {"wang": "金", "zhao": "银", "sun": "银"}, set[str]()
    for name in ("first", "second"):
        files = [Contact(each, each, phone=phone(each), department="service", tier=of) for each, of in tiers.items()]
        place.store.contacts.keep(files, by="boss")
        plan = Plan.model_validate({"name": name, "channel": "sms"})
        made = plan_campaign(place.store, plan, survey.code, department=None, by="boss", now=place.clock())
        assert start(place.store, made, SECRET, by="boss", now=place.clock()) == len(tiers)
        place.visit_all(survey.code, invited)
        tiers["sun"] = "金"
        place.clock.passes(days=100)
    found = place.by_subject(survey.code, lambda each: each.context["tier"])
    assert sorted(sum(found.values(), Counter[str]()).values()) == [3, 3]
    assert sorted(found["金"].values()) == [1, 2]
    return found


def s14_timed_follow_up(place: Place) -> Walked:
    """Three months after the day in their files people are asked, each when their own day has come."""
    publish(place.store, "power-visit", "service")
    today, invited = local_day(place.clock()), set[str]()
    for name, district, days in (("wang", "service", 89), ("zhao", "repair", 89), ("sun", "service", 58)):
        moved = (today - timedelta(days=days)).isoformat()
        file = Contact(name, name, phone=phone(name), department=district, who={"入住日期": moved})
        place.store.contacts.keep([file], by="boss")
    schedule = {"file_date": "who.入住日期", "after": 91, "unit": "days"}
    plan = Plan.model_validate({"name": "入住三个月", "channel": "sms", "schedule": schedule})
    made = plan_campaign(place.store, plan, "power-visit", department=None, by="boss", now=place.clock())
    start(place.store, made, SECRET, by="boss", now=place.clock())
    for days, asked in ((0, 0), (2, 2), (10, 2), (21, 3)):
        place.clock.passes(days=days)
        Scheduler(place.store, clock=place.clock, secret=SECRET, base_url="https://ask.example").run_due()
        place.visit_all("power-visit", invited)
        assert len(invited) == asked
    return place.by_subject("power-visit", lambda each: each.department or "")


def phone(name: str) -> str:
    return f"138{sum(map(ord, name)):08d}"


def s15_self_check(place: Place) -> Walked:
    """Each unit rates itself, year by year."""
    publish(place.store, "self-check")
    return rounds_of(place, "self-check", days=366)


def s16_inspection(place: Place) -> Walked:
    """Every site once a quarter, by one of the inspectors."""
    place.enter(*(Subject("site", f"p{n}", f"营业厅{n}", "service") for n in range(3)))
    publish(place.store, "site-inspection")
    inspectors = (place.people["li"].id, place.people["wu"].id)
    place.store.task_plans.choose("site-inspection", None, inspectors, by="boss")
    return rounds_of(place, "site-inspection", days=100)


def s16_mystery_shopper(place: Place) -> Walked:
    place.enter(Subject("site", "p1", "营业厅", "service"))
    publish(place.store, "mystery-shopper")
    place.store.task_plans.choose("mystery-shopper", None, (place.people["wu"].id,), by="boss")
    return rounds_of(place, "mystery-shopper", days=100)


def s25_training(place: Place) -> Walked:
    """The participants of a session before it, after it and three months later; each time in the round of its day."""
    held = local_day(place.clock()) + timedelta(days=2)
    facts = {"date": (held.isoformat(),), "participants": ("li", "wu"), "course": ("safety",)}
    place.enter(Subject("course", "safety", "安全"))
    place.enter(Subject("session", "k1", "安全培训一班", "service", facts))
    publish(place.store, "training-skills")
    publish(place.store, "training-course")
    for days in (0, 3, 90):
        place.clock.passes(days=days)
        place.work()
        assert place.fill_all("training-skills") == 2
        assert place.fill_all("training-course") == (2 if days == 3 else 0)
    phases = Counter(
        str(each.answers["phase"]) for chunk in place.store.responses.responses("training-skills") for each in chunk
    )
    assert phases == {"before": 2, "after": 2, "later": 2}
    return place.by_subject("training-skills")


def rounds_of(place: Place, survey: str, days: int) -> Walked:
    """Two rounds whose tasks make themselves; everybody fills in all of theirs."""
    for _ in range(2):
        place.work()
        assert place.fill_all(survey) and all(each.done for each in place.tasks(survey))
        place.clock.passes(days=days)
    place.store.responses.settle(date.max)
    return place.by_subject(survey)


@dataclass(frozen=True)
class System:
    """How a system is walked, what always has answers in both rounds, and by what its results are read."""

    walk: Callable[[Place], Walked]
    subjects: set[str]
    survey: str
    by: str = "subject"


SYSTEMS = {
    "S2 process steps": System(s2_departments_and_steps, {"accept", "survey", "connect"}, "process-step"),
    "S3 360° appraisal": System(s3_appraisal, {"chief"}, "manager-360"),
    "S4 agent quality": System(s4_agent_quality, set(), "call-monitoring"),
    "S8 results by tier": System(s8_results_by_tier, {"金", "银"}, "power-visit", "context.tier"),
    "S14 timed follow-up": System(s14_timed_follow_up, {"service"}, "power-visit", "department"),
    "S15 self-check": System(s15_self_check, {"head", "repair"}, "self-check", "department"),
    "S16 inspection": System(s16_inspection, {"p0", "p1", "p2"}, "site-inspection"),
    "S16 mystery shopper": System(s16_mystery_shopper, {"p1"}, "mystery-shopper"),
    "S25 training": System(s25_training, {"k1"}, "training-skills"),
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty database, its tree of departments, and a few people."""
    store = Store(tmp_path / "xinsheng.db")
    store.organisation.save(TREE, [])
    place = Place(store)
    place.hire("boss", "head", role=Role.MANAGER)
    place.hire("chief", "repair", role=Role.MANAGER)
    place.hire("peer", "service", role=Role.MANAGER)
    for name, home in (("li", "repair"), ("wu", "service"), ("he", "crew")):
        place.hire(name, home)
    yield place
    store.close()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_works_from_its_set_up_over_two_rounds(system: str, place: Place) -> None:
    """Each subject that is always asked about has answers in both, and so its figures are, as another system reads.

    Of an anonymous survey nothing is told of so few.
    """
    walked = SYSTEMS[system]
    found, subjects = walked.walk(place), walked.subjects
    anonymous = place.store.surveys.get(walked.survey).survey.anonymous
    parents = parents_of(TREE)
    for subject, counts in found.items():
        below = with_below([subject], parents) if walked.by == "department" else {subject}
        for code in counts:
            count = sum(found[each][code] for each in below if each in found)
            told = place.told(walked.survey, walked.by, subject, code)
            assert (told in (None, 0)) if anonymous else (told == count), (subject, code, told)
    assert {code for counts in found.values() for code in counts} and len(set().union(*found.values())) == 2
    assert subjects <= set(found)
    assert all(len(found[subject]) == 2 and min(found[subject].values()) > 0 for subject in subjects)
