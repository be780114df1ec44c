"""The desk's side of the news feed: briefs in one list, newest first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.pages import PageListingViewSet

from masthead.live.models import Brief


class BriefListing(PageListingViewSet):
    """All briefs, whatever their language."""

    model = Brief
    name = "briefs"
    url_prefix = "briefs"
    icon = "time"
    menu_label = _("Briefs")
    menu_order = 95
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def brief_listing() -> BriefListing:
    """*Briefs* in the desk's menu."""
    return BriefListing()
