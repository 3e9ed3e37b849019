"""The satisfaction indices that are known: their latent variables and the paths between them, as configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class IndexModel:
    """Latent variables in causal order of the theory, the paths between them, and the one the index is about."""

    label: Message
    latents: Mapping[str, Message]
    paths: tuple[tuple[str, str], ...]
    target: str = "satisfaction"


_WORDS = {
    "image": saying("企业形象"),
    "expectation": saying("客户期望"),
    "quality": saying("感知质量"),
    "product_quality": saying("产品质量感知"),
    "service_quality": saying("服务质量感知"),
    "value": saying("感知价值"),
    "satisfaction": saying("客户满意度"),
    "complaints": saying("客户抱怨"),
    "loyalty": saying("客户忠诚"),
    "reliability": saying("供电质量感知"),
    "trust": saying("客户信任"),
}


def _model(label: Message, paths: str) -> IndexModel:
    """A model from lines "source: target target…" in the order of its latent variables."""
    lines = [line.split(":") for line in paths.split(";")]
    arrows = tuple((source.strip(), target) for source, targets in lines for target in targets.split())
    return IndexModel(label, {source.strip(): _WORDS[source.strip()] for source, _ in lines}, arrows)


INDEX_MODELS: dict[str, IndexModel] = {
    "acsi": _model(
        saying("美国顾客满意度指数（ACSI）"),
        "expectation: quality value satisfaction; quality: value satisfaction; value: satisfaction;"
        "satisfaction: complaints loyalty; complaints: loyalty; loyalty:",
    ),
    "ecsi": _model(
        saying("欧洲顾客满意度指数（ECSI）"),
        "image: expectation satisfaction loyalty; expectation: quality value satisfaction; quality: value satisfaction;"
        "value: satisfaction; satisfaction: loyalty; loyalty:",
    ),
    "ccsi": _model(
        saying("中国顾客满意度指数（CCSI）"),
        "image: expectation quality value satisfaction; expectation: quality; quality: value satisfaction;"
        "value: satisfaction; satisfaction: loyalty; loyalty:",
    ),
    "power_supply": _model(
        saying("供电客户满意度指数"),
        "image: expectation satisfaction; expectation: reliability service_quality; reliability: value satisfaction;"
        "service_quality: value satisfaction; value: satisfaction; satisfaction: complaints trust;"
        "complaints: trust; trust:",
    ),
}
