"""The desk's form for a story, in the newsroom's words: what is written, where it stands, when it goes out."""

from __future__ import annotations

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)

from masthead.articles.forms import DeskForm, StoryForm

SCHEDULE = [
    FieldRowPanel(
        [
            FieldPanel(
                "go_live_at",
                heading=_("Publish at"),
                help_text=_("Empty, or a time already past: as soon as somebody presses Publish."),
            ),
            FieldPanel("expire_at", heading=_("Withdraw at"), help_text=_("Empty: it stays.")),
        ],
        heading=_("Publish and withdraw"),
    ),
]
ADDRESS = FieldPanel("slug", heading=_("Address"), help_text=_("The last part of the page's address."))
SEARCH_ENGINES = MultiFieldPanel(
    [
        FieldPanel("seo_title", heading=_("Headline for search engines")),
        FieldPanel("search_description", heading=_("Description for search engines and shared links")),
    ],
    heading=_("Search engines"),
)

STORY = TabbedInterface(
    [
        ObjectList(
            [
                FieldPanel("kicker"),
                TitleFieldPanel("title", heading=_("Headline"), placeholder=_("Headline"), help_text=" "),
                FieldPanel("standfirst"),
                InlinePanel(
                    "bylines",
                    heading=_("Bylines"),
                    label=_("Byline"),
                    help_text=_("At least one author before publishing; in the order readers see."),
                    panels=[FieldRowPanel([FieldPanel("person"), FieldPanel("role")])],
                ),
                FieldPanel("dateline"),
                FieldPanel("main_picture"),
                FieldPanel("body"),
                FieldPanel("topics", widget=CheckboxSelectMultiple, classname="desk-topics"),
            ],
            heading=_("Story"),
        ),
        ObjectList([FieldPanel("short_headline"), ADDRESS, SEARCH_ENGINES], heading=_("Front & search")),
        ObjectList(
            [
                FieldRowPanel([FieldPanel("readers"), FieldPanel("open_from")], heading=_("Members")),
                FieldPanel("embargo_until"),
                *SCHEDULE,
                HelpPanel(
                    content=_("A story under embargo that is scheduled earlier waits for the embargo's end."),
                ),
            ],
            heading=_("Schedule"),
        ),
    ],
    base_form_class=StoryForm,
)

SECTION = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel("title", heading=_("Name"), placeholder=_("Name"), help_text=" "),
                FieldPanel("description"),
            ],
            heading=_("Section"),
        ),
        ObjectList(
            [ADDRESS, FieldPanel("show_in_menus", heading=_("Show in the menu")), SEARCH_ENGINES],
            heading=_("Menu & search"),
        ),
    ],
    base_form_class=DeskForm,
)
