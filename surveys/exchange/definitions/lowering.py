"""Question types that a format lacks, as plainer types that it has; and back, when it says which type is meant.

Each lowering is both ways in one place: `lower` gives the plainer question, `recast` the settings of the original from
the settings of the plainer one. `languages` are those of the survey, for labels that are mere numbers. A type that no
format has and that names no lowering is written as a list of its answers where it has one, and as a line of text where
it hasn't; what that loses is told like any other loss.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.definition.questions import NOT_APPLICABLE, QUESTION_TYPES, Pair, Question
from surveys.exchange.definitions.best_worst import rows_of_sets, sets_of_rows
from surveys.exchange.definitions.languages import same_everywhere
from surveys.localisation.wording import Text

Settings = dict[str, Any]
Languages = Sequence[str]

_COMMON = ("code", "title", "hint", "required", "dimension", "show_if")
PATH = " / "  # between the steps of a place's path

# The types that every format has.
PLAINEST = ("single_choice", "drop_down", "multiple_choice", "ranking", "slider", "matrix_single", "matrix_multiple",
            "constant_sum", "number", "date", "time", "short_text", "long_text", "hidden", "file", "consent",
            "signature", "statement")  # fmt: skip


@dataclass(frozen=True)
class Lowering:
    """How one type is shown as a plainer one, and taken back from it."""

    plainer: str
    lower: Callable[[Any, Languages], Settings]
    recast: Callable[[Settings], Settings]


def lower_question(question: Question, native: Collection[str], languages: Languages) -> Question:
    """The question as one of the *native* types."""
    while question.type not in native:
        lowering = LOWERINGS.get(question.type) or _as_near_as_can_be(question)
        settings = common(question) | lowering.lower(question, languages)
        question = QUESTION_TYPES[lowering.plainer].model_validate(settings)
    return question


def raise_question(settings: Settings, meant: str) -> Settings | None:
    """The settings of the type meant, from those of the plainer type; None when there is no way from it."""
    if settings["type"] == meant:
        return settings
    lowering = LOWERINGS.get(meant)
    if lowering is None:
        unnamed = meant not in PLAINEST and settings["type"] in ("single_choice", "short_text")
        return _own(settings) | {"type": meant} if unnamed else None
    plainer = raise_question(settings, lowering.plainer)
    return None if plainer is None else _own(plainer) | lowering.recast(plainer) | {"type": meant}


def is_hinted(kind: str, native: Collection[str]) -> bool:
    """Whether a question of this type reads back as one of another, so that the type that is meant must be named."""
    return kind not in native or kind == "constant_sum"


def _own(settings: Settings) -> Settings:
    return {key: settings[key] for key in _COMMON if key in settings}


def common(question: Question) -> Settings:
    """What every question has, as settings."""
    return {name: value for name in _COMMON if (value := getattr(question, name)) not in (None, False)}


def _as_near_as_can_be(question: Question) -> Lowering:
    """How a type is shown that names no lowering: what can be listed of its answers as a list, all else as text."""
    [column, *others] = question.columns() or (None,)
    labels = column.labels if column is not None and not others else {}
    if not labels or question.fields() != (question.code,):
        return Lowering("short_text", lambda question, languages: {}, _nothing)
    options = [coded_entry(code, label) for code, label in labels.items()]
    return Lowering("single_choice", lambda question, languages: {"options": options}, _nothing)


def coded_entry(code: str, label: Any) -> Settings:
    """An option or a row."""
    return {"code": code, "label": label}


def scale_options(question: Any, languages: Languages) -> list[Settings]:
    """The points of a scale as options: each with its label, or its number, and at the ends the number with a label."""
    points = [str(point) for point in question.points_in_order()]
    labels: dict[str, Any] = dict(zip(points, getattr(question, "labels", ()), strict=False))
    if not labels:
        labels = {point: same_everywhere(point, languages) for point in points}
        for point, label in ((points[0], question.low_label), (points[-1], question.high_label)):
            if label is not None:
                labels[point] = {language: f"{point} {words}" for language, words in label.root.items()}
    offered = [coded_entry(point, labels[point]) for point in points]
    return offered + ([coded_entry(NOT_APPLICABLE, question.not_applicable)] if question.not_applicable else [])


def scale_settings(options: Sequence[Settings]) -> Settings:
    """Points, labels, ends and "not applicable" in such options: the inverse of `scale_options`."""
    points = [option for option in options if option["code"] != NOT_APPLICABLE]
    settings: Settings = {"points": len(points)}
    if len(points) < len(options):
        settings["not_applicable"] = next(each["label"] for each in options if each["code"] == NOT_APPLICABLE)
    ends = {"low_label": points[0], "high_label": points[-1]} if points else {}
    if all(_bare(option) for option in points[1:-1]) and all(_bare(end) or _led(end) for end in ends.values()):
        return settings | {name: _unled(end) for name, end in ends.items() if not _bare(end)}
    return settings | {"labels": [option["label"] for option in points]}


def is_scale(codes: Iterable[str], low: int) -> bool:
    """Whether these codes count up from *low*, with at most "not applicable" after them."""
    points = [code for code in codes if code != NOT_APPLICABLE]
    return points == [str(low + n) for n in range(len(points))]


def _words(option: Settings) -> dict[str, str]:
    label = option["label"]
    return label.root if isinstance(label, Text) else label


def _bare(option: Settings) -> bool:
    return all(words == option["code"] for words in _words(option).values())


def _led(option: Settings) -> bool:
    return all(words.startswith(f"{option['code']} ") for words in _words(option).values())


def _unled(option: Settings) -> dict[str, str]:
    return {language: words.removeprefix(f"{option['code']} ") for language, words in _words(option).items()}


def _choices_of_scale(question: Any, languages: Languages) -> Settings:
    return {"options": scale_options(question, languages)}


def _points_on(settings: Settings) -> Settings:
    return scale_settings(settings.get("options", ()))


def _nps_on(settings: Settings) -> Settings:
    return {name: value for name, value in _points_on(settings).items() if name != "points"}


def _scale(question: Any, languages: Languages) -> Settings:
    names = ("points", "low_label", "high_label", "labels", "not_applicable")
    return {name: value for name in names if (value := getattr(question, name, None))}


def _scale_again(settings: Settings) -> Settings:
    names = ("points", "low_label", "high_label", "labels", "not_applicable")
    return {name: settings[name] for name in names if name in settings}


def _rating_rows(question: Any, languages: Languages) -> Settings:
    return {"rows": question.rows, "shuffle": question.shuffle, "choices": scale_options(question, languages)}


def _rating_rows_again(settings: Settings) -> Settings:
    kept = {name: settings[name] for name in ("rows", "shuffle") if name in settings}
    return kept | scale_settings(settings.get("choices", ()))


def _sides(question: Pair) -> list[Settings]:
    return [coded_entry(side, question.side_titles[side]) for side in question.sides]


def _rated_sides(question: Any, languages: Languages) -> Settings:
    return {"rows": _sides(question)} | _scale(question, languages)


def _kano_sides(question: Any, languages: Languages) -> Settings:
    return {"rows": _sides(question), "choices": [coded_entry(*answer) for answer in question.answers.items()]}


def _nothing(_: Settings) -> Settings:
    return {}


def _listed_places(question: Any, languages: Languages) -> Settings:
    places = [coded_entry(place.code, same_everywhere(PATH.join(place.path), languages)) for place in question.places]
    return {"options": places or [coded_entry("none", "（由机构的地区表提供）")]}


def _places_again(settings: Settings) -> Settings:
    options = settings.get("options", ())
    if [option["code"] for option in options] == ["none"]:
        return {}
    paths = [(option["code"], next(iter(_words(option).values()))) for option in options]
    return {"places": [{"code": code, "path": path.split(PATH)[:4]} for code, path in paths]}


LOWERINGS: dict[str, Lowering] = {
    "rating": Lowering("single_choice", _choices_of_scale, _points_on),
    "ces": Lowering("rating", _scale, _scale_again),
    "nps": Lowering("single_choice", _choices_of_scale, _nps_on),
    "matrix_rating": Lowering("matrix_single", _rating_rows, _rating_rows_again),
    "importance_satisfaction": Lowering("matrix_rating", _rated_sides, _scale_again),
    "expectation_perception": Lowering("matrix_rating", _rated_sides, _scale_again),
    "kano": Lowering("matrix_single", _kano_sides, _nothing),
    "best_worst": Lowering("matrix_single", rows_of_sets, sets_of_rows),
    "region": Lowering("drop_down", _listed_places, _places_again),
}
