"""One catalogue of business types: the templates take theirs from it, the console links to each type's follow-up."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from surveys.definition.context.business_types import CATALOGUE
from surveys.definition.context.fields import ContextField
from surveys.definition.templates import template
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import hidden, publish, receipt, visiting

__all__ = ["open_page"]
pytestmark = pytest.mark.dated

FOLLOW_UPS = ("new-connection", "capacity-change", "account-change", "site-change")


def types_of(survey: str) -> list[str]:
    [fact] = [each for each in template(survey).context if each.code == "biz"]
    return [option.code for option in fact.options]


def test_every_type_is_followed_up_by_one_template_and_any_by_that_of_work_orders() -> None:
    every = [each.code for each in CATALOGUE]
    assert len(set(every)) == 14 and types_of("work-order") == every
    assert sorted(code for survey in FOLLOW_UPS for code in types_of(survey)) == sorted(every)
    assert all(each.code in types_of(each.survey) for each in CATALOGUE)


def test_a_survey_that_the_catalogue_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(ValidationError, match="site-change"):
        ContextField.model_validate(
            {"code": "biz", "type": "choice", "label": "业务", "options": {"business_types": "nothing"}}
        )


def test_each_type_has_a_link_whose_answers_are_results_of_that_type(store: Store, open_page: Open) -> None:
    add_accounts(store)
    publish(store, "account-change")
    shown = words(open_page(store, "boss", "events"))
    assert "/s/account-change?biz=transfer" in shown and "双方身份证明" in shown and "发布“新装与增容办电评价”" in shown
    for n, code in enumerate(["transfer"] * 3 + ["close"] * 2):
        with visiting(store) as browser:
            address = f"/s/account-change?biz={code}"
            given = {"csat": "5" if code == "transfer" else "1"}
            assert receipt(browser.post(address, data={**hidden(browser.get(address).text), **given}).text), n
    wanted = {"survey": "account-change", "period": "all", "context.biz": "更名或过户"}
    chosen = words(open_page(store, "boss", "results", **wanted))
    assert "3 份答卷" in chosen
