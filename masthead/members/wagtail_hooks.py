"""Members and money at the desk: one group in the menu, its pages, a panel on the desk's first page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from masthead.members.desk import books, rights, trail
from masthead.members.desk.support import SupportPanel
from masthead.members.desk.tiers import TierViewSet
from masthead.members.models import Tier

register_snippet(TierViewSet)

BOOKS = (
    (books.PaymentViewSet(), rights.SEE_MONEY),
    (books.EntryViewSet(), rights.SEE_LEDGER),
    (books.NoticeViewSet(), rights.SEE_NOTICES),
    (books.ReconciliationViewSet(), rights.SEE_RECONCILIATIONS),
)


class ForThoseWho(MenuItem):
    """Shown to whoever has a permission."""

    def __init__(self, label: str | Promise, url: Any, permission: str, **more: Any) -> None:
        super().__init__(label, url, **more)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has it."""
        return request.user.has_perm(self.permission)


def _items() -> list[MenuItem]:
    pages: Sequence[tuple[Any, Any, str, str]] = [
        (_("Support"), reverse_lazy("desk_members:support"), rights.SEE_SUPPORTERS, "table"),
        (_("All members"), reverse_lazy("desk_members:index"), rights.SEE_SUPPORTERS, "group"),
        (_("Readers' reasons"), reverse_lazy("desk_members:reasons"), rights.SEE_SUPPORTERS, "openquote"),
        (_("Bank transfers"), reverse_lazy("desk_members:transfers"), rights.CONFIRM_TRANSFERS, "download"),
        *[
            (each.menu_label, reverse_lazy(each.get_url_name("index")), permission, each.icon)
            for each, permission in BOOKS
        ],
        (_("Tiers and prices"), reverse_lazy(Tier.snippet_viewset.get_url_name("list")), rights.SET_TIERS, "order"),
    ]
    return [
        ForThoseWho(label, url, permission, icon_name=icon, order=place, name=f"members-{place}")
        for place, (label, url, permission, icon) in enumerate(pages)
    ]


@hooks.register("register_admin_menu_item")
def members_menu() -> SubmenuMenuItem:
    """*Members*, for whoever may open any page of it."""
    return SubmenuMenuItem(_("Members"), Menu(items=_items()), icon_name="group", name="members", order=360)


@hooks.register("register_admin_urls")
def members_urls() -> list[URLResolver]:
    """Our own pages."""
    return [path("members/", include("masthead.members.desk.urls"))]


@hooks.register("register_admin_viewset")
def rows_of_money() -> list[Any]:
    """Lists to read."""
    return [each for each, _permission in BOOKS]


@hooks.register("construct_homepage_panels")
def support_panel(request: HttpRequest, panels: list[Component]) -> None:
    """How support stands, on the desk's first page."""
    panels.append(SupportPanel())


@hooks.register("register_log_actions")
def deeds(actions: LogActionRegistry) -> None:
    """What staff did for supporters is kept with their names."""
    trail.register(actions)


@hooks.register("register_permissions")
def permissions_for_roles() -> QuerySet[Permission]:
    """Shown where roles are edited."""
    wanted = Q()
    for name in (*rights.ALL, "members.add_tier", "members.change_tier", "members.delete_tier", "members.change_offer"):
        label, _dot, codename = name.partition(".")
        wanted |= Q(content_type__app_label=label, codename=codename)
    return Permission.objects.filter(wanted)
