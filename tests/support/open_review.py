"""A survey of staff in which each chooses in the form which department they rate, without any task."""

from __future__ import annotations

from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.storage import Store

REVIEW = "open-review"


def _open_review() -> Survey:
    """The template with a question for the department, as organisations without tasks ask."""
    made = template("department-review").model_dump(mode="json", by_alias=True, exclude_none=True)
    named = {"service": "营销服务部", "repair": "配网抢修部", "connection": "业扩报装部"}
    options = [{"code": code, "label": name} for code, name in named.items()]
    question = {"code": "department", "type": "single_choice", "title": "您要评价的部门", "required": True,
                "options": options}  # fmt: skip
    first, *others = made["sections"]
    sections = [first | {"questions": [question, *first["questions"]]}, *others]
    changed = {"code": REVIEW, "subject": "department", "about": None, "tasks": None, "sections": sections}
    return Survey.model_validate(made | changed)


OPEN_REVIEW = _open_review()


def publish_review(store: Store) -> None:
    store.surveys.save_draft(OPEN_REVIEW, None, by="test")
    store.surveys.publish(REVIEW, by="test")
