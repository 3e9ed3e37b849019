"""SurveyJS JSON, as the SurveyJS form library and its creator use it, in and out.

Types that the format lacks are written as the nearest it has, and what it can't say stands in properties named
`xinsheng`, which `Serializer.addProperty` lets SurveyJS keep through an edit.
"""

from __future__ import annotations

import json

from surveys.definition.survey import Survey
from surveys.exchange.definitions.assembly import assemble_survey
from surveys.exchange.definitions.limits import json_value, refuse
from surveys.exchange.definitions.losses import Loss
from surveys.exchange.definitions.ranking import rank_losses
from surveys.exchange.definitions.residue import Residue, residue
from surveys.exchange.definitions.surveyjs.reading import draft_of
from surveys.exchange.definitions.surveyjs.writing import data_of, hints
from surveys.localisation.language import marked


def read(data: bytes, source: str) -> tuple[Survey, list[Loss]]:
    """The survey in a SurveyJS file, and what could not be carried over; raises UnfitDefinition."""
    value = json_value(data, source)
    if not isinstance(value, dict):
        refuse(source, marked("不是 SurveyJS 定义；它应是一个带 pages 或 elements 的 JSON 对象"))
    draft = draft_of(value)
    survey = assemble_survey(draft, source)
    return survey, rank_losses(draft.ledger.losses)


def write(survey: Survey) -> tuple[bytes, list[Loss]]:
    """The survey as SurveyJS JSON, and what other programs won't find in it."""
    missing = residue(survey, draft_of(data_of(survey, Residue())), hints(survey))
    text = json.dumps(data_of(survey, missing), ensure_ascii=False, indent=2)
    return text.encode(), rank_losses(list(missing.losses()))
