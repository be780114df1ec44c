"""NewsFeed and Brief: short items by time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface, TitleFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.models.pages import PageManager, PageQuerySet
from wagtail.search import index

from masthead.articles.forms import DeskForm
from masthead.articles.listing import Paged, read_page, tag_of_page
from masthead.articles.panels import ADDRESS, SCHEDULE, SEARCH_ENGINES
from masthead.press.pages import PressedPage


class NewsFeed(Paged, PressedPage, Page):
    """The page behind MORE NEWS: all briefs of one language, newest first."""

    template = "pages/news_feed.html"
    edit_handler = TabbedInterface(
        [
            ObjectList([TitleFieldPanel("title", heading=_("Name"))], heading=_("News feed")),
            ObjectList([ADDRESS, SEARCH_ENGINES], heading=_("Search")),
        ],
        base_form_class=DeskForm,
    )
    page_description = _("Where briefs are made and listed; one a language.")
    max_count_per_parent = 1
    subpage_types: ClassVar[list[str]] = ["live.Brief"]

    class Meta:
        verbose_name = _("news feed")
        verbose_name_plural = _("news feeds")

    @property
    def briefs(self) -> BriefQuerySet:
        """Published briefs of this feed, newest first."""
        return Brief.objects.listed().filter(feed=self).newest_first()

    @property
    def tag(self) -> str:
        """The tag of everything that lists this feed's briefs."""
        return f"feed:{self.pk}"

    def tags_carried(self) -> list[str]:
        return [tag_of_page(self.tag, self.page_number)]

    def tags_changed(self) -> list[str]:
        return [self.tag]

    def tags_changed_softly(self) -> list[str]:
        """The column beside every story leads to it."""
        return [f"feed-column:{self.locale_id}", f"{self.tag}:older"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add `listing`: one page of its briefs. Raises Http404 beyond the last."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["listing"] = read_page(
            request,
            self.briefs,
            Brief.objects.listed(),
            number=self.page_number,
            url=self.get_url(request) or "/",
            tag=self.tag,
        )
        return context


class BriefQuerySet(PageQuerySet):
    """Briefs, by what may be done with them."""

    def listed(self) -> BriefQuerySet:
        """Published briefs."""
        return self.filter(listed_at__isnull=False)

    def newest_first(self) -> BriefQuerySet:
        """By time of first publication."""
        return self.order_by("-listed_at", "-pk")


class Brief(PressedPage, Page):
    """A short item: a headline and a few sentences. `listed_at` is set while it is published (UTC)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    feed = models.ForeignKey(
        NewsFeed, null=True, editable=False, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    listed_at = models.DateTimeField(null=True, editable=False, db_index=True)
    text = RichTextField(_("text"), max_length=1200, features=["bold", "italic", "link"], blank=True)

    objects: ClassVar[Any] = PageManager.from_queryset(BriefQuerySet)()

    template = "pages/brief.html"
    page_description = _("A short item of the news feed.")
    parent_page_types: ClassVar[list[str]] = ["live.NewsFeed"]
    subpage_types: ClassVar[list[str]] = []
    # Made in seconds: two fields, everything else behind a tab and filled by itself.
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel(
                        "title", heading=_("Headline"), placeholder=_("Headline"), help_text=" ", apply_if_live=False
                    ),
                    FieldPanel("text"),
                ],
                heading=_("Brief"),
            ),
            ObjectList([ADDRESS, SEARCH_ENGINES], heading=_("Search")),
            ObjectList(SCHEDULE, heading=_("Schedule")),
        ],
        base_form_class=DeskForm,
    )
    exclude_fields_in_copy: ClassVar[list[str]] = ["uuid", "listed_at"]
    search_fields = [*Page.search_fields, index.SearchField("text"), index.FilterField("listed_at")]

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        indexes = [models.Index(fields=["feed", "-listed_at", "-page_ptr"], name="brief_feed_newest")]

    @property
    def headline(self) -> str:
        """The brief's headline."""
        return str(self.title)

    @property
    def published_at(self) -> datetime | None:
        """When it was first published (UTC)."""
        return self.first_published_at

    def tags_carried(self) -> list[str]:
        return [f"brief:{self.pk}"]

    def tags_changed(self) -> list[str]:
        """Its own page and its feed's front, at once."""
        return [f"brief:{self.pk}", f"feed:{self.feed_id}"]

    def tags_changed_softly(self) -> list[str]:
        """The column beside every story, behind the next reader's back; and the feed's deeper pages."""
        return [f"feed-column:{self.locale_id}", f"feed:{self.feed_id}:older"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the feed is sorted and filtered by; make a slug from the time if there is none."""
        if self.depth and self.depth > 1:
            parent_path = self.path[: -self.steplen]
            self.feed_id = NewsFeed.objects.filter(path=parent_path).values_list("pk", flat=True).first()
        self.listed_at = self.first_published_at if self.live else None
        if not getattr(self, "slug", ""):
            self.slug = timezone.localtime().strftime("%Y-%m-%d-%H%M%S")
        super().save(*args, **kwargs)
