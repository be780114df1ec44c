"""The docs tell the truth: links lead somewhere, commands and settings exist, figures name their command."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from masthead.config.env import REPOSITORY, Environment

PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
# Read by the Makefile, the scripts and what runs them, not by Masthead.
OTHER_VARIABLES = {"DEMO", "ONLY", "PATH", "CI", "DJANGO_SETTINGS_MODULE"}
HOSTS = {
    # Invented ones, this machine, and what the prose points at.
    "example", "127.0.0.1", "localhost", "www.rfc-editor.org", "semver.org", "keepachangelog.com", "host", "masthead",
    "www.w3.org", "docs.djangoproject.com", "docs.wagtail.org",
}  # fmt: skip

_CODE = re.compile(r"```.*?```", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_MASTHEAD = re.compile(r"(?:^|[/\s])masthead ([a-z_]+)")
_MAKE = re.compile(r"(?:^|\s)make ([a-z][a-z-]*)")
_VARIABLE = re.compile(r"\b(?:MASTHEAD_[A-Z_]+|[A-Z]+_URL|PORT)\b(?!\.)")
_MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|Users|work|root|tmp)/\w")
_HOST = re.compile(r"[a-z]+://(?:[^/@\s`'\"]*@)?([\w.-]+)")
_MEASURED = re.compile(r"^\|.*\d\s?(?:ms|requests/s|MiB|KiB|posts/s)\b.*\|", re.MULTILINE)


def named(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


every_page = pytest.mark.parametrize("page", PAGES, ids=named)


def code_of(page: Path) -> list[str]:
    """Every line of code and every quoted piece of it."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(block.split("\n", 1)[1] for block in _CODE.findall(text))
    return [*blocks.splitlines(), *_QUOTED.findall(_CODE.sub("", text))]


@cache
def anchors(page: Path) -> frozenset[str]:
    """What a link to one of the page's headings may say."""
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@cache
def targets() -> frozenset[str]:
    """The Makefile's commands."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.findall(text):
        address, _, anchor = link.partition("#")
        if "://" in address or address.startswith("mailto:"):
            continue
        target = (page.parent / unquote(address)).resolve() if address else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(REPOSITORY), f"{link} leaves the repository"
        if anchor:
            assert anchor in anchors(target), f"{link}: no such heading"


@every_page
def test_commands_exist(page: Path) -> None:
    known = get_commands()
    for line in code_of(page):
        for command in _MASTHEAD.findall(line):
            assert command in known, f"`{line}`: masthead has no {command}"
        for target in _MAKE.findall(line):
            assert target in targets(), f"`{line}`: the Makefile has no {target}"


@every_page
def test_settings_exist(page: Path) -> None:
    known = {field.alias for field in Environment.model_fields.values()} | OTHER_VARIABLES
    for line in code_of(page):
        for name in _VARIABLE.findall(line):
            assert name in known or name == "MASTHEAD_", f"`{line}`: Masthead reads no {name}"


def test_every_setting_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)`", reference, re.MULTILINE))
    assert listed == {field.alias for field in Environment.model_fields.values()}


@every_page
def test_figures_name_the_command_that_made_them(page: Path) -> None:
    sections = re.split(r"^#+ ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in sections:
        if _MEASURED.search(section):
            assert re.search(r"`[^`]*(?:make bench|bench)[^`]*`|make bench|-m bench", section), section[:200]


@every_page
def test_no_machine_and_no_registry_is_named(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not _MACHINE_PATH.search(text)
    for host in _HOST.findall(text):
        assert host in HOSTS or host.rpartition(".")[2] in HOSTS, f"{host} is no host the docs need"


def test_every_picture_is_shown_and_small() -> None:
    pictures = sorted((REPOSITORY / "docs" / "pictures").glob("*"))
    shown = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert pictures
    for picture in pictures:
        assert f"pictures/{picture.name})" in shown, f"{picture.name} is shown nowhere"
        assert picture.stat().st_size <= 250 * 1024


def test_the_readme_says_both_commands_first() -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 120
    first_screen = "\n".join(lines[:30])
    assert "make run" in first_screen
    assert "make test" in first_screen


def test_help_lists_every_make_command() -> None:
    ended = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert all(f"make {target} " in ended.stdout for target in targets()), ended.stdout


def test_architecture_names_modules_that_exist() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:masthead|templates|static|scripts|tests)/[\w/.-]+)`", text)
    assert paths
    # The press's table names its modules alone.
    paths += [
        f"masthead/press/{name}"
        for row in re.findall(r"^\| (`\w+\.py`.*?) \|", text, re.MULTILINE)
        for name in _QUOTED.findall(row)
    ]
    for path in paths:
        assert (REPOSITORY / path).exists(), path
