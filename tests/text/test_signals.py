"""What calls for attention in a comment: risks, urgency, effort and emotions, by the words that say it."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from analysis.comments.listing import ANY_RISK, Wanted, listed_comments, wanted_comments
from analysis.frames import COMMENTS, MENTIONS, comment_rows
from analysis.text import Analyser, CommentAnalysis
from analysis.text.places import DATA
from analysis.text.signals import SignalFinder, SignalsUnusable
from surveys.comments import RISKS, CommentKind, Sentiment, SignalCode
from surveys.storage.records.comments import CommentFinding
from surveys.storage.sqlite.comments.comment_json import finding_as_json, finding_from_json
from tests.support.usual_analyser import usual_analyser

LEAST_RECALL, LEAST_PRECISION = 0.92, 0.75


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return usual_analyser()


def comments(part: str) -> list[tuple[set[str], str]]:
    with (DATA / "checks" / "risk.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(set(row["codes"].split()) - {"-"}, row["text"]) for row in rows if row["part"] == part]


@pytest.mark.parametrize("part", ["built", "kept"])
def test_risks_are_found_and_traps_are_not(analyser: Analyser, part: str) -> None:
    """Recall and precision over a hundred comments with traps; of the part kept apart only the figures are told."""
    wanted, texts = zip(*comments(part), strict=True)
    found = [{each.code.value for each in one.signals} & RISKS for one in analyser.analyse(texts)]
    hits = sum(len(want & got) for want, got in zip(wanted, found, strict=True))
    assert len(texts) > 100
    assert hits / sum(map(len, wanted)) >= LEAST_RECALL
    assert hits / sum(map(len, found)) >= LEAST_PRECISION


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("求求你们快点来修，等了三天", {"urgent", "effort"}),
        ("气死我了，跑了三趟", {"anger", "effort"}),
        ("太让人失望了", {"disappointment"}), ("没让我失望", set()),
        ("老人一个人在家，很担心", {"worry"}), ("有你们在不用担心", set()),
        ("谢谢师傅，辛苦了", {"thanks"}), ("谢谢你们让我摸黑过年", set()),
        ("變壓器冒火花，誰來管管", {"safety"}),
        ("无", set()),
    ],
)  # fmt: skip
def test_urgency_effort_and_emotion(analyser: Analyser, text: str, codes: set[str]) -> None:
    """Said and not denied, in either script."""
    assert {each.code.value for each in analyser.analyse([text])[0].signals} == codes


def test_the_words_that_say_it_stand_where_it_says(analyser: Analyser) -> None:
    """Also behind a part in another language that is not read, and through the store and back."""
    text = "I do not know who reads this. 楼下電線斷了，再不修我就打12345"
    [found] = analyser.analyse([text])
    assert {each.code for each in found.signals} >= {SignalCode.SAFETY, SignalCode.ESCALATION}
    assert all(text[each.start : each.end] == each.evidence for each in found.signals)
    assert CommentAnalysis.from_dict(found.to_dict()) == found
    kept = finding(text, found)
    assert finding_from_json(kept.response, kept.item, kept.model, finding_as_json(kept)) == kept


def finding(text: str, found: CommentAnalysis) -> CommentFinding:
    kind, sentiment = CommentKind.COMPLAINT, Sentiment.NEGATIVE
    return CommentFinding(text[:9], "comment", "m", text, kind, sentiment, 0.1, sure=True, signals=found.signals)


def test_comments_are_listed_by_what_calls_for_attention(analyser: Analyser) -> None:
    """By one signal, by any risk, or all."""
    texts = ["变压器冒火花", "跑了三趟才办成", "挺好的"]
    rows = [
        row
        for text, one in zip(texts, analyser.analyse(texts), strict=True)
        for row in comment_rows(finding(text, one))
    ]
    frame = pd.DataFrame(rows, columns=list(COMMENTS)).assign(rating=float("nan"))
    nothing = pd.DataFrame(columns=list(MENTIONS))

    def listed(signal: str) -> list[str]:
        kept = wanted_comments(frame, nothing, Wanted(signal=signal), low=1, high=5)
        return sorted(each.text for each in listed_comments(kept, nothing))

    assert listed(ANY_RISK) == texts[:1] and listed("effort") == [texts[1]] and listed("") == sorted(texts)


def test_mistakes_of_the_file_are_named(tmp_path: Path) -> None:
    """All of them at once."""
    wrong = tmp_path / "signals.yaml"
    wrong.write_text("signals: [{code: fire, said: ['a(']}, {code: safety, sad: []}]", encoding="utf-8")
    with pytest.raises(SignalsUnusable) as raised:
        SignalFinder.load(wrong)
    assert all(part in str(raised.value) for part in ("fire", "a(", "sad"))
