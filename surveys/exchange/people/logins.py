"""Which account a file of staff is of: what tasks, reminders and dates in files go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.localisation.language import marked
from surveys.people.contact import UnfitValue


@dataclass(frozen=True)
class Logins:
    """The accounts that whoever imports may name, and the files that are somebody's already."""

    accounts: Mapping[str, int] = field(default_factory=dict)  # by the name with which they sign in
    files: Mapping[int, str] = field(default_factory=dict)  # id of the file, by account

    def account_of(self, login: str, file: str | None) -> int:
        """The account of this name, for a *file* or a new one; raises UnfitValue."""
        account = self.accounts.get(login)
        if account is None:
            raise UnfitValue(marked("没有用户名为“{login}”的账号，请先在“账号”页建立"), login=login[:60])
        if self.files.get(account, file) != file:
            raise UnfitValue(marked("用户名“{login}”已经属于另一份档案"), login=login[:60])
        return account
