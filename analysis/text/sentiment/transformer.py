"""A sentiment model of one's own of the BERT class, in a local folder, behind the same interface.

The folder holds `model.onnx` (a classifier of texts, as `optimum-cli export onnx` writes it), `tokenizer.json`, and
`config.json` with `id2label`. Nothing is fetched from anywhere. Needs the extra `transformer`: onnxruntime, tokenizers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analysis.text.errors import UnusableInput

_AT_ONCE = 32
_MOST_TOKENS = 256
_POSITIVE = ("正", "pos", "好评")
_NEGATIVE = ("负", "neg", "差评")

Floats = npt.NDArray[np.float64]


class TransformerUnusable(UnusableInput):
    """The folder holds no model that can be used; the message says what is missing."""


class Transformer:
    """Says for each text how likely it is positive rather than negative."""

    def __init__(self, session: Any, tokenizer: Any, classes: tuple[int, int], version: str) -> None:
        self._session, self._tokenizer, self._classes, self.version = session, tokenizer, classes, version
        self._inputs = [each.name for each in session.get_inputs()]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model; raises TransformerUnusable with what is missing or wrong."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as missing:
            raise TransformerUnusable(
                f"没有安装 {missing.name}：使用自己的模型请先运行 pip install onnxruntime tokenizers"
            ) from missing
        files = [folder / name for name in ("model.onnx", "tokenizer.json", "config.json")]
        absent = [path.name for path in files if not path.is_file()]
        if absent:
            raise TransformerUnusable(f"{folder} 缺少 {'、'.join(absent)}")
        try:
            session = onnxruntime.InferenceSession(str(files[0]), providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(files[1]))
            labels = json.loads(files[2].read_text(encoding="utf-8"))["id2label"]
        except Exception as problem:  # both libraries raise bare exceptions of their own
            raise TransformerUnusable(f"{folder} 不是可用的模型（{problem}）") from problem
        tokenizer.enable_truncation(_MOST_TOKENS)
        tokenizer.enable_padding()
        version = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
        return cls(session, tokenizer, _classes(labels), version)

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """The log odds of positive against negative, whatever other classes the model has; one per text."""
        found = np.zeros(len(texts))
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # texts of a length need no padding
        for start in range(0, len(order), _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            found[chosen] = self._of_batch([texts[number] for number in chosen])
        return found

    def _of_batch(self, texts: list[str]) -> Floats:
        encoded = self._tokenizer.encode_batch(texts)
        every = {
            "input_ids": [each.ids for each in encoded],
            "attention_mask": [each.attention_mask for each in encoded],
            "token_type_ids": [each.type_ids for each in encoded],
        }
        given = {name: np.array(every[name], dtype=np.int64) for name in self._inputs}
        if not given["input_ids"].size:
            return np.zeros(len(texts))
        logits = np.asarray(self._session.run(None, given)[0], dtype=np.float64)
        negative, positive = self._classes
        return logits[:, positive] - logits[:, negative]


def _classes(labels: Mapping[str, str]) -> tuple[int, int]:
    """The numbers of the negative and the positive class."""
    found = []
    for words in (_NEGATIVE, _POSITIVE):
        known = [int(number) for number, label in labels.items() if any(word in label.lower() for word in words)]
        if len(known) != 1:
            names = "、".join(labels.values())
            raise TransformerUnusable(f"config.json 的 id2label 应各有一个正面和负面类别，现有：{names}")
        found += known
    return found[0], found[1]
