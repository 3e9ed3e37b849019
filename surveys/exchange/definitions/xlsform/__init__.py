"""XLSForm workbooks, as KoboToolbox, ODK and SurveyCTO use them, in and out.

Types that the format lacks are written as plainer ones, and what it can't say stands in a column of our own.
"""

from __future__ import annotations

from surveys.definition.survey import Survey
from surveys.exchange.definitions.assembly import assemble_survey
from surveys.exchange.definitions.losses import Loss
from surveys.exchange.definitions.ranking import rank_losses
from surveys.exchange.definitions.residue import Residue, residue
from surveys.exchange.definitions.xlsform.reading import draft_of
from surveys.exchange.definitions.xlsform.sheets import as_read, read_sheets, workbook
from surveys.exchange.definitions.xlsform.writing import hints, sheets_of


def read(data: bytes, source: str) -> tuple[Survey, list[Loss]]:
    """The survey in a workbook, and what could not be carried over; raises UnfitDefinition."""
    draft = draft_of(read_sheets(data, source))
    survey = assemble_survey(draft, source)
    return survey, rank_losses(draft.ledger.losses)


def write(survey: Survey) -> tuple[bytes, list[Loss]]:
    """The survey as a workbook, and what other programs won't find in it."""
    bare = sheets_of(survey, Residue())
    missing = residue(survey, draft_of(as_read(bare)), hints(survey))
    return workbook(sheets_of(survey, missing)), rank_losses(list(missing.losses()))
