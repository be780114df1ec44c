"""Everything the children will need, imported once before they are forked, without touching the database."""

from __future__ import annotations

import importlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

# Imported by Django or Wagtail at the first request that needs them, which is once a worker unless it is now.
MODULES = (
    "wagtail.admin.urls",
    "wagtail.images.image_operations",
    "wagtail.admin.forms.choosers",
    "django.contrib.sessions.backends.db",
    "django_tasks_db.management.commands.db_worker",
    "granian",
    "brotli",
    "zstandard",
)


def everything() -> None:
    """Import URLs, hooks, template engines and catalogues."""
    from wagtail import hooks

    for name in MODULES:
        importlib.import_module(name)
    hooks.search_for_hooks()
    _load_urls()
    _read_static_names()
    for engine in engines.all():
        engine.engine.template_loaders  # type: ignore[attr-defined] # noqa: B018 (a cached property that imports)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):  # reads the catalogues
            pass
    _load_server()


def _read_static_names() -> None:
    """The manifest of static files as it is now: what was read at import may be from before they were gathered."""
    storage: Any = staticfiles_storage
    if hasattr(storage, "load_manifest"):
        storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def _load_urls() -> None:
    resolver = get_resolver()
    resolver._populate()  # noqa: SLF001 (what the first request would do)
    resolver.url_patterns  # noqa: B018


def _load_server() -> None:
    """The server's entry with Django's handler and middleware in it."""
    importlib.import_module("masthead.config.server")
