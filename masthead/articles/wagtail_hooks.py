"""The desk's side of stories: people and topics, corrections and takedowns, and what is said before publishing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.accounts.models import Account
from masthead.articles import checks, desk
from masthead.articles.forms import NamedForm
from masthead.articles.models import Article, Person, Topic

# Kinds of pages a reporter may make; by name, for briefs belong to an app above.
BY_REPORTERS = {"Article", "Brief"}


class PersonViewSet(SnippetViewSet):
    """People and collective desks."""

    model = Person
    icon = "user"
    menu_label = gettext_lazy("People")
    menu_order = 100
    list_display = ["name", "kind", "position"]
    list_filter = ["kind", "locale"]
    ordering = ["name"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            TitleFieldPanel("name", targets=["slug"], placeholder=gettext_lazy("Name")),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("position")]),
            FieldPanel("bio"),
            FieldPanel("portrait"),
            FieldPanel("contact_email"),
            FieldPanel("account", permission="accounts.change_account"),
            FieldPanel("slug", heading=gettext_lazy("Address")),
        ],
        base_form_class=NamedForm,
    )


class TopicViewSet(SnippetViewSet):
    """Subjects with a page of their own."""

    model = Topic
    icon = "tag"
    menu_label = gettext_lazy("Topics")
    menu_order = 200
    list_display = ["name", "description"]
    list_filter = ["locale"]
    ordering = ["name"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            TitleFieldPanel("name", targets=["slug"], placeholder=gettext_lazy("Name")),
            FieldPanel("description"),
            FieldPanel("slug", heading=gettext_lazy("Address")),
        ],
        base_form_class=NamedForm,
    )


class NewsroomGroup(SnippetViewSetGroup):
    """Whom and what the stories are about, in one menu."""

    items = (PersonViewSet, TopicViewSet)
    menu_label = gettext_lazy("Newsroom")
    menu_icon = "group"
    menu_name = "newsroom"
    menu_order = 350


register_snippet(NewsroomGroup)


class StoryListing(PageListingViewSet):
    """All stories, whatever their section."""

    model = Article
    name = "stories"
    url_prefix = "stories"
    icon = "doc-full"
    menu_label = gettext_lazy("Stories")
    menu_order = 90
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def story_listing() -> StoryListing:
    """*Stories* in the desk's menu."""
    return StoryListing()


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern]:
    """Addresses of the desk's own screens."""
    return [
        path("stories/<int:pk>/correct/", desk.correct, name="articles_correct"),
        path("stories/<int:pk>/take-down/", desk.take_down, name="articles_take_down"),
        path("takedowns/<int:pk>/lift/", desk.lift, name="articles_lift"),
    ]


@hooks.register("register_permissions")
def permissions_of_the_record() -> QuerySet[Permission]:
    """Shown where roles are edited."""
    return Permission.objects.filter(
        content_type__app_label="articles", codename__in=["add_correction", "add_takedown", "change_takedown"]
    )


@hooks.register("register_page_header_buttons")
def record_buttons(page: Page, user: Account, view_name: str, next_url: str | None = None) -> Iterator[Any]:
    """*Issue a correction…* and *Take down…* beside a story's other actions."""
    article = page.specific
    if not isinstance(article, Article):
        return
    if desk.may_correct(user, article):
        yield _button(page, _("Issue a correction…"), "articles_correct", "edit", 90)
    if desk.may_take_down(user, article):
        yield _button(page, _("Take down…"), "articles_take_down", "warning", 95)


def _button(page: Page, label: str, view: str, icon: str, priority: int) -> Any:
    return PageMenuItem(label, url=reverse(view, args=(page.pk,)), icon_name=icon, priority=priority, page=page)


@hooks.register("before_create_page")
def only_editors_make_sections(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    """A reporter makes stories and briefs; the paper's parts are made by those who may publish them."""
    if page_class.__name__ not in BY_REPORTERS:
        tester = parent.permissions_for_user(request.user)
        if not tester.can_publish_subpage():
            raise PermissionDenied


@hooks.register("before_publish_page")
def say_what_is_missing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The last look before the editor's own publish button: what the form let through is refused here."""
    if not isinstance(page, Article):
        return None
    found = checks.problems(page)
    if found:
        for problem in found:
            messages.error(request, problem.html)
        return redirect("wagtailadmin_pages:edit", page.pk)
    if page.go_live_at and page.go_live_at <= timezone.now() and not page.first_published_at:
        messages.info(request, _("The publish time had passed, so the story went out at once."))
    return None


class _Correction(LogFormatter):
    label = gettext_lazy("Issue a correction")

    def format_message(self, log_entry: PageLogEntry) -> str:
        return f"{log_entry.data['kind']}: {log_entry.data['text']}"


class _Takedown(LogFormatter):
    label = gettext_lazy("Take down")

    def format_message(self, log_entry: PageLogEntry) -> str:
        said: dict[str, str] = log_entry.data
        return _("Taken down from %(path)s: %(reason)s") % said


class _Refused(LogFormatter):
    label = gettext_lazy("Refuse to publish")

    def format_message(self, log_entry: PageLogEntry) -> str:
        return _("Not published as scheduled: %(problems)s") % {"problems": " ".join(log_entry.data["problems"])}


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the history says."""
    actions.register_action("masthead.correction")(_Correction)
    actions.register_action("masthead.takedown")(_Takedown)
    actions.register_action("masthead.publish_refused")(_Refused)
    actions.register_action("masthead.takedown_lifted", _("Lift the takedown"), _("The takedown was lifted"))


@hooks.register("before_delete_page")
def keep_published_stories(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a story that readers saw, and whatever still holds one."""
    if not _holds_published(page):
        return None
    messages.error(request, _("Published stories are kept for the record. Unpublish it, or have it taken down."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def keep_published_stories_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same for many at once: none goes if one must stay."""
    kept = [each for each in objects if isinstance(each, Page) and _holds_published(each)]
    if action_type != "delete" or not kept:
        return None
    for page in kept:
        messages.error(request, _("“%(page)s” is kept for the record: it was published.") % {"page": page})
    return redirect("wagtailadmin_explore_root")


def _holds_published(page: Page) -> bool:
    published = Article.objects.descendant_of(page, inclusive=True).filter(first_published_at__isnull=False)
    return bool(published.exists())
