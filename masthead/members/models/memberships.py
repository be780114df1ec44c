"""Membership: a reader's standing support, from the first checkout until it ends."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.states import way
from masthead.members.models.tiers import Tier
from masthead.payments.models import Order
from masthead.press.actions import change_tag

PENDING, ACTIVE, ABANDONED = "pending", "active", "abandoned"
CANCEL_SCHEDULED, PAST_DUE, ENDED = "cancel_scheduled", "past_due", "ended"

# From a state to those it may become. docs/reference/money-states.md draws it; a test holds the two together.
MOVES: dict[str, tuple[str, ...]] = {
    PENDING: (ACTIVE, ABANDONED),
    ABANDONED: (ACTIVE,),  # paid after all, on a page that had been left open
    ACTIVE: (CANCEL_SCHEDULED, PAST_DUE, ENDED),
    CANCEL_SCHEDULED: (ACTIVE, ENDED),
    PAST_DUE: (ACTIVE, ENDED),
    ENDED: (),
}
GOING = (ACTIVE, CANCEL_SCHEDULED, PAST_DUE)
WALL_TAG = "supporters"  # carried by the wall of those who agreed to be thanked by name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by state."""

    def going(self) -> Self:
        """Begun and not ended."""
        return self.filter(state__in=GOING)

    def begun(self) -> Self:
        """Paid for at least once."""
        return self.exclude(state__in=(PENDING, ABANDONED))


class Supporter(models.Model):
    """What a supporter says in public, if anything."""

    public_name = models.CharField(_("name in public"), max_length=120, blank=True)
    is_public = models.BooleanField(_("may be thanked by name"), default=False)
    reason = models.TextField(_("why I support you"), max_length=1000, blank=True)
    reason_published_at = models.DateTimeField(_("reason published"), null=True, blank=True)

    _was_said: tuple[str, ...] | None = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whatever changes of what is said in public changes the supporters' wall, at once."""
        super().save(*args, **kwargs)
        before, said = self._was_said, self.said_in_public()
        if said != before:
            withdrawn = before is None or any(words and words not in said for words in before)
            change_tag(WALL_TAG, f"what {self._meta.verbose_name} {self.pk} says", hard=True, drop=withdrawn)
        self._was_said = said

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        """Remember what of it stood in public."""
        row = super().from_db(db, field_names, values, **more)
        whole = len(values) == len(cls._meta.concrete_fields)
        row._was_said = row.said_in_public() if whole else None  # noqa: SLF001
        return row

    def said_in_public(self) -> tuple[str, ...]:
        """Name and reason as everybody may read them now; nothing for who doesn't agree to be named."""
        if not self.is_public or not self.public_name.strip() or not self.on_the_wall:
            return ()
        return self.public_name, self.reason if self.reason_published_at else ""

    @property
    def on_the_wall(self) -> bool:
        """Whether it is a reason to be thanked by name now."""
        return True


class Membership(Supporter):
    """State changes only through `move_to`, each one a row of `MembershipStep`. It opens nothing: grants do."""

    STATES = [
        (PENDING, _("not paid yet")),
        (ACTIVE, _("active")),
        (ABANDONED, _("abandoned")),
        (CANCEL_SCHEDULED, _("ends with the period")),
        (PAST_DUE, _("payment is late")),
        (ENDED, _("ended")),
    ]
    REASONS = [
        ("canceled", _("canceled by the member")),
        ("by_staff", _("ended by the newsroom")),
        ("payment_failed", _("payments failed")),
        ("charged_back", _("payment charged back")),
        ("refunded", _("payment given back")),
        ("expired", _("the paid time ran out")),
        ("erased", _("the account was erased")),
    ]

    LEAVING = [
        ("money", _("It is too expensive for me")),
        ("time", _("I don’t read enough")),
        ("content", _("I miss something in what you publish")),
        ("disagree", _("I disagree with what you publish")),
        ("pause", _("Only for a while; I may come back")),
        ("other", _("Another reason")),
    ]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("account"),
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("tier"))
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="membership")
    state = models.CharField(_("state"), max_length=16, choices=STATES, default=PENDING)
    ended_reason = models.CharField(_("why it ended"), max_length=20, choices=REASONS, blank=True)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    leaving = models.CharField(_("why the member leaves"), max_length=20, choices=LEAVING, blank=True)
    leaving_words = models.TextField(_("in the member's words"), max_length=1000, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        permissions = [
            ("export_membership", _("Can take the list of members out")),
            ("publish_reason", _("Can publish supporters' reasons")),
        ]
        indexes = [
            models.Index(fields=["state", "begun_at"], name="membership_state_begun"),
            models.Index(fields=["ended_at"], name="membership_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} ({self.get_state_display()})"

    @property
    def is_going(self) -> bool:
        """Begun and not ended."""
        return self.state in GOING

    @property
    def on_the_wall(self) -> bool:
        """While it goes on."""
        return self.is_going

    def move_to(self, state: str, why: str, reason: str = "", at: datetime | None = None) -> bool:
        """Come to a state by allowed steps, each recorded, at the time it really happened if that is known.

        False if it is there already. Raises IllegalMove.
        """
        steps = way(MOVES, self.state, state)
        now = at or timezone.now()
        for after in steps:
            MembershipStep.objects.create(membership=self, before=self.state, after=after, at=now, why=why[:200])
            self.state = after
            if after == ACTIVE and self.begun_at is None:
                self.begun_at = now
        if state == ENDED and steps:
            self.ended_at, self.ended_reason = now, reason
        if steps:
            self.save()
        return bool(steps)


class MembershipStep(models.Model):
    """One change of a membership's state; never changed, never deleted."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="steps")
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16, choices=Membership.STATES)
    at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a membership")
        verbose_name_plural = _("steps of memberships")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Contribution(Supporter):
    """Support given once, without a membership; whether it was paid stands with its order."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contributions",
        verbose_name=_("account"),
    )
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="contribution")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def __str__(self) -> str:
        return str(self.order)
