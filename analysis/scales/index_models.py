"""The satisfaction indices that are known: their latent variables and the paths between them, as configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.estimates import Words


@dataclass(frozen=True)
class IndexModel:
    """Latent variables in causal order of the theory, the paths between them, and the one the index is about."""

    label: Words
    latents: Mapping[str, Words]
    paths: tuple[tuple[str, str], ...]
    target: str = "satisfaction"


_WORDS = {
    "image": Words("企业形象", "image"),
    "expectation": Words("客户期望", "expectations"),
    "quality": Words("感知质量", "perceived quality"),
    "product_quality": Words("产品质量感知", "perceived product quality"),
    "service_quality": Words("服务质量感知", "perceived service quality"),
    "value": Words("感知价值", "perceived value"),
    "satisfaction": Words("客户满意度", "satisfaction"),
    "complaints": Words("客户抱怨", "complaints"),
    "loyalty": Words("客户忠诚", "loyalty"),
    "reliability": Words("供电质量感知", "perceived quality of supply"),
    "trust": Words("客户信任", "trust"),
}


def _model(label: Words, paths: str) -> IndexModel:
    """A model from lines "source: target target…" in the order of its latent variables."""
    lines = [line.split(":") for line in paths.split(";")]
    arrows = tuple((source.strip(), target) for source, targets in lines for target in targets.split())
    return IndexModel(label, {source.strip(): _WORDS[source.strip()] for source, _ in lines}, arrows)


INDEX_MODELS: dict[str, IndexModel] = {
    "acsi": _model(
        Words("美国顾客满意度指数（ACSI）", "ACSI"),
        "expectation: quality value satisfaction; quality: value satisfaction; value: satisfaction;"
        "satisfaction: complaints loyalty; complaints: loyalty; loyalty:",
    ),
    "ecsi": _model(
        Words("欧洲顾客满意度指数（ECSI）", "ECSI"),
        "image: expectation satisfaction loyalty; expectation: quality value satisfaction; quality: value satisfaction;"
        "value: satisfaction; satisfaction: loyalty; loyalty:",
    ),
    "ccsi": _model(
        Words("中国顾客满意度指数（CCSI）", "CCSI"),
        "image: expectation quality value satisfaction; expectation: quality; quality: value satisfaction;"
        "value: satisfaction; satisfaction: loyalty; loyalty:",
    ),
    "power_supply": _model(
        Words("供电客户满意度指数", "power supply satisfaction index"),
        "image: expectation satisfaction; expectation: reliability service_quality; reliability: value satisfaction;"
        "service_quality: value satisfaction; value: satisfaction; satisfaction: complaints trust;"
        "complaints: trust; trust:",
    ),
}
