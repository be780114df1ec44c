"""PressedPage: what a Wagtail page says so that the press can keep it, and where its own publish hooks tell it."""

from __future__ import annotations

from copy import copy
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
            # Not from this instance, which may hold the form's values already.
            before = self._tags_as_published()
            result = super().publish(*args, **kwargs)  # type: ignore[misc]
            self._tell_left(before, "published")
            return result

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; a published page whose address changes by it tells the press in the same transaction.

        Wagtail's own signal comes after the commit, where a process may die before it is sent.
        """
        with transaction.atomic():
            before = self._published_at_path()
            result = super().save(*args, **kwargs)  # type: ignore[misc]
            if before is not None and before != self.url_path and self.live:  # type: ignore[attr-defined]
                self.told_relocated(before)
            return result

    def _published_at_path(self) -> str | None:
        """The tree's path of this page as the database has it, if it is published there."""
        rows: Any = type(self)._base_manager.filter(pk=self.pk, live=True)  # type: ignore[attr-defined]  # noqa: SLF001
        found: str | None = rows.values_list("url_path", flat=True).first() if self.pk else None  # type: ignore[attr-defined]
        return found

    def _tags_as_published(self) -> tuple[set[str], set[str]] | None:
        """What its change would change, hard and softly, as the database has the page now; None if unpublished."""
        row: PressedPage | None = type(self)._base_manager.filter(pk=self.pk, live=True).first()  # type: ignore[attr-defined]  # noqa: SLF001
        return None if row is None else ({*row.tags_changed()}, {*row.tags_changed_softly()})

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Unpublish and tell the press in one transaction."""
        with transaction.atomic():
            return super().unpublish(*args, **kwargs)  # type: ignore[misc]

    def _tell_left(self, before: tuple[set[str], set[str]] | None, reason: str) -> None:
        """Lists the page stood in before and stands in no more must be told too."""
        after = self._tags_as_published() if before is not None else None
        if before is None or after is None:
            return
        for tags_before, tags_after, hard in zip(before, after, (True, False), strict=True):
            for tag in sorted(tags_before - tags_after):
                actions.change_tag(tag, reason, hard=hard)

    def _tell(self, reason: str, *, drop: bool) -> None:
        for tag in dict.fromkeys(self.tags_changed()):
            actions.change_tag(tag, reason, hard=True, drop=drop)
        for tag in dict.fromkeys([*self.tags_changed_softly(), self.translations_tag]):
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

    def took_its_place(self) -> None:
        """It was moved in the tree, and was loaded after that: keep what follows from its place."""
        before = self._tags_as_published()
        self.save(clean=False)
        self._tell_left(before, "moved")

    def told_relocated(self, url_path_before: str) -> None:
        """The page, and whatever is below it, has another place in the tree."""
        before = copy(self)
        before.url_path = url_path_before  # type: ignore[attr-defined]
        old_path, new_path = before.public_path(), self.public_path()
        if old_path is None:
            return
        self.told_moved(old_path)
        if self.numchild:  # type: ignore[attr-defined]
            actions.withdraw_below(old_path, "moved with its parent")
            if new_path is not None:
                # Where it stood once before, its stories' old redirects may be pressed.
                actions.withdraw_below(new_path, "moved with its parent")

    def told_moved(self, old_path: str) -> None:
        """Its old URL answers 301 from now on, its new one is pressed, lists link to the new one."""
        actions.withdraw(old_path, "moved")
        self.told_published("moved")
