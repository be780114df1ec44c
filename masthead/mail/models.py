"""Letter: one mail to one person, written in the transaction it follows from, posted after it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters by what is to be done with them."""

    def due(self, now: datetime) -> LetterQuerySet:
        """What may be posted now, the most urgent first, then the oldest."""
        waiting = self.filter(state=Letter.State.WAITING)
        return waiting.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("priority", "pk")

    def undecided(self) -> LetterQuerySet:
        """What waits for a person's decision. A sealed one waits for nobody: its reader asks for another."""
        return self.filter(state__in=(Letter.State.IN_DOUBT, Letter.State.FAILED), sealed=False)

    def urgent(self) -> LetterQuerySet:
        """What somebody waits for at the screen."""
        return self.filter(priority=Letter.Priority.CODE)

    def change_state(self, state: str, **fields: Any) -> int:
        """Change the state of all these, and say of how many."""
        return self.update(state=state, **fields)


class Letter(models.Model):
    """A mail to one address. Its key says what it is about ("receipt:<uuid>"), and no key is written twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        IN_DOUBT = "in_doubt", _("in doubt")
        DROPPED = "dropped", _("dropped")

    class Priority(models.IntegerChoices):
        CODE = 0, _("somebody waits for it")
        MONEY = 3, _("about money")
        USUAL = 5, _("usual")
        REMINDER = 7, _("a reminder")

    key = models.CharField(_("key"), max_length=200, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=100, db_index=True, help_text=_("The name of its template."))
    language = models.CharField(_("language"), max_length=12)
    to = models.CharField(_("to"), max_length=254, blank=True, db_index=True)
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    sealed = models.BooleanField(
        _("sealed"), default=False, help_text=_("Nobody reads it at the desk; its words are forgotten once it is sent.")
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.USUAL)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    useless_after = models.DateTimeField(_("useless after"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes = [
            models.Index(fields=["priority", "id"], condition=Q(state="waiting"), name="mail_letter_waiting"),
            models.Index(fields=["state"], condition=Q(state__in=["in_doubt", "failed"]), name="mail_letter_undecided"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="mail_letter_sending"),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    @property
    def has_words(self) -> bool:
        """Whether there is still something to send."""
        return bool(self.text and self.to)

    @property
    def waits_for_a_person(self) -> bool:
        """Whether somebody at the desk must say what becomes of it."""
        return self.state in {self.State.IN_DOUBT, self.State.FAILED}
