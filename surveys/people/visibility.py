"""Who may see which files, and what of them: departments, levels of secrecy, personal data. Rules can be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict, Field

from surveys.accounts import Account
from surveys.localisation.clock import zone
from surveys.people.contact import Contact, Secrecy
from surveys.people.masking import mask_contact
from surveys.permissions import Action, Role

RULES = "people rules"  # the setting that keeps them


class PeopleRules(BaseModel):
    """What the organisation has decided about its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    highest: Mapping[Role, Secrecy] = Field(
        default={
            Role.ADMIN: Secrecy.TOP, Role.MANAGER: Secrecy.CONFIDENTIAL, Role.DESIGNER: Secrecy.SECRET,
            Role.AGENT: Secrecy.NONE, Role.STAFF: Secrecy.NONE,
        }
    )  # fmt: skip
    plain: frozenset[Role] = frozenset({Role.ADMIN, Role.MANAGER})  # who sees personal data as it is
    # The longest that the Law on Guarding State Secrets (保守国家秘密法) allows where nothing else is decided.
    years: Mapping[Secrecy, int] = Field(default={Secrecy.SECRET: 10, Secrecy.CONFIDENTIAL: 20, Secrecy.TOP: 30})
    stale_after_days: int = Field(default=365, ge=30, le=3650)
    personal: tuple[str, ...] = ("地址", "住址", "身份证", "证件", "银行", "账号", "车牌", "生日", "出生", "联系人")

    def ends(self, level: Secrecy, today: date) -> date | None:
        """The last day of a level that is given today; None for no level."""
        if level is Secrecy.NONE:
            return None
        try:
            return today.replace(year=today.year + self.years[level]) - timedelta(days=1)
        except ValueError:  # given on 29 February
            return today.replace(year=today.year + self.years[level], day=28)


def rules_from(text: str | None) -> PeopleRules:
    """The rules as the setting keeps them; the usual ones where nobody has said."""
    return PeopleRules.model_validate_json(text) if text else PeopleRules()


@dataclass(frozen=True)
class Sight:
    """What one account may see."""

    departments: frozenset[str] | None  # None: of all, and of those without a department
    highest: Secrecy
    plain: bool
    personal: tuple[str, ...] = field(default=())

    @property
    def levels(self) -> list[Secrecy]:
        return [level for level in Secrecy if level.rank <= self.highest.rank]

    def covers(self, contact: Contact, today: date) -> bool:
        """Whether the file is this account's business."""
        at_home = self.departments is None or contact.department in self.departments
        return at_home and contact.level(today).rank <= self.highest.rank

    def shown(self, contact: Contact) -> Contact:
        """The file as this account sees it once it is open."""
        return contact if self.plain else mask_contact(contact, self.personal)

    def listed(self, contact: Contact) -> Contact:
        """The file as a line of a list, where nobody's look at it is recorded."""
        return mask_contact(contact, self.personal)


def sight_of(account: Account, rules: PeopleRules) -> Sight:
    """Managers see their departments; agents those they are in, or all; staff none."""
    departments = account.reach(Action.REACH_CONTACTS)
    highest = rules.highest.get(account.role, Secrecy.NONE)
    return Sight(departments, highest, account.role in rules.plain, rules.personal)


def stale_before(today: date, rules: PeopleRules) -> datetime:
    """Files not updated since this moment are on the list of the quarter that today lies in.

    It counts from the first day of the quarter, so that the list only shortens while it is worked off.
    """
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return datetime.combine(quarter - timedelta(days=rules.stale_after_days), time(), zone())
