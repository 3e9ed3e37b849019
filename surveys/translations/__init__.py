"""A survey in several languages: which it speaks, what is missing, translations out and in as a spreadsheet."""

from surveys.translations.languages import (
    Missing,
    UnfitTranslation,
    canonical,
    languages,
    missing,
    well_formed,
    with_translations,
)
from surveys.translations.scripts import NoConverter, in_script, proposals
from surveys.translations.sheets import Imported, Refused, UnreadableSheet, as_sheet, read_sheet
from surveys.translations.walk import by_place, texts, with_texts

__all__ = [
    "Imported",
    "Missing",
    "NoConverter",
    "Refused",
    "UnfitTranslation",
    "UnreadableSheet",
    "as_sheet",
    "by_place",
    "canonical",
    "in_script",
    "languages",
    "missing",
    "proposals",
    "read_sheet",
    "texts",
    "well_formed",
    "with_texts",
    "with_translations",
]
