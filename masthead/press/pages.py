"""PressedPage: what a Wagtail page says so that the press can keep it, and where its own publish hooks tell it."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.models import PageViewRestriction

from masthead.press import actions
from masthead.press.tags import carry


class PressedPage:
    """A mixin, named before `Page` among the bases. The hooks are called inside the transaction that publishes."""

    # A file is for everybody. What only some may read is decided elsewhere, never by Wagtail's page passwords.
    private_page_options: ClassVar[list[str]] = []

    def get_view_restrictions(self) -> Any:
        """None, without asking the database at every render."""
        return PageViewRestriction.objects.none()

    def tags_carried(self) -> list[str]:
        """Tags of what this page's own URL shows."""
        return []

    @property
    def translations_tag(self) -> str:
        """The tag of every page that links to this one as its translation."""
        return f"translations:{self.translation_key}"  # type: ignore[attr-defined]

    def tags_changed(self) -> list[str]:
        """Tags whose pages must be new at once when this page is published, withdrawn or moved."""
        return []

    def tags_changed_softly(self) -> list[str]:
        """Tags whose pages may be served as they are while they are pressed anew."""
        return []

    def public_path(self) -> str | None:
        """The path readers know, percent-decoded; None while the page has no place in a site."""
        parts = self.get_url_parts()  # type: ignore[attr-defined]
        return unquote(parts[2]) if parts and parts[2] else None

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve as Wagtail does, saying which tags the page carries."""
        carry(request, self.translations_tag, *self.tags_carried())
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Publish and tell the press in one transaction: both happen or neither."""
        with transaction.atomic():
            return super().publish(*args, **kwargs)  # type: ignore[misc]

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Unpublish and tell the press in one transaction."""
        with transaction.atomic():
            return super().unpublish(*args, **kwargs)  # type: ignore[misc]

    def _tell(self, reason: str, *, drop: bool) -> None:
        for tag in self.tags_changed():
            actions.change_tag(tag, reason, hard=True, drop=drop)
        for tag in [*self.tags_changed_softly(), self.translations_tag]:
            actions.change_tag(tag, reason, hard=False)

    def told_published(self, reason: str = "published") -> None:
        """Its own URL is new, and so is what lists it."""
        path = self.public_path()
        if path is not None:
            actions.order_press(path, reason)
        self._tell(reason, drop=False)

    def told_withdrawn(self, reason: str = "unpublished", path: str | None = None) -> None:
        """Its own URL and whatever names it must not be shown any more."""
        path = path or self.public_path()
        if path is not None:
            actions.withdraw(path, reason)
        self._tell(reason, drop=True)

    def told_moved(self, old_path: str) -> None:
        """Its old URL answers 301 from now on, its new one is pressed, lists link to the new one."""
        actions.withdraw(old_path, "moved")
        self.told_published("moved")
