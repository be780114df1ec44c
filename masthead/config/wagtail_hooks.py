"""What the desk shows that belongs to no single app: its first page, its menu's words, its own small style."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from masthead.articles.models import Article
from masthead.live.models import Brief, NewsFeed
from masthead.press.models import Run

LATEST = 8
# The newsroom's words for what Wagtail calls otherwise, by the menu item's name.
WORDS = {"explorer": _("All pages"), "images": _("Pictures"), "documents": _("Files"), "help": _("Help")}


class WriteNow(Component):
    """The two things people come for: a brief in seconds, a story."""

    name = "write_now"
    order = 10
    template_name = "desk/write_now.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Feeds one may write briefs for."""
        user = parent_context["request"].user
        feeds = [
            feed
            for feed in NewsFeed.objects.filter(live=True).select_related("locale")
            if feed.permissions_for_user(user).can_add_subpage()
        ]
        return {"feeds": feeds}


class LatestStories(Component):
    """What was published last."""

    name = "latest_stories"
    order = 230
    template_name = "desk/latest_stories.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Stories and briefs, newest first."""
        stories = list(Article.objects.listed().newest_first().cards()[:LATEST])
        briefs = list(Brief.objects.listed().newest_first()[:LATEST])
        latest = sorted([*stories, *briefs], key=lambda each: each.listed_at, reverse=True)[:LATEST]
        user = parent_context["request"].user
        return {"latest": [(each, each.permissions_for_user(user).can_edit()) for each in latest]}


class PressSummary(Component):
    """How the press did since yesterday, for those who may read its log."""

    name = "press_summary"
    order = 400
    template_name = "desk/press_summary.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Runs by outcome, and the last failures."""
        if not parent_context["request"].user.has_perm("press.view_run"):
            return {}
        runs = Run.objects.filter(at__gte=timezone.now() - timedelta(days=1))
        counts = dict(runs.order_by().values_list("outcome").annotate(Count("pk")))
        return {
            "outcomes": [(Run.Outcome(outcome).label, count) for outcome, count in sorted(counts.items())],
            "failed": list(runs.filter(outcome=Run.Outcome.FAILED)[:3]),
            "shown": True,
        }


@hooks.register("construct_homepage_panels")
def our_panels(request: HttpRequest, panels: list[Component]) -> None:
    """What waits for me comes from Wagtail; ours stand around it."""
    panels += [WriteNow(), LatestStories(), PressSummary()]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    """How many pages there are tells nobody what to do next."""
    items.clear()


@hooks.register("construct_main_menu")
def newsroom_words(request: HttpRequest, items: list[MenuItem]) -> None:
    """Say Pictures and Files; the snippets stand in a menu of their own."""
    for item in items:
        if item.name in WORDS:
            item.label = WORDS[item.name]
    items[:] = [item for item in items if item.name not in {"snippets", "help"}]


@hooks.register("insert_global_admin_css")
def our_style() -> SafeString:
    """A few rules of our own."""
    return format_html('<link rel="stylesheet" href="{}">', static("desk/desk.css"))


@hooks.register("insert_global_admin_js")
def our_script() -> SafeString:
    """Starts the widgets, in place of Wagtail's inline scripts."""
    return format_html('<script type="module" src="{}"></script>', static("desk/start.js"))


@hooks.register("register_admin_menu_item")
def to_the_site() -> MenuItem:
    """Out of the desk, to what readers see."""
    return MenuItem(_("The site"), f"{settings.BASE_URL}/", name="site", icon_name="view", order=9000)


@hooks.register("construct_wagtail_userbar")
def no_userbar(request: HttpRequest, items: list[Any], page: Any = None) -> None:
    """Pages for readers carry *Edit post* instead; the bar would need scripts and styles they forbid."""
    items.clear()
