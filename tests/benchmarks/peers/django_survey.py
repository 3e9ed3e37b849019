# mypy: ignore-errors
"""A Django project around django-survey-and-report, for the Python of an environment of its own.

`python django_survey.py` makes the database at DJANGO_DATABASE with one survey; `application` serves it.
"""

from __future__ import annotations

import os
import sys

import django
from django.conf import settings
from django.urls import include, path

settings.configure(
    SECRET_KEY="for the measurement only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "survey",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DJANGO_DATABASE"],
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "transaction_mode": "IMMEDIATE",
            "timeout": 30,
        },
    }},
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CHOICES_SEPARATOR=",",
    USER_DID_NOT_ANSWER="-",
    EXCEL_COMPATIBLE_CSV=False,
    SURVEY_DEFAULT_PIE_COLOR="red",
    USE_TZ=True,
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

urlpatterns = [path("survey/", include("survey.urls"))]
application = get_wsgi_application()


def make() -> None:
    """The tables, and the questions of the post-visit survey; prints the fields of its form."""
    from datetime import UTC, datetime, timedelta

    from django.core.management import call_command
    from survey.models import Category, Question, Survey

    call_command("migrate", verbosity=0)
    survey = Survey.objects.create(
        name="visit", description="", is_published=True, need_logged_user=False, editable_answers=False,
        display_method=Survey.ALL_IN_ONE_PAGE, template="", expire_date=datetime.now(UTC).date() + timedelta(days=9),
    )  # fmt: skip
    category = Category.objects.create(name="visit", survey=survey, order=1, description="")
    scales = {"csat": 5, "reliability": 5, "repair": 5, "attitude": 5, "nps": 11}
    for order, (text, points) in enumerate(scales.items()):
        choices = ",".join(map(str, range(11) if points == 11 else range(1, 6)))
        Question.objects.create(
            text=text, order=order, required=order == 0, category=category, survey=survey, type="radio", choices=choices
        )
    Question.objects.create(
        text="comment", order=9, required=False, category=category, survey=survey, type="text", choices=""
    )
    for each in Question.objects.all():
        print(f"{each.text}=question_{each.pk}")


if __name__ == "__main__" and sys.argv[1:] == ["make"]:
    make()
