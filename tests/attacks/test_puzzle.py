"""The puzzle of an open form: solved by work or by a sum, good for one answer of one survey, asked of nobody known."""

from __future__ import annotations

import itertools
import re

import pytest

from surveys.fieldwork.protection import Protection
from surveys.storage import Store
from surveys.web.protection.proof_of_work import Puzzle
from surveys.web.protection.signing import FormToken
from tests.support.front_door import NOW, SECRET, Clock, heading, hidden, publish, visiting

FORM = "/s/power-visit"


def work(puzzle: Puzzle) -> str:
    """What a browser finds by trying."""
    return next(str(number) for number in itertools.count() if puzzle.solved({"_work": [str(number)]}))


def puzzle_on(html: str, survey: str = "power-visit") -> Puzzle:
    """The puzzle that a page shows, as the server knows it."""
    token = FormToken.read(SECRET, survey, hidden(html)["_token"])
    assert token is not None
    return Puzzle.of(SECRET, survey, token)


@pytest.fixture
def guarded(published: Store) -> Store:
    published.protections.set("power-visit", Protection(puzzle=True), by="test")
    return published


def test_a_form_is_taken_with_work_done_or_a_sum_worked_out(guarded: Store) -> None:
    """Either is enough; digits may be full width."""
    with visiting(guarded) as browser:
        for solution in ("work", "sum", "wide sum"):
            page = browser.get(FORM).text
            puzzle = puzzle_on(page)
            total = str(puzzle.first + puzzle.second)
            wide = total.translate({ord("0") + digit: ord("\uff10") + digit for digit in range(10)})
            field = {"work": {"_work": work(puzzle)}, "sum": {"_sum": total}, "wide sum": {"_sum": f" {wide} "}}[
                solution
            ]
            assert heading(browser.post(FORM, data={**hidden(page), "csat": "4", **field}).text) == "感谢您的评价"
    assert guarded.responses.amount("power-visit") == 3


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"_sum": ""},
        {"_sum": "1"},
        {"_work": "x"},
        {"_work": "-1"},
        {"_work": "9" * 400},
        {"_work": "٣"},
        {"_sum": "\0"},
    ],
)
def test_without_a_solution_nothing_is_kept_and_nothing_lost(guarded: Store, fields: dict[str, str]) -> None:
    """The form comes back with what was entered, and says what is missing."""
    with visiting(guarded) as browser:
        page = browser.get(FORM).text
        answer = browser.post(FORM, data={**hidden(page), "csat": "4", "comment": "还不错", **fields})
    assert answer.status_code == 422 and "算出那道加法" in answer.text and "还不错" in answer.text
    assert 'value="4" checked' in answer.text or re.search(r'value="4"[^>]* checked', answer.text)
    assert guarded.responses.amount("power-visit") == 0


def test_a_solution_is_good_for_one_answer(guarded: Store) -> None:
    """Sent again it is the same answer; with another form's token, or another survey's, it solves nothing."""
    publish(guarded, "key-account")
    guarded.protections.set("key-account", Protection(puzzle=True), by="test")
    with visiting(guarded) as browser:
        first, second = (browser.get(FORM).text for _ in range(2))
        solved = {"_work": work(puzzle_on(first))}
        sent = [browser.post(FORM, data={**hidden(first), "csat": "4", **solved}) for _ in range(3)]
        other = browser.post(FORM, data={**hidden(second), "csat": "1", **solved})
        moved = browser.post("/s/key-account", data={**hidden(first), "csat": "4", **solved})
    assert [each.status_code for each in sent] == [200] * 3
    assert other.status_code == 422 and moved.status_code == 422
    assert guarded.responses.amount("power-visit") == 1 and guarded.responses.amount("key-account") == 0


def test_a_solution_is_as_old_as_its_form(guarded: Store) -> None:
    """After a week the form is stale, and so is the work."""
    clock = Clock()
    with visiting(guarded, clock) as browser:
        page = browser.get(FORM).text
        clock.passes(days=8)
        answer = browser.post(FORM, data={**hidden(page), "csat": "4", "_work": work(puzzle_on(page))})
    assert answer.status_code == 422 and guarded.responses.amount("power-visit") == 0


def test_a_made_up_task_helps_nobody(guarded: Store) -> None:
    """The task is the form's token, which the server signs; what else is sent of it is not read."""
    easy = Puzzle("0" * 32, 11, 2)
    with visiting(guarded) as browser:
        page = browser.get(FORM).text
        fields = {**hidden(page), "csat": "4", "_work": work(easy), "task": easy.task, "bits": "0"}
        if puzzle_on(page).solved({"_work": [fields["_work"]]}):  # one in 33,000
            pytest.skip("the made-up solution happens to fit")
        assert browser.post(FORM, data=fields).status_code == 422


def test_it_is_asked_only_where_it_is_turned_on(published: Store) -> None:
    with visiting(published) as browser:
        assert "data-bits" not in browser.get(FORM).text


def test_one_puzzle_differs_from_the_next() -> None:
    """And from the same form's puzzle under another secret."""
    token = FormToken.new(1, NOW)
    puzzles = {Puzzle.of(SECRET, "a", FormToken.new(1, NOW)) for _ in range(50)}
    assert len(puzzles) == 50 and len({(each.first, each.second) for each in puzzles}) > 20
    assert len({Puzzle.of(secret, survey, token) for secret in (b"1", b"2") for survey in "ab"}) == 4
