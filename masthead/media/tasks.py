"""Background work on pictures."""

from __future__ import annotations

from django_tasks import task

from masthead.media.models import Picture
from masthead.media.places import AT_UPLOAD


@task()
def cut_picture(key: int) -> int:
    """Cut a picture for the places it may stand in; return how many cuts there are now. Does nothing twice."""
    picture = Picture.objects.filter(pk=key).first()
    return len(picture.get_renditions(*AT_UPLOAD)) if picture else 0
