"""Order: one thing a reader set out to pay for, once or again and again."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.money import Money
from masthead.lib.periods import MONTH, ONCE, YEAR
from masthead.payments.models.fields import REF_LENGTH, Amounted


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by what became of them."""

    def open(self) -> Self:
        """Neither paid nor given up."""
        return self.filter(state=Order.OPEN)

    def locked(self) -> Self:
        """To be changed by nobody else until this transaction ends."""
        return self.select_for_update()


class Order(Amounted):
    """What is paid for is the app's that registered the `purpose`; its own row points here.

    `turn` counts how often what the provider says was applied. Whoever applies a picture must have asked for it after
    reading the turn, and finds it unchanged: so an older picture never overwrites a newer one.
    """

    OPEN, COMPLETED, ABANDONED = "open", "completed", "abandoned"
    STATES = [(OPEN, _("open")), (COMPLETED, _("paid")), (ABANDONED, _("abandoned"))]
    INTERVALS = [(ONCE, _("once")), (MONTH, _("monthly")), (YEAR, _("yearly"))]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
        verbose_name=_("account"),
    )
    email = models.EmailField(_("mail address"), max_length=254, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    title = models.CharField(_("what is paid for"), max_length=200)
    fee_cover = models.BigIntegerField(_("of it, to cover the fee"), default=0)
    interval = models.CharField(_("how often"), max_length=5, choices=INTERVALS, default=ONCE)
    gateway = models.CharField(_("paid through"), max_length=20)
    session_ref = models.CharField(_("checkout at the provider"), max_length=REF_LENGTH, blank=True, db_index=True)
    session_url = models.URLField(max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OPEN)
    turn = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Whoever paid was erased: what the provider still says of them is not taken down again.
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_amount_is_positive"),
            models.CheckConstraint(
                condition=models.Q(fee_cover__gte=0, fee_cover__lt=models.F("amount")), name="order_fee_is_a_part"
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="order_state_opened")]

    def __str__(self) -> str:
        return f"{self.title}, {self.money}"

    @property
    def recurring(self) -> bool:
        """Whether it is paid again and again."""
        return self.interval != ONCE

    @property
    def given(self) -> Money:
        """What is meant for the newsroom, without the covered fee."""
        return Money(self.amount - self.fee_cover, self.currency)

    def close(self, state: str) -> None:
        """Say what became of it. Money that comes in after all wins over having been given up."""
        if self.state == state or self.state == self.COMPLETED:
            return
        self.state = state
        self.closed_at = timezone.now()
        self.save(update_fields=["state", "closed_at"])
