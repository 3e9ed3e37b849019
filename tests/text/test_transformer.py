"""A model of one's own behind the same interface: here a tiny one, made on the spot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.command_line import main
from analysis.text import Analyser
from analysis.text.sentiment.transformer import Transformer, TransformerUnusable

onnx = pytest.importorskip("onnx")
tokenizers = pytest.importorskip("tokenizers")
pytest.importorskip("onnxruntime")

OWN_MEANING = {"咕": 3.0, "嘎": -3.0}
"""What the tiny model holds for praise and blame; no list or weight of ours knows these."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag of characters as an ONNX graph: each character's two logits, added up where the mask is one."""
    path = tmp_path_factory.mktemp("model")
    vocabulary = {"[PAD]": 0, "[UNK]": 1} | {character: n for n, character in enumerate(OWN_MEANING, 2)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    tokenizer.save(str(path / "tokenizer.json"))
    table = np.zeros((len(vocabulary), 3), dtype=np.float32)
    table[2:, 0], table[2:, 2] = [-v for v in OWN_MEANING.values()], list(OWN_MEANING.values())
    make, kinds = onnx.helper, onnx.TensorProto
    graph = make.make_graph(
        [
            make.make_node("Gather", ["table", "input_ids"], ["each"]),
            make.make_node("Cast", ["attention_mask"], ["mask"], to=kinds.FLOAT),
            make.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
            make.make_node("Mul", ["each", "wide"], ["kept"]),
            make.make_node("ReduceSum", ["kept", "along"], ["logits"], keepdims=0),
        ],
        "tiny",
        [make.make_tensor_value_info(n, kinds.INT64, ["n", "m"]) for n in ("input_ids", "attention_mask")],
        [make.make_tensor_value_info("logits", kinds.FLOAT, ["n", 3])],
        [
            onnx.numpy_helper.from_array(table, "table"),
            onnx.numpy_helper.from_array(np.array([2]), "last"),
            onnx.numpy_helper.from_array(np.array([1]), "along"),
        ],
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path / "model.onnx"))
    labels = {"0": "negative", "1": "neutral", "2": "positive"}
    (path / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    return path


def test_each_text_gets_its_own_log_odds(folder: Path) -> None:
    """Padding changes nothing, and the order is that of the texts."""
    found = Transformer.load(folder).log_odds(["咕", "嘎嘎嘎", "别的", "", "咕嘎"])
    assert found.tolist() == [6.0, -18.0, 0.0, 0.0, 0.0]


def test_the_analyser_takes_its_sentiment_from_the_model(folder: Path) -> None:
    """Aspects, kinds and null answers stay; its version tells of the model; our rules leave its scores alone."""
    plain = Analyser.load()
    own = plain.with_transformer(Transformer.load(folder))
    praise, blame, nothing, wish = own.analyse(["营业厅咕", "营业厅不嘎", "无", "建议多开窗口"])
    assert (praise.sentiment, praise.aspects[0].aspect, blame.sentiment) == ("positive", "hall", "negative")
    assert praise.score > 0.99 and blame.score < 0.01
    assert (nothing.kind, wish.kind, wish.sentiment) == ("no_content", "suggestion", "neutral")
    assert own.version != plain.version
    assert plain.analyse(["营业厅咕"])[0].score < 0.99


def test_the_command_line_takes_a_folder(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --model; a folder without a model is named."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n营业厅咕\n", encoding="utf-8")
    given = ["comments", str(source), "--column", "text", "--out", str(out)]
    assert main([*given, "--model", str(folder)]) == 0
    assert ",正面," in out.read_text(encoding="utf-8")
    assert main([*given, "--model", str(tmp_path)]) == 1
    assert "model.onnx" in capsys.readouterr().err


def test_classes_have_to_be_named(folder: Path, tmp_path: Path) -> None:
    """LABEL_0 could mean anything."""
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "config.json").write_text('{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}', encoding="utf-8")
    with pytest.raises(TransformerUnusable, match="LABEL_0"):
        Transformer.load(tmp_path)
