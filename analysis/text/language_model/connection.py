"""Asks a language model that the organisation runs, by the interface that Ollama, vLLM and others share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

import httpx

from analysis.text.errors import UnusableInput
from surveys.localisation.wording import saying
from surveys.settings import LanguageModelSettings, TokenPrice

_LONGEST = 1_000_000  # bytes of an answer: more is no answer to what was asked

LONGEST_ANSWER = 2_000
"""So many tokens an answer may have, which bounds what it costs."""


class LanguageModelUnusable(UnusableInput):
    """The model did not answer as it should; the message says how to mend it."""


class LanguageModelCancelled(UnusableInput):
    """Whoever asked wants no answer any more."""


@dataclass
class ModelUse:
    """What has been asked for so far: requests, tokens in all, and those of them that were sent."""

    requests: int = 0
    tokens: int = 0
    sent: int = 0

    def add(self, usage: Mapping[str, Any]) -> None:
        """One more answer, with what the server says of its tokens."""
        sent, written = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        self.requests += 1
        self.sent += sent
        self.tokens += max(int(usage.get("total_tokens") or 0), sent + written)

    def cost(self, price: TokenPrice) -> float:
        """What it costs; tokens of which the server doesn't say whether they were sent count as written."""
        return price.of(self.sent, self.tokens - self.sent)


class LanguageModel:
    """Answers one question at a time; a context manager, so that its connection ends.

    *stopped* is asked before each question and while an answer comes: whether nobody wants it any more.
    """

    def __init__(self, settings: LanguageModelSettings, stopped: Callable[[], bool] = lambda: False) -> None:
        self.settings, self.use, self._stopped = settings, ModelUse(), stopped
        headers = {"authorization": f"Bearer {settings.key}"} if settings.key else {}
        # Neither proxies of the environment nor redirects: comments go to the address that was set and nowhere else.
        self._client = httpx.Client(headers=headers, timeout=settings.timeout, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._client.close()

    def answer(self, instructions: str, question: str) -> str:
        """What the model says; raises LanguageModelUnusable and LanguageModelCancelled."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": question}]
        asked = {"model": self.settings.model, "messages": messages, "temperature": 0, "max_tokens": LONGEST_ANSWER}
        address = f"{self.settings.url}/chat/completions"
        try:
            said = httpx.Response(httpx.codes.OK, content=self._body(address, asked)).json()
            content = said["choices"][0]["message"]["content"]
            self.use.add(said.get("usage") or {})
        except httpx.TimeoutException as problem:
            raise self._too_slow(address) from problem
        except httpx.HTTPError as problem:
            name = type(problem).__name__
            raise LanguageModelUnusable(saying("连不上 {address}（{name}）", address=address, name=name)) from problem
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
            raise LanguageModelUnusable(saying("{address} 的回答不是对话接口的格式", address=address)) from problem
        return str(content)

    def _body(self, address: str, asked: object) -> bytes:
        """What comes back. The time-out is of the whole answer: one that drips in never ends otherwise."""
        self._assert_wanted()
        body, until = b"", monotonic() + self.settings.timeout
        with self._client.stream("POST", address, json=asked) as answer:
            if answer.status_code != httpx.codes.OK:
                wording = "{address} 回答 {status}；请核对地址、模型名和密钥"
                raise LanguageModelUnusable(saying(wording, address=address, status=answer.status_code))
            for part in answer.iter_bytes():
                body += part
                self._assert_wanted()
                if len(body) > _LONGEST:
                    raise LanguageModelUnusable(saying("{address} 的回答太长，不像是对话接口的回答", address=address))
                if monotonic() > until:
                    raise self._too_slow(address)
        return body

    def _assert_wanted(self) -> None:
        if self._stopped():
            raise LanguageModelCancelled("已取消")

    def _too_slow(self, address: str) -> LanguageModelUnusable:
        wording = "{address} {seconds} 秒内没有回答；可以用 XINSHENG_LLM_TIMEOUT 放宽"
        return LanguageModelUnusable(saying(wording, address=address, seconds=f"{self.settings.timeout:g}"))
