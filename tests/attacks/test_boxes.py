"""Opinion boxes attacked: guessed codes, hostile letters, foreign photos, photos seen by the wrong people."""

from __future__ import annotations

import re

import pytest

from surveys.accounts import Role
from surveys.boxes import Box
from surveys.storage import Store
from tests.front_door import add_account, be, hidden, receipt, visiting
from tests.test_boxes import BOX, LETTER, with_box, written
from tests.test_evidence import picture

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
    ["<script>alert(1)</script>", "{{ 7 * 7 }}{% raw %}", "'; DROP TABLE cases; --", "\u202e反了", "\0零", "字" * 2001,
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
        assert "<script>alert" not in page.text and "49" not in re.sub(r"[0-9A-Z]{4}-|\d{3,}", "", receipt(page.text))
    assert len(with_box.boxes.cases()) == (page.status_code == 200)
    assert all(len(each.text) <= 2000 for each in with_box.boxes.cases())


def test_what_the_form_does_not_ask_is_not_kept(with_box: Store) -> None:
    """A category there isn't, a state, a department, another form's photo."""
    with visiting(with_box) as browser:
        first = {**hidden(browser.get(BOX).text), "category": "c0"}
        back = browser.post(BOX, data=first, files={"photos": ("a.jpg", picture(), "image/jpeg")}).text
        [foreign] = re.findall(r'name="photos" value="([0-9a-f]{32})"', back)
        assert "请" in written(browser, {**LETTER, "category": "c9"})[1] and not with_box.boxes.cases()
        written(browser, {**LETTER, "photos": foreign, "state": "closed", "department": "service", "reply": "x"})
    [case] = with_box.boxes.cases()
    assert (case.department, case.state, case.reply) == ("repair", "received", "")
    assert with_box.boxes.photos(case.id) == []


def test_photos_are_seen_by_those_the_message_concerns(with_box: Store) -> None:
    """Not by strangers, not by another department's manager, not by staff."""
    head = add_account(with_box, "of repair", Role.MANAGER, ("repair",))
    other = add_account(with_box, "of service", Role.MANAGER, ("service",))
    staff = add_account(with_box, "staff", Role.STAFF, ("repair",))
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
        [key] = with_box.boxes.photos(with_box.boxes.cases()[0].id)
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
    assert not with_box.boxes.cases()


def test_programs_are_noted_and_slowed_down(with_box: Store) -> None:
    """The trap and haste are told to whoever reads it; a flood has to wait."""
    with visiting(with_box) as browser:
        written(browser, {**LETTER, "_more": "x"})
        assert with_box.boxes.cases()[0].flags == ("trap", "too_fast")
