"""HomePage, EditorsPick, InformationPage: what editors place by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, PageChooserPanel, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from masthead.articles.blocks import BodyBlock
from masthead.articles.forms import DeskForm
from masthead.articles.panels import SCHEDULE
from masthead.fronts.blocks import FrontBlock
from masthead.press.pages import PressedPage


class HomePage(PressedPage, Page):
    """The front of one language: a lead, packages and lists placed by hand, the rest filled by the newest."""

    lead = models.ForeignKey(
        "articles.Article",
        verbose_name=_("lead story"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The newest story leads if none is chosen."),
    )
    packages = StreamField(FrontBlock(), verbose_name=_("packages and lists"), blank=True)

    template = "pages/home.html"
    page_description = _("The front page of one language.")
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["articles.Section", "live.NewsFeed", "fronts.InformationPage"]
    content_panels = [
        PageChooserPanel("lead", "articles.Article"),
        FieldPanel("packages"),
    ]
    picks_panels = [InlinePanel("editors_picks", label=_("Pick"), max_num=10)]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Front")),
            ObjectList(picks_panels, heading=_("Editors' Picks")),
            ObjectList([FieldPanel("title"), *Page.promote_panels], heading=_("Name and search")),
            ObjectList(SCHEDULE, heading=_("Schedule")),
        ],
        base_form_class=DeskForm,
    )

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")

    def tags_carried(self) -> list[str]:
        return [f"home:{self.pk}", f"stories:{self.locale_id}"]

    def tags_changed(self) -> list[str]:
        return [f"home:{self.pk}"]

    def tags_changed_softly(self) -> list[str]:
        """Editors' Picks stand beside every story."""
        return [f"picks:{self.locale_id}", "menu"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add `front`: the lead and the packages, no story twice."""
        from masthead.fronts.layout import lay_out

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["front"] = lay_out(self)
        return context


class EditorsPick(Orderable):
    """One of the stories editors hold up, in their order."""

    home = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="editors_picks")
    article = models.ForeignKey("articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("article", "articles.Article")]

    class Meta(Orderable.Meta):
        verbose_name = _("editors' pick")
        verbose_name_plural = _("editors' picks")

    def __str__(self) -> str:
        return str(self.article)


class InformationPage(PressedPage, Page):
    """A page about the newsroom itself: about us, imprint, privacy."""

    standfirst = models.TextField(_("standfirst"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    in_footer = models.BooleanField(_("link it at the foot of every page"), default=True)

    template = "pages/information.html"
    base_form_class = DeskForm
    settings_panels = SCHEDULE
    page_description = _("About us, imprint, privacy.")
    parent_page_types: ClassVar[list[str]] = ["fronts.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*Page.content_panels, FieldPanel("standfirst"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("in_footer")]
    search_fields = [*Page.search_fields, index.SearchField("standfirst"), index.SearchField("body")]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

    def tags_carried(self) -> list[str]:
        return [f"information:{self.pk}"]

    def tags_changed(self) -> list[str]:
        return [f"information:{self.pk}"]

    def tags_changed_softly(self) -> list[str]:
        return ["menu"]
