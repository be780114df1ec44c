"""What staff does for a supporter. Each deed is done once, said in words when it can't be, and kept with who did it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.accounts.actions import change_address
from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.lib.states import IllegalMove
from masthead.members.access import give_comp, leave_access
from masthead.members.desk.history import day, written
from masthead.members.models import AccessGrant, Comp, Membership, Tier
from masthead.members.models.memberships import ENDED
from masthead.payments import actions as money
from masthead.payments.models import Agreement, Document, Payment, Refund
from masthead.payments.receipts.letters import address_of, write_letter

logger = logging.getLogger(__name__)


class CantDo(Exception):  # noqa: N818 (reads as what happened)
    """Why not, in words for the page."""


@contextmanager
def _in_words(busy: str) -> Iterator[None]:
    """Say what the provider answered. `busy` is said when it can't be asked now. Raises CantDo."""
    try:
        yield
    except money.Refused as refused:
        raise CantDo(_("The payment provider refused: %(why)s") % {"why": refused}) from refused
    except money.GatewayError as error:
        logger.warning("the desk could not reach the provider: %s", error)
        raise CantDo(busy) from error
    except (IllegalMove, LookupError) as error:
        logger.exception("the desk could not settle")
        raise CantDo(_("What the provider says does not fit our books: %(why)s") % {"why": error}) from error


def _keep(account: Account | None, by: Account, deed: str, **said: Any) -> None:
    if account is not None:
        log(instance=account, action=f"members.{deed}", user=by, data=said)


def refund(payment: Payment, amount: Money, left: Money, reason: str, by: Account, *, end_access: bool) -> Refund:
    """Give money back; the access it paid for ends with it, or is left to the reader, as was decided. Raises CantDo."""
    busy = _(
        "The payment provider can’t be reached. The refund is noted, and asked for again by itself; "
        "what becomes of the access can be decided then."
    )
    try:
        with _in_words(busy):
            given = money.refund(payment, amount, by, reason, left)
    except money.CantRefund as refused:
        raise CantDo(_not_there(amount, left, refused.args[0])) from refused
    except CantDo:
        if payment.refunds.filter(state=Refund.PENDING, by=by, amount=amount.minor).exists():  # it will come through
            _keep(payment.order.account, by, "refund", money=written(amount), title=payment.order.title, reason=reason)
        raise
    grant = AccessGrant.objects.filter(source=f"payment:{payment.uuid}").first()
    whole = amount == left and not payment.refunds.exclude(pk=given.pk).exists()
    if grant is not None and end_access:
        grant.revoke(_("refund: %(reason)s") % {"reason": reason}, by)
    elif grant is not None and hasattr(AccessGrant.objects.get(pk=grant.pk), "revocation"):
        leave_access(grant, _("kept after a refund: %(reason)s") % {"reason": reason}, by)
    title = payment.order.title
    _keep(payment.order.account, by, "refund", money=written(amount), title=title, reason=reason, whole=whole)
    return given


def _not_there(amount: Money, left: Money, is_left: Money) -> str:
    if is_left != left:
        return _("Meanwhile something was given back: %(left)s are left. Nothing more was given. Look again.") % {
            "left": written(is_left)
        }
    return _("%(amount)s can't be given back: %(left)s are left of this payment.") % {
        "amount": written(amount),
        "left": written(is_left),
    }


def end(membership: Membership, by: Account, reason: str, *, at_end: bool, end_access: bool = False) -> None:
    """End a membership now, or with the period that is paid. Raises CantDo."""
    agreement: Agreement | None = getattr(membership.order, "agreement", None)
    busy = _("The payment provider can’t be reached. Nothing has changed; try again in a minute.")
    with _in_words(busy):
        if agreement is not None and agreement.state != Agreement.ENDED:
            money.cancel(agreement, at_end=at_end)
        elif at_end:
            raise CantDo(_("It is paid for one period and ends with it by itself."))
        if end_access or (agreement is None and not at_end):
            _revoke_all(membership, reason, by)
            money.settle_order(membership.order, "ended at the desk")
    if not at_end:
        Membership.objects.filter(pk=membership.pk, state=ENDED).update(ended_reason="by_staff")
    deed = "end_at_period" if at_end else "end_now"
    _keep(membership.account, by, deed, tier=str(membership.tier), reason=reason, access_too=end_access)


def _revoke_all(membership: Membership, reason: str, by: Account) -> None:
    payments = membership.order.payments.all()
    sources = [f"{kind}:{payment.uuid}" for payment in payments for kind in ("payment", "grace")]
    for grant in AccessGrant.objects.filter(source__in=sources).standing():
        grant.revoke(reason, by)


def resume(membership: Membership, by: Account) -> None:
    """Take back a cancellation that hasn't come to its day. Raises CantDo."""
    agreement: Agreement | None = getattr(membership.order, "agreement", None)
    if agreement is None or agreement.state == Agreement.ENDED:
        raise CantDo(_("It has ended. Only the reader can begin anew."))
    with _in_words(_("The payment provider can’t be reached. Nothing has changed; try again in a minute.")):
        money.resume(agreement)
    _keep(membership.account, by, "resume", tier=str(membership.tier))


def comp(account: Account, tier: Tier, months: int, reason: str, by: Account, name: UUID) -> Comp:
    """Give time away, once for each filled form. Raises CantDo."""
    known = Comp.objects.filter(uuid=name).first()
    if known is not None:
        return known
    try:
        given = give_comp(account, tier, months, reason, by, name)
    except IntegrityError:  # the same form, sent twice within a blink
        return Comp.objects.get(uuid=name)
    except ValueError as refused:
        raise CantDo(_("A complimentary membership needs a reason and at least a month.")) from refused
    said = {"tier": str(tier), "months": months, "reason": reason, "until": day(given.grant.ends_at)}
    _keep(account, by, "comp", **said)
    return given


def revoke(grant: AccessGrant, reason: str, by: Account) -> None:
    """End access for a named reason. Raises CantDo if it was ended before."""
    with transaction.atomic():
        AccessGrant.objects.select_for_update().get(pk=grant.pk)
        if not AccessGrant.objects.standing().filter(pk=grant.pk).exists():
            raise CantDo(_("This access was ended before."))
        grant.revoke(reason, by)
        said = {"start": day(grant.starts_at), "end": day(grant.ends_at), "reason": reason}
        _keep(grant.account, by, "revoke", **said)


def send_again(paper: Document, by: Account, name: UUID) -> str:
    """Send a receipt or a credit note once more, to the reader's present address; that address. Raises CantDo."""
    to = address_of(paper)
    if not to:
        raise CantDo(_("There is no address any more: the account was erased."))
    with transaction.atomic():
        write_letter(paper, again=str(name))
        _keep(paper.payment.order.account, by, "receipt", number=str(paper))
    return to


def masked(address: str) -> str:
    """As much of an address as the history keeps: it stays when the person is erased."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def correct_address(account: Account, email: str, by: Account) -> None:
    """Write to a reader, and let them sign in, at another address; the former one is told. Raises CantDo.

    Not for staff: whoever changes where sign-in codes go could become them.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as refused:
        raise CantDo(_("This is no mail address.")) from refused
    with transaction.atomic():
        fresh = Account.objects.select_for_update().get(pk=account.pk)
        before = fresh.email
        if not fresh.is_reader or not fresh.is_active:
            raise CantDo(_("The address of staff, or of an erased account, isn't corrected here."))
        if before == address:
            return
        try:
            change_address(fresh, address)
        except ValidationError as refused:
            raise CantDo(_("Somebody else's account has this address. Nothing was changed.")) from refused
        _keep(fresh, by, "address", before=masked(before), after=masked(address))
