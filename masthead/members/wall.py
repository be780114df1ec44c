"""The supporters' wall: those who agreed to be thanked by name, and the reasons that editors published."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, TextField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masthead.members.models import Contribution, Membership
from masthead.members.models.memberships import WALL_TAG
from masthead.payments.models.payments import SUCCEEDED
from masthead.press.tags import carry

AT_ONCE = 120


def named() -> QuerySet[Any]:
    """Members while they are members, and who gave once and whose money is here; each person once, newest first.

    Those with a published reason come before the others.
    """
    agreed = Q(is_public=True) & ~Q(public_name="")
    members = Membership.objects.going().filter(agreed)
    givers = Contribution.objects.filter(agreed, order__payments__state=SUCCEEDED).exclude(
        account__in=members.filter(account__isnull=False).values("account")
    )
    # The newest contribution speaks for somebody who gave more than once.
    newest = givers.filter(account__isnull=False).order_by().values("account").annotate(newest=Max("pk"))
    once = givers.filter(Q(pk__in=newest.values("newest")) | Q(account__isnull=True))
    rows = members.annotate(at=F("begun_at")), once.annotate(at=F("created_at"))
    said, without = Q(reason_published_at__isnull=False) & ~Q(reason=""), Value("")
    found = [
        each.annotate(
            words=Case(When(said, then=F("reason")), default=without, output_field=TextField()),
            silent=Case(When(said, then=0), default=1, output_field=IntegerField()),
        ).values("public_name", "words", "at", "silent", "uuid")
        for each in rows
    ]
    return found[0].union(found[1], all=True).order_by("silent", "-at", "uuid")


def wall(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """A page of names; pressed, and taken away at once when somebody withdraws. Raises Http404 past the end."""
    pages = Paginator(named(), AT_ONCE)
    if number is not None and not 1 < number <= pages.num_pages:  # the first page has one address
        raise Http404
    carry(request, WALL_TAG)
    number = number or 1
    page = pages.page(number)
    context = {
        "title": _("Those who make it possible"),
        "people": list(page.object_list),
        "count": pages.count,
        "listing": {
            "number": number,
            "pages": pages.num_pages,
            "newer_url": _address(number - 1) if number > 1 else None,
            "older_url": _address(number + 1) if page.has_next() else None,
        },
    }
    return render(request, "pages/wall.html", context)


def _address(number: int) -> str:
    return reverse("members:wall") if number == 1 else reverse("members:wall", args=(number,))
