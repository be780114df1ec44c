"""Stories kept for members, to members: drawn for each, never pressed, never cached.

Who is a member is for others to say: a setting names the function that is asked, so that what is written knows nothing
of who pays.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string

from masthead.articles.models import Article


def read(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The whole story for whoever may read it; others are led to sign in, or to become members."""
    story = get_object_or_404(Article.objects.live().reading(), uuid=uuid)
    if not story.is_closed:
        return HttpResponseRedirect(story.public_path() or "/")
    if not import_string(settings.CLOSED_STORIES_OPEN_TO)(request):
        if not request.user.is_authenticated:
            answer: HttpResponse = redirect_to_login(request.get_full_path(), reverse("account_request_login_code"))
        else:
            answer = HttpResponseRedirect(reverse(settings.CLOSED_STORIES_LEAD_TO))
        add_never_cache_headers(answer)
        return answer
    request.may_read_closed = True  # type: ignore[attr-defined]
    answer = story.serve(request)
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex"
    return answer
