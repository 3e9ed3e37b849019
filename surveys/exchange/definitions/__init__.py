"""Survey definitions to and from other programs, with a line for everything that can't be carried over.

A format is a module with `read(data, source) -> (Survey, losses)` and, where it is written as well,
`write(survey) -> (data, losses)`, and its entry in DEFINITION_FORMATS at the foot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveys.definition.survey import Survey
from surveys.exchange.definitions import limesurvey, plain, surveyjs, xlsform
from surveys.exchange.definitions.losses import Loss
from surveys.exchange.definitions.plain import json_schema

__all__ = ["DEFINITION_FORMATS", "DefinitionFormat", "Loss", "json_schema"]


@dataclass(frozen=True)
class DefinitionFormat:
    """One format: what people call it, how its files end, and how it is read and written."""

    label: str
    suffix: str
    media_type: str
    read: Callable[[bytes, str], tuple[Survey, list[Loss]]]
    write: Callable[[Survey], tuple[bytes, list[Loss]]] | None = None
    older_suffix: str = ""  # how files of an earlier kind end, which are read as well


DEFINITION_FORMATS: dict[str, DefinitionFormat] = {
    "yaml": DefinitionFormat("YAML", ".yaml", "application/yaml", plain.read_yaml, plain.write_yaml),
    "json": DefinitionFormat("JSON", ".json", "application/json", plain.read_json, plain.write_json),
    "xlsform": DefinitionFormat(
        "XLSForm（KoboToolbox、ODK）",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsform.read,
        xlsform.write,
        older_suffix=".xls",
    ),
    "surveyjs": DefinitionFormat("SurveyJS", ".json", "application/json", surveyjs.read, surveyjs.write),
    "limesurvey": DefinitionFormat("LimeSurvey", ".lss", "application/xml", limesurvey.read),
}
