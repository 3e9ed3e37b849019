"""How the layer over rules and table is taught by survey-like comments (`data/text/pragmatics`)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analysis.text.analyser import Analyser
from analysis.text.sentiment.pragmatics import Pragmatics, softmax
from surveys.comments import BY_LABEL, Sentiment

_PENALTY = 1.0
_STEPS = 300

Floats = npt.NDArray[np.float64]


class TaughtTurn(NamedTuple):
    """A comment, what a reader says of it, the turn that it was written for, and of which industry it is."""

    text: str
    sentiment: Sentiment
    turn: str
    industry: str


def taught_comments(folder: Path, part: str) -> list[TaughtTurn]:
    """Those of one *part*: `taught`, or `kept` for measuring."""
    with (folder / "comments.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [TaughtTurn(r["text"], BY_LABEL[r["label"]], r["turn"], r["industry"]) for r in rows if r["part"] == part]


def learned(analyser: Analyser, comments: Sequence[TaughtTurn]) -> Pragmatics:
    """The cues of the *analyser* with weights learned from these comments: softmax regression with an L2 penalty."""
    rows, features = analyser.pragmatic_features([each.text for each in comments])
    classes = [list(Sentiment).index(comments[row].sentiment) for row in rows.tolist()]
    return analyser.pragmatics.taught(_fitted(features, np.eye(len(Sentiment))[classes]))


def _fitted(features: Floats, wanted: Floats) -> Floats:
    shape = (features.shape[1], wanted.shape[1])
    penalty = np.append(np.full(shape[0] - 1, _PENALTY), 0.0)[:, None]  # the last one is the intercept

    def loss(point: Floats) -> tuple[float, Floats]:
        weights = point.reshape(shape)
        likelihoods = softmax(features @ weights)
        slope = features.T @ (likelihoods - wanted) + penalty * weights
        found = -np.log((likelihoods * wanted).sum(axis=1) + 1e-12).sum() + 0.5 * (penalty * weights**2).sum()
        return float(found), slope.ravel()

    start = np.zeros(shape[0] * shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x.reshape(shape))


def save(pragmatics: Pragmatics, folder: Path) -> None:
    """Write the weights beside the cues that they belong to."""
    weights = [] if pragmatics.weights is None else np.round(pragmatics.weights, 4).tolist()
    text = json.dumps({"cues": list(pragmatics.names), "weights": weights})
    (folder / "weights.json").write_text(text + "\n", encoding="utf-8")
