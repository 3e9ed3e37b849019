"""A Python client for other systems, written from the OpenAPI document: one method for each operation.

The client is one file that needs httpx alone, to be copied beside the program that uses it.
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from surveys.command_line.command import Command, Failure

_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list[Any]"}
_HEAD = '''
"""Client of the HTTP interface, written from its OpenAPI document by `python -m surveys python-client`.

It needs httpx. Each method gives the JSON that the server answered with; what the server refuses raises Refused, with
the problem in words (RFC 9457) and, where single entries are wrong, the faults by place.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx


class Refused(Exception):
    """The server did not do it: status, title and faults as it told them, and seconds to wait where it named some."""

    def __init__(self, answer: httpx.Response) -> None:
        told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        self.status = answer.status_code
        self.title = str(told.get("title", answer.reason_phrase))
        self.faults = list(told.get("faults", []))
        wait = answer.headers.get("retry-after", "")
        self.retry_after = int(wait) if wait.isdigit() else None
        super().__init__(f"{self.status} {self.title}")


class Xinsheng:
    """The interface of one installation, such as Xinsheng("https://ask.example.cn", "a key")."""

    def __init__(self, address: str, key: str, *, client: httpx.Client | None = None) -> None:
        self._base = address.rstrip("/") + "/api/v1"
        self._key = key
        self._client = client or httpx.Client(timeout=20.0)

    def __enter__(self) -> Xinsheng:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _ask(
        self, method: str, path: str, query: dict[str, Any], headers: dict[str, Any], body: Any = None
    ) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        said = {"Authorization": f"Bearer {self._key}"}
        said |= {name: str(value) for name, value in headers.items() if value is not None}
        answer = self._client.request(method, self._base + path, params=given, headers=said, json=body)
        if not answer.is_success:
            raise Refused(answer)
        return answer.json() if answer.content else None
'''


def python_client(document: Mapping[str, Any]) -> str:
    """The source of the client for this OpenAPI document."""
    operations = [
        _method(path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    ]
    return "\n".join([_HEAD.strip("\n"), *operations])


def method_name(path: str, verb: str) -> str:
    """The verb and what stands in the path: `get_survey_results` of GET /surveys/{survey}/results."""
    words: list[str] = []
    for part in path.strip("/").split("/"):
        if not part.startswith("{"):
            words.append(part)
        elif words and words[-1] == f"{part[1:-1]}s":  # one of the many before it
            words[-1] = part[1:-1]
    return "_".join([verb, *words]).replace("-", "_")


def _method(path: str, verb: str, operation: Mapping[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    in_path = [each for each in parameters if each["in"] == "path"]
    named = [each for each in parameters if each["in"] != "path"]
    arguments = [f"{_safe(each['name'])}: {_type(each)}" for each in in_path]
    body = "body: Any" if "requestBody" in operation else ""
    required = [f"{_safe(each['name'])}: {_type(each)}" for each in named if each.get("required")]
    optional = [f"{_safe(each['name'])}: {_type(each)} | None = None" for each in named if not each.get("required")]
    star = ["*"] if required or optional else []
    signature = ", ".join(["self", *arguments, *([body] if body else []), *star, *required, *optional])
    target = re.sub(r"\{(\w+)\}", lambda found: f"{{quote({_safe(found[1])}, safe='')}}", path)
    lines = [
        "", f"    def {method_name(path, verb)}({signature}) -> Any:", *_docstring(verb, path, operation),
        f"        query = {_collected(named, 'query')}", f"        headers = {_collected(named, 'header')}",
        f'        return self._ask("{verb.upper()}", f"{target}", query, headers{", body" if body else ""})',
    ]  # fmt: skip
    return "\n".join(lines)


def _docstring(verb: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    told = dedent(str(operation.get("description") or operation.get("summary") or "")).strip().replace("\\", "\\\\")
    told = told.replace('"""', "'''")
    yield f'        """{verb.upper()} {path}'
    if told:
        yield ""
        yield from (f"        {line}".rstrip() for line in told.splitlines())
    yield '        """'


def _collected(parameters: list[Mapping[str, Any]], place: str) -> str:
    found = [f'"{each["name"]}": {_safe(each["name"])}' for each in parameters if each["in"] == place]
    return "{" + ", ".join(found) + "}"


def _safe(name: str) -> str:
    plain = re.sub(r"\W", "_", name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _type(parameter: Mapping[str, Any]) -> str:
    schema = parameter.get("schema", {})
    kinds = [schema, *schema.get("anyOf", [])]
    return next((_TYPES[each["type"]] for each in kinds if each.get("type") in _TYPES), "Any")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="openapi.json", help="从 /api/v1/openapi.json 保存的文件；- 从标准输入读")
    out = Path("xinsheng_client.py")
    parser.add_argument("--out", type=Path, default=out, help="写到哪里；默认 xinsheng_client.py")


def _write(chosen: argparse.Namespace) -> int:
    text = sys.stdin.read() if chosen.document == "-" else Path(chosen.document).read_text("utf-8")
    try:
        source = python_client(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Failure(f"{chosen.document} 不是接口说明；请从 /api/v1/openapi.json 下载。") from None
    chosen.out.write_text(source + "\n", "utf-8")
    print(f"已写入 {chosen.out}；它只需要 httpx。")
    return 0


COMMANDS = {"python-client": Command("按接口说明写出 Python 客户端", _write, _arguments)}
