"""Readers' strings: gathered, translated without a gap, compiled, and not one word in a template left unmarked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone, translation

from masthead.articles.templatetags import stories
from masthead.config.env import REPOSITORY

CATALOGUES = sorted((REPOSITORY / "locale").glob("*/LC_MESSAGES/django.po"))
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
# What stays itself in every language: names, and the shape of a reference.
NAMES = {"Masthead", "Space", "ABCD", "EFGH"} | {"Visa", "Mastercard", "American", "Express", "Discover"}
NAMES |= {"Diners", "Club", "JCB", "UnionPay"}

_CODE = re.compile(
    r"\{% block page_kind %\}.*?\{% endblock page_kind %\}"
    r"|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%\s*blocktrans.*?%\}.*?\{%\s*endblocktrans.*?%\}"
    r"|<(script|style)\b.*?</\1>|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_SAID_BY_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
_WORD = re.compile(r"[^\W\d_]{2,}")


def entries(catalogue: Path) -> list[str]:
    """The catalogue's entries, without its header."""
    return catalogue.read_text(encoding="utf-8").strip().split("\n\n")[1:]


def test_catalogues_are_gathered_and_compiled() -> None:
    if shutil.which("msgfmt") is None and os.environ.get("CI") != "true":
        pytest.skip("needs gettext (scripts/services brings it)")
    command = [sys.executable, "scripts/messages.py", "--check"]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_untranslated_or_guessed(catalogue: Path) -> None:
    assert len(entries(catalogue)) > 100
    wanting = [entry for entry in entries(catalogue) if re.search(r'^msgstr\S* ""$|^#.*fuzzy', entry, re.MULTILINE)]
    assert not wanting, "\n\n".join(wanting)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(REPOSITORY / "templates")))
def test_every_word_of_a_template_can_be_translated(template: Path) -> None:
    bare = _CODE.sub(" ", template.read_text(encoding="utf-8"))
    said = " ".join(_SAID_BY_ATTRIBUTES.findall(bare)) + re.sub(r"<[^>]*>|&\w+;", " ", bare)
    assert not set(_WORD.findall(said)) - NAMES


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 матеріал"), (3, "3 матеріали"), (7, "7 матеріалів"), (11, "11 матеріалів"), (21, "21 матеріал")],
)
def test_ukrainian_counts_in_three_forms(count: int, said: str) -> None:
    with translation.override("uk"):
        assert translation.ngettext("%(stories)s story", "%(stories)s stories", count) % {"stories": count} == said


def test_ukrainian_dates_are_written_as_papers_write_them() -> None:
    sunday = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
    with translation.override("uk"), timezone.override("Europe/Kyiv"):
        assert ">22\u00a0листопада\u00a02026, 09:05<" in stories.moment(sunday).replace(",\u00a0", ", ")
        assert ">неділя,\u00a022\u00a0листопада\u00a02026<" in stories.weekday(sunday).lower()


def test_ukrainian_uses_its_own_quotation_marks() -> None:
    for entry in entries(REPOSITORY / "locale" / "uk" / "LC_MESSAGES" / "django.po"):
        said = " ".join(re.findall(r'^msgstr\S* "(.*)"$', entry, re.MULTILINE))
        words = re.sub(r"<[^>]*>", "", said)  # quotation marks of attributes are HTML's
        assert not re.search(r"[“”„]|'|\\\"", words), entry
