"""LimeSurvey survey structures (`.lss`), in only."""

from __future__ import annotations

from surveys.definition.survey import Survey
from surveys.exchange.definitions.assembly import assemble_survey
from surveys.exchange.definitions.limesurvey.document import tables_of
from surveys.exchange.definitions.limesurvey.reading import draft_of
from surveys.exchange.definitions.limits import refuse, xml_root
from surveys.exchange.definitions.losses import Loss
from surveys.exchange.definitions.ranking import rank_losses
from surveys.localisation.language import marked


def read(data: bytes, source: str) -> tuple[Survey, list[Loss]]:
    """The survey in a survey structure, and what could not be carried over; raises UnfitDefinition."""
    root = xml_root(data, source)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        refuse(source, marked("不是 LimeSurvey 问卷结构；请在 LimeSurvey 中选择“导出 → 问卷结构 (.lss)”"))
    draft = draft_of(tables_of(root))
    survey = assemble_survey(draft, source)
    return survey, rank_losses(draft.ledger.losses)
