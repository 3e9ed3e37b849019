"""Asks R again, keeps what it says, and writes the comparison: `make oracle`. Needs R with Debian's packages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from tests.oracle.cases import ANSWERS, CASES, HERE, drawn

PACKAGES = (
    "r-base-core r-recommended r-cran-survey r-cran-psych r-cran-lavaan r-cran-spc r-cran-strucchange r-cran-jsonlite "
    "r-cran-lme4"
)


def main() -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        sys.exit(f"R is not installed. On Debian: apt-get install {PACKAGES}")
    if not ANSWERS.exists():
        drawn().to_csv(ANSWERS, index=False)
    found = asked(rscript)
    (HERE / "values.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    lines = report(found)
    (HERE / "REPORT.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))
    if any(line.endswith("| no |") for line in lines):
        sys.exit("some figures are further from R's than they may be")


def asked(rscript: str) -> dict[str, object]:
    """What R says to every case."""
    with tempfile.TemporaryDirectory() as folder:
        cases, out = Path(folder) / "cases.json", Path(folder) / "out.json"
        cases.write_text(json.dumps({case.name: case.r for case in CASES}), "utf-8")
        subprocess.run([rscript, "--vanilla", str(HERE / "oracle.R"), str(cases), str(ANSWERS), str(out)], check=True)
        answered = json.loads(out.read_text("utf-8"))
    return {
        "r": answered["r"][0],
        "packages": {name: version[0] for name, version in answered["packages"].items()},
        "values": answered["values"],
    }


def distance(own: list[float], theirs: list[float]) -> float:
    """The largest difference, relative to R's figure where that is beyond 1."""
    if len(own) != len(theirs):
        return float("inf")
    return max(abs(a - b) / max(1.0, abs(b)) for a, b in zip(own, theirs, strict=True))


def report(found: dict[str, object]) -> list[str]:
    """The comparison table as Markdown."""
    values: dict[str, list[float]] = found["values"]  # type: ignore[assignment]
    packages: dict[str, str] = found["packages"]  # type: ignore[assignment]
    told = ", ".join(f"{name} {version}" for name, version in packages.items())
    lines = [
        "# Validation against R",
        "",
        f"Written by `make oracle` with {found['r']}; {told}. The data are `answers.csv` (240 simulated responses).",
        "",
        "| figure | values | largest difference | allowed | within |",
        "|---|---|---|---|---|",
    ]
    answers = pd.read_csv(ANSWERS)
    for case in CASES:
        own = [float("nan") if each is None else float(each) for each in case.own(answers)]
        gap = distance(own, values[case.name])
        row = (
            case.name,
            str(len(own)),
            f"{gap:.1e}",
            f"{case.tolerance:.0e}",
            "yes" if gap <= case.tolerance else "no",
        )
        lines.append(f"| {' | '.join(row)} |")
    return lines


if __name__ == "__main__":
    main()
