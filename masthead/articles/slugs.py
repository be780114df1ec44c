"""Slugs of people and topics: made from the name, free within the language."""

from __future__ import annotations

from django.utils.text import slugify
from wagtail.models import TranslatableMixin

# Leaves room for a number within the fields' 80 characters.
LONGEST = 74


def free_slug(thing: TranslatableMixin) -> str:
    """A slug from `thing.name` that no other row of its kind and language has."""
    base = slugify(thing.name, allow_unicode=True)[:LONGEST].strip("-") or "x"
    taken = set(
        type(thing)
        .objects.filter(locale_id=thing.locale_id, slug__startswith=base)
        .exclude(pk=thing.pk)
        .values_list("slug", flat=True)
    )
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)
