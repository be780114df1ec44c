"""Where Wagtail tells us that a page was published, withdrawn, moved or deleted."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models.signals import pre_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from masthead.press import actions
from masthead.press.pages import PressedPage


def connect() -> None:
    """Listen to Wagtail's own page signals; called once when the app is ready."""
    page_published.connect(_published, dispatch_uid="press published")
    page_unpublished.connect(_unpublished, dispatch_uid="press unpublished")
    page_slug_changed.connect(_slug_changed, dispatch_uid="press slug changed")
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


def _slug_changed(instance: Any, instance_before: Any, **_: Any) -> None:
    _relocated(instance, instance_before.url_path)


def _moved(instance: Any, url_path_before: str, url_path_after: str, **_: Any) -> None:
    if url_path_before != url_path_after:
        _relocated(instance, url_path_before)


def _relocated(instance: Any, url_path_before: str) -> None:
    page = instance.specific if type(instance) is Page else instance
    if not isinstance(page, PressedPage):
        return
    before = copy(page)
    before.url_path = url_path_before  # type: ignore[attr-defined]
    old_path = before.public_path()
    if old_path is None:
        return
    page.told_moved(old_path)
    if page.numchild:  # type: ignore[attr-defined]
        actions.withdraw_below(old_path, "moved with its parent")
