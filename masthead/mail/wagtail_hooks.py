"""The mailbox at the desk: every letter with its words and what became of it; those in doubt wait for a person here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from masthead.lib.reading_only import ReadOnlyPolicy
from masthead.mail import desk
from masthead.mail.models import Letter

register_permission_policy(Letter, ReadOnlyPolicy(Letter))


class LetterViewSet(ModelViewSet):
    """The mailbox."""

    model = Letter
    name = "mailbox"
    url_prefix = "mailbox"
    icon = "mail"
    menu_label = _("Mailbox")
    menu_order = 790
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = desk.LetterView
    index_view_class = desk.MailboxView
    inspect_template_name = "desk/letter.html"
    form_fields = ["key"]
    list_filter = {"state": ["exact"], "kind": ["exact"], "written_at": ["gte", "lte"]}
    search_fields = ["to", "to_name", "subject", "key"]
    ordering = ["-pk"]
    list_per_page = 50

    @property
    def list_display(self) -> list[Column]:
        """Whom, what, and what became of it."""
        return [
            TitleColumn("subject", label=_("Letter"), accessor=desk.title, get_url=_address),
            Column("to", label=_("To"), sort_key="to"),
            Column("get_state_display", label=_("State"), sort_key="state"),
            DateColumn("written_at", label=_("Written"), sort_key="written_at"),
            DateColumn("sent_at", label=_("Sent"), sort_key="sent_at"),
        ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's, and what is ours."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/words/", desk.formatted, name="words"),
            path("<int:pk>/file/<int:number>/", desk.attached, name="file"),
            path("<int:pk>/resend/", desk.resend, name="resend"),
            path("<int:pk>/drop/", desk.drop, name="drop"),
        ]


class Undecided(Component):
    """On the desk's first page, while there are any: letters that wait for somebody's decision."""

    name = "undecided_letters"
    order = 90
    template_name = "desk/undecided_letters.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """How many, for those who may decide."""
        user = parent_context["request"].user
        return {"count": Letter.objects.undecided().count() if user.has_perm("mail.change_letter") else 0}


@hooks.register("construct_homepage_panels")
def undecided(request: HttpRequest, panels: list[Component]) -> None:
    """Beside what else waits for one."""
    panels.append(Undecided())


def _address(letter: Letter) -> str:
    return reverse("mailbox:inspect", args=(letter.pk,))


@hooks.register("register_admin_viewset")
def mailbox() -> LetterViewSet:
    """In the desk's menu, for those who may see it."""
    return LetterViewSet()


@hooks.register("register_log_actions")
def decisions(actions: LogActionRegistry) -> None:
    """What a person decides about a letter is kept with the name."""
    actions.register_action("mail.resend", _("Send again"), _("Sent again"))
    actions.register_action("mail.drop", _("Drop"), _("Dropped"))
