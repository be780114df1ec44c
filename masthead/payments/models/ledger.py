"""The ledger: one row for each line of the provider's books, never changed, never taken out."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.payments.models.fields import REF_LENGTH, Amounted
from masthead.payments.models.payments import Payment


class LedgerIsAppendOnly(Exception):  # noqa: N818
    """Somebody tried to change or delete what the books say."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Sums are asked for, never kept."""

    def by_currency(self) -> dict[str, dict[str, int]]:
        """For each currency: `gross`, `fees` and `net` in minor units."""
        rows = self.order_by().values("currency").annotate(gross=models.Sum("amount"), fees=models.Sum("fee"))
        return {
            row["currency"]: {"gross": row["gross"], "fees": row["fees"], "net": row["gross"] - row["fees"]}
            for row in rows
        }

    def of_kind(self, *kinds: str) -> Self:
        """Only these kinds of line."""
        return self.filter(kind__in=kinds)

    def update(self, **_: object) -> int:
        """Refused."""
        raise LedgerIsAppendOnly("an entry is never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise LedgerIsAppendOnly("an entry is never deleted")


class Entry(Amounted):
    """`amount` is signed and gross: what came in, or went out. `fee` is what the provider kept of it, or gave back."""

    CHARGE, REFUND, REFUND_FAILED, DISPUTE, DISPUTE_WON, OTHER = (
        "charge",
        "refund",
        "refund_failed",
        "dispute",
        "dispute_won",
        "other",
    )
    KINDS = [
        (CHARGE, _("paid")),
        (REFUND, _("given back")),
        (REFUND_FAILED, _("came back from a refund")),
        (DISPUTE, _("taken by a dispute")),
        (DISPUTE_WON, _("returned from a dispute")),
        (OTHER, _("other")),
    ]

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(_("line in the provider's books"), max_length=REF_LENGTH)
    kind = models.CharField(_("kind"), max_length=14, choices=KINDS)
    fee = models.BigIntegerField(_("fee"), default=0)
    at = models.DateTimeField(_("when"))
    noted_at = models.DateTimeField(auto_now_add=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        constraints = [models.UniqueConstraint(fields=["gateway", "ref"], name="entry_once")]
        indexes = [models.Index(fields=["at", "kind"], name="entry_at_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.money}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise LedgerIsAppendOnly("an entry is never changed")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *_args: object, **_kwargs: object) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise LedgerIsAppendOnly("an entry is never deleted")
