"""What befell a customer is judged without a word of praise or blame; what only sounds like it is left alone."""

from __future__ import annotations

import pytest

from analysis.text.sentiment.experiences import is_failure, is_service
from tests.support.usual_analyser import usual_analyser

FAILURES = """说好上午来,下午五点才到
短信说来电了,其实还黑着
明明有人在家却说没人开门
同样的材料交了两遍
催了好几遍
跑了三趟才办成
中午没人上班
不知道该找谁
窗口开了五个,只有一个在办
别人家都有电,就我们这栋没有
没看出有什么改进
看不到任何变化
打了三次才有人接
如果早点通知,冰箱里的东西就不会坏""".splitlines()
SERVICES = """师傅上门不到二十分钟就弄好了
从报修到来电一个小时都不到
一个电话就解决了
办一次就办好了
问题当场就解决
没想到周末也有人接电话
没想到这么快
再也不用跑营业厅,不用排队了
什么都替我们想到了
老人不会用手机,小姑娘耐心教了半天
水都没喝一口
以前老跳闸,换了线以后再没跳过
继续保持""".splitlines()
NEITHER = """家里没人,没接触过抢修
刚才有人来过
请问要跑几趟
洗一次就起了好多毛
只有一个小建议
没有什么意见
一小时都不到又停了
我家没人理解这个账单的格式
以前在别处住""".splitlines()


@pytest.mark.parametrize("text", FAILURES)
def test_a_failure_is_told_without_blame(text: str) -> None:
    assert is_failure(text) and not is_service(text)


@pytest.mark.parametrize("text", SERVICES)
def test_a_service_is_told_without_praise(text: str) -> None:
    assert is_service(text) and not is_failure(text)


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_sounds_like_it_is_neither(text: str) -> None:
    assert not is_failure(text) and not is_service(text)


def test_the_comment_is_judged_by_what_is_told() -> None:
    """Unless an opinion at its end says otherwise."""
    told = ["中午没人上班", "说好上午来，下午五点才到", "从报修到来电一个小时都不到", "什么都替我们想到了"]
    sentiments = [each.sentiment for each in usual_analyser().analyse(told)]
    assert sentiments == ["negative", "negative", "positive", "positive"]
    kinds = [each.kind for each in usual_analyser().analyse(["继续保持", "继续加强巡线", "第一次办，不好评价"])]
    assert kinds == ["praise", "suggestion", "no_content"]
    [denied] = usual_analyser().analyse(["问题当场就解决，就是态度很差"])
    assert denied.sentiment == "negative"
    assert [each.sentiment for each in usual_analyser().analyse(["一般般吧", "服务一般"])] == ["neutral", "neutral"]
