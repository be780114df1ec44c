"""Erasing supporters: memberships end at once, words and names go, and no card is charged any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db.models import Q

from masthead.accounts.models import Account
from masthead.lib.states import IllegalMove
from masthead.mail import actions as mail
from masthead.members.models import Contribution, Gift, Membership
from masthead.members.models.gifts import PURCHASED
from masthead.members.models.memberships import ENDED
from masthead.payments.actions import GatewayError, Refused, cancel, close_checkout
from masthead.payments.models import Agreement, Order

log = logging.getLogger(__name__)

ERASED = "erased"


def erase_supporter(account: Account) -> None:
    """End what goes on, in our books, and forget what was said. The provider is told by `end_at_provider`."""
    for membership in Membership.objects.select_for_update().filter(account=account):
        if membership.is_going:
            membership.move_to(ENDED, "the member asked to be erased", ERASED)
        membership.leaving_words = ""
        _say_nothing(membership)
    for contribution in Contribution.objects.select_for_update().filter(account=account):
        _say_nothing(contribution)


def _say_nothing(supporter: Membership | Contribution) -> None:
    """Saved one by one: the supporters' wall is told."""
    supporter.public_name = supporter.reason = ""
    supporter.is_public, supporter.reason_published_at = False, None
    supporter.save()


def erase_gifts(account: Account) -> None:
    """What was given keeps its worth but not its words; what was sent to this person forgets to whom."""
    nobody = {"recipient_name": "", "recipient_email": "", "message": ""}
    given = Gift.objects.filter(buyer=account)
    given.exclude(state=PURCHASED).update(**nobody, from_name="")
    # Not redeemed yet: who is to get it shall still get it, from nobody.
    given.filter(state=PURCHASED).update(from_name="", message="")
    theirs = Q(recipient_email__iexact=account.email) | Q(redemption__account=account)
    numbers = list(Gift.objects.filter(theirs).values_list("pk", flat=True))
    Gift.objects.filter(pk__in=numbers).update(**nobody)
    _forget_letters(Gift.objects.filter(Q(buyer=account) | Q(pk__in=numbers)).select_related("order"))


def _forget_letters(gifts: Iterable[Gift]) -> None:
    """What one was written names the other."""
    kinds = ("gift", "gift_reminder", "gift_redeemed")
    keys = {f"{kind}:{gift.uuid}" for gift in gifts for kind in kinds}
    mail.forget(keys | {f"gifts_bought:{gift.order.uuid}" for gift in gifts})


def end_at_provider() -> int:
    """Have the provider end what has ended here, and close checkouts the erased left open; how many. Said again by the
    clock until it is done: nobody is charged for a membership that is over.
    """
    done = 0
    ended = Agreement.objects.exclude(state=Agreement.ENDED).select_related("order")
    for agreement in ended.filter(Q(order__membership__state=ENDED) | Q(order__erased_at__isnull=False)):
        done += _quietly(partial(cancel, agreement, at_end=False))
    for order in Order.objects.open().filter(erased_at__isnull=False).exclude(session_ref=""):
        done += _quietly(partial(close_checkout, order))
    return done


def _quietly(act: Callable[[], None]) -> bool:
    try:
        act()
    except (GatewayError, Refused, LookupError, IllegalMove) as why:
        log.warning("what an erased reader left at the provider couldn't be ended yet: %s", why)
        return False
    return True
