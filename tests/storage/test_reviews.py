"""Judgements of people: kept with who and when, before the model's, measured apart, and learned from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.corrections import apply_corrections, measured_accuracy, taught, to_label
from analysis.comments.organisation_analyser import TOPICS_SETTING, analyser_of, as_setting, own_topics
from analysis.frames import comment_frames, response_frame
from analysis.text.learning.local_learning import LEAST, learn_layer
from analysis.text.sentiment.local import LocalLayer
from analysis.text.topics.arrangement import OwnTopic
from surveys.comments import Aspect, Judgement, Sentiment
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.records.comments import Purpose, Review
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, press, words
from tests.support.usual_analyser import usual_analyser

__all__ = ["open_page"]  # a fixture

SURVEY = "power-visit"
MOMENT = datetime(2026, 5, 1, 8, tzinfo=UTC)


def given(store: Store, *comments: str, rated: bool = True) -> list[str]:
    """Responses with these comments, analysed; their ids."""
    now, beside = utc_now(), {"csat": 3} if rated else {}
    rows = [
        submission(n, answers=beside | {"comment": text}, received_on=local_day(now), received_at=now)
        for n, text in enumerate(comments)
    ]
    store.responses.append(rows)
    CommentBacklog(store, lambda _: analyser_of(store.organisation)).analyse_waiting()
    return [row.id for row in rows]


def review(response: str, sentiment: str, *aspects: str, purpose: Purpose = Purpose.CORRECTION) -> Review:
    judged = Sentiment(sentiment)
    found = tuple(Aspect(each, each, judged, 0, 2, "电费") for each in aspects)
    return Review(response, "comment", purpose, Judgement(judged, found), "boss", MOMENT)


@pytest.mark.dated
def test_the_last_judgement_wins_and_every_one_is_kept(published: Store) -> None:
    """With who and when; a withdrawn response takes its judgements along, and a later one is refused."""
    [response] = given(published, "电费太贵")
    for sentiment in ("positive", "neutral"):
        assert published.reviews.add(review(response, sentiment, "billing"))
    kept = list(published.reviews.of(SURVEY))
    assert [(each.judgement.sentiment, each.by, each.at) for each in kept] == [
        ("positive", "boss", MOMENT), ("neutral", "boss", MOMENT)
    ]  # fmt: skip
    survey = published.surveys.get(SURVEY).survey
    responses = response_frame(survey, published.responses.responses(SURVEY))
    comments, mentions = comment_frames(apply_corrections(published.findings.of(SURVEY), kept), responses)
    assert comments.iloc[0][["sentiment", "sure", "reviewed_by"]].tolist() == ["neutral", True, "boss"]
    assert mentions["aspect"].tolist() == ["billing"]
    published.responses.withdraw(SURVEY, response, date(2026, 11, 23))
    assert not list(published.reviews.of(SURVEY))
    assert not published.reviews.add(review(response, "positive"))


def test_accuracy_is_measured_on_the_random_sample_alone(published: Store) -> None:
    """Corrections, which people make where the model is wrong, do not count; the interval is Wilson's."""
    right, wrong, other = given(published, "服务很好，很满意", "抢修太慢了", "停电太久")
    reviews = [
        review(right, "positive", purpose=Purpose.SAMPLE),
        review(wrong, "positive", purpose=Purpose.SAMPLE),
        review(other, "positive"),
    ]
    measured = measured_accuracy(published.findings.of(SURVEY), reviews).sentiment
    assert (measured.value, measured.n) == (0.5, 2)
    assert measured.low == pytest.approx(0.0945, abs=1e-3) and measured.high == pytest.approx(0.9055, abs=1e-3)


def test_chance_chooses_what_is_judged_next(published: Store) -> None:
    """The same order every time, whatever the order of the findings, and nothing twice."""
    given(published, *(f"第 {n} 条意见" for n in range(8)))
    findings = list(published.findings.of(SURVEY))
    order = [each.response for each in to_label(findings, [])]
    assert order == [each.response for each in to_label(findings[::-1], [])] != [each.response for each in findings]
    assert order[1:] == [
        each.response for each in to_label(findings, [review(order[0], "positive", purpose=Purpose.SAMPLE)])
    ]


def test_the_sample_is_kept_out_of_what_is_taught(published: Store) -> None:
    """Otherwise the measured accuracy would flatter."""
    one, two = given(published, "班车太慢", "食堂不好吃")
    known = taught(
        published.findings.of(SURVEY), [review(one, "negative", "bus"), review(two, "negative", purpose=Purpose.SAMPLE)]
    )
    assert (known.texts, known.aspects) == (["班车太慢"], [frozenset({"bus"})])


# The layer that learns


def own_way(amount: int) -> tuple[list[str], list[frozenset[str]]]:
    """Comments in which 小蓝车 means the repair crew, which no list knows."""
    texts = [f"小蓝车第{n}次来得很快" if n % 2 else f"第{n}次去那里，人很多" for n in range(amount)]
    return texts, [frozenset({"repair"} if n % 2 else ()) for n in range(amount)]


def nothing_listed(amount: int) -> Sequence[frozenset[str]]:
    return [frozenset()] * amount


def test_a_layer_learns_what_the_list_does_not_know() -> None:
    """Measured on comments it has not seen, kept as text, and used by the analyser with the clause as evidence."""
    layer, measured = learn_layer(*own_way(4 * LEAST), nothing_listed(4 * LEAST))
    assert [(each.aspect, each.list_f1, each.is_better) for each in measured] == [("repair", 0.0, True)]
    assert measured[0].layer_f1 > 0.9
    plain = usual_analyser()
    taught_one = plain.with_layer(LocalLayer.from_json(layer.to_json()))
    text = "昨天晚上，小蓝车又来得很快"
    assert not plain.analyse([text])[0].aspects
    [aspect] = taught_one.analyse([text])[0].aspects
    assert (aspect.aspect, aspect.label, aspect.evidence) == ("repair", "抢修服务", "小蓝车又来得很快")
    assert text[aspect.start : aspect.end] == aspect.evidence
    assert taught_one.version != plain.version


def test_a_layer_that_is_no_better_is_not_used() -> None:
    """Where the list is right already, and where labels are chance."""
    texts, wanted = own_way(4 * LEAST)
    assert not learn_layer(texts, wanted, wanted)[0].models
    chance = [frozenset({"repair"} if (n * 7919) % 11 < 5 else ()) for n in range(len(texts))]
    assert not learn_layer(["意见"] * len(texts), chance, nothing_listed(len(texts)))[0].models


def test_too_few_corrections_teach_nothing() -> None:
    """Not even a measurement is made of them."""
    assert learn_layer(*own_way(2 * LEAST - 2), nothing_listed(2 * LEAST - 2))[1] == []


def test_own_topics_reach_the_analysis_in_the_background(published: Store) -> None:
    """Once they are saved, everything is analysed again with them."""
    given(published, "班车太慢了")
    worker = CommentBacklog(published, lambda _: analyser_of(published.organisation))
    assert worker.analyse_waiting() == 0
    topics = [OwnTopic("own:班车", "班车", ("班车",))]
    published.organisation.set(TOPICS_SETTING, as_setting(topics))
    assert own_topics(published.organisation.setting(TOPICS_SETTING)) == topics
    assert worker.analyse_waiting() == 1
    [finding] = published.findings.of(SURVEY)
    assert ("own:班车", "班车") in {(each.aspect, each.label) for each in finding.aspects}


# In the console


@pytest.fixture
def commented(published: Store) -> Store:
    given(add_accounts(published), "电费太贵了，找张建国师傅13812345678", *(["停电没有通知"] * 11))
    return published


def click(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if str(button.key).startswith(key)).click().run()


def test_a_reader_corrects_a_comment(commented: Store, open_page: Open) -> None:
    """Sentiment and aspects; the comment says who judged it, and the counts follow."""
    app = click(open_page(commented, "boss", "comments"), "correct ")
    app.radio[0].set_value("positive").run()
    next(box for box in app.multiselect if box.label == "提到的方面").set_value(["safety"]).run()
    press(app, "保存判断")
    assert "已记下您的判断" in words(app) and "已由 boss 判断" in words(app)
    [kept] = commented.reviews.of(SURVEY)
    assert (kept.judgement.sentiment, kept.by, kept.purpose) == ("positive", "boss", Purpose.CORRECTION)
    assert [each.aspect for each in kept.judgement.aspects] == ["safety"]


def test_personal_data_is_masked_until_it_is_asked_for(commented: Store, open_page: Open) -> None:
    """Names and numbers are covered at first; one switch shows them."""
    app = open_page(commented, "boss", "comments", period="all")
    assert "遮住个人信息（1 条" in words(app) and "13812345678" not in words(app)
    app.toggle(key="masking").set_value(False).run()
    assert "13812345678" in words(app)


def test_a_sample_is_judged_without_seeing_the_model(commented: Store, open_page: Open) -> None:
    """Nothing is chosen beforehand; two judgements give a figure with its interval."""
    app = open_page(commented, "boss", "teaching")
    assert "已判断 0 条" in words(app) and app.radio[0].value is None
    for _ in range(2):
        app.radio[0].set_value("negative").run()
        press(app, "保存判断")
    assert "已判断 2 条" in words(app) and "情感判断一致" in words(app)
    assert {each.purpose for each in commented.reviews.of(SURVEY)} == {Purpose.SAMPLE}


def test_own_words_show_at_once_what_they_catch(commented: Store, open_page: Open) -> None:
    """Before anything is saved; saving gives the topic to the analysis; without words it is given up."""
    app = open_page(commented, "boss", "teaching")
    app.text_input(key="topic label").set_value("师傅").run()
    app.text_area(key="topic words ").set_value("张建国\n贵").run()
    assert "抓住 1 / 12 条留言" in words(app) and "只有一个字的词" in words(app)
    press(app, "保存主题")
    assert own_topics(commented.organisation.setting(TOPICS_SETTING)) == [
        OwnTopic("own:师傅", "师傅", ("张建国", "贵"))
    ]
    app.selectbox(key="topic").set_value("own:师傅").run()
    app.text_area(key="topic words own:师傅").set_value("").run()
    press(app, "保存主题")
    assert own_topics(commented.organisation.setting(TOPICS_SETTING)) == []


def test_topics_are_merged_split_off_and_put_back(commented: Store, open_page: Open) -> None:
    """Each change can be taken back, and the audit trail says who made it; coverage is said."""
    app = open_page(commented, "boss", "teaching", tab="topics")
    assert "提到了至少一个主题" in words(app)
    app.selectbox(key="topic").set_value("price").run()
    app.selectbox(key="topic into price").set_value("billing").run()
    press(app, "保存主题")
    assert own_topics(commented.organisation.setting(TOPICS_SETTING)) == [OwnTopic("price", "价格感知", into="billing")]
    assert "price" not in analyser_of(commented.organisation).finder.labels
    app.selectbox(key="topic").set_value("").run()
    app.text_input(key="topic label").set_value("没通知").run()
    app.text_area(key="topic words ").set_value("没有通知").run()
    app.selectbox(key="topic out of ").set_value("information").run()
    press(app, "保存主题")
    assert "“价格感知”并入“电费账单”" in words(app) and "“没通知”从“信息告知”分出来" in words(app)
    press(app, "恢复到此前")  # the newest one stands first
    assert [each.code for each in own_topics(commented.organisation.setting(TOPICS_SETTING))] == ["price"]
    assert [each.account for each in commented.accounts.audit() if each.action == "change topics"] == ["boss"] * 3


def test_learning_says_what_it_learned_from(commented: Store, open_page: Open) -> None:
    """With too few corrections nothing changes, and nothing breaks."""
    app = open_page(commented, "boss", "teaching")
    press(app, "从更正中学习")
    assert "已从 0 条更正中学习" in words(app)
    assert analyser_of(commented.organisation).version == usual_analyser().version


def test_the_share_of_positives_is_re_estimated_beside_the_counted(published: Store, open_page: Open) -> None:
    """With interval and n, once there are comments enough."""
    given(add_accounts(published), *(["停电太久，没有通知"] * 80), *(["抢修很快，很满意"] * 40), rated=False)
    shown = words(open_page(published, "boss", "comments"))
    assert "直接数，正面占 33.3%（n=120）" in shown and "重新估计，占 3" in shown and "n=120）。模型" in shown


def test_ratings_beside_the_comments_tell_the_share(published: Store, open_page: Open) -> None:
    """In the place of the estimate, once a hundred authors have rated; all of them in the middle make one half."""
    given(add_accounts(published), *(["停电太久，没有通知"] * 80), *(["抢修很快，很满意"] * 40))
    shown = words(open_page(published, "boss", "comments"))
    assert "占 50.0%（95% 区间" in shown and "以评分为准" in shown and "重新估计" not in shown
