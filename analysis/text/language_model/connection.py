"""Asks a language model that the organisation runs, by the interface that Ollama, vLLM and others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import httpx

from analysis.text.errors import UnusableInput
from surveys.settings import LanguageModelSettings

_LONGEST = 1_000_000  # bytes of an answer: more is no answer to what was asked


class LanguageModelUnusable(UnusableInput):
    """The model did not answer as it should; the message says how to mend it."""


@dataclass
class ModelUse:
    """What has been asked for so far."""

    requests: int = 0
    tokens: int = 0


class LanguageModel:
    """Answers one question at a time; a context manager, so that its connection ends."""

    def __init__(self, settings: LanguageModelSettings) -> None:
        self.settings, self.use = settings, ModelUse()
        headers = {"authorization": f"Bearer {settings.key}"} if settings.key else {}
        # Neither proxies of the environment nor redirects: comments go to the address that was set and nowhere else.
        self._client = httpx.Client(headers=headers, timeout=settings.timeout, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._client.close()

    def answer(self, instructions: str, question: str) -> str:
        """What the model says; raises LanguageModelUnusable."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": question}]
        asked = {"model": self.settings.model, "messages": messages, "temperature": 0}
        address = f"{self.settings.url}/chat/completions"
        try:
            with self._client.stream("POST", address, json=asked) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LONGEST:
                        raise LanguageModelUnusable(f"{address} 的回答太长，不像是对话接口的回答")
                status = answer.status_code
            if status != httpx.codes.OK:
                raise LanguageModelUnusable(f"{address} 回答 {status}；请核对地址、模型名和密钥")
            said = httpx.Response(status, content=body).json()
            content = said["choices"][0]["message"]["content"]
            self.use.tokens += int((said.get("usage") or {}).get("total_tokens") or 0)
        except httpx.TimeoutException as problem:
            seconds = f"{self.settings.timeout:g}"
            raise LanguageModelUnusable(
                f"{address} {seconds} 秒内没有回答；可以用 XINSHENG_LLM_TIMEOUT 放宽"
            ) from problem
        except httpx.HTTPError as problem:
            raise LanguageModelUnusable(f"连不上 {address}（{type(problem).__name__}）") from problem
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
            raise LanguageModelUnusable(f"{address} 的回答不是对话接口的格式") from problem
        self.use.requests += 1
        return str(content)
