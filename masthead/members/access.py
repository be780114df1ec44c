"""Access: whether a reader may read what is kept for members; derived from grants, never stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.lib.periods import months_after
from masthead.members.models import AccessGrant, Comp, Tier
from masthead.members.models.gifts import ends_of


def has_access(account: Account, now: datetime | None = None) -> bool:
    """Whether an unrevoked grant covers the moment."""
    return AccessGrant.objects.of(account).covering(now or timezone.now()).exists()


def may_read(request: Any) -> bool:
    """Whether who asks may read members' stories: staff may, and whoever has access."""
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return False
    return bool(account.is_staff) or has_access(account)


@transaction.atomic
def give_comp(account: Account, tier: Tier, months: int, reason: str, by: Account | None) -> Comp:
    """Give time away; it follows whatever the reader has. Raises ValueError for no reason or no months."""
    if not reason.strip() or months < 1:
        raise ValueError("A complimentary membership needs a reason and at least a month.")
    start = ends_of(account, timezone.now()) or timezone.now()
    comp = Comp(reason=reason[:200], by=by)
    comp.grant = AccessGrant.objects.create(
        account=account,
        tier=tier,
        source=f"comp:{comp.uuid}",
        period=f"{start:%Y-%m-%d}",
        starts_at=start,
        ends_at=months_after(start, months),
    )
    comp.save()
    return comp
