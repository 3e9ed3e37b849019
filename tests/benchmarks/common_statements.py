"""Those of the compared statements that PostgreSQL does not take as they stand, in words that both engines know.

Two things the engines have no common word for: whether a value is in a list, and the items of a JSON object.
"""

from __future__ import annotations

AMONG = {
    "sqlite": "IN (SELECT value FROM json_each({}))",
    "postgresql": "IN (SELECT jsonb_array_elements_text(CAST(CAST({} AS text) AS jsonb)))",
}
ITEMS = {
    "sqlite": "json_each({})",
    "postgresql": "LATERAL (SELECT key, value #>> '{{}}' AS value, "
    "replace(jsonb_typeof(value), 'string', 'text') AS type FROM jsonb_each(CAST({} AS jsonb)))",
}


def known(engine: str) -> str:
    return f"SELECT id FROM responses WHERE id {AMONG[engine].format(':ids')}"


def newest(engine: str) -> str:
    return f"""
    SELECT * FROM responses
    WHERE survey = :survey
      AND (CAST(:departments AS text) = 'null' OR department {AMONG[engine].format(":departments")})
      AND (NOT :suspicious OR flags IS NOT NULL)
    ORDER BY received_on DESC, received_at DESC LIMIT :limit"""


def waiting(engine: str) -> str:
    return f"""
    SELECT responses.id AS response, item.key AS item, item.value AS text
    FROM responses
    JOIN {ITEMS[engine].format("responses.answers")} AS item
      ON item.key {AMONG[engine].format(":items")} AND item.type = 'text'
    LEFT JOIN findings ON findings.response = responses.id AND findings.item = item.key AND findings.model = :model
    WHERE responses.survey = :survey AND findings.response IS NULL LIMIT :limit"""


def reach(engine: str) -> str:
    return f"""
    WITH messages AS (
        SELECT invitation, max(CASE WHEN state IN ('sent', 'bounced') THEN 1 ELSE 0 END) AS sent,
            max(CASE WHEN state = 'bounced' THEN 1 ELSE 0 END) AS bounced,
            max(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed
        FROM outbox WHERE invitation IN (SELECT id FROM invitations WHERE campaign = :campaign) GROUP BY invitation),
    people AS (
        SELECT segment, opened, begun, finished, coalesce(sent, 0) = 1 AS sent, coalesce(bounced, 0) = 1 AS bounced,
            coalesce(failed, 0) = 1 AS failed, finished OR turned_away OR campaigns.state = 'ended'
            OR (expires_at IS NOT NULL AND expires_at <= :now) AS over
        FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
            LEFT JOIN messages ON messages.invitation = invitations.id
        WHERE campaign = :campaign AND NOT revoked AND (CAST(:departments AS text) IS NULL
          OR invitations.department {AMONG[engine].format(":departments")}))
    SELECT segment, count(*) AS invited, count(*) FILTER (WHERE sent) AS sent,
        count(*) FILTER (WHERE bounced) AS bounced, count(*) FILTER (WHERE opened OR begun OR finished) AS opened,
        count(*) FILTER (WHERE begun OR finished) AS begun, count(*) FILTER (WHERE finished) AS finished,
        count(*) FILTER (WHERE finished OR (sent AND NOT bounced AND NOT failed)) AS reached,
        count(*) FILTER (WHERE NOT sent AND NOT failed AND NOT over) AS waiting,
        count(*) FILTER (WHERE NOT sent AND failed) AS failed,
        count(*) FILTER (WHERE NOT sent AND NOT failed AND over) AS dropped
    FROM people GROUP BY segment ORDER BY segment"""


def search(engine: str) -> str:
    return f"""
    SELECT * FROM contacts
    WHERE (CAST(:departments AS text) IS NULL OR department {AMONG[engine].format(":departments")})
      AND (CAST(:levels AS text) IS NULL OR CASE WHEN secrecy_until < :today THEN '' ELSE secrecy END
           {AMONG[engine].format(":levels")})
      AND (CAST(:text AS text) = '' OR lower(name) LIKE '%' || lower(:text) || '%'
           OR upper(customer_number) LIKE '%' || :number || '%' OR phone LIKE '%' || :phone || '%')
      AND (CAST(:kind AS text) IS NULL OR kind = :kind) AND (CAST(:tier AS text) IS NULL OR tier = :tier)
      AND (CAST(:not_updated_since AS text) IS NULL OR updated_at < :not_updated_since)
      AND (CAST(:ids AS text) IS NULL OR id {AMONG[engine].format(":ids")})"""


def tally(engine: str) -> str:
    return """
    INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (:survey, :day, :touchpoint, :event, :times)
    ON CONFLICT (survey, day, touchpoint, event) DO UPDATE SET times = tallies.times + excluded.times"""


def take_place(engine: str) -> str:
    return """
    INSERT INTO quotas (scope, cell, taken) VALUES (:scope, :cell, 1)
    ON CONFLICT (scope, cell) DO UPDATE SET taken = quotas.taken + 1"""


def take_part(engine: str) -> str:
    return """
    INSERT INTO participations (survey, account, subject) VALUES (:survey, :account, :subject) ON CONFLICT DO NOTHING"""
