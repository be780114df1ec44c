"""What every page shows of the newsroom: its name and colour, its menu, its languages; and the page's own style."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rcssmin
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from wagtail.models import Locale, Page, Site

from masthead.articles.models import Newsroom, Section
from masthead.lib import csp
from masthead.press.fragments import shared

register = template.Library()

STYLES = Path(settings.BASE_DIR) / "static" / "css"
# In the order of their layers; a page kind adds the last ones.
EVERYWHERE = ("tokens", "base", "layout", "parts")
KINDS = {
    "home": ("front",),
    "story": ("blocks", "story"),
    "information": ("blocks", "story"),
    "list": ("list",),
    "search": ("list", "form"),
    "message": ("form",),
    "account": ("form", "account", "own"),
    "support": ("form", "support"),
}


@dataclass(frozen=True)
class Link:
    """A name and where it leads."""

    title: str
    url: str
    language: str = ""


@dataclass(frozen=True)
class Paper:
    """The newsroom as every page of one language shows it."""

    name: str
    tagline: str
    description: str
    accent: str
    accent_on_dark: str
    contact_email: str
    address: str
    root: str
    locale_id: int | None
    menu: tuple[Link, ...]
    languages: tuple[Link, ...]


@register.simple_tag(takes_context=True)
def the_paper(context: Context) -> Paper:
    """The newsroom, its menu and its languages, remembered until one of them changes."""
    request: HttpRequest = context["request"]
    language = get_language() or settings.LANGUAGE_CODE
    return shared(request, f"paper:{language}", ["newsroom", "menu"], lambda: _paper(request))


def _paper(request: HttpRequest) -> Paper:
    site = Site.find_for_request(request)
    room = Newsroom.objects.filter(site=site).first() or Newsroom()
    try:
        locale = Locale.get_active()
    except Locale.DoesNotExist:
        locale = None
    return Paper(
        name=room.name,
        tagline=room.tagline,
        description=room.description,
        accent=room.accent,
        accent_on_dark=room.accent_on_dark,
        contact_email=room.contact_email,
        address=room.address,
        root=reverse("wagtail_serve", args=[""]),
        locale_id=locale.pk if locale else None,
        menu=_menu(request, locale),
        languages=_languages(site),
    )


def _menu(request: HttpRequest, locale: Locale | None) -> tuple[Link, ...]:
    sections = Section.objects.live().in_menu().filter(locale=locale).order_by("path")
    return tuple(Link(section.title, section.get_url(request) or "") for section in sections)


def _languages(site: Site | None) -> tuple[Link, ...]:
    """Each language's own name and its front; empty if there is but one."""
    if site is None:
        return ()
    names = dict(settings.LANGUAGES)
    spoken = Page.objects.live().filter(translation_key=site.root_page.translation_key).select_related("locale")
    codes = {page.locale.language_code for page in spoken}
    links = []
    for code in [code for code in names if code in codes]:
        with override(code):
            links.append(Link(str(names[code]), reverse("wagtail_serve", args=[""]), code))
    return tuple(links) if len(links) > 1 else ()


@register.simple_tag(takes_context=True)
def in_other_languages(context: Context, paper: Paper) -> list[Link]:
    """Where this page, or else the front, stands in the other languages."""
    here = get_language()
    others = [link for link in paper.languages if link.language != here]
    page: Any = context.get("page")
    if others and page is None and context.get("path"):  # a view's page, which has the same name in every language
        return [Link(link.title, translate_url(context["path"], link.language), link.language) for link in others]
    if not others or not isinstance(page, Page) or page.url == paper.root:
        return others
    # Whoever wrote the page's head has asked already.
    known: dict[str, str] | None = getattr(context.get("request"), "page_alternates", None)
    if known is not None:
        return [Link(link.title, known.get(link.language) or link.url, link.language) for link in others]
    found = Page.objects.live().filter(translation_key=page.translation_key).exclude(pk=page.pk)
    urls = {one.locale.language_code: one.get_url(context.get("request")) for one in found.select_related("locale")}
    return [Link(link.title, urls.get(link.language) or link.url, link.language) for link in others]


def _read(names: tuple[str, ...]) -> str:
    return rcssmin.cssmin("".join((STYLES / f"{name}.css").read_text(encoding="utf-8") for name in names))


_remembered = cache(_read)


@register.simple_tag(takes_context=True)
def critical_css(context: Context, kind: str, accent: str = "", accent_on_dark: str = "") -> SafeString:
    """The one inline <style>: all the page needs to be drawn, allowed in its policy by its hash."""
    read = _read if settings.DEBUG else _remembered
    text = read((*EVERYWHERE, *KINDS[kind]))
    if accent:
        # Colours are checked when they are chosen (#rrggbb), and can't leave the style from there.
        text += f":root{{--accent-light:{accent};--accent-dark:{accent_on_dark}}}"
    request = context.get("request")
    if request is not None:
        csp.allow(request, "style-src", csp.hash_of(text))
    return mark_safe(f"<style>{text}</style>")  # noqa: S308 (our own files and two checked colours)
