"""Sentiment adapts to each survey once there are comments enough, and stays as it was learned until people ask."""

from __future__ import annotations

import json

import pytest

from analysis.comments.adaptation import Adapting, learn_from, unlearn
from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.organisation_analyser import analyser_of, survey_analyser
from analysis.text.segmentation import ngrams
from analysis.text.sentiment.adapted import AdaptedTable
from surveys.storage import Store
from surveys.storage.records.comments import Adaptation
from tests.conftest import submission
from tests.text.test_adaptation import GOOD, comments

pytestmark = pytest.mark.dated
CODE = "power-visit"


def given(store: Store, texts: list[str], since: int = 0) -> None:
    store.responses.append(
        [submission(since + n, answers={"csat": 1 + 4 * (n % 2), "comment": text}) for n, text in enumerate(texts)]
    )


def analysed(store: Store, adapting: Adapting | None = None) -> int:
    """How many findings the worker made until nothing waited."""
    adapt = (adapting or Adapting(store)).adapt_when_due
    worker = CommentBacklog(store, lambda code: survey_analyser(store, code), adapt=adapt)
    amounts = []
    while not amounts or amounts[-1] or len(amounts) < 3:
        amounts.append(worker.analyse_waiting())
    return sum(amounts)


def kept(store: Store) -> Adaptation:
    found = store.adaptations.of(CODE)
    assert found is not None
    return found


def test_a_survey_is_adapted_to_once_and_read_anew(published: Store) -> None:
    """From enough comments; all are then judged alike, and later ones as the first were."""
    given(published, comments(160))
    assert analysed(published) == 320
    first, version = kept(published), survey_analyser(published, CODE).version
    assert (first.number, first.comments) == (1, 160) and version != analyser_of(published.organisation).version
    given(published, comments(300), since=1000)
    assert analysed(published) == 300 and kept(published) == first
    assert {finding.model for finding in published.findings.of(CODE)} == {version}


def test_too_few_are_read_as_everywhere(published: Store) -> None:
    """Also many without content: these are not gone through again with every answer."""
    given(published, comments(100) + ["无"] * 60)
    adapting = Adapting(published)
    assert analysed(published, adapting) == 160 and published.adaptations.of(CODE) is None
    given(published, comments(10), since=1000)
    record = published.surveys.get(CODE)
    assert record is not None and not adapting.adapt_when_due(record, 170)
    given(published, comments(100), since=2000)
    assert analysed(published, adapting) > 110 and kept(published).number == 1


def test_people_may_have_it_learned_anew_or_given_up(published: Store) -> None:
    """What others have changed meanwhile is not overwritten; given up, it is not learned again by itself."""
    given(published, comments(160))
    analysed(published)
    record, first = published.surveys.get(CODE), kept(published)
    assert record is not None and learn_from(published, record, first, by="boss")
    assert kept(published).number == 2 and not learn_from(published, record, first, by="other")
    assert unlearn(published, kept(published), by="boss") and not unlearn(published, first, by="other")
    assert analysed(published) == 160 and kept(published).learned is None
    assert survey_analyser(published, CODE).version == analyser_of(published.organisation).version
    said = [(line.account, line.action) for line in published.accounts.audit(10)]
    assert {("boss", "learn sentiment"), ("boss", "forget sentiment")} <= set(said)


def test_an_anonymous_survey_teaches_nothing_that_few_have_written(published: Store) -> None:
    """An n-gram of fewer people than must have written before comments are read is in no table that is kept."""
    record = published.surveys.get(CODE)
    assert record is not None
    published.surveys.save_draft(record.survey.model_copy(update={"anonymous": True}), "service", by="test")
    published.surveys.publish(CODE, by="test")
    given(published, comments(200))
    given(published, [f"{text}，我是饕餮铺老板" for text in comments(9)], since=1000)
    record = published.surveys.get(CODE)
    assert record is not None and learn_from(published, record, None)
    table = AdaptedTable.from_bytes(kept(published).learned or b"")
    grams = {ngrams.gram_of(key) for key in table.own.keys.tolist()}
    assert GOOD in grams and not any(set("饕餮铺老板") & set(gram) for gram in grams)
    assert "饕餮" not in json.dumps([table.telling(1000)], ensure_ascii=False)
