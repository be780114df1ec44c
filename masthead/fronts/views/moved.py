"""Addresses that a topic or a person had under an older slug."""

from __future__ import annotations

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from masthead.articles.models import Person, Topic
from masthead.articles.models.named import slug_tag
from masthead.fronts.addresses import person_url, topic_url
from masthead.fronts.edition import locale_of
from masthead.press.tags import carry


def moved(request: HttpRequest, model: type[Topic] | type[Person], slug: str) -> HttpResponsePermanentRedirect:
    """301 to the same page or feed of whoever had this slug last. Raises Http404 if nobody had.

    For views that have found nothing that has the slug now.
    """
    locale = locale_of(request)
    former = model.objects.filter(locale=locale, former_slugs__slug=slug).select_related("locale")
    name = former.order_by("-former_slugs__pk").first()
    if name is None:
        raise Http404
    # Until the name moves on or goes, or something else takes the slug.
    carry(request, name.tag, slug_tag(name.noun, locale.pk, slug))
    front = topic_url(name) if isinstance(name, Topic) else person_url(name)
    noun = unquote(front).removesuffix(f"{name.slug}/")
    return HttpResponsePermanentRedirect(front + request.path.removeprefix(f"{noun}{slug}/"))
