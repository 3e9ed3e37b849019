"""What the comments complain about: how many, what part, and in whose words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.comments.opinions import with_content
from analysis.comments.set_aside import set_aside
from analysis.differences.hotspots import HotSpot
from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share
from surveys.comments import Sentiment
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class Example:
    """A comment in its author's words; the complaint is text[start:end]."""

    response: str
    text: str
    start: int
    end: int


class Complaints:
    """The complaints about each aspect in the comments of the responses in view."""

    def __init__(
        self, responses: pd.DataFrame, comments: pd.DataFrame, mentions: pd.DataFrame, minimum: int, examples: int
    ) -> None:
        self.responses = responses
        written = comments[comments["response"].isin(responses["response"])]
        self.set_aside = set_aside(written)
        self.comments = with_content(written) if "kind" in written.columns else written
        negative = mentions["sentiment"].eq(Sentiment.NEGATIVE)
        self.complaints = complaints = mentions[negative & mentions["response"].isin(responses["response"])]
        self.authors = int(self.comments["response"].nunique())
        self.complaining = int(complaints["response"].nunique())
        self.minimum = minimum
        self.wanted = examples

    @property
    def withheld(self) -> bool:
        return self.authors < self.minimum

    def count(self, aspect: str) -> int:
        return int(self.complaints.loc[self.complaints["aspect"].eq(aspect), "response"].nunique())

    def share(self, aspect: str) -> Estimate:
        """Responses complaining about *aspect* among those that left a comment with content."""
        if self.withheld:
            reason = saying("留言不足 {minimum} 份，不予显示", minimum=self.minimum)
            return refuse("share", reason, n=self.authors)
        return share(min(self.count(aspect), self.authors), self.authors)

    def part_of_complaints(self, aspect: str) -> float:
        return self.count(aspect) / self.complaining if self.complaining and not self.withheld else 0.0

    def examples(self, aspect: str, spot: HotSpot | None) -> tuple[Example, ...]:
        """Up to the wanted number of distinct comments: from the hot spot first, then the most negative."""
        if self.withheld:
            return ()
        about = self.complaints[self.complaints["aspect"].eq(aspect)]
        found = about.merge(
            self.comments[["response", "item", "text", "score"]], on=["response", "item"], how="inner"
        ).drop_duplicates("response")
        found = found.drop_duplicates("text").assign(elsewhere=True)
        if spot is not None:
            inside = self.responses.loc[self.responses[spot.kind].eq(spot.segment), "response"]
            found["elsewhere"] = ~found["response"].isin(inside)
        chosen = found.sort_values(["elsewhere", "score", "response"]).head(self.wanted)
        return tuple(
            Example(str(row.response), str(row.text), int(str(row.start)), int(str(row.end)))
            for row in chosen.itertuples()
        )
