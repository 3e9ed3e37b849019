"""Comments in another language: said not to be judged, left out of every n, and their small words out of the cloud."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from analysis.command_line import main
from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.corrections import apply_corrections, measured_accuracy, to_label
from analysis.comments.opinions import (
    LEAST_FOR_ESTIMATE,
    estimated_positives,
    not_judged,
    sentiment_shares,
    with_content,
)
from analysis.frames import comment_frames, response_frame
from analysis.text import Analyser
from analysis.text.topics.themes import term_frequencies, uncovered_terms
from analysis.text.topics.topics import Topic
from surveys.comments import Judgement, Sentiment
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.records.comments import Purpose, Review
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.usual_analyser import usual_analyser

__all__ = ["open_page"]  # a fixture

FOREIGN = [
    "I came on Monday", "the voltage of the house",
    "スタッフは親切でした", "対応が早い", "ありがとう", "係員の対応は丁寧", "ﾄﾃﾓ ﾖｶｯﾀ",
    "親切な対応をありがとうございました。感謝。",
    "친절해요", "персонал очень вежливый", "nhân viên rất nhiệt tình", "fuwu hen hao", "fúwù hěn hǎo", "henhao",
    "บริการดีมาก", "الخدمة ممتازة", "Très bon service, merci", "Bonjour, tout va bien", "dianfei tai gui le",
    "གློག་མེད", "توك پات-پات ئۈزۈلۈپ قالىدۇ", "see https://example.com/power?the=1 for details",
]  # fmt: skip
JUDGED = [
    ("服務態度很差，等了兩個小時", "negative"), ("師傅好有耐心，唔該晒", "positive"),
    ("APP老是crash，体验很bad", "negative"),
    ("service很nice，给个赞", "positive"), ("WiFi太慢", "negative"),
    ("网点环境nice，工作人员很professional，点赞", "positive"),
    ("OK", "positive"), ("very good", "positive"), ("so bad", "negative"), ("👍👍👍", "positive"), ("👎", "negative"),
    ("超好の服务", "positive"),
    ("用iPhone 15 Pro Max打不开app，太差了", "negative"), ("服务好ヾ(≧▽≦*)o", "positive"),
]  # fmt: skip
ENGLISH = [
    ("staff is very kind", "positive", "praise"), ("The staff was rude and slow!", "negative", "complaint"),
    ("not good", "negative", "complaint"), ("Not satisfied at all", "negative", "complaint"),
    ("thank you", "positive", "praise"), ("Great!", "positive", "praise"), ("No complaints", "positive", "praise"),
    ("It is not bad", "positive", "praise"), ("They never solved my problem", "negative", "complaint"),
    ("good but slow, and the app is bad", "negative", "complaint"),
    ("Although the queue was long, staff were very helpful", "positive", "praise"),
    ("The staff was friendly, but the app crashes all the time", "negative", "complaint"),
    ("Power cuts every week, unacceptable", "negative", "complaint"),
    ("no power for two days", "negative", "complaint"),
    ("ＳＴＡＦＦ　ＩＳ　ＶＥＲＹ　ＫＩＮＤ", "positive", "praise"), ("<p>The staff is kind</p>", "positive", "praise"),
    ("Please add more windows", "neutral", "suggestion"), ("Where is the office?", "neutral", "question"),
    ("I would like to change my address", "neutral", "suggestion"),
    ("The staff at 国家电网 were very kind and helpful", "positive", "praise"),
    ("你好, the staff was rude to me", "negative", "complaint"),
    ("好 the staff is kind and nice", "positive", "praise"),
]  # fmt: skip
PARTLY = [
    ("The service is great 但是停电太多", "negative"), ("服务很好，スタッフは親切でした", "positive"),
    ("服务很差 친절해요", "negative"),
    ("工作人员态度很好. The staff were friendly and the process was smooth, thank you so much", "positive"),
    ("谢谢师傅! The staff were very kind and helpful", "positive"), ("态度恶劣 персонал очень вежливый", "negative"),
    ('<p style="color:red">服务<b>不好</b></p>&nbsp;<br/>', "negative"),
    ("见https://www.95598.cn/a?b=c，网站打不开", "negative"),
    ("邮箱 good.service@example.com 回复太慢", "negative"), ("<script>var good = 1</script>态度很差", "negative"),
]  # fmt: skip


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


@pytest.mark.parametrize("text", FOREIGN)
def test_a_comment_in_another_language_is_not_judged(analyser: Analyser, text: str) -> None:
    """Neither praise nor blame, no words that moved a score, no aspect; nothing to look at either."""
    found = analyser.analyse([text])[0]
    assert (found.kind, found.sentiment, found.score, found.sure) == ("other_language", "neutral", 0.5, True)
    assert (found.text, found.words, found.aspects) == (text, (), ())


@pytest.mark.parametrize(("text", "sentiment", "kind"), ENGLISH)
def test_english_is_judged_where_its_words_are_known(
    analyser: Analyser, text: str, sentiment: str, kind: str
) -> None:
    """Denied, conceded, contrasted, wished and asked as well; the words that say it stand where they are said."""
    found = analyser.analyse([text])[0]
    assert (found.sentiment, found.kind) == (sentiment, kind)
    assert all(text[each.start : each.end] == each.word for each in found.words)
    assert (found.score > 0.5) == (sentiment == "positive")


def test_parts_in_two_languages_that_are_at_odds_are_not_sure(analyser: Analyser) -> None:
    """The Chinese part decides, and a person should look."""
    agreed, at_odds = analyser.analyse(["态度恶劣 the staff was very rude", "态度恶劣 the engineer was very kind"])
    assert (agreed.sentiment, at_odds.sentiment) == ("negative", "negative")
    assert agreed.sure and not at_odds.sure


@pytest.mark.parametrize(("text", "sentiment"), JUDGED)
def test_chinese_is_judged_as_before(analyser: Analyser, text: str, sentiment: str) -> None:
    """Traditional characters, Cantonese, the foreign words that stand in Chinese, signs and emoji."""
    found = analyser.analyse([text])[0]
    assert found.kind != "other_language" and found.sentiment == sentiment


@pytest.mark.parametrize(("text", "sentiment"), PARTLY)
def test_the_chinese_part_is_judged_where_it_says_something(analyser: Analyser, text: str, sentiment: str) -> None:
    """By itself: what stands beside it, markup too, changes nothing. Places are those of the whole comment."""
    found = analyser.analyse([text])[0]
    assert found.kind != "other_language" and found.sentiment == sentiment
    assert all(text[each.start : each.end] == each.evidence for each in found.aspects)
    assert all(text[each.start : each.end] == each.word for each in found.words)


@pytest.mark.parametrize(
    "text", ["N/A", "none", "666", "5", "https://www.95598.cn/a?b=c", "&nbsp;<br>", "a@b.cn", "T_T"]
)
def test_what_says_nothing_is_no_other_language(analyser: Analyser, text: str) -> None:
    """Null answers, numbers, a bare address."""
    assert analyser.analyse([text])[0].kind == "no_content"


def test_comments_beside_a_foreign_one_are_judged_as_by_themselves(analyser: Analyser) -> None:
    """In one batch as in many, first and last."""
    texts = ["停电太久了", "staff is kind", "<b>态度</b>很好", "https://a.cn/b", "", "服务很好"]
    assert analyser.analyse(texts) == [analyser.analyse([text])[0] for text in texts]


def test_foreign_words_of_own_topics_are_understood(analyser: Analyser) -> None:
    """A word that the organisation taught is no foreign language."""
    own = analyser.with_topics([Topic("ev", "充电", ("supercharger",))])
    assert [analyser.analyse(["Supercharger"])[0].kind, own.analyse(["Supercharger"])[0].kind] == [
        "other_language", "statement",
    ]  # fmt: skip


# The cloud


def test_the_cloud_holds_no_function_words_addresses_or_markup() -> None:
    """What remains are words of the trade: app, WiFi, OK."""
    comments = [
        "The staff is kind and the hall is clean", "服务很好，the app is slow and it was bad", "WiFi太慢", "app OK吗",
        "见 https://www.95598.cn/the/page.html?and=1 网站", '<p class="the">电费</p>&nbsp;', "信箱 the.and@www.com",
    ]  # fmt: skip
    found = set(term_frequencies(comments, ["neutral"] * len(comments))["term"])
    assert {"app", "wifi", "ok", "网站", "电费", "信箱"} <= found
    assert found.isdisjoint(
        ["the", "and", "is", "was", "it", "www", "http", "https", "com", "cn", "html", "nbsp", "class", "page"]
    )


def test_new_topics_are_not_found_in_english() -> None:
    """Nor are function words put forward as a topic."""
    comments = ["班车不来 the bus is late and we wait", "电费贵"] * 30
    found = uncovered_terms(comments, [False, True] * 30)
    assert "班车" in {term for term, _, _ in found} and not {"the", "and"} & {term for term, _, _ in found}


# What is counted


def frames(store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    survey = store.surveys.get("power-visit").survey
    responses = response_frame(survey, store.responses.responses("power-visit"))
    findings, reviews = store.findings.of("power-visit"), store.reviews.of("power-visit")
    return comment_frames(apply_corrections(findings, reviews), responses)


def answered(store: Store, *comments: str) -> None:
    now = utc_now()
    for n, text in enumerate(comments):
        answers = {"csat": 3, "comment": text}
        moment = now - timedelta(seconds=n)
        store.responses.append([submission(n, answers=answers, received_on=local_day(now), received_at=moment)])
    CommentBacklog(store, lambda _: usual_analyser()).analyse_waiting()


def judged_by_a_person(store: Store, text: str, purpose: Purpose) -> None:
    finding = next(each for each in store.findings.of("power-visit") if each.text == text)
    judgement = Judgement(Sentiment.POSITIVE)
    assert store.reviews.add(Review(finding.response, "comment", purpose, judgement, "boss", utc_now()))


@pytest.mark.dated
def test_they_are_left_out_of_n_until_a_person_judges_them(published: Store) -> None:
    """Then the person's judgement counts like that of any other comment."""
    answered(published, "态度很差", "服务很好", "スタッフは親切でした", "无")
    comments, _ = frames(published)
    assert [each.n for each in sentiment_shares(with_content(comments)).values()] == [2, 2, 2]
    assert not_judged(comments)["text"].tolist() == ["スタッフは親切でした"]
    judged_by_a_person(published, "スタッフは親切でした", Purpose.CORRECTION)
    comments, _ = frames(published)
    assert (len(with_content(comments)), len(not_judged(comments))) == (3, 0)
    assert dict(zip(comments["text"], comments["kind"], strict=True))["スタッフは親切でした"] == "praise"


@pytest.mark.dated
def test_accuracy_is_not_measured_on_them(published: Store) -> None:
    """They are not drawn for the sample, and one judged before is not counted."""
    answered(published, "态度很差", "スタッフは親切でした")
    findings = list(published.findings.of("power-visit"))
    assert [each.text for each in to_label(findings, [])] == ["态度很差"]
    judged_by_a_person(published, "スタッフは親切でした", Purpose.SAMPLE)
    assert measured_accuracy(findings, published.reviews.of("power-visit")).sentiment.n == 0


def test_the_re_estimated_share_leaves_them_out() -> None:
    """Their score is no probability."""
    judged = pd.DataFrame({"score": [0.9] * LEAST_FOR_ESTIMATE, "sentiment": "positive", "kind": "praise"})
    judged["reviewed_by"] = None
    others = judged.assign(score=0.5, sentiment="neutral", kind="other_language")
    both = pd.concat([judged, others], ignore_index=True)
    assert estimated_positives(both) == estimated_positives(judged)


@pytest.mark.dated
def test_the_page_says_how_many_are_not_judged_and_lets_them_be_read(published: Store, open_page: Open) -> None:
    """Neither in the shares nor among the words; under a choice of their own, with the way to judge them."""
    store = add_accounts(published)
    answered(store, "态度很差", "服务很好", "スタッフは親切でした", "fuwu hen hao", "无")
    app = open_page(store, "boss", "comments")
    assert "2 条留言是其他语言（含拼音），未判断" in words(app) and "n=2" in words(app)
    assert "スタッフは親切でした" not in words(app)
    app.selectbox(key="sentiment").select("other_language").run()
    shown = words(app)
    assert "スタッフは親切でした" in shown and "fuwu hen hao" in shown and "态度很差" not in shown
    assert "其他语言，未判断" in shown and "共 2 条" in shown


@pytest.mark.dated
def test_only_foreign_comments_leave_a_calm_page(published: Store, open_page: Open) -> None:
    """Said and readable, without shares of nothing."""
    store = add_accounts(published)
    answered(store, "スタッフは親切でした", "ありがとう")
    app = open_page(store, "boss", "comments")
    assert not app.exception and "2 条留言是其他语言" in words(app) and "还没有可读的留言" not in words(app)


def test_the_command_line_says_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many were not judged; their cells are empty, so that nobody counts them as neutral."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n态度很差\nスタッフは親切でした\n", encoding="utf-8")
    assert main(["comments", str(source), "--column", "text", "--out", str(out)]) == 0
    assert "已分析 2 条评论，其中 1 条是其他语言（含拼音），未判断" in capsys.readouterr().out
    with out.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["kind"], row["sentiment"], row["score"] == "") for row in rows] == [
        ("complaint", "负面", False), ("other_language", "", True),
    ]  # fmt: skip
