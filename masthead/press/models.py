"""What the press must do (Order), has done (Run), and has on disk (Snapshot with its tags)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Snapshot(models.Model):
    """The index of what lies on disk: one row a path. The files are the truth for readers, this for the press."""

    path = models.CharField(max_length=1000, unique=True)
    pressed_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()
    bytes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("pressed page")
        verbose_name_plural = _("pressed pages")

    def __str__(self) -> str:
        return self.path


class SnapshotTag(models.Model):
    """One tag a pressed page carries."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "snapshot"], name="press_tag_once_a_snapshot")]

    def __str__(self) -> str:
        return self.tag


class Order(models.Model):
    """Something the press was told inside a transaction, and must carry out after it, come what may."""

    class Kind(models.TextChoices):
        PRESS = "press", _("press a URL")
        WITHDRAW = "withdraw", _("take a URL away, then press what it answers now")
        HARD = "hard", _("press every page that carries a tag")
        DROP = "drop", _("take every page that carries a tag away, then press them")
        TREE = "tree", _("take every page below an address away, then press what they answer now")
        SOFT = "soft", _("mark every page that carries a tag stale")

    kind = models.CharField(max_length=10, choices=Kind)
    target = models.CharField(max_length=1000)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    claimed_by = models.PositiveIntegerField(null=True, help_text=_("Process number, on this machine."))
    claimed_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("press order")
        verbose_name_plural = _("press orders")
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="press_order_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class Run(models.Model):
    """One press of one URL: why, how long, how much, and what came of it."""

    class Outcome(models.TextChoices):
        PRESSED = "pressed", _("pressed")
        UNCHANGED = "unchanged", _("unchanged")
        WITHDRAWN = "withdrawn", _("withdrawn")
        FAILED = "failed", _("failed")

    path = models.CharField(_("address"), max_length=1000)
    reason = models.CharField(_("reason"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    bytes = models.PositiveIntegerField(_("bytes"), default=0, help_text=_("Before compression."))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    error = models.TextField(_("error"), blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("press run")
        verbose_name_plural = _("press log")
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.path}: {self.outcome}"
