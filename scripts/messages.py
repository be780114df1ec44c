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
LANGUAGES = ("uk",)  # English is the source
IGNORED = ("var", ".venv", "tests", "bench", "scripts", "docs")


def gather(root: Path = REPOSITORY) -> None:
    """Read every template and module for marked strings and merge them into the catalogues under root."""
    (root / "locale").mkdir(exist_ok=True)
    words = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "--no-location",
        "--no-wrap",
        "--no-obsolete",
        "--symlinks",
    ]
    for code in LANGUAGES:
        words += ["--locale", code]
    for folder in IGNORED:
        words += ["--ignore", folder, "--ignore", f"*/{folder}/*"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(words, check=True, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    for catalogue in root.glob("locale/*/LC_MESSAGES/django.po"):
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


def out_of_step() -> list[str]:
    """What is wrong with the catalogues: strings not gathered, a compiled file that is missing or another."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        for part in ("masthead", "templates"):
            (fresh / part).symlink_to(REPOSITORY / part)
        shutil.copytree(LOCALE, fresh / "locale")
        gather(fresh)
        for catalogue in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
            name = catalogue.relative_to(REPOSITORY)
            target = catalogue.with_suffix(".mo")
            if _ids(fresh / name) != _ids(catalogue):
                wrong.append(f"{name} isn't what the sources say")
            if not target.exists() or target.read_bytes() != compiled(catalogue):
                wrong.append(f"{name} and its .mo differ")
    return wrong


def _ids(catalogue: Path) -> set[str]:
    """Every entry's context and source, as they stand in the file."""
    entries = catalogue.read_text(encoding="utf-8").split("\n\n")
    return {
        "\n".join(line for line in entry.splitlines() if line.startswith(("msgctxt", "msgid"))) for entry in entries
    }


def main() -> int:
    """Gather and compile, or only check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a catalogue is out of step")
    check = parser.parse_args().check
    if shutil.which("msgfmt") is None:
        print("gettext is missing: scripts/services names the command that brings it", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" or not check else 0
    if not check:
        gather()
        for catalogue in LOCALE.glob("*/LC_MESSAGES/django.po"):
            catalogue.with_suffix(".mo").write_bytes(compiled(catalogue))
    wrong = out_of_step()
    for problem in wrong:
        print(f"{problem}: run `make messages`", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
