"""Payment: one sum of money, from the moment it is asked for until nothing more can happen to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.money import Money
from masthead.lib.states import way
from masthead.payments.models.agreements import Agreement
from masthead.payments.models.fields import REF_LENGTH, Amounted
from masthead.payments.models.orders import Order

CREATED, PENDING, SUCCEEDED, FAILED, CANCELED = "created", "pending", "succeeded", "failed", "canceled"
DISPUTED, CHARGED_BACK = "disputed", "charged_back"

# From a state to those it may become. docs/reference/money-states.md draws it; a test holds the two together.
MOVES: dict[str, tuple[str, ...]] = {
    CREATED: (PENDING,),
    PENDING: (SUCCEEDED, FAILED, CANCELED),
    FAILED: (PENDING, SUCCEEDED),
    SUCCEEDED: (DISPUTED,),
    DISPUTED: (SUCCEEDED, CHARGED_BACK),
    CANCELED: (),
    CHARGED_BACK: (),
}
PAID = (SUCCEEDED, DISPUTED)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments by state."""

    def paid(self) -> Self:
        """The money has come in and nobody has it back by dispute; refunds are rows of their own."""
        return self.filter(state__in=PAID)

    def failing(self) -> Self:
        """Tried and not paid so far."""
        return self.filter(state=FAILED)


class Payment(Amounted):
    """State changes only through `move_to`, each one a row of `PaymentStep`."""

    STATES = [
        (CREATED, _("begun")),
        (PENDING, _("under way")),
        (SUCCEEDED, _("paid")),
        (FAILED, _("failed")),
        (CANCELED, _("canceled")),
        (DISPUTED, _("disputed")),
        (CHARGED_BACK, _("charged back")),
    ]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(_("paid through"), max_length=20)
    ref = models.CharField(_("name at the provider"), max_length=REF_LENGTH, null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=STATES, default=CREATED)
    period_start = models.DateTimeField(_("pays for the time from"), null=True, blank=True)
    period_end = models.DateTimeField(_("pays for the time until"), null=True, blank=True)
    failure_code = models.CharField(_("why it failed"), max_length=60, blank=True)
    next_attempt_at = models.DateTimeField(_("tried again"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    card_brand = models.CharField(_("card"), max_length=20, blank=True)
    card_last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "ref"], name="payment_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payment_amount_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["state", "paid_at"], name="payment_state_paid"),
            models.Index(fields=["-created_at"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.money} ({self.get_state_display()})"

    @property
    def is_paid(self) -> bool:
        """The money is here, contested or not."""
        return self.state in PAID

    @property
    def refunded(self) -> Money:
        """What went back, or is on its way back, by refund."""
        going = [refund for refund in self.refunds.all() if refund.state in {"pending", "succeeded"}]
        return Money(sum(refund.amount for refund in going), self.currency)

    @property
    def given_back(self) -> Money:
        """What has gone back by refund, for good as far as is known."""
        gone = [refund.amount for refund in self.refunds.all() if refund.state == "succeeded"]
        return Money(sum(gone), self.currency)

    @property
    def refundable(self) -> Money:
        """What could still be given back."""
        return self.money - self.refunded if self.state == SUCCEEDED else Money(0, self.currency)

    def move_to(self, state: str, at: datetime, why: str) -> bool:
        """Come to a state by allowed steps, each recorded with the provider's time. False if it is there already.

        Raises IllegalMove and changes nothing if there is no way.
        """
        steps = way(MOVES, self.state, state)
        for after in steps:
            PaymentStep.objects.create(payment=self, before=self.state, after=after, at=at, why=why[:200])
            self.state = after
            if after == SUCCEEDED and self.paid_at is None:
                self.paid_at = at
        if steps:
            self.save(update_fields=["state", "paid_at"])
        return bool(steps)


class PaymentStep(models.Model):
    """One change of a payment's state; never changed, never deleted."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="steps")
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12, choices=Payment.STATES)
    at = models.DateTimeField()
    noted_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a payment")
        verbose_name_plural = _("steps of payments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
