"""Who is asked: a filter over what is known of people, then all of them, a random sample, or so many of each group."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Address = Annotated[str, Field(pattern=r"^((who|does|worth)\..{1,60}|tier|department)$")]


class Filter(BaseModel):
    """People whose value at an address is one of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Address
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class AudienceRule(BaseModel):
    """All filters must hold. `sample` draws so many at random, `of_each` so many of each group of `by`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["customer", "staff"] = "customer"
    filters: tuple[Filter, ...] = ()
    sample: Annotated[int, Field(ge=1)] | None = None
    by: Address | None = None  # the groups that progress is shown by, and that `of_each` draws from
    of_each: dict[str, Annotated[int, Field(ge=0)]] = {}
    seed: int = 0  # the same people with the same seed
