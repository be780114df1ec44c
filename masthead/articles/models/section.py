"""Section: a part of the paper, parent of its stories."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from masthead.articles import panels
from masthead.articles.listing import Paged, read_page, tag_of_page
from masthead.press.pages import PressedPage

if TYPE_CHECKING:
    from masthead.articles.models.article import ArticleQuerySet


class Section(Paged, PressedPage, Page):
    """A section such as *Council* or *Sport*. Its front lists its stories, newest first."""

    # Named so that Article can have a field called section: Wagtail's Page would otherwise claim the name.
    page_ptr = models.OneToOneField(Page, on_delete=models.CASCADE, parent_link=True, related_name="as_section")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    description = models.CharField(
        _("description"), max_length=300, blank=True, help_text=_("One sentence under the section's name.")
    )

    edit_handler = panels.SECTION
    exclude_fields_in_copy: ClassVar[list[str]] = ["uuid"]
    search_fields = [*Page.search_fields, index.SearchField("description")]
    template = "pages/section.html"
    page_description = _("A part of the paper; stories are made inside it.")
    subpage_types: ClassVar[list[str]] = ["articles.Article"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @classmethod
    def keys_of(cls, locale_id: int) -> list[int]:
        """Keys of a language's sections. (The sum keeps the planner from walking all pages of the language.)"""
        found = cls.objects.alias(spoken=models.F("locale_id") + 0).filter(spoken=locale_id).order_by()
        return list(found.values_list("pk", flat=True))

    @property
    def tag(self) -> str:
        """The tag of everything that lists this section's newest stories."""
        return f"section:{self.pk}"

    @property
    def stories(self) -> ArticleQuerySet:
        """Published stories of this section, newest first."""
        from masthead.articles.models.article import Article

        return Article.objects.listed().filter(section=self).newest_first()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a story of this section in one query instead of Wagtail's two."""
        from masthead.articles.models.article import Article

        if len(path_components) == 1:
            story = Article.objects.reading().filter(section=self, slug=path_components[0], live=True).first()
            if story is not None:
                return RouteResult(story)
        result: RouteResult = super().route(request, path_components)
        return result

    def tags_carried(self) -> list[str]:
        """Its front shows the menu and its stories."""
        return [tag_of_page(self.tag, self.page_number)]

    def tags_changed(self) -> list[str]:
        """A new name shows wherever its stories are listed."""
        return [self.tag]

    def tags_changed_softly(self) -> list[str]:
        """And in every page's menu."""
        return ["menu"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add `section`, and `listing`: one page of its stories. Raises Http404 beyond the last."""
        from masthead.articles.models.article import Article

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["section"] = self
        context["listing"] = read_page(
            request,
            self.stories,
            Article.objects.listed().cards(),
            number=self.page_number,
            url=self.get_url(request) or "/",
            tag=self.tag,
        )
        return context
