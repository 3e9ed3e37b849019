"""The ranked list of areas to improve, on simulated organisations whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import Verdict
from analysis.improvement.priorities import improvement_areas
from analysis.level.satisfaction import RatedDimension

LEVELS = {"reliability": 4.2, "repair": 4.2, "bill": 4.0, "hall": 4.3, "attitude": 4.4, "notice": 3.9}
LABELS = dict(zip(LEVELS, ["供电可靠性", "抢修", "电费账单", "营业厅", "服务态度", "信息告知"], strict=True))
DIMENSIONS = {code: RatedDimension(label, [f"q_{code}"], 1, 5) for code, label in LABELS.items()}
DISTRICTS = ["城东", "城西", "城南", "城北"]
NO_COMMENTS = pd.DataFrame(columns=["response", "item", "text", "sentiment", "score"])
NO_MENTIONS = pd.DataFrame(columns=["response", "item", "aspect", "label", "sentiment", "start", "end", "evidence"])
COMPLAINT = "师傅态度不错，但是抢修太慢了，等了六个小时。"


def organisation(seed: int, *, fall: float = 0.0, n: int = 3000, answered: float = 0.6) -> pd.DataFrame:
    """Ninety days of responses; repair falls by *fall* points in 城东 from day 60 on; four cells in ten are 不适用."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 90, n)
    district = rng.choice(DISTRICTS, n)
    mood = rng.normal(0, 0.5, n)
    latent = {code: level + mood + rng.normal(0, 0.7, n) for code, level in LEVELS.items()}
    latent["repair"] = latent["repair"] - fall * ((district == "城东") & (day >= 60))
    overall = np.mean(list(latent.values()), axis=0) + rng.normal(0, 0.4, n)
    ratings = {f"q_{code}": rating(values, rng, answered) for code, values in latent.items()}
    return pd.DataFrame(
        {
            "response": [f"r{i}" for i in range(n)],
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "touchpoint": rng.choice([f"触点{i}" for i in range(12)], n),
            "district": district,
            "business_type": rng.choice(["抢修", "报装", "缴费", "咨询", "更名"], n),
            **ratings,
            "overall": rating(overall, rng, 1),
        }
    )


def rating(latent: np.ndarray, rng: np.random.Generator, answered: float) -> np.ndarray:
    scores = np.clip(np.round(latent), 1, 5)
    return np.where(rng.random(len(scores)) < answered, scores, np.nan)


def voices(responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those who rate repair 1 or 2 complain about it; everyone else with a full house of ratings praises."""
    angry = responses["q_repair"] <= 2
    writers = responses[angry | (responses.index % 10 == 0)]
    negative = writers["q_repair"] <= 2
    comments = pd.DataFrame(
        {
            "response": writers["response"],
            "item": "comment",
            "text": np.where(negative, COMPLAINT + writers["response"], "很好" + writers["response"]),
            "sentiment": np.where(negative, "negative", "positive"),
            "score": np.where(negative, 0.1, 0.9),
        }
    )
    start = COMPLAINT.index("抢修")
    mentions = pd.DataFrame(
        {
            "response": writers["response"],
            "item": "comment",
            "aspect": "repair",
            "label": "抢修",
            "sentiment": comments["sentiment"],
            "start": start,
            "end": start + 5,
            "evidence": "抢修太慢了",
        }
    )
    return comments, mentions


def areas_of(responses: pd.DataFrame, **settings):
    return improvement_areas(responses, DIMENSIONS, "overall", *voices(responses), draws=50, **settings)


@pytest.mark.parametrize("seed", range(8))
def test_a_collapse_in_one_district_ranks_first(seed):
    """Repair falls in one of four districts for the last third of the window; the list must start there."""
    first = areas_of(organisation(seed, fall=1.5))[0]
    assert first.code == "repair"
    assert (first.hot_spot.kind, first.hot_spot.segment) == ("district", "城东")
    assert "城东" in str(first.reasons[0])


def test_a_collapse_is_found_against_the_previous_period_too():
    everyone = organisation(3, fall=1.5)
    recent = everyone["day"] >= pd.Timestamp("2026-03-02")
    first = areas_of(everyone[recent], previous=everyone[~recent])[0]
    assert first.code == "repair" and first.hot_spot.segment == "城东"
    assert "上期" in "".join(map(str, first.reasons))


def test_an_area_shows_all_its_evidence():
    responses = organisation(1, fall=1.5)
    first = areas_of(responses)[0]
    complaining = int((responses["q_repair"] <= 2).sum())
    assert first.complaints == complaining
    assert first.complaint_share.n == voices(responses)[0]["response"].nunique()
    assert first.score.ok and first.change.clearly_down and 0 < first.weight.share < 1
    assert first.priority.value == pytest.approx(
        first.priority.shortfall * first.priority.weight * first.priority.evidence
    )
    assert any("抱怨抢修" in reason for reason in map(str, first.reasons))
    assert not any("nan" in reason or "None" in reason for reason in map(str, first.reasons))


def test_examples_are_verbatim_from_the_hot_spot_with_the_complaint_marked():
    responses = organisation(1, fall=1.5)
    first = areas_of(responses)[0]
    texts = dict(zip(*[voices(responses)[0][column] for column in ("response", "text")], strict=True))
    assert len(first.examples) == 3
    for example in first.examples:
        assert example.text == texts[example.response]
        assert example.text[example.start : example.end] == "抢修太慢了"
    inside = responses.set_index("response")["district"]
    assert {inside[example.response] for example in first.examples} == {"城东"}


def test_nothing_is_claimed_on_unchanged_data():
    """The whole list of six dimensions and 21 segments: at most 5 % of quiet pages show a hot spot or change."""
    false_alarms = 0
    for seed in range(40):
        areas = improvement_areas(
            organisation(1000 + seed, n=1200), DIMENSIONS, "overall", NO_COMMENTS, NO_MENTIONS, draws=0
        )
        false_alarms += any(area.hot_spot or area.change.verdict is Verdict.CLEAR for area in areas)
    assert false_alarms <= 2


def test_an_aspect_without_rating_is_listed_from_its_comments():
    responses = organisation(1, fall=1.5)
    unrated = {code: dimension for code, dimension in DIMENSIONS.items() if code != "repair"}
    found = improvement_areas(responses, unrated, "overall", *voices(responses), draws=20)
    repair = next(area for area in found if area.code == "repair")
    assert (repair.label, repair.score) == ("抢修", None)
    assert repair.complaints and repair.weight_refusal and repair.weight is None


def test_a_survey_without_ratings_lists_what_comments_complain_about():
    responses = organisation(1, fall=1.5)
    comments, mentions = voices(responses)
    only_comments = responses[["response", "day", "district", "touchpoint", "business_type"]]
    areas = improvement_areas(only_comments, DIMENSIONS, "overall", comments, mentions)
    assert [area.code for area in areas] == ["repair"] and areas[0].score is None


def test_few_comments_are_withheld():
    responses = organisation(1).head(40)
    comments, mentions = voices(responses)
    area = improvement_areas(responses, DIMENSIONS, "overall", comments.head(9), mentions.head(9))[0]
    assert area.examples == () and area.complaints is None and not area.complaint_share.ok


def test_few_ratings_are_withheld():
    area = areas_of(organisation(1).head(6).assign(q_bill=[1, 2, np.nan, np.nan, np.nan, 3]))
    bill = next(found for found in area if found.code == "bill")
    assert not bill.score.ok and bill.change is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.iloc[:0],
        lambda frame: frame.head(1),
        lambda frame: frame.assign(**{f"q_{code}": np.nan for code in LEVELS}),
        lambda frame: frame.assign(overall=5.0),
        lambda frame: frame.assign(q_repair=np.inf),
        lambda frame: frame.assign(district=None, day=pd.Timestamp("2026-01-01")),
        lambda frame: frame.drop(columns=["district", "touchpoint", "business_type", "overall"]),
    ],
    ids=["empty", "one row", "no ratings", "constant overall", "infinite", "one day", "columns missing"],
)
def test_poor_data_give_reasons_and_no_nan(spoil):
    responses = spoil(organisation(1, n=200))
    for area in areas_of(responses):
        assert area.reasons and not any("nan" in reason for reason in map(str, area.reasons))
        assert np.isfinite(area.priority.value)


def test_row_order_does_not_matter_and_nothing_is_edited():
    responses = organisation(2, fall=1.0, n=800)
    before = responses.copy()
    shuffled = responses.sample(frac=1, random_state=1)
    one, other = areas_of(responses), improvement_areas(shuffled, DIMENSIONS, "overall", *voices(responses), draws=50)
    assert [area.code for area in one] == [area.code for area in other]
    assert [area.reasons for area in one] == [area.reasons for area in other]
    assert [area.examples for area in one] == [area.examples for area in other]
    pd.testing.assert_frame_equal(responses, before)
