"""The hot path and ten other statements in SQLAlchemy Core, for SQLite and PostgreSQL: what `statements` measures.

Nothing of the product uses this. `postgresql.insert` is rendered by both dialects, so an upsert is written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Select
from sqlalchemy.sql.functions import FunctionElement

METADATA = MetaData()


def _table(name: str, texts: str, keys: str = "id", *others: Column[Any]) -> Table:
    columns = [Column(each, Text, primary_key=each in keys.split()) for each in texts.split()]
    return Table(name, METADATA, *columns, *others)


responses = _table(
    "responses",
    "id survey answers received_on received_at touchpoint department district business_type channel seed contact flags "
    "context", "id", Column("version", Integer), Column("seconds", Integer),
)  # fmt: skip
tallies = _table("tallies", "survey day touchpoint event", "survey day touchpoint event", Column("times", Integer))
arrivals = _table("arrivals", "survey response", "", Column("number", Integer, primary_key=True))
participations = _table(
    "participations", "survey subject", "survey subject", Column("account", Integer, primary_key=True)
)
quotas = _table("quotas", "scope cell", "scope cell", Column("taken", Integer))
leases = _table("leases", "job holder until", "job")
findings = _table("findings", "response item model finding", "response item")
outbox = _table(
    "outbox",
    "id channel address subject body invitation state next_try_at send_before claim reason detail created_at sent_at",
    "id", Column("tries", Integer),
)  # fmt: skip
contacts = _table(
    "contacts",
    "id kind customer_number name phone email chat department who does worth tier secrecy secrecy_until opted_out_at "
    "created_at updated_at", "id", Column("account", Integer),
)  # fmt: skip
surveys = _table(
    "surveys", "code department closed_at created_at opens_at closes_at archived_at turns_noted_at", "code",
    Column("live_version", Integer),
)  # fmt: skip
versions = _table(
    "survey_versions", "survey definition created_at published_at", "survey",
    Column("number", Integer, primary_key=True),
)  # fmt: skip
protections = _table("protections", "survey", "survey", Column("puzzle", Integer), Column("once_per_device", Integer))
prizes = _table("prizes", "survey kind title ends_on", "survey")
campaigns = _table("campaigns", "id survey state plan", "id")
invitations = _table(
    "invitations", "id campaign contact department segment queued_at expires_at", "id",
    *(Column(name, Boolean) for name in ("opened", "begun", "finished", "turned_away", "revoked")),
)  # fmt: skip


class every_item(FunctionElement[Any]):  # noqa: N801  a function of SQL
    """The items of a JSON object: key, value and type. One of the places where the engines have nothing in common."""

    name = "every_item"
    inherit_cache = True


@compiles(every_item, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(every_item, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    kind = "CASE jsonb_typeof(value) WHEN 'string' THEN 'text' ELSE jsonb_typeof(value) END"
    return f"LATERAL (SELECT key, value #>> '{{}}' AS value, {kind} AS type FROM jsonb_each(CAST({value} AS jsonb)))"


# The hot path.

OPEN_FORM = (
    select(
        versions.c.definition, versions.c.number, surveys.c.department, protections.c.puzzle,
        protections.c.once_per_device, exists().where(prizes.c.survey == bindparam("survey")), surveys.c.closed_at,
        surveys.c.archived_at, surveys.c.opens_at, surveys.c.closes_at,
    )
    .select_from(surveys)
    .outerjoin(protections, protections.c.survey == surveys.c.code)
    .join(
        versions,
        and_(
            versions.c.survey == surveys.c.code,
            versions.c.number == func.coalesce(bindparam("version", type_=Integer), surveys.c.live_version),
        ),
    )
    .where(
        surveys.c.code == bindparam("survey"), surveys.c.live_version.is_not(None), versions.c.published_at.is_not(None)
    )
)  # fmt: skip
KNOWN = select(responses.c.id).where(responses.c.id.in_(bindparam("ids", expanding=True)))
TAKEN = select(quotas.c.taken).where(quotas.c.scope == bindparam("scope"), quotas.c.cell == bindparam("cell"))
_place = insert(quotas).values(scope=bindparam("scope"), cell=bindparam("cell"), taken=1)
TAKE_PLACE = _place.on_conflict_do_update(index_elements=["scope", "cell"], set_={"taken": quotas.c.taken + 1})
TAKE_PLACE = TAKE_PLACE.execution_options(preserve_rowcount=True)
TAKE_PART = insert(participations).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
KEEP = insert(responses)
DEFINITION = select(versions.c.definition).where(
    versions.c.survey == bindparam("survey"), versions.c.number == bindparam("number")
)
ARRIVE = insert(arrivals)
_tally = insert(tallies)
TALLY = _tally.on_conflict_do_update(
    index_elements=list(tallies.primary_key), set_={"times": tallies.c.times + _tally.excluded.times}
).execution_options(preserve_rowcount=True)

# Ten others.

_hold = insert(leases).values({name: bindparam(name) for name in ("job", "holder", "until")})
HOLD = _hold.on_conflict_do_update(
    index_elements=["job"],
    set_={"holder": _hold.excluded.holder, "until": _hold.excluded.until},
    where=or_(leases.c.holder == _hold.excluded.holder, leases.c.until <= bindparam("now")),
).execution_options(preserve_rowcount=True)  # else the number of rows is lost on PostgreSQL, without an error

PAGE = (
    select(responses)
    .where(responses.c.survey == bindparam("survey"), responses.c.id > bindparam("after"))
    .order_by(responses.c.id)
    .limit(bindparam("limit"))
)

_place_of = func.coalesce(responses.c.touchpoint, "").label("touchpoint")
KEPT = (
    select(responses.c.received_on.label("day"), _place_of, responses.c.channel, func.count().label("times"))
    .where(responses.c.survey == bindparam("survey"))
    .group_by(responses.c.received_on, _place_of, responses.c.channel)
)

WITHDRAW = (
    delete(responses)
    .where(responses.c.survey == bindparam("survey"), responses.c.id == bindparam("id"))
    .returning(responses.c.touchpoint)
)

_due = (
    select(outbox.c.id)
    .where(
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.state == literal_column("'waiting'"),  # bound as a parameter, SQLite does not use the partial index
        outbox.c.next_try_at <= bindparam("now"),
    )
    .order_by(outbox.c.next_try_at, outbox.c.id)
    .limit(bindparam("limit"))
)
CLAIM = (
    update(outbox)
    .values(claim=bindparam("by"), next_try_at=bindparam("until"), tries=outbox.c.tries + 1)
    .where(outbox.c.id.in_(_due))
)

_item = every_item(responses.c.answers).table_valued("key", "value", "type", name="item")
WAITING = (
    select(responses.c.id.label("response"), _item.c.key.label("item"), _item.c.value.label("text"))
    .select_from(responses)
    .join(_item, and_(_item.c.key.in_(bindparam("items", expanding=True)), _item.c.type == "text"))
    .outerjoin(
        findings,
        and_(
            findings.c.response == responses.c.id,
            findings.c.item == _item.c.key,
            findings.c.model == bindparam("by_model"),
        ),
    )
    .where(responses.c.survey == bindparam("survey"), findings.c.response.is_(None))
    .limit(bindparam("limit"))
)


def newest(survey: str, limit: int, departments: list[str] | None, *, suspicious: bool) -> Select[Any]:
    """The latest responses; conditions are there only when they are wanted."""
    found = select(responses).where(responses.c.survey == survey)
    if departments is not None:
        found = found.where(responses.c.department.in_(departments))
    if suspicious:
        found = found.where(responses.c.flags.is_not(None))
    return found.order_by(responses.c.received_on.desc(), responses.c.received_at.desc()).limit(limit)


def search(values: Mapping[str, Any], departments: list[str] | None, levels: list[str] | None) -> Select[Any]:
    """Files that fit; *values* as today's statement takes them."""
    found, of = select(contacts), contacts.c
    if departments is not None:
        found = found.where(of.department.in_(departments))
    if levels is not None:
        found = found.where(case((of.secrecy_until < values["today"], ""), else_=of.secrecy).in_(levels))
    if values["text"]:
        named = func.lower(of.name).contains(func.lower(values["text"]))
        numbered = func.upper(of.customer_number).contains(values["number"], autoescape=True)
        found = found.where(or_(named, numbered, of.phone.contains(values["phone"], autoescape=True)))
    if values["kind"] is not None:
        found = found.where(of.kind == values["kind"])
    return found.order_by(of.name, of.id).limit(50)


def _some(condition: Any) -> Any:
    return func.max(case((condition, 1), else_=0))


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _reach() -> Select[Any]:
    """How far people have come, by segment: two common table expressions and conditional sums."""
    bounced, failed = outbox.c.state == "bounced", outbox.c.state == "failed"
    sent = or_(outbox.c.state == "sent", bounced)  # not IN: Core writes each list anew when the statement runs
    ours = select(invitations.c.id).where(invitations.c.campaign == bindparam("campaign"))
    messages = (
        select(
            outbox.c.invitation, _some(sent).label("sent"), _some(bounced).label("bounced"),
            _some(failed).label("failed"),
        )
        .where(outbox.c.invitation.in_(ours))
        .group_by(outbox.c.invitation)
        .cte("messages")
    )  # fmt: skip
    of = invitations.c
    ended = or_(of.finished, of.turned_away, campaigns.c.state == "ended", of.expires_at <= bindparam("now"))
    people = (
        select(
            of.segment, of.opened, of.begun, of.finished,
            *((func.coalesce(messages.c[name], 0) == 1).label(name) for name in ("sent", "bounced", "failed")),
            func.coalesce(ended, False).label("over"),
        )
        .select_from(invitations)
        .join(campaigns, campaigns.c.id == of.campaign)
        .outerjoin(messages, messages.c.invitation == of.id)
        .where(of.campaign == bindparam("campaign"), ~of.revoked)
        .cte("people")
    )  # fmt: skip
    p = people.c
    kinds = {
        "invited": true(), "sent": p.sent, "bounced": p.bounced, "opened": or_(p.opened, p.begun, p.finished),
        "begun": or_(p.begun, p.finished), "finished": p.finished,
        "reached": or_(p.finished, and_(p.sent, ~p.bounced, ~p.failed)),
        "waiting": and_(~p.sent, ~p.failed, ~p.over), "failed": and_(~p.sent, p.failed),
        "dropped": and_(~p.sent, ~p.failed, p.over),
    }  # fmt: skip
    counts = [_count(condition).label(name) for name, condition in kinds.items()]
    return select(p.segment, *counts).group_by(p.segment).order_by(p.segment)


REACH = _reach()
