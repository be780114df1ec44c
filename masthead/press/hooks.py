"""Where Wagtail tells us that a page was published, withdrawn, moved or deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from masthead.press.pages import PressedPage


def connect() -> None:
    """Listen to Wagtail's own page signals; called once when the app is ready."""
    page_published.connect(_published, dispatch_uid="press published")
    page_unpublished.connect(_unpublished, dispatch_uid="press unpublished")
    post_page_move.connect(_moved, dispatch_uid="press moved")
    pre_delete.connect(_deleted, dispatch_uid="press deleted")


def _published(instance: Any, **_: Any) -> None:
    if isinstance(instance, PressedPage):
        instance.told_published()


def _unpublished(instance: Any, **_: Any) -> None:
    if isinstance(instance, PressedPage):
        instance.told_withdrawn()


def _deleted(instance: Any, **_: Any) -> None:
    page = instance.specific if type(instance) is Page else instance
    if isinstance(page, PressedPage) and page.live:  # type: ignore[attr-defined]
        page.told_withdrawn("deleted")


def _moved(instance: Any, url_path_before: str, url_path_after: str, **_: Any) -> None:
    page = instance.specific if type(instance) is Page else instance
    if url_path_before == url_path_after or not isinstance(page, PressedPage):
        return
    with transaction.atomic():
        # Wagtail moves the row; what else follows from a page's place is kept by its own save.
        page.took_its_place()
        if page.live:  # type: ignore[attr-defined]
            page.told_relocated(url_path_before)
