"""What it brings that the form listens: comments with a topic before and after, on simulated respondents; and its cost.

Every respondent is sent through the pages of the product; what the page 意见 says of them is printed.
"""

from __future__ import annotations

import random
import tempfile
from itertools import count
from pathlib import Path
from time import perf_counter

from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.listening import CommentListener
from analysis.comments.opinions import told_topics
from analysis.comments.organisation_analyser import survey_analyser
from analysis.released.gate import gate_of
from analysis.released.parts import Comments, Mentions
from surveys.definition.listening import follow_ups
from surveys.storage import Store
from surveys.web.protection.rate_limits import Limits
from tests.support.front_door import hidden, publish, visiting

RESPONDENTS = 300
BARE = ("太差", "差劲", "很不满意", "不行", "垃圾", "糟糕透了", "不好", "失望", "真让人生气", "有待提高")
SAYING = (
    "排队排了一个多小时", "工作人员态度冷淡", "电费算错了没人解释", "手续太复杂要跑好几趟", "老是停电", "抢修来得太慢",
    "打电话一直没人接", "停电也不提前通知", "窗口开得太少", "电压不稳灯老是闪",
)  # fmt: skip
BARE_SHARE, ANSWERING = 0.4, 0.6  # how many say nothing of what, and how many of these answer when asked: assumptions
OPTIONS = ("attitude", "waiting", "process", "place", "price")


def main() -> None:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "listening.db")
        publish(store, "touchpoint-spot")
        asked = _respond(store, chance)
        CommentBacklog(store, lambda survey: survey_analyser(store, survey)).analyse_waiting()
        record = store.surveys.get("touchpoint-spot")
        view, followed = gate_of(store).answers(record), follow_ups(record.survey)
        columns = tuple(name for names in followed.values() for name in names)
        told = view.ask(
            told_topics, Mentions("zh-Hans"), Comments(places=columns), items=tuple(followed), columns=columns
        )
        before, after = told.by_words, told.with_follow_up
        print(f"{RESPONDENTS} simulated, {BARE_SHARE:.0%} of them with bare words; {ANSWERING:.0%} of those")
        print(f"who are asked answer; {asked} were asked\n\n| it is known what about | share | 95 % |")
        print("| --- | --- | --- |")
        for name, each in (("by their words", before), ("with what was asked after", after)):
            print(f"| {name}, n={each.n} | {each.value:.0%} | {each.low:.0%}–{each.high:.0%} |")
        _cost(store)
        store.close()


def _respond(store: Store, chance: random.Random) -> int:
    asked = 0
    seconds = count(step=60.0)  # each comes a minute after the one before
    with visiting(store, limits=Limits(lambda: next(seconds))) as browser:
        for _ in range(RESPONDENTS):
            browser.cookies.clear()
            words = chance.choice(BARE if chance.random() < BARE_SHARE else SAYING)
            answers = {"csat": chance.choice("12"), "better": words}
            form = hidden(browser.get("/s/touchpoint-spot").text)
            page = browser.post("/s/touchpoint-spot", data=form | {"_asked": "about csat better photo"} | answers).text
            if "还有几个问题想请教" in page:
                asked += 1
                more = {"which": chance.choice(OPTIONS)} if chance.random() < ANSWERING else {}
                browser.post("/s/touchpoint-spot", data=hidden(page) | answers | more)
    return asked


def _cost(store: Store) -> None:
    listener, took = CommentListener(store), list[float]()
    listener("touchpoint-spot", "先读一遍")
    for n, words in enumerate((*BARE, *SAYING) * 20):
        text, begun = f"{words}{n}", perf_counter()
        listener("touchpoint-spot", text)
        took.append(perf_counter() - begun)
    took.sort()
    middle, late = (took[len(took) * part // 20] * 1000 for part in (10, 19))
    print(f"\none comment read: median {middle:.1f} ms, 95 % within {late:.1f} ms")


if __name__ == "__main__":
    main()
