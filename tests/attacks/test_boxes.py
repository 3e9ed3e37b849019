"""Opinion boxes attacked: guessed codes, hostile letters, foreign photos, photos seen by the wrong people."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette

from surveys.cases.case import MOST_REMARKS, Remarked, case_id
from surveys.cases.opinion_boxes import Box, category_code
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.cases.opinion_boxes import BoxPages
from surveys.web.protection.rate_limits import Limits
from tests.cases.test_boxes import BOX, LETTER, with_box, written
from tests.intake.test_evidence import picture
from tests.support.front_door import NOW, SECRET, Clock, TestClient, add_account, be, hidden, receipt, visiting

__all__ = ["with_box"]  # a fixture


def test_codes_can_not_be_guessed(with_box: Store) -> None:
    """Unknown codes are answered alike, whatever they look like, and after some of them everyone has to wait."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        wrong = [browser.get(f"/case/{code[:-1]}{letter}") for letter in "23456789" if letter != code[-1]]
        wrong += [browser.get(f"/case/{odd}") for odd in ("x", "%00", "A" * 3000, "'%20OR%201=1")]
        assert {each.status_code for each in wrong} == {404}
        assert len({each.text for each in wrong}) == 1
        for _ in range(20):
            last = browser.get("/case/2222-2222-2222")
        assert last.status_code == 429 and int(last.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{ 1234567 * 7654321 }}{% raw %}", "'; DROP TABLE cases; --",
     "\u202e反了", "\0零", "字" * 2001,
     "=HYPERLINK(1)", "\ud800"],
    ids=["script", "template", "sql", "right to left", "nul", "too long", "formula", "surrogate"],
)  # fmt: skip
def test_hostile_letters_are_letters(with_box: Store, text: str) -> None:
    """Kept as text or refused in words; never run, never an error."""
    with visiting(with_box) as browser:
        fields = {**hidden(browser.get(BOX).text), **LETTER}
        body = "&".join(f"{name}={value}" for name, value in fields.items() if name != "text").encode()
        raw = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        headers = {"content-type": "application/x-www-form-urlencoded"}
        page = browser.post(BOX, content=body + b"&text=" + raw.encode(), headers=headers)
        assert page.status_code in (200, 422)
        assert "<script>alert" not in page.text and str(1234567 * 7654321) not in page.text
    assert len(with_box.cases.all()) == (page.status_code == 200)
    assert all(len(each.text) <= 2000 for each in with_box.cases.all())


def test_what_the_form_does_not_ask_is_not_kept(with_box: Store) -> None:
    """A category there isn't, a state, a department, another form's photo."""
    with visiting(with_box) as browser:
        first = {**hidden(browser.get(BOX).text), "category": category_code("投诉")}
        back = browser.post(BOX, data=first, files={"photos": ("a.jpg", picture(), "image/jpeg")}).text
        [foreign] = re.findall(r'name="photos" value="([0-9a-f]{32})"', back)
        assert "请" in written(browser, {**LETTER, "category": "c9"})[1] and not with_box.cases.all()
        written(browser, {**LETTER, "photos": foreign, "state": "closed", "department": "service", "reply": "x"})
    [case] = with_box.cases.all()
    assert (case.department, case.state, case.reply) == ("repair", "received", "")
    assert with_box.cases.photos(case.id) == []


def test_photos_are_seen_by_those_the_message_concerns(with_box: Store) -> None:
    """Not by strangers, not by another department's manager, not by staff."""
    head = add_account(with_box, "of repair", Role.MANAGER, ("repair",))
    other = add_account(with_box, "of service", Role.MANAGER, ("service",))
    staff = add_account(with_box, "staff", Role.STAFF, ("repair",))
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
        [key] = with_box.cases.photos(with_box.cases.all()[0].id)
        assert browser.get(f"/evidence/{key}").status_code == 303
        for account, status in ((head, 200), (other, 403), (staff, 403)):
            be(browser, with_box, account)
            assert browser.get(f"/evidence/{key}").status_code == status


def test_a_token_of_another_box_opens_nothing(with_box: Store) -> None:
    """Nor one of a survey: the form comes back."""
    with_box.boxes.save(Box("west", "城西意见箱", "repair"), by="test")
    with visiting(with_box) as browser:
        for page in ("/box/west", "/s/power-visit"):
            fields = {**hidden(browser.get(page).text), **LETTER}
            assert browser.post(BOX, data=fields).status_code == 422
    assert not with_box.cases.all()


def test_programs_are_noted_and_slowed_down(with_box: Store) -> None:
    """The trap and haste are told to whoever reads it; a flood has to wait."""
    with visiting(with_box) as browser:
        written(browser, {**LETTER, "_more": "x"})
        assert with_box.cases.all()[0].flags == ("trap", "too_fast")
    app = Starlette(routes=BoxPages(with_box, SECRET, clock=Clock(), limits=Limits(now=lambda: 0.0)).routes())
    with TestClient(app, client=("203.0.113.9", 5000)) as program:
        form = hidden(program.get(BOX).text)
        sent = [program.post(BOX, data={**form, **LETTER}) for _ in range(700)]
    assert {each.status_code for each in sent} == {200, 429}
    assert "retry-after" in sent[-1].headers and "希望周末也能" in sent[-1].text


def test_guesses_do_not_race(with_box: Store) -> None:
    """Two hundred at once are no more tries than one after the other."""
    app = Starlette(routes=BoxPages(with_box, SECRET, clock=Clock()).routes())

    async def storm() -> list[int]:
        transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as program:
            answers = await asyncio.gather(*(program.get(f"/case/2222-2222-{n:04}") for n in range(2222, 2422)))
        return [each.status_code for each in answers]

    assert sorted(Counter(asyncio.run(storm())).items()) == [(404, 20), (429, 180)]


def test_the_database_alone_gives_no_code_away(with_box: Store) -> None:
    """Neither in it nor to be tried out on it: what it keeps is keyed with the installation's secret."""
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
    with_box.close()
    kept = b"".join(path.read_bytes() for path in with_box.path.parent.glob(f"{with_box.path.name}*"))
    assert code.encode() not in kept and code.replace("-", "").encode() not in kept
    assert case_id(code, SECRET).encode() in kept
    assert case_id(code, b"another secret") != case_id(code, SECRET)


def test_remarks_are_only_taken_from_the_page_of_their_case(with_box: Store) -> None:
    """Not without its token, not with another case's, not of a code there is not."""
    with visiting(with_box) as browser:
        mine, other = receipt(written(browser)[1]), receipt(written(browser)[1])
        assert mine != other
        token = hidden(browser.get(f"/case/{other}").text)["_token"]
        for forged in ("", "x", token, token[:-1] + "A", token * 100, "é"):
            answer = browser.post(f"/case/{mine}", data={"_token": forged, "text": "不是我写的"})
            assert answer.status_code == 422 and "不是我写的" in answer.text
        assert browser.post("/case/2222-2222-2222", data={"_token": token, "text": "x"}).status_code == 404
    assert not any(each.remarks for each in with_box.cases.all())


def test_remarks_at_once_do_not_pass_the_limit(with_box: Store) -> None:
    with visiting(with_box) as browser:
        written(browser)
    [case] = with_box.cases.all()
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda n: with_box.cases.remark(case.id, f"k{n}", "x", NOW), range(60)))
    assert outcomes.count(Remarked.KEPT) == MOST_REMARKS == len(with_box.cases.remarks(case.id))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "</textarea><b>", "\0", "\u202e反", "'; --"]
)
def test_hostile_remarks_are_text(with_box: Store, text: str) -> None:
    with visiting(with_box) as browser:
        code = receipt(written(browser)[1])
        form = hidden(browser.get(f"/case/{code}").text)
        for letter in (text, text * 2000):
            answer = browser.post(f"/case/{code}", data={**form, "text": letter})
            assert answer.status_code in (303, 422)
            page = answer.text + browser.get(f"/case/{code}").text
            assert "<script>alert" not in page and "</textarea><b>" not in page
        assert "script-src" not in browser.get(f"/case/{code}").headers["content-security-policy"]


def test_posters_of_boxes_are_for_those_who_hang_them_up(with_box: Store) -> None:
    """A manager's own; nobody without a sign-in, no staff."""
    people = [
        (add_account(with_box, "own", Role.MANAGER, ("repair",)), 200),
        (add_account(with_box, "maker", Role.DESIGNER), 200),
        (add_account(with_box, "other", Role.MANAGER, ("service",)), 403),
        (add_account(with_box, "hand", Role.STAFF), 403),
    ]
    with visiting(with_box) as browser:
        assert browser.get(f"{BOX}/poster").status_code == 303
        for account, status in people:
            be(browser, with_box, account)
            answer = browser.get(f"{BOX}/poster")
            assert answer.status_code == status and ("https://ask.example/box/east" in answer.text) == (status == 200)
        be(browser, with_box, people[1][0])
        assert browser.get("/box/nowhere/poster").status_code == 404
