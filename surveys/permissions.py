"""Who may do what: named actions, and for each role those it may take and whose results, files and cases they reach.

Pages, routes and commands ask for an action, never for a role; to add a role is to add it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.localisation.language import gettext, marked


class Action(StrEnum):
    """What needs a permission, in the words of the README's table."""

    USE_CONSOLE = "open the console and its start page"
    VIEW_RESULTS = "read results, comments and answers"
    REVIEW_COMMENTS = "correct what the analysis says of a comment"
    TEACH_TEXT_MODEL = "give the text analysis own topics and judgements"
    DESIGN_SURVEYS = "build, publish, close and delete surveys"
    DISTRIBUTE = "give a survey out: links, posters, tablets, paper"
    TYPE_IN_PAPER = "type in sheets of paper"
    WATCH_COLLECTION = "watch answers come in"
    PROTECT_FORMS = "set how a form guards itself"
    EXPORT_ANSWERS = "take answers out"
    SET_ANSWERS_APART = "leave answers out of the count, and put them back"
    IMPORT_ANSWERS = "bring answers in, and take an import back"
    UNDO_ALL_IMPORTS = "take back what others have brought in"
    VIEW_CAMPAIGNS = "see how far campaigns have come"
    RUN_CAMPAIGNS = "plan, start and end campaigns, draws and coupons"
    WATCH_CALLS = "see phone interviews"
    MANAGE_CALL_QUEUES = "open and close queues of calls"
    CALL = "call people and fill in for them"
    REACH_CONTACTS = "meet the people of a file, as far as its secrecy allows"
    MANAGE_CONTACTS = "keep files of customers and staff"
    SET_TIERS = "give customers their tiers"
    SET_SECRECY = "set who may see which files"
    RUN_OUTBOX = "watch messages go out, and try the channels"
    PLAN_IMPROVEMENT = "plan improvements, carry them out and see what they did"
    APPROVE_PLANS = "approve the improvement plans of others"
    VIEW_APPRAISALS = "read appraisal reports, and note the talks about them"
    RUN_APPRAISALS = "plan appraisals, confirm raters and release reports"
    EXAMINE_APPEALS = "examine objections to appraisals"
    CHECK_CALLS = "draw calls to listen to, coach agents and answer their objections"
    ANSWER_CASES = "answer what people wrote, and hand it on"
    MANAGE_BOXES = "set up opinion boxes"
    MANAGE_CASE_RULES = "set by which rules cases are made, and by when they are answered"
    ADMINISTER_ORGANISATION = "keep departments, touchpoints and regions"
    ADMINISTER_ACCOUNTS = "keep accounts"
    MANAGE_API_KEYS = "give other systems their keys"
    CHANGE_SETTINGS = "change settings, make backups and bring them back"
    SET_RETENTION = "set how long what is kept, and hold it back from removal"
    READ_AUDIT = "read the audit trail"
    ARCHIVE_AUDIT = "move old lines of the audit trail into archives"


class Scope(StrEnum):
    """Whose results, files and cases an action reaches."""

    ALL = "all"
    OWN = "own departments"
    OWN_OR_ALL = "own departments, all without any"


class Role(StrEnum):
    """What an account is for."""

    ADMIN = "admin"
    DESIGNER = "designer"
    MANAGER = "manager"
    AGENT = "agent"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return ROLES[self].label

    @property
    def grants(self) -> Mapping[Action, Scope]:
        """The actions of this role, each with what it reaches."""
        return ROLES[self].grants

    @property
    def home(self) -> str:
        """Where its accounts arrive when they sign in."""
        return ROLES[self].home

    @property
    def works_in_console(self) -> bool:
        """Whether its accounts do more there than look at the start page."""
        return len(self.grants) > 1

    @property
    def needs_departments(self) -> bool:
        """Whether an account of this role without a department could see nothing."""
        return Scope.OWN in self.grants.values()


@dataclass(frozen=True)
class RoleDescription:
    """All there is to say of a role."""

    label: str
    grants: Mapping[Action, Scope] = field(default_factory=dict)
    home: str = "/"


def _reaching(scope: Scope, *actions: Action) -> dict[Action, Scope]:
    return dict.fromkeys(actions, scope)


_READING = (
    Action.USE_CONSOLE, Action.VIEW_RESULTS, Action.REVIEW_COMMENTS, Action.DISTRIBUTE, Action.TYPE_IN_PAPER,
    Action.WATCH_COLLECTION, Action.VIEW_CAMPAIGNS, Action.REACH_CONTACTS, Action.MANAGE_CONTACTS, Action.ANSWER_CASES,
    Action.PLAN_IMPROVEMENT, Action.VIEW_APPRAISALS, Action.CHECK_CALLS,
)  # fmt: skip
_DESIGNING = (
    *_READING, Action.TEACH_TEXT_MODEL, Action.DESIGN_SURVEYS, Action.PROTECT_FORMS, Action.EXPORT_ANSWERS,
    Action.IMPORT_ANSWERS, Action.SET_ANSWERS_APART, Action.RUN_CAMPAIGNS, Action.WATCH_CALLS,
    Action.MANAGE_CALL_QUEUES, Action.SET_TIERS, Action.RUN_OUTBOX, Action.MANAGE_BOXES,
    Action.MANAGE_CASE_RULES, Action.RUN_APPRAISALS, Action.EXAMINE_APPEALS,
)  # fmt: skip

ROLES: dict[Role, RoleDescription] = {
    Role.ADMIN: RoleDescription(marked("系统管理员"), _reaching(Scope.ALL, *Action)),
    Role.DESIGNER: RoleDescription(marked("问卷设计员"), _reaching(Scope.ALL, *_DESIGNING)),
    Role.MANAGER: RoleDescription(marked("部门管理者"), _reaching(Scope.OWN, *_READING)),
    Role.AGENT: RoleDescription(
        marked("话务员"),
        _reaching(
            Scope.OWN_OR_ALL, Action.USE_CONSOLE, Action.WATCH_CALLS, Action.CALL, Action.REACH_CONTACTS,
            Action.TYPE_IN_PAPER,
        ),
    ),
    Role.STAFF: RoleDescription(marked("员工"), _reaching(Scope.OWN_OR_ALL, Action.USE_CONSOLE), home="/my"),
}  # fmt: skip
OF_JOINERS = Role.STAFF
"""What somebody new is of whom a list says no role: whoever needs more is given it by a person."""


def table() -> str:
    """Actions by role, as Markdown: an empty cell where a role may not."""
    heads = [f"{gettext(role.label, 'en')}" for role in Role]
    lines = [f"| action | {' | '.join(heads)} |", f"| --- |{' --- |' * len(heads)}"]
    for action in Action:
        cells = [str(role.grants.get(action, "")) for role in Role]
        lines.append(f"| {action} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
