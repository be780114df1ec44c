"""Managing: what members do with their membership by themselves: change, pause, cancel, take back, mend a payment.

Each verb may be said twice. It asks the provider, settles what it answers, and looks whether it came to what was
wanted; what a membership's state is afterwards follows from that as always. Raises Refused or GatewayError as the
provider does, CantBeDone for what makes no sense as things stand.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from masthead.lib.money import Money
from masthead.lib.periods import MONTH, months_after, number_of, period_end
from masthead.members import letters
from masthead.members.failing import failing
from masthead.members.models import Membership, MembershipStep, Offer, Price
from masthead.members.models.memberships import ACTIVE, CANCEL_SCHEDULED, ENDED, PAST_DUE
from masthead.payments import actions
from masthead.payments.models import Agreement, Order

PAUSES = (1, 2, 3)  # months


class CantBeDone(ValueError):  # noqa: N818
    """The argument says why not, to the reader."""


def agreement_of(membership: Membership) -> Agreement | None:
    """What is paid again and again; None for a membership paid once, by transfer."""
    return Agreement.objects.filter(order=membership.order_id).first()


def _standing(membership: Membership, *states: str) -> Agreement:
    """Its agreement, if the membership is in one of these states."""
    fresh = Membership.objects.get(pk=membership.pk)
    agreement = agreement_of(membership)
    if agreement is None:
        raise CantBeDone(_("This membership was paid once and ends by itself; there is nothing to change."))
    if fresh.state not in states or agreement.state == Agreement.ENDED:
        raise CantBeDone(_("This can’t be done any more: the membership has changed meanwhile."))
    return agreement


def _until(done: Callable[[Agreement], bool], agreement: Agreement, act: Callable[[], None]) -> None:
    """Act unless it is done, and see that it is."""
    if done(agreement):
        return
    try:
        act()
    except actions.GatewayError:
        # Of two presses at once the second is turned away while the first is carried out.
        agreement.refresh_from_db()
        if not done(agreement):
            raise
    agreement.refresh_from_db()
    if not done(agreement):
        raise actions.GatewayError("the provider answered, but nothing changed")


def cancel(membership: Membership) -> datetime | None:
    """Nothing more is taken: it ends with the time that was paid for, or at once if that is over. Says when."""
    fresh = Membership.objects.get(pk=membership.pk)
    agreement = agreement_of(fresh)
    if not fresh.is_going or (agreement and agreement.state == Agreement.ENDED):
        return fresh.ended_at
    agreement = _standing(fresh, ACTIVE, CANCEL_SCHEDULED, PAST_DUE)
    if fresh.state == PAST_DUE:
        return _end_late(fresh, agreement)
    _until(lambda now: now.cancel_at_end, agreement, lambda: actions.cancel(agreement))
    return agreement.period_end


def _end_late(membership: Membership, agreement: Agreement) -> datetime:
    """End at once what isn't paid for: in our books first, so that it counts as the member's wish."""
    with transaction.atomic():
        Order.objects.locked().get(pk=membership.order_id)
        fresh = Membership.objects.select_for_update().get(pk=membership.pk)
        if fresh.state != ENDED and fresh.move_to(ENDED, "the member canceled while a payment was late", "canceled"):
            letters.membership_changed(fresh)
    with suppress(actions.GatewayError, actions.Refused):  # `erasing.end_at_provider` asks again until it is done
        actions.cancel(agreement, at_end=False)
    return fresh.ended_at or timezone.now()


def keep(membership: Membership) -> None:
    """Take a cancellation back before it has taken effect."""
    agreement = _standing(membership, ACTIVE, CANCEL_SCHEDULED)
    _until(lambda now: not now.cancel_at_end, agreement, lambda: actions.resume(agreement))
    Membership.objects.filter(pk=membership.pk).update(leaving="", leaving_words="")


def may_pause(agreement: Agreement | None) -> bool:
    """Pauses are for those who pay every month: whoever paid for a year has nothing to pause."""
    return bool(agreement and agreement.interval == MONTH and agreement.state == Agreement.ACTIVE)


def pause(membership: Membership, months: int) -> datetime:
    """Leave out so many payments. Says when the next one is due."""
    agreement = _standing(membership, ACTIVE)
    if months not in PAUSES or agreement.interval != MONTH:
        raise CantBeDone(_("A membership can be paused for one, two or three months."))
    if agreement.state == Agreement.PAUSED:
        return next_payment(agreement)
    # A day before the payment that is to be asked for again.
    until = months_after(agreement.period_end, months) - timedelta(days=1)
    _until(lambda now: now.state == Agreement.PAUSED, agreement, lambda: actions.pause(agreement, until))
    return next_payment(agreement)


def resume(membership: Membership) -> None:
    """End a pause before its time."""
    agreement = _standing(membership, ACTIVE)
    _until(lambda now: now.state != Agreement.PAUSED, agreement, lambda: actions.resume(agreement))


def next_payment(agreement: Agreement) -> datetime:
    """When money is asked for next, pauses counted."""
    number = number_of(agreement.anchor, agreement.interval, agreement.period_end)
    end = agreement.period_end
    while agreement.paused_until and end < agreement.paused_until:
        number += 1
        end = period_end(agreement.anchor, agreement.interval, number)
    return end


def change(membership: Membership, price: Price, money: Money, *, cover_fee: bool = False) -> None:
    """From the next period on another tier, amount or interval; today nothing is taken or given back.

    Raises ValueError for less than the price's minimum or another currency.
    """
    agreement = _standing(membership, ACTIVE)
    if money.currency != agreement.currency or price.currency != money.currency or money.minor < price.minimum:
        raise ValueError(f"{money} for {price}")
    if agreement.state == Agreement.PAUSED:
        raise CantBeDone(_("Your membership is paused. Please end the pause first."))
    fee = Offer.load().fee_for(money.minor) if cover_fee else 0
    whole = Money(money.minor + fee, money.currency)

    def done(now: Agreement) -> bool:
        return now.money == whole and now.interval == price.interval

    _until(done, agreement, lambda: actions.change(agreement, whole, price.interval))
    _note_change(membership, price, whole, fee)


@transaction.atomic
def _note_change(membership: Membership, price: Price, whole: Money, fee: int) -> None:
    """What the next receipts say, and the tier of the next grants."""
    order = Order.objects.locked().get(pk=membership.order_id)
    fresh = Membership.objects.select_for_update().get(pk=membership.pk)
    with translation.override(order.language):
        order.title = (_("Membership: %(tier)s") % {"tier": price.tier.name})[:200]
    order.amount, order.fee_cover, order.interval = whole.minor, fee, price.interval
    order.save(update_fields=["title", "amount", "fee_cover", "interval"])
    if fresh.tier_id != price.tier_id:
        why = f"tier: {fresh.tier.slug} → {price.tier.slug}, from the next payment on"
        MembershipStep.objects.create(
            membership=fresh, before=fresh.state, after=fresh.state, at=timezone.now(), why=why[:200]
        )
        fresh.tier = price.tier
        fresh.save(update_fields=["tier"])


def card_page(membership: Membership, return_url: str) -> str:
    """Where the member changes the card."""
    return actions.portal_url(_standing(membership, ACTIVE, CANCEL_SCHEDULED, PAST_DUE), return_url)


def look_again(membership: Membership) -> Membership:
    """Ask how things stand, for example after the card was changed elsewhere."""
    actions.settle_order(membership.order, "came back")
    return Membership.objects.get(pk=membership.pk)


def retry(membership: Membership) -> bool:
    """Try the failing payment again now, with the present card; whether it is paid. Raises Refused if declined."""
    payment = failing(Membership.objects.get(pk=membership.pk))
    if payment is None:
        return False
    actions.retry(payment)
    return failing(Membership.objects.get(pk=membership.pk)) is None
