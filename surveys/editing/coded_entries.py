"""Steps on the lists that a survey keeps beside its questions, each entry under a code of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from surveys.definition.places import quote_text
from surveys.definition.plain_data import Data
from surveys.editing.draft import Draft, NotInDraft, fresh
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class CodedEntries:
    """One such list: where it stands, what its codes begin with, which setting names an entry, and words for it.

    The words are marked messages; `added`, `changed` and `deleted` may hold the naming setting, `unknown` the code.
    """

    place: str
    begins: str
    named_by: str
    added: str
    changed: str
    deleted: str
    unknown: str

    def among(self, data: Data) -> list[Data]:
        """The entries, to be changed in place."""
        found: list[Data] = data.setdefault(self.place, [])
        return found

    def add(self, draft: Draft, data: Data, entry: Data) -> Draft:
        """With one more at the end of *data*, under a code that none has or had."""
        entries, before = self.among(data), f"{self.place}."
        taken = {str(each.get("code")) for each in entries} | {name.removeprefix(before) for name in draft.taken}
        entries.append({"code": fresh(self.begins, taken)} | entry)
        return self._after(draft, data, self.added, entry)

    def change(self, draft: Draft, code: str, setting: str, value: Any) -> Draft:
        """With a setting of one of them changed, to none when *value* is None."""
        data = draft.copied()
        entry = self._found(data, code)
        entry.pop(setting, None)
        entry |= {} if value is None else {setting: value}
        return self._after(draft, data, self.changed, entry)

    def delete(self, draft: Draft, code: str) -> Draft:
        """Without one of them; its code is not given to another."""
        data = draft.copied()
        gone = self._found(data, code)
        data[self.place].remove(gone)
        return self._after(draft, data, self.deleted, gone)

    def _after(self, draft: Draft, data: Data, words: str, entry: Data) -> Draft:
        return draft.after(data, saying(words, **{self.named_by: quote_text(entry.get(self.named_by))}))

    def _found(self, data: Data, code: str) -> Data:
        for entry in data.get(self.place) or ():
            if entry.get("code") == code:
                found: Data = entry
                return found
        raise NotInDraft(saying(self.unknown, code=code))
