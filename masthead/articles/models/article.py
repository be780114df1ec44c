"""Article: one story, with its headlines, its bylines and its body."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connections, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Orderable, Page, Revision
from wagtail.models.pages import PageManager, PageQuerySet
from wagtail.search import index

from masthead.articles import checks, panels
from masthead.articles.blocks import BodyBlock
from masthead.articles.models.listed import ListedUnder
from masthead.articles.models.section import Section
from masthead.lib import words
from masthead.media.models import picture_tag
from masthead.press import actions as press
from masthead.press.pages import PressedPage

# An update is shown when it came later than this after first publication: sooner is still publishing.
UPDATE_SHOWN_AFTER = timedelta(minutes=10)


class ArticleQuerySet(PageQuerySet):
    """Stories, by what may be done with them."""

    def listed(self) -> ArticleQuerySet:
        """Published stories: those that lists, feeds and sitemaps may name."""
        return self.filter(listed_at__isnull=False)

    def newest_first(self) -> ArticleQuerySet:
        """By time of first publication; the key breaks ties, so that paging is stable."""
        return self.order_by("-listed_at", "-pk")

    def opening(self) -> ArticleQuerySet:
        """Published stories that were kept for members until a moment which has come."""
        return self.filter(live=True, readers=Article.Readers.EARLY, open_from__lte=timezone.now())

    def of_sections(self, keys: Iterable[int]) -> ArticleQuerySet:
        """Stories of these sections, as one walks the newest first.

        The sum hides the column from the planner, which would otherwise gather all stories of the sections by
        the section's index and sort them, only to show the newest few.
        """
        return self.alias(place=models.F("section_id") + 0).filter(place__in=list(keys))

    def newest_keys(self, sections: Iterable[int], most: int) -> list[int]:
        """Keys of the newest of these sections' stories.

        Each section's own newest are read off its index and merged, in one statement: a language with few stories
        beside one with many costs no more. Django can't limit the parts of a union, so the frame is written here.
        """
        parts = [
            self.filter(section=key).newest_first().values_list("pk", "listed_at")[:most].query.sql_with_params()
            for key in sections
        ]
        if not parts or most < 1:
            return []
        # The parts are SQL as Django wrote it, their values still apart.
        framed = (f"SELECT * FROM ({sql}) AS part_{number}" for number, (sql, _) in enumerate(parts))  # noqa: S608
        union = " UNION ALL ".join(framed)
        values = [value for _, params in parts for value in params]
        with connections[self.db].cursor() as cursor:
            # Two columns, the key and the time: named by place, as both databases allow.
            cursor.execute(f"{union} ORDER BY 2 DESC, 1 DESC LIMIT %s", [*values, most])
            return [row[0] for row in cursor.fetchall()]

    def cards(self) -> ArticleQuerySet:
        """With what a headline in a list needs, without the body."""
        return (
            self.select_related("section", "main_picture")
            .prefetch_related(
                models.Prefetch("bylines", queryset=Byline.objects.select_related("person")),
                "main_picture__renditions",
            )
            .defer("body", "section__description", "search_description", "section__search_description")
        )

    def reading(self) -> ArticleQuerySet:
        """With what the story's own page needs."""
        return self.select_related("section", "main_picture", "locale", "content_type").prefetch_related(
            models.Prefetch("bylines", queryset=Byline.objects.select_related("person__portrait", "person__locale")),
            "topics",
            "corrections",
        )


ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class Article(PressedPage, Page):
    """A story. `title` is its headline; `listed_at` is set while it is published and empty otherwise (UTC)."""

    class Readers(models.TextChoices):
        EVERYONE = "everyone", _("Everybody")
        EARLY = "early", _("Members first")
        MEMBERS = "members", _("Members only")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(
        Section, null=True, editable=False, on_delete=models.PROTECT, related_name="articles", db_index=False
    )
    listed_at = models.DateTimeField(null=True, editable=False, db_index=True)
    kicker = models.CharField(
        _("kicker"), max_length=60, blank=True, help_text=_("Two or three words above the headline.")
    )
    short_headline = models.CharField(
        _("short headline"), max_length=90, blank=True, help_text=_("For lists, the feed and small screens.")
    )
    standfirst = models.TextField(
        _("standfirst"), max_length=400, blank=True, help_text=_("One or two sentences under the headline.")
    )
    dateline = models.CharField(_("dateline"), max_length=80, blank=True, help_text=_("Where it was reported from."))
    main_picture = models.ForeignKey(
        "media.Picture",
        verbose_name=_("main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    topics = ParentalManyToManyField("articles.Topic", verbose_name=_("topics"), blank=True, related_name="articles")
    body = StreamField(BodyBlock(), verbose_name=_("story"), blank=True)
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Nobody can publish the story before this time, whatever is scheduled."),
    )
    readers = models.CharField(
        _("who may read it"), max_length=8, choices=Readers, default=Readers.EVERYONE, db_default=Readers.EVERYONE
    )
    open_from = models.DateTimeField(
        _("open to everybody from"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("For stories that members read first."),
    )
    word_count = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = ArticleManager()

    template = "pages/article.html"
    edit_handler = panels.STORY
    page_description = _("A story with headline, bylines and body.")
    # A copy is another story: it has its own record, and nothing of this one's was said about it.
    exclude_fields_in_copy: ClassVar[list[str]] = ["uuid", "corrections", "listed_at", "embargo_until"]
    parent_page_types: ClassVar[list[str]] = ["articles.Section"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("kicker"),
        index.SearchField("short_headline"),
        index.SearchField("standfirst", boost=2),
        index.SearchField("dateline"),
        index.SearchField("public_text"),
        index.FilterField("listed_at"),
        index.FilterField("section"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [models.Index(fields=["section", "-listed_at", "-page_ptr"], name="article_section_newest")]

    @property
    def headline(self) -> str:
        """The headline as readers see it on the story's page."""
        return str(self.title)

    @property
    def list_headline(self) -> str:
        """The headline for lists: the short one where there is one."""
        return self.short_headline or str(self.title)

    @property
    def published_at(self) -> datetime | None:
        """When it was first published (UTC)."""
        return self.first_published_at

    @property
    def updated_at(self) -> datetime | None:
        """When it last changed, if that was long enough after publication to be worth telling (UTC)."""
        first, last = self.first_published_at, self.last_published_at
        return last if first and last and last - first > UPDATE_SHOWN_AFTER else None

    @property
    def reading_minutes(self) -> int:
        """Reading time of the body, in whole minutes."""
        return words.minutes(self.word_count)

    @property
    def plain_text(self) -> str:
        """The words of the body without their markup, block by block; nothing is rendered."""
        field = Article._meta.get_field("body")
        return "\n\n".join(text for text in field.get_searchable_content(self.body) if text.strip())

    @property
    def is_closed(self) -> bool:
        """Whether only members may read its text now. Headline, standfirst and main picture are everybody's."""
        if self.readers == self.Readers.EARLY:
            return self.open_from is None or self.open_from > timezone.now()
        return self.readers == self.Readers.MEMBERS

    @property
    def public_body(self) -> Any:
        """The body as anybody may have it: what is pressed, fed, indexed and given out. Empty for a closed story."""
        return self.body.stream_block.normalize([]) if self.is_closed else self.body

    @property
    def public_text(self) -> str:
        """The words of the public body."""
        return "" if self.is_closed else self.plain_text

    @cached_property
    def authors(self) -> list[Byline]:
        """Bylines of those who wrote it, in the editors' order."""
        return [byline for byline in self.bylines.all() if byline.role == Byline.Role.AUTHOR]

    @cached_property
    def other_bylines(self) -> list[Byline]:
        """Bylines of photographers and translators."""
        return [byline for byline in self.bylines.all() if byline.role != Byline.Role.AUTHOR]

    @property
    def tag(self) -> str:
        """The tag of every page that names this story."""
        return f"story:{self.pk}"

    def tags_carried(self) -> list[str]:
        """Its own page shows itself; shared parts add their own tags."""
        return [self.tag]

    def tags_named(self) -> list[str]:
        """Tags of the people, topics and picture that a card of it names."""
        tags = [byline.person.name_tag for byline in self.bylines.all()]
        tags += [topic.name_tag for topic in self.topics.all()]
        return [*tags, *([picture_tag(self.main_picture_id)] if self.main_picture_id else [])]

    def tags_changed(self) -> list[str]:
        """Whatever lists it: the site's newest, its section, its topics, its authors, its month."""
        tags = [self.tag, f"stories:{self.locale_id}", f"section:{self.section_id}"]
        tags += [f"topic:{topic.pk}" for topic in self.topics.all()]
        tags += [f"person:{byline.person_id}" for byline in self.bylines.all()]
        if self.first_published_at:
            # The newsroom's month: the editor's own time zone may have another.
            local = timezone.localtime(self.first_published_at, timezone.get_default_timezone())
            tags.append(f"month:{local:%Y-%m}")
        return tags

    def tags_changed_softly(self) -> list[str]:
        """The deeper pages of those lists may lag a moment, and so may what other languages say of their versions."""
        older = [f"{tag}:older" for tag in self.tags_changed() if not tag.startswith("story:")]
        picked = [f"picked:{self.pk}"] if self.live else []  # a withdrawn one is dropped from the picks at once
        return [*older, *picked, f"translations:{self.translation_key}"]

    def told_withdrawn(self, reason: str = "unpublished", path: str | None = None) -> None:
        """As any page's; and where its headline is among the Editors' Picks, beside every page, it goes at once too."""
        super().told_withdrawn(reason, path)
        press.change_tag(f"picked:{self.pk}", reason, hard=True, drop=True)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what lists are sorted and filtered by: section, `listed_at`, the number of words, and its places."""
        self._stand_in_section()
        self.listed_at = self.first_published_at if self.live else None
        self.word_count = words.count(self.plain_text)
        with transaction.atomic():
            super().save(*args, **kwargs)
            ListedUnder.objects.follow(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`whole` says whether the text is shown: to all if it is open, else to staff and whoever was let in."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        staff = getattr(getattr(request, "user", None), "is_staff", False)
        let_in = getattr(request, "may_read_closed", False) or getattr(request, "is_preview", False) or staff
        context["whole"] = let_in or not self.is_closed
        return context

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show a story that was never saved as it will stand in its section."""
        self._stand_in_section()
        response: HttpResponse = super().serve_preview(request, mode_name)
        return response

    def _stand_in_section(self) -> None:
        """Take the section from the place in the tree."""
        if self.depth and self.depth > 1:
            parent_path = self.path[: -self.steplen]
            self.section_id = Section.objects.filter(path=parent_path).values_list("pk", flat=True).first()

    def serializable_data(self) -> dict[str, Any]:
        """Leave corrections out of revisions: publishing an older draft must never take one away."""
        data: dict[str, Any] = super().serializable_data()
        data.pop("corrections", None)
        return data

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Publish, if the story is ready; whichever way it is asked for, this is where it is refused.

        Raises checks.NotReady. A scheduled story isn't refused before a machine: under embargo it waits for the
        embargo's end, and with words missing it goes back to its writers, so that the others in the queue go out.
        """
        story: Article = revision.as_object()
        story.embargo_until = self._embargo_in_force(story)
        scheduled = kwargs.get("log_action") == "wagtail.publish.scheduled"
        if scheduled and (until := checks.embargo(story)):
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=until)
            return None
        if found := checks.problems(story):
            if scheduled:
                Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
                log(self, "masthead.publish_refused", data={"problems": [problem.message for problem in found]})
                return None
            raise checks.NotReady(story, found)
        return super().publish(revision, *args, **kwargs)

    def _embargo_in_force(self, story: Article) -> datetime | None:
        """The embargo of the latest draft, which may have been set after `story` was scheduled."""
        row = Article.objects.filter(pk=self.pk).values("live", "embargo_until").first()
        until: datetime | None = story.embargo_until if row is None or row["live"] else row["embargo_until"]
        return until

    def clean(self) -> None:
        """Refuse to be live before the embargo, and to be kept for members until nobody knows when."""
        super().clean()
        if self.readers == self.Readers.EARLY and self.open_from is None:
            raise ValidationError({"open_from": gettext("Say from when on everybody may read it.")})
        if self.embargo_until and self.go_live_at and self.go_live_at < self.embargo_until:
            raise ValidationError({"go_live_at": gettext("This is before the end of the story's embargo.")})


class Byline(Orderable):
    """Who made a story, and as what."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        PHOTOGRAPHER = "photographer", _("Photographer")
        TRANSLATOR = "translator", _("Translator")

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(
        "articles.Person", verbose_name=_("person or desk"), on_delete=models.PROTECT, related_name="bylines"
    )
    role = models.CharField(_("as"), max_length=20, choices=Role, default=Role.AUTHOR)

    class Meta(Orderable.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        constraints = [models.UniqueConstraint(fields=["article", "person", "role"], name="byline_once_a_role")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
