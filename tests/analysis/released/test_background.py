"""Comments are analysed as they arrive, and nothing that is in one of them can stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from analysis.comments.comment_worker import CommentBacklog
from analysis.frames import comment_frames, response_frame
from analysis.text import CommentAnalysis, Contribution
from surveys.comments import Aspect, CommentKind, Sentiment
from surveys.definition.templates import template
from surveys.storage import Store
from tests.conftest import submission

ITEMS = ["comment"]


def fine(text: str) -> CommentAnalysis:
    """What the stand-in analyser says: the comment is fine."""
    good = Sentiment.POSITIVE
    aspect = Aspect("repair", "抢修服务", good, 0, 1, text[:1])
    return CommentAnalysis(text, CommentKind.PRAISE, good, 0.9, True, (Contribution(text, 0, 1, 0.5),), (aspect,))


class StandIn:
    """An analyser that reads everything but the poison."""

    def __init__(self, version: str = "one") -> None:
        self.version = version
        self.batches: list[int] = []

    def analyse(self, texts: list[str]) -> Sequence[CommentAnalysis]:
        self.batches.append(len(texts))
        if "毒" in texts:
            raise RuntimeError("毒")
        return [fine(text) for text in texts]


def given(store: Store, *comments: str) -> None:
    store.responses.append([submission(n, answers={"csat": 4, "comment": text}) for n, text in enumerate(comments)])


def test_waiting_comments_get_findings(published: Store) -> None:
    """Every comment is analysed once, in batches, and read back as frames."""
    given(published, *[f"意见{n}" for n in range(7)])
    analyser = StandIn()
    worker = CommentBacklog(published, lambda _: analyser, batch=3)
    assert [worker.analyse_waiting() for _ in range(4)] == [3, 3, 1, 0]
    assert analyser.batches == [3, 3, 1]
    assert published.findings.progress("power-visit", ITEMS, "one") == (7, 7)
    responses = response_frame(template("power-visit"), published.responses.responses("power-visit"))
    comments, mentions = comment_frames(published.findings.of("power-visit"), responses)
    assert set(comments["text"]) == {f"意见{n}" for n in range(7)}
    assert comments["sure"].all() and set(mentions["aspect"]) == {"repair"}


def test_a_poisonous_comment_does_not_block_the_others(published: Store, caplog: pytest.LogCaptureFixture) -> None:
    """It is kept as unsure and neutral; the log names the failure without the comment."""
    given(published, "很好", "毒", "不错")
    worker = CommentBacklog(published, lambda _: StandIn())
    worker.analyse_waiting()
    found = {each.text: each for each in published.findings.of("power-visit")}
    assert found["很好"].sentiment == found["不错"].sentiment == "positive"
    assert found["毒"].sentiment == "neutral" and found["毒"].sure is False
    assert worker.analyse_waiting() == 0
    assert "RuntimeError" in caplog.text and "毒" not in caplog.text


def test_a_new_model_reads_everything_again(published: Store) -> None:
    """Findings are kept under the model's version; another version replaces them."""
    given(published, "很好")
    CommentBacklog(published, lambda _: StandIn()).analyse_waiting()
    assert CommentBacklog(published, lambda _: StandIn("two")).analyse_waiting() == 1
    assert [each.model for each in published.findings.of("power-visit")] == ["two"]


def test_a_comment_that_comes_later_is_found(published: Store) -> None:
    """A survey on which nothing waited is looked at again when an answer arrives."""
    given(published, "很好")
    worker = CommentBacklog(published, lambda _: StandIn())
    assert [worker.analyse_waiting(), worker.analyse_waiting()] == [1, 0]
    published.responses.append([submission(99, answers={"csat": 2, "comment": "太慢"})])
    assert worker.analyse_waiting() == 1


def test_the_thread_goes_on_after_a_failure(published: Store) -> None:
    """An analyser that can't be loaded at first costs a pause; stopping ends the thread soon."""
    given(published, "很好")
    failures = iter([OSError("disk"), OSError("disk")])

    def load(_: str) -> StandIn:
        if error := next(failures, None):
            raise error
        return StandIn()

    worker = CommentBacklog(published, load).worker(pause=0.01)
    worker.start()
    assert eventually(lambda: published.findings.progress("power-visit", ITEMS, "one") == (1, 1))
    begun = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun < 2


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_stamp_changes_with_responses_and_findings(published: Store) -> None:
    """What pages cache by: it stands still on its own, and moves with every answer, withdrawal and finding."""
    stamps = [published.responses.stamp("power-visit")]
    given(published, "很好")
    stamps.append(published.responses.stamp("power-visit"))
    CommentBacklog(published, lambda _: StandIn()).analyse_waiting()
    stamps.append(published.responses.stamp("power-visit"))
    assert published.responses.stamp("power-visit") == stamps[-1]
    published.responses.withdraw("power-visit", submission(0).id, date(2026, 11, 23))
    stamps.append(published.responses.stamp("power-visit"))
    assert len(set(stamps)) == 4
