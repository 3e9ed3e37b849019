"""What the product stands on: `licences` writes LICENCES.md, `audit` looks for known weaknesses.

`also LOCK WHEEL` adds the hash of a wheel made here to the lock of a bundle.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK, LICENCES = ROOT / "requirements.lock", ROOT / "LICENCES.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_UNREACHED = 3


def pinned(text: str) -> dict[str, str]:
    """The version of each package in a file of requirements, by its name in small letters."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _PINNED.findall(text)}


def licence_of(name: str) -> str:
    """What a package says of its licence; empty when it is not installed here."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    said = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or [] if each.startswith("License ::")]
    plain = (told.get("License") or "").strip().splitlines()
    return told.get("License-Expression") or ", ".join(said) or (plain[0][:80] if plain else "see its files")


def with_wheel(lock: str, wheel: str, digest: str) -> str:
    """The text of a lock in which this wheel is allowed too, by its SHA-256; raises KeyError for one it has not."""
    name, version = re.sub(r"[-_.]+", "-", wheel.split("-")[0]).lower(), wheel.split("-")[1]
    for found in _PINNED.finditer(lock):
        if re.sub(r"[-_.]+", "-", found[1]).lower() == name and found[2] == version:
            return f"{lock[: found.end()]} \\\n    --hash=sha256:{digest}{lock[found.end() :]}"
    raise KeyError(wheel)


def licences() -> str:
    """The list as a table."""
    rows = [
        f"| {name} | {version} | {licence_of(name)} |" for name, version in sorted(pinned(LOCK.read_text()).items())
    ]
    head = "# Licences of what it is built on\n\nMade by `make licences` from `requirements.lock`.\n"
    return "\n".join([head, "| package | version | licence |", "| --- | --- | --- |", *rows, ""])


def audit() -> int:
    """Ask a database of weaknesses about every package; 1 when one is known, 3 when no database could be reached."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  no word comes from outside
    print(done.stdout, end="")
    if done.returncode == 0:
        print("No weakness is known in the packages of requirements.lock.")
        return 0
    if "Found " in done.stderr and "vulnerabilit" in done.stderr:
        print(done.stderr, end="", file=sys.stderr)
        return 1
    last = (done.stderr.strip().splitlines() or ["no word of it"])[-1]
    print(f"NOT CHECKED: no database of weaknesses could be asked ({last}). Try again with internet.", file=sys.stderr)
    return _UNREACHED


if __name__ == "__main__":
    if sys.argv[1:] == ["licences"]:
        LICENCES.write_text(licences(), "utf-8")
    elif sys.argv[1:] == ["audit"]:
        sys.exit(audit())
    elif sys.argv[1:2] == ["also"] and len(sys.argv) == 4:
        lock, made = Path(sys.argv[2]), Path(sys.argv[3])
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        lock.write_text(with_wheel(lock.read_text("utf-8"), made.name, digest), "utf-8")
    else:
        sys.exit("dependencies.py licences|audit|also LOCK WHEEL")
