"""The newsroom as machines are told of it, remembered until its settings change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from wagtail.models import Site

from masthead.articles.models import Newsroom
from masthead.fronts.addresses import absolute
from masthead.press.fragments import shared

ICONS = "/icons"


@dataclass(frozen=True)
class Face:
    """What a newsroom says of itself."""

    name: str = "Masthead"
    tagline: str = ""
    description: str = ""
    accent: str = "#9a2617"
    founded_on: str = ""
    contact_email: str = ""
    logo_id: int | None = None

    @property
    def logo_url(self) -> str:
        """The mark as a square picture, absolute."""
        return absolute(f"{ICONS}/512.png")

    @property
    def sentence(self) -> str:
        """One sentence for search engines."""
        return self.description or self.tagline

    @property
    def organization(self) -> dict[str, Any]:
        """The publisher, in schema.org's words."""
        known: dict[str, Any] = {
            "@type": "NewsMediaOrganization",
            "@id": absolute("/#newsroom"),
            "name": self.name,
            "url": absolute("/"),
            "logo": {"@type": "ImageObject", "url": self.logo_url, "width": 512, "height": 512},
        }
        if self.sentence:
            known["description"] = self.sentence
        if self.founded_on:
            known["foundingDate"] = self.founded_on
        return known


def face_of(request: HttpRequest) -> Face:
    """The face of the request's site."""
    return shared(request, f"face:{request.get_host()}", ["newsroom"], lambda: _face(request))


def _face(request: HttpRequest) -> Face:
    site = Site.find_for_request(request)
    found = Newsroom.objects.filter(site=site).first() if site else None
    if found is None:
        return Face()
    return Face(
        name=found.name,
        tagline=found.tagline,
        description=found.description,
        accent=found.accent,
        founded_on=found.founded_on.isoformat() if found.founded_on else "",
        contact_email=found.contact_email,
        logo_id=found.logo_id,
    )
