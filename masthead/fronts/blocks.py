"""What editors place on a front: packages of stories that belong together, and lists of a section or topic."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    ListBlock,
    PageChooserBlock,
    StreamBlock,
    StructBlock,
)
from wagtail.snippets.blocks import SnippetChooserBlock


class PackageBlock(StructBlock):
    """Stories chosen by hand, the first with a picture."""

    title = CharBlock(label=_("Title"), max_length=80)
    stories = ListBlock(
        PageChooserBlock(page_type="articles.Article", label=_("Story")),
        label=_("Stories"),
        min_num=1,
        max_num=8,
    )
    look = ChoiceBlock(
        label=_("Look"),
        choices=[("lead", _("One large, the others beside it")), ("row", _("Side by side"))],
        default="lead",
    )

    class Meta:
        icon = "folder-open-inverse"
        label = _("Package")


class SectionListBlock(StructBlock):
    """The newest of a section."""

    section = PageChooserBlock(page_type="articles.Section", label=_("Section"))
    count = IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)

    class Meta:
        icon = "list-ul"
        label = _("Newest of a section")


class TopicListBlock(StructBlock):
    """The newest of a topic."""

    topic = SnippetChooserBlock("articles.Topic", label=_("Topic"))
    count = IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)

    class Meta:
        icon = "tag"
        label = _("Newest of a topic")


class FrontBlock(StreamBlock):
    """The front below its lead, in the editors' order."""

    package = PackageBlock()
    section_list = SectionListBlock()
    topic_list = TopicListBlock()
