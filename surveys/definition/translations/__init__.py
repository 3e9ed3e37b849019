"""A survey in several languages: which it speaks, what is missing, translations out and in as a spreadsheet."""

from surveys.definition.translations.gaps import Gap, gaps, outdated_translations
from surveys.definition.translations.languages import (
    Missing,
    UnfitTranslation,
    canonical,
    languages,
    missing,
    well_formed,
    with_translations,
)
from surveys.definition.translations.scripts import NoConverter, in_script, proposals
from surveys.definition.translations.sheets import Imported, RefusedSheet, UnreadableSheet, as_sheet, read_sheet
from surveys.definition.translations.walk import by_place, texts, with_texts

__all__ = [
    "Gap",
    "Imported",
    "Missing",
    "NoConverter",
    "RefusedSheet",
    "UnfitTranslation",
    "UnreadableSheet",
    "as_sheet",
    "by_place",
    "canonical",
    "gaps",
    "in_script",
    "languages",
    "missing",
    "outdated_translations",
    "proposals",
    "read_sheet",
    "texts",
    "well_formed",
    "with_texts",
    "with_translations",
]
