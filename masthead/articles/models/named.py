"""Named: what people and topics have in common, a name with a page of its own that stories carry far."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction

from masthead.articles.slugs import free_slug
from masthead.press import actions as press


class Named:
    """A mixin, named first among a model's bases: saving and deleting tell the press in the same transaction."""

    noun: ClassVar[str]
    pk: Any
    slug: Any

    @property
    def tag(self) -> str:
        """The tag of every page that shows it."""
        return f"{self.noun}:{self.pk}"

    @property
    def name_tag(self) -> str:
        """The tag of every page that names it; its own is that of the lists which its stories change."""
        return f"{self.tag}:name"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save and tell the press: a new name must show in every story and list that names it."""
        self.slug = self.slug or free_slug(self)
        with transaction.atomic():
            super().save(*args, **kwargs)  # type: ignore[misc]
            self._tell(f"{self.noun} changed")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete and tell the press."""
        with transaction.atomic():
            self._tell(f"{self.noun} deleted")
            deleted: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)  # type: ignore[misc]
            return deleted

    def clean(self) -> None:
        """Make the slug from the name if none was given."""
        super().clean()  # type: ignore[misc]
        if not self.slug:
            self.slug = free_slug(self)

    def _tell(self, reason: str) -> None:
        """Its own page at once; its deeper pages and the many that only name it, behind the next reader's back."""
        press.change_tag(self.tag, reason, hard=True)
        press.change_tag(f"{self.tag}:older", reason, hard=False)
        press.change_tag(self.name_tag, reason, hard=False)
