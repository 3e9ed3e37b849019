"""The steps of an editing session, to undo and redo."""

from __future__ import annotations

from dataclasses import dataclass, replace

from surveys.editing.draft import Draft
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

LONGEST = 100


@dataclass(frozen=True)
class History:
    """The present draft with those before it and those undone; each change gives another History."""

    present: Draft
    past: tuple[Draft, ...] = ()
    undone: tuple[Draft, ...] = ()  # the next to redo comes last

    def after(self, draft: Draft) -> History:
        """A step further; a step that changes nothing is none."""
        if draft.data == self.present.data:
            return self
        return History(draft, (*self.past, self.present)[-LONGEST:])

    def undo(self) -> History:
        """One step back; the same at the beginning."""
        if not self.past:
            return self
        # What was once taken stays taken, or a new question could get the code of the one undone.
        before = replace(self.past[-1], taken=self.past[-1].taken | self.present.taken)
        return History(before, self.past[:-1], (*self.undone, self.present))

    def redo(self) -> History:
        """The step last undone again; the same when there is none."""
        if not self.undone:
            return self
        return History(self.undone[-1], (*self.past, self.present), self.undone[:-1])

    @property
    def to_undo(self) -> Message | None:
        """What the undo button says; None when there is nothing to undo."""
        return saying(marked("撤销：{step}"), step=self.present.done) if self.past else None

    @property
    def to_redo(self) -> Message | None:
        """What the redo button says; None when there is nothing to redo."""
        return saying(marked("重做：{step}"), step=self.undone[-1].done) if self.undone else None
