"""Named: what people and topics have in common, a name with a page of its own that stories carry far.

Its address is in others' hands once it was published: a slug that changes is kept, and the old one leads to the new.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, ClassVar

from django.db import models, transaction

from masthead.articles.slugs import free_slug
from masthead.press import actions as press


def slug_tag(noun: str, locale_id: int, slug: str) -> str:
    """The tag of an address that leads away, for as long as nothing has its slug; short, however long the slug."""
    return f"{noun}-slug:{locale_id}:{blake2b(slug.encode(), digest_size=12).hexdigest()}"


class FormerSlug(models.Model):
    """A slug that a name had before; the latest row of a slug says whose it was last."""

    slug = models.SlugField(max_length=120, allow_unicode=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.slug)


class Named:
    """A mixin, named first among a model's bases: saving and deleting tell the press in the same transaction."""

    noun: ClassVar[str]
    pk: Any
    slug: Any
    locale_id: Any
    former_slugs: Any
    listed: Any

    @property
    def listing(self) -> Any:
        """Places of its published stories, newest first."""
        return self.listed.newest_first()

    @property
    def tag(self) -> str:
        """The tag of every page that shows it."""
        return f"{self.noun}:{self.pk}"

    @property
    def name_tag(self) -> str:
        """The tag of every page that names it; its own is that of the lists which its stories change."""
        return f"{self.tag}:name"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keep the slug it had, and tell the press: a new name must show wherever it is named."""
        self.slug = self.slug or free_slug(self)
        with transaction.atomic():
            before = self._slug_before()
            super().save(*args, **kwargs)  # type: ignore[misc]
            if before != self.slug:
                self._moved_from(before)
            self._tell(f"{self.noun} changed")

    def _slug_before(self) -> str | None:
        """The slug as the database has it; None for a new row."""
        rows: Any = type(self)._default_manager.filter(pk=self.pk)  # type: ignore[attr-defined]  # noqa: SLF001
        found: str | None = rows.values_list("slug", flat=True).first() if self.pk else None
        return found

    def _moved_from(self, before: str | None) -> None:
        """Its old address leads here from now on, and whatever its new one answered so far is to be pressed anew."""
        self.former_slugs.filter(slug__in=[self.slug, before]).delete()
        if before is not None:
            self.former_slugs.create(slug=before)
        press.change_tag(slug_tag(self.noun, self.locale_id, self.slug), f"{self.noun} moved here", hard=True)

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
