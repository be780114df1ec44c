"""Access: whether a reader may read what is kept for members; derived from grants, never stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

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
def give_comp(
    account: Account, tier: Tier, months: int, reason: str, by: Account | None, name: UUID | None = None
) -> Comp:
    """Give time away; it follows whatever the reader has. Raises ValueError for no reason or no months.

    With the name of a comp that was given before, it gives nothing more: that one is returned.
    """
    if not reason.strip() or months < 1:
        raise ValueError("A complimentary membership needs a reason and at least a month.")
    Account.objects.select_for_update().get(pk=account.pk)  # two at once follow each other
    given = Comp.objects.filter(uuid=name).first() if name else None
    start = ends_of(account, timezone.now()) or timezone.now()
    return given or _comp(account, tier, (start, months_after(start, months)), reason, by, name)


@transaction.atomic
def leave_access(grant: AccessGrant, reason: str, by: Account | None) -> Comp | None:
    """Let a reader keep the rest of a period whose payment goes back; None if nothing is left of it, or it was left."""
    Account.objects.select_for_update().get(pk=grant.account_id)
    name, start = uuid5(NAMESPACE_OID, f"left:{grant.pk}"), max(grant.starts_at, timezone.now())
    if grant.ends_at <= start or Comp.objects.filter(uuid=name).exists():
        return None
    return _comp(grant.account, grant.tier, (start, grant.ends_at), reason, by, name)


def _comp(
    account: Account, tier: Tier, time: tuple[datetime, datetime], reason: str, by: Account | None, name: UUID | None
) -> Comp:
    comp = Comp(reason=reason[:200], by=by, **({"uuid": name} if name else {}))
    comp.grant = AccessGrant.objects.create(
        account=account,
        tier=tier,
        source=f"comp:{comp.uuid}",
        period=f"{time[0]:%Y-%m-%d}",
        starts_at=time[0],
        ends_at=time[1],
    )
    comp.save()
    return comp
