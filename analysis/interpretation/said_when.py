"""Every sentence that pages of results can say, with the condition under which it is said: read off the code itself.

A condition is what stands between the beginning of the function and the words: the tests of the branches they are in,
and the guards that were passed before. So the table can't leave a sentence out, nor tell another condition than holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_CHINESE = re.compile(r"[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]")  # its characters, or its punctuation alone
_NO_SENTENCES = ("text", "__main__.py")  # language that is analysed, and what the command line says
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LEAVING = (ast.Return, ast.Raise, ast.Continue)


@dataclass(frozen=True)
class PossibleSentence:
    """The words with their names in braces, in which function of which file they stand, what that is for, and when."""

    place: str
    function: str
    purpose: str
    words: str
    conditions: tuple[str, ...]


def possible_sentences(root: Path = ROOT) -> list[PossibleSentence]:
    """All of them, in the order of the files."""
    found = []
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if inside.parts[0] not in _NO_SENTENCES:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += list(_Reader(f"analysis/{inside.as_posix()}").of_body(tree.body, ()))
    return found


def table(sentences: Sequence[PossibleSentence]) -> str:
    """One line each: place, function and what it is for, words, condition, apart by tabs."""
    lines = ["\t".join(("where", "function", "what it says", "words", "when"))]
    for each in sentences:
        told = (each.place, each.function, each.purpose, each.words, " and ".join(each.conditions) or "always")
        lines.append("\t".join(" ".join(part.split()) for part in told))
    return "\n".join(lines)


class _Reader:
    """Walks through a file, keeping what has to hold on the way."""

    def __init__(self, place: str) -> None:
        self._place, self._inside = place, list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]()

    def of_body(self, body: Sequence[ast.stmt], when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        """The sentences of statements that follow each other; whoever passes a guard has failed its test."""
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring
            yield from self.of_node(statement, when)
            if isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.body[-1], _LEAVING):
                when = (*when, f"not ({ast.unparse(statement.test)})")

    def of_node(self, node: ast.AST, when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _CHINESE.search(node.value):
                yield self._sentence(node.value, when)
        elif isinstance(node, _DEFINITIONS):
            self._inside.append(node)
            for part in (*node.decorator_list, *([node.args] if not isinstance(node, ast.ClassDef) else [])):
                yield from self.of_node(part, ())
            yield from self.of_body(node.body, ())
            self._inside.pop()
        elif isinstance(node, ast.If | ast.IfExp):
            yield from self._branches(node, when)
        elif isinstance(node, ast.Dict):
            yield from self._entries(node, when)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from self._named(node, when)
        else:
            yield from self._parts(node, when)

    def _branches(self, node: ast.If | ast.IfExp, when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        test = ast.unparse(node.test)
        yield from self.of_node(node.test, when)
        for branch, condition in ((node.body, test), (node.orelse, f"not ({test})")):
            told = (*when, condition)
            yield from self.of_body(branch, told) if isinstance(branch, list) else self.of_node(branch, told)

    def _entries(self, node: ast.Dict, when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield from self.of_node(key, when)
            yield from self.of_node(value, when if key is None else (*when, f"for {ast.unparse(key)}"))

    def _named(self, node: ast.Assign | ast.AnnAssign, when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        """Words under a name at the head of a file are said where the name is."""
        if self._inside and not isinstance(self._inside[-1], ast.ClassDef):
            yield from self._parts(node, when)
            return
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if node.value is not None:
            yield from self.of_node(node.value, (*when, f"as {ast.unparse(target)}"))

    def _parts(self, node: ast.AST, when: tuple[str, ...]) -> Iterator[PossibleSentence]:
        for _name, part in ast.iter_fields(node):
            if isinstance(part, list):
                if part and isinstance(part[0], ast.stmt):
                    yield from self.of_body(part, when)
                    continue
                for each in part:
                    if isinstance(each, ast.AST):
                        yield from self.of_node(each, when)
            elif isinstance(part, ast.AST):
                yield from self.of_node(part, when)

    def _sentence(self, words: str, when: tuple[str, ...]) -> PossibleSentence:
        function = ".".join(each.name for each in self._inside)
        told = ast.get_docstring(self._inside[-1]) if self._inside else None
        return PossibleSentence(self._place, function, (told or "").partition("\n")[0], words, when)
