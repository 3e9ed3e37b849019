"""The grammar that the expression languages of other formats have in common, read by Lark."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

DEEPEST = 30  # brackets within brackets and denials of denials, the whole expression counted as one


class Untranslatable(ValueError):
    """An expression or condition that the other side can't say; the message says why."""


# From the loosest binding to the tightest. The numbers say which terminal is tried first.
_GRAMMAR = r"""
?start: either
?either: both (_OR both)*
?both: single (_AND single)*
?single: comparison
    | NOT+ comparison             -> negated
?comparison: operand
    | operand COMPARISON operand  -> compared
    | operand EMPTINESS           -> compared_with_nothing
?operand: TEXT                    -> text
    | NUMBER                      -> number
    | NAME                        -> reference
    | WORD                        -> word
    | _OPENING either _CLOSING
    | CALL [arguments] _CLOSING   -> call
    | _LIST [arguments] _LIST_END -> listed
arguments: either (_COMMA either)*

TEXT.9: /%(text)s/
NUMBER.8: /-?\d+(?:\.\d+)?(?![\w.])/
COMPARISON.7: /%(comparison)s/
EMPTINESS.6: /%(emptiness)s/
_AND.6: /%(and)s/
_OR.6: /%(or)s/
NOT.6: /%(not)s/
CALL.5: /[A-Za-z_][\w\-]*\s*\(/
NAME.4: /%(name)s/
WORD.3: /(?i:true|false|undefined|null)\b/
_OPENING.2: "("
_CLOSING.2: ")"
_LIST.2: "["
_LIST_END.2: "]"
_COMMA.2: ","
IGNORED.10: /%(ignored)s/
BLANKS: /\s+/
%%ignore IGNORED
%%ignore BLANKS
"""
# A text in quotation marks, also in those that a word processor makes of them.
_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[‘’‚‛′´`][^‘’‚‛′´`']*[‘’‛′´`']|[“”„‟″][^“”„‟″"]*[“”‟″"]"""
_NEVER = r"[^\s\S]"
_OPENING, _CLOSING = ("_OPENING", "CALL", "_LIST"), ("_CLOSING", "_LIST_END")
_MISSING = {"_CLOSING": ")", "_LIST_END": "]"}


def parser(names: str, signs: Mapping[str, str], ignored: str | None) -> Lark:
    """Reads one language: what a question's *names* look like, what its *signs* mean, and what says nothing in it."""
    compared = set(signs.values()) - {"and", "or", "not", "empty", "notempty"}
    terminals = {
        "text": _TEXT,
        "name": names,
        "ignored": ignored or _NEVER,
        "comparison": _any_of(signs, compared),
        "emptiness": _any_of(signs, {"empty", "notempty"}),
    } | {meaning: _any_of(signs, {meaning}) for meaning in ("and", "or", "not")}
    written = {name: pattern.replace("/", r"\/") for name, pattern in terminals.items()}
    return Lark(_GRAMMAR % written, parser="lalr", lexer="basic")


def _any_of(signs: Mapping[str, str], meanings: Collection[str]) -> str:
    """A pattern of the signs with one of the meanings, the longest first."""
    fitting = sorted((sign for sign, meaning in signs.items() if meaning in meanings), key=len, reverse=True)
    words = (rf"{re.escape(sign)}(?!\w)" if sign[-1].isalpha() else re.escape(sign) for sign in fitting)
    return f"(?i:{'|'.join(words)})" if fitting else _NEVER


def parse_expression(text: str, language: Lark) -> Tree[Any]:
    """The expression as a tree of the grammar's rules; raises Untranslatable."""
    reading, depth, denials, last = language.parse_interactive(text), 1, 0, Token("$END", "")
    try:
        for last in reading.iter_parse():
            depth += (last.type in _OPENING) - (last.type in _CLOSING)
            denials = denials + 1 if last.type == "NOT" else 0
            if depth + denials > DEEPEST:
                raise Untranslatable(marked("括号嵌套太深"))
        tree: Tree[Any] = reading.feed_eof(last)
    except UnexpectedCharacters as strange:
        at = strange.pos_in_stream or 0
        raise Untranslatable(unfit(text[at : at + 20])) from None
    except UnexpectedToken as problem:
        raise Untranslatable(_why(problem.token, reading.accepts())) from None
    return tree


def unfit(token: str | Message) -> Message:
    """Why what is written there can't be carried over, when no more can be said of it."""
    return saying(marked("“{token}”处的写法没有对应的条件"), token=token)


def _why(token: Token, expected: Collection[str]) -> Message:
    """What is wrong where the *token* stands instead of what was *expected*."""
    written = str(token) if token.type != "$END" else Message(marked("结尾"))
    if "NAME" in expected and token.type not in _CLOSING:
        return saying(marked("“{token}”处缺少内容"), token=written)
    missing = [mark for terminal, mark in _MISSING.items() if terminal in expected]
    return saying(marked("缺少“{mark}”"), mark=missing[0]) if missing else unfit(written)
