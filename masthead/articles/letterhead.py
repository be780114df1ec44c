"""What stands at the head of the newsroom's letters; named by MAIL_LETTERHEAD, for mail knows no newsroom."""

from __future__ import annotations

from wagtail.models import Site

from masthead.articles.models import Newsroom
from masthead.mail.writing import Letterhead


def letterhead(language: str) -> Letterhead:
    """The default site's newsroom: its name, and the address readers may answer to."""
    site = Site.objects.filter(is_default_site=True).first()
    room = (Newsroom.objects.filter(site=site).first() if site else None) or Newsroom()
    return Letterhead(name=room.name, reply_to=room.contact_email)
