"""Quiet: pages are saved by the hundred without a background task for each, and put into the indexes at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models import Model
from django.db.models.signals import post_save
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backend
from wagtail.signal_handlers import disable_reference_index_auto_update

BATCH = 500


@contextmanager
def quiet() -> Iterator[None]:
    """Saves inside enqueue no indexing. Whoever uses it calls `index` afterwards."""
    models = [model for model in get_indexed_models() if getattr(model, "search_auto_update", True)]
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    log = logging.getLogger("wagtail")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        log.setLevel(level)
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)


def index(objects: Iterable[Model]) -> None:
    """Put these into the search index and the index of who refers to whom."""
    by_model: dict[type[Model], list[Model]] = {}
    for one in objects:
        by_model.setdefault(type(one), []).append(one)
    backend = get_search_backend()
    for model, ones in by_model.items():
        if model in get_indexed_models():
            for start in range(0, len(ones), BATCH):
                backend.add_bulk(model, ones[start : start + BATCH])
        for one in ones:
            if ReferenceIndex.is_indexed(model):
                ReferenceIndex.create_or_update_for_object(one)
