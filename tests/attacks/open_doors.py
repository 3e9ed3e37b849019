"""An installation with every door for respondents open, and what a well-behaved visitor sends through each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from surveys.cases.opinion_boxes import Box, category_code
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.fieldwork.calls import CallQueue
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.fieldwork.protection import Protection
from surveys.fieldwork.tablets import MOST_PER_MINUTE
from surveys.localisation.clock import local_day
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.forms.kiosk import TABLET_COOKIE
from surveys.web.protection.rate_limits import Limits
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.examples import EXAMPLES
from tests.support.front_door import (
    NOW,
    TestClient,
    add_account,
    be,
    field,
    hidden,
    publish,
    receipt,
    visiting,
)
from tests.support.rendered import Rendered

Fields = dict[str, list[str]]

PEOPLE = 400
OPINION = {"csat": ["4"], "repair": ["5"], "nps": ["9"], "comment": ["师傅来得很快"]}


@dataclass(frozen=True)
class Door:
    """A way in: who stands before it, and the next address with the fields that a browser would send there."""

    name: str
    visitor: Role | None
    knock: Callable[[TestClient], tuple[str, Fields]]


def every_type() -> Survey:
    """A survey that asks a question of each type."""
    asked = [
        {"type": name, "code": f"q_{name}", "title": f"题目 {name}", **EXAMPLES[name][0][0]} for name in QUESTION_TYPES
    ]
    return Survey.model_validate(
        {"code": "all-types", "title": "全部题型", "use": "试", "sections": [{"questions": asked}]}
    )


def everything_open(store: Store) -> list[str]:
    """Put one of everything into the field; returns the tokens of the personal links."""
    for code in ("power-visit", "department-review", "counter-kiosk"):
        publish(store, code)
    store.surveys.save_draft(every_type(), None, by="test")
    store.surveys.publish("all-types", by="test")
    store.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    store.kiosks.set("repair-east", "counter-kiosk", by="test")
    store.protections.set("counter-kiosk", Protection(kiosk_per_minute=MOST_PER_MINUTE), by="test")
    store.prizes.set(Prize("power-visit", PrizeKind.DRAW, "50 元电费", local_day(NOW)), by="test")
    people = [Contact(f"c{n}", "王建国", phone=f"138{n:08d}", department="repair") for n in range(PEOPLE)]
    store.contacts.keep(people, by="test")
    store.calls.open_queue(CallQueue("q", "回访", "power-visit"), [each.id for each in people], by="test", now=NOW)
    return invite(store, campaign(store), *(each.id for each in people))


@contextmanager
def visitors(store: Store) -> Iterator[dict[Role | None, TestClient]]:
    """Someone from the street, an agent and a designer, each before the same pages; nobody has to wait."""
    with visiting(store, limits=_Patient()) as street, visiting(store) as agent, visiting(store) as designer:
        for browser, role in ((agent, Role.AGENT), (designer, Role.DESIGNER)):
            be(browser, store, add_account(store, role.value, role))
        yield {None: street, Role.AGENT: agent, Role.DESIGNER: designer}


class _Patient(Limits):
    """Takes every form: the attack is to reach what lies behind the limits too."""

    def sending(self, visitor: object, link: str = ""):  # type: ignore[no-untyped-def]
        return super().sending(visitor, link).__class__(0)  # type: ignore[arg-type]


def doors(tokens: list[str], tablet: str) -> list[Door]:
    """Every door that takes a form; the people behind these links are the ones invited."""
    street, way = None, _Ways(tokens, tablet)
    return [
        Door("all types", street, lambda browser: way.form(browser, "/s/all-types", _entries_of(every_type()))),
        Door("open form", street, lambda browser: way.form(browser, "/s/power-visit?tp=repair-east&lang=en", OPINION)),
        Door("embedded form", street, lambda browser: way.form(browser, "/embed/power-visit", OPINION)),
        Door("personal link", street, way.personal), Door("draft", street, way.draft),
        Door("kiosk", street, way.kiosk), Door("call", Role.AGENT, way.call),
        Door("outcome of a call", Role.AGENT, way.outcome), Door("paper", Role.DESIGNER, way.typing),
        Door("box", street, way.box), Door("case", street, way.case), Door("prize", street, way.prize),
        Door("withdrawal", street, way.withdrawal), Door("sign-in", street, way.sign_in),
    ]  # fmt: skip


class _Ways:
    """What a browser would send through each door; numbers and links are used once."""

    def __init__(self, tokens: list[str], tablet: str) -> None:
        self._tokens = tokens
        self._tablet = tablet
        self._left = iter(tokens)
        self._numbers = count(1)

    def form(self, browser: TestClient, address: str, entries: Fields) -> tuple[str, Fields]:
        return address, Rendered(browser.get(address).text).sent() | entries

    def personal(self, browser: TestClient) -> tuple[str, Fields]:
        return self.form(browser, f"/i/{next(self._left, self._tokens[0])}", OPINION)

    def draft(self, browser: TestClient) -> tuple[str, Fields]:
        address = f"/i/{self._tokens[-1]}"
        return f"{address}/draft", _unseen(browser, address) | OPINION

    def kiosk(self, browser: TestClient) -> tuple[str, Fields]:
        told = {"_survey": ["counter-kiosk"], "_id": [f"{next(self._numbers):032x}"], "_age": ["60"], "_took": ["9"]}
        browser.cookies.set(TABLET_COOKIE, self._tablet)
        return "/k/repair-east", _unseen(browser, "/k/repair-east") | told | {"csat": ["4"]}

    def call(self, browser: TestClient) -> tuple[str, Fields]:
        taken = browser.post("/call", data={"_csrf": field(browser.get("/call").text, "_csrf")})
        return self.form(browser, taken.headers["location"], OPINION)

    def outcome(self, browser: TestClient) -> tuple[str, Fields]:
        address, fields = self.call(browser)
        return f"{address}/outcome", {"_csrf": fields["_csrf"], "outcome": ["no_answer"]}

    def typing(self, browser: TestClient) -> tuple[str, Fields]:
        sheet = {"_batch": ["十一月"], "_sheet": [str(next(self._numbers))], "_day": [NOW.date().isoformat()]}
        typed = {f"k.{name}": value for name, value in OPINION.items()}
        full = _unseen(browser, "/typing/power-visit") | sheet | typed
        # Of closed questions left empty the page asks; it is told that the paper is so.
        asked = hidden(_post(browser, "/typing/power-visit", full))["_asked"]
        return "/typing/power-visit", full | {"_asked": [asked], "_left": ["1"]}

    def box(self, browser: TestClient) -> tuple[str, Fields]:
        letter = {"category": [category_code("建议")], "text": ["希望周末也能办业务"], "contact": ["13800001111"]}
        return "/box/east", _unseen(browser, "/box/east") | letter

    def case(self, browser: TestClient) -> tuple[str, Fields]:
        address = f"/case/{receipt(_post(browser, *self.box(browser)))}"
        return address, _unseen(browser, address) | {"text": ["昨天又排了一小时"]}

    def prize(self, browser: TestClient) -> tuple[str, Fields]:
        thanks = _post(browser, *self.form(browser, "/s/power-visit", OPINION))
        me = {"name": ["王芳"], "phone": [f"138{next(self._numbers):08d}"], "agree": ["1"]}
        return "/prize/power-visit", _listed(hidden(thanks)) | me

    def withdrawal(self, browser: TestClient) -> tuple[str, Fields]:
        thanks = _post(browser, *self.form(browser, "/s/power-visit", OPINION))
        return "/s/power-visit/withdraw", {"receipt": [receipt(thanks)]}

    def sign_in(self, browser: TestClient) -> tuple[str, Fields]:
        return "/login", _unseen(browser, "/login") | {"name": ["agent"], "password": ["guessed"]}


def _entries_of(survey: Survey) -> Fields:
    """The first example of each type, as it is entered; files are sent in another way."""
    entered: Fields = {}
    for question in survey.questions():
        if question.type not in ("file", "hidden", "statement"):
            entries = question.entered_from(EXAMPLES[question.type][0][1])
            entered |= {name: list(values) for name, values in entries.items()}
    return entered


def _unseen(browser: TestClient, address: str) -> Fields:
    """What the page at this address sends along unseen."""
    return _listed(hidden(browser.get(address).text))


def _listed(fields: dict[str, str]) -> Fields:
    return {name: [value] for name, value in fields.items()}


def _post(browser: TestClient, address: str, fields: Fields) -> str:
    return str(browser.post(address, data=fields).text)
