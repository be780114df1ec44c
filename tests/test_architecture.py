"""The house's rules that a machine can keep: who stands above whom, how large things may grow, what never appears."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model
from django.db.models.fields.related import RelatedField

from masthead.config.env import REPOSITORY

PACKAGE = REPOSITORY / "masthead"
LONGEST_FUNCTION = 60  # lines, docstring and comments included
LONGEST_SCRIPT = 100  # lines of one JavaScript module
NAMELESS = {"utils", "helpers", "common", "manager", "misc", "util", "helper"}


@cache
def layers() -> dict[str, int]:
    """Rank of each app, 0 the lowest, as the import contract in pyproject.toml lists them."""
    tools = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]
    contract = next(c for c in tools["importlinter"]["contracts"] if c["type"] == "layers")
    assert contract["exhaustive"]
    ranks = {}
    for rank, layer in enumerate(reversed(contract["layers"])):
        for name in layer.split("|"):
            ranks[name.strip(" ()")] = rank
    return ranks


def our_apps() -> list[str]:
    """Names of the packages directly under masthead."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def our_models() -> list[type[Model]]:
    """Every model of the house, those that Django makes for relations included."""
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("masthead.")]


def modules(*, tests: bool = True) -> list[Path]:
    """Every Python file of the house that a person wrote."""
    found = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]
    return sorted(path for path in found if tests or "tests" not in path.parts)


def relative(path: Path) -> str:
    """A path as a person names it."""
    return str(path.relative_to(REPOSITORY))


def test_every_app_has_its_layer() -> None:
    assert set(our_apps()) <= set(layers())


def owner(model: type[Model]) -> str:
    """The app of the house a model belongs to."""
    return model.__module__.split(".")[1]


def upward(model: type[Model], fields: Iterator[RelatedField[object, object]]) -> list[str]:
    """Relations of a model to one that stands above it."""
    ranks, wrong = layers(), []
    for field in fields:
        target = field.related_model
        if isinstance(target, str) or not target.__module__.startswith("masthead."):
            continue
        if getattr(field, "swappable_setting", None):  # who uploaded it: Wagtail's own field, to whatever the user is
            continue
        if ranks[owner(target)] > ranks[owner(model)]:
            wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    return wrong


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_relations_run_downwards(model: type[Model]) -> None:
    own = (field for field in model._meta.get_fields() if isinstance(field, RelatedField) and field.model is model)
    assert upward(model, own) == []


def test_a_relation_that_runs_upwards_is_caught() -> None:
    from masthead.articles.models import Article
    from masthead.media.models import Picture

    class Upward:
        name, related_model = "story", Article

    assert upward(Picture, iter([Upward()])) != []  # type: ignore[list-item]


def test_every_name_says_something() -> None:
    assert [relative(path) for path in modules() if path.stem in NAMELESS or path.parent.name in NAMELESS] == []


def test_every_package_says_what_it_is() -> None:
    exempt = {"tests", "commands", "management", "templatetags"}
    packages = [path for path in modules() if path.name == "__init__.py" and path.parent.name not in exempt]
    assert [relative(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))] == []


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_are_short() -> None:
    long = [
        f"{relative(path)}: {function.name} has {length} lines"
        for path in modules()
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_scripts_are_short() -> None:
    scripts = [*(REPOSITORY / "static").rglob("*.js"), *PACKAGE.rglob("static/**/*.js")]
    long = {relative(path): n for path in scripts if (n := len(path.read_text().splitlines())) >= LONGEST_SCRIPT}
    assert long == {}


def templates() -> list[Path]:
    """Every template of the house."""
    return sorted([*(REPOSITORY / "templates").rglob("*.html"), *PACKAGE.rglob("templates/**/*.html")])


INLINE = re.compile(r"<[a-z][^<>]*\s(style|on[a-z]+)\s*=", re.IGNORECASE)


def test_templates_carry_no_inline_style_and_no_handler() -> None:
    """The content security policy would refuse them. Mails are exempt: mail programs know nothing else."""
    pages = [path for path in templates() if "email" not in path.parts]
    assert [relative(path) for path in pages if INLINE.search(path.read_text(encoding="utf-8"))] == []


def test_the_look_for_inline_handlers_finds_one() -> None:
    assert INLINE.search('<a href="/" onclick="x()">')
    assert INLINE.search("<p\n  style='color: red'>")
    assert not INLINE.search('<link rel="stylesheet" data-one="1">')


def test_no_signal_reaches_into_another_app() -> None:
    """A receiver for another app's model would be an import upwards in disguise."""
    pattern = re.compile(r"sender\s*=\s*[\"'](\w+)\.")
    ranks = layers()
    wrong = [
        f"{relative(path)} listens to {label}"
        for path in modules(tests=False)
        for label in pattern.findall(path.read_text(encoding="utf-8"))
        if ranks.get(label, -1) > ranks.get(path.relative_to(PACKAGE).parts[0], 99)
    ]
    assert wrong == []
