"""Verbs on a published story that the record keeps: correct it, take it down, lift the takedown."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.accounts.models import Account
from masthead.articles.models import Article, Correction, Takedown
from masthead.press import actions as press


@transaction.atomic
def issue_correction(article: Article, kind: str, text: str, account: Account | None) -> Correction:
    """Add a correction, clarification or note to a published story and press it anew.

    Raises ValidationError when the story isn't published or a word is missing. Corrections can't be taken back;
    another one says what was wrong with the first.
    """
    if not article.live:
        raise ValidationError(_("Only a published story is corrected in public; change the draft instead."))
    correction = Correction(article_id=article.pk, kind=kind, text=text.strip(), made_by=account)
    correction.full_clean(exclude=["made_by"])
    correction.save()
    Article.objects.filter(pk=article.pk).update(last_published_at=correction.made_at)
    log(article, "masthead.correction", user=account, data={"kind": str(correction.get_kind_display()), "text": text})
    Article.objects.get(pk=article.pk).told_published("correction")
    return correction


@transaction.atomic
def open_story(story: Article) -> None:
    """Let everybody read what members have read first; its page, its lists and its feeds are made anew."""
    story.readers = Article.Readers.EVERYONE
    story.save(update_fields=["readers"])
    for tag in story.tags_changed():
        press.change_tag(tag, "open to everybody", hard=True)


@transaction.atomic
def take_down(article: Article, reason: str, public_note: str, account: Account | None) -> Takedown:
    """Withdraw a story for good: unpublish it, cancel what is scheduled, let its address answer 410.

    Raises ValidationError when there is nothing to take down or it was done already.
    """
    path = article.public_path()
    if path is None:
        raise ValidationError(_("The story has no address that could be taken down."))
    if article.takedowns.filter(lifted_at__isnull=True).exists():
        raise ValidationError(_("The story has already been taken down."))
    takedown = Takedown(
        article_id=article.pk,
        path=path,
        headline=article.title,
        reason=reason.strip(),
        public_note=public_note.strip(),
        made_by=account,
    )
    takedown.full_clean(exclude=["made_by"])
    takedown.save()
    if article.current_workflow_state:
        article.current_workflow_state.cancel(user=account)
    article.revisions.update(approved_go_live_at=None)
    if article.live:
        article.unpublish(user=account)  # which tells the press
    else:
        article.told_withdrawn("takedown", path)
    log(article, "masthead.takedown", user=account, data={"reason": takedown.reason, "path": path})
    return takedown


@transaction.atomic
def lift_takedown(takedown: Takedown, account: Account | None) -> None:
    """End a takedown. The story stays unpublished until somebody publishes it again."""
    if takedown.lifted_at is not None:
        return
    Takedown.objects.filter(pk=takedown.pk, lifted_at__isnull=True).update(lifted_at=timezone.now())
    takedown.refresh_from_db()
    if takedown.article is not None:
        log(takedown.article, "masthead.takedown_lifted", user=account, data={"path": takedown.path})
    press.withdraw(takedown.path, "takedown lifted")
