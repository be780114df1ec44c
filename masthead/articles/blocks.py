"""What a story's body is made of. Each block has a template of its own under templates/blocks/."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    ListBlock,
    PageChooserBlock,
    RichTextBlock,
    StaticBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    TextBlock,
    URLBlock,
)
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from masthead.articles import embeds

INLINE = ["bold", "italic", "link", "document-link", "superscript", "subscript", "strikethrough"]


class HeadingBlock(StructBlock):
    """A heading between paragraphs."""

    text = CharBlock(label=_("Heading"), max_length=160)
    level = ChoiceBlock(label=_("Level"), choices=[("2", _("Part")), ("3", _("Smaller part"))], default="2")

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"


class PictureBlock(StructBlock):
    """One picture in the story, its caption the picture's own unless said otherwise."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = CharBlock(
        label=_("Caption here"),
        required=False,
        max_length=500,
        help_text=_("Only if it must differ from the picture's own."),
    )
    width = ChoiceBlock(
        label=_("Width"),
        choices=[("column", _("Column")), ("wide", _("Wider than the text"))],
        default="column",
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/picture.html"


class GalleryBlock(StructBlock):
    """Several pictures that belong together."""

    title = CharBlock(label=_("Title"), required=False, max_length=120)
    pictures = ListBlock(ImageChooserBlock(label=_("Picture")), label=_("Pictures"), min_num=2, max_num=60)

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "blocks/gallery.html"


class QuoteBlock(StructBlock):
    """Somebody's words, set apart."""

    text = TextBlock(label=_("Quote"), max_length=1000)
    who = CharBlock(label=_("Who said it"), required=False, max_length=120)
    role = CharBlock(label=_("In what role"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"


class ListOfItemsBlock(StructBlock):
    """A list, numbered or not."""

    numbered = BooleanBlock(label=_("Numbered"), required=False)
    items = ListBlock(RichTextBlock(features=INLINE, label=_("Item")), label=_("Items"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("List")
        template = "blocks/list.html"


class TableBlock(StructBlock):
    """A table with a caption; the first row is its head."""

    caption = CharBlock(label=_("Caption"), max_length=200, help_text=_("What the table shows; read out first."))
    table = TypedTableBlock(
        [("text", CharBlock(required=False)), ("rich_text", RichTextBlock(features=INLINE, required=False))],
        label=_("Table"),
    )
    source = CharBlock(label=_("Source"), required=False, max_length=200)

    class Meta:
        icon = "table"
        label = _("Table")
        template = "blocks/table.html"


class FactBoxBlock(StructBlock):
    """What a reader needs to know beside the story."""

    title = CharBlock(label=_("Title"), max_length=120)
    text = RichTextBlock(label=_("Text"), features=[*INLINE, "ul", "ol"])

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "blocks/fact_box.html"


class RelatedStoryValue(StructValue):
    """A related story, whichever kind it is."""

    @property
    def story(self) -> Any:
        """The story of this site while it is published, else None."""
        page = self.get("page")
        return page if page is not None and page.live else None

    @property
    def card_headline(self) -> str:
        """The card's headline: what the editor wrote, else the story's own."""
        return self.get("title") or (self.story.list_headline if self.story else "")

    @property
    def card_summary(self) -> str:
        """The card's summary: what the editor wrote, else the story's standfirst."""
        return self.get("summary") or (self.story.standfirst if self.story else "")


class RelatedStoryBlock(StructBlock):
    """A card that leads to another story: of this site, or an outside one with title and summary."""

    page = PageChooserBlock(label=_("A story of ours"), page_type="articles.Article", required=False)
    url = URLBlock(label=_("or an outside address"), required=False)
    title = CharBlock(label=_("Title"), required=False, max_length=200)
    summary = TextBlock(label=_("Summary"), required=False, max_length=400)

    class Meta:
        icon = "link"
        label = _("Related story")
        template = "blocks/related_story.html"
        value_class = RelatedStoryValue

    def clean(self, value: Any) -> Any:
        """One story, from here or elsewhere. Raises StructBlockValidationError on the field to mend."""
        value = super().clean(value)
        page, url = value.get("page"), value.get("url")
        if bool(page) == bool(url):
            raise StructBlockValidationError(
                {"url": ValidationError(_("Choose a story of ours, or give an outside address: one of the two."))}
            )
        if url and not value.get("title"):
            raise StructBlockValidationError({"title": ValidationError(_("An outside story needs its title."))})
        return value


class EmbedValue(StructValue):
    """An embed as the page needs it."""

    @property
    def frame(self) -> embeds.Frame | None:
        """Where the host's player would load from after a click; None if the host is not known to have one."""
        return embeds.frame_for(self.get("url") or "")

    @property
    def host(self) -> str:
        """The host a reader is sent to, without www."""
        return embeds.host_of(self.get("url") or "")


class EmbedBlock(StructBlock):
    """Something from another host. Nothing is loaded from there before the reader asks for it."""

    url = URLBlock(label=_("Address"))
    title = CharBlock(
        label=_("What it is"),
        max_length=200,
        help_text=_("Read before anything is loaded: Video of the flood."),
    )
    poster = ImageChooserBlock(label=_("Still picture"), required=False)

    class Meta:
        icon = "media"
        label = _("Embed")
        template = "blocks/embed.html"
        value_class = EmbedValue


class DividerBlock(StaticBlock):
    """A pause in the text."""

    class Meta:
        icon = "horizontalrule"
        label = _("Divider")
        admin_text = _("A short rule between two parts.")
        template = "blocks/divider.html"


class BodyBlock(StreamBlock):
    """The body of a story, in order."""

    text = RichTextBlock(label=_("Text"), features=INLINE, icon="pilcrow", template="blocks/text.html")
    heading = HeadingBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    list = ListOfItemsBlock()
    table = TableBlock()
    fact_box = FactBoxBlock()
    related_story = RelatedStoryBlock()
    embed = EmbedBlock()
    divider = DividerBlock()
