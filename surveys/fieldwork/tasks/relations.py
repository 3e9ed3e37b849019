"""How a filler stands to what they fill a form about: a coarse fact that may be kept with an answer."""

from __future__ import annotations

from surveys.localisation.language import marked

SUPERIOR, PEER, SUBORDINATE, SELF, EXTERNAL = "superior", "peer", "subordinate", "self", "external"
REVIEWER, PREDECESSOR, SUCCESSOR, PARTICIPANT, INSPECTOR = (
    "reviewer", "predecessor", "successor", "participant", "inspector",
)  # fmt: skip

RELATIONS = {
    SUPERIOR: marked("上级"),
    PEER: marked("同级"),
    SUBORDINATE: marked("下级"),
    SELF: marked("本人"),
    EXTERNAL: marked("外部专家"),
    REVIEWER: marked("评价人"),
    PREDECESSOR: marked("上游环节"),
    SUCCESSOR: marked("下游环节"),
    PARTICIPANT: marked("学员"),
    INSPECTOR: marked("检查人员"),
}
