"""Giving: gifts delivered on their day, redeemed once, remembered once, used up."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.lib.periods import months_after
from masthead.lib.states import IllegalMove
from masthead.members import letters
from masthead.members.models import AccessGrant, Deferral, Gift, Membership, Offer, Redemption
from masthead.members.models.gifts import CONSUMED, EXPIRED, PURCHASED, REDEEMED, digest, ends_of
from masthead.members.models.memberships import ACTIVE, PAST_DUE
from masthead.payments.actions import GatewayError, Refused, defer
from masthead.payments.models import Agreement

AT_ONCE = 200


class CantRedeem(ValueError):  # noqa: N818
    """The argument says why: `unknown`, `unpaid`, `redeemed`, `expired`, `refunded`."""


_WHY = {
    "payment_pending": "unpaid",
    "abandoned": "unpaid",
    "redeemed": "redeemed",
    "consumed": "redeemed",
    "expired": "expired",
    "refunded": "refunded",
}


@transaction.atomic
def redeem_gift(code: str, account: Account) -> Redemption:
    """Redeem a gift for an account; its time begins now, or when the time the reader has already ends.

    Raises CantRedeem. Of two who redeem at once, one does. A member whose card would be charged meanwhile is charged
    later: that is written down here and told to the provider by `tell_deferrals`.
    """
    gift, now = _found(Gift.objects.select_for_update(), code), timezone.now()
    # Two gifts at once follow each other. Whoever settles the reader's own order needs the row's key only, and goes on.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    start = ends_of(account, now) or now
    grant = AccessGrant.objects.create(
        account=account,
        tier=gift.tier,
        source=f"gift:{gift.uuid}",
        period=f"{start:%Y-%m-%d}",
        starts_at=start,
        ends_at=months_after(start, gift.months),
    )
    redemption = Redemption.objects.create(gift=gift, account=account, grant=grant)
    gift.move_to(REDEEMED, "redeemed")
    memberships = Membership.objects.filter(account=account, state__in=(ACTIVE, PAST_DUE))
    for membership in memberships.order_by("pk").select_related("order__agreement"):
        if put_off_renewals(membership):
            break
    letters.gift_redeemed(gift)
    return redemption


def redeemable(code: str) -> Gift:
    """The gift of a code, if it could be redeemed now. Raises CantRedeem."""
    return _found(Gift.objects.select_related("tier"), code)


def _found(gifts: QuerySet[Gift], code: str) -> Gift:
    gift = gifts.filter(code_digest=digest(code)).first()
    if gift is None:
        raise CantRedeem("unknown")
    if gift.state != PURCHASED:
        raise CantRedeem(_WHY[gift.state])
    if gift.expires_at is not None and gift.expires_at <= timezone.now():
        raise CantRedeem("expired")
    return gift


def put_off_renewals(membership: Membership) -> int:
    """Note that a member's card isn't to be charged while redeemed gifts last; how many gifts were still unnoted."""
    agreement: Agreement | None = getattr(membership.order, "agreement", None)
    if agreement is None or membership.account is None:
        return 0
    redeemed = Redemption.objects.filter(
        account=membership.account,
        deferral__isnull=True,
        grant__revocation__isnull=True,
        grant__ends_at__gt=max(agreement.period_end, timezone.now()),
    )
    for redemption in redeemed.select_related("grant"):
        Deferral.objects.create(redemption=redemption, agreement=agreement, until=redemption.grant.ends_at)
    return len(redeemed)


def tell_deferrals() -> int:
    """Tell the provider of renewals put off, the furthest first; how many were told.

    Tried again until it is told or says no. A nearer one never takes back a further one.
    """
    told = 0
    for deferral in Deferral.objects.waiting().select_related("agreement__order").order_by("-until", "pk"):
        agreement = Agreement.objects.get(pk=deferral.agreement_id)
        if agreement.period_end >= deferral.until:
            Deferral.objects.filter(pk=deferral.pk).update(done_at=timezone.now(), outcome="paid until then anyway")
            continue
        try:
            defer(deferral.agreement, deferral.until)
        except GatewayError:
            continue
        except (Refused, LookupError, IllegalMove) as error:
            Deferral.objects.filter(pk=deferral.pk).update(given_up_at=timezone.now(), outcome=str(error)[:200])
            continue
        Deferral.objects.filter(pk=deferral.pk).update(done_at=timezone.now(), outcome="deferred")
        told += 1
    return told


def deliver_gifts() -> int:
    """Send what is due; each gift's letter is written in the transaction that notes its delivery."""
    return sum(_deliver(number) for number in Gift.objects.to_deliver().values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _deliver(number: int) -> bool:
    gift = Gift.objects.to_deliver().select_for_update().filter(pk=number).first()
    if gift is None:
        return False
    if not letters.gift(gift):
        gift.by_mail = False  # nobody can be written to there: the buyer has the card to print
    else:
        gift.delivered_at = timezone.now()
    gift.save(update_fields=["delivered_at", "by_mail"])
    return True


def remind_of_gifts() -> int:
    """Remember once those that lie unredeemed."""
    before = timezone.now() - timedelta(days=Offer.load().remind_after_days)
    due = Gift.objects.filter(state=PURCHASED, delivered_at__lt=before, reminded_at=None).exclude(recipient_email="")
    due = due.exclude(expires_at__lte=timezone.now())
    return sum(_remind(number) for number in due.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _remind(number: int) -> bool:
    gift = Gift.objects.select_for_update().filter(pk=number, state=PURCHASED, reminded_at=None).first()
    if gift is None:
        return False
    letters.gift(gift, reminder=True)
    gift.reminded_at = timezone.now()
    gift.save(update_fields=["reminded_at"])
    return True


def close_gifts() -> int:
    """Gifts nobody redeemed in their time expire; those whose time is over are used up."""
    now = timezone.now()
    late = Gift.objects.filter(state=PURCHASED, expires_at__lte=now)
    used = Gift.objects.filter(state=REDEEMED, redemption__grant__ends_at__lte=now)
    closed = 0
    for numbers, before, state in ((late, PURCHASED, EXPIRED), (used, REDEEMED, CONSUMED)):
        for number in numbers.values_list("pk", flat=True)[:AT_ONCE]:
            with transaction.atomic():
                gift = Gift.objects.select_for_update().get(pk=number)
                closed += gift.state == before and gift.move_to(state, "its time is over")
    return closed
