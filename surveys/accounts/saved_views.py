"""Views that people keep: a page with all its choices, as its address has them, under a name of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.accounts import Account
from surveys.localisation.wording import saying

LONGEST_NAME = 60
LONGEST_ADDRESS = 2000
MOST = 100  # of one account


@dataclass(frozen=True)
class SavedView:
    """A page and its query. `shared_with`: nobody (None), everybody (""), or those who see a department.

    It holds no figure: whoever opens it sees what their own account may.
    """

    name: str
    page: str
    query: dict[str, str] = field(default_factory=dict, hash=False)
    owner: str = ""
    shared_with: str | None = None
    id: int = 0

    def seen_by(self, account: Account) -> bool:
        """Whether it stands among the views of this account."""
        if self.owner == account.name or self.shared_with == "":
            return True
        return self.shared_with is not None and account.sees(self.shared_with)


class UnfitView(ValueError):
    """Why a view can't be kept, in words."""


def assert_view(view: SavedView) -> None:
    """Raise `UnfitView` for one without a name, or too long."""
    if not view.name.strip():
        raise UnfitView(saying("请给视图起个名字"))
    if len(view.name) > LONGEST_NAME:
        raise UnfitView(saying("视图名称最多 {most} 个字", most=LONGEST_NAME))
    if sum(len(name) + len(value) for name, value in view.query.items()) > LONGEST_ADDRESS:
        raise UnfitView(saying("这个视图的筛选太长，存不下"))
