"""The privacy notice of the organisation, which the forms of all surveys without one of their own give."""

from __future__ import annotations

from surveys.console.collection import privacy_notice
from surveys.console.kit import look
from surveys.console.kit.words import _
from surveys.fieldwork.privacy_notices import EVERYWHERE
from surveys.localisation.language import catalogues
from surveys.permissions import Action


def draw() -> None:
    """What holds for every survey, in the languages of this installation."""
    look.soft(_("所有问卷的表单都链接到它；在“收集”里可以给一份问卷另写。实名的答卷记下当时的版本，以前的版本一直可以打开。"))
    privacy_notice.draw(EVERYWHERE, catalogues(), Action.CHANGE_SETTINGS)
