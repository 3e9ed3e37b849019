"""Best-worst sets: designs are balanced and stay as they are; answers name sets that mean the same in every version."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from surveys.definition.questions import BestWorst, NotAcceptable
from surveys.definition.questions.balanced_sets import balanced_sets, sensible_sets, sensible_size
from surveys.definition.routing import course, is_shuffled
from surveys.definition.survey import Survey


def asked(items: int, **settings: Any) -> BestWorst:
    options = [{"code": f"i{n}", "label": f"项目{n}"} for n in range(items)]
    return BestWorst.model_validate({"code": "q", "title": "题目", "options": options, **settings})


def met(items: int, sets: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """How often each pair stands in a set; on the diagonal how often each item is shown."""
    shown = np.array([[item in each for item in range(items)] for each in sets], dtype=int)
    return shown.T @ shown


@pytest.mark.parametrize("items", range(4, 25))
def test_every_item_is_shown_as_often_as_any_other_or_once_more(items: int) -> None:
    """Three times or more, each set with different items, and pairs as evenly as exchanges can make it."""
    size = min(sensible_size(items), items - 1)
    [sets] = balanced_sets(items, size, sensible_sets(items, size))
    pairs = met(items, sets)
    shown = np.diag(pairs)
    assert shown.min() >= 3 and np.ptp(shown) <= (0 if items <= 16 else 1)
    assert all(len(set(each)) == size for each in sets) and len(sets) <= 18
    assert np.ptp(pairs[np.triu_indices(items, 1)]) <= 2


@pytest.mark.parametrize(("items", "size", "together"), [(4, 3, 2), (7, 3, 1), (13, 4, 1), (21, 5, 1)])
def test_where_there_is_a_balanced_incomplete_block_design_it_is_found(items: int, size: int, together: int) -> None:
    """Every pair meets equally often, and every item stands once in every place."""
    [sets] = balanced_sets(items, size, items)
    assert set(met(items, sets)[np.triu_indices(items, 1)]) == {together}
    assert all(sorted(place) == list(range(items)) for place in zip(*sets, strict=True))


def test_designs_stay_as_they_are() -> None:
    """Answers that are kept name their sets: another way to make designs would put other items into them."""
    every = [balanced_sets(items, 3, sets, 3) for items, sets in ((4, 4), (7, 7), (8, 8), (9, 10), (12, 9))]
    assert hashlib.sha256(repr(every).encode()).hexdigest()[:16] == "dfb733a8ceffa55b"


def test_a_set_has_the_same_code_wherever_it_stands() -> None:
    """Items in another order, or an item more: what was answered of the same items is the same column."""
    one, turned = asked(7), asked(7)
    turned = BestWorst.model_validate(turned.model_dump() | {"options": one.options[::-1]})
    of = {each.code: set(each.items) for each in one.every_set()}
    assert len(of) == 7
    for each in (*turned.every_set(), *asked(8, per_set=3).every_set()):
        assert each.code not in of or of[each.code] == set(each.items)


def test_versions_are_drawn_by_chance_and_told_by_the_answer() -> None:
    """Each seed gives one of them; together they balance pairs; the whole answer of one version is complete."""
    question = asked(8, per_set=4, versions=4, required=True)
    drawn = {question.for_respondent(str(seed)).shown_sets() for seed in range(60)}
    assert drawn == set(question.design()) and len(drawn) == 4
    for version in drawn:
        answer = {each.code: {"best": each.items[0], "worst": each.items[1]} for each in version}
        assert question.check(question.entered_from(answer)) == answer
        left = {code: chosen for code, chosen in answer.items() if code != version[-1].code}
        with pytest.raises(NotAcceptable, match="还有 1 组没有作答"):
            question.check(question.entered_from(left))
    one, several = (np.ptp(sum(met(8, version) for version in balanced_sets(8, 4, 6, n))[np.triu_indices(8, 1)]) / n
                    for n in (1, 4))  # fmt: skip
    assert several < one


def test_a_form_shows_the_version_of_its_seed() -> None:
    survey = Survey.model_validate({
        "code": "one", "title": "问卷", "use": "试",
        "sections": [{"questions": [asked(8, versions=4).model_dump(mode="json", exclude_none=True)]}],
    })  # fmt: skip
    assert is_shuffled(survey)
    shown = {next(iter(course(survey, {}, {}, seed=str(n)).questions())).shown_sets() for n in range(40)}
    assert len(shown) == 4


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"best": "i0"}, "还要选“最不看重”的一项"),
        ({"worst": "i0"}, "还要选“最看重”的一项"),
        ({"best": "i0", "worst": "i0"}, "不能选同一项"),
        ({"best": "i0", "worst": "i6"}, "列出的选项"),
    ],
)
def test_half_a_set_is_told_with_its_number(chosen: dict[str, str], message: str) -> None:
    question = asked(7)
    group = next(each for each in question.shown_sets() if "i0" in each.items and "i6" not in each.items)
    entered = {question.field(group, side): [code] for side, code in chosen.items()}
    with pytest.raises(NotAcceptable, match=message):
        question.check(entered)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"per_set": 4}, "make it smaller"), ({"per_set": 3, "sets": 2}, "add sets")],
)
def test_settings_that_compare_too_little_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        asked(4, **settings)


def test_an_item_with_a_condition_is_refused() -> None:
    options = [{"code": f"i{n}", "label": "项"} for n in range(4)]
    options[0]["show_if"] = {"link": "a", "value": "1"}  # type: ignore[assignment]
    with pytest.raises(ValueError, match="take show_if away"):
        BestWorst.model_validate({"code": "q", "title": "题", "options": options})
