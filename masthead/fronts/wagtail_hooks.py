"""The desk's side of the fronts, and the empty newsroom's first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from masthead.fronts.models import HomePage
from masthead.fronts.views.welcome import first_run


@hooks.register("before_serve_page")
def welcome_to_an_empty_newsroom(
    page: Page, request: HttpRequest, serve_args: Any, serve_kwargs: Any
) -> HttpResponse | None:
    """Until a newsroom is founded the site's root is a page of Wagtail's own, which nobody should meet."""
    return first_run(request) if type(page) is Page else None


class FrontMenuItem(MenuItem):
    """The front of the desk user's language, one press away."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For those who may change it."""
        front = HomePage.objects.order_by("pk").first()
        if front is None:
            return False
        self.url = reverse("wagtailadmin_pages:edit", args=(front.pk,))
        return bool(front.permissions_for_user(request.user).can_edit())


@hooks.register("register_admin_menu_item")
def front_and_picks() -> MenuItem:
    """*Front & picks*."""
    return FrontMenuItem(_("Front & picks"), "#", name="front", icon_name="home", order=340)
