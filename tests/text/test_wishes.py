"""A wish is no praise, a question neither, and a term is a word and no piece of another."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.comments.opinions import aspect_counts
from analysis.frames import comment_frames
from analysis.text import Analyser
from analysis.text.places import DATA
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.segmentation.words import FastSegmenter, JiebaSegmenter, Segmenter, domain_words, lookalikes
from analysis.text.sentiment.kind import is_suggestion
from analysis.text.sentiment.local import AspectModel, LocalLayer
from analysis.text.topics.themes import holding, term_frequencies
from analysis.text.topics.topics import Topic, TopicFinder, load_topics
from surveys.storage.records.comments import CommentFinding
from tests.support.usual_analyser import usual_analyser

WISHES = [
    "希望不要再停电", "不要再停电", "不要再停电了", "夏天不要停电",
    "请不要停电", "别再停电了", "别老停电", "希望别再停电了",
    "可不要再停电了", "停电不要太频繁", "不要乱收费", "不要推诿", "不要态度不好", "不要再跑断腿", "希望不再踢皮球",
    "希望供电稳定", "希望全年不停电", "希望灯火通明",
    "要是不停电就好了", "如果能不停电就好了", "要是能早点来抢修就好了",
    "建议抢修快一点", "望能及时抢修", "盼早日不停电", "请及时通知",
    "最好不停电", "能不能不停电", "能否一次办好", "可否一次办好",
    "应该提前通知", "麻烦尽快修好", "烦请尽快抢修",
    "赶紧来修", "希望服务态度好一点", "不希望再停电", "希望“一次办好”",
    "希望最多跑一次", "希望不用排队", "最好随到随办",
    "要求提前通知", "强烈要求整改", "不停电就行", "不停电就好", "只要不停电就行", "只求不停电", "唯一的要求就是不停电",
    "想要更快的抢修", "再快一点就完美了", "下次别迟到", "下次请提前通知", "以后停电提前说一声",
    "快修好吧", "勿再停电", "杜绝停电", "避免停电", "少停电", "得加强管理", "还是要加强培训",
    "期待电价便宜", "恳请提前通知停电", "希望領導重視，不要再停電",
]  # fmt: skip
QUESTIONS = ["什么时候能不停电？", "能一次办好吗？", "供电很稳吗？", "办电要跑几趟？可以一次办好吗", "请问能不排队吗"]
PRAISE = [
    ("希望继续保持这么好的服务", None), ("服务很好，希望继续保持", "attitude"),
    ("希望继续保持", None), ("继续保持", None),
    ("感谢抢修师傅，希望再接再厉", "repair"), ("师傅不要红包", "integrity"), ("师傅不要钱就修好了", None),
    ("谢谢师傅修得这么快，希望以后不停电", "repair"),
    ("从没停过电", "reliability"), ("全年没停过电", "reliability"),
    ("不用排队", "hall"), ("不要排队", "hall"),
    ("服务态度很好，什么时候再来？", "attitude"), ("停电前通知很及时，谢谢", "information"),
    ("抢修很快，建议表扬", "repair"), ("非常满意，再接再厉", None), ("希望这么好的服务一直保持下去", None),
]  # fmt: skip
BLAME = [
    "停电太频繁，希望改善",
    "希望改善，老是停电受不了",
    "难道就不能早点来吗",
    "难道不应该提前通知吗",
    "难道不需要提前通知吗",
    "难道希望我们天天停电吗",
    "就不能快一点吗",
    "难道停电前不应该先通知一下？",
    "你们就不能提前通知吗",
    "电费怎么这么贵？",
    "大家不要买",
    "真不要脸",
]
NO_WISHES = [
    "不要钱", "不要紧", "大家不要买", "要不要充电桩",
    "能用就行", "按要求提前通知了", "现在很少停电", "避免了停电", "以后都不停电了", "下次还来",
    "不用跑腿就可以办", "快修好了", "很想表扬师傅", "勿忘初心", "难道不应该提前通知吗",
    "真不要脸", "我都不要了", "送我都不要", "谁都不要", "师傅不要烟",
    "不要太好", "特别停电", "区别不大", "分别停了两次", "级别太低", "别的都好", "别人都说好", "什么都不要",
]  # fmt: skip


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_is_a_suggestion_and_judges_nothing(analyser: Analyser, text: str) -> None:
    """Whatever its wording implies, and also where a clause without a topic follows."""
    for given in (text, f"{text}。", f"{text}，谢谢"):
        found = analyser.analyse([given])[0]
        assert found.kind == "suggestion"
        assert {aspect.sentiment for aspect in found.aspects} <= {"neutral"}
    assert analyser.analyse([text])[0].sentiment == "neutral"


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_no_praise(analyser: Analyser, text: str) -> None:
    """What is asked for isn't so, or nobody would ask."""
    found = analyser.analyse([text])[0]
    assert "positive" not in {found.sentiment, *(aspect.sentiment for aspect in found.aspects)}


@pytest.mark.parametrize(("text", "aspect"), PRAISE)
def test_praise_stays_praise(analyser: Analyser, text: str, aspect: str | None) -> None:
    """To go on as it is, beside a wish, and with words that a wish uses too."""
    found = analyser.analyse([text])[0]
    assert found.sentiment == "positive"
    assert aspect is None or (aspect, "positive") in {(each.aspect, each.sentiment) for each in found.aspects}


@pytest.mark.parametrize("text", BLAME)
def test_blame_stays_blame(analyser: Analyser, text: str) -> None:
    """Beside a wish, as a question asked for effect, and as a warning."""
    assert analyser.analyse([text])[0].sentiment == "negative"


@pytest.mark.parametrize("text", NO_WISHES)
def test_not_every_dont_is_a_wish(text: str) -> None:
    """不要 and 别 in other words and other senses."""
    assert not is_suggestion(text)


OUTCRIES = ["难道不应该提前通知吗", "难道能不能及时抢修要看运气", "就不能不停电吗", "凭什么不及时抢修"]


@pytest.mark.parametrize("text", OUTCRIES)
def test_an_outcry_praises_nothing(analyser: Analyser, text: str) -> None:
    found = analyser.analyse([text])[0]
    assert found.kind == "complaint" and "positive" not in {each.sentiment for each in found.aspects}


def test_praise_beside_a_wish_is_told_of_its_aspect(analyser: Analyser) -> None:
    """Also where the comment as a whole takes no clear side, and where a wording goes on into the praise."""
    for text, aspect in (("感谢抢修人员，希望以后少停电", "repair"), ("建议给师傅加薪，服务太好了", "attitude")):
        assert (aspect, "positive") in {(each.aspect, each.sentiment) for each in analyser.analyse([text])[0].aspects}


def test_a_wish_in_a_long_comment_is_no_praise_either(analyser: Analyser) -> None:
    """Where the rules for short comments don't reach."""
    text = "我们小区去年开始用电的人越来越多，每到夏天晚上开空调就跳闸，打过好几次电话，希望全年不停电，不要再停电了"
    found = {(each.aspect, each.sentiment) for each in analyser.analyse([text])[0].aspects}
    assert ("reliability", "positive") not in found


def test_what_corrections_taught_makes_no_praise_of_a_wish(analyser: Analyser) -> None:
    """An aspect that the learned layer adds takes no side in a wish or a question."""
    layer = LocalLayer({"own": AspectModel(5.0, 0.0, {})})
    taught = analyser.with_topics([Topic("own", "自己的", ("不会出现",))]).with_layer(layer)
    for text in ("希望供电稳定", "不要再停电", "供电什么时候能很稳定？"):
        added = [each for each in taught.analyse([text])[0].aspects if each.aspect == "own"]
        assert [each.sentiment for each in added] == ["neutral"]


def test_forty_wishes_are_counted_neither_as_blame_nor_as_praise(analyser: Analyser) -> None:
    """In the table of aspects that managers read."""
    findings = [
        CommentFinding(str(n), "c", "m", each.text, each.kind, each.sentiment, each.score, each.sure, each.aspects)
        for n, each in enumerate(analyser.analyse(["希望不要再停电"] * 40))
    ]
    comments, mentions = comment_frames(findings, pd.DataFrame({"response": [str(n) for n in range(40)]}))
    [counted] = aspect_counts(mentions, comments)
    assert (counted.label, counted.mentioned, counted.complaining, counted.praising) == ("供电可靠性", 40, 0, 0)


# Words and pieces of words

PIECES = [
    ("接电话态度很好", "connection"), ("没人接电话", "connection"), ("停了电动车", "reliability"),
    ("停电动车的地方太少", "reliability"), ("从没停过电动车", "reliability"), ("充电桩不足", "reliability"),
    ("来电显示是本地号码", "reliability"), ("来电话说明情况", "reliability"), ("通电话很久", "connection"),
    ("装了电视", "connection"), ("装修了半年", "repair"),
    ("大厅新装修过", "connection"), ("订单价格写错了", "price"),
    ("回答复杂的问题", "complaints"), ("经常停在路边", "reliability"), ("申请通电话", "connection"),
]  # fmt: skip
WORDS = [
    ("接电很快", "connection"), ("装表接电用了三天", "connection"),
    ("停了电", "reliability"), ("停了两次电", "reliability"),
    ("又停电了", "reliability"), ("从没停过电", "reliability"),
    ("几点来电", "reliability"), ("申请通电", "connection"),
    ("装了电表", "connection"), ("抢修车来得快", "repair"),
    ("水电费交了两次", "billing"), ("当天就修好了", "repair"),
    ("没有答复", "complaints"), ("单价太高", "price"),
    ("电话打不通", "complaints"), ("装充电桩手续多", "connection"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "aspect"), PIECES)
def test_a_piece_of_a_word_names_no_topic(analyser: Analyser, text: str, aspect: str) -> None:
    """接电 in 接电话, 停了电 in 停了电动车."""
    assert aspect not in {each.aspect for each in analyser.analyse([text])[0].aspects}


@pytest.mark.parametrize(("text", "aspect"), WORDS)
def test_the_word_itself_names_it(analyser: Analyser, text: str, aspect: str) -> None:
    """Alone, beside others, and as a part of a compound."""
    assert aspect in {each.aspect for each in analyser.analyse([text])[0].aspects}


@pytest.fixture(scope="module", params=[JiebaSegmenter, FastSegmenter], ids=["jieba", "rjieba"])
def cutter(request: pytest.FixtureRequest) -> Segmenter:
    if request.param is FastSegmenter:
        pytest.importorskip("rjieba")
    return request.param([*domain_words(DATA / "words.txt"), *lookalikes()])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("接电话的客服", "接电话"), ("送电话费", "电话费"), ("办电力业务", "电力"), ("临时用电梯", "电梯"),
        ("报装修的事", "装修"), ("过户口本", "户口本"),
        ("移表现场", "现场"), ("公众号码", "号码"), ("触电影响大", "影响"),
        ("工单位置", "位置"),
    ],
)  # fmt: skip
def test_words_of_the_domain_tear_no_common_word(cutter: Segmenter, text: str, word: str) -> None:
    """They are as frequent as they need to be, and not more."""
    assert word in cutter.cut(text)


def test_a_picked_term_shows_the_comments_that_were_counted() -> None:
    """And not those where the term is a piece of another word."""
    comments = ["接电话慢", "接电慢", "APP慢", "happy慢"]
    counted = term_frequencies(comments, ["neutral"] * len(comments)).set_index("term")["comments"]
    for term in ("接电", "app"):
        assert sum(holding(term, comments)) == counted[term] == 1


@pytest.mark.parametrize("path", sorted((DATA / "topics").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_term_of_a_topic_is_a_word_or_several(path: Path) -> None:
    """Among other words no term of a shipped list is taken for a piece of one."""
    finder = TopicFinder(load_topics(path))
    for topic in finder.topics:
        for term in normalise_texts(topic.terms):
            assert topic.code in {mention.code for mention in finder.mentions(term)}, term
