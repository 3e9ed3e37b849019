"""What people wrote: how many praised and blamed, what it was about, and single comments without personal data."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.comments.listing import Wanted
from analysis.comments.opinions import AspectCount, aspect_counts, sentiment_shares
from analysis.comments.terms import comment_amounts
from analysis.estimates import Estimate
from analysis.released.parts import Comments, Mentions
from analysis.reports.document import Block, Cell, ReportList, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial
from surveys.comments import SENTIMENT_LABELS, Sentiment

_MOST_ASPECTS, _MOST_QUOTED = 12, 5
_JUDGED = Comments()


def voices(material: ReportMaterial) -> Iterator[ReportSection]:
    """Shares of sentiment, aspects, and the newest complaints; nothing where too few wrote."""
    view, title = material.view, material.words("意见")
    if view.comments_withheld:
        yield ReportSection(title, (ReportParagraph(material.words("留言的人太少，为保护匿名不显示。"), "soft"),))
        return
    if not view.ask(comment_amounts, _JUDGED)[""]:
        return
    shares: dict[Sentiment, Estimate] = view.ask(sentiment_shares, _JUDGED)
    heads = (material.words("情感"), material.words("占比（95% 区间）"))
    rows: list[tuple[Cell, ...]] = [
        (material.say(SENTIMENT_LABELS[name]), material.cell(each)) for name, each in shares.items()
    ]
    blocks: list[Block] = [ReportTable(material.words("留言的情感"), heads, tuple(rows))]
    blocks += _aspects(material, view.ask(aspect_counts, Mentions(material.language), _JUDGED))
    blocks += _quoted(material)
    yield ReportSection(title, tuple(blocks))


def _aspects(material: ReportMaterial, found: list[AspectCount]) -> Iterator[ReportTable]:
    if found:
        heads = ("方面", "提到", "抱怨", "表扬", "抱怨占留言的人（95% 区间）")
        rows: list[tuple[Cell, ...]] = [
            (each.label, each.mentioned, each.complaining, each.praising, material.cell(each.complaint_share))
            for each in found[:_MOST_ASPECTS]
        ]
        yield ReportTable(material.words("留言提到的方面"), tuple(map(material.words, heads)), tuple(rows))


def _quoted(material: ReportMaterial) -> Iterator[Block]:
    wanted = Wanted(sentiment=Sentiment.NEGATIVE)
    found = material.view.comment_list(wanted, material.language, most=_MOST_QUOTED)
    if found:
        yield ReportParagraph(material.words("抱怨的原话举例（个人信息已遮住）"), "soft")
        yield ReportList(tuple(f"“{material.quoted(each.text)}”" for each in found))
