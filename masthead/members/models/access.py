"""Access: grants for periods, appended and never changed; an unrevoked one that covers now opens members' stories."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.accounts.models import Account
from masthead.members.models.tiers import Tier


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    """Grants by what they are worth."""

    def standing(self) -> Self:
        """Those nobody revoked."""
        return self.filter(revocation__isnull=True)

    def covering(self, moment: datetime) -> Self:
        """Those that open doors at that moment."""
        return self.standing().filter(starts_at__lte=moment, ends_at__gt=moment)

    def of(self, account: Account) -> Self:
        """One reader's."""
        return self.filter(account=account)


class AccessGrant(models.Model):
    """`source` names what it was given for: "payment:<uuid>", "gift:<uuid>", "comp:<uuid>", "grace:<membership>"."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="access_grants",
        verbose_name=_("account"),
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="grants", verbose_name=_("tier"))
    source = models.CharField(_("given for"), max_length=60)
    period = models.CharField(_("period"), max_length=40)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    granted_at = models.DateTimeField(default=timezone.now)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access grant")
        verbose_name_plural = _("access grants")
        constraints = [
            models.UniqueConstraint(fields=["source", "period"], name="grant_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="grant_has_a_length"),
        ]
        indexes = [models.Index(fields=["account", "ends_at"], name="grant_account_end")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d} ({self.source})"

    def revoke(self, reason: str, by: Account | None = None) -> None:
        """End it for a named reason; saying so again changes nothing."""
        Revocation.objects.get_or_create(grant=self, defaults={"reason": reason[:200], "by": by})


class Revocation(models.Model):
    """Why a grant no longer opens anything, since when, and who decided it (nobody: a rule)."""

    grant = models.OneToOneField(AccessGrant, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")

    def __str__(self) -> str:
        return self.reason
