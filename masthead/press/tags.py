"""Tags a response carries, gathered while it is rendered."""

from __future__ import annotations

from hashlib import blake2b

from django.http import HttpRequest

ATTRIBUTE = "press_tags"
# For pages that the time alone makes old; the clock changes it softly once an hour.
HOURLY = "hourly"
LEADS_TO = "leads-to:"


def leads_to(path: str) -> str:
    """The tag of every pressed redirect to this address; short, however long the address."""
    return f"{LEADS_TO}{blake2b(path.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def carry(request: HttpRequest, *tags: str) -> None:
    """Say that the page being rendered shows something known by these tags.

    Calling it at all, even without a tag, says that the page is the same for every anonymous reader and may be
    pressed; a view that never calls it is never pressed.
    """
    carried: set[str] = getattr(request, ATTRIBUTE, set())
    carried.update(tags)
    setattr(request, ATTRIBUTE, carried)


def carried_by(request: HttpRequest) -> frozenset[str] | None:
    """The tags carried so far, or None if the page never said that it may be pressed."""
    found: set[str] | None = getattr(request, ATTRIBUTE, None)
    return None if found is None else frozenset(found)
