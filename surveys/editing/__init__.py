"""Building a survey step by step: each operation takes a draft and returns the next, with its name for the undo button.

A draft is plain data as in a survey's file and may be unfit for a while; `problems_of_draft` says what is missing and
`finished` gives the survey. `History` undoes and redoes. `settings_of` describes a question type for a generated form.
"""

from surveys.editing.context import add_fact, change_fact, delete_fact
from surveys.editing.dimensions import (
    add_dimension,
    assign,
    balance_weights,
    change_weight,
    delete_dimension,
    move_dimension,
    rebalance_weights,
    rename_dimension,
    without_weights,
)
from surveys.editing.draft import Draft, NotInDraft
from surveys.editing.guardians import ask_guardian, asks_guardian, leave_guardian_out
from surveys.editing.history import History
from surveys.editing.parts import add_part, change_part, delete_part, lists_of, move_part, reword_part
from surveys.editing.problems import DraftProblem, NotReady, draft_from, finish_draft, problems_of_draft
from surveys.editing.questions import (
    add_question,
    change_question,
    change_type,
    delete_question,
    duplicate_question,
    move_question,
    move_question_down,
    move_question_up,
    reword_question,
)
from surveys.editing.quotas import add_quota, change_quota, delete_quota
from surveys.editing.references import references
from surveys.editing.sections import (
    add_section,
    change_section,
    change_survey,
    delete_section,
    move_section,
    new_draft,
    reword_section,
    reword_survey,
)
from surveys.editing.settings import (
    Setting,
    SettingChoice,
    SettingKind,
    context_settings,
    dimension_settings,
    part_settings,
    quota_settings,
    section_settings,
    settings_of,
    survey_settings,
    thanks_settings,
)
from surveys.editing.thanks import add_thanks, change_thanks, delete_thanks

__all__ = [
    "Draft",
    "DraftProblem",
    "History",
    "NotInDraft",
    "NotReady",
    "Setting",
    "SettingChoice",
    "SettingKind",
    "add_dimension",
    "add_fact",
    "add_part",
    "add_question",
    "add_quota",
    "add_section",
    "add_thanks",
    "ask_guardian",
    "asks_guardian",
    "assign",
    "balance_weights",
    "change_fact",
    "change_part",
    "change_question",
    "change_quota",
    "change_section",
    "change_survey",
    "change_thanks",
    "change_type",
    "change_weight",
    "context_settings",
    "delete_dimension",
    "delete_fact",
    "delete_part",
    "delete_question",
    "delete_quota",
    "delete_section",
    "delete_thanks",
    "dimension_settings",
    "draft_from",
    "duplicate_question",
    "finish_draft",
    "leave_guardian_out",
    "lists_of",
    "move_dimension",
    "move_part",
    "move_question",
    "move_question_down",
    "move_question_up",
    "move_section",
    "new_draft",
    "part_settings",
    "problems_of_draft",
    "quota_settings",
    "rebalance_weights",
    "references",
    "rename_dimension",
    "reword_part",
    "reword_question",
    "reword_section",
    "reword_survey",
    "section_settings",
    "settings_of",
    "survey_settings",
    "thanks_settings",
    "without_weights",
]
