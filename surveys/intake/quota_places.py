"""What an answer takes a place of: in the quotas of its survey, and of the campaign that asked for it."""

from __future__ import annotations

from surveys.definition.questions import Entered
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import Campaign
from surveys.intake.submission import QuotaPlace


def places(survey: Survey, entered: Entered, campaign: Campaign | None = None) -> list[QuotaPlace]:
    """The places of one answer by its entries, those of the link among them."""
    quotas = [(f"survey:{survey.code}", each) for each in survey.quotas]
    if campaign is not None:
        quotas += [(f"campaign:{campaign.id}", each) for each in campaign.plan.quotas]
    return [QuotaPlace(scope, each.code, each.limit) for scope, each in quotas if each.counts(entered)]
