"""Gather the readers' strings and compile the catalogues (needs gettext); `--check` only says whether they are in step.

Compiled catalogues are committed, so that running a newsroom needs no gettext. They are compiled without a date, so
that the same catalogue always gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LOCALE = REPOSITORY / "locale"
LANGUAGES = ("en", "uk")
IGNORED = ("var", ".venv", "tests", "bench", "scripts", "docs")


def gather() -> None:
    """Read every template and module for marked strings and merge them into the catalogues."""
    LOCALE.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-wrap", "--no-obsolete"]
    for code in LANGUAGES:
        words += ["--locale", code]
    for folder in IGNORED:
        words += ["--ignore", folder, "--ignore", f"*/{folder}/*"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(words, check=True, cwd=REPOSITORY, env=environment)
    for catalogue in LOCALE.glob("*/LC_MESSAGES/django.po"):
        _forget_the_date(catalogue)


def _forget_the_date(catalogue: Path) -> None:
    """Drop the line that changes at each gathering though no string did."""
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
    catalogue.write_text("".join(kept), encoding="utf-8")


def compiled(catalogue: Path) -> bytes:
    """The bytes msgfmt makes of a catalogue. Raises CalledProcessError when the catalogue is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "django.mo"
        command = ["msgfmt", "--check-format", "--endianness=little", "-o", str(target), str(catalogue)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return target.read_bytes()


def out_of_step() -> list[Path]:
    """Catalogues whose compiled file is missing or another."""
    wrong = []
    for catalogue in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        target = catalogue.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled(catalogue):
            wrong.append(catalogue.relative_to(REPOSITORY))
    return wrong


def main() -> int:
    """Gather and compile, or only check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a .mo is out of step")
    check = parser.parse_args().check
    if shutil.which("msgfmt") is None:
        print("gettext is missing: scripts/services names the command that brings it", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" or not check else 0
    if not check:
        gather()
        for catalogue in LOCALE.glob("*/LC_MESSAGES/django.po"):
            catalogue.with_suffix(".mo").write_bytes(compiled(catalogue))
    wrong = out_of_step()
    for catalogue in wrong:
        print(f"{catalogue} and its .mo differ: run `make messages`", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
