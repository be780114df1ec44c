"""Small files that programs ask a site for: robots.txt, the web manifest, icons, security.txt."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from masthead.articles.models.newsroom import LIGHT_PAPER
from masthead.fronts import icons
from masthead.fronts.addresses import absolute
from masthead.fronts.newsroom import face_of
from masthead.press.tags import HOURLY, carry

KEPT_OUT = ("/desk/", "/accounts/", "/search/")


def robots(request: HttpRequest) -> HttpResponse:
    """Where programs needn't go, and where the sitemaps are."""
    carry(request)
    others = [code for code, _name in settings.LANGUAGES[1:]]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    lines += [f"Disallow: /{code}/search/" for code in others]
    lines += ["", f"Sitemap: {absolute('/sitemap.xml')}", f"Sitemap: {absolute('/news-sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def manifest(request: HttpRequest) -> HttpResponse:
    """The web manifest."""
    face = face_of(request)
    data = {
        "name": face.name,
        "short_name": face.name[:30],
        "description": face.sentence,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "lang": settings.LANGUAGE_CODE,
        "background_color": LIGHT_PAPER,
        "theme_color": face.accent,
        "icons": [
            {"src": "/icons/192.png", "sizes": "192x192", "type": "image/png"},
            {"src": "/icons/512.png", "sizes": "512x512", "type": "image/png"},
            {"src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    return JsonResponse(data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def favicon(request: HttpRequest) -> HttpResponse:
    """The mark at the address that browsers try by themselves."""
    return HttpResponse(icons.ico(face_of(request)), content_type="image/x-icon")


def icon(request: HttpRequest, size: str) -> HttpResponse:
    """The mark as PNG, in one of the sizes that are asked for."""
    if int(size) not in icons.SIZES:
        raise Http404
    return HttpResponse(icons.png(face_of(request), int(size)), content_type="image/png")


def maskable(request: HttpRequest) -> HttpResponse:
    """The mark with room around it, for phones that cut icons."""
    return HttpResponse(icons.png(face_of(request), 512, maskable=True), content_type="image/png")


def security(request: HttpRequest) -> HttpResponse:
    """Where to report a hole (RFC 9116); 404 while the newsroom names no address."""
    carry(request, HOURLY)
    face = face_of(request)
    if not face.contact_email:
        raise Http404
    # Rounded to the month, so that a page pressed anew on the same day stays the same.
    ends = (timezone.now() + timedelta(days=365)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    body = (
        f"Contact: mailto:{face.contact_email}\nExpires: {ends.isoformat().replace('+00:00', 'Z')}\n"
        f"Preferred-Languages: {languages}\nCanonical: {absolute('/.well-known/security.txt')}\n"
    )
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
