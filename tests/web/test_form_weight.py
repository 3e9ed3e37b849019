"""What a first visit costs: every byte of every template's form, on the wire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surveys.cases.case import CaseState
from surveys.cases.opinion_boxes import Box, category_code
from surveys.definition.templates import template
from surveys.fieldwork.protection import Protection
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import NOW, add_account, be, hidden, publish, receipt, visiting
from tests.support.tasks import a_task, give

LIMIT = 15 * 1024
CODES = sorted(path.stem for path in (Path(__file__).parents[2] / "survey_templates").glob("*.yaml"))


@pytest.mark.parametrize("code", CODES)
def test_the_first_visit_fits_in_15_kilobytes(store: Store, code: str) -> None:
    """Headers and compressed page together; the page asks for nothing else."""
    publish(store, template(code).code)
    store.protections.set(code, Protection(puzzle=True), by="test")
    wu = add_account(store, "wu", Role.STAFF)
    with visiting(store) as browser:
        be(browser, store, wu)
        address = f"/s/{code}"
        if by_task_alone(template(code)):
            task = a_task(code, wu.id, relation="reviewer", due_on=local_day(NOW))
            give(store, task)
            address = f"/t/{task.id}"
        with browser.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
            body = b"".join(answer.iter_raw())
            head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        page = browser.get(address).text
    assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip"
    assert head + len(body) <= LIMIT, f"{code}: {head} + {len(body)} bytes"
    loads = re.findall(r"""(?:src|srcset|<link[^>]* href)="?([^" >]+)|url\(([^)]+)|@import""", page)
    assert all((address or in_sheet.strip('"')).startswith("data:") for address, in_sheet in loads)


def test_a_box_and_its_case_fit_in_15_kilobytes(published: Store) -> None:
    """The form, and the page of a long message with a long answer and a remark."""
    published.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    text = "".join(chr(0x4E00 + number) for number in range(2000))
    with visiting(published) as browser:
        fields = {**hidden(browser.get("/box/east").text), "category": category_code("建议"), "text": text}
        code = receipt(browser.post("/box/east", data=fields).text)
        [case] = published.cases.all()
        published.cases.answer(case, CaseState.ANSWERED, "已办。" * 600, local_day(NOW), by="test")
        published.cases.remark(case.id, "k", "再说一次", NOW)
        for address in ("/box/east", f"/case/{code}"):
            with browser.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
                body = b"".join(answer.iter_raw())
                head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
            assert answer.status_code == 200 and head + len(body) <= LIMIT, f"{address}: {head} + {len(body)} bytes"


def test_who_takes_no_compressed_pages_gets_a_plain_one(published: Store) -> None:
    with visiting(published) as browser:
        answer = browser.get("/s/power-visit", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in answer.headers and "供电服务回访" in answer.text
