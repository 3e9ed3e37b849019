"""The organisation chooses its industries: comments are analysed by their topics, and pages show them."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect

from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.organisation_analyser import (
    INDUSTRIES_SETTING,
    TOPICS_SETTING,
    analyser_of,
    as_setting,
    chosen_industries,
    industries_as_setting,
    without_layer,
)
from analysis.text import Analyser
from analysis.text.topics.arrangement import OwnTopic
from analysis.text.topics.industries import USUAL_INDUSTRY, industries, topics_of
from surveys.organisation.responsibilities import RESPONSIBILITIES, owners
from surveys.permissions import Action, Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words, words_of_errors
from tests.support.usual_analyser import usual_analyser

__all__ = ["open_page"]  # a fixture

PAIRS = list(combinations(industries(), 2))


def choose(store: Store, *names: str) -> None:
    store.organisation.set(INDUSTRIES_SETTING, industries_as_setting(names))


@pytest.mark.parametrize("name", industries())
def test_every_industry_can_be_chosen(store: Store, name: str) -> None:
    """Alone, each knows exactly the topics of its file under their labels."""
    choose(store, name)
    found = analyser_of(store.organisation)
    assert sorted(found.finder.labels.values()) == sorted(topic.label for topic in Analyser.load(name).finder.topics)
    assert (found.version == usual_analyser().version) is (name == USUAL_INDUSTRY)
    assert without_layer(store.organisation).version == found.version


@pytest.mark.parametrize("names", PAIRS, ids=lambda names: "-".join(names))
def test_one_code_means_one_thing_whatever_is_chosen_with_it(names: tuple[str, str]) -> None:
    """Safety at home and safe money are two topics; courtesy is one, with the wordings of both."""
    alone = {topic.code: topic for name in names for topic in topics_of([name])}
    together = topics_of(names)
    assert len({topic.label for topic in together}) == len(together) == len({topic.code for topic in together})
    assert {topic.code: topic.label for topic in together} == {code: topic.label for code, topic in alone.items()}
    for topic in together:
        assert {*alone[topic.code].terms} <= {*topic.terms}
    assert {topic.code for topic in topics_of(names[::-1])} == {topic.code for topic in together}


def test_nothing_chosen_is_what_it_was() -> None:
    assert chosen_industries(None) == chosen_industries("[]") == (USUAL_INDUSTRY,)
    assert chosen_industries(json.dumps(["no longer there"])) == (USUAL_INDUSTRY,)
    assert [topic.code for topic in topics_of([USUAL_INDUSTRY])] == [
        topic.code for topic in usual_analyser().finder.topics
    ]


def test_own_words_are_added_to_the_topics_of_the_industries_chosen(store: Store) -> None:
    choose(store, "bank", "property")
    store.organisation.set(TOPICS_SETTING, as_setting([OwnTopic("waiting", "排队等候", ("取号机坏",))]))
    [found] = analyser_of(store.organisation).analyse(["取号机坏了，保洁也不打扫楼道"])
    labels = {aspect.label for aspect in found.aspects}
    assert "排队等候" in labels and len(labels) > 1


def test_a_choice_has_everything_analysed_again_in_the_background(published: Store) -> None:
    """Findings of the bank are there once the worker has been round; back again, those of power supply."""
    published.responses.append([submission(1, answers={"csat": 2, "comment": "排队等候太久，取款机又吞卡"})])
    worker = CommentBacklog(published, lambda _: analyser_of(published.organisation))

    def labels() -> set[str]:
        worker.analyse_waiting()
        [finding] = published.findings.of("power-visit")
        return {each.label for each in finding.aspects}

    before = labels()
    choose(published, "bank")
    assert {"排队等候", "自助设备"} <= labels()
    choose(published, USUAL_INDUSTRY)
    assert labels() == before


# In the console


def test_the_administrator_chooses_industries(store: Store, open_page: Open) -> None:
    """The topics named then are those of the choice, on the settings and among responsibilities; it is audited."""
    add_accounts(store)
    store.organisation.set(RESPONSIBILITIES, json.dumps({"reliability": "repair"}))
    app = open_page(store, "boss", "settings", tab="industries")
    assert "供电可靠性" in words(app)
    app.button(key="save industries").click().run()
    assert "没有改动" in words_of_errors(app)
    _chooser(app).set_value([])
    app.button(key="save industries").click().run()
    assert "至少选择一个行业" in words_of_errors(app)
    _chooser(app).set_value(["bank", "property"])
    app.button(key="save industries").click().run()
    assert not app.exception and not app.error and "排队等候" in words(app) and "供电可靠性" not in words(app)
    assert chosen_industries(store.organisation.setting(INDUSTRIES_SETTING)) == ("bank", "property")
    [entry] = [each for each in store.accounts.audit() if each.action == "set industries"]
    assert (entry.account, entry.detail) == ("boss", "bank, property")

    owning = open_page(store, "boss", "organisation", tab="responsibilities")
    field = next(each for each in owning.multiselect if str(each.key).startswith("owned "))
    assert {"排队等候", "安保秩序", "资金安全"} <= set(field.options) and "供电可靠性" not in field.options
    field.set_value(["waiting"])
    owning.button(key="save responsibilities").click().run()
    assert not owning.error and not owning.exception
    kept = owners(store.organisation.setting(RESPONSIBILITIES))
    assert "waiting" in kept and kept["reliability"] == "repair", "a topic put aside keeps its department"


def test_of_two_administrators_the_second_is_told(store: Store, open_page: Open) -> None:
    """What the other chose is shown; nothing is overwritten unsaid."""
    add_accounts(store)
    app = open_page(store, "boss", "settings", tab="industries")
    choose(store, "hotel")
    _chooser(app).set_value(["bank"])
    app.button(key="save industries").click().run()
    assert chosen_industries(store.organisation.setting(INDUSTRIES_SETTING)) == ("hotel",)
    assert "酒店" in words(app) + words_of_errors(app)
    app.button(key="save industries").click().run()
    assert chosen_industries(store.organisation.setting(INDUSTRIES_SETTING)) == ("bank",)


def test_in_english_industries_and_topics_are_named_in_english(store: Store, open_page: Open) -> None:
    add_accounts(store)
    choose(store, "insurance")
    shown = words(open_page(store, "boss", "settings", tab="industries", lang="en"))
    assert "Insurance" in shown and "comments are analysed by" in shown.lower()


def test_others_do_not_get_there(store: Store, open_page: Open) -> None:
    add_accounts(store)
    for role in set(Role) - {Role.ADMIN}:
        assert Action.CHANGE_SETTINGS not in role.grants
    app = open_page(store, "maker", "settings", tab="industries")
    assert not [each for each in app.multiselect if each.label == "行业"]


def _chooser(app: AppTest) -> Multiselect:
    return next(each for each in app.multiselect if each.label == "行业")
