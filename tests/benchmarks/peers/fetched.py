"""The peers, fetched and served: SurveyJS from npm, django-survey-and-report from PyPI, Streamlit from here."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from surveys.definition.templates import template
from surveys.exchange.definitions.surveyjs import write
from tests.benchmarks.serving import ROOT, running
from tests.support.load import ANSWERS, posted
from tests.support.serving import free_port

HERE = Path(__file__).parent
BUILD = ROOT / "build" / "peers"
SURVEYJS = "2.5.38"  # the newest of survey-js-ui
DJANGO_SURVEY = ("django-survey-and-report==1.5.0", "gunicorn==27.0.1")
_CSRF = "a" * 32
_PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="survey-core.min.css">
<script src="survey.core.min.js"></script><script src="survey-js-ui.min.js"></script></head><body><div id="s"></div>
<script>new Survey.Model({}).render(document.getElementById("s"))</script></body></html>"""


class NotFetched(Exception):
    """A peer that can't be had here; the message says why."""


def _run(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    except (subprocess.SubprocessError, OSError) as error:
        raise NotFetched(f"{command[0]} could not fetch it ({type(error).__name__})") from error


@contextmanager
def streamlit_page() -> Iterator[str]:
    """The address of the Streamlit page."""
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    command = [sys.executable, "-m", "streamlit", "run", str(HERE / "streamlit_form.py"), *options]
    environment = {"PYTHONPATH": str(ROOT)}
    with running(command, f"http://127.0.0.1:{port}/_stcore/health", environment):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def surveyjs_page() -> Iterator[str]:
    """The address of the survey with SurveyJS: library and renderer, compressed as a good server does."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not installed")
    packages = [f"survey-core@{SURVEYJS}", f"survey-js-ui@{SURVEYJS}"]
    modules = BUILD / "node_modules"
    if not (modules / "survey-js-ui").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        _run([npm, "install", "--prefix", str(BUILD), *flags, *packages])
    parts = {
        name: (modules / package / name).read_bytes()
        for package, name in (
            ("survey-core", "survey.core.min.js"), ("survey-core", "survey-core.min.css"),
            ("survey-js-ui", "survey-js-ui.min.js"),
        )
    }  # fmt: skip
    definition = json.loads(write(template("power-visit"))[0])
    parts["index.html"] = _PAGE.replace("{}", json.dumps(definition)).encode()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in parts.items():
            (Path(folder) / name).write_bytes(gzip.compress(content))
        port = free_port()
        command = [sys.executable, str(HERE / "compressed_files.py"), folder, str(port)]
        with running(command, f"http://127.0.0.1:{port}/index.html"):
            yield f"http://127.0.0.1:{port}/index.html"


@contextmanager
def django_survey() -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Port, and what makes requests that submit the survey, of django-survey-and-report in one process of gunicorn."""
    python = BUILD / "django" / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(BUILD / "django")])
        _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *DJANGO_SURVEY])
    with tempfile.TemporaryDirectory() as folder:
        where = os.environ | {"DJANGO_DATABASE": str(Path(folder) / "django.db"), "PYTHONWARNINGS": "ignore"}
        made = subprocess.run(
            [str(python), str(HERE / "django_survey.py"), "make"], env=where, check=True, capture_output=True, text=True
        )
        fields = dict(line.split("=") for line in made.stdout.split())
        port = free_port()
        server = [str(python), "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "8", "--keep-alive", "30"]
        command = [*server, "--log-level", "error", "--chdir", str(HERE), "django_survey:application"]
        with running(command, f"http://127.0.0.1:{port}/survey/1/", where):
            yield port, partial(_submission, port, fields)


def _submission(port: int, fields: dict[str, str]) -> bytes:
    answers = {fields[name]: value for name, value in ANSWERS.items() if name in fields and value.isdigit()}
    answers[fields["comment"]] = "师傅来得很快，讲得清楚"
    return posted("/survey/1/", {"csrfmiddlewaretoken": _CSRF, **answers}, port, cookie=f"csrftoken={_CSRF}")
