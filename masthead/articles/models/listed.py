"""ListedUnder: published stories under each topic and person they name, in the order in which lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from masthead.articles.models.article import Article


class ListedUnderQuerySet(models.QuerySet["ListedUnder"]):
    """Places of stories in lists."""

    def newest_first(self) -> ListedUnderQuerySet:
        """As `Article.objects.newest_first()` orders the stories themselves."""
        return self.order_by("-listed_at", "-article_id")

    def story_keys(self) -> models.QuerySet[Any, Any]:
        """The stories' keys, in the same order."""
        return self.values_list("article_id", flat=True)

    def follow(self, story: Article) -> None:
        """Make a story's places what its topics, bylines and `listed_at` say, as the database has them now."""
        from masthead.articles.models.article import Byline

        wanted: set[tuple[int | None, int | None]] = set()
        article = type(story)
        listed_at = article.objects.filter(pk=story.pk).values_list("listed_at", flat=True).first()
        if listed_at is not None:
            topics = article.topics.through.objects.filter(article=story.pk)
            wanted |= {(topic, None) for topic in topics.values_list("topic_id", flat=True)}
            bylines = Byline.objects.filter(article=story.pk)
            wanted |= {(None, person) for person in bylines.values_list("person_id", flat=True)}
        places = self.filter(article_id=story.pk)
        known = {(place.topic_id, place.person_id): place for place in places}
        gone = [place.pk for names, place in known.items() if names not in wanted or place.listed_at != listed_at]
        if gone:
            places.filter(pk__in=gone).delete()
        fresh = [names for names in wanted if names not in known or known[names].pk in gone]
        self.bulk_create(
            ListedUnder(article_id=story.pk, topic_id=topic, person_id=person, listed_at=listed_at)
            for topic, person in fresh
        )


class ListedUnder(models.Model):
    """One story's place in the list of one topic or one person.

    It follows from the story and is kept by its save, so that a page of a list of ten thousand stories is read off
    one index. Whoever writes stories past `Article.save` calls `ListedUnder.objects.follow(story)`.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.ForeignKey(
        "articles.Topic", null=True, on_delete=models.CASCADE, related_name="listed", db_index=False
    )
    person = models.ForeignKey(
        "articles.Person", null=True, on_delete=models.CASCADE, related_name="listed", db_index=False
    )
    listed_at = models.DateTimeField()

    objects: ClassVar[Any] = ListedUnderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "topic"], name="listed_once_under_a_topic"),
            models.UniqueConstraint(fields=["article", "person"], name="listed_once_under_a_person"),
            models.CheckConstraint(
                condition=models.Q(topic__isnull=False, person__isnull=True)
                | models.Q(topic__isnull=True, person__isnull=False),
                name="listed_under_one",
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "-listed_at", "-article"], name="listed_under_topic"),
            models.Index(fields=["person", "-listed_at", "-article"], name="listed_under_person"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} under {self.topic_id or self.person_id}"
