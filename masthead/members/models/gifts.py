"""Gifts: a membership bought by one person, sent to another, redeemed once, perhaps by a third."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import b32encode
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.accounts.models import Account
from masthead.lib.states import way
from masthead.members.models.access import AccessGrant
from masthead.members.models.tiers import Tier
from masthead.payments.models import Agreement, Order

PAYMENT_PENDING, PURCHASED, REDEEMED, CONSUMED = "payment_pending", "purchased", "redeemed", "consumed"
ABANDONED, EXPIRED, REFUNDED = "abandoned", "expired", "refunded"

# From a state to those it may become. docs/reference/money-states.md draws it; a test holds the two together.
MOVES: dict[str, tuple[str, ...]] = {
    PAYMENT_PENDING: (PURCHASED, ABANDONED),
    ABANDONED: (PURCHASED,),  # paid after all, on a page that had been left open
    PURCHASED: (REDEEMED, EXPIRED, REFUNDED),
    REDEEMED: (CONSUMED,),
    CONSUMED: (),
    EXPIRED: (),
    REFUNDED: (PURCHASED,),  # the payer's bank sent the refund back
}
CODE_LETTERS = 16  # of base32: 80 bits


class GiftQuerySet(models.QuerySet["Gift"]):
    """Gifts by what is to be done with them."""

    def to_deliver(self) -> Self:
        """Paid, to be sent by mail, and due."""
        return self.filter(
            state=PURCHASED, deliver_at__lte=timezone.now(), delivered_at__isnull=True, by_mail=True
        ).exclude(recipient_email="")


class Gift(models.Model):
    """Its code is derived from its row and the newsroom's secret, so that the database alone redeems nothing."""

    STATES = [
        (PAYMENT_PENDING, _("not paid yet")),
        (PURCHASED, _("paid, waiting to be redeemed")),
        (REDEEMED, _("redeemed")),
        (CONSUMED, _("used up")),
        (ABANDONED, _("abandoned")),
        (EXPIRED, _("expired")),
        (REFUNDED, _("given back")),
    ]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="gifts")
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gifts_given",
        verbose_name=_("given by"),
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="gifts", verbose_name=_("tier"))
    months = models.PositiveSmallIntegerField(_("months"))
    from_name = models.CharField(_("your name"), max_length=120, blank=True)
    recipient_name = models.CharField(_("name of who gets it"), max_length=120, blank=True)
    recipient_email = models.EmailField(_("mail address of who gets it"), max_length=254, blank=True)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    language = models.CharField(max_length=12, default="en")
    by_mail = models.BooleanField(_("sent by mail"), default=True)
    deliver_at = models.DateTimeField(_("to be delivered"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    expires_at = models.DateTimeField(_("to be redeemed until"), null=True, blank=True)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=STATES, default=PAYMENT_PENDING)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        indexes = [models.Index(fields=["state", "deliver_at"], name="gift_state_deliver")]

    def __str__(self) -> str:
        return f"{self.tier}, {self.months} × {self.recipient_name or self.recipient_email}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the code's digest with the row from the first moment."""
        self.code_digest = self.code_digest or digest(self.code)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def code(self) -> str:
        """Sixteen letters in fours; 80 bits nobody can guess without the newsroom's secret."""
        mac = hmac.new(settings.SECRET_KEY.encode(), b"gift:" + self.uuid.bytes, hashlib.sha256).digest()
        letters = b32encode(mac).decode()[:CODE_LETTERS]
        return "-".join(letters[at : at + 4] for at in range(0, CODE_LETTERS, 4))

    def move_to(self, state: str, why: str) -> bool:
        """Come to a state by allowed steps, each recorded. False if it is there already. Raises IllegalMove."""
        steps = way(MOVES, self.state, state)
        for after in steps:
            GiftStep.objects.create(gift=self, before=self.state, after=after, at=timezone.now(), why=why[:200])
            self.state = after
        if steps:
            self.save()
        return bool(steps)


def normalised(code: str) -> str:
    """A typed code as it is counted: capitals, and the letters people write for digits and the other way round."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return typed.translate(str.maketrans("018", "OIB"))


def digest(code: str) -> str:
    """What the table keeps of a code."""
    return hashlib.sha256(b"gift code:" + normalised(code).encode()).hexdigest()


class GiftStep(models.Model):
    """One change of a gift's state; never changed, never deleted."""

    gift = models.ForeignKey(Gift, on_delete=models.CASCADE, related_name="steps")
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16, choices=Gift.STATES)
    at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a gift")
        verbose_name_plural = _("steps of gifts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Redemption(models.Model):
    """Who redeemed a gift, when, and the time it brought. One a gift, whoever is quicker."""

    gift = models.OneToOneField(Gift, on_delete=models.PROTECT, related_name="redemption")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gifts_redeemed")
    grant = models.OneToOneField(AccessGrant, on_delete=models.PROTECT, related_name="redemption")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")

    def __str__(self) -> str:
        return f"{self.gift} {self.at:%Y-%m-%d}"


class DeferralQuerySet(models.QuerySet["Deferral"]):
    """Deferrals by what is left to do."""

    def waiting(self) -> Self:
        """The provider hasn't been told yet."""
        return self.filter(done_at__isnull=True, given_up_at__isnull=True)


class Deferral(models.Model):
    """A member redeemed a gift: their next payment is asked for only when it is used up. Told to the provider later."""

    redemption = models.OneToOneField(Redemption, on_delete=models.PROTECT, related_name="deferral")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = DeferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("deferral of a renewal")
        verbose_name_plural = _("deferrals of renewals")

    def __str__(self) -> str:
        return f"{self.agreement} → {self.until:%Y-%m-%d}"


def ends_of(account: Account, now: datetime) -> datetime | None:
    """When a reader's unbroken access from now on ends; None without access."""
    end = None
    grants = AccessGrant.objects.of(account).standing().filter(ends_at__gt=now).order_by("starts_at")
    for starts, ends in grants.values_list("starts_at", "ends_at"):
        if starts > (end or now):
            break
        end = max(end or ends, ends)
    return end
