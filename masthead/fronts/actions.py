"""Verbs that touch a whole site: found a newsroom."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from masthead.articles.models import Newsroom, Section
from masthead.fronts.models import HomePage, InformationPage
from masthead.live.models import NewsFeed


@transaction.atomic
def found_newsroom(
    name: str,
    tagline: str = "",
    language: str | None = None,
    sections: Iterable[str] = (),
    accent: str | None = None,
) -> HomePage:
    """Make the front of one language with its sections, news feed and about page, and return it.

    Founding twice changes nothing but what is said anew: what exists is kept. The first language to be founded
    becomes the site's root and gives the newsroom its name; later ones become its translations. Does not press.
    """
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    locale = Locale.objects.get(language_code=language or settings.LANGUAGE_CODE)
    site = _site(name)
    with translation.override(locale.language_code):
        home = _home(name, locale, site)
        for title in sections:
            _child(home, Section, title, slugify(title, allow_unicode=True))
        _child(home, NewsFeed, _("News Feed"), "news-feed")
        _child(home, InformationPage, _("About us"), "about", standfirst=tagline, body=[("text", _about(name))])
    if home.pk == site.root_page_id:
        _say_who_we_are(site, name, tagline, accent)
    return home


def _site(name: str) -> Site:
    """The one site, at the address readers use; its root is Wagtail's own first page until a home is made."""
    address = urlsplit(settings.BASE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = name
    if site.root_page_id is None:
        site.root_page = Page.get_first_root_node()
    site.save()
    return site


def _home(name: str, locale: Locale, site: Site) -> HomePage:
    """The front of this language, made beside the others if there is none."""
    found: HomePage | None = HomePage.objects.filter(locale=locale).first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    home = HomePage(title=name, slug=locale.language_code, locale=locale, live=False)
    first = HomePage.objects.order_by("pk").first()
    if first is not None:
        home.translation_key = first.translation_key
    root.add_child(instance=home)
    if first is None:
        welcome = site.root_page
        site.root_page = home
        site.save()
        # Wagtail's migrations leave a page that says "Welcome to your new Wagtail site!".
        if welcome.depth > 1 and welcome.specific_class is Page:
            welcome.delete()
    home.save_revision().publish()
    # treebeard counts children on the instance it was given.
    home.refresh_from_db()
    return home


def _child(home: HomePage, model: type[Page], title: str, slug: str, **fields: object) -> None:
    """A published page of this kind under the home page, unless there is one at this address."""
    if home.get_children().filter(slug=slug).exists():
        return
    page = model(title=title, slug=slug, locale=home.locale, live=False, show_in_menus=True, **fields)
    home.add_child(instance=page)
    page.save_revision().publish()


def _about(name: str) -> str:
    text = _("This page will say who makes %(name)s, how it is paid for, and how to reach us.") % {"name": name}
    return f"<p>{text}</p>"


def _say_who_we_are(site: Site, name: str, tagline: str, accent: str | None) -> None:
    newsroom = Newsroom.for_site(site)
    newsroom.name = name
    newsroom.tagline = tagline or newsroom.tagline
    newsroom.accent = accent or newsroom.accent
    newsroom.full_clean(exclude=["site"])
    newsroom.save()
