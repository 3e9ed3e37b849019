"""One field for each kind of setting; every field shows what the draft says and takes a step when it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.kit.words import _, distinct, language
from surveys.definition.places import question_number, short
from surveys.definition.plain_data import words
from surveys.definition.questions import QUESTION_TYPES, Choice, OneChoice, Question, Scale
from surveys.definition.questions.entries import ShortText
from surveys.editing import Draft, Setting, SettingKind, change_survey
from surveys.editing.questions import reword_text
from surveys.editing.ratings import assign_to_new
from surveys.editing.settings import SettingChoice
from surveys.localisation.wording import DEFAULT_LANGUAGE

_FEW = 4
_FITTING: dict[str, type[Question]] = {
    "overall": Scale, "subject": OneChoice, "callback": ShortText, "options_from": Choice
}  # fmt: skip


@dataclass(frozen=True)
class Holder:
    """What has settings: the survey, a section, a question, an option. `change` is the step (draft, setting, value)."""

    key: str
    data: Mapping[str, Any]
    change: desk.Step = change_survey
    kind: str = ""  # the type of a question; "quota" for a quota


@dataclass(frozen=True)
class Field:
    """One setting of one holder, in the language being written."""

    holder: Holder
    setting: Setting
    draft: Draft
    language: str = DEFAULT_LANGUAGE

    @property
    def value(self) -> Any:
        """What the draft says; the setting's default when it says nothing."""
        return self.holder.data.get(self.setting.name, self.setting.default)

    @property
    def key(self) -> str:
        return f"{self.holder.key}.{self.setting.name}.{self.language}"

    @property
    def label(self) -> str:
        """Its name; a star where it can't be left empty, the language where it is not the default one."""
        elsewhere = self.setting.kind in _WORDED and self.language != DEFAULT_LANGUAGE
        foreign = _("（{language}）").format(language=self.language) if elsewhere else ""
        return f"{self.name}{foreign}{' *' if self.setting.needed else ''}"

    @property
    def name(self) -> str:
        """What the setting is called."""
        return self.setting.english if language() == "en" else self.setting.chinese

    @property
    def help(self) -> str | None:
        return _(self.setting.help) if self.setting.help else None

    def take(self, value: Any) -> None:
        """Change the setting; what equals the default is not written down."""
        kept = None if value == self.setting.default or value == "" else value
        if kept is not None or not (
            self.setting.needed and self.setting.kind is SettingKind.WORD
        ):  # a code is never empty
            desk.take(self.holder.change, self.setting.name, kept)


_WORDED = (SettingKind.TEXT, SettingKind.LONG_TEXT, SettingKind.TEXTS)


def _text(field: Field) -> None:
    written = _own_words(field)
    original = words(field.value) if field.language != DEFAULT_LANGUAGE else ""

    def changed() -> None:
        field.take(reword_text(field.value, st.session_state[field.key], field.language))

    long = field.setting.kind is SettingKind.LONG_TEXT or field.setting.needed
    entry: Callable[..., Any] = st.text_area if long else st.text_input
    size = {"height": 80} if long else {}
    entry(
        field.label, key=desk.control_key(field.key, written), on_change=changed, placeholder=original or None,
        help=field.help, **size,
    )  # fmt: skip


def _own_words(field: Field) -> str:
    """The wording in the language being written, without falling back on another."""
    if isinstance(field.value, Mapping):
        return str(field.value.get(field.language, ""))
    return str(field.value or "") if field.language == DEFAULT_LANGUAGE else ""


def _word(field: Field) -> None:
    st.text_input(
        field.label, key=desk.control_key(field.key, str(field.value or "")), help=field.help,
        on_change=lambda: field.take(st.session_state[field.key].strip()),
    )  # fmt: skip


def _number(field: Field) -> None:
    setting, shape = field.setting, (int if field.setting.whole else float)
    bounds: dict[str, Any] = {
        name: shape(bound)
        for name, bound in (("min_value", setting.minimum), ("max_value", setting.maximum))
        if bound is not None
    }
    value = None if field.value is None else shape(field.value)
    st.number_input(
        field.label, key=desk.control_key(field.key, value), value=None, step=1 if setting.whole else 0.5,
        on_change=lambda: field.take(st.session_state[field.key]), help=field.help, **bounds,
    )  # fmt: skip


def _switch(field: Field) -> None:
    st.toggle(
        field.label, key=desk.control_key(field.key, bool(field.value)), help=field.help,
        on_change=lambda: field.take(st.session_state[field.key]),
    )  # fmt: skip


def _named(choices: Sequence[SettingChoice]) -> dict[str, str]:
    """Names of the values of a setting."""
    return {each.value: each.english if language() == "en" else each.chinese for each in choices}


def _choice(field: Field) -> None:
    names = _named(field.setting.choices)
    few = len(names) <= _FEW

    def changed() -> None:
        field.take(st.session_state[field.key])

    # A rule that is more than a word is set elsewhere, and stays until another is chosen here.
    key = desk.control_key(field.key, field.value if isinstance(field.value, str) else None)
    if few:
        st.segmented_control(
            field.label, list(names), format_func=names.__getitem__, key=key, help=field.help, on_change=changed
        )
    else:
        other = [field.value] if isinstance(field.value, str) and field.value not in names else []  # from a file
        st.selectbox(
            field.label, [None, *names, *other], key=key, help=field.help, on_change=changed,
            format_func=lambda value: names.get(value or "", value or "—"),
        )  # fmt: skip


def _choices(field: Field) -> None:
    names = _named(field.setting.choices)
    st.pills(
        field.label, list(names), selection_mode="multi", format_func=names.__getitem__, help=field.help,
        key=desk.control_key(field.key, list(field.value or ())),
        on_change=lambda: field.take(list(st.session_state[field.key])),
    )  # fmt: skip


def _texts(field: Field) -> None:
    present: list[Any] = list(field.value or ())
    written = "\n".join(words_in(text, field.language) for text in present)

    def changed() -> None:
        field.take(with_lines(present, st.session_state[field.key], field.language))

    st.text_area(
        _("{label}，每行一个").format(label=field.label), key=desk.control_key(field.key, written), on_change=changed,
        help=field.help,
        height=max(80, 34 + 25 * len(present)), placeholder=_("不填写时只标出两端"),
    )  # fmt: skip


def with_lines(texts: Sequence[Any], written: str, language: str) -> list[dict[str, str]]:
    """The texts with these lines as their wording in one language; the default language decides how many there are."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    amount = len(lines) if language == DEFAULT_LANGUAGE else len(texts)
    paired = ((texts[n] if n < len(texts) else None, lines[n] if n < len(lines) else "") for n in range(amount))
    return [text for before, line in paired if (text := reword_text(before, line, language))]


def words_in(text: Any, language: str) -> str:
    """The wording in one language; empty where there is none."""
    if isinstance(text, Mapping):
        return str(text.get(language, ""))
    return str(text) if language == DEFAULT_LANGUAGE else ""


def _dimension(field: Field) -> None:
    names = {str(each["code"]): words(each.get("label")) for each in field.draft.data.get("dimensions") or ()}

    def changed() -> None:
        chosen = (st.session_state[field.key] or "").strip()
        if chosen and chosen not in names:
            desk.take(assign_to_new, str(field.holder.data["code"]), chosen)
        else:
            field.take(chosen or None)

    options = ["", *names, *([field.value] if field.value and field.value not in names else [])]
    said = distinct({"": _("不归入维度")} | names)
    st.selectbox(
        field.label, options, format_func=lambda code: said.get(code, code),
        key=desk.control_key(field.key, field.value or ""), accept_new_options=True, on_change=changed,
        help=_("{help}；直接输入可新建维度").format(help=_(field.setting.help)),
    )  # fmt: skip


def _item(field: Field) -> None:
    fitting = _FITTING.get(field.setting.name, Question)
    names = {
        code: name
        for code, name, type_name in question_names(field.draft)
        if issubclass(QUESTION_TYPES.get(type_name, Question), fitting) and code != field.holder.data.get("code")
    }
    options = ["", *names, *([field.value] if field.value and field.value not in names else [])]
    said = {"": _("无")} | names
    st.selectbox(
        field.label, options, format_func=lambda code: said.get(code, code), help=field.help,
        key=desk.control_key(field.key, field.value or ""),
        on_change=lambda: field.take(st.session_state[field.key] or None),
    )  # fmt: skip


def question_names(draft: Draft) -> list[tuple[str, str, str]]:
    """Code, number with title, and type of every question."""
    return [
        (
            str(question.get("code")),
            f"{question_number(draft.data, s, q)}. {short(question.get('title'))}",
            str(question.get("type")),
        )
        for s, section in enumerate(draft.sections())
        for q, question in enumerate(section.get("questions") or ())
    ]


def _places(field: Field) -> None:
    present = "\n".join(f"{each['code']} {'/'.join(each['path'])}" for each in field.value or ())

    def changed() -> None:
        pairs = [line.split(maxsplit=1) for line in st.session_state[field.key].splitlines() if line.strip()]
        field.take([{"code": code, "path": path[0].split("/") if path else []} for code, *path in pairs])

    st.text_area(
        _("{label}，每行一个").format(label=field.label), key=desk.control_key(field.key, present), on_change=changed,
        help=field.help,
        placeholder=_("330102 浙江/杭州/上城"),
    )  # fmt: skip


Drawn = Callable[[Field], None]

SIMPLE: dict[SettingKind, Drawn] = {
    SettingKind.TEXT: _text,
    SettingKind.LONG_TEXT: _text,
    SettingKind.WORD: _word,
    SettingKind.NUMBER: _number,
    SettingKind.SWITCH: _switch,
    SettingKind.CHOICE: _choice,
    SettingKind.CHOICES: _choices,
    SettingKind.TEXTS: _texts,
    SettingKind.DIMENSION: _dimension,
    SettingKind.ITEM: _item,
    SettingKind.PLACES: _places,
}
