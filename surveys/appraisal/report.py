"""What a person's appraisal came to: worked out once, when it was released, and never again.

It is made of figures of groups with enough raters alone. All that is shown anywhere (to the person, to who leads them,
side by side with others) is read from here, so that no two views can be subtracted to something that is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

BLIND = 1.0  # points by which the own view differs from that of the others, to be worth a word
MOST_NAMED = 2


@dataclass(frozen=True)
class RaterUnit:
    """Groups of raters that are shown together: `weight` in per cent, `n` raters, means by item, score of 0–100."""

    groups: tuple[str, ...]
    weight: float
    n: int
    items: Mapping[str, float]
    score: float


@dataclass(frozen=True)
class ReportItem:
    """One item: what it is called by language, its scale, the view of the others and the own (None: not known)."""

    code: str
    dimension: str
    title: Mapping[str, str]
    low: float
    high: float
    others: float | None = None
    own: float | None = None


@dataclass(frozen=True)
class AppraisalReport:
    """The figures of one person.

    `composite`: 0–100, the units' scores by their weights, with its 95 % interval; None where no group is large enough.
    `left_out`: groups that are in no figure. `within`: r_wg by null distribution, the mean over items.
    """

    items: tuple[ReportItem, ...]
    units: tuple[RaterUnit, ...] = ()
    left_out: tuple[str, ...] = ()
    composite: float | None = None
    low: float | None = None
    high: float | None = None
    within: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def raters(self) -> int:
        """How many are in the composite."""
        return sum(each.n for each in self.units)

    @property
    def strengths(self) -> list[ReportItem]:
        """The items that others rate highest."""
        return sorted(self._rated(), key=lambda each: -_share(each, each.others))[:MOST_NAMED]

    @property
    def weakest(self) -> list[ReportItem]:
        """The items that others rate lowest."""
        return sorted(self._rated(), key=lambda each: _share(each, each.others))[:MOST_NAMED]

    @property
    def blind_spots(self) -> list[ReportItem]:
        """Items on which one sees oneself clearly better than others do."""
        return [each for each in self._rated() if each.own is not None and each.own - (each.others or 0) >= BLIND]

    @property
    def hidden_strengths(self) -> list[ReportItem]:
        """Items on which others see one clearly better than one does oneself."""
        return [each for each in self._rated() if each.own is not None and (each.others or 0) - each.own >= BLIND]

    def _rated(self) -> list[ReportItem]:
        return [each for each in self.items if each.others is not None]

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class ItemReliability:
    """How surely the raters of an appraisal tell people apart by one item: ICC(1) with its interval, and ICC(k).

    `needed`: raters of a person for a reliability of .70; None where no number does, or nothing could be worked out.
    """

    code: str
    single: float | None
    low: float | None
    high: float | None
    mean: float | None
    raters: float
    needed: int | None


def _share(item: ReportItem, value: float | None) -> float:
    return ((value or 0) - item.low) / ((item.high - item.low) or 1)


def report_from(kept: Mapping[str, Any]) -> AppraisalReport:
    """The report that was kept."""
    units = [RaterUnit(**each | {"groups": tuple(each["groups"])}) for each in kept["units"]]
    items = [ReportItem(**each) for each in kept["items"]]
    comments: Mapping[str, Sequence[str]] = kept["comments"]
    more = {name: kept[name] for name in ("composite", "low", "high", "within")}
    return AppraisalReport(
        tuple(items), tuple(units), tuple(kept["left_out"]),
        comments={name: tuple(texts) for name, texts in comments.items()}, **more,
    )  # fmt: skip
