"""The catalogue of business types of an electricity supplier: what each is called, needs, and is followed up by.

The one place that says so. A survey takes its types from here by `options: {business_types: the survey's code}`, or
`all` for the whole catalogue; in the definition they then stand as options of its own, so that answers keep them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.localisation.wording import DEFAULT_LANGUAGE, Text

FACT = "biz"  # by which a type comes along: the code of the fact, and the parameter of the link
EVERY = "all"
_NAMED = "business_types"


@dataclass(frozen=True)
class BusinessType:
    """One type of business: code in links and events, name, the papers it needs, the template that follows it up."""

    code: str
    name: Text
    documents: Text
    survey: str


class NoBusinessTypes(ValueError):
    """A survey for which the catalogue has no type."""


def business_types_of(survey: str) -> Sequence[BusinessType]:
    """The types that a survey follows up; raises NoBusinessTypes."""
    found = [each for each in CATALOGUE if survey in (EVERY, each.survey)]
    if not found:
        known = ", ".join(sorted({each.survey for each in CATALOGUE}))
        raise NoBusinessTypes(f'the catalogue has no business types for "{survey}"; write {EVERY} or one of {known}')
    return found


def written_out(options: Any) -> Any:
    """Options as they stand, or those of the catalogue where they are named by it; raises NoBusinessTypes."""
    if not isinstance(options, Mapping) or set(options) != {_NAMED}:
        return options
    return tuple(
        {"code": each.code, "label": each.name, "note": _needs(each)}
        for each in business_types_of(str(options[_NAMED]))
    )  # fmt: skip


def _needs(business: BusinessType) -> Text:
    words = business.documents.root
    return Text({DEFAULT_LANGUAGE: f"需要{words[DEFAULT_LANGUAGE]}", "en": f"Needs: {words['en']}"})


def _type(code: str, chinese: str, english: str, papers: str, papers_in_english: str, survey: str) -> BusinessType:
    name = Text({DEFAULT_LANGUAGE: chinese, "en": english})
    return BusinessType(code, name, Text({DEFAULT_LANGUAGE: papers, "en": papers_in_english}), survey)


# Connection, changes of capacity and voltage, of the account, of the place.
CATALOGUE: tuple[BusinessType, ...] = (
    _type("new", "新装", "New connection", "身份证明、房屋权属证明", "proof of identity, proof of title",
          "new-connection"),
    _type("increase", "增容", "Capacity increase", "身份证明、用电设备清单", "proof of identity, list of equipment",
          "new-connection"),
    _type("reduce", "减容", "Reducing capacity", "营业执照、减容申请", "business licence, application",
          "capacity-change"),
    _type("suspend", "暂停", "Suspending use", "营业执照、暂停起止日期的申请",
          "business licence, application with the dates", "capacity-change"),
    _type("substitute", "暂换", "Temporary transformer", "营业执照、设备故障的说明",
          "business licence, statement of the fault", "capacity-change"),
    _type("voltage", "改压", "Another supply voltage", "营业执照、供电方案申请",
          "business licence, application for a supply plan", "capacity-change"),
    _type("transfer", "更名或过户", "New name or holder", "双方身份证明、房屋权属证明",
          "identity of both parties, proof of title", "account-change"),
    _type("reclass", "改类", "New tariff class", "身份证明、用途变化的证明", "proof of identity, proof of the new use",
          "account-change"),
    _type("close", "销户", "Closing the account", "身份证明、结清的电费单", "proof of identity, settled final bill",
          "account-change"),
    _type("merge", "并户", "Merging accounts", "各户身份证明、同一地址的证明",
          "identity of each holder, proof of one address", "account-change"),
    _type("split", "分户", "Splitting an account", "身份证明、房屋分割的证明",
          "proof of identity, proof of the division", "account-change"),
    _type("relocate", "迁址", "Relocation of the supply", "身份证明、新址权属证明",
          "proof of identity, title of the new address", "site-change"),
    _type("move_meter", "移表", "Moving the meter", "身份证明、产权人同意书",
          "proof of identity, consent of the owner", "site-change"),
    _type("remove", "暂拆", "Removing the meter for a time", "身份证明、暂拆申请", "proof of identity, application",
          "site-change"),
)  # fmt: skip
