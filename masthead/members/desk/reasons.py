"""Readers' reasons, which editors may publish on the supporters' wall, and take off again."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from masthead.members.desk import rights
from masthead.members.desk.deeds import CantDo
from masthead.members.desk.screens import Decision, Screen
from masthead.members.models import Contribution, Membership
from masthead.payments.models.payments import PAID

AT_ONCE = 50
Supporter = Membership | Contribution
KINDS: dict[str, type[Supporter]] = {"membership": Membership, "contribution": Contribution}
COLUMNS = ("kind", "uuid", "account", "public_name", "is_public", "reason", "reason_published_at", "at")


def _reasons(which: str) -> QuerySet[Any]:
    """Of both kinds in one list, the newest first; only of those who paid."""
    memberships = Membership.objects.begun().annotate(
        kind=Value("membership", CharField()), at=Coalesce("begun_at", "created_at")
    )
    paid = Contribution.objects.filter(order__payments__state__in=PAID).distinct()
    contributions = paid.annotate(kind=Value("contribution", CharField()), at=F("created_at"))
    rows = [_only(cast("QuerySet[Any]", each), which) for each in (memberships, contributions)]
    return rows[0].union(rows[1], all=True).order_by("-at", "uuid")


def _only(rows: QuerySet[Any], which: str) -> QuerySet[Any]:
    rows = rows.exclude(reason="")
    if which == "waiting":
        rows = rows.filter(reason_published_at__isnull=True, is_public=True)
    elif which == "published":
        rows = rows.filter(reason_published_at__isnull=False)
    return rows.values(*COLUMNS)


class Reasons(Screen):
    """The list."""

    permission = rights.SEE_SUPPORTERS
    template_name = "members/desk/reasons.html"
    page_title = gettext_lazy("Readers' reasons")
    header_icon = "openquote"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of reasons."""
        which = self.request.GET.get("show", "waiting")
        page = Paginator(_reasons(which), AT_ONCE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page_obj=page, reasons=list(page.object_list), which=which, **kwargs)


class Publish(Decision):
    """Publish a reason, take it off, or take the supporter off the wall altogether."""

    permission = rights.PUBLISH_REASONS
    header_icon = "openquote"
    VERBS = {
        "publish": (
            gettext_lazy("Publish this reason"),
            gettext_lazy("Publish it"),
            gettext_lazy("The reason is published."),
        ),
        "unpublish": (
            gettext_lazy("Take this reason off"),
            gettext_lazy("Take it off"),
            gettext_lazy("The reason is no longer published."),
        ),
        "hide": (
            gettext_lazy("Take this supporter off the wall"),
            gettext_lazy("Take off the wall"),
            gettext_lazy("The supporter is no longer named."),
        ),
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find whose reason it is. Raises Http404."""
        super().setup(request, *args, **kwargs)
        if kwargs["kind"] not in KINDS or kwargs["verb"] not in self.VERBS:
            raise Http404
        self.verb: str = kwargs["verb"]
        self.supporter = get_object_or_404(cast("Any", KINDS[kwargs["kind"]]).objects.all(), uuid=kwargs["uuid"])
        title, self.button, self.done = self.VERBS[self.verb]
        self.page_title = str(title)
        self.grave = self.verb == "hide"

    def between(self) -> list[dict[str, Any]]:
        """The list."""
        return [{"url": self.back(), "label": _("Readers' reasons")}]

    def back(self) -> str:
        """To the list."""
        return reverse("desk_members:reasons")

    def says(self) -> list[str]:
        """What happens."""
        return {
            "publish": [_("It stands on the supporters' wall beside the name, for everybody to read.")],
            "unpublish": [_("It goes from the supporters' wall at once. The name stays.")],
            "hide": [
                _("Name and reason go from the supporters' wall at once. The reader can agree to be named again.")
            ],
        }[self.verb]

    def facts(self) -> list[tuple[str, object]]:
        """Whose, and what it says."""
        return [
            (_("Name in public"), self.supporter.public_name or _("none")),
            (_("Reason"), self.supporter.reason or _("none")),
        ]

    def do(self, form: forms.Form) -> str:
        """Do it; saying so again changes nothing. Raises CantDo for somebody who didn't agree."""
        row: Any = self.supporter
        if self.verb == "publish":
            if not row.is_public or not row.reason:
                raise CantDo(_("This reader did not agree to be named in public, so the reason stays with us."))
            row.reason_published_at = row.reason_published_at or timezone.now()
        else:
            row.reason_published_at = None
        if self.verb == "hide":
            row.is_public = False
        row.save(update_fields=["reason_published_at", "is_public"])
        log(
            instance=row.account or row,
            action="members.reason",
            user=rights.who(self.request),
            data={"what": str(self.done)},
        )
        return str(self.done)
